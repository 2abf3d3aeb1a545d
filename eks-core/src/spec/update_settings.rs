//! How the nodes of a group are replaced when the group is updated.

use serde::{Deserialize, Serialize};

use super::check::{Check, Findings};

/// How many nodes an update may take away at once. Unset: one, which is EKS's default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateSettings {
    /// Nodes, 1 to 100 and at most the group's `max`. Excludes `max_unavailable_percentage`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_unavailable: Option<u32>,
    /// Per cent of the group's nodes, 1 to 100. Excludes `max_unavailable`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_unavailable_percentage: Option<u32>,
    /// In which order nodes are added and removed. Unset: EKS's own, new nodes first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strategy: Option<UpdateStrategy>,
}

/// In which order an update adds and removes nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum UpdateStrategy {
    /// New nodes first.
    #[serde(alias = "DEFAULT")]
    Default,
    /// Old nodes leave first, where capacity is scarce.
    #[serde(alias = "MINIMAL")]
    Minimal,
}

impl UpdateSettings {
    /// At most `nodes` nodes at once.
    pub fn max_unavailable(nodes: u32) -> Self {
        Self { max_unavailable: Some(nodes), ..Self::default() }
    }

    /// At most `percentage` per cent of the nodes at once.
    pub fn max_unavailable_percentage(percentage: u32) -> Self {
        Self { max_unavailable_percentage: Some(percentage), ..Self::default() }
    }

    /// How many of so many nodes may be away at once: one, unless the settings say otherwise.
    pub(crate) fn at_once(&self, nodes: u32) -> u32 {
        let share = self.max_unavailable_percentage.map(|percent| (nodes * percent).div_ceil(100));
        self.max_unavailable.or(share).unwrap_or(1).clamp(1, nodes.max(1))
    }

    /// Adds and removes nodes in that order.
    #[must_use]
    pub fn strategy(mut self, strategy: UpdateStrategy) -> Self {
        self.strategy = Some(strategy);
        self
    }
}

impl Check for UpdateSettings {
    /// facts/aws.md §3.1.
    fn inspect(&self, findings: &mut Findings) {
        for (field, value) in [
            ("maxUnavailable", self.max_unavailable),
            ("maxUnavailablePercentage", self.max_unavailable_percentage),
        ] {
            if let Some(value) = value {
                findings.require((1..=100).contains(&value), field, value, "be 1 to 100");
            }
        }
        if let (Some(_), Some(percentage)) = (self.max_unavailable, self.max_unavailable_percentage) {
            findings.require(
                false,
                "maxUnavailablePercentage",
                percentage,
                "be unset when `maxUnavailable` is given",
            );
        }
    }
}
