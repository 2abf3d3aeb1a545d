//! The bearer token that EKS's API servers take: a presigned STS request, made without a call.

mod exec_credential;
mod source;
mod sts;
#[cfg(test)]
mod tests;

use std::fmt;
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    SignableBody, SignableRequest, SignatureLocation, SigningParams, SigningSettings, sign,
};
use aws_sigv4::sign::v4;
use aws_smithy_runtime_api::client::identity::Identity;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

use crate::{Error, ErrorKind, Result};

pub use exec_credential::exec_credential;
pub use source::TokenSource;

/// What every token begins with (facts/aws.md §8).
const PREFIX: &str = "k8s-aws-v1.";
/// Signed into the request so that one cluster's token is worth nothing at another.
const CLUSTER_HEADER: &str = "x-k8s-aws-id";
/// The server ignores this and accepts 15 minutes; 60 is what every client sends (facts/aws.md §8).
const PRESIGN_EXPIRY: Duration = Duration::from_secs(60);
/// What the aws CLI tells kubectl: one minute less than the server accepts (facts/aws.md §8).
const LIFETIME: Duration = Duration::from_secs(14 * 60);

/// A bearer token for one cluster. It is a secret: `Debug` does not show it.
#[derive(Clone)]
pub struct Token {
    text: String,
    signed_at: SystemTime,
    expires_at: SystemTime,
}

impl Token {
    /// The token itself, for an `Authorization: Bearer` header.
    pub fn expose(&self) -> &str {
        &self.text
    }

    /// When it was signed.
    pub fn signed_at(&self) -> SystemTime {
        self.signed_at
    }

    /// Until when it may be used: 14 minutes after it was signed, or when the credentials that
    /// signed it expire, whichever is first.
    pub fn expires_at(&self) -> SystemTime {
        self.expires_at
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token")
            .field("text", &"** redacted **")
            .field("signed_at", &self.signed_at)
            .field("expires_at", &self.expires_at)
            .finish()
    }
}

/// Makes a token: `GetCallerIdentity` at the region's STS, presigned, with the cluster's name signed in.
///
/// # Errors
///
/// [`ErrorKind::CredentialsExpired`] if the credentials expired before `now`; [`ErrorKind::InvalidSpec`] if
/// `region` or `cluster` cannot be a region or a cluster name.
pub fn presign(credentials: &Credentials, region: &str, cluster: &str, now: SystemTime) -> Result<Token> {
    if credentials.expiry().is_some_and(|expiry| expiry <= now) {
        return Err(Error::new(ErrorKind::CredentialsExpired, "the AWS credentials have expired")
            .with_resource(format!("cluster {cluster}"))
            .with_hint(
                "Sign in again (such as `aws sso login`) or refresh the session credentials, then retry",
            ));
    }
    let url = format!("https://{}/?Action=GetCallerIdentity&Version=2011-06-15", sts::host(region)?);
    sts::check_cluster(cluster)?;

    let mut settings = SigningSettings::default();
    settings.signature_location = SignatureLocation::QueryParams;
    settings.expires_in = Some(PRESIGN_EXPIRY);
    let identity = Identity::from(credentials.clone());
    let parameters = v4::SigningParams::builder()
        .identity(&identity)
        .region(region)
        .name("sts")
        .time(now)
        .settings(settings)
        .build()
        .map_err(unsigned)?;
    let headers = std::iter::once((CLUSTER_HEADER, cluster));
    let request =
        SignableRequest::new("GET", url.as_str(), headers, SignableBody::Bytes(&[])).map_err(unsigned)?;
    let (instructions, _signature) =
        sign(request, &SigningParams::from(parameters)).map_err(unsigned)?.into_parts();
    let mut signed = http::Request::get(&url).body(()).map_err(unsigned)?;
    instructions.apply_to_request_http1x(&mut signed);

    let longest = now + LIFETIME;
    Ok(Token {
        text: format!("{PREFIX}{}", BASE64_URL_SAFE_NO_PAD.encode(signed.uri().to_string())),
        signed_at: now,
        expires_at: credentials.expiry().map_or(longest, |expiry| expiry.min(longest)),
    })
}

fn unsigned(cause: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::new(ErrorKind::Internal, "the token request cannot be signed").with_source(cause)
}
