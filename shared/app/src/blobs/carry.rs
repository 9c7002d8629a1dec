//! Carries blobs from one place to another: all names, and each blob under the name it has.

use std::path::Path;

use super::{Blobs, Shelf, folder, is_attachment, is_import, is_raw, is_words};
use crate::problem::Problem;

/// The name of a blob with its place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct BlobName {
    shelf: Shelf,
    name: String,
}

impl std::fmt::Display for BlobName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.shelf {
            Shelf::Attachments => f.write_str(&self.name),
            Shelf::Raw => write!(f, "raw/{}", self.name),
            Shelf::Imports => write!(f, "imports/{}", self.name),
            Shelf::Reports => write!(f, "reports/{}", self.name),
            Shelf::Lines => write!(f, "lines/{}", self.name),
        }
    }
}

/// Whether a name is one that such a shelf may hold.
fn ours(shelf: Shelf, name: &str) -> bool {
    match shelf {
        Shelf::Attachments => is_attachment(name),
        Shelf::Raw => is_raw(name) || is_words(name),
        Shelf::Imports | Shelf::Reports | Shelf::Lines => is_import(name),
    }
}

impl Blobs {
    /// The names of all blobs, in order.
    ///
    /// # Errors
    /// When the place where they are kept does not answer.
    pub async fn all_names(&self) -> Result<Vec<BlobName>, Problem> {
        let mut all = Vec::new();
        for shelf in [Shelf::Attachments, Shelf::Raw, Shelf::Imports, Shelf::Reports] {
            let names = match self {
                Self::Folder(root) => list(&folder::place(root, shelf))?,
                #[cfg(feature = "aws")]
                Self::Bucket(bucket) => bucket.names(shelf).await?,
                Self::None => Vec::new(),
            };
            let own = names.into_iter().filter(|name| ours(shelf, name));
            all.extend(own.map(|name| BlobName { shelf, name }));
        }
        all.sort();
        Ok(all)
    }

    /// A blob by its name; nothing if there is none.
    ///
    /// # Errors
    /// When the place where they are kept does not answer.
    pub async fn fetch(&self, name: &BlobName) -> Result<Option<Vec<u8>>, Problem> {
        self.take(name.shelf, &name.name).await
    }

    /// Keeps a blob under the name that it has elsewhere.
    ///
    /// # Errors
    /// When it could not be written.
    pub async fn carry_in(&self, name: &BlobName, bytes: Vec<u8>) -> Result<(), Problem> {
        self.write(name.shelf, &name.name, bytes).await
    }
}

/// The names of the files in a folder; none if it is not there.
fn list(folder: &Path) -> Result<Vec<String>, Problem> {
    let unreadable = |error: std::io::Error| {
        tracing::error!(%error, "the blobs cannot be listed");
        Problem::Busy
    };
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        other => other.map_err(unreadable)?,
    };
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry.map_err(unreadable)?;
        if entry.file_type().map_err(unreadable)?.is_file() {
            names.extend(entry.file_name().into_string().ok());
        }
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn everything_that_was_kept_is_found_and_nothing_else() {
        let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let from = Blobs::Folder(one.path().to_owned());
        assert_eq!(from.all_names().await.unwrap(), []);
        from.keep(b"\x89PNG\r\n\x1a\n0000".to_vec()).await.unwrap();
        let raw = from.keep_raw(b"Subject: x\r\n\r\ny").await.unwrap();
        from.keep_words(&raw, "y".to_owned()).await.unwrap();
        from.keep_words("../../kesu.eml", "z".to_owned()).await.unwrap();
        from.keep_import("0123-abc.file", b"a,b".to_vec()).await.unwrap();
        from.keep_report("2026Q3-P19-V1.xlsx", b"PK".to_vec()).await.unwrap();
        std::fs::write(one.path().join(".half.png.1.2"), "left by a crash").unwrap();
        let names = from.all_names().await.unwrap();
        assert_eq!(names.len(), 5, "{names:?}");
        let to = Blobs::Folder(other.path().to_owned());
        for name in &names {
            let bytes = from.fetch(name).await.unwrap().unwrap();
            to.carry_in(name, bytes).await.unwrap();
        }
        assert_eq!(to.all_names().await.unwrap(), names);
        assert_eq!(to.words(&raw).await.unwrap().as_deref(), Some(b"y".as_slice()));
        assert_eq!(to.words("../../kesu.eml").await.unwrap(), None);
        assert_eq!(
            to.import("0123-abc.file").await.unwrap().as_deref(),
            Some(b"a,b".as_slice())
        );
    }
}
