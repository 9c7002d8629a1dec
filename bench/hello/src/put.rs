//! The least that a Lambda function in Rust can be which puts one item into a table: what the SDK and its TLS weigh.

use aws_credential_types::Credentials;
use aws_sdk_dynamodb::config::{BehaviorVersion, Config, Region};
use aws_sdk_dynamodb::types::AttributeValue;
use aws_smithy_http_client::{Builder, tls};
use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::{Value, json};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let given = |wanted: &str| std::env::vars().find(|(name, _)| name == wanted).unwrap_or_default().1;
    let credentials = Credentials::new(
        given("AWS_ACCESS_KEY_ID"),
        given("AWS_SECRET_ACCESS_KEY"),
        None,
        None,
        "environment",
    );
    let ring = tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring);
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(given("AWS_REGION")))
        .credentials_provider(credentials)
        .endpoint_url(given("AWS_ENDPOINT_URL"))
        .http_client(Builder::new().tls_provider(ring).build_https());
    let (client, table) = (aws_sdk_dynamodb::Client::from_conf(config.build()), given("KESU_TABLE"));
    lambda_runtime::run(service_fn(async |event: LambdaEvent<Value>| {
        let body = event.payload.get("body").and_then(Value::as_str).unwrap_or_default();
        let put = client
            .put_item()
            .table_name(&table)
            .item("pk", AttributeValue::S("C#1".to_owned()))
            .item("sk", AttributeValue::S("HEAD".to_owned()))
            .item("v", AttributeValue::N("1".to_owned()))
            .item("j", AttributeValue::S(body.to_owned()))
            .condition_expression("attribute_not_exists(pk)");
        put.send().await?;
        Ok::<_, Error>(json!({"statusCode": 201, "body": json!({"number": "1"}).to_string()}))
    }))
    .await
}
