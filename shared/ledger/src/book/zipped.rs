//! The parts of a zipped workbook, each within bounds: what a part declares is checked first and held to while it is inflated.

use std::collections::HashMap;
use std::io::{self, Read, Seek};

use zip::ZipArchive;
use zip::read::ZipFile;

use super::source::{Source, unreadable};
use super::{Unreadable, xml};
use crate::limits::Limits;

/// Parts of one workbook; a register with a thousand sheets and pictures stays far below.
const PARTS: usize = 20_000;
/// A part larger than this, unpacked, must not be packed more than [`RATIO`] times: honest sheets are packed 10 to 60 times,
/// bombs up to 1,032.
const BULK: u64 = 64 << 20;
const RATIO: u64 = 250;
/// The parts of a workbook.
pub struct Package {
    zip: ZipArchive<Source>,
    /// Names as they are asked for (lower case, `/`, no leading `/`) to places.
    places: HashMap<String, usize>,
}

impl Package {
    /// # Errors
    /// When it is no whole zip file, or declares more than the limits allow.
    pub fn open(mut source: Source, limits: &Limits) -> Result<Self, Unreadable> {
        if entries(&mut source)? > PARTS {
            return Err(Unreadable::of("too_many_parts").with("limit", PARTS));
        }
        let packed = source.length()?;
        let mut zip = ZipArchive::new(source).map_err(|_| Unreadable::of("truncated"))?;
        let mut places = HashMap::with_capacity(zip.len());
        let mut sum = 0_u64;
        for place in 0..zip.len() {
            let part = zip.by_index_raw(place).map_err(|_| Unreadable::of("truncated"))?;
            let name = String::from_utf8_lossy(part.name_raw()).into_owned();
            if part.encrypted() {
                return Err(Unreadable::of("encrypted"));
            }
            sum = sum.saturating_add(part.size());
            if sum > limits.unpacked || (part.size() > BULK && part.size() / RATIO > part.compressed_size()) {
                return Err(Unreadable::of("unpacked_too_large")
                    .with("part", name)
                    .with("limit", limits.unpacked >> 20));
            }
            places.entry(key(&name)).or_insert(place);
        }
        // Parts may lie over each other, so that none of them by itself is packed too well.
        if sum > BULK && sum / RATIO > packed {
            return Err(Unreadable::of("unpacked_too_large").with("limit", limits.unpacked >> 20));
        }
        Ok(Self { zip, places })
    }

    /// Whether there is a part of that name.
    pub fn has(&self, name: &str) -> bool {
        self.places.contains_key(&key(name))
    }

    /// A part to read, if there is one of that name.
    pub fn part(&mut self, name: &str) -> Result<Option<Part<'_>>, Unreadable> {
        let Some(place) = self.places.get(&key(name)) else {
            return Ok(None);
        };
        let file = self
            .zip
            .by_index(*place)
            .map_err(|_| Unreadable::of("broken_part").with("part", name))?;
        Ok(Some(Part {
            left: file.size(),
            name: name.to_owned(),
            file,
        }))
    }

    /// A part of XML to read, if there is one of that name.
    pub fn xml(&mut self, name: &str) -> Result<Option<xml::Reader<'_>>, Unreadable> {
        Ok(self.part(name)?.map(|part| xml::Reader::new(part, name)))
    }

    /// A whole part, at most `most` bytes of it.
    pub fn bytes(&mut self, name: &str, most: u64) -> Result<Option<Vec<u8>>, Unreadable> {
        let Some(mut part) = self.part(name)? else {
            return Ok(None);
        };
        if part.left > most {
            return Err(Unreadable::of("part_too_large")
                .with("part", name)
                .with("limit", most >> 20));
        }
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).map_err(|error| told(&error, name))?;
        Ok(Some(bytes))
    }
}

/// One part while it is read.
pub struct Part<'a> {
    file: ZipFile<'a, Source>,
    name: String,
    /// Bytes that it may still give: its declared size, which is part of the checked sum.
    left: u64,
}

impl Read for Part<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let got = self.file.read(buffer)?;
        let more = got as u64;
        if more > self.left {
            return Err(io::Error::other(
                Unreadable::of("unpacked_too_large").with("part", &self.name),
            ));
        }
        self.left -= more;
        Ok(got)
    }
}

/// What a failure while reading a part is: our own refusal where it carries one.
pub fn told(error: &io::Error, part: &str) -> Unreadable {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<Unreadable>()) {
        Some(ours) => ours.clone(),
        None => Unreadable::of("broken_part").with("part", part),
    }
}

fn key(name: &str) -> String {
    name.replace('\\', "/").trim_start_matches('/').to_lowercase()
}

/// Entries of the central directory, counted by their signature: the directory itself is read only when they are few enough.
fn entries(source: &mut Source) -> Result<usize, Unreadable> {
    let finder = memchr::memmem::Finder::new(b"PK\x01\x02");
    let mut buffer = vec![0; 256 << 10];
    let (mut kept, mut count) = (0, 0);
    source.rewind().map_err(unreadable)?;
    loop {
        let got = source
            .read(buffer.get_mut(kept..).unwrap_or_default())
            .map_err(unreadable)?;
        let all = buffer.get(..kept + got).unwrap_or_default();
        count += finder.find_iter(all).count();
        if got == 0 || count > PARTS {
            break;
        }
        // Three bytes may begin a signature whose end is still to come.
        let tail = all.len().saturating_sub(3);
        let end = all.len();
        buffer.copy_within(tail..end, 0);
        kept = end - tail;
    }
    source.rewind().map_err(unreadable)?;
    Ok(count)
}
