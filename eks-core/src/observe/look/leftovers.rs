//! What pods and controllers left in a VPC: it blocks the deletion of subnets and of the VPC
//! (facts/aws.md §9).

use aws_sdk_ec2::types::{NetworkInterface, SecurityGroup, Tag};
use futures_util::future::try_join;

use super::zones::filter;
use crate::aws::{Refusal, Service, Wire};
use crate::observe::Leftovers;

pub(super) async fn look(wire: &Wire, vpc: &str, cluster: &str) -> Result<Leftovers, Refusal> {
    let (network_interfaces, security_groups) =
        try_join(network_interfaces(wire, vpc, cluster), security_groups(wire, vpc, cluster)).await?;
    Ok(Leftovers { network_interfaces, security_groups })
}

async fn network_interfaces(wire: &Wire, vpc: &str, cluster: &str) -> Result<Vec<String>, Refusal> {
    let call = Service::Ec2.read("DescribeNetworkInterfaces", format!("VPC {vpc}"));
    let pages = wire
        .ec2()
        .describe_network_interfaces()
        .filters(filter("vpc-id", [vpc]))
        .filters(filter("status", ["available"]))
        .into_paginator()
        .send();
    let pages = wire.pages(&call, pages).await?;
    let found = pages.into_iter().filter_map(|page| page.network_interfaces).flatten();
    Ok(found.filter(|it| is_left_by_cni(it, cluster)).filter_map(|it| it.network_interface_id).collect())
}

/// Made by the CNI, and not for another cluster in the same VPC: that one may be about to attach it.
fn is_left_by_cni(interface: &NetworkInterface, cluster: &str) -> bool {
    let described = interface.description.as_deref().is_some_and(|text| text.starts_with("aws-K8S-"));
    match tag(interface.tag_set(), "cluster.k8s.amazonaws.com/name") {
        Some(owner) => owner == cluster,
        None => described || tag(interface.tag_set(), "node.k8s.amazonaws.com/instance_id").is_some(),
    }
}

async fn security_groups(wire: &Wire, vpc: &str, cluster: &str) -> Result<Vec<String>, Refusal> {
    let call = Service::Ec2.read("DescribeSecurityGroups", format!("VPC {vpc}"));
    let pages =
        wire.ec2().describe_security_groups().filters(filter("vpc-id", [vpc])).into_paginator().send();
    let pages = wire.pages(&call, pages).await?;
    let found = pages.into_iter().filter_map(|page| page.security_groups).flatten();
    Ok(found.filter(|it| is_left_by_load_balancers(it, cluster)).filter_map(|it| it.group_id).collect())
}

/// Tagged as the cluster's by a controller in it, and neither EKS's own nor in a stack.
fn is_left_by_load_balancers(group: &SecurityGroup, cluster: &str) -> bool {
    let tags = group.tags();
    let in_tree = tag(tags, &format!("kubernetes.io/cluster/{cluster}")).is_some();
    let controller = tag(tags, "elbv2.k8s.aws/cluster") == Some(cluster);
    let in_stack = tags.iter().any(|tag| tag.key().is_some_and(|key| key.starts_with("aws:cloudformation:")));
    let of_eks = tag(tags, "aws:eks:cluster-name").is_some()
        || group.group_name.as_deref().is_some_and(|name| name.starts_with("eks-cluster-sg-"));
    (in_tree || controller) && !in_stack && !of_eks
}

fn tag<'a>(tags: &'a [Tag], key: &str) -> Option<&'a str> {
    tags.iter().find(|tag| tag.key() == Some(key)).map(|tag| tag.value().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(pairs: &[(&str, &str)]) -> Option<Vec<Tag>> {
        Some(pairs.iter().map(|(key, value)| Tag::builder().key(*key).value(*value).build()).collect())
    }

    #[test]
    fn interfaces_of_the_cni_are_left_unless_they_are_another_clusters() {
        let interface = |text: &str, pairs: &[(&str, &str)]| {
            NetworkInterface::builder().description(text).set_tag_set(tags(pairs)).build()
        };
        let owner = "cluster.k8s.amazonaws.com/name";
        for (interface, left) in [
            (interface("aws-K8S-i-0a1b", &[]), true),
            (interface("", &[("node.k8s.amazonaws.com/instance_id", "i-0a1b")]), true),
            (interface("", &[(owner, "web")]), true),
            (interface("aws-K8S-i-0a1b", &[(owner, "other")]), false),
            (interface("Amazon EKS web", &[]), false),
            (interface("my own", &[("Name", "web")]), false),
        ] {
            assert_eq!(is_left_by_cni(&interface, "web"), left, "{interface:?}");
        }
    }

    #[test]
    fn security_groups_of_controllers_are_left_but_not_those_of_eks_or_of_a_stack() {
        let group = |name: &str, pairs: &[(&str, &str)]| {
            SecurityGroup::builder().group_name(name).set_tags(tags(pairs)).build()
        };
        let owned = ("kubernetes.io/cluster/web", "owned");
        for (group, left) in [
            (group("k8s-elb-a1", &[owned]), true),
            (group("k8s-traffic-web", &[("elbv2.k8s.aws/cluster", "web")]), true),
            (group("k8s-traffic-other", &[("elbv2.k8s.aws/cluster", "other")]), false),
            (group("eks-cluster-sg-web-1", &[owned]), false),
            (group("renamed", &[owned, ("aws:eks:cluster-name", "web")]), false),
            (group("shared", &[owned, ("aws:cloudformation:stack-name", "eks-web")]), false),
            (group("default", &[]), false),
        ] {
            assert_eq!(is_left_by_load_balancers(&group, "web"), left, "{group:?}");
        }
    }
}
