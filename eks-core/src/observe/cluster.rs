//! The cluster and what EKS keeps in it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::spec::{
    AuthenticationMode, Capacity, ControlPlaneTier, EndpointAccess, IpFamily, LogType, NodeRepairConfig,
    Selector, SupportType, Taint, UpdateSettings,
};

/// A cluster's status, as in [EKS's API](https://docs.aws.amazon.com/eks/latest/APIReference/API_Cluster.html).
// facts/aws.md §2.2
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
    /// The security groups that it was given.
    #[serde(default)]
    pub(crate) security_groups: Vec<String>,
    /// The security group that EKS made for it.
    pub(crate) security_group: Option<String>,
    /// The block of its services' addresses, once ACTIVE.
    #[serde(default)]
    pub(crate) service_cidr: Option<String>,
    /// Its OIDC issuer.
    pub(crate) issuer: Option<String>,
    /// Where the API server can be reached from: every field is set.
    #[serde(default)]
    pub(crate) endpoint_access: EndpointAccess,
    /// What says who may enter it.
    #[serde(default)]
    pub(crate) authentication_mode: Option<AuthenticationMode>,
    /// What happens when standard support of its version ends.
    #[serde(default)]
    pub(crate) upgrade_policy: Option<SupportType>,
    /// Whether zonal shift is on.
    #[serde(default)]
    pub(crate) zonal_shift: bool,
    /// The logs that its control plane writes.
    #[serde(default)]
    pub(crate) logging: BTreeSet<LogType>,
    /// Whether it is protected against deletion.
    pub(crate) deletion_protection: bool,
    /// The KMS key of one's own that it is encrypted with, if it is, as it was given: its ARN or an alias's.
    #[serde(default)]
    pub(crate) encryption_key: Option<String>,
    /// Whether EKS Auto Mode is on.
    #[serde(default)]
    pub(crate) auto_mode: bool,
    /// Which of EKS's node pools there are.
    #[serde(default)]
    pub(crate) node_pools: Vec<String>,
    /// The role of their nodes.
    #[serde(default)]
    pub(crate) node_pool_role: Option<String>,
    /// Which addresses pods and services have.
    #[serde(default)]
    pub(crate) ip_family: Option<IpFamily>,
    /// How much the control plane is provisioned for.
    #[serde(default)]
    pub(crate) control_plane_tier: Option<ControlPlaneTier>,
    /// Its tags.
    pub(crate) tags: BTreeMap<String, String>,
    /// What AWS says is wrong with it.
    pub(crate) issues: Vec<Issue>,
}

impl ClusterState {
    /// Whether the API server has a public endpoint.
    pub(crate) fn is_public(&self) -> bool {
        self.endpoint_access.public == Some(true)
    }

    /// Whether its control plane writes logs.
    pub(crate) fn writes_logs(&self) -> bool {
        !self.logging.is_empty()
    }
}

/// Something that AWS says is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
    /// Names of the Auto Scaling groups that EKS made for it.
    #[serde(default)]
    pub(crate) autoscaling_groups: Vec<String>,
    /// Its instance types; none if they stand in a launch template.
    pub(crate) instance_types: Vec<String>,
    /// EKS's name for its image, such as `AL2023_x86_64_STANDARD`; `CUSTOM` for one of a launch template.
    #[serde(default)]
    pub(crate) ami_type: Option<String>,
    /// How its nodes are paid for.
    #[serde(default)]
    pub(crate) capacity: Option<Capacity>,
    /// Where its nodes are.
    #[serde(default)]
    pub(crate) subnets: Vec<String>,
    /// The role of its nodes.
    #[serde(default)]
    pub(crate) role_arn: Option<String>,
    /// The size of its nodes' disks, unless that stands in a launch template.
    #[serde(default)]
    pub(crate) disk_gib: Option<u32>,
    /// The key pair that opens its nodes, unless that stands in a launch template.
    #[serde(default)]
    pub(crate) ssh_key: Option<String>,
    /// Id and version of its launch template.
    #[serde(default)]
    pub(crate) launch_template: Option<(String, String)>,
    /// The labels that EKS gives its nodes.
    #[serde(default)]
    pub(crate) labels: BTreeMap<String, String>,
    /// The taints that EKS gives its nodes.
    #[serde(default)]
    pub(crate) taints: Vec<Taint>,
    /// How many nodes may be away during an update.
    #[serde(default)]
    pub(crate) update: Option<UpdateSettings>,
    /// Whether and how EKS repairs its nodes.
    #[serde(default)]
    pub(crate) node_repair_config: Option<NodeRepairConfig>,
    /// Its tags.
    pub(crate) tags: BTreeMap<String, String>,
    /// What AWS says is wrong with it.
    pub(crate) issues: Vec<Issue>,
}

/// A Fargate profile's status, as in [EKS's API](https://docs.aws.amazon.com/eks/latest/APIReference/API_FargateProfile.html).
// facts/aws.md §2.4
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct FargateProfileState {
    /// Its name.
    pub name: String,
    /// Its ARN.
    #[serde(default)]
    pub arn: String,
    /// Its status.
    pub status: FargateProfileStatus,
    /// Which pods it takes.
    #[serde(default)]
    pub selectors: Vec<Selector>,
    /// Where their network interfaces are.
    #[serde(default)]
    pub subnets: Vec<String>,
    /// The role of its pods' kubelets.
    #[serde(default)]
    pub role_arn: Option<String>,
    /// Its tags.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    /// What AWS says is wrong with it.
    pub issues: Vec<Issue>,
}

/// An add-on's status, as in [EKS's API](https://docs.aws.amazon.com/eks/latest/APIReference/API_Addon.html).
// facts/aws.md §2.6
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AddonState {
    /// Its name.
    pub name: String,
    /// Its ARN.
    #[serde(default)]
    pub arn: String,
    /// Its version.
    pub version: String,
    /// Its status.
    pub status: AddonStatus,
    /// Its configuration values as EKS keeps them. They can hold passwords, so nobody else is told them.
    #[serde(skip)]
    pub(crate) configuration: Configuration,
    /// The role of its service account, if it has one.
    #[serde(default)]
    pub service_account_role_arn: Option<String>,
    /// The roles that its service accounts get by EKS Pod Identity.
    #[serde(default)]
    pub pod_identity_roles: BTreeMap<String, String>,
    /// Its tags.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    /// What AWS says is wrong with it.
    pub issues: Vec<Issue>,
}

/// Configuration values of an add-on: JSON or YAML text, which `Debug` does not show.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct Configuration(pub(crate) Option<String>);

impl fmt::Debug for Configuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "set" } else { "unset" })
    }
}

/// A node as the API server lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
