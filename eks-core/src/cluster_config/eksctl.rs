//! What eksctl does without being told.

use crate::spec::Cluster;

/// The labels that eksctl gives every node (facts/eksctl.md §1.1): the cluster's name, and the group's.
pub(super) const CLUSTER_LABEL: &str = "alpha.eksctl.io/cluster-name";
pub(super) const GROUP_LABEL: &str = "alpha.eksctl.io/nodegroup-name";

/// The policies that nodes have, with eksctl and here alike (facts/eksctl.md §1.1).
pub(super) const NODE_POLICIES: [&str; 4] = [
    "AmazonEKSWorkerNodePolicy",
    "AmazonEC2ContainerRegistryPullOnly",
    "AmazonEKS_CNI_Policy",
    "AmazonSSMManagedInstanceCore",
];

/// The policies of `withAddonPolicies` that AWS manages; the others are statements of eksctl's own.
pub(super) const ADDON_POLICIES: [(&str, &str); 3] = [
    ("imageBuilder", "AmazonEC2ContainerRegistryPowerUser"),
    ("ebs", "service-role/AmazonEBSCSIDriverPolicy"),
    ("cloudWatch", "CloudWatchAgentServerPolicy"),
];

/// The policies of `wellKnownPolicies` that AWS manages.
pub(super) const WELL_KNOWN_POLICIES: [(&str, &str); 2] = [
    ("imageBuilder", "AmazonEC2ContainerRegistryPowerUser"),
    ("ebsCSIController", "service-role/AmazonEBSCSIDriverPolicy"),
];

/// The services that a fully private cluster has endpoints for (facts/eksctl.md §2.3).
pub(super) const ENDPOINTS: [&str; 5] = ["ec2", "ecr.api", "ecr.dkr", "s3", "sts"];

/// The services that it has endpoints for if they are asked for.
pub(super) const MORE_ENDPOINTS: &[&str] = &["cloudformation", "autoscaling", "logs"];

/// The fewest provisioned IOPS, which eksctl takes for io1 and io2.
pub(super) const IOPS: u32 = 100;

/// The add-ons that there are besides those that are listed (facts/eksctl.md §1.1).
pub(super) fn default_addons(auto_mode: bool, region: &str) -> Vec<&'static str> {
    let mut names = if auto_mode { Vec::new() } else { vec!["vpc-cni", "kube-proxy", "coredns"] };
    let lacks_metrics_server =
        region.starts_with("cn-") || region.starts_with("us-gov-") || region.contains("-iso");
    if !lacks_metrics_server {
        names.push("metrics-server");
    }
    names
}

/// The ARN of a policy that AWS manages, in the region's partition.
pub(super) fn policy_arn(name: &str, region: &str) -> String {
    let partition = match region.split('-').take(2).collect::<Vec<_>>().as_slice() {
        ["cn", ..] => "aws-cn",
        ["us", "gov"] => "aws-us-gov",
        [_, "iso"] => "aws-iso",
        [_, "isob"] => "aws-iso-b",
        [_, "isoe"] => "aws-iso-e",
        [_, "isof"] => "aws-iso-f",
        _ => "aws",
    };
    format!("arn:{partition}:iam::aws:policy/{name}")
}

/// The name of a policy that AWS manages, such as `AmazonEKSWorkerNodePolicy`.
pub(super) fn managed_policy(arn: &str) -> Option<&str> {
    let (_, rest) = arn.split_once(":iam::aws:policy/")?;
    Some(rest)
}

/// The cluster with what eksctl gives every group of its own: two labels, and a role.
pub(super) fn marked(mut cluster: Cluster) -> Cluster {
    let name = cluster.name.clone().unwrap_or_default();
    for group in cluster.node_groups.iter_mut().flatten() {
        let group_name = group.name.clone().unwrap_or_default();
        group.labels.entry(CLUSTER_LABEL.to_owned()).or_insert_with(|| name.clone());
        group.labels.entry(GROUP_LABEL.to_owned()).or_insert(group_name);
        if group.role_arn.is_none() {
            group.own_role.get_or_insert(true);
        }
    }
    cluster
}
