//! The steps to a node group that is another in one thing (its size, its labels, its taints): of any managed node group,
//! whoever made it.

use std::collections::BTreeMap;

use super::contents::Content;
use super::decide::Verdict;
use super::difference::Difference;
use super::draft::{Draft, Stand};
use super::goal::{Patch, PatchOptions};
use super::node_group_change::{NodeGroupChange, same_taint};
use super::recent::Recent;
use super::step::{StepKind, StepState};
use super::{api_server, ownership, policy, tag, update};
use crate::observe::{
    ClusterState, ClusterStatus, Look, NodeGroupState, NodeGroupStatus, Observed, UpdateOf,
};
use crate::spec::{LabelChange, Scaling, TaintChange, TaintEffect};
use crate::{Error, ErrorKind, Result, Violation};

/// facts/aws.md §3.1.
const MOST_TAINTS: usize = 50;

/// Everything that a patch is about. Once the groups are known it is one of them.
pub(crate) fn everything(
    name: &str,
    group: &str,
    patch: &Patch,
    options: &PatchOptions,
    observed: &Observed,
) -> Vec<Look> {
    if let Patch::Policy { .. } = patch {
        return policy::everything(name, group, observed);
    }
    let groups = match known_as(group, observed) {
        Some(seen) => Look::NodeGroup { name: seen.name.clone() },
        None => Look::NodeGroups,
    };
    let mut looks = vec![Look::Cluster, groups];
    if observed.cluster.present().is_some() && ends_with_nodes(patch, options) {
        looks.push(Look::ApiServer);
    }
    looks
}

pub(crate) fn decide(
    name: &str,
    group: &str,
    patch: &Patch,
    options: &PatchOptions,
    observed: &Observed,
    recent: &Recent,
    now: i64,
) -> Result<Verdict> {
    if let Patch::Policy { arn, attached } = patch {
        return policy::decide(name, group, (arn, *attached), observed, recent, now);
    }
    let there = match &observed.node_groups {
        _ if observed.cluster.is_unknown() => {
            return Ok(Verdict::Blind(everything(name, group, patch, options, observed)));
        }
        None if observed.cluster.present().is_some() => return Ok(Verdict::Blind(vec![Look::NodeGroups])),
        groups => groups.as_ref(),
    };
    updatable(name, observed)?;
    let none = BTreeMap::new();
    let there = there.unwrap_or(&none);
    let seen = known_as(group, observed).ok_or_else(|| no_such_group(name, group, there.keys()))?;
    let change = change(patch, seen)?;
    let group = seen.name.as_str();
    let update = match patch {
        Patch::Scaling(_) => StepKind::ScaleNodeGroup { group: group.to_owned() },
        _ => StepKind::UpdateNodeGroup { group: group.to_owned() },
    };
    let mut patching =
        Patching { cluster: name, group, observed, update, draft: Draft::new(recent, now, None) };
    patching.node_group(seen, &change)?;
    if let Patch::Scaling(_) = patch {
        patching.api_server(ends_with_nodes(patch, options));
        patching.nodes(seen);
    }
    Ok(Verdict::Decided(patching.draft.finish()))
}

/// Whether it ends with nodes that come or go. Labels and taints are put on those that are there, which EKS sees to
/// before it ends its update.
fn ends_with_nodes(patch: &Patch, options: &PatchOptions) -> bool {
    matches!(patch, Patch::Scaling(_)) && !options.without_kubernetes
}

/// The group of that name, in AWS or, once it was replaced, in the spec.
pub(crate) fn known_as<'o>(group: &str, observed: &'o Observed) -> Option<&'o NodeGroupState> {
    let groups = observed.node_groups.as_ref()?;
    let replaced =
        || groups.values().find(|seen| seen.tags.get(tag::NODE_GROUP).is_some_and(|it| it == group));
    groups.get(group).or_else(replaced)
}

/// The error of a name that no group has, with those that there are.
pub(super) fn no_such_group<'n>(
    cluster: &str,
    group: &str,
    others: impl Iterator<Item = &'n String>,
) -> Error {
    let others: Vec<&str> = others.map(String::as_str).collect();
    let hint = match &others[..] {
        [] => "The cluster has no managed node groups".to_owned(),
        others => format!("Its node groups are {}", others.join(", ")),
    };
    Error::new(ErrorKind::NotFound, format!("cluster {cluster} has no managed node group of this name"))
        .with_resource(format!("node group {group}"))
        .with_hint(hint)
}

/// The cluster, if its groups can be updated.
pub(super) fn updatable<'a>(name: &str, observed: &'a Observed) -> Result<&'a ClusterState> {
    let cluster = ownership::living(name, observed)?;
    if cluster.status == ClusterStatus::Failed {
        return Err(Error::new(ErrorKind::Failed, "the control plane has failed for good")
            .with_resource(format!("cluster {}", cluster.name))
            .with_hint("Delete the cluster and create it again"));
    }
    Ok(cluster)
}

/// Fewest, most and wanted nodes: what is not named stays, but a size that is not named follows the bounds.
fn wanted(scaling: &Scaling, seen: &NodeGroupState) -> Result<(u32, u32, u32)> {
    let (min, max, desired) = seen.scaling;
    let (min, max) = (scaling.min.unwrap_or(min), scaling.max.unwrap_or(max));
    let refuse = |field: &str, value: u32, rule: String| {
        Err(Error::invalid(vec![Violation::new(format!("scaling.{field}"), value, rule)])
            .with_resource(format!("node group {}", seen.name))
            .with_hint("Nothing was touched. What is not named keeps the value that the group has"))
    };
    if min > max {
        return match scaling.min {
            Some(min) => refuse("min", min, format!("be at most the group's `max` ({max})")),
            None => refuse("max", max, format!("be at least the group's `min` ({min})")),
        };
    }
    match scaling.desired {
        None => Ok((min, max, desired.clamp(min, max))),
        Some(desired) if desired < min => {
            refuse("desired", desired, format!("be at least the group's `min` ({min})"))
        }
        Some(desired) if desired > max => {
            refuse("desired", desired, format!("be at most the group's `max` ({max})"))
        }
        Some(desired) => Ok((min, max, desired)),
    }
}

/// What is left to be changed.
fn change(patch: &Patch, seen: &NodeGroupState) -> Result<NodeGroupChange> {
    let mut change = NodeGroupChange::default();
    match patch {
        Patch::Scaling(scaling) => change.resize(seen.scaling, wanted(scaling, seen)?),
        Patch::Labels(labels) => relabel(&mut change, labels, seen),
        Patch::Taints(taints) => retaint(&mut change, taints, seen)?,
        // Of its stack.
        Patch::Policy { .. } => {}
    }
    Ok(change)
}

fn relabel(change: &mut NodeGroupChange, asked: &LabelChange, seen: &NodeGroupState) {
    for (key, value) in &asked.labels {
        let was = seen.labels.get(key);
        if was == value.as_ref() {
            continue;
        }
        change.differences.push(Difference::of(format!("labels.{key}"), was, value.as_ref()));
        match value {
            Some(value) => drop(change.labels.insert(key.clone(), value.clone())),
            None => change.labels_gone.push(key.clone()),
        }
    }
}

fn retaint(change: &mut NodeGroupChange, asked: &TaintChange, seen: &NodeGroupState) -> Result<()> {
    for taint in &asked.set {
        change.taint(taint, &seen.taints);
    }
    for taint in seen.taints.iter().filter(|taint| asked.remove.iter().any(|which| which.means(taint))) {
        change.untaint(taint);
    }
    let new = change.taints.iter().filter(|taint| same_taint(&seen.taints, taint).is_none()).count();
    let all = seen.taints.len() + new - change.taints_gone.len();
    if all > MOST_TAINTS {
        let rule = format!("leave the group at most {MOST_TAINTS} taints; it has {}", seen.taints.len());
        return Err(Error::invalid(vec![Violation::new("set", asked.set.len(), rule)])
            .with_resource(format!("node group {}", seen.name))
            .with_hint("Nothing was touched. Remove others by the same change"));
    }
    Ok(())
}

/// What changes, each field as it is and as it will be; nothing where nothing does.
pub(crate) fn patched(group: &str, patch: &Patch, observed: &Observed) -> Vec<Content> {
    if let Patch::Policy { arn, attached } = patch {
        return policy::contents(group, (arn, *attached), observed);
    }
    let Some((seen, change)) = left(group, patch, observed) else { return Vec::new() };
    let how: Vec<String> = change.differences.iter().map(Difference::to_string).collect();
    let what = format!("node group {}", seen.name);
    if how.is_empty() { Vec::new() } else { vec![Content { what, how: how.join(", ") }] }
}

/// What a reader of the plan should know and no step says.
pub(crate) fn patch_notes(group: &str, patch: &Patch, observed: &Observed) -> Vec<String> {
    let taints = left(group, patch, observed).map(|(_, change)| change.taints).unwrap_or_default();
    let evicting = taints.iter().filter(|taint| taint.effect == TaintEffect::NoExecute);
    evicting.map(|taint| format!("{taint} evicts the pods of these nodes that do not tolerate it")).collect()
}

fn left<'a>(
    group: &str,
    patch: &Patch,
    observed: &'a Observed,
) -> Option<(&'a NodeGroupState, NodeGroupChange)> {
    let seen = known_as(group, observed)?;
    Some((seen, change(patch, seen).ok()?))
}

/// A patch in the making.
struct Patching<'a> {
    cluster: &'a str,
    group: &'a str,
    observed: &'a Observed,
    /// The step that changes the group.
    update: StepKind,
    draft: Draft<'a>,
}

impl Patching<'_> {
    fn node_group(&mut self, seen: &NodeGroupState, change: &NodeGroupChange) -> Result<()> {
        let action = self.update.clone();
        let request = change.request(self.cluster, &seen.name);
        let mut looks = vec![Look::NodeGroup { name: seen.name.clone() }];
        let stand = match seen.status {
            NodeGroupStatus::Active if change.differences.is_empty() => Stand::Done,
            NodeGroupStatus::Active => {
                let of = Some(UpdateOf::NodeGroup(seen.name.clone()));
                let (stand, look) = update::stand(&self.draft, self.observed, &action, request, of, || {
                    let left: Vec<String> = change.differences.iter().map(Difference::to_string).collect();
                    format!("this is left: {}", left.join(", "))
                });
                looks.extend(look);
                stand
            }
            // Ours, or another update, which has to end first; a group that is being made takes none.
            NodeGroupStatus::Updating | NodeGroupStatus::Creating => Stand::Running,
            NodeGroupStatus::Deleting => {
                return Err(Error::new(ErrorKind::Conflict, "the node group is being deleted")
                    .with_resource(format!("node group {}", seen.name))
                    .with_hint("Nothing was touched. Create the group again, if it is still wanted"));
            }
            NodeGroupStatus::CreateFailed | NodeGroupStatus::DeleteFailed | NodeGroupStatus::Degraded => {
                Stand::Failed(seen.issues.clone())
            }
        };
        self.draft.step(action, format!("node group {}", seen.name), &[], stand, looks);
        Ok(())
    }

    fn api_server(&mut self, is_asked: bool) {
        let stand = api_server::stand(&self.draft, self.observed, is_asked, true);
        self.draft.step(StepKind::ReachApiServer, "API server", &[], stand, vec![Look::ApiServer]);
    }

    /// As many nodes as the group wants, each of them Ready, and no others: EKS ends its update before they come or go
    /// (facts/aws.md §1.1).
    fn nodes(&mut self, seen: &NodeGroupState) {
        let action = StepKind::NodesReady { group: self.group.to_owned() };
        let silent =
            matches!(self.draft.state(&StepKind::ReachApiServer.id()), Some(StepState::Skipped { .. }));
        let nodes =
            self.observed.api_server.present().map(|state| state.nodes.as_slice()).unwrap_or_default();
        let own = || nodes.iter().filter(|node| node.node_group.as_deref() == Some(seen.name.as_str()));
        let wanted = usize::try_from(seen.scaling.2).unwrap_or(usize::MAX);
        let stand = if silent {
            Stand::Skipped("the API server cannot be asked; nodes come and go by themselves".to_owned())
        } else if !self.draft.is_settled(&self.update.id()) {
            Stand::Blocked
        } else if own().count() == wanted && own().all(|node| node.ready) {
            Stand::Done
        } else {
            Stand::Running
        };
        let after = [self.update.clone(), StepKind::ReachApiServer];
        let mut looks = vec![Look::ApiServer];
        if self.draft.is_late(&action) {
            looks.push(Look::NodeGroup { name: seen.name.clone() });
        }
        self.draft.step(action, format!("nodes of {}", self.group), &after, stand, looks);
    }
}
