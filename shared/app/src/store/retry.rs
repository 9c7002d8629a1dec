//! Repeats requests that failed for a passing reason: bounded, with jitter, in one place.
//!
//! The SDK's own retries are off, so that the whole number of attempts is known and cancelled transactions are repeated
//! by the same rule as throttled ones.

use std::fmt::Debug;
use std::future::Future;
use std::time::Duration;

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

use super::{Store, StoreError};

/// How often and how long a failed request is repeated.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// Attempts altogether, at least one.
    pub attempts: u32,
    /// The wait before the first repeat is at most this; it doubles each time.
    pub base: Duration,
    /// No single wait is longer.
    pub cap: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            attempts: 7,
            base: Duration::from_millis(25),
            cap: Duration::from_millis(800),
        }
    }
}

impl Patience {
    /// A random wait before attempt `attempt + 1`: "full jitter", so that those who collided do not meet again.
    fn wait(&self, attempt: u32) -> Duration {
        let ceiling = self.base.saturating_mul(1 << attempt.min(16)).min(self.cap);
        ceiling.mul_f64(f64::from(getrandom::u32().unwrap_or(u32::MAX / 2)) / f64::from(u32::MAX))
    }
}

const PASSING: [&str; 9] = [
    "InternalServerError",
    "InternalFailure",
    "LimitExceededException",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "ServiceUnavailable",
    "ThrottlingException",
    "TransactionConflictException",
    "TransactionInProgressException",
];

impl Store {
    /// Sends until the answer is final. The inner result is the service's last word; passing trouble becomes
    /// [`StoreError::Busy`] when patience ends.
    pub(super) async fn send<T, E, F, Fut>(&self, what: &'static str, call: F) -> Result<Result<T, E>, StoreError>
    where
        E: ProvideErrorMetadata + Debug,
        F: FnMut() -> Fut,
        Fut: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
    {
        self.send_unless(what, |_| None, call).await
    }

    /// As [`Self::send`]; `passing` names the reason of a service error that is to be repeated all the same.
    pub(super) async fn send_unless<T, E, F, Fut>(
        &self,
        what: &'static str,
        passing: impl Fn(&E) -> Option<String>,
        mut call: F,
    ) -> Result<Result<T, E>, StoreError>
    where
        E: ProvideErrorMetadata + Debug,
        F: FnMut() -> Fut,
        Fut: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
    {
        let mut attempt = 0;
        loop {
            self.meter.request();
            let reason = match call().await {
                Ok(answer) => return Ok(Ok(answer)),
                Err(SdkError::ServiceError(answer)) => {
                    let error = answer.err();
                    let code = error.code().unwrap_or_default();
                    if PASSING.contains(&code) || answer.raw().status().is_server_error() {
                        code.to_owned()
                    } else if let Some(reason) = passing(error) {
                        reason
                    } else {
                        return Ok(Err(answer.into_err()));
                    }
                }
                Err(SdkError::ConstructionFailure(error)) => {
                    return Err(StoreError::Service {
                        what,
                        code: "construction failure".to_owned(),
                        message: format!("{error:?}"),
                    });
                }
                Err(error) => format!("{error}"),
            };
            attempt += 1;
            if attempt >= self.patience.attempts {
                return Err(StoreError::Busy {
                    what,
                    attempts: attempt,
                    reason,
                });
            }
            tokio::time::sleep(self.patience.wait(attempt - 1)).await;
        }
    }
}

/// A service error nobody interpreted.
pub(super) fn refused<E: ProvideErrorMetadata>(what: &'static str, error: &E) -> StoreError {
    StoreError::Service {
        what,
        code: error.code().unwrap_or("unknown").to_owned(),
        message: error.message().unwrap_or_default().to_owned(),
    }
}
