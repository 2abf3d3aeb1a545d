//! Things outside of EKS: which there are, and what tags them.

use std::collections::{BTreeMap, BTreeSet};

use super::lacking;
use crate::observe::{Observed, Part, Seen, StackState, Tagged, TagsOf};
use crate::plan::node_group_stack::LAUNCH_TEMPLATE;
use crate::plan::ownership;
use crate::plan::request::{Request, TagThings};
use crate::spec::TagChange;

/// The things whose names the answers to other questions have.
pub(super) fn named(cluster: &str, observed: &Observed) -> Vec<TagsOf> {
    let mut named = Vec::new();
    let groups = observed.node_groups.iter().flatten();
    let mut groups: Vec<String> =
        groups.flat_map(|(_, group)| group.autoscaling_groups.iter().cloned()).collect();
    groups.sort();
    if !groups.is_empty() {
        named.push(TagsOf::AutoScalingGroups { names: groups });
    }
    let templates = own_group_stacks(cluster, observed);
    let templates = templates.filter_map(|stack| stack.ready(LAUNCH_TEMPLATE).map(str::to_owned));
    let mut templates: Vec<String> = templates.collect();
    templates.sort();
    if !templates.is_empty() {
        named.push(TagsOf::LaunchTemplates { ids: templates });
    }
    if let Some(instances) = observed.tagged.get(&Part::Instances) {
        let ids = instances.things.keys().cloned().collect();
        named.push(TagsOf::Volumes { cluster: cluster.to_owned(), instances: ids });
    }
    let Some(seen) = observed.cluster.present() else { return named };
    if let Some(vpc) = seen.vpc.clone() {
        named.push(TagsOf::LoadBalancers { vpc, cluster: cluster.to_owned() });
    }
    named.extend(log_group(cluster, &seen.arn).map(|arn| TagsOf::LogGroup { arn }));
    named
}

/// Stacks of node groups that are ours.
pub(super) fn own_group_stacks<'a>(
    cluster: &'a str,
    observed: &'a Observed,
) -> impl Iterator<Item = &'a StackState> {
    let stacks = observed.node_group_stacks.values().filter_map(Seen::present);
    stacks.filter(move |stack| ownership::owns_stack(cluster, stack))
}

/// `arn:aws:logs:us-west-2:111122223333:log-group:/aws/eks/web/cluster`, by the cluster's own ARN (facts/aws.md §9).
fn log_group(cluster: &str, arn: &str) -> Option<String> {
    let mut parts = arn.split(':');
    let (partition, region, account) = (parts.nth(1)?, parts.nth(1)?, parts.next()?);
    Some(format!("arn:{partition}:logs:{region}:{account}:log-group:/aws/eks/{cluster}/cluster"))
}

/// `4 instances`, `log group /aws/eks/web/cluster`.
pub(super) fn words(part: Part, tagged: &Tagged) -> String {
    let name = part.name();
    match (part, tagged.things.len()) {
        (Part::LogGroup, _) => {
            let arn = tagged.things.keys().next().map(String::as_str).unwrap_or_default();
            format!("{name} {}", arn.rsplit(':').next().unwrap_or_default())
        }
        (_, 1) => format!("1 {}", name.strip_suffix('s').unwrap_or(name)),
        (_, count) => format!("{count} {name}"),
    }
}

/// What tags those of the things that lack it; `None` if none does.
pub(super) fn request(part: Part, change: &TagChange, tagged: &Tagged) -> Option<Request> {
    let mut things =
        TagThings { part, ids: Vec::new(), set: BTreeMap::new(), gone: BTreeSet::new(), for_instances: true };
    for (id, seen) in &tagged.things {
        let (set, gone) = lacking(change, seen, tagged.kept.get(id));
        if !(set.is_empty() && gone.is_empty()) {
            things.ids.push(id.clone());
            things.set.extend(set);
            things.gone.extend(gone);
        }
    }
    (!things.ids.is_empty()).then_some(Request::TagThings(things))
}
