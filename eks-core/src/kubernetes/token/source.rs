//! A token that is always young enough, made again as it ages.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use aws_smithy_async::time::SharedTimeSource;
use tokio::sync::Mutex;

use super::{Token, presign};
use crate::{Error, ErrorKind, Result};

/// Clients that kept a token for longer met 401 in mid-task (facts/failures.md A4, row A5).
const REFRESH_AFTER: Duration = Duration::from_secs(10 * 60);

/// Tokens for one cluster, signed anew every 10 minutes with whatever credentials the provider then has.
///
/// Clones share one token.
#[derive(Clone)]
pub struct TokenSource(Arc<Inner>);

struct Inner {
    credentials: SharedCredentialsProvider,
    time: SharedTimeSource,
    region: String,
    cluster: String,
    last: Mutex<Option<Token>>,
}

impl TokenSource {
    /// Tokens for `cluster` in `region`; nothing is asked of `credentials` before the first token.
    pub fn new(
        credentials: SharedCredentialsProvider,
        time: SharedTimeSource,
        region: impl Into<String>,
        cluster: impl Into<String>,
    ) -> Self {
        let (region, cluster) = (region.into(), cluster.into());
        Self(Arc::new(Inner { credentials, time, region, cluster, last: Mutex::new(None) }))
    }

    /// A token that is at most 10 minutes old.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NoCredentials`], [`ErrorKind::CredentialsExpired`], [`ErrorKind::AccessDenied`] if a role may
    /// not be assumed, [`ErrorKind::Unreachable`] if the provider does not answer, and those of
    /// [`presign`](super::presign).
    pub async fn token(&self) -> Result<Token> {
        let mut last = self.0.last.lock().await;
        let now = self.0.time.now();
        match &*last {
            Some(token) if is_fresh(token, now) => Ok(token.clone()),
            _ => self.sign(&mut last).await,
        }
    }

    /// A new token whatever the age of the last one: for the one retry after a 401.
    ///
    /// # Errors
    ///
    /// As [`TokenSource::token`].
    pub async fn fresh(&self) -> Result<Token> {
        let mut last = self.0.last.lock().await;
        self.sign(&mut last).await
    }

    /// The name of the cluster that takes these tokens.
    pub fn cluster(&self) -> &str {
        &self.0.cluster
    }

    pub(in crate::kubernetes) fn time(&self) -> &SharedTimeSource {
        &self.0.time
    }

    async fn sign(&self, last: &mut Option<Token>) -> Result<Token> {
        *last = None;
        let credentials = self.credentials().await?;
        // Fetching credentials can take seconds: the token is as young as its signature.
        let token = presign(&credentials, &self.0.region, &self.0.cluster, self.0.time.now())?;
        *last = Some(token.clone());
        Ok(token)
    }

    async fn credentials(&self) -> Result<Credentials> {
        self.0.credentials.provide_credentials().await.map_err(without_credentials)
    }
}

impl fmt::Debug for TokenSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenSource")
            .field("region", &self.0.region)
            .field("cluster", &self.0.cluster)
            .finish_non_exhaustive()
    }
}

/// A clock that went backwards makes a token's age unknown, so it counts as old.
fn is_fresh(token: &Token, now: SystemTime) -> bool {
    let young = now.duration_since(token.signed_at()).is_ok_and(|age| age < REFRESH_AFTER);
    young && now < token.expires_at()
}

fn without_credentials(cause: CredentialsError) -> Error {
    // Providers wrap their SDK's errors in types of their own: only the texts are common to all.
    let says = |text: &str| causes(&cause).any(|said| said.contains(text));
    let error = match &cause {
        CredentialsError::CredentialsNotLoaded(_) => {
            Error::new(ErrorKind::NoCredentials, "no AWS credentials were found").with_hint(
                "Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run where a role is attached",
            )
        }
        CredentialsError::InvalidConfiguration(_) => {
            Error::new(ErrorKind::NoCredentials, "the AWS configuration is invalid")
                .with_hint("Correct the profile in ~/.aws/config or ~/.aws/credentials")
        }
        _ if says("xpired") => Error::new(ErrorKind::CredentialsExpired, "the AWS credentials have expired")
            .with_hint("Sign in again (such as `aws sso login`) or refresh the session credentials"),
        _ if says("AccessDenied") => Error::new(ErrorKind::AccessDenied, "the role may not be assumed")
            .with_hint("Let the role's trust policy and the caller's own policy allow sts:AssumeRole"),
        CredentialsError::ProviderTimedOut(_) => unanswered(),
        _ if says("dispatch failure") || says("timeout") => unanswered(),
        _ => Error::new(ErrorKind::NoCredentials, "the AWS credentials provider failed")
            .with_hint("Check the profile, the role and the provider that the cause names"),
    };
    error.with_source(cause)
}

fn unanswered() -> Error {
    Error::new(ErrorKind::Unreachable, "the AWS credentials provider cannot be reached")
        .retryable(true)
        .with_hint("Check the network to it (instance metadata, SSO, STS) and AWS_ENDPOINT_URL, then retry")
}

fn causes<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = String> + 'a {
    std::iter::successors(Some(error), |&cause| cause.source()).map(ToString::to_string)
}
