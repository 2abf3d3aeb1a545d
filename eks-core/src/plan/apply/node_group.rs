//! What can change of a node group that is there, without another node: sizes, labels, taints, how it is updated and
//! repaired (facts/aws.md §2.5: UpdateNodegroupConfig takes them together).

use super::merge;
use crate::observe::{Look, NodeGroupState, NodeGroupStatus, UpdateOf};
use crate::plan::create::Create;
use crate::plan::difference::Difference;
use crate::plan::node_group_change::{NodeGroupChange, same_taint};
use crate::plan::step::StepKind;
use crate::spec::{NodeGroup, NodeRepairConfig, Scaling, UpdateSettings};

impl Create<'_> {
    pub(in crate::plan) fn update_node_group(&mut self, name: &str) {
        let seen = self.observed.node_groups.as_ref().and_then(|groups| groups.get(name));
        let asked = self.asked_groups.get(name).filter(|_| self.last.is_some());
        let Some((seen, asked)) = seen.zip(asked) else { return };
        let change = change(asked, self.last_groups.get(name).copied(), seen);
        let action = StepKind::UpdateNodeGroup { group: name.to_owned() };
        if !self.concerns(&action, &change.differences) {
            return;
        }
        let at_rest = match seen.status {
            NodeGroupStatus::Active => true,
            NodeGroupStatus::Updating => false,
            _ => return,
        };
        let request = || change.request(self.name, &seen.name);
        let of = Some(UpdateOf::NodeGroup(seen.name.clone()));
        let (stand, look) = self.changed(&action, &change.differences, at_rest, of, request);
        let own = Look::NodeGroup { name: name.to_owned() };
        let looks = std::iter::once(own).chain(look).collect();
        let after = [StepKind::CreateNodeGroup { group: name.to_owned() }];
        self.draft.step(action, format!("node group {name}"), &after, stand, looks);
    }

    /// Whether the group gets another size or other nodes, so that its nodes are not those that it will have.
    pub(in crate::plan) fn is_being_updated(&self, name: &str) -> bool {
        let group = name.to_owned();
        let updates = [StepKind::UpdateNodeGroup { group: group.clone() }, StepKind::RollNodeGroup { group }];
        let goes_on =
            |update: &StepKind| self.draft.state(&update.id()).is_some_and(|state| !state.is_settled());
        updates.iter().any(goes_on)
    }
}

pub(super) fn change(asked: &NodeGroup, last: Option<&NodeGroup>, seen: &NodeGroupState) -> NodeGroupChange {
    let mut change = NodeGroupChange::default();
    if let Some(scaling) = &asked.scaling {
        let wanted = sizes(scaling, last.and_then(|last| last.scaling.as_ref()), seen.scaling);
        change.resize(seen.scaling, wanted);
    }
    let (labels, gone, differences) =
        merge("labels", &asked.labels, last.map(|last| &last.labels), &seen.labels);
    (change.labels, change.labels_gone) = (labels, gone);
    change.differences.extend(differences);
    taints(&mut change, asked, last, seen);
    if let Some(update) = &asked.update {
        let was = seen.update.clone().unwrap_or_default();
        let differences = settings(update, &was);
        change.update = (!differences.is_empty()).then(|| update.clone());
        change.differences.extend(differences);
    }
    if let Some(repair) = &asked.node_repair_config {
        let was = seen.node_repair_config.clone().unwrap_or_default();
        let differences = repairs(repair, &was);
        change.node_repair_config = (!differences.is_empty()).then(|| repair.clone());
        change.differences.extend(differences);
    }
    change
}

/// The sizes that are wanted. A desired size that the last spec had, too, is none of the caller's doing any more: an
/// autoscaler may have moved it since.
fn sizes(asked: &Scaling, last: Option<&Scaling>, seen: (u32, u32, u32)) -> (u32, u32, u32) {
    let (min, max) = (asked.min.unwrap_or(seen.0), asked.max.unwrap_or(seen.1));
    let was = last.and_then(|last| last.desired);
    let desired = asked.desired.filter(|desired| was != Some(*desired)).unwrap_or(seen.2);
    (min, max, desired.max(min).min(max))
}

fn taints(change: &mut NodeGroupChange, asked: &NodeGroup, last: Option<&NodeGroup>, seen: &NodeGroupState) {
    for taint in &asked.taints {
        change.taint(taint, &seen.taints);
    }
    for taint in last.into_iter().flat_map(|last| &last.taints) {
        let was = same_taint(&seen.taints, taint).filter(|_| same_taint(&asked.taints, taint).is_none());
        if let Some(was) = was {
            change.untaint(was);
        }
    }
}

fn settings(asked: &UpdateSettings, was: &UpdateSettings) -> Vec<Difference> {
    let number = |field: &str, asked: Option<u32>, was: Option<u32>| {
        asked.filter(|_| asked != was).map(|asked| Difference::of(field, was, Some(asked)))
    };
    let strategy = asked.strategy.filter(|strategy| Some(*strategy) != was.strategy).map(|strategy| {
        let shown = was.strategy.map(|was| format!("{was:?}"));
        Difference::of("update.strategy", shown, Some(format!("{strategy:?}")))
    });
    number("update.maxUnavailable", asked.max_unavailable, was.max_unavailable)
        .into_iter()
        .chain(number(
            "update.maxUnavailablePercentage",
            asked.max_unavailable_percentage,
            was.max_unavailable_percentage,
        ))
        .chain(strategy)
        .collect()
}

fn repairs(asked: &NodeRepairConfig, was: &NodeRepairConfig) -> Vec<Difference> {
    let enabled = asked.enabled.unwrap_or(true);
    let on = (was.enabled.unwrap_or_default() != enabled)
        .then(|| Difference::new("nodeRepairConfig.enabled", was.enabled.unwrap_or_default(), enabled));
    let number = |field: &str, asked: Option<u32>, was: Option<u32>| {
        let path = format!("nodeRepairConfig.{field}");
        asked.filter(|_| asked != was).map(|asked| Difference::of(path, was, Some(asked)))
    };
    let numbers = [
        number(
            "maxUnhealthyNodeThresholdCount",
            asked.max_unhealthy_node_threshold_count,
            was.max_unhealthy_node_threshold_count,
        ),
        number(
            "maxUnhealthyNodeThresholdPercentage",
            asked.max_unhealthy_node_threshold_percentage,
            was.max_unhealthy_node_threshold_percentage,
        ),
        number(
            "maxParallelNodesRepairedCount",
            asked.max_parallel_nodes_repaired_count,
            was.max_parallel_nodes_repaired_count,
        ),
        number(
            "maxParallelNodesRepairedPercentage",
            asked.max_parallel_nodes_repaired_percentage,
            was.max_parallel_nodes_repaired_percentage,
        ),
    ];
    let (is, old) = (&asked.node_repair_config_overrides, &was.node_repair_config_overrides);
    let same = is.len() == old.len() && is.iter().all(|one| old.contains(one));
    let overrides = (!is.is_empty() && !same)
        .then(|| Difference::new("nodeRepairConfig.nodeRepairConfigOverrides", old.len(), is.len()));
    on.into_iter().chain(numbers.into_iter().flatten()).chain(overrides).collect()
}
