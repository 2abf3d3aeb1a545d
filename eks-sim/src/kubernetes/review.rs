//! `kubectl auth whoami` and `kubectl auth can-i`.

use bytes::Bytes;
use http::{Method, Request, Response, header};
use serde_json::{Value, json};

use super::authorization::{Ask, Identity};
use super::protobuf;
use super::status::Failure;

/// The answer, if `path` is a review's.
pub(super) fn answer(
    identity: &Identity,
    path: &str,
    request: &Request<Bytes>,
) -> Option<Result<Response<Bytes>, Failure>> {
    let review = match path {
        "/apis/authentication.k8s.io/v1/selfsubjectreviews" => who_am_i,
        "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews" => can_i,
        _ => return None,
    };
    if request.method() != Method::POST {
        return Some(Err(Failure::method_not_allowed()));
    }
    let media = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let body = match media.unwrap_or("application/json").split(';').next() {
        Some("application/vnd.kubernetes.protobuf") => protobuf::review(request.body()),
        Some("application/json") => serde_json::from_slice(request.body()).ok(),
        _ => return Some(Err(Failure::unsupported_media_type())),
    };
    let Some(body) = body else {
        return Some(Err(Failure::bad_request("the object provided is unrecognized")));
    };
    Some(Ok(super::json(201, &review(identity, &body))))
}

fn who_am_i(identity: &Identity, _: &Value) -> Value {
    let mut extra = json!({});
    if let (Some(arn), Some(access_key)) = (&identity.arn, &identity.access_key) {
        // What the authenticator adds to every identity it maps.
        extra = json!({
            "accessKeyId": [access_key],
            "arn": [arn],
            "canonicalArn": [identity.canonical_arn],
        });
    }
    json!({
        "kind": "SelfSubjectReview",
        "apiVersion": "authentication.k8s.io/v1",
        "metadata": {},
        "status": { "userInfo": {
            "username": identity.username,
            "groups": identity.groups,
            "extra": extra,
        }},
    })
}

fn can_i(identity: &Identity, body: &Value) -> Value {
    let spec = &body["spec"];
    let text = |value: &Value| value.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    let ask = match &spec["resourceAttributes"] {
        Value::Object(wanted) => {
            let of = |name: &str| wanted.get(name).and_then(text);
            let resource = of("resource").map(|resource| match of("subresource") {
                Some(subresource) => format!("{resource}/{subresource}"),
                None => resource,
            });
            Ask {
                verb: of("verb").unwrap_or_default(),
                group: of("group").unwrap_or_default(),
                resource,
                name: of("name"),
                namespace: of("namespace"),
                path: String::new(),
            }
        }
        _ => Ask {
            verb: text(&spec["nonResourceAttributes"]["verb"]).unwrap_or_default(),
            path: text(&spec["nonResourceAttributes"]["path"]).unwrap_or_default(),
            ..Ask::default()
        },
    };
    json!({
        "kind": "SelfSubjectAccessReview",
        "apiVersion": "authorization.k8s.io/v1",
        "metadata": {},
        "spec": spec,
        "status": { "allowed": identity.may(&ask) },
    })
}
