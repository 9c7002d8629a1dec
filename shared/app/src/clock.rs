//! The one place where the time of day is read; everything else is handed the moment as a value.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, SubsecRound, Utc};
use kesu_rules::clock::Moment;

/// Where "now" comes from.
#[derive(Clone, Debug)]
pub enum Time {
    /// The machine's clock.
    Machine,
    /// A clock that stands still until it is moved: for trials, demonstrations and stories.
    Movable(Arc<AtomicI64>),
}

impl Time {
    /// A movable clock that shows `at`.
    pub fn movable(at: DateTime<Utc>) -> Self {
        Self::Movable(Arc::new(AtomicI64::new(at.timestamp())))
    }

    /// The moment of this request, in whole seconds.
    pub fn now(&self) -> DateTime<Utc> {
        match self {
            Self::Machine => machine(),
            Self::Movable(seconds) => {
                DateTime::from_timestamp(seconds.load(Ordering::SeqCst), 0).unwrap_or_else(machine)
            }
        }
    }

    /// Moves a movable clock forward; it never goes back. Whether there was one to move, and it moved or stood.
    pub fn advance(&self, to: DateTime<Utc>) -> bool {
        match self {
            Self::Machine => false,
            Self::Movable(seconds) => seconds.fetch_max(to.timestamp(), Ordering::SeqCst) <= to.timestamp(),
        }
    }

    /// Whether the clock is a movable one.
    pub fn is_movable(&self) -> bool {
        matches!(self, Self::Movable(_))
    }
}

/// The machine's own clock, whatever the movable one shows: sessions and rate limits are about real time.
#[expect(clippy::disallowed_methods, reason = "this is the edge at which time is read")]
pub fn machine() -> DateTime<Utc> {
    DateTime::<Utc>::from(std::time::SystemTime::now()).trunc_subsecs(0)
}

/// A moment in the sortable form of keys: UTC, whole seconds.
pub fn stamp(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// The same for a moment of a procedure's zone.
pub fn stamp_of(at: Moment) -> String {
    stamp(at.to_utc())
}
