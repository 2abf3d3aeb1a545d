//! The signature that SigV4 puts on a presigned GET request.

use http::Uri;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::{Digest, Sha256};

/// Everything but RFC 3986's unreserved characters.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What a signature is made for.
pub(super) struct Scope<'a> {
    pub(super) day: &'a str,
    pub(super) region: &'a str,
    pub(super) service: &'a str,
    /// X-Amz-Date.
    pub(super) date: &'a str,
}

/// The signature of `GET uri` without a body, in hexadecimal.
pub(super) fn presigned(
    uri: &Uri,
    headers: &[(&str, &str)],
    signed_headers: &[&str],
    scope: &Scope<'_>,
    secret: &str,
) -> String {
    let mut query: Vec<(String, String)> = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes())
        .filter(|(name, _)| name != "X-Amz-Signature")
        .map(|(name, value)| (encoded(&name), encoded(&value)))
        .collect();
    query.sort();
    let query: Vec<String> = query.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
    let lines: String = signed_headers
        .iter()
        .map(|name| {
            let value = headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value);
            format!("{name}:{}\n", value.trim())
        })
        .collect();
    let nothing = hexadecimal(&Sha256::digest(b""));
    let request = format!("GET\n/\n{}\n{lines}\n{}\n{nothing}", query.join("&"), signed_headers.join(";"));
    let Scope { day, region, service, date } = scope;
    let digest = hexadecimal(&Sha256::digest(request));
    let to_sign = format!("AWS4-HMAC-SHA256\n{date}\n{day}/{region}/{service}/aws4_request\n{digest}");
    let key = [*day, *region, *service, "aws4_request"]
        .into_iter()
        .fold(format!("AWS4{secret}").into_bytes(), |key, part| hmac(&key, part.as_bytes()).to_vec());
    hexadecimal(&hmac(&key, to_sign.as_bytes()))
}

/// HMAC-SHA256 (RFC 2104).
pub(super) fn hmac(key: &[u8], message: &[u8]) -> [u8; 32] {
    let mut block = [0u8; 64];
    if key.len() > block.len() {
        block[..32].copy_from_slice(&Sha256::digest(key));
    } else {
        block[..key.len()].copy_from_slice(key);
    }
    let inner = Sha256::new_with_prefix(block.map(|byte| byte ^ 0x36)).chain_update(message).finalize();
    Sha256::new_with_prefix(block.map(|byte| byte ^ 0x5c)).chain_update(inner).finalize().into()
}

pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, ENCODED).to_string()
}
