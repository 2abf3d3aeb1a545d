//! What AWS asks for what it rents out.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Something that is rented by the hour, whose price depends on the region.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Good {
    NatGateway,
    /// In one zone.
    InterfaceEndpoint,
    /// A GiB of a gp3 volume, for a month.
    Gp3,
    /// On demand, Linux.
    Instance(String),
}

/// A price, as the Price List had it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListPrice {
    /// US dollars for the unit of the good.
    pub(crate) dollars: f64,
    /// The day on which AWS published it, such as `2026-01-19`.
    pub(crate) published: String,
}

/// The prices of a region that were to be had.
pub(crate) type Prices = BTreeMap<Good, ListPrice>;
