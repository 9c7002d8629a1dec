//! Blobs in a folder of this machine: written beside, made durable, then moved into place.

use std::io::{Error, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use super::Shelf;
use crate::problem::Problem;

pub(super) fn place(folder: &Path, shelf: Shelf) -> PathBuf {
    match shelf {
        Shelf::Attachments => folder.to_owned(),
        Shelf::Raw => folder.join("raw"),
        Shelf::Imports => folder.join("imports"),
        Shelf::Reports => folder.join("reports"),
        Shelf::Lines => folder.join("lines"),
    }
}

pub(super) async fn write(folder: &Path, shelf: Shelf, name: &str, bytes: Vec<u8>) -> Result<(), Problem> {
    let (folder, name) = (place(folder, shelf), name.to_owned());
    let kept = tokio::task::spawn_blocking(move || put(&folder, &name, &bytes, shelf)).await;
    match kept {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => {
            tracing::error!(%error, "a blob could not be written");
            Err(Problem::Fault)
        }
        Err(_) => Err(Problem::Fault),
    }
}

pub(super) async fn read(folder: &Path, shelf: Shelf, name: &str) -> Result<Option<Vec<u8>>, Problem> {
    let path = place(folder, shelf).join(name);
    let read = tokio::task::spawn_blocking(move || match std::fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    });
    match read.await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(error)) => {
            tracing::error!(%error, "a blob could not be read");
            Err(Problem::Fault)
        }
        Err(_) => Err(Problem::Fault),
    }
}

pub(super) async fn forget(folder: &Path, shelf: Shelf, name: &str) -> Result<(), Problem> {
    let path = place(folder, shelf).join(name);
    let gone = tokio::task::spawn_blocking(move || match std::fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    });
    match gone.await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => {
            tracing::error!(%error, "a blob could not be deleted");
            Err(Problem::Fault)
        }
        Err(_) => Err(Problem::Fault),
    }
}

/// A crash leaves no half blob under its name; two who write the same one at once do not meet.
fn put(folder: &Path, name: &str, bytes: &[u8], shelf: Shelf) -> Result<(), Error> {
    static WRITERS: AtomicU64 = AtomicU64::new(0);
    std::fs::create_dir_all(folder)?;
    let path = folder.join(name);
    // Everywhere else a name says what stands under it.
    if path.exists() && shelf != Shelf::Lines {
        return Ok(());
    }
    let writer = WRITERS.fetch_add(1, Ordering::Relaxed);
    let beside = folder.join(format!(".{name}.{}.{writer}", std::process::id()));
    let mut file = std::fs::File::create(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&beside, path)?;
    // The name is only on disk once its folder is.
    std::fs::File::open(folder)?.sync_all()
}
