//! Attachments: kept under generated names, accepted by their content and never by their name.

use std::path::PathBuf;

use kesu_rules::domain::chain::hash;

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

/// Where attachments are kept.
#[derive(Clone, Debug)]
pub enum Blobs {
    /// A folder on this machine.
    Folder(PathBuf),
    /// Nowhere: attachments are refused.
    None,
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
    let kind = infer::get(bytes).map(|kind| kind.mime_type());
    let accepted_kind = ACCEPTED.iter().find(|(mime, _)| Some(*mime) == kind);
    let (_, ending) = accepted_kind.ok_or_else(|| Problem::Unsupported { types: accepted() })?;
    let name: String = hash(bytes).chars().take(40).collect();
    Ok(format!("{name}.{ending}"))
}

/// The media type under which a stored attachment is given out.
pub fn media_type(name: &str) -> Option<&'static str> {
    let ending = name.rsplit_once('.')?.1;
    ACCEPTED.iter().find(|(_, own)| *own == ending).map(|(mime, _)| *mime)
}

impl Blobs {
    /// Keeps an attachment; gives its name.
    ///
    /// # Errors
    /// As [`check`], or when it could not be written.
    pub async fn keep(&self, bytes: Vec<u8>) -> Result<String, Problem> {
        let name = check(&bytes)?;
        let Self::Folder(folder) = self else {
            return Err(Problem::Unsupported { types: String::new() });
        };
        let (folder, file) = (folder.clone(), name.clone());
        let kept = tokio::task::spawn_blocking(move || write(&folder, &file, &bytes)).await;
        match kept {
            Ok(Ok(())) => Ok(name),
            Ok(Err(error)) => {
                tracing::error!(%error, "an attachment could not be written");
                Err(Problem::Fault)
            }
            Err(_) => Err(Problem::Fault),
        }
    }

    /// Reads an attachment; nothing if there is none of that name.
    pub async fn read(&self, name: &str) -> Option<Vec<u8>> {
        let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '.') && media_type(name).is_some();
        let Self::Folder(folder) = self else { return None };
        let path = plain.then(|| folder.join(name))?;
        tokio::task::spawn_blocking(move || std::fs::read(path).ok())
            .await
            .ok()
            .flatten()
    }
}

/// Written beside, made durable, then moved into place: a crash leaves no half attachment under its name.
fn write(folder: &std::path::Path, name: &str, bytes: &[u8]) -> std::io::Result<()> {
    use std::io::Write;
    std::fs::create_dir_all(folder)?;
    let path = folder.join(name);
    if path.exists() {
        return Ok(());
    }
    let beside = folder.join(format!(".{name}.{}", std::process::id()));
    let mut file = std::fs::File::create(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(beside, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_that_calls_itself_a_picture_is_refused() {
        assert!(matches!(
            check(b"<script>alert(1)</script>"),
            Err(Problem::Unsupported { .. })
        ));
    }

    #[tokio::test]
    async fn a_picture_is_kept_under_a_name_of_its_content_and_found_again() {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::Folder(folder.path().to_owned());
        let png = b"\x89PNG\r\n\x1a\n0000".to_vec();
        let name = blobs.keep(png.clone()).await.unwrap();
        assert_eq!(blobs.keep(png.clone()).await.unwrap(), name);
        assert_eq!(blobs.read(&name).await, Some(png));
        assert_eq!(blobs.read("../secret.png").await, None);
    }
}
