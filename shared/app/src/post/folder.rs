//! Letters as files: for trials, tests, and companies whose own program takes them from there.

use super::compose::{Composed, plain_id};
use super::{Outgoing, PostError, Receipt};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// Writes each letter as `<folder>/<letter id>.eml`; the same letter again gives the same file.
#[derive(Clone, Debug)]
pub struct Folder {
    dir: PathBuf,
}

/// Keeps two letters of one process from writing the same temporary file.
static TEMPORARY: AtomicU64 = AtomicU64::new(0);

impl Folder {
    /// A folder, made if it does not exist.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn new(dir: impl Into<PathBuf>) -> io::Result<Folder> {
        let dir = dir.into();
        fs::create_dir_all(&dir)?;
        Ok(Folder { dir })
    }

    /// The file of a letter, whether it is there or not.
    pub fn file(&self, letter_id: &str) -> PathBuf {
        self.dir.join(format!("{}.eml", plain_id(letter_id)))
    }

    pub(super) async fn send(&self, letter: &Outgoing, message: &Composed) -> Result<Receipt, PostError> {
        let (path, bytes) = (self.file(&letter.id), message.bytes.clone());
        tokio::task::spawn_blocking(move || write(&path, &bytes))
            .await
            .map_err(|_| PostError::Transient("writing the letter was broken off".into()))?
            .map_err(|error| PostError::Transient(format!("letter cannot be written: {}", error.kind())))?;
        Ok(Receipt {
            message_id: letter.message_id.clone(),
        })
    }
}

/// After this the whole letter is on disk under its name, or nothing is.
fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let count = TEMPORARY.fetch_add(1, Ordering::Relaxed);
    let temporary = path.with_extension(format!("{}-{count}.tmp", std::process::id()));
    let written = (|| {
        let mut file = File::create(&temporary)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&temporary, path)
    })();
    if written.is_err() {
        // The first error is the one to tell; a left-over temporary file does no harm.
        let _ = fs::remove_file(&temporary);
    }
    written?;
    match path.parent() {
        // A renamed file is safe only when its folder is.
        Some(dir) if cfg!(unix) => File::open(dir)?.sync_all(),
        _ => Ok(()),
    }
}
