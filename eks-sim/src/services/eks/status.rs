//! Where a resource is in its life, and what ails it.

use std::borrow::Cow;

use serde_json::{Value, json};

use crate::wire::Call;

/// The states of clusters, node groups, Fargate profiles and add-ons together (facts/aws.md §2.2–2.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    Creating,
    Active,
    Updating,
    Degraded,
    Deleting,
    /// Of a cluster that could not be created.
    Failed,
    CreateFailed,
    DeleteFailed,
    /// Of an add-on.
    UpdateFailed,
}

impl Status {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Creating => "CREATING",
            Self::Active => "ACTIVE",
            Self::Updating => "UPDATING",
            Self::Degraded => "DEGRADED",
            Self::Deleting => "DELETING",
            Self::Failed => "FAILED",
            Self::CreateFailed => "CREATE_FAILED",
            Self::DeleteFailed => "DELETE_FAILED",
            Self::UpdateFailed => "UPDATE_FAILED",
        }
    }
}

/// An entry of `health.issues`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Issue {
    pub(crate) code: Cow<'static, str>,
    pub(crate) message: String,
    pub(crate) resources: Vec<String>,
}

impl Issue {
    pub(super) fn new(
        code: impl Into<Cow<'static, str>>,
        message: impl Into<String>,
        resources: Vec<String>,
    ) -> Self {
        Self { code: code.into(), message: message.into(), resources }
    }

    /// What a fault has what the call makes fail with.
    pub(super) fn of_fault(call: &Call) -> Option<Self> {
        let (code, message) = call.failure.clone()?;
        Some(Self::new(code, message, Vec::new()))
    }
}

/// The `health` member of a resource.
pub(super) fn health(issues: &[Issue]) -> Value {
    let issues: Vec<Value> = issues
        .iter()
        .map(|issue| json!({"code": issue.code, "message": issue.message, "resourceIds": issue.resources}))
        .collect();
    json!({ "issues": issues })
}
