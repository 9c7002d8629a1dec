//! Pages for people: templates that a function embeds, words in the reader's language, headers that keep a page to itself.
//!
//! ```text
//! static TEMPLATES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/templates");
//! static PAGES: LazyLock<Pages> = LazyLock::new(|| Pages::new(&TEMPLATES).expect("a test renders every page"));
//! PAGES.respond(StatusCode::OK, "track.html", language, json!({"number": number}))
//! ```
//!
//! In a template: `{{ t('track.title') }}`, `{{ t('form.files_help', count=5, max='10 MB', types='jpg') }}`, `lang` (the tag
//! for `<html lang>`), and the filters of letters: `moment|civil`, `moment|due`, `minutes|span`, `code|label('stage')`.
//! Everything is escaped; a name that is not given is an error, so that a page never shows less than it should.

use axum::http::header::{CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use include_dir::Dir;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Kwargs, Serde, Value};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior};
use serde::Serialize;

use crate::post::filters;
use crate::problem::Problem;
use crate::texts::{Language, texts};

/// Writes the pages of one function. Built once.
pub struct Pages {
    /// One environment for each of [`Language::ALL`]; the compiled templates are shared.
    environments: Vec<(Language, Environment<'static>)>,
}

impl Pages {
    /// Pages from a folder of templates; each is known by its path in the folder.
    ///
    /// # Errors
    /// When a template has a fault.
    pub fn new(templates: &'static Dir<'static>) -> Result<Self, Error> {
        let mut shared = Environment::new();
        shared.set_undefined_behavior(UndefinedBehavior::Strict);
        shared.set_auto_escape_callback(|_| AutoEscape::Html);
        shared.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
        filters::add_to(&mut shared);
        add_folder(&mut shared, templates)?;
        let bound = |language: Language| {
            let mut own = shared.clone();
            own.add_global("lang", language.tag());
            // The filters of letters look the language up under this name.
            own.add_global("language", language.tag());
            own.add_function("t", move |key: &str, values: Kwargs| word(language, key, &values));
            (language, own)
        };
        Ok(Self {
            environments: Language::ALL.into_iter().map(bound).collect(),
        })
    }

    /// A page as text.
    ///
    /// # Errors
    /// [`Problem::Fault`] when there is no such template, or it uses what was not given.
    pub fn render(&self, template: &str, language: Language, context: impl Serialize) -> Result<String, Problem> {
        let environment = self
            .environments
            .iter()
            .find(|(own, _)| *own == language)
            .map(|(_, environment)| environment)
            .ok_or(Problem::Fault)?;
        let page = environment.get_template(template);
        page.and_then(|page| page.render(Value::from(Serde(context))))
            .map_err(|error| {
                tracing::error!(template, error = format!("{error:#}"), "a page could not be written");
                Problem::Fault
            })
    }

    /// A page as an answer with [`PLAIN`]'s headers; our fault where it cannot be written.
    pub fn respond(&self, status: StatusCode, template: &str, language: Language, context: impl Serialize) -> Response {
        match self.render(template, language, context) {
            Ok(page) => html(status, language, page),
            Err(problem) => problem.into_response(),
        }
    }
}

/// An answer that holds a page, with [`PLAIN`]'s headers.
pub fn html(status: StatusCode, language: Language, page: String) -> Response {
    let mut response = (status, page).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
    harden(headers, PLAIN);
    response
}

/// The content policy of pages without script: they load a stylesheet and pictures of our own and nothing else.
pub const PLAIN: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; \
                         frame-ancestors 'none'";

/// Sets the headers of every answer: the content policy, no guessing of types, no address told to others, no copy kept.
/// A header that the answer already has is left alone, so that a file may say how long it is good for.
pub fn harden(headers: &mut HeaderMap, policy: &'static str) {
    let own = [
        (HeaderName::from_static("content-security-policy"), policy),
        (HeaderName::from_static("x-content-type-options"), "nosniff"),
        (HeaderName::from_static("referrer-policy"), "same-origin"),
        (CACHE_CONTROL, "no-store"),
    ];
    for (name, value) in own {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
}

fn add_folder(environment: &mut Environment<'static>, folder: &'static Dir<'static>) -> Result<(), Error> {
    for file in folder.files() {
        if let (Some(name), Some(text)) = (file.path().to_str(), file.contents_utf8()) {
            environment.add_template(name, text)?;
        }
    }
    folder.dirs().try_for_each(|inner| add_folder(environment, inner))
}

/// `t(key, name=value, …)`.
fn word(language: Language, key: &str, values: &Kwargs) -> Result<String, Error> {
    if !texts().has(language, key) {
        return Err(Error::new(
            ErrorKind::InvalidOperation,
            format!("there is no text `{key}`"),
        ));
    }
    let mut given: Vec<(&str, String)> = Vec::new();
    for name in values.args() {
        given.push((name, values.get::<Value>(name)?.to_string()));
    }
    let given: Vec<(&str, &str)> = given.iter().map(|(name, value)| (*name, value.as_str())).collect();
    Ok(texts().text(language, key, &given))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_in_the_readers_language_and_escaped_with_their_values() {
        for (language, wanted) in [
            (Language::En, "Answer no. &lt;b&gt; (today)"),
            (Language::ZhHans, "&lt;b&gt;"),
        ] {
            let mut environment = Environment::new();
            environment.set_auto_escape_callback(|_| AutoEscape::Html);
            environment.add_function("t", move |key: &str, values: Kwargs| word(language, key, &values));
            let page = environment
                .render_str("{{ t('track.answer_nth', nth='<b>', date='today') }}", ())
                .unwrap();
            assert!(page.contains(wanted), "{page}");
        }
        assert!(
            word(
                Language::En,
                "no.such.text",
                &Kwargs::from_iter([("a", Value::from(1))])
            )
            .is_err()
        );
    }

    #[test]
    fn a_page_says_that_it_loads_nothing_from_elsewhere() {
        let page = html(StatusCode::OK, Language::ZhHant, String::new());
        let header = |name: &str| page.headers().get(name).unwrap().to_str().unwrap();
        assert!(header("content-security-policy").starts_with("default-src 'none'; style-src 'self'"));
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("content-language"), "zh-Hant");
        assert_eq!(header("cache-control"), "no-store");
    }
}
