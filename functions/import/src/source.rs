//! A file that is fed: where its bytes are, and what it is called in every identity.

use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;

use kesu_ledger::book::{self, Book, Helper, Unreadable};
use kesu_ledger::limits::Limits;
use sha2::{Digest, Sha256};

/// A file that is fed.
#[derive(Clone, Debug)]
pub struct Source {
    name: String,
    place: Place,
}

#[derive(Clone, Debug)]
enum Place {
    File(PathBuf),
    Bytes(Arc<Vec<u8>>),
}

impl Source {
    /// A file on this machine.
    pub fn file(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        let name = path
            .file_name()
            .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        Self {
            name,
            place: Place::File(path),
        }
    }

    /// Bytes that came from elsewhere, under the name that the file has there.
    pub fn bytes(name: impl Into<String>, bytes: Vec<u8>) -> Self {
        Self {
            name: name.into(),
            place: Place::Bytes(Arc::new(bytes)),
        }
    }

    /// The file's name, without its folder.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The ledger's name: the file's without its ending, so that a register saved in another format is the same.
    pub fn ledger(&self) -> &str {
        match self.name.rsplit_once('.') {
            Some((stem, _)) if !stem.is_empty() => stem,
            _ => &self.name,
        }
    }

    /// SHA-256 of its bytes, hexadecimal.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn digest(&self) -> std::io::Result<String> {
        let mut hash = Sha256::new();
        match &self.place {
            Place::Bytes(bytes) => hash.update(bytes.as_slice()),
            Place::File(path) => {
                let mut file = std::fs::File::open(path)?;
                let mut buffer = vec![0; 64 * 1024];
                loop {
                    let read = file.read(&mut buffer)?;
                    if read == 0 {
                        break;
                    }
                    hash.update(buffer.get(..read).unwrap_or_default());
                }
            }
        }
        Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// Opens it.
    ///
    /// # Errors
    /// When it is no ledger, is broken, or exceeds a limit.
    pub fn open(&self, limits: &Limits, helper: Option<&Helper>) -> Result<Box<dyn Book>, Unreadable> {
        match &self.place {
            Place::File(path) => book::open(path, limits, helper),
            Place::Bytes(bytes) => book::open_bytes(self.ledger(), bytes.as_ref().clone(), limits, helper),
        }
    }
}
