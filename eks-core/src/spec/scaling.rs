//! How many nodes a group has.

use serde::{Deserialize, Serialize};

use super::check::{Check, Findings};
use crate::Result;

/// The bounds of a node group's size and the size itself.
///
/// When nothing is set a group has two nodes, as with eksctl. An unset one follows from the others.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Scaling {
    /// Fewest nodes. At least 0. Unset: `desired`, or two where that is unset, too, but not more than `max`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<u32>,
    /// Most nodes. At least 1. Unset: `desired`, or `min` where that is unset, too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<u32>,
    /// Nodes at first. Unset: `min`. An autoscaler may change it later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub desired: Option<u32>,
}

impl Scaling {
    /// Any size from `min` to `max`; `min` at first.
    pub fn between(min: u32, max: u32) -> Self {
        Self { min: Some(min), max: Some(max), desired: None }
    }

    /// Exactly `size` nodes.
    pub fn fixed(size: u32) -> Self {
        Self { min: Some(size), max: Some(size), desired: Some(size) }
    }

    /// Starts with `desired` nodes.
    #[must_use]
    pub fn desired(mut self, desired: u32) -> Self {
        self.desired = Some(desired);
        self
    }
}

impl Scaling {
    /// Holds the sizes that are set against each other.
    pub(crate) fn check(&self) -> Result<()> {
        Findings::of(|findings| findings.piece("scaling", Some(self)))
    }
}

impl Check for Scaling {
    /// facts/aws.md §3.1; the service's own texts for these are in §2.5.
    fn inspect(&self, findings: &mut Findings) {
        let Self { min, max, desired } = *self;
        if let Some(max) = max {
            findings.require(max >= 1, "max", max, "be at least 1");
        }
        if let (Some(min), Some(max)) = (min, max) {
            findings.require(min <= max, "min", min, format!("be at most `max` ({max})"));
        }
        if let (Some(min), Some(desired)) = (min, desired) {
            findings.require(min <= desired, "desired", desired, format!("be at least `min` ({min})"));
        }
        if let (Some(max), Some(desired)) = (max, desired) {
            findings.require(desired <= max, "desired", desired, format!("be at most `max` ({max})"));
        }
    }
}
