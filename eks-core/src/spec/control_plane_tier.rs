//! How much a control plane is provisioned for.

use serde::{Deserialize, Serialize};

/// The scaling tier of a control plane, spelt as in EKS. Every tier above `standard` costs more by the hour.
// EKS's model, `ProvisionedControlPlaneTier`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum ControlPlaneTier {
    /// EKS scales it by its load.
    #[default]
    #[serde(rename = "standard")]
    Standard,
    /// Never below this size.
    #[serde(rename = "tier-xl")]
    Xl,
    /// Never below this size.
    #[serde(rename = "tier-2xl")]
    X2l,
    /// Never below this size.
    #[serde(rename = "tier-4xl")]
    X4l,
    /// Never below this size.
    #[serde(rename = "tier-8xl")]
    X8l,
}

impl ControlPlaneTier {
    /// Every tier.
    const ALL: [Self; 5] = [Self::Standard, Self::Xl, Self::X2l, Self::X4l, Self::X8l];

    /// The tier that EKS calls so.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tier| tier.name() == name)
    }

    /// EKS's name of the tier.
    pub fn name(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Xl => "tier-xl",
            Self::X2l => "tier-2xl",
            Self::X4l => "tier-4xl",
            Self::X8l => "tier-8xl",
        }
    }
}
