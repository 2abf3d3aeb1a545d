//! Policy documents: whether they are ones, and whom a trust policy trusts.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use crate::wire::AwsError;

/// What RFC 3986 leaves alone: IAM encodes everything else in the documents it returns.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The document as IAM's answers carry it.
pub(super) fn encoded(document: &str) -> String {
    utf8_percent_encode(document, UNRESERVED).to_string()
}

/// Checks the policy of a role's trust.
pub(super) fn check_trust(text: &str) -> Result<(), AwsError> {
    for statement in statements(text)? {
        if statement.get("Resource").is_some() {
            return Err(malformed("Has prohibited field Resource"));
        }
        if statement.get("Principal").is_none() && statement.get("NotPrincipal").is_none() {
            return Err(malformed("Missing required field Principal"));
        }
        let actions = texts(statement.get("Action"));
        if actions.iter().any(|action| *action != "*" && !action.to_lowercase().starts_with("sts:")) {
            return Err(malformed("AssumeRole policy may only specify STS AssumeRole actions."));
        }
    }
    Ok(())
}

/// Checks a policy of permissions.
pub(super) fn check_permissions(text: &str) -> Result<(), AwsError> {
    for statement in statements(text)? {
        if statement.get("Principal").is_some() {
            return Err(malformed("Policy document should not specify a principal."));
        }
        if statement.get("Resource").is_none() && statement.get("NotResource").is_none() {
            return Err(malformed("Policy statement must contain resources."));
        }
    }
    Ok(())
}

fn statements(text: &str) -> Result<Vec<Value>, AwsError> {
    let document: Value =
        serde_json::from_str(text).map_err(|_| malformed("This policy contains invalid Json"))?;
    let Some(members) = document.as_object() else {
        return Err(malformed("Syntax errors in policy."));
    };
    if let Some(unknown) = members.keys().find(|key| !["Version", "Id", "Statement"].contains(&key.as_str()))
    {
        return Err(malformed(&format!("Unknown field {unknown}")));
    }
    let version = members.get("Version").and_then(Value::as_str);
    if !matches!(version, None | Some("2012-10-17" | "2008-10-17")) {
        return Err(malformed("Syntax errors in policy."));
    }
    let statements = match members.get("Statement") {
        Some(Value::Array(statements)) if !statements.is_empty() => statements.clone(),
        Some(statement @ Value::Object(_)) => vec![statement.clone()],
        _ => return Err(malformed("Missing required field Statement")),
    };
    for statement in &statements {
        if !matches!(statement.get("Effect").and_then(Value::as_str), Some("Allow" | "Deny")) {
            return Err(malformed("Missing required field Effect"));
        }
        if statement.get("Action").is_none() && statement.get("NotAction").is_none() {
            return Err(malformed("Missing required field Action"));
        }
    }
    Ok(statements)
}

fn malformed(message: &str) -> AwsError {
    AwsError::new("MalformedPolicyDocument", message)
}

/// Whether the trust policy lets `service` assume the role. Conditions are taken to hold.
pub(super) fn trusts(text: &str, service: &str) -> bool {
    let statements = statements(text).unwrap_or_default();
    let concerns = |statement: &&Value| {
        let principal = statement.get("Principal");
        let everybody = principal.and_then(Value::as_str) == Some("*");
        let services = texts(principal.and_then(|principal| principal.get("Service")));
        let actions = texts(statement.get("Action"));
        let assumes = actions
            .iter()
            .any(|action| ["*", "sts:*", "sts:assumerole"].contains(&action.to_lowercase().as_str()));
        (everybody || services.contains(&service)) && assumes
    };
    let effect = |statement: &&Value| statement.get("Effect").and_then(Value::as_str) == Some("Allow");
    let (allowing, denying): (Vec<&Value>, Vec<&Value>) =
        statements.iter().filter(concerns).partition(effect);
    !allowing.is_empty() && denying.is_empty()
}

/// One text or a list of them.
fn texts(value: Option<&Value>) -> Vec<&str> {
    match value {
        Some(Value::String(text)) => vec![text],
        Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}
