//! Rate limits of public pages and of signing in: a few keyed counters in memory, on the machine's own clock.

use std::num::NonZeroU32;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

/// Limits how often something may happen under a key (an address, an account).
pub struct Limit {
    limiter: Option<DefaultKeyedRateLimiter<String>>,
}

impl Limit {
    /// So many a minute for each key; 0 is without limit.
    pub fn per_minute(count: u32) -> Self {
        let quota = NonZeroU32::new(count).map(Quota::per_minute);
        Self {
            limiter: quota.map(RateLimiter::keyed),
        }
    }

    /// Counts one; when it is too much, the seconds after which to try again.
    ///
    /// # Errors
    /// The seconds to wait.
    pub fn count(&self, key: &str) -> Result<(), u64> {
        let Some(limiter) = &self.limiter else { return Ok(()) };
        // Keys come from outside: what has recovered is forgotten before the table grows large.
        if limiter.len() > 10_000 {
            limiter.retain_recent();
        }
        let outcome = limiter.check_key(&key.to_owned());
        outcome.map_err(|not_until| not_until.wait_time_from(DefaultClock::default().now()).as_secs().max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_third_of_two_a_minute_is_told_when_to_come_back() {
        let limit = Limit::per_minute(2);
        assert_eq!((limit.count("a"), limit.count("a")), (Ok(()), Ok(())));
        assert!(limit.count("a").is_err_and(|seconds| (1..=60).contains(&seconds)));
        assert_eq!(limit.count("b"), Ok(()));
    }

    #[test]
    fn no_limit_is_no_limit() {
        let limit = Limit::per_minute(0);
        assert!((0..1000).all(|_| limit.count("a").is_ok()));
    }
}
