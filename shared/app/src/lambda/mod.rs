//! The only module that knows Lambda: the application from the environment, and adapters for HTTP, streams and schedules.

mod batch;

use std::net::{IpAddr, SocketAddr};

use anyhow::Context;
use aws_credential_types::Credentials;
use aws_sdk_ses::config::{BehaviorVersion, Config, Region};
use axum::Router;
use axum::extract::{ConnectInfo, Request};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use chrono::{DateTime, Utc};
use kesu_rules::domain::names::UserId;
use lambda_http::request::RequestContext;
use lambda_runtime::{LambdaEvent, service_fn};
use serde_json::Value;

pub use batch::failures;
pub use lambda_runtime::Error;

use crate::app::App;
use crate::blobs::{Blobs, Bucket};
use crate::clock::Time;
use crate::config::{Deployment, Environment, Lookup, Settings};
use crate::post::{Post, Ses};
use crate::problem::Problem;
use crate::store::Change;
use crate::store::Store;
use crate::store::client::{Connection, Network};

/// Starts a function: tracing, settings, one store client. Nothing is asked of the network yet.
///
/// # Errors
/// Names the setting that is missing or wrong.
pub fn app() -> Result<App, Error> {
    build(None)
}

/// As [`app`], for the one function that sends letters.
///
/// # Errors
/// Names the setting that is missing or wrong.
pub fn sending_app() -> Result<App, Error> {
    let deployment = Deployment::read(&Environment)?;
    #[cfg(feature = "smtp")]
    if let Some(smtp) = smtp(&Environment)? {
        return build(Some(smtp));
    }
    build(Some(ses(&deployment)))
}

/// The SMTP server that the settings name: in mainland China there is no SES.
#[cfg(feature = "smtp")]
fn smtp(from: &dyn Lookup) -> Result<Option<Post>, Error> {
    use crate::post::{Smtp, SmtpSettings};

    /// How long a server may think about a letter: several must fit into one call of the function.
    const PATIENCE: std::time::Duration = std::time::Duration::from_secs(60);
    let Some(url) = from.value("KESU_SMTP_URL") else {
        return Ok(None);
    };
    let settings = SmtpSettings {
        credentials: from.value("KESU_SMTP_USER").zip(from.value("KESU_SMTP_PASSWORD")),
        patience: PATIENCE,
        ..SmtpSettings::of(&url)
    };
    let smtp = Smtp::new(&settings).context("the setting `KESU_SMTP_URL` cannot be used")?;
    Ok(Some(Post::Smtp(Box::new(smtp))))
}

fn ses(deployment: &Deployment) -> Post {
    let (id, secret, token) = deployment.credentials.clone();
    let plain = deployment
        .endpoint
        .as_ref()
        .is_some_and(|url| url.starts_with("http://"));
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(deployment.region.clone()))
        .credentials_provider(Credentials::new(id, secret, token, None, "environment"))
        .http_client(Network::new(plain));
    let config = match &deployment.endpoint {
        Some(url) => config.endpoint_url(url),
        None => config,
    };
    let client = aws_sdk_ses::Client::from_conf(config.build());
    Post::Ses(Ses::new(client, Environment.value("KESU_SES_CONFIGURATION_SET")))
}

fn build(post: Option<Post>) -> Result<App, Error> {
    crate::telemetry::for_machines();
    let settings = Settings::read(&Environment)?;
    let deployment = Deployment::read(&Environment)?;
    let connection = Connection::of(&deployment);
    let blobs = blobs(&connection);
    let store = Store::new(connection.remote(), deployment.table);
    let administrator = Environment
        .value("KESU_ADMINISTRATOR")
        .unwrap_or_else(|| settings.mail_from.clone());
    let administrator = UserId::parse(&administrator).context("the setting `KESU_ADMINISTRATOR` is not an address")?;
    Ok(App::new(store, Time::Machine, settings, blobs, post, administrator))
}

/// The buckets that the settings name; without them attachments are refused and mail is not taken in.
fn blobs(connection: &Connection) -> Blobs {
    let attachments = Environment.value("KESU_ATTACHMENTS_BUCKET");
    let raw = Environment.value("KESU_MAIL_BUCKET").or_else(|| attachments.clone());
    match (attachments.or_else(|| raw.clone()), raw) {
        (Some(attachments), Some(raw)) => Blobs::Bucket(Bucket::connect(connection, attachments, raw)),
        _ => Blobs::None,
    }
}

/// Serves a router behind an HTTP API or a function URL.
///
/// # Errors
/// When the runtime API goes away.
pub async fn http(router: Router) -> Result<(), Error> {
    lambda_http::run(router.layer(from_fn(connected))).await
}

/// Middleware: the address that the HTTP API saw at the other end stands where a server of our own puts the connection's. It
/// comes from the event and not from a header, so nobody can choose it.
async fn connected(mut request: Request, next: Next) -> Response {
    let address = match request.extensions().get::<RequestContext>() {
        Some(RequestContext::ApiGatewayV2(context)) => context.http.source_ip.as_deref(),
        _ => None,
    };
    if let Some(address) = address.and_then(|address| address.parse::<IpAddr>().ok()) {
        request
            .extensions_mut()
            .insert(ConnectInfo(SocketAddr::new(address, 0)));
    }
    next.run(request).await
}

/// Hands each change of a stream's batch to `on_change`, in order, and reports the first that failed: the stream then
/// begins again with that one, so that changes of one item stay in order.
///
/// # Errors
/// When the runtime API goes away.
pub async fn stream<F, Fut>(app: App, on_change: F) -> Result<(), Error>
where
    F: Fn(App, Change) -> Fut,
    Fut: Future<Output = Result<(), Problem>>,
{
    let (app, on_change) = (&app, &on_change);
    let handler = |event: LambdaEvent<Value>| async move {
        Ok::<_, Error>(failures(&event.payload, |change| on_change(app.clone(), change)).await)
    };
    lambda_runtime::run(service_fn(handler)).await
}

/// Hands each event to `on_event` as it comes. An event that fails comes again.
///
/// # Errors
/// When the runtime API goes away.
pub async fn events<F, Fut>(app: App, on_event: F) -> Result<(), Error>
where
    F: Fn(App, Value) -> Fut,
    Fut: Future<Output = Result<(), Problem>>,
{
    let (app, on_event) = (&app, &on_event);
    let handler = |event: LambdaEvent<Value>| async move {
        let done = on_event(app.clone(), event.payload).await;
        done.map_err(|problem| Error::from(Failed(format!("{problem:?}"))))
    };
    lambda_runtime::run(service_fn(handler)).await
}

/// Calls `run` at every tick of a schedule with what the schedule says and the moment of the call.
///
/// # Errors
/// When the runtime API goes away.
pub async fn schedule<F, Fut, T>(app: App, run: F) -> Result<(), Error>
where
    F: Fn(App, Value, DateTime<Utc>) -> Fut,
    Fut: Future<Output = Result<T, Problem>>,
    T: serde::Serialize,
{
    let (app, run) = (&app, &run);
    let handler = |event: LambdaEvent<Value>| async move {
        let report = run(app.clone(), event.payload, app.now())
            .await
            .map_err(|problem| Failed(format!("{problem:?}")))?;
        Ok::<_, Error>(serde_json::to_value(report)?)
    };
    lambda_runtime::run(service_fn(handler)).await
}

/// A run that could not be finished; the schedule tries again.
#[derive(Debug, thiserror::Error)]
#[error("the run could not be finished: {0}")]
pub struct Failed(String);

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use lambda_http::tower::ServiceExt;

    use super::*;

    async fn asked(context: Option<&str>) -> String {
        let router = Router::new()
            .route(
                "/",
                get(async |connection: Option<axum::Extension<ConnectInfo<SocketAddr>>>| {
                    connection.map_or_else(String::new, |found| found.0.0.ip().to_string())
                }),
            )
            .layer(from_fn(connected));
        let mut request = Request::builder().uri("/").header("x-forwarded-for", "192.0.2.66");
        if let Some(address) = context {
            let context = serde_json::json!({"http": {"method": "GET", "path": "/", "sourceIp": address}});
            let context = RequestContext::ApiGatewayV2(serde_json::from_value(context).unwrap());
            request = request.extension(context);
        }
        let answer = router
            .oneshot(request.body(axum::body::Body::empty()).unwrap())
            .await
            .unwrap();
        let body = axum::body::to_bytes(answer.into_body(), 100).await.unwrap();
        String::from_utf8(body.to_vec()).unwrap()
    }

    #[tokio::test]
    async fn the_address_at_the_other_end_is_the_one_that_the_http_api_saw() {
        assert_eq!(asked(Some("192.0.2.7")).await, "192.0.2.7");
        assert_eq!(asked(None).await, "");
    }

    #[cfg(feature = "smtp")]
    #[test]
    fn letters_leave_by_smtp_where_a_server_is_named() {
        use std::collections::BTreeMap;

        let none = smtp(&BTreeMap::<&str, &str>::new()).unwrap();
        assert!(none.is_none());
        let named = smtp(&BTreeMap::from([("KESU_SMTP_URL", "smtps://mail.company.example")])).unwrap();
        assert!(matches!(named, Some(Post::Smtp(_))));
        let wrong = smtp(&BTreeMap::from([("KESU_SMTP_URL", "mail.company.example")]));
        assert!(wrong.err().unwrap().to_string().contains("KESU_SMTP_URL"));
    }
}
