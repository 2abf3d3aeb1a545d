//! Refusals, as the `Status` objects that Kubernetes answers.

use bytes::Bytes;
use http::Response;
use serde_json::{Value, json};

use super::authorization::{Ask, Identity};
use super::resource::Resource;

/// A refusal.
#[derive(Clone, Debug)]
pub(super) enum Failure {
    /// A `Status` object.
    Status { code: u16, reason: &'static str, message: String, details: Value },
    /// Plain text, for paths that the API server does not have.
    Text { code: u16, body: &'static str },
}

impl Failure {
    fn status(code: u16, reason: &'static str, message: impl Into<String>) -> Self {
        Self::Status { code, reason, message: message.into(), details: Value::Null }
    }

    pub(super) fn unauthorized() -> Self {
        Self::status(401, "Unauthorized", "Unauthorized")
    }

    pub(super) fn forbidden(identity: &Identity, ask: &Ask) -> Self {
        let user = &identity.username;
        let Some(resource) = &ask.resource else {
            let message = format!("forbidden: User \"{user}\" cannot {} path \"{}\"", ask.verb, ask.path);
            return Self::Status { code: 403, reason: "Forbidden", message, details: json!({}) };
        };
        let object = match &ask.name {
            Some(name) => format!("{resource} \"{name}\" is forbidden"),
            None => format!("{resource} is forbidden"),
        };
        let scope = match &ask.namespace {
            Some(namespace) => format!("in the namespace \"{namespace}\""),
            None => "at the cluster scope".to_owned(),
        };
        let message = format!(
            "{object}: User \"{user}\" cannot {} resource \"{resource}\" in API group \"{}\" {scope}",
            ask.verb, ask.group
        );
        let mut details = json!({ "kind": resource });
        if let Some(name) = &ask.name {
            details["name"] = json!(name);
        }
        if !ask.group.is_empty() {
            details["group"] = json!(ask.group);
        }
        Self::Status { code: 403, reason: "Forbidden", message, details }
    }

    pub(super) fn not_found(resource: &Resource, name: &str) -> Self {
        Self::Status {
            code: 404,
            reason: "NotFound",
            message: format!("{} \"{name}\" not found", resource.plural),
            details: json!({ "name": name, "kind": resource.plural }),
        }
    }

    pub(super) fn already_exists(resource: &Resource, name: &str) -> Self {
        Self::Status {
            code: 409,
            reason: "AlreadyExists",
            message: format!("{} \"{name}\" already exists", resource.plural),
            details: json!({ "name": name, "kind": resource.plural }),
        }
    }

    /// A field that breaks a rule: `spec.ports: Required value`.
    pub(super) fn invalid(resource: &Resource, name: &str, breach: &str) -> Self {
        Self::Status {
            code: 422,
            reason: "Invalid",
            message: format!("{} \"{name}\" is invalid: {breach}", resource.kind),
            details: json!({ "name": name, "kind": resource.kind }),
        }
    }

    pub(super) fn bad_request(message: impl Into<String>) -> Self {
        Self::status(400, "BadRequest", message)
    }

    pub(super) fn not_acceptable() -> Self {
        let message = "only the following media types are accepted: application/json";
        Self::status(406, "NotAcceptable", message)
    }

    pub(super) fn unsupported_media_type() -> Self {
        let message = "the body of the request was in an unknown format - accepted media types include: \
            application/json, application/vnd.kubernetes.protobuf";
        Self::status(415, "UnsupportedMediaType", message)
    }

    pub(super) fn method_not_allowed() -> Self {
        let message = "the server does not allow this method on the requested resource";
        Self::Status {
            code: 405,
            reason: "MethodNotAllowed",
            message: message.to_owned(),
            details: json!({}),
        }
    }

    pub(super) fn no_such_path() -> Self {
        Self::Text { code: 404, body: "404 page not found\n" }
    }

    pub(super) fn response(&self) -> Response<Bytes> {
        match self {
            Self::Text { code, body } => super::text(*code, body),
            Self::Status { code, reason, message, details } => {
                let mut status = json!({
                    "kind": "Status",
                    "apiVersion": "v1",
                    "metadata": {},
                    "status": "Failure",
                    "message": message,
                    "reason": reason,
                    "code": code,
                });
                if !details.is_null() {
                    status["details"] = details.clone();
                }
                super::json(*code, &status)
            }
        }
    }
}
