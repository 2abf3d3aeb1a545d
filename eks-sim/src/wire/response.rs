//! The HTTP around an answer, the same for every protocol.

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode};

/// A response with AWS's request id. A status that is none becomes 400.
pub(super) fn respond(
    status: u16,
    content_type: &'static str,
    body: impl Into<Bytes>,
    request_id: &str,
) -> Response<Bytes> {
    let mut response = Response::new(body.into());
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
    let headers = response.headers_mut();
    headers.insert("content-type", HeaderValue::from_static(content_type));
    if let Ok(id) = HeaderValue::from_str(request_id) {
        headers.insert("x-amzn-requestid", id);
    }
    response
}
