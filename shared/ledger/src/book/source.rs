//! Where a ledger's bytes come from: a file or memory, read and sought alike.

use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::path::Path;

use super::Unreadable;

/// The bytes of a ledger.
#[derive(Debug)]
pub enum Source {
    /// On disk.
    File(File),
    /// In memory.
    Bytes(Cursor<Vec<u8>>),
}

impl Source {
    pub fn file(path: &Path) -> Result<Self, Unreadable> {
        File::open(path)
            .map(Self::File)
            .map_err(|error| Unreadable::of("unreadable_file").with("error", error))
    }

    pub fn bytes(bytes: Vec<u8>) -> Self {
        Self::Bytes(Cursor::new(bytes))
    }

    /// Its length in bytes; the position is the beginning afterwards.
    pub fn length(&mut self) -> Result<u64, Unreadable> {
        let length = self.seek(SeekFrom::End(0)).map_err(unreadable)?;
        self.rewind().map_err(unreadable)?;
        Ok(length)
    }

    /// Its first bytes, at most `most`; the position is the beginning afterwards.
    pub fn head(&mut self, most: u64) -> Result<Vec<u8>, Unreadable> {
        let mut head = Vec::new();
        self.rewind().map_err(unreadable)?;
        self.by_ref().take(most).read_to_end(&mut head).map_err(unreadable)?;
        self.rewind().map_err(unreadable)?;
        Ok(head)
    }
}

/// What a failure of the disk is to a person.
pub fn unreadable(error: io::Error) -> Unreadable {
    Unreadable::of("unreadable_file").with("error", error)
}

impl Read for Source {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::File(file) => file.read(buffer),
            Self::Bytes(bytes) => bytes.read(buffer),
        }
    }
}

impl Seek for Source {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        match self {
            Self::File(file) => file.seek(to),
            Self::Bytes(bytes) => bytes.seek(to),
        }
    }
}
