//! Who signed a request: the access key, date, region and service of a SigV4 signature.

use bytes::Bytes;
use http::Request;
use time::macros::format_description;
use time::{OffsetDateTime, PrimitiveDateTime};

use crate::instant::Instant;

/// What a request says of its signer. The simulator holds no secrets, so it cannot check signatures; it
/// checks that there is one, whose it is, how old it is, and what it was made for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Credentials {
    /// `None`: the request is not signed.
    pub(crate) access_key: Option<String>,
    pub(crate) region: String,
    pub(crate) service: String,
    pub(crate) signed_at: Option<Instant>,
}

impl Credentials {
    /// Reads the `Authorization` header, or the query string of a presigned request.
    pub(crate) fn read(request: &Request<Bytes>) -> Self {
        let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
        let query = |wanted: &str| {
            form_urlencoded::parse(request.uri().query()?.as_bytes())
                .find(|(name, _)| name == wanted)
                .map(|(_, value)| value.into_owned())
        };
        let scope = header("authorization")
            .and_then(|value| value.split("Credential=").nth(1))
            .and_then(|value| value.split([',', ' ']).next())
            .map(str::to_owned)
            .or_else(|| query("X-Amz-Credential"));
        let date = header("x-amz-date").map(str::to_owned).or_else(|| query("X-Amz-Date"));
        let mut credentials = Self::scope(scope.as_deref().unwrap_or_default());
        credentials.signed_at = date.as_deref().and_then(amz_date);
        credentials
    }

    /// Reads `<access key>/<day>/<region>/<service>/aws4_request`.
    fn scope(scope: &str) -> Self {
        let parts: Vec<&str> = scope.split('/').collect();
        let [.., access_key, _day, region, service, _terminator] = parts.as_slice() else {
            return Self { region: "us-east-1".to_owned(), ..Self::default() };
        };
        Self {
            access_key: Some((*access_key).to_owned()),
            region: (*region).to_owned(),
            service: (*service).to_owned(),
            signed_at: None,
        }
    }
}

/// Reads `20261122T090000Z`.
pub(crate) fn amz_date(text: &str) -> Option<Instant> {
    let format = format_description!("[year][month][day]T[hour][minute][second]Z");
    let time: OffsetDateTime = PrimitiveDateTime::parse(text, format).ok()?.assume_utc();
    Some(Instant::from_millis(time.unix_timestamp() * 1000))
}
