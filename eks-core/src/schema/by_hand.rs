//! Types whose text form is written by hand, and so is its schema.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::error::{Error, ErrorKind, Violation};
use crate::spec::{ControlPlaneSubnets, KubernetesVersion, NodeSubnets};

impl JsonSchema for KubernetesVersion {
    fn schema_name() -> Cow<'static, str> {
        "KubernetesVersion".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "The Kubernetes minor version of a cluster: `1.34`; `latest`, the newest that EKS offers; or \
                            `default`, the one that EKS calls its default.",
            "type": "string",
            "pattern": r"^(default|latest|1\.(0|[1-9][0-9]*))$",
            "examples": ["1.34", "latest", "default"],
        })
    }
}

impl JsonSchema for NodeSubnets {
    fn schema_name() -> Cow<'static, str> {
        "NodeSubnets".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        subnets("Where the nodes of a group are: `public`, `private` or a list of subnet ids.")
    }
}

impl JsonSchema for ControlPlaneSubnets {
    fn schema_name() -> Cow<'static, str> {
        "ControlPlaneSubnets".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        subnets(
            "Which subnets EKS puts the control plane's network interfaces into: `public`, `private` or a list of at \
             least two subnet ids, in at least two zones.",
        )
    }
}

fn subnets(description: &str) -> Schema {
    json_schema!({
        "description": description,
        "anyOf": [
            { "type": "string", "enum": ["public", "private"] },
            { "type": "array", "items": { "type": "string" } },
        ],
    })
}

impl JsonSchema for Error {
    fn schema_name() -> Cow<'static, str> {
        "ErrorDetails".into()
    }

    fn json_schema(types: &mut SchemaGenerator) -> Schema {
        ErrorForm::json_schema(types)
    }
}

/// What went wrong, to which resource, whether trying again can help, and what to do.
// What `error/json.rs` writes; a test holds the two together.
#[expect(dead_code, reason = "only its schema is wanted")]
#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ErrorForm {
    /// What kind of error it is: what a caller would handle differently.
    kind: ErrorKind,
    /// Everything that is known, in one text.
    message: String,
    /// Whether the same call may succeed later.
    retryable: bool,
    /// What it happened to, such as `node group web`.
    resource: Option<String>,
    /// The call that was refused, such as `eks:CreateNodegroup`.
    operation: Option<String>,
    /// AWS's code, such as `ResourceLimitExceeded`.
    code: Option<String>,
    /// AWS's id of the request.
    request_id: Option<String>,
    /// What to do.
    hint: Option<String>,
    /// Every broken rule of a spec.
    violations: Vec<Violation>,
    /// What AWS is still at work on, after a time limit.
    still_running: Vec<String>,
    /// The texts of what caused it, outermost first.
    causes: Vec<String>,
}
