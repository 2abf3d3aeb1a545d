//! An update of something that EKS keeps.

use serde::{Deserialize, Serialize};

use super::Issue;

/// Whose update it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum UpdateOf {
    Cluster,
    /// By its name in AWS.
    NodeGroup(String),
    Addon(String),
}

/// How an update stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum UpdateState {
    InProgress,
    Successful,
    /// It failed, or was cancelled: why.
    Failed(Vec<Issue>),
}
