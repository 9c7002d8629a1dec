//! How often a hook may be used: the messages of the last minute are known, and a further one waits until there is room.
//!
//! The vendors count in any minute, so this counts the same: a bucket that refills would let nearly twice as many through in
//! the minute after a pause, and DingTalk punishes one too many with ten minutes of silence.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// A minute as counted here: a little longer, since messages do not all take equally long to arrive.
const MINUTE_MS: i64 = 61_000;
const SECOND_MS: i64 = 1_050;
/// After this a message that is being told belongs to a sender that died.
const TELLING_MS: i64 = 300_000;
/// Letters that wait to be told together, at most; further ones wait by themselves.
const WAITING_MAX: usize = 500;

/// What a vendor bears.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Messages in a minute.
    pub a_minute: usize,
    /// Messages in a second.
    pub a_second: usize,
}

/// A letter by complaint, entry and place.
pub type Place = (String, u64, u32);

/// What is known of a hook's messages; one small record of the table, so that all processes keep one limit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Hook {
    /// When messages went out lately, in milliseconds.
    pub sent: Vec<i64>,
    /// Letters that found no room.
    pub waiting: Vec<Place>,
    /// Letters that somebody is telling together, and since when.
    pub telling: Vec<(Place, i64)>,
    /// Letters that were told together and are yet to be marked.
    pub told: Vec<Place>,
    /// Who wrote last, so that two who write the same at the same instant are told apart.
    pub writer: String,
}

/// What a letter finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Turn {
    /// There is room: these letters are told in one message, the asking one among them.
    Tell(Vec<Place>),
    /// No room until then; it will be told with the others that wait.
    Wait(DateTime<Utc>),
    /// Another letter's message has told it.
    Told,
}

impl Hook {
    /// A letter asks for its turn.
    pub fn turn(&mut self, limits: Limits, me: &Place, now: DateTime<Utc>) -> Turn {
        let ms = now.timestamp_millis();
        if let Some(at) = self.told.iter().position(|place| place == me) {
            self.told.remove(at);
            return Turn::Told;
        }
        self.forget(ms);
        if self.telling.iter().any(|(place, _)| place == me) {
            return Turn::Wait(now + TimeDelta::seconds(30));
        }
        if let Some(free) = self.free_at(limits, ms) {
            if !self.waiting.contains(me) && self.waiting.len() < WAITING_MAX {
                self.waiting.push(me.clone());
            }
            return Turn::Wait(now + TimeDelta::milliseconds((free - ms).max(1)));
        }
        self.sent.push(ms);
        let mut batch = std::mem::take(&mut self.waiting);
        if !batch.contains(me) {
            batch.push(me.clone());
        }
        if batch.len() > 1 {
            self.telling.extend(batch.iter().map(|place| (place.clone(), ms)));
        }
        Turn::Tell(batch)
    }

    /// The message about these letters was heard, or not: then they wait again.
    pub fn outcome(&mut self, batch: &[Place], me: &Place, heard: bool) {
        self.telling.retain(|(place, _)| !batch.contains(place));
        for place in batch.iter().filter(|place| *place != me) {
            let list = if heard { &mut self.told } else { &mut self.waiting };
            if !list.contains(place) {
                list.push(place.clone());
            }
        }
        // Those that were marked meanwhile never ask again.
        let surplus = self.told.len().saturating_sub(2 * WAITING_MAX);
        self.told.drain(..surplus);
    }

    fn forget(&mut self, ms: i64) {
        self.sent.retain(|at| ms - at < MINUTE_MS && *at <= ms);
        let (dead, alive): (Vec<_>, Vec<_>) = std::mem::take(&mut self.telling)
            .into_iter()
            .partition(|(_, since)| ms - since > TELLING_MS);
        self.telling = alive;
        self.waiting.extend(dead.into_iter().map(|(place, _)| place));
    }

    /// When there is room again; nothing when there is now.
    fn free_at(&self, limits: Limits, ms: i64) -> Option<i64> {
        let nth_last = |count: usize| self.sent.len().checked_sub(count).and_then(|at| self.sent.get(at));
        let minute = nth_last(limits.a_minute).map(|at| at + MINUTE_MS);
        let second = nth_last(limits.a_second).map(|at| at + SECOND_MS);
        [minute, second].into_iter().flatten().filter(|free| *free > ms).max()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWENTY: Limits = Limits {
        a_minute: 20,
        a_second: 20,
    };
    const FEISHU: Limits = Limits {
        a_minute: 100,
        a_second: 5,
    };

    fn at(ms: i64) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(1_790_000_000_000 + ms).unwrap()
    }

    fn place(n: u32) -> Place {
        (format!("c{n}"), 1, 1000)
    }

    #[test]
    fn the_twenty_first_message_of_a_minute_waits_and_is_told_with_the_others_that_wait() {
        let mut hook = Hook::default();
        for n in 0..20 {
            assert_eq!(
                hook.turn(TWENTY, &place(n), at(i64::from(n))),
                Turn::Tell(vec![place(n)])
            );
        }
        for n in 20..30 {
            let Turn::Wait(until) = hook.turn(TWENTY, &place(n), at(1_000)) else {
                panic!()
            };
            assert_eq!(until, at(MINUTE_MS));
        }
        let all: Vec<Place> = (20..30).map(place).collect();
        assert_eq!(hook.turn(TWENTY, &place(25), at(MINUTE_MS)), Turn::Tell(all.clone()));
        // Another of them that asks meanwhile neither repeats the message nor is lost.
        assert!(matches!(
            hook.turn(TWENTY, &place(20), at(MINUTE_MS + 5)),
            Turn::Wait(_)
        ));
        hook.outcome(&all, &place(25), true);
        assert_eq!(hook.turn(TWENTY, &place(20), at(MINUTE_MS + 9)), Turn::Told);
    }

    #[test]
    fn no_minute_and_no_second_holds_more_than_the_vendor_bears() {
        for limits in [TWENTY, FEISHU] {
            let mut hook = Hook::default();
            let mut sent: Vec<i64> = Vec::new();
            for ms in (0..200_000).step_by(37) {
                let me = place(u32::try_from(ms).unwrap());
                if let Turn::Tell(batch) = hook.turn(limits, &me, at(ms)) {
                    hook.outcome(&batch, &me, true);
                    sent.push(ms);
                }
            }
            for from in &sent {
                let within = |span: i64| sent.iter().filter(|at| (*from..from + span).contains(*at)).count();
                assert!(within(60_000) <= limits.a_minute && within(1_000) <= limits.a_second);
            }
            assert!(sent.len() >= limits.a_minute * 3);
        }
    }

    #[test]
    fn what_was_not_heard_and_what_a_dead_sender_was_telling_waits_again() {
        let mut hook = Hook {
            waiting: vec![place(1), place(2)],
            ..Hook::default()
        };
        let Turn::Tell(batch) = hook.turn(TWENTY, &place(1), at(0)) else {
            panic!()
        };
        hook.outcome(&batch, &place(1), false);
        assert_eq!(hook.waiting, [place(2)]);
        assert!(matches!(hook.turn(TWENTY, &place(1), at(1)), Turn::Tell(batch) if batch.len() == 2));
        // That sender died: after five minutes the next takes both up again.
        assert!(matches!(hook.turn(TWENTY, &place(3), at(TELLING_MS + 2)), Turn::Tell(batch) if batch.len() == 3));
    }
}
