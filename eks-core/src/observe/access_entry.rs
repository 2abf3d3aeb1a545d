//! An access entry as seen.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::spec::AccessScope;

/// An access entry as seen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AccessEntryState {
    /// Where each of its policies holds, by the policy's ARN; none if they were not asked about.
    pub(crate) policies: BTreeMap<String, AccessScope>,
    /// Who its principal is to Kubernetes; `None` if that was not asked about.
    #[serde(default)]
    pub(crate) identity: Option<KubernetesIdentity>,
    /// Its ARN and tags, which are asked about together with the former.
    #[serde(default)]
    pub(crate) tagged: Option<(String, BTreeMap<String, String>)>,
}

/// Who an IAM principal is to Kubernetes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct KubernetesIdentity {
    /// The user's name.
    pub(crate) username: String,
    /// The user's groups.
    pub(crate) groups: BTreeSet<String>,
}
