//! Every key string of the table is formatted and read here, and nowhere else.
//!
//! Moments inside keys are compared as text, so callers pass them in one form: RFC 3339 in UTC with a fixed number of
//! digits (`2026-11-22T02:07:49Z`).

use super::items::Kind;

/// Name of the sparse index of what is due, by `wp`, `ws`; keys only.
pub const WAKE: &str = "wake";
/// Name of the index of the grid and the rollups, by `mp`, `pk`; holds the grid's columns, face and version.
pub const MONTH: &str = "month";
/// Name of the index of what changed lately, by `dp`, `ds`; keys only.
pub const CHANGED: &str = "changed";

/// Sort key of a complaint's head.
pub const HEAD: &str = "HEAD";
/// Prefix of the log's sort keys.
pub const ENTRY: &str = "E#";
/// Prefix of the texts' sort keys.
pub const TEXT: &str = "T#";
/// Prefix of the letters' sort keys.
pub const LETTER: &str = "L#";
/// Sort key of a serial counter.
pub const NUMBER: &str = "N";
/// Sort key of a small record that is never listed.
pub const ALONE: &str = "S";
/// Sequence number of a complaint's first log entry.
pub const FIRST: u64 = 1;

/// Partition of a complaint, or of a duty's letters: `C#<id>`.
pub fn complaint(id: &str) -> String {
    format!("C#{id}")
}

/// Sort key of a log entry: `E#<seq>`, zero padded so that text order is number order.
pub fn entry(seq: u64) -> String {
    format!("{ENTRY}{seq:08}")
}

/// Sort key of an erasable text: `T#<seq>#<n>`.
pub fn text(seq: u64, n: u32) -> String {
    format!("{TEXT}{seq:08}#{n:03}")
}

/// Sort key of a letter: `L#<seq>#<n>`.
pub fn letter(seq: u64, n: u32) -> String {
    format!("{LETTER}{seq:08}#{n:03}")
}

/// Partition of a serial counter: `N#<counter>#<period>`.
pub fn number(counter: &str, period: &str) -> String {
    format!("N#{counter}#{period}")
}

/// Partition of a person's history: `U#<keyed hash>`.
pub fn person(key_hash: &str) -> String {
    format!("U#{key_hash}")
}

/// Sort key of one complaint in a person's history: `<when>#<id>`.
pub fn person_entry(when: &str, id: &str) -> String {
    format!("{when}#{id}")
}

/// Partition of what was closed in a month: `Z#<yyyy-mm>#<shard>`.
pub fn closed(month: &str, shard: u32) -> String {
    format!("Z#{month}#{shard}")
}

/// Partition of the complaints that count together: `X#<place>`.
pub fn counted(place: &str) -> String {
    format!("X#{place}")
}

/// Id of the mark that a signed link was used, by the link's hash.
pub fn used_link(hash: &str) -> String {
    format!("link#{hash}")
}

/// Partition of the `wake` index: `W#<shard>`.
pub fn wake(shard: u32) -> String {
    format!("W#{shard}")
}

/// Partition of the `wake` index for mail that was begun and not finished, `WM#<shard>`: those who sweep complaints do not meet
/// it, nor its own sweep them.
pub fn mail(shard: u32) -> String {
    format!("WM#{shard}")
}

/// Begins the moments of letters that were given up, in the `wake` index: later than every moment, so no sweep meets them.
pub const GIVEN_UP: &str = "~";

/// Sort key in the `wake` index of a letter that was given up at a moment: `~<moment>`.
pub fn given_up(moment: &str) -> String {
    format!("{GIVEN_UP}{moment}")
}

/// Partition of the `month` index: `M#<yyyy-mm>#<shard>`.
pub fn month(month: &str, shard: u32) -> String {
    format!("M#{month}#{shard}")
}

/// Partition of the `changed` index: `D#<yyyy-mm-dd>#<shard>`.
pub fn day(day: &str, shard: u32) -> String {
    format!("D#{day}#{shard}")
}

/// Sort key in the `changed` index: `<when>#<id>`, so that a cursor is ordered by both.
pub fn changed(when: &str, id: &str) -> String {
    format!("{when}#{id}")
}

/// Partition and sort key of a small record. Kinds that are listed share one partition; the others have one each.
pub fn small(kind: Kind, id: &str) -> (String, String) {
    let prefix = kind.prefix();
    if kind.listed() {
        (format!("{prefix}#"), id.to_owned())
    } else {
        (format!("{prefix}#{id}"), ALONE.to_owned())
    }
}

/// What an item is, read from its two keys.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// The head of complaint `id`.
    Head {
        /// The complaint.
        id: String,
    },
    /// One log entry.
    Log {
        /// The complaint.
        id: String,
        /// Its place in the log, from [`FIRST`].
        seq: u64,
    },
    /// One erasable text.
    Text {
        /// The complaint.
        id: String,
        /// The log entry it belongs to.
        seq: u64,
        /// Its place among that entry's texts.
        n: u32,
    },
    /// One letter.
    Letter {
        /// The complaint or duty.
        id: String,
        /// The log entry that ordered it.
        seq: u64,
        /// Its place among that entry's letters.
        n: u32,
    },
    /// A serial counter.
    Number {
        /// Usually the procedure.
        counter: String,
        /// Usually a year or a month.
        period: String,
    },
    /// One complaint of a person.
    Person {
        /// Keyed hash of a telephone number or an address.
        key_hash: String,
        /// When it was received.
        when: String,
        /// The complaint.
        complaint: String,
    },
    /// One complaint closed in a month.
    Closed {
        /// `yyyy-mm`.
        month: String,
        /// The shard.
        shard: u32,
        /// The complaint.
        id: String,
    },
    /// One complaint that counts in a place.
    Counted {
        /// The place.
        place: String,
        /// The complaint.
        id: String,
    },
    /// A small record.
    Small {
        /// Its kind.
        kind: Kind,
        /// Its id within the kind.
        id: String,
    },
}

impl Key {
    /// Reads a pair of keys; `None` if no function of this file would have written it.
    pub fn read(pk: &str, sk: &str) -> Option<Self> {
        if let Some(id) = pk.strip_prefix("C#") {
            return Self::of_complaint(id.to_owned(), sk);
        }
        if let Some(rest) = pk.strip_prefix("N#").filter(|_| sk == NUMBER) {
            let (counter, period) = rest.rsplit_once('#')?;
            return Some(Self::Number {
                counter: counter.to_owned(),
                period: period.to_owned(),
            });
        }
        if let Some(hash) = pk.strip_prefix("U#") {
            let (when, complaint) = sk.split_once('#')?;
            return Some(Self::Person {
                key_hash: hash.to_owned(),
                when: when.to_owned(),
                complaint: complaint.to_owned(),
            });
        }
        if let Some(rest) = pk.strip_prefix("Z#") {
            let (month, shard) = rest.split_once('#')?;
            return Some(Self::Closed {
                month: month.to_owned(),
                shard: shard.parse().ok()?,
                id: sk.to_owned(),
            });
        }
        if let Some(place) = pk.strip_prefix("X#") {
            return Some(Self::Counted {
                place: place.to_owned(),
                id: sk.to_owned(),
            });
        }
        let (prefix, rest) = pk.split_once('#')?;
        let kind = Kind::of_prefix(prefix)?;
        match (kind.listed(), rest, sk) {
            (true, "", id) => Some(Self::Small {
                kind,
                id: id.to_owned(),
            }),
            (false, id, ALONE) => Some(Self::Small {
                kind,
                id: id.to_owned(),
            }),
            _ => None,
        }
    }

    fn of_complaint(id: String, sk: &str) -> Option<Self> {
        if sk == HEAD {
            return Some(Self::Head { id });
        }
        if let Some(seq) = sk.strip_prefix(ENTRY) {
            return Some(Self::Log {
                id,
                seq: seq.parse().ok()?,
            });
        }
        let pair = |rest: &str| {
            let (seq, n) = rest.split_once('#')?;
            Some((seq.parse().ok()?, n.parse().ok()?))
        };
        if let Some((seq, n)) = sk.strip_prefix(TEXT).and_then(pair) {
            return Some(Self::Text { id, seq, n });
        }
        let (seq, n) = sk.strip_prefix(LETTER).and_then(pair)?;
        Some(Self::Letter { id, seq, n })
    }
}

/// The shard of `id` among `shards` (a setting; 1 on one machine). Always below `shards`; 0 when `shards` is 0.
pub fn shard(id: &str, shards: u32) -> u32 {
    let hash = id.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |h, b| {
        (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3)
    });
    u32::try_from((hash >> 17) % u64::from(shards.max(1))).unwrap_or(0)
}
