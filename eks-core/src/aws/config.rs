//! Where region and credentials come from: the standard AWS chain.

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_smithy_http_client::{Builder, Connector};
use aws_smithy_runtime_api::client::http::SharedHttpClient;

/// What the caller sets by hand; the chain (environment, profile, instance or pod role) gives the rest.
#[derive(Clone, Debug, Default)]
pub(crate) struct Chain {
    pub(crate) region: Option<String>,
    pub(crate) profile: Option<String>,
    /// For every service, in place of `AWS_ENDPOINT_URL`.
    pub(crate) endpoint_url: Option<String>,
    pub(crate) credentials: Option<SharedCredentialsProvider>,
}

/// Reads the chain. The region is the one set by hand, else the chain's, else none. Nothing of AWS is
/// called but what finding a region takes (instance metadata).
pub(crate) async fn load(chain: &Chain) -> SdkConfig {
    let mut loader = aws_config::defaults(BehaviorVersion::latest()).http_client(http_client());
    if let Some(region) = &chain.region {
        loader = loader.region(Region::new(region.clone()));
    }
    if let Some(profile) = &chain.profile {
        loader = loader.profile_name(profile);
    }
    if let Some(url) = &chain.endpoint_url {
        loader = loader.endpoint_url(url);
    }
    if let Some(provider) = &chain.credentials {
        loader = loader.credentials_provider(provider.clone());
    }
    loader.load().await
}

/// HTTPS through rustls and ring, the platform's roots, and the proxy that `HTTPS_PROXY` and `NO_PROXY`
/// name, as every other AWS tool does.
pub(crate) fn http_client() -> SharedHttpClient {
    Builder::new().build_with_connector_fn(|settings, components| {
        let mut connector = Connector::builder().proxy_config(ProxyConfig::from_env());
        if let Some(settings) = settings {
            connector = connector.connector_settings(settings.clone());
        }
        connector.set_sleep_impl(components.and_then(|components| components.sleep_impl()));
        connector.tls_provider(Provider::Rustls(CryptoMode::Ring)).build()
    })
}
