//! A change set: what a template would do to a stack, told before it is done.

use serde::{Deserialize, Serialize};

/// How a change set stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum ChangeSetStatus {
    /// CloudFormation is comparing: `CREATE_PENDING`, `CREATE_IN_PROGRESS`.
    Comparing,
    /// It can be executed: `CREATE_COMPLETE` and `AVAILABLE`.
    Available,
    /// It is being executed: `EXECUTE_IN_PROGRESS`.
    Executing,
    /// It was executed, whatever came of it, or the stack has changed since, or it is going: nothing comes of it any
    /// more.
    Over,
    /// It could not be made: `FAILED`.
    Failed,
}

/// What becomes of a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum ChangeAction {
    Add,
    Modify,
    /// Another one takes its place, or may: CloudFormation's `Replacement` is `True` or `Conditional`.
    Replace,
    /// It goes, or its stack forgets it.
    Remove,
}

/// What becomes of one resource of the stack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Change {
    /// Its logical id.
    pub(crate) resource: String,
    /// Its type, such as `AWS::IAM::Role`.
    pub(crate) kind: String,
    /// Its id in AWS, if it is there.
    pub(crate) physical_id: Option<String>,
    pub(crate) action: ChangeAction,
}

/// A change set as seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChangeSetState {
    pub(crate) status: ChangeSetStatus,
    /// CloudFormation's reason, where it gives one.
    pub(crate) reason: Option<String>,
    /// What would change.
    pub(crate) changes: Vec<Change>,
}
