//! Makes the SDK's client from settings that are given, never looked up: no configuration chain, no files, no metadata
//! service.

use std::time::Duration;

use aws_credential_types::Credentials;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{BehaviorVersion, Builder, Config, Region, StalledStreamProtectionConfig};
use aws_smithy_runtime_api::client::http::HttpClient;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;

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
}
