//! Zones, subnets and NAT gateways.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// An availability zone of the region.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Zone {
    /// Its name in this account, such as `us-west-2a`.
    pub name: String,
    /// Its id, the same in every account, such as `usw2-az1`.
    pub id: String,
    /// Which of the instance types that were asked about it offers.
    pub instance_types: BTreeSet<String>,
}

/// A subnet that the spec names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SubnetState {
    /// Its id.
    pub id: String,
    /// Its VPC.
    pub vpc: String,
    /// The name of its zone.
    pub zone: String,
    /// The id of its zone.
    pub zone_id: String,
    /// Addresses that are free.
    pub free_addresses: u32,
}

/// A NAT gateway's state, as in
/// [EC2's API](https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NatGateway.html).
// facts/aws.md §2.9
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)] // AWS's own words.
pub enum NatGatewayStatus {
    Pending,
    Available,
    Failed,
    Deleting,
    Deleted,
}

/// A NAT gateway.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NatGatewayState {
    /// Its id.
    pub id: String,
    /// Its state.
    pub status: NatGatewayStatus,
    /// Why it failed: EC2's code and message.
    pub failure: Option<(String, String)>,
}
