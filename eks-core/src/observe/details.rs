//! What surrounds a cluster: its network, its roles, the images of its nodes.

use serde::{Deserialize, Serialize};

/// The network of a cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct NetworkInfo {
    /// The VPC's id.
    pub vpc: String,
    /// Its blocks, IPv4 and then IPv6.
    pub cidrs: Vec<String>,
    /// Its subnets, by zone: those of the control plane and all others.
    pub subnets: Vec<SubnetInfo>,
    /// What leads out of it.
    pub gateways: Vec<GatewayInfo>,
    /// The security groups of the control plane: EKS's own, then those that it was given.
    pub security_groups: Vec<SecurityGroupInfo>,
    /// AWS services that have endpoints in it, such as `ecr.api`.
    pub endpoints: Vec<String>,
}

/// A subnet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SubnetInfo {
    /// Its id.
    pub id: String,
    /// The name of its zone.
    pub zone: String,
    /// Its IPv4 block; `None` if it has none.
    pub cidr: Option<String>,
    /// IPv4 addresses that are free.
    pub free_addresses: u32,
    /// Whether it leads to an internet gateway.
    pub public: bool,
    /// Whether instances in it get public addresses.
    pub public_addresses: bool,
    /// Whether the control plane has network interfaces in it.
    pub of_control_plane: bool,
    /// Its route table: its own, or its VPC's main one.
    pub route_table: Option<String>,
    /// The routes of that table.
    pub routes: Vec<RouteInfo>,
}

/// A route.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RouteInfo {
    /// The block, or the prefix list, that it is for.
    pub destination: String,
    /// Where it leads: an id such as `igw-…` or `nat-…`, or `local`.
    pub target: String,
    /// Whether what it leads to is there; else it is a black hole.
    pub active: bool,
}

/// A gateway of a VPC.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct GatewayInfo {
    /// Its id: `igw-…` of an internet gateway, `nat-…` of a NAT gateway.
    pub id: String,
    /// Its state, as EC2 says it.
    pub state: String,
    /// The subnet that a NAT gateway is in.
    pub subnet: Option<String>,
    /// The address under which a NAT gateway is seen outside.
    pub public_address: Option<String>,
}

/// A security group.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SecurityGroupInfo {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What may come in, in words: `tcp 443 from 10.0.0.0/8`, `all from sg-…`.
    pub ingress: Vec<String>,
}

/// A role of the cluster, its nodes or its pods.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RoleInfo {
    /// Its ARN.
    pub arn: String,
    /// What it is for, such as `control plane` or `node group web`.
    pub used_by: Vec<String>,
    /// The ARNs of the policies that are attached to it; `None` if they may not be read.
    pub attached_policies: Option<Vec<String>>,
    /// The names of the policies that are written into it; `None` if they may not be read.
    pub inline_policies: Option<Vec<String>>,
}

/// How a node group's image stands to the newest one of its kind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ImageInfo {
    /// The node group's logical name.
    pub node_group: String,
    /// EKS's name for the kind of image, such as `AL2023_x86_64_STANDARD`.
    pub ami_type: Option<String>,
    /// The release that its nodes have, such as `1.34.1-20251112`.
    pub release: Option<String>,
    /// The newest image of that kind for the group's Kubernetes version, by EC2's name for it; `None` if that is not known:
    /// for an image of one's own, or where images may not be listed.
    pub newest: Option<String>,
    /// How many releases came after the group's; `None` if that is not known.
    pub releases_behind: Option<u32>,
    /// Days between the group's release and the newest one; `None` if that is not known.
    pub days_behind: Option<u32>,
}

/// An image that EKS publishes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PublishedImage {
    /// EC2's name for it.
    pub(crate) name: String,
    /// What tells its release in that name, such as `20251112`, `1.50.0-5b90ae17` or `2025.11.12`.
    pub(crate) mark: String,
    /// The day on which it was made, as `yyyy-mm-dd`.
    pub(crate) day: String,
}
