//! The JSON 1.1 protocol: the operation is in the header `X-Amz-Target`, all members are in the body.

use bytes::Bytes;
use http::{Request, Response};
use serde_json::{Map, Value};

use super::AwsError;
use super::response::respond;

const CONTENT_TYPE: &str = "application/x-amz-json-1.1";

pub(super) fn read(request: &Request<Bytes>) -> Result<(String, Value), AwsError> {
    let target = request.headers().get("x-amz-target").and_then(|target| target.to_str().ok());
    // The name and version of the service's API stand before the dot.
    let Some((_, operation)) = target.and_then(|target| target.rsplit_once('.')) else {
        return Err(AwsError::new("UnknownOperationException", "").status(400));
    };
    let body = match serde_json::from_slice(request.body()) {
        _ if request.body().is_empty() => Map::new(),
        Ok(Value::Object(body)) => body.into_iter().filter(|(_, value)| !value.is_null()).collect(),
        _ => return Err(AwsError::new("SerializationException", "Unexpected token in the body")),
    };
    Ok((operation.to_owned(), Value::Object(body)))
}

pub(super) fn write(body: Value, request_id: &str) -> Response<Bytes> {
    respond(200, CONTENT_TYPE, body.to_string(), request_id)
}

pub(super) fn write_error(error: &AwsError, request_id: &str) -> Response<Bytes> {
    let mut body = error.members.clone();
    body.insert("__type".to_owned(), Value::String(error.code.clone()));
    body.insert("message".to_owned(), Value::String(error.message.clone()));
    respond(error.status, CONTENT_TYPE, Value::Object(body).to_string(), request_id)
}
