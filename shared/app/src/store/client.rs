//! Makes the SDK's client from settings that are given, never looked up: no configuration chain, no files, no metadata
//! service.

use std::time::Duration;

use aws_credential_types::Credentials;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{BehaviorVersion, Builder, Config, Region, StalledStreamProtectionConfig};
use aws_smithy_runtime_api::client::http::HttpClient;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;

use crate::config::Deployment;

/// Where the table is and as whom to ask for it.
#[derive(Debug, Clone)]
pub struct Connection {
    /// The region, for instance `eu-central-1`.
    pub region: String,
    /// Credentials; a function finds them in its environment.
    pub credentials: Credentials,
    /// Another endpoint, `http://` or `https://`, for an emulator.
    pub endpoint: Option<String>,
}

impl Connection {
    /// As a deployment's settings say.
    pub fn of(deployment: &Deployment) -> Self {
        let (id, secret, token) = deployment.credentials.clone();
        Self {
            region: deployment.region.clone(),
            credentials: Credentials::new(id, secret, token, None, "environment"),
            endpoint: deployment.endpoint.clone(),
        }
    }

    /// Connects through `http`. Attempts end after 5 seconds, so that a repeat still fits into a request.
    pub fn client(&self, http: impl HttpClient + 'static) -> Client {
        let config = self.config().http_client(http).timeout_config(
            TimeoutConfig::builder()
                .connect_timeout(Duration::from_secs(2))
                .operation_attempt_timeout(Duration::from_secs(5))
                .build(),
        );
        Client::from_conf(config.build())
    }

    fn config(&self) -> Builder {
        let config = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(self.region.clone()))
            .credentials_provider(self.credentials.clone())
            // Repeats are ours: `retry.rs`.
            .retry_config(RetryConfig::disabled())
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
        match &self.endpoint {
            Some(url) => config.endpoint_url(url),
            None => config,
        }
    }

    /// A client for an engine in this process: no timeouts, since a call that was started is never abandoned.
    #[cfg(feature = "local")]
    pub(super) fn in_process(http: impl HttpClient + 'static) -> Client {
        let here = Self {
            region: "local".to_owned(),
            credentials: Credentials::new("local", "local", None, None, "local"),
            endpoint: Some("http://in-process".to_owned()),
        };
        Client::from_conf(here.config().http_client(http).build())
    }

    /// Connects over the network. TLS is set up by the first request, not here, so that a start which sends nothing does
    /// not pay for it; plain `http://` endpoints never do.
    #[cfg(feature = "aws")]
    pub fn remote(&self) -> Client {
        let plain = self.endpoint.as_ref().is_some_and(|url| url.starts_with("http://"));
        self.client(lazy::Network::new(plain))
    }
}

#[cfg(feature = "aws")]
pub use lazy::Network;

#[cfg(feature = "aws")]
mod lazy {
    //! An HTTP client that is built when it is first asked for a connection.

    use std::sync::OnceLock;

    use aws_smithy_http_client::{Builder, tls};
    use aws_smithy_runtime_api::client::http::{
        HttpClient, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
    };
    use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;

    /// The network, reached over TLS with ring, or in clear text for an emulator.
    #[derive(Debug)]
    pub struct Network {
        plain: bool,
        client: OnceLock<SharedHttpClient>,
    }

    impl Network {
        /// Nothing is read or allocated until the first request.
        pub fn new(plain: bool) -> Self {
            Self {
                plain,
                client: OnceLock::new(),
            }
        }
    }

    impl HttpClient for Network {
        fn http_connector(
            &self,
            settings: &HttpConnectorSettings,
            components: &RuntimeComponents,
        ) -> SharedHttpConnector {
            let client = self.client.get_or_init(|| {
                if self.plain {
                    Builder::new().build_http()
                } else {
                    let ring = tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring);
                    Builder::new().tls_provider(ring).build_https()
                }
            });
            client.http_connector(settings, components)
        }
    }

    #[cfg(test)]
    mod tests {
        use std::io::{Read, Write};
        use std::net::TcpListener;

        use aws_credential_types::Credentials;

        use super::super::Connection;
        use super::*;
        use crate::store::{Kind, Patience, Store, StoreError};

        fn connection(endpoint: Option<String>) -> Connection {
            let credentials = Credentials::new("id", "secret", None, None, "test");
            Connection {
                region: "eu-central-1".to_owned(),
                credentials,
                endpoint,
            }
        }

        #[tokio::test]
        async fn a_plain_endpoint_is_spoken_to_in_clear_text() {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            let url = format!("http://{}", listener.local_addr().unwrap());
            let server = std::thread::spawn(move || {
                let (mut stream, _) = listener.accept().unwrap();
                let mut request = Vec::new();
                let mut part = [0; 4096];
                while !request.ends_with(b"}") {
                    let n = stream.read(&mut part).unwrap();
                    request.extend_from_slice(&part[..n]);
                }
                let body = r#"{"Item":{"pk":{"S":"G#"},"sk":{"S":"zone"},"v":{"N":"3"},"j":{"S":"{}"}}}"#;
                let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
                stream.write_all((head + body).as_bytes()).unwrap();
                String::from_utf8_lossy(&request).to_lowercase()
            });
            let store = Store::new(connection(Some(url)).remote(), "kesu");
            assert_eq!(store.get(Kind::Setting, "zone").await.unwrap().unwrap().version, 3);
            let request = server.join().unwrap();
            assert!(request.contains("x-amz-target: dynamodb_20120810.getitem"), "{request}");
            assert!(request.contains("credential=id/"), "{request}");
        }

        #[tokio::test]
        async fn an_endpoint_out_of_reach_is_busy_and_not_a_panic() {
            let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
            let patience = Patience {
                attempts: 2,
                ..Patience::default()
            };
            for scheme in ["http", "https"] {
                let client = connection(Some(format!("{scheme}://{gone}"))).remote();
                let error = Store::new(client, "kesu")
                    .with_patience(patience)
                    .head("c1")
                    .await
                    .unwrap_err();
                assert!(matches!(error, StoreError::Busy { attempts: 2, .. }), "{error}");
            }
        }

        #[test]
        fn tls_is_not_set_up_before_the_first_request() {
            let network = std::sync::Arc::new(Network::new(false));
            #[derive(Debug)]
            struct Shared(std::sync::Arc<Network>);
            impl HttpClient for Shared {
                fn http_connector(
                    &self,
                    settings: &HttpConnectorSettings,
                    components: &RuntimeComponents,
                ) -> SharedHttpConnector {
                    self.0.http_connector(settings, components)
                }
            }
            let _client = connection(None).client(Shared(std::sync::Arc::clone(&network)));
            assert!(network.client.get().is_none());
        }
    }
}
