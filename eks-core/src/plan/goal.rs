//! What an operation drives at.

use serde::{Deserialize, Serialize};

use crate::spec::Cluster;

/// What an operation drives at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", tag = "goal")]
pub(crate) enum Goal {
    /// The cluster is there as the spec wants it.
    Create {
        name: String,
        /// `None`: as the spec says that an earlier call left in AWS.
        spec: Option<Box<Cluster>>,
    },
    /// Nothing of the cluster is there.
    Delete { name: String, options: DeleteOptions },
}

impl Goal {
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Create { name, .. } | Self::Delete { name, .. } => name,
        }
    }

    /// The verb, for messages.
    pub(crate) fn verb(&self) -> &'static str {
        match self {
            Self::Create { .. } => "create",
            Self::Delete { .. } => "delete",
        }
    }
}

/// How a cluster is deleted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct DeleteOptions {
    /// Deletes a cluster that this library did not make, with its node groups and Fargate profiles. Its
    /// network and roles, which somebody else made, stay. Default false.
    pub adopt: bool,
}

impl DeleteOptions {
    /// Deletes clusters that this library did not make, too.
    #[must_use]
    pub fn adopt(mut self, adopt: bool) -> Self {
        self.adopt = adopt;
        self
    }
}
