//! How a client is made.

use std::sync::Arc;

use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use aws_smithy_async::rt::sleep::{AsyncSleep, SharedAsyncSleep};
use aws_smithy_async::time::{SharedTimeSource, TimeSource};
use aws_types::SdkConfig;

use super::{Eks, Guards, Inner};
use crate::Result;
use crate::aws::config::{Chain, load};
use crate::kubernetes::SharedConnect;
use crate::operation::SharedDriver;

/// How a client is made. Everything is optional.
#[derive(Debug, Default)]
#[must_use = "call `load` or `config`"]
pub struct EksBuilder {
    region: Option<String>,
    profile: Option<String>,
    endpoint_url: Option<String>,
    credentials: Option<SharedCredentialsProvider>,
    connect: Option<SharedConnect>,
    driver: Option<SharedDriver>,
    seed: Option<u64>,
    time: Option<(SharedTimeSource, SharedAsyncSleep)>,
    guards: Guards,
}

impl EksBuilder {
    /// The region; default: as the AWS chain says.
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// The profile of the AWS configuration files; default: `AWS_PROFILE`, then `default`.
    pub fn profile(mut self, profile: impl Into<String>) -> Self {
        self.profile = Some(profile.into());
        self
    }

    /// One endpoint for all services, such as a simulator's; default: `AWS_ENDPOINT_URL`, then AWS.
    pub fn endpoint_url(mut self, url: impl Into<String>) -> Self {
        self.endpoint_url = Some(url.into());
        self
    }

    /// Where credentials come from; default: the AWS chain.
    pub fn credentials(mut self, provider: impl ProvideCredentials + 'static) -> Self {
        self.credentials = Some(SharedCredentialsProvider::new(provider));
        self
    }

    /// How API servers are reached; default: TCP.
    pub fn connect(mut self, connect: SharedConnect) -> Self {
        self.connect = Some(connect);
        self
    }

    /// Who polls operations; default: whoever awaits them.
    pub fn driver(mut self, driver: SharedDriver) -> Self {
        self.driver = Some(driver);
        self
    }

    /// Where request tokens and the jitter of pauses are drawn from; default: random.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Clock and sleep, the SDK's and the library's; default: the system's and tokio's.
    pub fn time(mut self, source: impl TimeSource + 'static, sleep: impl AsyncSleep + 'static) -> Self {
        self.time = Some((SharedTimeSource::new(source), SharedAsyncSleep::new(sleep)));
        self
    }

    /// What the client must not do, whatever it is asked for; default: nothing is forbidden.
    pub fn guards(mut self, guards: Guards) -> Self {
        self.guards = guards;
        self
    }

    /// The client, from the standard AWS chain.
    ///
    /// # Errors
    ///
    /// [`crate::ErrorKind::Internal`], should the HTTP client not start.
    pub async fn load(self) -> Result<Eks> {
        let chain = Chain {
            region: self.region.clone(),
            profile: self.profile.clone(),
            endpoint_url: self.endpoint_url.clone(),
            credentials: self.credentials.clone(),
        };
        let config = load(&chain).await;
        Ok(self.config(config))
    }

    /// The client, from an SDK configuration of the caller's own making. Its clock and sleep are the
    /// library's, too, unless [`EksBuilder::time`] has others.
    pub fn config(self, config: SdkConfig) -> Eks {
        let config = match self.time {
            Some((source, sleep)) => config.into_builder().time_source(source).sleep_impl(sleep).build(),
            None => config,
        };
        let region = self.region.or_else(|| config.region().map(ToString::to_string));
        Eks(Arc::new(Inner {
            config,
            region,
            profile: self.profile,
            connect: Some(self.connect.unwrap_or_default()),
            driver: self.driver,
            seed: self.seed.unwrap_or_else(|| uuid::Uuid::new_v4().as_u64_pair().0),
            guards: Arc::new(self.guards),
            engines: Arc::default(),
            ticking: Arc::default(),
            wires: Arc::default(),
        }))
    }
}
