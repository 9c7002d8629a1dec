//! Turns a letter's template and its facts into subject, plain text and simple HTML.
//!
//! One folder per letter under `letters/`, one file per language: `Subject: …`, an empty line, plain text. The HTML is
//! the same text in a plain layout, escaped, without anything loaded from elsewhere; a letter of tables has a `body.html` beside
//! its texts. The keys of each letter are in
//! [`super::templates`].

use super::filters;
use super::templates::Template;
use crate::texts::Language;
use include_dir::{Dir, include_dir};
use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value};
use minijinja::{AutoEscape, Environment, UndefinedBehavior, context};

static LETTERS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/letters");

/// The longest subject in characters; what is longer is cut, since some servers refuse long header lines.
const SUBJECT_MAX: usize = 200;

/// Writes letters.
pub struct Renderer {
    env: Environment<'static>,
}

/// A letter ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// One line without control characters.
    pub subject: String,
    /// Plain text, lines ended by `\n`.
    pub text: String,
    /// The same text as a complete HTML page.
    pub html: String,
}

/// Why a letter cannot be written. All of them are faults of the caller or of a template, never of a recipient.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// There is no such letter.
    #[error("there is no letter template `{0}`")]
    UnknownTemplate(String),
    /// The context is not an object, or has keys that this letter must not use.
    #[error("letter template `{template}` does not use `{key}`")]
    UnknownKey {
        /// The letter.
        template: String,
        /// The key.
        key: String,
    },
    /// A key that the letter needs is missing or null.
    #[error("letter template `{template}` needs `{key}`")]
    MissingKey {
        /// The letter.
        template: String,
        /// The key.
        key: String,
    },
    /// The template engine refused: an undefined value, or a value of the wrong kind.
    #[error("letter template cannot be rendered")]
    Template(#[from] minijinja::Error),
    /// A template does not begin with its subject.
    #[error("letter template `{0}` does not begin with a subject line")]
    NoSubject(String),
}

impl Renderer {
    /// A renderer with all shipped letters.
    ///
    /// # Errors
    /// Only when a shipped template is broken, which a test excludes.
    pub fn new() -> Result<Renderer, RenderError> {
        let mut env = Environment::new();
        env.set_undefined_behavior(UndefinedBehavior::Strict);
        env.set_auto_escape_callback(|name| {
            if name.ends_with(".html") {
                AutoEscape::Html
            } else {
                AutoEscape::None
            }
        });
        env.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
        filters::add_to(&mut env);
        for folder in LETTERS.dirs() {
            add_folder(&mut env, folder)?;
        }
        Ok(Renderer { env })
    }

    /// Writes the letter `template` in a language from its facts (an object with the keys of the template).
    ///
    /// # Errors
    /// When the template does not exist, the facts are not exactly those it may use, or a value is of the wrong kind.
    pub fn render(
        &self,
        template: &str,
        language: Language,
        facts: &serde_json::Value,
    ) -> Result<Rendered, RenderError> {
        self.render_marked(template, language, facts, None)
    }

    /// As [`Self::render`], with a last line by which answers are recognised. In HTML it is small and grey, not hidden:
    /// programs drop what is hidden when they quote.
    ///
    /// # Errors
    /// As [`Self::render`].
    pub fn render_marked(
        &self,
        template: &str,
        language: Language,
        facts: &serde_json::Value,
        mark: Option<&str>,
    ) -> Result<Rendered, RenderError> {
        let known = Template::find(template).ok_or_else(|| RenderError::UnknownTemplate(template.to_owned()))?;
        let facts = complete(known, facts)?;
        let mut given = facts.clone();
        given.insert("language".into(), language.tag().into());
        let given = Value::from(Serde(given));
        let page = self.env.get_template(&format!("{template}/{language}.txt"))?;
        let whole = page.render(&given)?.replace("\r\n", "\n").replace('\r', "\n");
        let (subject, body) = whole
            .strip_prefix("Subject:")
            .and_then(|rest| rest.split_once('\n'))
            .ok_or_else(|| RenderError::NoSubject(template.to_owned()))?;
        let subject = one_line(subject);
        let mut text = tidy(body);
        let links = links(&serde_json::Value::Object(facts));
        // A letter of tables has an HTML of its own; every other one is its text, laid out.
        let body = match self.env.get_template(&format!("{template}/body.html")) {
            Ok(own) => Some(Value::from_safe_string(own.render(&given)?)),
            Err(_) => None,
        };
        let html = self.env.get_template("_shared/layout.html")?.render(context! {
            language => language.tag(),
            subject => subject.as_str(),
            body => body,
            blocks => blocks(&text, &links),
            mark => mark,
        })?;
        if let Some(mark) = mark {
            text = format!("{text}\n{mark}\n");
        }
        Ok(Rendered { subject, text, html })
    }
}

fn add_folder(env: &mut Environment<'static>, folder: &'static Dir<'static>) -> Result<(), RenderError> {
    for file in folder.files() {
        if let (Some(name), Some(text)) = (file.path().to_str(), file.contents_utf8()) {
            env.add_template(name, text)?;
        }
    }
    for inner in folder.dirs() {
        add_folder(env, inner)?;
    }
    Ok(())
}

/// The facts with null for every optional key that is left out; refuses keys that the letter must not use.
fn complete(
    template: &Template,
    facts: &serde_json::Value,
) -> Result<serde_json::Map<String, serde_json::Value>, RenderError> {
    let missing = |key: &str| RenderError::MissingKey {
        template: template.name.into(),
        key: key.into(),
    };
    let mut facts = facts.as_object().cloned().unwrap_or_default();
    if let Some(key) = facts.keys().find(|key| !template.allows(key)) {
        return Err(RenderError::UnknownKey {
            template: template.name.into(),
            key: key.clone(),
        });
    }
    for key in template.required {
        if facts.get(*key).is_none_or(serde_json::Value::is_null) {
            return Err(missing(key));
        }
    }
    for key in template.optional.iter().chain(template.common()) {
        facts.entry(*key).or_insert(serde_json::Value::Null);
    }
    Ok(facts)
}

/// A header's worth of text: one line, no control characters, not too long.
fn one_line(text: &str) -> String {
    let spaced: String = text
        .chars()
        .map(|c| if super::compose::breaks_lines(c) { ' ' } else { c })
        .collect();
    let words: Vec<&str> = spaced.split(' ').filter(|word| !word.is_empty()).collect();
    words.join(" ").chars().take(SUBJECT_MAX).collect()
}

/// Takes away spaces at line ends and all but one of several empty lines.
fn tidy(text: &str) -> String {
    let mut tidied = String::with_capacity(text.len());
    let mut empty = 0;
    for line in text.lines().map(str::trim_end) {
        if line.is_empty() {
            empty += 1;
            continue;
        }
        if empty > 0 && !tidied.is_empty() {
            tidied.push('\n');
        }
        empty = 0;
        tidied.push_str(line);
        tidied.push('\n');
    }
    tidied
}

/// The addresses that a letter's facts give as `link` or `off`, wherever they stand.
fn links(facts: &serde_json::Value) -> Vec<String> {
    match facts {
        serde_json::Value::Object(map) => map
            .iter()
            .flat_map(|(key, value)| match value.as_str() {
                Some(link) if ["link", "off"].contains(&key.as_str()) && is_web(link) => vec![link.to_owned()],
                _ => links(value),
            })
            .collect(),
        serde_json::Value::Array(list) => list.iter().flat_map(links).collect(),
        _ => Vec::new(),
    }
}

/// The text as paragraphs and lists. Only the letter's own links become some: words of people stay words.
fn blocks(text: &str, links: &[String]) -> Vec<Value> {
    let told = |line: &str| context! { text => line, link => links.iter().any(|link| link == line) };
    let mut blocks = Vec::new();
    for paragraph in text.split("\n\n") {
        let mut lines = paragraph.lines().peekable();
        while let Some(first) = lines.peek() {
            if first.starts_with("- ") {
                let mut items: Vec<Vec<Value>> = Vec::new();
                while let Some(line) = lines.next_if(|line| line.starts_with("- ") || line.starts_with("  ")) {
                    match (line.strip_prefix("- "), items.last_mut()) {
                        (None, Some(item)) => item.push(told(line.trim_start())),
                        (start, _) => items.push(vec![told(start.unwrap_or(line))]),
                    }
                }
                blocks.push(context! { list => true, lines => items });
            } else {
                let mut plain = Vec::new();
                while let Some(line) = lines.next_if(|line| !line.starts_with("- ")) {
                    plain.push(told(line));
                }
                blocks.push(context! { list => false, lines => plain });
            }
        }
    }
    blocks
}

fn is_web(link: &str) -> bool {
    link.starts_with("https://") || link.starts_with("http://")
}

#[cfg(test)]
mod tests;
