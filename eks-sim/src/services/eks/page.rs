//! Pages of lists: `maxResults` and `nextToken` (facts/aws.md §3.1: 1–100, 100 by default).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use super::error::invalid_parameter;
use crate::wire::AwsError;

const LARGEST: usize = 100;

/// The page of `entries` that `input` asks for, as `{member: […], nextToken}`. `key` tells where an entry
/// stands: a page goes on behind the last key of the page before, whatever has come or gone since.
pub(super) fn page<T>(
    input: &Value,
    member: &str,
    entries: impl IntoIterator<Item = T>,
    key: impl Fn(&T) -> String,
    render: impl Fn(T) -> Value,
) -> Result<Value, AwsError> {
    let after = input["nextToken"].as_str().filter(|token| !token.is_empty()).map(read_token).transpose()?;
    let size = input["maxResults"].as_u64().map_or(LARGEST, |size| size as usize);
    let mut rest: Vec<T> =
        entries.into_iter().filter(|entry| after.as_ref().is_none_or(|after| key(entry) > *after)).collect();
    rest.sort_by_key(|entry| key(entry));
    let more = rest.len() > size;
    rest.truncate(size);
    let token = rest.last().filter(|_| more).map(|last| URL_SAFE_NO_PAD.encode(key(last)));
    let mut body = Map::new();
    body.insert(member.to_owned(), rest.into_iter().map(render).collect());
    if let Some(token) = token {
        body.insert("nextToken".to_owned(), Value::String(token));
    }
    Ok(Value::Object(body))
}

fn read_token(token: &str) -> Result<String, AwsError> {
    URL_SAFE_NO_PAD
        .decode(token)
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .ok_or_else(|| invalid_parameter("The provided nextToken is invalid."))
}
