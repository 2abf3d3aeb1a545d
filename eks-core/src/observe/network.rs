//! Zones, subnets, NAT gateways and reserved capacity.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// Zones in which EKS makes no control plane, whatever letter the account knows them by
/// (facts/aws.md §2.2).
pub(crate) const WITHOUT_CONTROL_PLANES: [&str; 3] = ["use1-az3", "usw1-az2", "cac1-az3"];

/// An availability zone of the region.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Zone {
    /// Its name in this account, such as `us-west-2a`.
    pub(crate) name: String,
    /// Its id, the same in every account, such as `usw2-az1`.
    pub(crate) id: String,
    /// Which of the instance types that were asked about it offers.
    pub(crate) instance_types: BTreeSet<String>,
}

/// A VPC that was looked for.
#[cfg(feature = "ec2")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct VpcState {
    /// Its id.
    pub(crate) id: String,
    /// Its IPv4 blocks.
    pub(crate) cidrs: Vec<String>,
    /// Its subnets, by zone.
    pub(crate) subnets: Vec<SubnetState>,
}

/// A subnet that the spec names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SubnetState {
    /// Its id.
    pub(crate) id: String,
    /// Its VPC.
    pub(crate) vpc: String,
    /// The name of its zone.
    pub(crate) zone: String,
    /// The id of its zone.
    pub(crate) zone_id: String,
    /// Addresses that are free.
    pub(crate) free_addresses: u32,
    /// Whether instances in it get public addresses (`mapPublicIpOnLaunch`).
    #[serde(default)]
    pub(crate) public_addresses: bool,
    /// Whether it has an IPv6 block.
    #[serde(default)]
    pub(crate) ipv6: bool,
    /// Where its default route leads; `None` if its route table was not seen.
    #[serde(default)]
    pub(crate) way: Option<Way>,
    /// AWS services that its VPC has endpoints for, such as `ecr.api`; looked at only where a subnet leads nowhere.
    #[serde(default)]
    pub(crate) endpoints: BTreeSet<String>,
    /// What its VPC does with names; `None` if that was not to be had.
    #[serde(default)]
    pub(crate) dns: Option<VpcDns>,
    /// Load balancers that face the internet are put into it: `kubernetes.io/role/elb`.
    #[serde(default)]
    pub(crate) takes_public_load_balancers: bool,
    /// Internal load balancers are put into it: `kubernetes.io/role/internal-elb`.
    #[serde(default)]
    pub(crate) takes_internal_load_balancers: bool,
}

/// What a VPC does with names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct VpcDns {
    /// `enableDnsSupport`: there is a resolver.
    pub(crate) support: bool,
    /// `enableDnsHostnames`: instances with public addresses have public names, and private zones are resolved.
    pub(crate) hostnames: bool,
}

/// Where a subnet's default route leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Way {
    /// To an internet gateway: instances need public addresses.
    InternetGateway,
    /// To a NAT gateway, a transit gateway or another target, which is taken to lead out.
    Elsewhere,
    /// There is none, or what it led to is gone.
    Nowhere,
}

/// A NAT gateway's state, as in
/// [EC2's API](https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NatGateway.html).
// facts/aws.md §2.9
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum NatGatewayStatus {
    Pending,
    Available,
    Failed,
    Deleting,
    Deleted,
}

/// A NAT gateway.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NatGatewayState {
    /// Its id.
    pub(crate) id: String,
    /// Its state.
    pub(crate) status: NatGatewayStatus,
    /// Why it failed: EC2's code and message.
    pub(crate) failure: Option<(String, String)>,
}

/// A capacity reservation that the spec names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CapacityReservationState {
    /// The type of its instances.
    pub(crate) instance_type: String,
    /// How many there are.
    pub(crate) instances: u32,
    /// The name of its zone.
    pub(crate) zone: String,
    /// Whether it is a capacity block.
    pub(crate) is_block: bool,
    /// Its state, as EC2 says it.
    pub(crate) state: String,
}
