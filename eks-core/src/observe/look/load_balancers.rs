//! Load balancers and target groups of a cluster, by VPC and tag (facts/aws.md §9).

use std::collections::BTreeMap;
use std::time::UNIX_EPOCH;

use futures_util::future::{join_all, try_join3};

use super::zones::filter;
use super::{checked, patiently};
use crate::aws::{Class, Refusal, Service, Wire};
use crate::observe::{LoadBalancer, LoadBalancers, Tagged};

/// As many can be asked for their tags at once (API references of both DescribeTags).
const MOST_TAGGED: usize = 20;

/// Where is looked, and for what.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    pub(super) vpc: &'a str,
    pub(super) cluster: &'a str,
    /// The VPC was made for the cluster.
    pub(super) ours: bool,
    /// What load balancers of the cluster that were seen are called.
    pub(super) names: &'a [String],
    pub(super) last: Option<&'a LoadBalancers>,
}

type Tags = BTreeMap<String, String>;

pub(super) async fn look(wire: &Wire, scope: Scope<'_>) -> Result<LoadBalancers, Refusal> {
    let seen_at = wire.time().now().duration_since(UNIX_EPOCH).map_or(0, |at| at.as_millis() as i64);
    // Those that are gone leave interfaces behind, and nothing else.
    if let Some(last) = scope.last.filter(|last| !last.has_any() && !last.interfaces.is_empty()) {
        let interfaces = interfaces(wire, scope).await?;
        return Ok(LoadBalancers { seen_at, interfaces, ..last.clone() });
    }
    let mut seen = LoadBalancers { seen_at, ..LoadBalancers::default() };
    // One may go between the list and the question for its tags.
    for _ in 0..3 {
        match found(wire, scope, &mut seen).await {
            Err(refusal) if refusal.class == Class::Gone => {}
            Err(refusal) => return Err(refusal),
            Ok(()) => break,
        }
    }
    if !scope.names.is_empty() && !seen.has_any() {
        seen.interfaces = interfaces(wire, scope).await?;
    }
    Ok(seen)
}

/// What the cluster's controllers made in a VPC, load balancers and target groups, with its tags.
pub(super) async fn tags(wire: &Wire, vpc: &str, cluster: &str) -> Result<Tagged, Refusal> {
    for _ in 0..3 {
        match listed(wire, vpc).await {
            Err(refusal) if refusal.class == Class::Gone => {}
            Err(refusal) => return Err(refusal),
            Ok(Listed { tags, unchecked, .. }) => {
                let things = tags.into_iter().filter(|(_, tags)| is_of(tags, cluster)).collect();
                return Ok(Tagged { things, unchecked, ..Tagged::default() });
            }
        }
    }
    Ok(Tagged::default())
}

/// Everything in a VPC.
struct Listed {
    /// Of both generations.
    balancers: Vec<String>,
    target_groups: Vec<String>,
    /// Of all of them.
    tags: BTreeMap<String, Tags>,
    unchecked: Vec<String>,
}

async fn listed(wire: &Wire, vpc: &str) -> Result<Listed, Refusal> {
    let (classic, balancers, groups) = try_join3(
        checked(patiently(|| classic(wire, vpc))),
        checked(patiently(|| balancers(wire, vpc))),
        checked(patiently(|| target_groups(wire, vpc))),
    )
    .await?;
    let mut unchecked = Vec::new();
    let mut may_see = |what: &str, listed: Result<Vec<String>, String>| {
        listed.unwrap_or_else(|why| {
            unchecked.push(format!("{what} were not looked for: {why}"));
            Vec::new()
        })
    };
    let classic = may_see("classic load balancers", classic);
    let balancers = may_see("load balancers", balancers);
    let target_groups = may_see("target groups", groups);
    let arns: Vec<String> = balancers.iter().chain(&target_groups).cloned().collect();
    let mut tags = patiently(|| tags_of_classic(wire, &classic)).await?;
    tags.extend(patiently(|| tags_of_arns(wire, &arns)).await?);
    Ok(Listed { balancers: classic.into_iter().chain(balancers).collect(), target_groups, tags, unchecked })
}

async fn found(wire: &Wire, scope: Scope<'_>, seen: &mut LoadBalancers) -> Result<(), Refusal> {
    let Listed { balancers, target_groups, tags, unchecked } = listed(wire, scope.vpc).await?;
    seen.unchecked = unchecked;
    let is_ours = |id: &String| tags.get(id).is_some_and(|tags| is_of(tags, scope.cluster));
    let (ours, others): (Vec<String>, Vec<String>) = balancers.into_iter().partition(is_ours);
    let protected = join_all(ours.iter().map(|id| is_protected(wire, id, scope.last))).await;
    seen.ours.clear();
    for (id, protected) in ours.into_iter().zip(protected) {
        seen.ours.push(LoadBalancer { id, protected: protected? });
    }
    seen.target_groups = target_groups.into_iter().filter(is_ours).collect();
    seen.strangers = if scope.ours { others } else { Vec::new() };
    Ok(())
}

/// Whether the tags are those of this cluster's controllers: the cloud controller's (with the Service's name, which
/// tells what it made from what it was given), the AWS load balancer controller's, Auto Mode's (U).
fn is_of(tags: &Tags, cluster: &str) -> bool {
    let says = |key: &str, value: &str| tags.get(key).is_some_and(|it| it == value);
    let in_tree = says(&format!("kubernetes.io/cluster/{cluster}"), "owned");
    (in_tree && tags.contains_key("kubernetes.io/service-name"))
        || says("elbv2.k8s.aws/cluster", cluster)
        || says("eks:eks-cluster-name", cluster)
}

/// Names of the classic ones in a VPC.
async fn classic(wire: &Wire, vpc: &str) -> Result<Vec<String>, Refusal> {
    let call = Service::Elb.read("DescribeLoadBalancers", format!("VPC {vpc}"));
    let pages = wire.pages(&call, || wire.elb().describe_load_balancers().into_paginator().send()).await?;
    let all = pages.into_iter().filter_map(|page| page.load_balancer_descriptions).flatten();
    Ok(all.filter(|it| it.vpc_id() == Some(vpc)).filter_map(|it| it.load_balancer_name).collect())
}

/// ARNs of the others in a VPC.
async fn balancers(wire: &Wire, vpc: &str) -> Result<Vec<String>, Refusal> {
    let call = Service::ElbV2.read("DescribeLoadBalancers", format!("VPC {vpc}"));
    let pages = wire.pages(&call, || wire.elbv2().describe_load_balancers().into_paginator().send()).await?;
    let all = pages.into_iter().filter_map(|page| page.load_balancers).flatten();
    Ok(all.filter(|it| it.vpc_id() == Some(vpc)).filter_map(|it| it.load_balancer_arn).collect())
}

/// ARNs of the target groups in a VPC.
async fn target_groups(wire: &Wire, vpc: &str) -> Result<Vec<String>, Refusal> {
    let call = Service::ElbV2.read("DescribeTargetGroups", format!("VPC {vpc}"));
    let pages = wire.pages(&call, || wire.elbv2().describe_target_groups().into_paginator().send()).await?;
    let all = pages.into_iter().filter_map(|page| page.target_groups).flatten();
    Ok(all.filter(|it| it.vpc_id() == Some(vpc)).filter_map(|it| it.target_group_arn).collect())
}

async fn tags_of_classic(wire: &Wire, names: &[String]) -> Result<BTreeMap<String, Tags>, Refusal> {
    let mut tags = BTreeMap::new();
    for names in names.chunks(MOST_TAGGED) {
        let call = Service::Elb.read("DescribeTags", "");
        let request = wire.elb().describe_tags().set_load_balancer_names(Some(names.to_vec()));
        for described in wire.send(&call, || request.send()).await?.tag_descriptions.unwrap_or_default() {
            let own = described.tags().iter();
            let own = own.map(|tag| (tag.key().to_owned(), tag.value().unwrap_or_default().to_owned()));
            let own = own.collect();
            tags.insert(described.load_balancer_name.unwrap_or_default(), own);
        }
    }
    Ok(tags)
}

async fn tags_of_arns(wire: &Wire, arns: &[String]) -> Result<BTreeMap<String, Tags>, Refusal> {
    let mut tags = BTreeMap::new();
    for arns in arns.chunks(MOST_TAGGED) {
        let call = Service::ElbV2.read("DescribeTags", "");
        let request = wire.elbv2().describe_tags().set_resource_arns(Some(arns.to_vec()));
        for described in wire.send(&call, || request.send()).await?.tag_descriptions.unwrap_or_default() {
            let own = described.tags().iter();
            let own = own.map(|tag| {
                (tag.key().unwrap_or_default().to_owned(), tag.value().unwrap_or_default().to_owned())
            });
            let own = own.collect();
            tags.insert(described.resource_arn.unwrap_or_default(), own);
        }
    }
    Ok(tags)
}

/// Whether a load balancer is protected against deletion, which no list says. Classic ones cannot be; what was looked
/// at is not asked again.
async fn is_protected(wire: &Wire, id: &str, last: Option<&LoadBalancers>) -> Result<bool, Refusal> {
    let known = last.into_iter().flat_map(|last| &last.ours).find(|known| known.id == id);
    if let Some(known) = known {
        return Ok(known.protected);
    }
    if !id.starts_with("arn:") {
        return Ok(false);
    }
    let call = Service::ElbV2.read("DescribeLoadBalancerAttributes", format!("load balancer {id}"));
    let request = wire.elbv2().describe_load_balancer_attributes().load_balancer_arn(id);
    // Who may not ask meets it when it is deleted.
    let Ok(answer) = checked(patiently(|| wire.send(&call, || request.clone().send()))).await? else {
        return Ok(false);
    };
    let is_on = |key: Option<&str>, value: Option<&str>| {
        key == Some("deletion_protection.enabled") && value == Some("true")
    };
    Ok(answer.attributes().iter().any(|attribute| is_on(attribute.key(), attribute.value())))
}

/// Ids of network interfaces of the cluster's load balancers.
async fn interfaces(wire: &Wire, scope: Scope<'_>) -> Result<Vec<String>, Refusal> {
    let call = Service::Ec2.read("DescribeNetworkInterfaces", format!("VPC {}", scope.vpc));
    let described = filter("description", ["ELB *"]);
    let request =
        wire.ec2().describe_network_interfaces().filters(filter("vpc-id", [scope.vpc])).filters(described);
    let pages = wire.pages(&call, || request.into_paginator().send()).await?;
    let all = pages.into_iter().filter_map(|page| page.network_interfaces).flatten();
    let own = all.filter(|interface| {
        let of = interface.description().and_then(|text| text.strip_prefix("ELB ")).unwrap_or_default();
        scope.names.iter().any(|name| name == of)
    });
    Ok(own.filter_map(|interface| interface.network_interface_id).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_controllers_of_a_cluster_made_says_so() {
        let tags = |pairs: &[(&str, &str)]| -> Tags {
            pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
        };
        let service = ("kubernetes.io/service-name", "default/shop");
        for (pairs, ours) in [
            (vec![("kubernetes.io/cluster/web", "owned"), service], true),
            (vec![("kubernetes.io/cluster/web", "owned")], false),
            (vec![("kubernetes.io/cluster/web", "shared"), service], false),
            (vec![("kubernetes.io/cluster/other", "owned"), service], false),
            (vec![("elbv2.k8s.aws/cluster", "web")], true),
            (vec![("elbv2.k8s.aws/cluster", "web-2")], false),
            (vec![("eks:eks-cluster-name", "web")], true),
            (vec![("Name", "web")], false),
            (vec![], false),
        ] {
            assert_eq!(is_of(&tags(&pairs), "web"), ours, "{pairs:?}");
        }
    }
}
