//! Attachments and raw mail: kept under names that follow from the content, accepted by the content and never by a name.

#[cfg(feature = "aws")]
mod bucket;
mod carry;
mod folder;

use std::path::PathBuf;

use kesu_rules::domain::chain::hash;

#[cfg(feature = "aws")]
pub use bucket::Bucket;
pub use carry::BlobName;

use crate::problem::Problem;

/// The largest single attachment, in bytes.
pub const LARGEST: usize = 10 * 1024 * 1024;
/// The most attachments of one complaint's form.
pub const MOST: usize = 5;

/// What may be attached: media type and ending.
const ACCEPTED: &[(&str, &str)] = &[
    ("image/jpeg", "jpg"),
    ("image/png", "png"),
    ("image/webp", "webp"),
    ("image/heif", "heic"),
    ("application/pdf", "pdf"),
    ("video/mp4", "mp4"),
];

/// The ending of what came by mail and is nothing of the above: it is given out as a file to save, never as what it
/// claims to be.
const OPAQUE: &str = "bin";

/// Where attachments and raw mail are kept.
#[derive(Clone, Debug)]
pub enum Blobs {
    /// A folder on this machine; raw mail in its folder `raw`.
    Folder(PathBuf),
    /// Buckets of S3.
    #[cfg(feature = "aws")]
    Bucket(Bucket),
    /// Nowhere: attachments are refused.
    None,
}

/// A place among the blobs: its kind decides the folder or bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Shelf {
    /// Attachments.
    Attachments,
    /// Raw mail.
    Raw,
    /// Registers that people uploaded, and what was made of them.
    Imports,
    /// Workbooks of rollups.
    Reports,
    /// Lines of rollups, made before and made again where they are lost: a move to another place leaves them behind.
    Lines,
}

/// The endings that are accepted, for messages and for the form.
pub fn accepted() -> String {
    ACCEPTED
        .iter()
        .map(|(_, ending)| *ending)
        .collect::<Vec<_>>()
        .join(", ")
}

/// Checks an attachment by its content; its name follows from the content, so that keeping it twice is harmless.
///
/// # Errors
/// Too large, or of a kind that is not accepted.
pub fn check(bytes: &[u8]) -> Result<String, Problem> {
    if bytes.len() > LARGEST {
        return Err(Problem::TooLarge {
            max: format!("{} MB", LARGEST / (1024 * 1024)),
        });
    }
    let ending = ending(bytes).ok_or_else(|| Problem::Unsupported { types: accepted() })?;
    Ok(format!("{}.{ending}", digest(bytes)))
}

/// The ending of an accepted kind, by the content.
fn ending(bytes: &[u8]) -> Option<&'static str> {
    let kind = infer::get(bytes)?.mime_type();
    let found = ACCEPTED.iter().find(|(mime, _)| *mime == kind)?;
    Some(found.1)
}

fn digest(bytes: &[u8]) -> String {
    hash(bytes).chars().take(40).collect()
}

/// The media type under which a stored attachment is given out.
pub fn media_type(name: &str) -> Option<&'static str> {
    let ending = name.rsplit_once('.')?.1;
    if ending == OPAQUE {
        return Some("application/octet-stream");
    }
    ACCEPTED.iter().find(|(_, own)| *own == ending).map(|(mime, _)| *mime)
}

/// Whether a name is one of a raw message.
pub fn is_raw(name: &str) -> bool {
    let stem = name.strip_suffix(".eml");
    stem.is_some_and(|stem| !stem.is_empty() && stem.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// The name of what is readable of a raw message, beside it.
fn words_of(raw: &str) -> Option<String> {
    Some(format!("{}.txt", raw.strip_suffix(".eml")?)).filter(|name| is_words(name))
}

fn is_words(name: &str) -> bool {
    name.strip_suffix(".txt")
        .is_some_and(|stem| is_raw(&format!("{stem}.eml")))
}

/// Whether a name is one that [`check`] or [`Blobs::keep_any`] gave.
fn is_attachment(name: &str) -> bool {
    name.chars().all(|c| c.is_ascii_alphanumeric() || c == '.') && media_type(name).is_some()
}

/// Whether a name is one that an upload of a register or what was made of it may have.
fn is_import(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
    !name.is_empty() && !name.starts_with('.') && name.chars().all(plain)
}

/// The key as S3 escapes it in events: `+` for a blank, `%xx` for a byte.
pub fn unescaped(key: &str) -> String {
    let mut bytes = Vec::with_capacity(key.len());
    let mut rest = key.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let pair = after.get(..2).and_then(|pair| std::str::from_utf8(pair).ok());
        let byte = pair.and_then(|pair| u8::from_str_radix(pair, 16).ok());
        match (first, byte) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            (b'+', _) => {
                bytes.push(b' ');
                rest = after;
            }
            (other, _) => {
                bytes.push(*other);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

impl Blobs {
    /// Keeps an attachment; gives its name.
    ///
    /// # Errors
    /// As [`check`], or when it could not be written.
    pub async fn keep(&self, bytes: Vec<u8>) -> Result<String, Problem> {
        let name = check(&bytes)?;
        self.write(Shelf::Attachments, &name, bytes).await?;
        Ok(name)
    }

    /// Keeps an attachment of a mail, whatever it is: what is none of the accepted kinds becomes opaque.
    ///
    /// # Errors
    /// When it could not be written.
    pub async fn keep_any(&self, bytes: Vec<u8>) -> Result<String, Problem> {
        let ending = ending(&bytes).unwrap_or(OPAQUE);
        let name = format!("{}.{ending}", digest(&bytes));
        self.write(Shelf::Attachments, &name, bytes).await?;
        Ok(name)
    }

    /// Keeps a raw message; gives its name.
    ///
    /// # Errors
    /// When it could not be written: then the message is not ours yet.
    pub async fn keep_raw(&self, bytes: &[u8]) -> Result<String, Problem> {
        let name = format!("{}.eml", hash(bytes));
        self.write(Shelf::Raw, &name, bytes.to_vec()).await?;
        Ok(name)
    }

    /// Reads an attachment; nothing if there is none of that name.
    pub async fn read(&self, name: &str) -> Option<Vec<u8>> {
        if !is_attachment(name) {
            return None;
        }
        self.take(Shelf::Attachments, name).await.unwrap_or_default()
    }

    /// Reads a raw message; nothing if there is none of that name.
    ///
    /// # Errors
    /// When the place where they are kept does not answer.
    pub async fn raw(&self, name: &str) -> Result<Option<Vec<u8>>, Problem> {
        if !is_raw(name) {
            return Ok(None);
        }
        self.take(Shelf::Raw, name).await
    }

    /// Keeps what is readable of a raw message beside it, for those who look at it without being able to decode it.
    ///
    /// # Errors
    /// When it could not be written.
    pub async fn keep_words(&self, raw: &str, words: String) -> Result<(), Problem> {
        match words_of(raw) {
            Some(name) => self.write(Shelf::Raw, &name, words.into_bytes()).await,
            None => Ok(()),
        }
    }

    /// What is readable of a raw message; nothing if it could not be read, or was kept before such copies were.
    ///
    /// # Errors
    /// When the place where they are kept does not answer.
    pub async fn words(&self, raw: &str) -> Result<Option<Vec<u8>>, Problem> {
        match words_of(raw) {
            Some(name) => self.take(Shelf::Raw, &name).await,
            None => Ok(None),
        }
    }

    /// Keeps an uploaded register or what was made of it under a name of letters, digits, `-` and `.`. What stands under a
    /// name stays: another content wants another name.
    ///
    /// # Errors
    /// When it could not be written.
    pub async fn keep_import(&self, name: &str, bytes: Vec<u8>) -> Result<(), Problem> {
        if !is_import(name) {
            return Err(Problem::Fault);
        }
        self.write(Shelf::Imports, name, bytes).await
    }

    /// Reads an uploaded register or what was made of it; nothing if there is none of that name.
    ///
    /// # Errors
    /// When the place where they are kept does not answer.
    pub async fn import(&self, name: &str) -> Result<Option<Vec<u8>>, Problem> {
        if !is_import(name) {
            return Ok(None);
        }
        self.take(Shelf::Imports, name).await
    }

    /// Keeps a report's workbook under a name of letters, digits, `-` and `.`; what stands under a name is the same for ever.
    ///
    /// # Errors
    /// When it could not be written.
    pub async fn keep_report(&self, name: &str, bytes: Vec<u8>) -> Result<(), Problem> {
        if !is_import(name) {
            return Err(Problem::Fault);
        }
        self.write(Shelf::Reports, name, bytes).await
    }

    /// Reads a report's workbook; nothing if there is none of that name.
    ///
    /// # Errors
    /// When the place where they are kept does not answer.
    pub async fn report(&self, name: &str) -> Result<Option<Vec<u8>>, Problem> {
        if !is_import(name) {
            return Ok(None);
        }
        self.take(Shelf::Reports, name).await
    }

    /// Keeps lines of rollups under a name of letters and digits, in the place of those that stood there.
    ///
    /// # Errors
    /// When they could not be written.
    pub async fn keep_lines(&self, name: &str, bytes: Vec<u8>) -> Result<(), Problem> {
        self.write(Shelf::Lines, name, bytes).await
    }

    /// Reads lines of rollups; nothing if there are none of that name.
    ///
    /// # Errors
    /// When the place where they are kept does not answer.
    pub async fn lines(&self, name: &str) -> Result<Option<Vec<u8>>, Problem> {
        self.take(Shelf::Lines, name).await
    }

    /// Deletes an uploaded register or what was made of it; harmless when repeated.
    ///
    /// # Errors
    /// When the place where they are kept does not answer.
    pub async fn forget_import(&self, name: &str) -> Result<(), Problem> {
        if !is_import(name) {
            return Ok(());
        }
        match self {
            Self::Folder(folder) => folder::forget(folder, Shelf::Imports, name).await,
            #[cfg(feature = "aws")]
            Self::Bucket(bucket) => bucket.forget(Shelf::Imports, name).await,
            Self::None => Ok(()),
        }
    }

    async fn write(&self, shelf: Shelf, name: &str, bytes: Vec<u8>) -> Result<(), Problem> {
        match self {
            Self::Folder(folder) => folder::write(folder, shelf, name, bytes).await,
            #[cfg(feature = "aws")]
            Self::Bucket(bucket) => bucket.write(shelf, name, bytes).await,
            Self::None => Err(Problem::Unsupported { types: String::new() }),
        }
    }

    async fn take(&self, shelf: Shelf, name: &str) -> Result<Option<Vec<u8>>, Problem> {
        match self {
            Self::Folder(folder) => folder::read(folder, shelf, name).await,
            #[cfg(feature = "aws")]
            Self::Bucket(bucket) => bucket.read(shelf, name).await,
            Self::None => Ok(None),
        }
    }
}

#[cfg(test)]
mod tests;
