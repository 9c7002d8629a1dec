//! A form as a browser sends it, with or without files: read piece by piece, cut off at the limits.

use std::collections::BTreeMap;

use axum::extract::multipart::Field;
use axum::extract::{Form, FromRequest, Multipart, Request};
use axum::http::StatusCode;
use kesu_app::blobs::{self, LARGEST, MOST};
use kesu_rules::domain::refusal::Refusal;

use crate::body::Source;
use crate::said::{Said, media_type};

/// The most text that a form or a body of JSON may hold, in bytes.
pub const MOST_TEXT: usize = 256 * 1024;
/// The most parts of a form.
const MOST_PARTS: usize = 300;
/// The most bytes of a form with its files and the lines between them.
const MOST_BYTES: usize = MOST * LARGEST + 1024 * 1024;

/// What was typed, by the name of the input.
pub type Typed = BTreeMap<String, Vec<String>>;

/// A form that was read, as far as it was.
#[derive(Debug, Default)]
pub struct Sent {
    /// What was typed.
    pub typed: Typed,
    /// The files, checked but not kept yet.
    pub files: Vec<Vec<u8>>,
    /// What is wrong with the files.
    pub wrong: Vec<Refusal>,
    /// The status of an answer that has to say so: 413 where it was cut off.
    pub cut: Option<StatusCode>,
}

impl Sent {
    /// The text of an input; empty where there is none.
    pub fn text(&self, name: &str) -> &str {
        let all = self.typed.get(name);
        all.and_then(|all| all.first()).map_or("", |text| text.trim())
    }

    /// Reads a form.
    ///
    /// # Errors
    /// Not a form (415), or too much text (413).
    pub async fn read(request: Request) -> Result<Self, Said> {
        let kind = media_type(request.headers());
        let (parts, body) = request.into_parts();
        let source = Source::of(body);
        match kind.as_str() {
            "application/x-www-form-urlencoded" => {
                let plain = Request::from_parts(parts, source.limited(MOST_TEXT));
                match Form::<Vec<(String, String)>>::from_request(plain, &()).await {
                    Ok(Form(pairs)) => Ok(Self::of(pairs)),
                    Err(_) if source.overran() => {
                        source.drain();
                        Err(Said::too_large(MOST_TEXT))
                    }
                    Err(_) => Err(not_a_form()),
                }
            }
            "multipart/form-data" => {
                let whole = Request::from_parts(parts, source.limited(MOST_BYTES));
                let mut multipart = Multipart::from_request(whole, &()).await.map_err(|_| not_a_form())?;
                Self::of_parts(&mut multipart, &source).await
            }
            _ => Err(not_a_form()),
        }
    }

    fn of(pairs: Vec<(String, String)>) -> Self {
        let mut sent = Self::default();
        for (name, text) in pairs.into_iter().take(MOST_PARTS) {
            sent.typed.entry(name).or_default().push(text.replace("\r\n", "\n"));
        }
        sent
    }

    async fn of_parts(multipart: &mut Multipart, source: &Source) -> Result<Self, Said> {
        let mut sent = Self::default();
        let mut text_left = MOST_TEXT;
        for _ in 0..MOST_PARTS {
            let field = match multipart.next_field().await {
                Ok(Some(field)) => field,
                Ok(None) => return Ok(sent),
                Err(_) => return sent.broken(source),
            };
            let name = field.name().unwrap_or_default().to_owned();
            let named = field.file_name().map(|name| !name.is_empty());
            let limit = if named.is_some() { LARGEST } else { text_left };
            let Ok(piece) = piece(field, limit).await else {
                return sent.broken(source);
            };
            match (piece, named) {
                (None, Some(_)) => {
                    source.drain();
                    sent.cut(format!("{} MB", LARGEST / (1024 * 1024)));
                    return Ok(sent);
                }
                (None, None) => {
                    source.drain();
                    return Err(Said::too_large(MOST_TEXT));
                }
                (Some(bytes), Some(named)) => sent.file(bytes, named),
                (Some(bytes), None) => {
                    text_left = text_left.saturating_sub(bytes.len());
                    let text = String::from_utf8_lossy(&bytes).replace("\r\n", "\n");
                    sent.typed.entry(name).or_default().push(text);
                }
            }
        }
        source.drain();
        Err(Said::too_large(MOST_BYTES))
    }

    /// A browser sends an empty file without a name where none was chosen.
    fn file(&mut self, bytes: Vec<u8>, named: bool) {
        if bytes.is_empty() {
            if named {
                self.wrong.push(Refusal::of("upload_empty").about("files"));
            }
            return;
        }
        if self.files.len() >= MOST {
            let many = Refusal::of("upload_too_many")
                .about("files")
                .with("max", MOST.to_string());
            if !self.wrong.contains(&many) {
                self.wrong.push(many);
            }
            return;
        }
        if blobs::check(&bytes).is_err() {
            let kinds = Refusal::of("upload_type")
                .about("files")
                .with("types", blobs::accepted());
            if !self.wrong.contains(&kinds) {
                self.wrong.push(kinds);
            }
            return;
        }
        self.files.push(bytes);
    }

    fn cut(&mut self, max: String) {
        self.files.clear();
        self.wrong = vec![Refusal::of("upload_too_large").about("files").with("max", max)];
        self.cut = Some(StatusCode::PAYLOAD_TOO_LARGE);
    }

    fn broken(mut self, source: &Source) -> Result<Self, Said> {
        if !source.overran() {
            return Err(not_a_form());
        }
        source.drain();
        self.cut(format!("{} MB", LARGEST / (1024 * 1024)));
        Ok(self)
    }
}

/// One part's bytes; nothing where there are more than `limit`.
async fn piece(
    mut field: Field<'_>,
    limit: usize,
) -> Result<Option<Vec<u8>>, axum::extract::multipart::MultipartError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await? {
        if bytes.len() + chunk.len() > limit {
            return Ok(None);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(Some(bytes))
}

fn not_a_form() -> Said {
    let types = "multipart/form-data, application/x-www-form-urlencoded";
    Said::unsupported(types)
}
