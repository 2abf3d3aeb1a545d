use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};
use aws_smithy_async::time::{SharedTimeSource, TimeSource};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::Value;

use super::{Token, TokenSource, exec_credential, presign};
use crate::ErrorKind;

/// 2026-11-22T10:20:30Z, the moment at which botocore made the vectors below.
const NOW: Duration = Duration::from_secs(1_795_342_830);
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

fn now() -> SystemTime {
    UNIX_EPOCH + NOW
}

fn credentials(session_token: Option<&str>, expiry: Option<SystemTime>) -> Credentials {
    Credentials::new("AKIAIOSFODNN7EXAMPLE", SECRET, session_token.map(Into::into), expiry, "test")
}

fn url(token: &Token) -> String {
    let encoded = token.expose().strip_prefix("k8s-aws-v1.").expect("the prefix");
    String::from_utf8(BASE64_URL_SAFE_NO_PAD.decode(encoded).expect("base64url without padding")).unwrap()
}

// The URLs come from botocore 1.44.5: RequestSigner.generate_presigned_url as called by
// aws-cli's get_token.py, with its clock held at NOW.
#[test]
fn signs_as_botocore_does() {
    let token = presign(&credentials(None, None), "us-west-2", "kubelabs-cluster", now()).unwrap();
    assert_eq!(
        url(&token),
        "https://sts.us-west-2.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15\
         &X-Amz-Algorithm=AWS4-HMAC-SHA256\
         &X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20261122%2Fus-west-2%2Fsts%2Faws4_request\
         &X-Amz-Date=20261122T102030Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host%3Bx-k8s-aws-id\
         &X-Amz-Signature=26639dedbf46200fcf9dfaffccb2701f5a8eb3cf087e0c1e31124be3dd59fba8"
    );
}

#[test]
fn signs_session_credentials_in_china_as_botocore_does() {
    let credentials = credentials(Some("FwoGZXIvYXdzEXAMPLE/+=token"), None);
    let token = presign(&credentials, "cn-north-1", "web", now()).unwrap();
    let url = url(&token);
    assert!(url.starts_with("https://sts.cn-north-1.amazonaws.com.cn/?Action=GetCallerIdentity"), "{url}");
    assert!(url.contains("&X-Amz-Security-Token=FwoGZXIvYXdzEXAMPLE%2F%2B%3Dtoken"), "{url}");
    let signature = "3e133b57c444c5f3197df6ec4628b60bff45cb80a76a56dd0887dcda7e0df0f1";
    assert!(url.contains(&format!("&X-Amz-Signature={signature}")), "{url}");
}

#[test]
fn regions_have_their_partition_host() {
    for (region, host) in [
        ("us-west-2", "sts.us-west-2.amazonaws.com"),
        ("us-gov-west-1", "sts.us-gov-west-1.amazonaws.com"),
        ("cn-northwest-1", "sts.cn-northwest-1.amazonaws.com.cn"),
        ("eusc-de-east-1", "sts.eusc-de-east-1.amazonaws.eu"),
        ("us-iso-east-1", "sts.us-iso-east-1.c2s.ic.gov"),
        ("us-isob-east-1", "sts.us-isob-east-1.sc2s.sgov.gov"),
        ("eu-isoe-west-1", "sts.eu-isoe-west-1.cloud.adc-e.uk"),
        ("us-isof-south-1", "sts.us-isof-south-1.csp.hci.ic.gov"),
    ] {
        assert_eq!(super::sts::host(region).unwrap(), host);
    }
}

#[test]
fn refuses_what_cannot_be_a_region_or_a_cluster() {
    let credentials = credentials(None, None);
    for (region, cluster) in
        [("", "web"), ("evil.example/", "web"), ("US-WEST-2", "web"), ("us-west-2", ""), ("us-west-2", "a b")]
    {
        let error = presign(&credentials, region, cluster, now()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidSpec, "{region:?} {cluster:?}");
    }
}

#[test]
fn expires_with_the_credentials_or_after_fourteen_minutes() {
    let minutes = |count: u64| now() + Duration::from_secs(60 * count);
    for (expiry, expected) in [(None, 14), (Some(60), 14), (Some(5), 5)] {
        let credentials = credentials(None, expiry.map(minutes));
        let token = presign(&credentials, "us-west-2", "web", now()).unwrap();
        assert_eq!(token.expires_at(), minutes(expected));
        assert_eq!(token.signed_at(), now());
    }
    let expired = credentials(None, Some(now()));
    let error = presign(&expired, "us-west-2", "web", now()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::CredentialsExpired);
    assert!(error.hint().is_some());
}

#[test]
fn debug_shows_no_secret() {
    let token = presign(&credentials(None, None), "us-west-2", "web", now()).unwrap();
    let source = source(&Clock::default(), Counting::default());
    let text = format!("{token:?} {source:?}");
    assert!(!text.contains("k8s-aws-v1") && !text.contains(SECRET), "{text}");
    assert!(text.contains("redacted"), "{text}");
}

#[test]
fn exec_credentials_speak_the_version_asked_for() {
    let token = presign(&credentials(None, None), "us-west-2", "web", now()).unwrap();
    let info = |version: &str| {
        format!(r#"{{"apiVersion":"client.authentication.k8s.io/{version}","kind":"ExecCredential"}}"#)
    };
    for (asked, expected) in [
        (None, "v1beta1"),
        (Some(info("v1beta1")), "v1beta1"),
        (Some(info("v1")), "v1"),
        (Some(info("v2")), "v1beta1"),
        (Some("not JSON".into()), "v1beta1"),
    ] {
        let text = exec_credential(&token, asked.as_deref()).unwrap();
        let credential: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(credential["apiVersion"], format!("client.authentication.k8s.io/{expected}"));
        assert_eq!(credential["kind"], "ExecCredential");
        assert_eq!(credential["status"]["token"], token.expose());
        assert_eq!(credential["status"]["expirationTimestamp"], "2026-11-22T10:34:30Z");
    }
    let error = exec_credential(&token, Some(&info("v1alpha1"))).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(error.hint().unwrap().contains("v1beta1"));
}

#[derive(Clone, Debug, Default)]
struct Clock(Arc<AtomicU64>);

impl Clock {
    fn set_minutes(&self, minutes: u64) {
        self.0.store(60 * minutes, Ordering::SeqCst);
    }
}

impl TimeSource for Clock {
    fn now(&self) -> SystemTime {
        now() + Duration::from_secs(self.0.load(Ordering::SeqCst))
    }
}

/// Counts how often it is asked; expires in so many minutes.
#[derive(Clone, Debug, Default)]
struct Counting {
    asked: Arc<AtomicUsize>,
    expires_after_minutes: Option<u64>,
}

impl ProvideCredentials for Counting {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let expiry = self.expires_after_minutes.map(|minutes| now() + Duration::from_secs(60 * minutes));
        future::ProvideCredentials::ready(Ok(credentials(None, expiry)))
    }
}

fn source(clock: &Clock, counting: Counting) -> TokenSource {
    TokenSource::new(
        SharedCredentialsProvider::new(counting),
        SharedTimeSource::new(clock.clone()),
        "us-west-2",
        "web",
    )
}

#[tokio::test]
async fn a_source_signs_again_after_ten_minutes() {
    let (clock, counting) = (Clock::default(), Counting::default());
    let source = source(&clock, counting.clone());
    let first = source.token().await.unwrap();
    clock.set_minutes(9);
    assert_eq!(source.clone().token().await.unwrap().expose(), first.expose());
    assert_eq!(counting.asked.load(Ordering::SeqCst), 1);
    clock.set_minutes(10);
    let second = source.token().await.unwrap();
    assert_ne!(second.expose(), first.expose());
    assert_eq!(counting.asked.load(Ordering::SeqCst), 2);
    source.fresh().await.unwrap();
    assert_eq!(counting.asked.load(Ordering::SeqCst), 3);
    // The clock was set back: the cached token's age means nothing any more.
    clock.set_minutes(2);
    let third = source.token().await.unwrap();
    assert_eq!(third.signed_at(), clock.now());
}

#[tokio::test]
async fn a_source_never_outlives_its_credentials() {
    let (clock, counting) =
        (Clock::default(), Counting { expires_after_minutes: Some(5), ..Counting::default() });
    let source = source(&clock, counting);
    source.token().await.unwrap();
    clock.set_minutes(6);
    assert_eq!(source.token().await.unwrap_err().kind(), ErrorKind::CredentialsExpired);
}

#[derive(Debug)]
struct Failing(Failure);

type Failure = fn() -> CredentialsError;

impl ProvideCredentials for Failing {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::ready(Err((self.0)()))
    }
}

#[tokio::test]
async fn missing_credentials_say_what_to_do() {
    let cases: [(Failure, ErrorKind, &str); 7] = [
        (|| CredentialsError::not_loaded("no chain"), ErrorKind::NoCredentials, "AWS_PROFILE"),
        (|| CredentialsError::invalid_configuration("loop"), ErrorKind::NoCredentials, "~/.aws/config"),
        (|| CredentialsError::provider_error("ExpiredToken"), ErrorKind::CredentialsExpired, "Sign in"),
        (
            || CredentialsError::provider_error("unhandled error (AccessDenied)"),
            ErrorKind::AccessDenied,
            "trust",
        ),
        (|| CredentialsError::provider_error("dispatch failure"), ErrorKind::Unreachable, "network"),
        (|| CredentialsError::provider_timed_out(Duration::ZERO), ErrorKind::Unreachable, "network"),
        (|| CredentialsError::unhandled("?"), ErrorKind::NoCredentials, "provider"),
    ];
    for (failure, kind, hint) in cases {
        let time = SharedTimeSource::new(Clock::default());
        let credentials = SharedCredentialsProvider::new(Failing(failure));
        let error = TokenSource::new(credentials, time, "us-west-2", "web").token().await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error:?}");
        assert_eq!(error.is_retryable(), kind == ErrorKind::Unreachable);
        assert!(error.hint().unwrap().contains(hint), "{error}");
    }
}
