//! What eksctl makes, and how it is known: by its stacks' names together with their tags, never by one of them alone
//! (facts/eksctl.md §2.1, §2.2, §2.9).

use std::collections::BTreeMap;

use super::StackState;

/// The tags with the cluster's name that eksctl puts on each of its stacks, and CloudFormation on the cluster; the
/// second is of old.
const CLUSTER_TAGS: [&str; 2] =
    ["alpha.eksctl.io/cluster-name", "eksctl.cluster.k8s.io/v1alpha1/cluster-name"];

/// What one of eksctl's stacks is for, in the order in which eksctl deletes them (facts/eksctl.md §5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum EksctlPart {
    /// A node group, managed or self-managed.
    NodeGroup,
    /// The role of a service account, by the cluster's OIDC provider.
    ServiceAccountRole,
    /// A role of an add-on.
    AddonRole,
    /// An EKS capability, which needs its role until it is gone.
    Capability,
    /// The role of a capability.
    CapabilityRole,
    /// The role of a pod identity association.
    PodIdentityRole,
    /// An access entry.
    AccessEntry,
    /// The role of Fargate's pods.
    FargateRole,
    /// The control plane, its role and its network.
    Cluster,
    /// What Karpenter needs in IAM, and its queue.
    Karpenter,
    /// The role of Auto Mode's nodes.
    AutoModeRole,
}

impl EksctlPart {
    /// What the stack of this name is for, if eksctl could have made it for the cluster. Its 2018 names (`EKS-…`) are of
    /// clusters whose Kubernetes versions are gone.
    pub(crate) fn of(cluster: &str, stack: &str) -> Option<Self> {
        let rest = stack.strip_prefix("eksctl-")?.strip_prefix(cluster)?.strip_prefix('-')?;
        let begins = |start: &str| rest.strip_prefix(start).is_some_and(|name| !name.is_empty());
        Some(match rest {
            "cluster" => Self::Cluster,
            "fargate" => Self::FargateRole,
            "karpenter" => Self::Karpenter,
            "auto-mode-role" => Self::AutoModeRole,
            _ if begins("nodegroup-") => Self::NodeGroup,
            _ if begins("addon-iamserviceaccount-") => Self::ServiceAccountRole,
            _ if begins("addon-") => Self::AddonRole,
            _ if begins("podidentityrole-") => Self::PodIdentityRole,
            _ if begins("accessentry-") => Self::AccessEntry,
            // What follows is base32, which has no small letters.
            _ if begins("capability-role-") => Self::CapabilityRole,
            _ if begins("capability-") => Self::Capability,
            _ => return None,
        })
    }
}

/// The name of the stack that eksctl makes for a node group.
pub(crate) fn eksctl_node_group_stack(cluster: &str, group: &str) -> String {
    format!("eksctl-{cluster}-nodegroup-{group}")
}

/// The name of the stack that eksctl makes for a cluster.
pub(crate) fn eksctl_cluster_stack(cluster: &str) -> String {
    format!("eksctl-{cluster}-cluster")
}

/// Whether these tags are of what eksctl made for the cluster.
pub(crate) fn has_eksctl_tag(cluster: &str, tags: &BTreeMap<String, String>) -> bool {
    CLUSTER_TAGS.iter().any(|key| tags.get(*key).is_some_and(|name| name == cluster))
}

/// Whether eksctl made the stack for the cluster.
pub(crate) fn is_eksctl_stack(cluster: &str, stack: &StackState) -> bool {
    EksctlPart::of(cluster, &stack.name).is_some() && has_eksctl_tag(cluster, &stack.tags)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_stack_is_for() {
        use EksctlPart::*;
        for (name, part) in [
            ("eksctl-web-cluster", Some(Cluster)),
            ("eksctl-web-nodegroup-ng-1", Some(NodeGroup)),
            ("eksctl-web-nodegroup-x-fargate", Some(NodeGroup)),
            ("eksctl-web-nodegroup-x-cluster", Some(NodeGroup)),
            ("eksctl-web-fargate", Some(FargateRole)),
            ("eksctl-web-addon-iamserviceaccount-kube-system-ebs", Some(ServiceAccountRole)),
            ("eksctl-web-addon-vpc-cni", Some(AddonRole)),
            ("eksctl-web-addon-vpc-cni-podidentityrole-aws-node", Some(AddonRole)),
            ("eksctl-web-podidentityrole-default-app", Some(PodIdentityRole)),
            ("eksctl-web-accessentry-W5QPPM3JVQNPIRHZ", Some(AccessEntry)),
            ("eksctl-web-capability-W5QPPM3JVQNPIRHZ", Some(Capability)),
            ("eksctl-web-capability-role-W5QPPM3JVQNPIRHZ", Some(CapabilityRole)),
            ("eksctl-web-karpenter", Some(Karpenter)),
            ("eksctl-web-auto-mode-role", Some(AutoModeRole)),
            ("eksctl-web-2-cluster", None),
            ("eksctl-web-2-nodegroup-a", None),
            ("eksctl-web-nodegroup-", None),
            ("eksctl-web-database", None),
            ("eksctl-webcluster", None),
            ("eks-web-cluster", None),
        ] {
            assert_eq!(EksctlPart::of("web", name), part, "{name}");
        }
    }

    /// A cluster's name can be the beginning of what eksctl calls a stack of another one (facts/eksctl.md §2.11).
    #[test]
    fn a_name_without_the_tag_is_not_enough_nor_the_tag_without_a_name() {
        let tags = |key: &str, name: &str| BTreeMap::from([(key.to_owned(), name.to_owned())]);
        assert!(has_eksctl_tag("web", &tags(CLUSTER_TAGS[0], "web")));
        assert!(has_eksctl_tag("web", &tags(CLUSTER_TAGS[1], "web")));
        assert!(!has_eksctl_tag("web", &tags(CLUSTER_TAGS[0], "web-nodegroup-a")));
        assert!(!has_eksctl_tag("web", &tags("cluster-name", "web")));
    }
}
