//! How a client is made.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};
use eks_core::Guards;
use serde::{Deserialize, Serialize};

/// How a client is made; all of it is optional.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ClientOptions {
    /// The region; default: as the AWS chain says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The profile of the AWS configuration files; default: `AWS_PROFILE`, then `default`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// One endpoint for all services; default: `AWS_ENDPOINT_URL`, then AWS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoint_url: Option<String>,
    /// Credentials; default: those of the AWS chain.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credentials: Option<GivenCredentials>,
    /// What the client must not do; default: nothing is forbidden.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guards: Option<Guards>,
    /// Where request tokens and the jitter of pauses are drawn from; default: random.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
}

/// Credentials of AWS. They are secrets: `Debug` shows none of them.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GivenCredentials {
    /// The access key's id.
    pub access_key_id: String,
    /// The secret access key.
    pub secret_access_key: String,
    /// The session token, of temporary credentials.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_token: Option<String>,
    /// When they expire, in seconds since the Unix epoch; default: never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<f64>,
}

impl fmt::Debug for GivenCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GivenCredentials").finish_non_exhaustive()
    }
}

/// Asks the caller's language for credentials, whenever they are needed anew. It may block.
pub type GiveCredentials = Arc<dyn Fn() -> Result<GivenCredentials, String> + Send + Sync>;

/// Credentials that the caller's language gives.
#[derive(Clone)]
pub(crate) struct Asked(pub(crate) GiveCredentials);

impl fmt::Debug for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Asked")
    }
}

impl ProvideCredentials for Asked {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        let ask = Arc::clone(&self.0);
        future::ProvideCredentials::new(async move {
            let asked = tokio::task::spawn_blocking(move || ask()).await;
            let given = asked.map_err(CredentialsError::provider_error)?;
            given.map(Credentials::from).map_err(CredentialsError::provider_error)
        })
    }
}

impl From<GivenCredentials> for Credentials {
    fn from(given: GivenCredentials) -> Self {
        // Of a moment that no clock has, which never comes.
        let expires_at: Option<SystemTime> = given.expires_at.and_then(|seconds| {
            Duration::try_from_secs_f64(seconds).ok().and_then(|since| UNIX_EPOCH.checked_add(since))
        });
        Self::new(given.access_key_id, given.secret_access_key, given.session_token, expires_at, "eks-json")
    }
}

/// Where a client's credentials come from, if not from the chain.
pub(crate) fn credentials(
    given: Option<GivenCredentials>,
    asked: Option<GiveCredentials>,
) -> Option<SharedCredentialsProvider> {
    let asked = asked.map(|ask| SharedCredentialsProvider::new(Asked(ask)));
    asked.or_else(|| given.map(|given| SharedCredentialsProvider::new(Credentials::from(given))))
}
