//! The only module that knows Lambda: the application from the environment, and adapters for HTTP, streams and schedules.

mod batch;

use anyhow::Context;
use aws_credential_types::Credentials;
use aws_sdk_ses::config::{BehaviorVersion, Config, Region};
use axum::Router;
use chrono::{DateTime, Utc};
use kesu_rules::domain::names::UserId;
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
    build(Some(Post::Ses(Ses::new(
        client,
        Environment.value("KESU_SES_CONFIGURATION_SET"),
    ))))
}

fn build(post: Option<Post>) -> Result<App, Error> {
    crate::telemetry::for_machines();
    let settings = Settings::read(&Environment)?;
    let deployment = Deployment::read(&Environment)?;
    let (id, secret, token) = deployment.credentials;
    let credentials = Credentials::new(id, secret, token, None, "environment");
    let connection = Connection {
        region: deployment.region,
        credentials,
        endpoint: deployment.endpoint,
    };
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
        (Some(attachments), Some(raw)) => Blobs::Bucket(Bucket::new(s3(connection), attachments, raw)),
        _ => Blobs::None,
    }
}

fn s3(connection: &Connection) -> aws_sdk_s3::Client {
    let plain = connection
        .endpoint
        .as_ref()
        .is_some_and(|url| url.starts_with("http://"));
    let config = aws_sdk_s3::config::Config::builder()
        .behavior_version(aws_sdk_s3::config::BehaviorVersion::latest())
        .region(aws_sdk_s3::config::Region::new(connection.region.clone()))
        .credentials_provider(connection.credentials.clone())
        .http_client(Network::new(plain));
    // Emulators have no names for buckets in their host.
    let config = match &connection.endpoint {
        Some(url) => config.endpoint_url(url).force_path_style(true),
        None => config,
    };
    aws_sdk_s3::Client::from_conf(config.build())
}

/// Serves a router behind an HTTP API or a function URL.
///
/// # Errors
/// When the runtime API goes away.
pub async fn http(router: Router) -> Result<(), Error> {
    lambda_http::run(router).await
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

/// Calls `run` at every tick of a schedule with the moment of the call.
///
/// # Errors
/// When the runtime API goes away.
pub async fn schedule<F, Fut, T>(app: App, run: F) -> Result<(), Error>
where
    F: Fn(App, DateTime<Utc>) -> Fut,
    Fut: Future<Output = Result<T, Problem>>,
    T: serde::Serialize,
{
    let (app, run) = (&app, &run);
    let handler = |_: LambdaEvent<Value>| async move {
        let report = run(app.clone(), app.now())
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
