//! The cluster and what EKS keeps in it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A cluster's status, as in [EKS's API](https://docs.aws.amazon.com/eks/latest/APIReference/API_Cluster.html).
// facts/aws.md §2.2
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "AWS's own words")]
pub enum ClusterStatus {
    Creating,
    Active,
    Updating,
    Deleting,
    Failed,
    Pending,
}

/// A cluster as seen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ClusterState {
    /// Its name.
    pub(crate) name: String,
    /// Its ARN.
    pub(crate) arn: String,
    /// Milliseconds since the Unix epoch of its creation: tells it from an earlier one of the same name.
    pub(crate) created_at: i64,
    /// Its status.
    pub(crate) status: ClusterStatus,
    /// Its Kubernetes version, such as `1.34`.
    pub(crate) version: String,
    /// Its platform version, such as `eks.9`.
    pub(crate) platform_version: Option<String>,
    /// The API server's URL, once ACTIVE.
    pub(crate) endpoint: Option<String>,
    /// The API server's certificate authority: base64 of PEM, once ACTIVE.
    pub(crate) certificate_authority: Option<String>,
    /// The cluster's role.
    pub(crate) role_arn: String,
    /// Its VPC.
    pub(crate) vpc: Option<String>,
    /// Its subnets.
    pub(crate) subnets: Vec<String>,
    /// The security group that EKS made for it.
    pub(crate) security_group: Option<String>,
    /// The block of its services' addresses, once ACTIVE.
    #[serde(default)]
    pub(crate) service_cidr: Option<String>,
    /// Its OIDC issuer.
    pub(crate) issuer: Option<String>,
    /// Whether the API server has a public endpoint.
    pub(crate) public_access: bool,
    /// Whether access entries are honoured: authentication mode API or API_AND_CONFIG_MAP.
    pub(crate) access_entries: bool,
    /// Whether it is protected against deletion.
    pub(crate) deletion_protection: bool,
    /// Whether EKS Auto Mode is on.
    #[serde(default)]
    pub(crate) auto_mode: bool,
    /// Whether its control plane writes logs.
    #[serde(default)]
    pub(crate) writes_logs: bool,
    /// Its tags.
    pub(crate) tags: BTreeMap<String, String>,
    /// What AWS says is wrong with it.
    pub(crate) issues: Vec<Issue>,
}

/// Something that AWS says is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Issue {
    /// AWS's code, such as `NodeCreationFailure`.
    pub code: String,
    /// AWS's message.
    pub message: String,
    /// Ids of the resources concerned; those that EKS makes up (`DUMMY_…`) are left out.
    // facts/failures.md C6
    pub resources: Vec<String>,
}

/// A node group's status, as in [EKS's API](https://docs.aws.amazon.com/eks/latest/APIReference/API_Nodegroup.html).
// facts/aws.md §2.5
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "AWS's own words")]
pub enum NodeGroupStatus {
    Creating,
    Active,
    Updating,
    Deleting,
    CreateFailed,
    DeleteFailed,
    Degraded,
}

/// A managed node group as seen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NodeGroupState {
    /// Its name in AWS.
    pub(crate) name: String,
    /// Its ARN.
    pub(crate) arn: String,
    /// Its status.
    pub(crate) status: NodeGroupStatus,
    /// Minimum, maximum and desired number of nodes.
    pub(crate) scaling: (u32, u32, u32),
    /// Its Kubernetes version.
    pub(crate) version: Option<String>,
    /// Its AMI's release.
    pub(crate) release_version: Option<String>,
    /// Its instance types.
    pub(crate) instance_types: Vec<String>,
    /// Its tags.
    pub(crate) tags: BTreeMap<String, String>,
    /// What AWS says is wrong with it.
    pub(crate) issues: Vec<Issue>,
}

/// A Fargate profile's status, as in [EKS's API](https://docs.aws.amazon.com/eks/latest/APIReference/API_FargateProfile.html).
// facts/aws.md §2.4
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "AWS's own words")]
pub enum FargateProfileStatus {
    Creating,
    Active,
    Deleting,
    CreateFailed,
    DeleteFailed,
}

/// A Fargate profile as seen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FargateProfileState {
    /// Its name.
    pub name: String,
    /// Its status.
    pub status: FargateProfileStatus,
    /// What AWS says is wrong with it.
    pub issues: Vec<Issue>,
}

/// An add-on's status, as in [EKS's API](https://docs.aws.amazon.com/eks/latest/APIReference/API_Addon.html).
// facts/aws.md §2.6
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "AWS's own words")]
pub enum AddonStatus {
    Creating,
    Active,
    CreateFailed,
    Updating,
    Deleting,
    DeleteFailed,
    Degraded,
    UpdateFailed,
}

/// An add-on as seen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AddonState {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its status.
    pub status: AddonStatus,
    /// What AWS says is wrong with it.
    pub issues: Vec<Issue>,
}

/// A node as the API server lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NodeState {
    /// Its name.
    pub name: String,
    /// The node group that it belongs to: label `eks.amazonaws.com/nodegroup`.
    pub node_group: Option<String>,
    /// Whether its Ready condition is true.
    pub ready: bool,
    /// Its kubelet's version.
    pub version: String,
}
