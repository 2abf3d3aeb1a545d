//! Tags of what AWS and its controllers keep of a cluster beside EKS's own things, and what billing makes of tags.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

pub(crate) type Tags = BTreeMap<String, String>;

/// What AWS itself puts on every instance of a cluster (facts/aws.md §10).
pub(crate) const OF_AWS: &str = "aws:eks:cluster-name";

/// A kind of things outside of EKS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Part {
    AutoScalingGroups,
    LaunchTemplates,
    Instances,
    Volumes,
    /// With their target groups.
    LoadBalancers,
    LogGroup,
}

impl Part {
    /// In words.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::AutoScalingGroups => "Auto Scaling groups",
            Self::LaunchTemplates => "launch templates",
            Self::Instances => "instances",
            Self::Volumes => "volumes",
            Self::LoadBalancers => "load balancers",
            Self::LogGroup => "log group",
        }
    }
}

/// Whose tags are asked for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum TagsOf {
    /// Groups of these names.
    AutoScalingGroups { names: Vec<String> },
    /// Templates of these ids.
    LaunchTemplates { ids: Vec<String> },
    /// Every instance of the cluster that is not on its way out, whoever launched it.
    Instances { cluster: String },
    /// Disks of these instances, and volumes that a CSI driver made for the cluster.
    Volumes { cluster: String, instances: Vec<String> },
    /// What the cluster's controllers made in this VPC.
    LoadBalancers { vpc: String, cluster: String },
    /// The group with this ARN, if it is there.
    LogGroup { arn: String },
}

impl TagsOf {
    pub(crate) fn part(&self) -> Part {
        match self {
            Self::AutoScalingGroups { .. } => Part::AutoScalingGroups,
            Self::LaunchTemplates { .. } => Part::LaunchTemplates,
            Self::Instances { .. } => Part::Instances,
            Self::Volumes { .. } => Part::Volumes,
            Self::LoadBalancers { .. } => Part::LoadBalancers,
            Self::LogGroup { .. } => Part::LogGroup,
        }
    }
}

/// The tags of things of one kind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Tagged {
    /// By name, id or ARN.
    pub(crate) things: BTreeMap<String, Tags>,
    /// Keys of tags that a thing does not hand on to what it makes, by the thing.
    pub(crate) kept: BTreeMap<String, BTreeSet<String>>,
    /// What of it could not be looked at, with the reason.
    pub(crate) unchecked: Vec<String>,
}

impl Tagged {
    pub(crate) fn of(things: BTreeMap<String, Tags>) -> Self {
        Self { things, ..Self::default() }
    }

    pub(crate) fn unchecked(why: String) -> Self {
        Self { unchecked: vec![why], ..Self::default() }
    }
}

/// Whether a tag key splits the bill.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum CostTagStatus {
    /// Costs are told apart by it.
    Active,
    /// Billing knows it, and makes nothing of it.
    Inactive,
    /// Billing does not know it: it does up to 24 hours after something has the tag, and can only then activate it.
    Unseen,
    /// This caller may not ask, as in most member accounts of an organization.
    Unchecked,
}

/// What billing says of tag keys.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct CostTags {
    pub(crate) keys: BTreeMap<String, CostTagStatus>,
    /// Why it could not be asked.
    pub(crate) unchecked: Option<String>,
}
