//! A token in the words of kubectl's exec plugins.

use serde::Deserialize;
use serde_json::json;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::Token;
use crate::{Error, ErrorKind, Result};

const V1: &str = "client.authentication.k8s.io/v1";
const V1BETA1: &str = "client.authentication.k8s.io/v1beta1";
const V1ALPHA1: &str = "client.authentication.k8s.io/v1alpha1";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ExecInfo {
    api_version: String,
}

/// The `ExecCredential` JSON that a Kubernetes client reads from its exec plugin.
///
/// `exec_info` is the content of `KUBERNETES_EXEC_INFO`, where clients say which version they want;
/// without it the answer is `v1beta1`, which every client since 1.11 knows. `v1alpha1` is refused
/// with a hint: no client of today reads it.
///
/// # Errors
///
/// [`ErrorKind::Unsupported`] for `v1alpha1`; [`ErrorKind::Internal`], should a date not be writable.
// What clients read: facts/failures.md A4, row A3.
pub fn exec_credential(token: &Token, exec_info: Option<&str>) -> Result<String> {
    let asked = exec_info.and_then(|info| serde_json::from_str::<ExecInfo>(info).ok());
    let api_version = match asked.as_ref().map(|info| info.api_version.as_str()) {
        Some(V1) => V1,
        Some(V1ALPHA1) => {
            return Err(Error::new(ErrorKind::Unsupported, format!("the kubeconfig asks for {V1ALPHA1}"))
                .with_hint("Write the kubeconfig again, or change the user's exec apiVersion to v1beta1"));
        }
        _ => V1BETA1,
    };
    // Whole seconds: some clients' parsers take no fraction, and kubectl drops it.
    let expires = OffsetDateTime::from(token.expires_at())
        .replace_nanosecond(0)
        .map_err(undatable)?
        .format(&Rfc3339)
        .map_err(undatable)?;
    let credential = json!({
        "kind": "ExecCredential",
        "apiVersion": api_version,
        "spec": {},
        "status": { "expirationTimestamp": expires, "token": token.expose() },
    });
    Ok(credential.to_string())
}

fn undatable(cause: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::new(ErrorKind::Internal, "the token's expiry cannot be written as a date").with_source(cause)
}
