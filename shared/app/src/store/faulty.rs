//! Failures on order: wraps a client's connection so that a chosen request fails before or after it takes effect.
//!
//! The embedded engine is never throttled and never loses an answer; the service it stands for does both.

use std::sync::{Arc, Mutex, PoisonError};

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;

/// When the trouble comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// The request does not reach the store.
    Before,
    /// The request takes effect and its answer is lost.
    After,
}

/// What the caller sees instead of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// Status 400, `ThrottlingException`.
    Throttled,
    /// Status 500.
    ServerError,
    /// No answer in time.
    Timeout,
    /// A transaction cancelled because of another one, status 400.
    Conflict,
}

/// One failure.
#[derive(Debug, Clone)]
pub struct Fault {
    /// Only requests of this operation count; `None` for all.
    pub operation: Option<&'static str>,
    /// Requests that pass before it strikes.
    pub skip: u32,
    /// How often it strikes then.
    pub times: u32,
    /// When.
    pub moment: Moment,
    /// What.
    pub trouble: Trouble,
}

/// The failures ordered for a client; clones share them.
#[derive(Debug, Clone, Default)]
pub struct Faults(Arc<Mutex<Vec<Fault>>>);

impl Faults {
    /// Orders one more failure.
    pub fn order(&self, fault: Fault) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(fault);
    }

    /// The next request of `operation` fails once, with `trouble` at `moment`.
    pub fn next(&self, operation: &'static str, moment: Moment, trouble: Trouble) {
        self.order(Fault {
            operation: Some(operation),
            skip: 0,
            times: 1,
            moment,
            trouble,
        });
    }

    /// Failures ordered that have not all happened.
    pub fn pending(&self) -> usize {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .iter()
            .filter(|f| f.times > 0)
            .count()
    }

    /// `client`, with these failures.
    pub fn wrap(&self, client: impl HttpClient + 'static) -> SharedHttpClient {
        SharedHttpClient::new(FaultyClient {
            faults: self.clone(),
            inner: SharedHttpClient::new(client),
        })
    }

    fn strike(&self, operation: &str) -> Option<(Moment, Trouble)> {
        let mut faults = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let applies = |f: &&mut Fault| f.times > 0 && f.operation.is_none_or(|o| o == operation);
        let fault = faults.iter_mut().find(applies)?;
        if fault.skip > 0 {
            fault.skip -= 1;
            return None;
        }
        fault.times -= 1;
        Some((fault.moment, fault.trouble))
    }
}

#[derive(Debug)]
struct FaultyClient {
    faults: Faults,
    inner: SharedHttpClient,
}

impl HttpClient for FaultyClient {
    fn http_connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(FaultyConnector {
            faults: self.faults.clone(),
            inner: self.inner.http_connector(settings, components),
        })
    }
}

#[derive(Debug)]
struct FaultyConnector {
    faults: Faults,
    inner: SharedHttpConnector,
}

impl HttpConnector for FaultyConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let target = request.headers().get("x-amz-target").unwrap_or_default();
        let strike = self.faults.strike(target.rsplit('.').next().unwrap_or_default());
        match strike {
            None => self.inner.call(request),
            Some((Moment::Before, trouble)) => HttpConnectorFuture::ready(answer(trouble)),
            Some((Moment::After, trouble)) => {
                let real = self.inner.call(request);
                HttpConnectorFuture::new(async move {
                    real.await?;
                    answer(trouble)
                })
            }
        }
    }
}

fn answer(trouble: Trouble) -> Result<HttpResponse, ConnectorError> {
    let (status, body) = match trouble {
        Trouble::Timeout => return Err(ConnectorError::timeout("no answer in time".into())),
        Trouble::Throttled => (
            400,
            r#"{"__type":"com.amazon.coral.availability#ThrottlingException","message":"slow"}"#,
        ),
        Trouble::ServerError => (
            500,
            r#"{"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError"}"#,
        ),
        Trouble::Conflict => (
            400,
            r#"{"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException","Message":"cancelled",
                "CancellationReasons":[{"Code":"TransactionConflict"},{"Code":"None"}]}"#,
        ),
    };
    let status = StatusCode::try_from(status).map_err(|e| ConnectorError::other(e.into(), None))?;
    let mut response = HttpResponse::new(status, SdkBody::from(body));
    response
        .headers_mut()
        .insert("content-type", "application/x-amz-json-1.0");
    Ok(response)
}
