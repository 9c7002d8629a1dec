//! Tests of the SES way out against canned answers of the service.

use super::super::Post;
use super::super::tests::letter;
use super::*;
use aws_sdk_ses::config::{BehaviorVersion, Credentials, Region, retry::RetryConfig};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use std::sync::{Arc, Mutex};

/// Answers every request alike, and keeps the last request's body.
#[derive(Clone, Debug)]
struct Canned {
    status: u16,
    body: &'static str,
    heard: Arc<Mutex<String>>,
}

impl HttpConnector for Canned {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        *self.heard.lock().unwrap() = String::from_utf8_lossy(request.body().bytes().unwrap()).into_owned();
        let status = self.status.try_into().unwrap();
        HttpConnectorFuture::ready(Ok(HttpResponse::new(status, SdkBody::from(self.body))))
    }
}

impl HttpClient for Canned {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

fn send(status: u16, body: &'static str) -> (Result<Receipt, PostError>, String) {
    let canned = Canned {
        status,
        body,
        heard: Arc::default(),
    };
    let config = aws_sdk_ses::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static("eu-central-1"))
        .credentials_provider(Credentials::new("id", "key", None, None, "test"))
        .retry_config(RetryConfig::disabled())
        .http_client(canned.clone())
        .build();
    let post = Post::Ses(Ses::new(Client::from_conf(config), Some("kesu".into())));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let outcome = runtime.block_on(post.send(&letter()));
    let heard = canned.heard.lock().unwrap().clone();
    (outcome, heard)
}

fn refusal(code: &str, message: &str) -> &'static str {
    let body = format!(
        "<ErrorResponse xmlns=\"http://ses.amazonaws.com/doc/2010-12-01/\"><Error><Type>Sender</Type>\
         <Code>{code}</Code><Message>{message}</Message></Error><RequestId>r</RequestId></ErrorResponse>"
    );
    Box::leak(body.into_boxed_str())
}

#[test]
fn the_receipt_has_the_id_that_ses_gave() {
    let (outcome, heard) = send(
        200,
        "<SendRawEmailResponse xmlns=\"http://ses.amazonaws.com/doc/2010-12-01/\"><SendRawEmailResult>\
         <MessageId>010f-abc</MessageId></SendRawEmailResult></SendRawEmailResponse>",
    );
    assert_eq!(outcome.unwrap().message_id, "010f-abc");
    for part in [
        "Action=SendRawEmail",
        "Source=kesu%40company.example",
        "zhang.wei%40kunde.example",
        "ConfigurationSetName=kesu",
    ] {
        assert!(heard.contains(part), "{part} in {heard}");
    }
}

#[test]
fn a_rejected_letter_is_final_and_names_nobody() {
    let error = send(400, refusal("MessageRejected", "bad to zhang.wei@kunde.example"))
        .0
        .unwrap_err();
    assert_eq!(error, PostError::Permanent("SES: MessageRejected bad to ***".into()));
}

#[test]
fn what_is_wrong_with_the_account_or_the_network_is_tried_again() {
    for (status, code, message) in [
        (400, "Throttling", "Maximum sending rate exceeded."),
        (400, "MessageRejected", "Email address is not verified."),
        (400, "AccountSendingPausedException", "paused"),
        (403, "AccessDenied", "no"),
        (500, "InternalFailure", "no"),
    ] {
        let error = send(status, refusal(code, message)).0.unwrap_err();
        assert!(error.is_transient(), "{error}");
    }
}
