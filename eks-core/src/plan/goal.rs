//! What an operation drives at.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::replacement::Replaceable;
use crate::spec::{Cluster, LabelChange, Scaling, TagChange, TaintChange};
use crate::{Error, Result, Violation};

/// What an operation drives at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", tag = "goal")]
pub(crate) enum Goal {
    /// The cluster is there as the spec wants it.
    Create {
        name: String,
        /// `None`: as the spec says that an earlier call left in AWS.
        spec: Option<Box<Cluster>>,
        #[serde(default)]
        options: CreateOptions,
    },
    /// The cluster is there, and follows a spec that may be another than the last one.
    Apply {
        name: String,
        spec: Box<Cluster>,
        #[serde(default)]
        options: ApplyOptions,
    },
    /// Nothing of the cluster is there.
    Delete { name: String, options: DeleteOptions },
    /// The node group is another in one thing.
    Patch {
        name: String,
        group: String,
        patch: Patch,
        #[serde(default)]
        options: PatchOptions,
    },
    /// Everything of the cluster that costs money has these tags.
    Tag {
        name: String,
        change: TagChange,
        #[serde(default)]
        options: TagOptions,
    },
}

/// What is to change of a node group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Patch {
    Scaling(Scaling),
    Labels(LabelChange),
    Taints(TaintChange),
    /// Whether the group's own role has this policy.
    Policy {
        arn: String,
        attached: bool,
    },
}

impl Goal {
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Create { name, .. }
            | Self::Apply { name, .. }
            | Self::Delete { name, .. }
            | Self::Patch { name, .. }
            | Self::Tag { name, .. } => name,
        }
    }

    /// Whether a cluster is to be there in the end.
    pub(crate) fn makes(&self) -> bool {
        matches!(self, Self::Create { .. } | Self::Apply { .. })
    }

    /// The spec that the caller gave of what is to be there.
    pub(crate) fn spec(&self) -> Option<&Cluster> {
        match self {
            Self::Create { spec, .. } => spec.as_deref(),
            Self::Apply { spec, .. } => Some(spec),
            Self::Delete { .. } | Self::Patch { .. } | Self::Tag { .. } => None,
        }
    }

    /// Whether a cluster is to go.
    pub(crate) fn is_delete(&self) -> bool {
        matches!(self, Self::Delete { .. })
    }

    /// Whether what the caller may not look at is told, and the rest goes on.
    pub(crate) fn goes_on_unseeing(&self) -> bool {
        matches!(self, Self::Tag { .. })
    }

    /// The verb, for messages.
    pub(crate) fn verb(&self) -> &'static str {
        match self {
            Self::Create { .. } => "create",
            Self::Apply { .. } => "apply",
            Self::Delete { .. } => "delete",
            Self::Patch { patch: Patch::Scaling(_), .. } => "scale",
            Self::Patch { patch: Patch::Labels(_), .. } => "label",
            Self::Patch { patch: Patch::Taints(_), .. } => "taint",
            Self::Tag { .. } => "tag",
            Self::Patch { patch: Patch::Policy { attached: true, .. }, .. } => "attach policy",
            Self::Patch { patch: Patch::Policy { .. }, .. } => "detach policy",
        }
    }

    /// How long the caller waits for it, in seconds.
    pub(crate) fn timeout_seconds(&self) -> Option<u64> {
        match self {
            Self::Create { options, .. } => options.timeout_seconds,
            Self::Apply { options, .. } => options.timeout_seconds,
            Self::Delete { options, .. } => options.timeout_seconds,
            Self::Patch { options, .. } => options.timeout_seconds,
            Self::Tag { options, .. } => options.timeout_seconds,
        }
    }
}

/// How a cluster is created.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct CreateOptions {
    /// How long to wait, in seconds since the operation was last taken up (begun or resumed). What is not done
    /// by then goes on in AWS; the operation ends as [`ErrorKind::TimedOut`](crate::ErrorKind::TimedOut), and
    /// its handle or the same call takes it up again. Default: as long as it takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_seconds: Option<u64>,
    /// Goes by what EKS says alone: the API server is not asked, and nodes count as Ready when their group is
    /// ACTIVE. For endpoints without a Kubernetes API, such as emulators of AWS. Default false.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub without_kubernetes: bool,
    /// Whether to begin with [`Eks::preflight`](crate::Eks::preflight), and with nothing else if a quota would be
    /// exceeded: [`ErrorKind::QuotaExceeded`](crate::ErrorKind::QuotaExceeded) then has every such quota. It costs
    /// some thirty calls more. Default false.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub preflight: bool,
}

impl CreateOptions {
    /// Goes by what EKS says alone.
    #[must_use]
    pub fn without_kubernetes(mut self) -> Self {
        self.without_kubernetes = true;
        self
    }

    /// Begins with a preflight.
    #[must_use]
    pub fn preflight(mut self, preflight: bool) -> Self {
        self.preflight = preflight;
        self
    }

    /// Waits this many seconds.
    #[must_use]
    pub fn timeout_seconds(mut self, seconds: u64) -> Self {
        self.timeout_seconds = Some(seconds);
        self
    }
}

/// How a spec is applied.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct ApplyOptions {
    /// How long to wait, as in [`CreateOptions::timeout_seconds`]. Default: as long as it takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_seconds: Option<u64>,
    /// Goes by what EKS says alone, as in [`CreateOptions::without_kubernetes`]. Default false.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub without_kubernetes: bool,
    /// Deletes what this library made and the spec has no more: node groups with their nodes and stacks, Fargate profiles,
    /// add-ons (from the cluster, too) and access entries. What others made stays. Default false: all of it stays.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub prune: bool,
    /// Makes a cluster that others made one of this library's, before anything of it is changed: a foundation stack keeps its
    /// spec from then on, and cluster, node groups, Fargate profiles and add-ons of the spec are tagged as ours, so that
    /// `delete` and `prune` take them for that. Network, roles and launch templates stay as they are, and stay when the
    /// cluster is deleted. What others put there and the spec does not mention stays, too. Default false: such a cluster is
    /// refused before the first write.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub adopt: bool,
    /// Replaces nodes also where pods cannot be evicted from the old ones, as when a disruption budget allows none to go:
    /// EKS deletes them then (`force` of `UpdateNodegroupVersion`). Default false: an update that could not evict a pod for
    /// 15 minutes fails, and the old nodes stay.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub force: bool,
    /// Node groups and Fargate profiles that may be made anew, for what AWS lets nobody change of one that is there: instance
    /// types, capacity, subnets, image family, role; selectors of profiles. Another one is made beside the old one, with
    /// `-` and six digits after its name in AWS; the old one goes when the other's nodes are Ready. Until then both run and
    /// cost. The spec goes on calling it by its own name. Default: none; such a change is refused before the first write.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub allow_replace: BTreeSet<Replaceable>,
}

impl ApplyOptions {
    /// Lets one thing be made anew.
    #[must_use]
    pub fn allow_replace(mut self, thing: Replaceable) -> Self {
        self.allow_replace.insert(thing);
        self
    }

    /// Whether the spec has what it names.
    pub(crate) fn check(&self, spec: &Cluster) -> Result<()> {
        let named = spec.defaulted();
        let unknown = self.allow_replace.iter().enumerate().filter(|(_, thing)| !thing.is_in(&named));
        let violations: Vec<Violation> = unknown
            .map(|(index, thing)| {
                let rule = format!("be a {} of the spec", thing.kind());
                Violation::new(format!("allowReplace[{index}]"), thing.name(), rule)
            })
            .collect();
        if violations.is_empty() { Ok(()) } else { Err(Error::invalid(violations)) }
    }

    /// Adopts a cluster that others made.
    #[must_use]
    pub fn adopt(mut self, adopt: bool) -> Self {
        self.adopt = adopt;
        self
    }

    /// Replaces nodes also where pods cannot be evicted.
    #[must_use]
    pub fn force(mut self, force: bool) -> Self {
        self.force = force;
        self
    }

    /// Waits this many seconds.
    #[must_use]
    pub fn timeout_seconds(mut self, seconds: u64) -> Self {
        self.timeout_seconds = Some(seconds);
        self
    }

    /// Goes by what EKS says alone.
    #[must_use]
    pub fn without_kubernetes(mut self) -> Self {
        self.without_kubernetes = true;
        self
    }

    /// Deletes what the spec has no more.
    #[must_use]
    pub fn prune(mut self, prune: bool) -> Self {
        self.prune = prune;
        self
    }
}

/// How a cluster is deleted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct DeleteOptions {
    /// Deletes a cluster that this library did not make, with its node groups and Fargate profiles. Its
    /// network and roles, which somebody else made, stay; what eksctl made goes with its stacks, also where their cluster is
    /// gone or was never made ([guide](crate::guide::deleting_eksctl)). Default false.
    pub adopt: bool,
    /// Switches the cluster's deletion protection off first (`UpdateClusterConfig`, minutes), and the termination protection
    /// of its stacks, which eksctl puts on each of its own; nothing is deleted before they are off. Default false: what is
    /// protected is refused before the first write.
    pub disable_deletion_protection: bool,
    /// Keeps the log group of the control plane, `/aws/eks/<name>/cluster`, which EKS makes where logs are on. Default
    /// false: it costs by the gigabyte for as long as it is there, so it goes with the cluster, and what EKS writes in
    /// the minute after that goes, too. eksctl leaves it. With `logRetentionInDays` the group is part of the foundation
    /// stack and cannot be kept: that is refused before the first write.
    pub keep_logs: bool,
    /// Leaves behind what CloudFormation cannot delete of a stack, once that has failed for good (`RetainResources`):
    /// the stack goes, and [`DeleteReport::retained`](crate::DeleteReport::retained) names what stays, which is nobody's
    /// from then on and may cost money. Default false: the delete ends with what is in the way.
    pub retain_what_is_stuck: bool,
    /// How long to wait, as in [`CreateOptions::timeout_seconds`]. Default: as long as it takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_seconds: Option<u64>,
}

impl DeleteOptions {
    /// Deletes clusters that this library did not make, too.
    #[must_use]
    pub fn adopt(mut self, adopt: bool) -> Self {
        self.adopt = adopt;
        self
    }

    /// Deletes a cluster that is protected against deletion, too, by switching the protection off first.
    #[must_use]
    pub fn disable_deletion_protection(mut self, disable: bool) -> Self {
        self.disable_deletion_protection = disable;
        self
    }

    /// Leaves behind what CloudFormation cannot delete.
    #[must_use]
    pub fn retain_what_is_stuck(mut self, retain: bool) -> Self {
        self.retain_what_is_stuck = retain;
        self
    }

    /// Keeps the log group of the control plane.
    #[must_use]
    pub fn keep_logs(mut self, keep: bool) -> Self {
        self.keep_logs = keep;
        self
    }

    /// Waits this many seconds.
    #[must_use]
    pub fn timeout_seconds(mut self, seconds: u64) -> Self {
        self.timeout_seconds = Some(seconds);
        self
    }
}

/// How a node group is scaled, labelled or tainted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct PatchOptions {
    /// How long to wait, as in [`CreateOptions::timeout_seconds`]. Default: as long as it takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_seconds: Option<u64>,
    /// Goes by what EKS says alone, as in [`CreateOptions::without_kubernetes`]: a scale then ends with EKS's update, before
    /// nodes come or go, as other changes do in any case. Default false.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub without_kubernetes: bool,
}

impl PatchOptions {
    /// Waits this many seconds.
    #[must_use]
    pub fn timeout_seconds(mut self, seconds: u64) -> Self {
        self.timeout_seconds = Some(seconds);
        self
    }

    /// Goes by what EKS says alone.
    #[must_use]
    pub fn without_kubernetes(mut self) -> Self {
        self.without_kubernetes = true;
        self
    }
}

/// How a cluster is tagged.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct TagOptions {
    /// How long to wait, as in [`CreateOptions::timeout_seconds`]. Default: as long as it takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_seconds: Option<u64>,
    /// Has billing split costs by the keys that are set and by `aws:eks:cluster-name`
    /// (`ce:UpdateCostAllocationTagsStatus`), for the whole account, or the organization if this is its management account.
    /// It takes AWS up to 24 hours, and counts from then on. A key that billing does not know yet, which takes up to 24 hours
    /// from its first use, is told in the report; so is a member account, whose billing is the management account's. Default
    /// false.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub activate: bool,
}

impl TagOptions {
    /// Waits this many seconds.
    #[must_use]
    pub fn timeout_seconds(mut self, seconds: u64) -> Self {
        self.timeout_seconds = Some(seconds);
        self
    }

    /// Has billing split costs by the tags.
    #[must_use]
    pub fn activate(mut self, activate: bool) -> Self {
        self.activate = activate;
        self
    }
}
