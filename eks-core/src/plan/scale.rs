//! The steps to a node group of another size: of any managed node group, whoever made it.

use super::contents::Content;
use super::decide::Verdict;
use super::draft::{Draft, Stand};
use super::goal::ScaleOptions;
use super::recent::Recent;
use super::request::{Request, UpdateNodeGroup};
use super::step::{StepKind, StepState};
use super::{api_server, ownership, update};
use crate::observe::{
    ClusterState, ClusterStatus, Look, NodeGroupState, NodeGroupStatus, Observed, UpdateOf,
};
use crate::spec::Scaling;
use crate::{Error, ErrorKind, Result, Violation};

/// Everything that a scale is about. Once the groups are known it is one of them.
pub(crate) fn everything(group: &str, options: &ScaleOptions, observed: &Observed) -> Vec<Look> {
    let groups = match observed.node_groups.as_ref().and_then(|groups| groups.get(group)) {
        Some(seen) => Look::NodeGroup { group: group.to_owned(), name: seen.name.clone() },
        None => Look::NodeGroups,
    };
    let mut looks = vec![Look::Cluster, groups];
    if observed.cluster.present().is_some() && !options.without_kubernetes {
        looks.push(Look::ApiServer);
    }
    looks
}

pub(crate) fn decide(
    name: &str,
    group: &str,
    scaling: &Scaling,
    options: &ScaleOptions,
    observed: &Observed,
    recent: &Recent,
    now: i64,
) -> Result<Verdict> {
    let there = match &observed.node_groups {
        _ if observed.cluster.is_unknown() => {
            return Ok(Verdict::Blind(everything(group, options, observed)));
        }
        None if observed.cluster.present().is_some() => return Ok(Verdict::Blind(vec![Look::NodeGroups])),
        groups => groups.as_ref(),
    };
    let cluster = observed.cluster.present().ok_or_else(|| {
        Error::new(ErrorKind::NotFound, "there is no such cluster in this region")
            .with_resource(format!("cluster {name}"))
            .with_hint("Check the name, the region and the account")
    })?;
    refuse_busy(cluster)?;
    let seen = there.and_then(|groups| groups.get(group)).ok_or_else(|| {
        let others: Vec<&str> =
            there.into_iter().flat_map(|groups| groups.keys()).map(String::as_str).collect();
        let hint = match &others[..] {
            [] => "The cluster has no managed node groups".to_owned(),
            others => format!("Its node groups are {}", others.join(", ")),
        };
        Error::new(ErrorKind::NotFound, format!("cluster {name} has no managed node group of this name"))
            .with_resource(format!("node group {group}"))
            .with_hint(hint)
    })?;
    let wanted = wanted(scaling, seen)?;
    let mut scale = Scale { cluster: name, group, observed, options, draft: Draft::new(recent, now, None) };
    scale.node_group(seen, wanted)?;
    scale.api_server();
    scale.nodes(seen);
    Ok(Verdict::Decided(scale.draft.finish()))
}

/// A cluster that is not there yet, or soon no longer, takes no update.
fn refuse_busy(cluster: &ClusterState) -> Result<()> {
    if ownership::is_marked_for_deletion(cluster) {
        return Err(ownership::being_deleted(&cluster.name));
    }
    match cluster.status {
        ClusterStatus::Creating => Err(Error::new(ErrorKind::Conflict, "the cluster is still being created")
            .with_resource(format!("cluster {}", cluster.name))
            .with_hint("Send the same call again when the create has ended")
            .retryable(true)),
        ClusterStatus::Failed => Err(Error::new(ErrorKind::Failed, "the control plane has failed for good")
            .with_resource(format!("cluster {}", cluster.name))
            .with_hint("Delete the cluster and create it again")),
        _ => Ok(()),
    }
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

/// What changes, each size as it is and as it will be; nothing where nothing does.
pub(crate) fn changes(group: &str, scaling: &Scaling, observed: &Observed) -> Vec<Content> {
    let seen = observed.node_groups.as_ref().and_then(|groups| groups.get(group));
    let Some((seen, wanted)) = seen.and_then(|seen| Some((seen, wanted(scaling, seen).ok()?))) else {
        return Vec::new();
    };
    let sizes = [
        ("min", seen.scaling.0, wanted.0),
        ("max", seen.scaling.1, wanted.1),
        ("desired", seen.scaling.2, wanted.2),
    ];
    let changed = sizes.iter().filter(|(_, is, will)| is != will);
    let how: Vec<String> = changed.map(|(size, is, will)| format!("{size} {is} → {will}")).collect();
    let what = format!("node group {}", seen.name);
    if how.is_empty() { Vec::new() } else { vec![Content { what, how: how.join(", ") }] }
}

/// A scale in the making.
struct Scale<'a> {
    cluster: &'a str,
    group: &'a str,
    observed: &'a Observed,
    options: &'a ScaleOptions,
    draft: Draft<'a>,
}

impl Scale<'_> {
    fn node_group(&mut self, seen: &NodeGroupState, wanted: (u32, u32, u32)) -> Result<()> {
        let action = StepKind::ScaleNodeGroup { group: self.group.to_owned() };
        let request = Request::UpdateNodeGroup(Box::new(UpdateNodeGroup {
            cluster: self.cluster.to_owned(),
            group: seen.name.clone(),
            scaling: Some(wanted),
            ..UpdateNodeGroup::default()
        }));
        let mut looks = vec![Look::NodeGroup { group: self.group.to_owned(), name: seen.name.clone() }];
        let stand = match seen.status {
            NodeGroupStatus::Active if seen.scaling == wanted => Stand::Done,
            NodeGroupStatus::Active => {
                let of = Some(UpdateOf::NodeGroup(seen.name.clone()));
                let (stand, look) = update::stand(&self.draft, self.observed, &action, request, of, || {
                    let (min, max, desired) = seen.scaling;
                    format!("the group still has min {min}, max {max}, desired {desired}")
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

    fn api_server(&mut self) {
        let stand = api_server::stand(&self.draft, self.observed, !self.options.without_kubernetes, true);
        self.draft.step(StepKind::ReachApiServer, "API server", &[], stand, vec![Look::ApiServer]);
    }

    /// As many nodes as the group wants, each of them Ready, and no others: EKS ends its update before they come or go
    /// (facts/aws.md §1.1).
    fn nodes(&mut self, seen: &NodeGroupState) {
        let action = StepKind::NodesReady { group: self.group.to_owned() };
        let scale = StepKind::ScaleNodeGroup { group: self.group.to_owned() };
        let silent =
            matches!(self.draft.state(&StepKind::ReachApiServer.id()), Some(StepState::Skipped { .. }));
        let nodes =
            self.observed.api_server.present().map(|state| state.nodes.as_slice()).unwrap_or_default();
        let own = || nodes.iter().filter(|node| node.node_group.as_deref() == Some(seen.name.as_str()));
        let wanted = usize::try_from(seen.scaling.2).unwrap_or(usize::MAX);
        let stand = if silent {
            Stand::Skipped("the API server cannot be asked; nodes come and go by themselves".to_owned())
        } else if !self.draft.is_settled(&scale.id()) {
            Stand::Blocked
        } else if own().count() == wanted && own().all(|node| node.ready) {
            Stand::Done
        } else {
            Stand::Running
        };
        let after = [scale, StepKind::ReachApiServer];
        let mut looks = vec![Look::ApiServer];
        if self.draft.is_late(&action) {
            looks.push(Look::NodeGroup { group: self.group.to_owned(), name: seen.name.clone() });
        }
        self.draft.step(action, format!("nodes of {}", self.group), &after, stand, looks);
    }
}
