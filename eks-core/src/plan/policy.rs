//! The steps to a policy more, or less, of the role of a node group: a change of its stack, and of the spec that is kept,
//! so that the next apply knows of it.

use super::contents::Content;
use super::create::Create;
use super::decide::Verdict;
use super::difference::Difference;
use super::patch::{no_such_group, updatable};
use super::recent::Recent;
use super::replacement::AwsNames;
use super::{names, ownership};
use crate::observe::{Look, Observed, Seen};
use crate::spec::{Cluster, NodeGroup};
use crate::{Error, ErrorKind, Result, Violation};

/// Everything that it is about.
pub(super) fn everything(name: &str, group: &str, observed: &Observed) -> Vec<Look> {
    let known = observed.foundation.present().is_some_and(|stack| stack.spec.is_some());
    let group = &in_aws(group, observed);
    let is_known = observed.node_groups.as_ref().is_some_and(|groups| groups.contains_key(group));
    let groups = if is_known { Look::NodeGroup { name: group.clone() } } else { Look::NodeGroups };
    let stack = Look::NodeGroupStack { group: group.to_owned(), name: names::node_group_stack(name, group) };
    vec![Look::Foundation { name: names::foundation_stack(name), spec: !known }, Look::Cluster, groups, stack]
}

pub(super) fn decide(
    name: &str,
    group: &str,
    change: (&str, bool),
    observed: &Observed,
    recent: &Recent,
    now: i64,
) -> Result<Verdict> {
    let stack = observed.node_group_stacks.get(&in_aws(group, observed));
    let groups = observed.node_groups.as_ref();
    let blind = observed.foundation.is_unknown()
        || observed.cluster.is_unknown()
        || stack.is_none_or(Seen::is_unknown)
        || groups.is_none() && observed.cluster.present().is_some();
    if blind {
        return Ok(Verdict::Blind(everything(name, group, observed)));
    }
    let cluster = updatable(name, observed)?;
    let foundation = observed.foundation.present().filter(|stack| ownership::owns_stack(name, stack));
    let Some(foundation) = foundation.filter(|_| ownership::owns_cluster(cluster)) else {
        return Err(Error::new(ErrorKind::AlreadyExists, "this cluster was not made by this library")
            .with_resource(format!("cluster {name}"))
            .with_hint(
                "Nothing was touched. Attach the policy to the role of its nodes (iam:AttachRolePolicy)",
            ));
    };
    let partition = change.0.split(':').nth(1).unwrap_or_default();
    if partition != foundation.partition() {
        let rule = format!("be of partition {}, as the cluster is", foundation.partition());
        return Err(Error::invalid(vec![Violation::new("policyArn", change.0, rule)]));
    }
    if foundation.spec.is_none() {
        return Ok(Verdict::Blind(everything(name, group, observed)));
    }
    let last = ownership::stored_spec(name, foundation, None)?;
    let known = groups.into_iter().flatten().map(|(name, _)| name);
    let spec = changed(&last, group, change).ok_or_else(|| no_such_group(name, group, known))??;
    let names = AwsNames::of(foundation, None);
    let (was, wanted) = (names.in_aws(&last), names.in_aws(&spec).defaulted());
    let create = Create::of_one_change(name, (&last, &spec), (&was, &wanted), names, observed, recent, now);
    create.change_group_stack(&in_aws(group, observed)).map(Verdict::Decided)
}

/// The group's name in AWS: it is another once it was replaced.
fn in_aws(group: &str, observed: &Observed) -> String {
    let names = observed.foundation.present().map(|stack| AwsNames::of(stack, None)).unwrap_or_default();
    names.node_group(group).to_owned()
}

/// The spec with that policy, or without it; none if it has no such group.
fn changed(last: &Cluster, name: &str, (arn, attached): (&str, bool)) -> Option<Result<Cluster>> {
    let named = last.defaulted();
    let groups = named.node_groups.iter().flatten();
    let index = groups.clone().position(|group| group.name.as_deref() == Some(name))?;
    let own = groups.clone().nth(index).is_some_and(NodeGroup::has_own_role);
    if !own {
        let error = Error::new(
            ErrorKind::InvalidSpec,
            "the group has no role of its own: what is attached to its role other groups get, too, or it is yours",
        );
        return Some(Err(error.with_resource(format!("node group {name}")).with_hint(
            "Nothing was touched. Make a group with `ownRole` or `policyArns` beside it; a group keeps its role for life",
        )));
    }
    let mut spec = last.clone();
    let group = spec.node_groups.as_mut()?.get_mut(index)?;
    // The role stays its own when the last policy goes.
    if group.policy_arns.is_empty() || !attached {
        group.own_role = Some(true);
    }
    group.policy_arns.retain(|other| attached || other != arn);
    if attached && !group.policy_arns.iter().any(|other| other == arn) {
        group.policy_arns.push(arn.to_owned());
    }
    if spec.node_groups == last.node_groups || same_policies(&spec, last) {
        return Some(Ok(last.clone()));
    }
    Some(spec.check().map(|()| spec))
}

fn same_policies(one: &Cluster, other: &Cluster) -> bool {
    let policies = |spec: &Cluster| {
        let groups = spec.node_groups.iter().flatten();
        groups.map(|group| group.policy_arns.clone()).collect::<Vec<_>>()
    };
    policies(one) == policies(other)
}

/// What changes; nothing where nothing does.
pub(super) fn contents(group: &str, change: (&str, bool), observed: &Observed) -> Vec<Content> {
    let last = observed.foundation.present().and_then(|stack| stack.spec.as_deref());
    let last = last.and_then(|spec| Cluster::from_json(spec).ok());
    let Some(Ok(spec)) = last.as_ref().and_then(|last| changed(last, group, change)) else {
        return Vec::new();
    };
    if last.is_some_and(|last| same_policies(&spec, &last)) {
        return Vec::new();
    }
    let (arn, attached) = change;
    let path = format!("policyArns.{}", arn.rsplit('/').next().unwrap_or(arn));
    let (was, is) = if attached { (None, Some("attached")) } else { (Some("attached"), None) };
    let how = Difference::of(path, was, is).to_string();
    vec![Content { what: format!("node group {group}"), how }]
}
