//! What pods and controllers left in a VPC: it blocks the deletion of subnets and of the VPC
//! (facts/aws.md §9).

use std::collections::BTreeSet;

use aws_sdk_ec2::types::{
    NetworkInterface, NetworkInterfaceStatus, NetworkInterfaceType, SecurityGroup, Tag,
};
use futures_util::future::try_join;

use super::zones::filter;
use crate::aws::{Refusal, Service, Wire};
use crate::observe::Leftovers;

/// Where is looked, and for what.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    pub(super) vpc: &'a str,
    pub(super) cluster: &'a str,
    /// The VPC was made for the cluster.
    pub(super) ours: bool,
    /// The cluster is gone.
    pub(super) gone: bool,
}

pub(super) async fn look(wire: &Wire, scope: Scope<'_>) -> Result<Leftovers, Refusal> {
    let (interfaces, groups) =
        try_join(network_interfaces(wire, scope.vpc), security_groups(wire, scope.vpc)).await?;
    let mut leftovers = Leftovers::default();
    let mut held = BTreeSet::new();
    for interface in interfaces {
        if interface.status == Some(NetworkInterfaceStatus::Available) && scope.is_left_by_cni(&interface) {
            leftovers.network_interfaces.extend(interface.network_interface_id);
        } else if scope.ours
            && scope.gone
            // The foundation's own, which go with it.
            && !matches!(
                interface.interface_type,
                Some(NetworkInterfaceType::NatGateway | NetworkInterfaceType::VpcEndpoint)
            )
        {
            leftovers.obstacles.push(described(&interface));
            let description = interface.description.as_deref().unwrap_or_default();
            leftovers.load_balancers |= description.starts_with("ELB ");
            // Those of AWS's own, such as a load balancer's, go by themselves and are waited for.
            if interface.requester_managed != Some(true) {
                held.extend(interface.groups().iter().filter_map(|group| group.group_id.clone()));
            }
        }
    }
    let leaving: BTreeSet<String> = groups
        .iter()
        .filter(|group| scope.is_left(group))
        .filter_map(|group| group.group_id.clone())
        .collect();
    for group in groups {
        if scope.is_the_clusters(&group) && names_any(&group, &leaving) {
            leftovers.referring.extend(group.group_id.clone());
        }
        if group.group_id.as_ref().is_some_and(|id| held.contains(id)) {
            // Whoever holds it is named already.
        } else if scope.is_left(&group) {
            leftovers.security_groups.extend(group.group_id);
        } else if scope.ours && scope.gone && !is_in_stack(group.tags()) && !is_default(&group) {
            let (id, name) = (group.group_id.unwrap_or_default(), group.group_name.unwrap_or_default());
            leftovers.obstacles.push(format!("security group {id} ({name})"));
        }
    }
    Ok(leftovers)
}

async fn network_interfaces(wire: &Wire, vpc: &str) -> Result<Vec<NetworkInterface>, Refusal> {
    let call = Service::Ec2.read("DescribeNetworkInterfaces", format!("VPC {vpc}"));
    let pages =
        || wire.ec2().describe_network_interfaces().filters(filter("vpc-id", [vpc])).into_paginator().send();
    let pages = wire.pages(&call, pages).await?;
    Ok(pages.into_iter().filter_map(|page| page.network_interfaces).flatten().collect())
}

async fn security_groups(wire: &Wire, vpc: &str) -> Result<Vec<SecurityGroup>, Refusal> {
    let call = Service::Ec2.read("DescribeSecurityGroups", format!("VPC {vpc}"));
    let pages =
        || wire.ec2().describe_security_groups().filters(filter("vpc-id", [vpc])).into_paginator().send();
    let pages = wire.pages(&call, pages).await?;
    Ok(pages.into_iter().filter_map(|page| page.security_groups).flatten().collect())
}

/// A network interface in words: what it is for, and what holds it.
fn described(interface: &NetworkInterface) -> String {
    let id = interface.network_interface_id.as_deref().unwrap_or_default();
    let what = interface.description.as_deref().filter(|text| !text.is_empty()).unwrap_or("no description");
    let holder = interface.attachment.as_ref().and_then(|attachment| attachment.instance_id.as_deref());
    let holder = holder.map(|instance| format!(", attached to {instance}")).unwrap_or_default();
    format!("network interface {id} ({what}{holder})")
}

impl Scope<'_> {
    /// Made by the CNI, and not for another cluster in the same VPC: that one may be about to attach it. In
    /// a VPC that others use, only what says that it is this cluster's.
    fn is_left_by_cni(&self, interface: &NetworkInterface) -> bool {
        let described = interface.description.as_deref().is_some_and(|text| text.starts_with("aws-K8S-"));
        match tag(interface.tag_set(), "cluster.k8s.amazonaws.com/name") {
            Some(owner) => owner == self.cluster,
            None if !self.ours => false,
            None => described || tag(interface.tag_set(), "node.k8s.amazonaws.com/instance_id").is_some(),
        }
    }

    /// The one that EKS made: controllers let their load balancers in at the nodes with a rule of it. Or one of eksctl's
    /// stacks, whose rules let EKS's in: where the cluster goes before its stack, EKS leaves its group for them.
    fn is_the_clusters(&self, group: &SecurityGroup) -> bool {
        ["aws:eks:cluster-name", "alpha.eksctl.io/cluster-name"]
            .iter()
            .any(|key| tag(group.tags(), key) == Some(self.cluster))
    }

    /// Tagged as the cluster's by a controller in it, and not in a stack; or made by EKS, which deletes it
    /// with the cluster unless something still uses it then.
    fn is_left(&self, group: &SecurityGroup) -> bool {
        let tags = group.tags();
        let in_tree = tag(tags, &format!("kubernetes.io/cluster/{}", self.cluster)).is_some();
        let controller = tag(tags, "elbv2.k8s.aws/cluster") == Some(self.cluster);
        let eks = tag(tags, "aws:eks:cluster-name");
        if eks.is_some() || group.group_name.as_deref().is_some_and(|it| it.starts_with("eks-cluster-sg-")) {
            return self.gone && eks == Some(self.cluster);
        }
        (in_tree || controller) && !is_in_stack(tags)
    }
}

/// Whether a rule of the group names another of these.
fn names_any(group: &SecurityGroup, others: &BTreeSet<String>) -> bool {
    let rules = group.ip_permissions().iter().chain(group.ip_permissions_egress());
    let named = rules.flat_map(|rule| rule.user_id_group_pairs()).filter_map(|pair| pair.group_id.as_ref());
    named.into_iter().any(|id| group.group_id.as_ref() != Some(id) && others.contains(id))
}

fn is_in_stack(tags: &[Tag]) -> bool {
    tags.iter().any(|tag| tag.key().is_some_and(|key| key.starts_with("aws:cloudformation:")))
}

/// Every VPC has one; it goes with the VPC.
fn is_default(group: &SecurityGroup) -> bool {
    group.group_name.as_deref() == Some("default")
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

    const IN_ITS_OWN: Scope<'static> = Scope { vpc: "vpc-1", cluster: "web", ours: true, gone: false };

    #[test]
    fn interfaces_of_the_cni_are_left_unless_they_are_another_clusters() {
        let interface = |text: &str, pairs: &[(&str, &str)]| {
            NetworkInterface::builder().description(text).set_tag_set(tags(pairs)).build()
        };
        let owner = "cluster.k8s.amazonaws.com/name";
        // In a VPC of its own, and in one that others use.
        for (interface, left, among_others) in [
            (interface("aws-K8S-i-0a1b", &[]), true, false),
            (interface("", &[("node.k8s.amazonaws.com/instance_id", "i-0a1b")]), true, false),
            (interface("", &[(owner, "web")]), true, true),
            (interface("aws-K8S-i-0a1b", &[(owner, "other")]), false, false),
            (interface("Amazon EKS web", &[]), false, false),
            (interface("my own", &[("Name", "web")]), false, false),
        ] {
            assert_eq!(IN_ITS_OWN.is_left_by_cni(&interface), left, "{interface:?}");
            let given = Scope { ours: false, ..IN_ITS_OWN };
            assert_eq!(given.is_left_by_cni(&interface), among_others, "{interface:?}");
        }
    }

    #[test]
    fn security_groups_of_controllers_are_left_but_not_those_of_a_stack() {
        let group = |name: &str, pairs: &[(&str, &str)]| {
            SecurityGroup::builder().group_name(name).set_tags(tags(pairs)).build()
        };
        let owned = ("kubernetes.io/cluster/web", "owned");
        // While the cluster is there, and when it is gone.
        for (group, left, then) in [
            (group("k8s-elb-a1", &[owned]), true, true),
            (group("k8s-traffic-web", &[("elbv2.k8s.aws/cluster", "web")]), true, true),
            (group("k8s-traffic-other", &[("elbv2.k8s.aws/cluster", "other")]), false, false),
            (group("eks-cluster-sg-web-1", &[owned]), false, false),
            (group("eks-cluster-sg-web-1", &[owned, ("aws:eks:cluster-name", "web")]), false, true),
            (group("eks-cluster-sg-other-1", &[("aws:eks:cluster-name", "other")]), false, false),
            (group("shared", &[owned, ("aws:cloudformation:stack-name", "eks-web")]), false, false),
            (group("default", &[]), false, false),
        ] {
            assert_eq!(IN_ITS_OWN.is_left(&group), left, "{group:?}");
            assert_eq!(Scope { gone: true, ..IN_ITS_OWN }.is_left(&group), then, "{group:?}");
        }
    }
}
