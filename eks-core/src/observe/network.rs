//! Zones, subnets and NAT gateways.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

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
