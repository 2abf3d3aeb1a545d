//! A CloudFormation stack.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What a stack's status means to us. CloudFormation has two dozen names for these (facts/aws.md §2.8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum StackStatus {
    /// Being created: `CREATE_IN_PROGRESS`.
    Creating,
    /// At rest and whole: `CREATE_COMPLETE`, `UPDATE_COMPLETE`, `IMPORT_COMPLETE`, and what an update or an
    /// import that failed was taken back to: `UPDATE_ROLLBACK_COMPLETE`, `IMPORT_ROLLBACK_COMPLETE`.
    Complete,
    /// Being changed: `UPDATE_*_IN_PROGRESS`, `IMPORT_*_IN_PROGRESS`.
    Updating,
    /// A create failed with rollback disabled: `CREATE_FAILED`. It can be updated or deleted.
    CreateFailed,
    /// An update failed with rollback disabled: `UPDATE_FAILED`. It can be updated or deleted.
    UpdateFailed,
    /// What failed could not be taken back: `UPDATE_ROLLBACK_FAILED`, `IMPORT_ROLLBACK_FAILED`. The rollback
    /// can be continued, by hand, or the stack deleted.
    Stuck,
    /// A failed create is being undone: `ROLLBACK_IN_PROGRESS`.
    RollingBack,
    /// A failed create was undone, or never began: `ROLLBACK_COMPLETE`, `ROLLBACK_FAILED`,
    /// `REVIEW_IN_PROGRESS`. Such a stack can only be deleted.
    Dead,
    /// Being deleted: `DELETE_IN_PROGRESS`.
    Deleting,
    /// A delete failed: `DELETE_FAILED`.
    DeleteFailed,
}

impl StackStatus {
    /// Every status, for tables.
    #[cfg(test)]
    pub(crate) const ALL: [Self; 10] = [
        Self::Creating,
        Self::Complete,
        Self::Updating,
        Self::CreateFailed,
        Self::UpdateFailed,
        Self::Stuck,
        Self::RollingBack,
        Self::Dead,
        Self::Deleting,
        Self::DeleteFailed,
    ];

    /// Reads CloudFormation's name; `None` for `DELETE_COMPLETE` (the stack is absent) and unknown names.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "CREATE_IN_PROGRESS" => Self::Creating,
            "CREATE_COMPLETE"
            | "UPDATE_COMPLETE"
            | "UPDATE_ROLLBACK_COMPLETE"
            | "IMPORT_COMPLETE"
            | "IMPORT_ROLLBACK_COMPLETE" => Self::Complete,
            "UPDATE_IN_PROGRESS"
            | "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"
            | "UPDATE_ROLLBACK_IN_PROGRESS"
            | "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS"
            | "IMPORT_IN_PROGRESS"
            | "IMPORT_ROLLBACK_IN_PROGRESS" => Self::Updating,
            "CREATE_FAILED" => Self::CreateFailed,
            "UPDATE_FAILED" => Self::UpdateFailed,
            "UPDATE_ROLLBACK_FAILED" | "IMPORT_ROLLBACK_FAILED" => Self::Stuck,
            "ROLLBACK_IN_PROGRESS" => Self::RollingBack,
            "DELETE_IN_PROGRESS" => Self::Deleting,
            "DELETE_FAILED" => Self::DeleteFailed,
            "ROLLBACK_COMPLETE" | "ROLLBACK_FAILED" | "REVIEW_IN_PROGRESS" => Self::Dead,
            _ => return None,
        })
    }
}

/// A stack as seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StackState {
    /// The stack's name.
    pub(crate) name: String,
    /// The stack's ARN, which tells it from an earlier stack of the same name.
    pub(crate) id: String,
    /// What its status means.
    pub(crate) status: StackStatus,
    /// CloudFormation's own name of the status.
    pub(crate) status_name: String,
    /// CloudFormation's reason, where it gives one.
    pub(crate) reason: Option<String>,
    /// Whether CloudFormation refuses to delete it (termination protection).
    #[serde(default)]
    pub(crate) protected: bool,
    /// Its tags.
    pub(crate) tags: BTreeMap<String, String>,
    /// Its outputs.
    pub(crate) outputs: BTreeMap<String, String>,
    /// Its resources by logical id.
    pub(crate) resources: BTreeMap<String, StackResource>,
    /// The spec that the template's metadata carries, as JSON text; looked at once.
    pub(crate) spec: Option<String>,
    /// The names in AWS of what that spec had replaced, if anything was, as JSON text.
    pub(crate) names: Option<String>,
    /// Milliseconds since the Unix epoch of its creation.
    pub(crate) created_at: i64,
}

impl StackState {
    /// The physical id of a resource that is complete.
    pub(crate) fn ready(&self, logical_id: &str) -> Option<&str> {
        let resource = self.resources.get(logical_id)?;
        resource.is_complete().then_some(resource.physical_id.as_deref()).flatten()
    }

    /// The account that the stack lives in, from its ARN.
    pub(crate) fn account(&self) -> &str {
        self.id.split(':').nth(4).unwrap_or_default()
    }

    /// The partition that the stack lives in, from its ARN.
    pub(crate) fn partition(&self) -> &str {
        self.id.split(':').nth(1).unwrap_or("aws")
    }
}

/// A resource of a stack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StackResource {
    /// Its id in AWS, once it has one.
    pub(crate) physical_id: Option<String>,
    /// CloudFormation's name of its status, such as `CREATE_COMPLETE`.
    pub(crate) status: String,
    /// CloudFormation's reason, where it gives one.
    pub(crate) reason: Option<String>,
}

impl StackResource {
    /// Whether it is made and at rest.
    pub(crate) fn is_complete(&self) -> bool {
        matches!(self.status.as_str(), "CREATE_COMPLETE" | "UPDATE_COMPLETE")
    }

    /// Whether making, changing or deleting it failed.
    pub(crate) fn is_failed(&self) -> bool {
        self.status.ends_with("_FAILED")
    }
}
