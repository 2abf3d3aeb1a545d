//! Zones and subnets.

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
