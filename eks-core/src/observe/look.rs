//! The questions that can be asked of AWS.

/// One question. Its answer changes one part of [`super::Observed`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Look {
    /// Who is calling (`sts:GetCallerIdentity`).
    Caller,
    /// Which Kubernetes versions EKS offers, unsupported ones included.
    Versions,
    /// The region's zones and which of these instance types each offers.
    Zones { instance_types: Vec<String> },
    /// Subnets that the spec names.
    Subnets { ids: Vec<String> },
    /// A stack: status, tags, outputs, and its resources unless it is at rest and they are known.
    /// `spec`: also the spec in its template's metadata.
    Foundation { name: String, spec: bool },
    /// The stack of a node group.
    NodeGroupStack { group: String, name: String },
    /// Every stack whose name begins so, by the group that its tag names.
    NodeGroupStacks { prefix: String },
    /// The cluster.
    Cluster,
    /// Every node group of the cluster: lists, then describes each.
    NodeGroups,
    /// One node group, by its logical and its AWS name.
    NodeGroup { group: String, name: String },
    /// Every Fargate profile: lists, then describes each.
    FargateProfiles,
    /// One Fargate profile.
    FargateProfile { name: String },
    /// Every add-on: lists, then describes each.
    Addons,
    /// One add-on.
    Addon { name: String },
    /// The principals that have access entries.
    AccessEntries,
    /// The API server: `/readyz`, then nodes.
    ApiServer,
    /// What pods and controllers left in this VPC.
    Leftovers { vpc: String, cluster: String },
}
