//! Nodes, as the API server lists them.

use std::collections::BTreeMap;
use std::time::SystemTime;

use serde::Deserialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// A node that registered with the cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Node {
    /// Its name, such as `ip-192-168-12-34.us-west-2.compute.internal`.
    pub name: String,
    /// Whether its `Ready` condition is `True`.
    pub ready: bool,
    /// Its labels, the ones that EKS gives included.
    pub labels: BTreeMap<String, String>,
    /// Its taints.
    pub taints: Vec<NodeTaint>,
    /// Its kubelet's version, such as `v1.34.1-eks-113cf36`.
    pub kubelet_version: String,
    /// When it registered.
    pub created: Option<SystemTime>,
}

/// A taint on a node, in Kubernetes's spelling.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct NodeTaint {
    /// The key.
    pub key: String,
    /// The value; empty if there is none.
    #[serde(default)]
    pub value: String,
    /// `NoSchedule`, `PreferNoSchedule` or `NoExecute`.
    pub effect: String,
}

#[derive(Deserialize)]
pub(super) struct Item {
    metadata: Metadata,
    #[serde(default)]
    spec: Spec,
    #[serde(default)]
    status: Status,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    name: String,
    #[serde(default)]
    labels: BTreeMap<String, String>,
    creation_timestamp: Option<String>,
}

#[derive(Default, Deserialize)]
struct Spec {
    #[serde(default)]
    taints: Vec<NodeTaint>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    #[serde(default)]
    conditions: Vec<Condition>,
    #[serde(default)]
    node_info: NodeInfo,
}

#[derive(Deserialize)]
struct Condition {
    #[serde(rename = "type")]
    kind: String,
    status: String,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct NodeInfo {
    #[serde(default)]
    kubelet_version: String,
}

impl From<Item> for Node {
    fn from(item: Item) -> Self {
        let ready = item
            .status
            .conditions
            .iter()
            .any(|condition| condition.kind == "Ready" && condition.status == "True");
        let created = item.metadata.creation_timestamp.as_deref();
        Self {
            name: item.metadata.name,
            ready,
            labels: item.metadata.labels,
            taints: item.spec.taints,
            kubelet_version: item.status.node_info.kubelet_version,
            created: created
                .and_then(|text| OffsetDateTime::parse(text, &Rfc3339).ok())
                .map(SystemTime::from),
        }
    }
}
