//! What can change of a node group's stack: its launch template, which gets a new version and then new nodes, and the
//! policies of its own role, which nodes get without being replaced.

use crate::observe::{Look, NodeGroupState, NodeGroupStatus, Seen, StackState, StackStatus, UpdateOf};
use crate::plan::change_set;
use crate::plan::create::{Create, group_name, group_stack_look};
use crate::plan::difference::{Difference, differences};
use crate::plan::draft::Stand;
use crate::plan::node_group_stack::{LAUNCH_TEMPLATE, launch_hash, output, policy_hash, template};
use crate::plan::request::{Request, UpdateNodeGroupVersion};
use crate::plan::stack_stand::stack_issues;
use crate::plan::step::StepKind;
use crate::spec::NodeGroup;

/// Members of a node group that are in its launch template.
const OF_LAUNCH: [&str; 5] = ["ami", "disk", "metadataOptions", "securityGroups", "sshKey"];

/// What is left to be changed of a group's stack.
#[derive(Default)]
pub(super) struct StackChange {
    /// Of its launch template: nodes have to be replaced for it.
    pub(super) launch: Vec<Difference>,
    pub(super) policies: Vec<Difference>,
}

impl Create<'_> {
    pub(in crate::plan) fn update_node_group_stack(&mut self, group: &NodeGroup) {
        let name = group_name(group);
        let stack = self.observed.node_group_stacks.get(name).and_then(Seen::present);
        let (Some(stack), true) = (stack, self.last.is_some()) else { return };
        let change = self.stack_change(group, stack);
        let action = StepKind::UpdateNodeGroupStack { group: name.to_owned() };
        let executed = self.draft.recent.has_sent(&action.id(), "executeChangeSet");
        let look = group_stack_look(self.name, name);
        let (stand, mut looks) = match stack.status {
            StackStatus::Updating if executed => (Stand::Running, Vec::new()),
            StackStatus::Complete if change.is_empty() && executed => (Stand::Done, Vec::new()),
            _ if change.is_empty() => return,
            // Somebody else's update, or one of a process that died.
            StackStatus::Updating => (Stand::Running, Vec::new()),
            StackStatus::Complete => {
                let launches = stack.outputs.get(output::LAUNCH_TEMPLATE_VERSION).map(String::as_str);
                let launches = launches.filter(|_| change.launch.is_empty());
                let cluster = self.observed.cluster.present();
                let Some(template) = template(self.spec, group, cluster, launches) else { return };
                // Its tags stay: a launch template gets others only by being replaced (CloudFormation's reference,
                // `TagSpecifications`).
                let tags = stack.tags.clone();
                change_set::stand(&self.draft, self.observed, &action, stack, template, tags)
            }
            _ => (Stand::Failed(stack_issues(stack)), Vec::new()),
        };
        looks.push(look);
        let after = [StepKind::CreateNodeGroupStack { group: name.to_owned() }, StepKind::CreateCluster];
        self.draft.step(action, format!("stack {}", stack.name), &after, stand, looks);
    }

    /// Has nodes replaced that are not such as the newest version of the launch template makes.
    pub(in crate::plan) fn roll_node_group(&mut self, group: &NodeGroup) {
        let name = group_name(group);
        let seen = self.observed.node_groups.as_ref().and_then(|groups| groups.get(name));
        let stack = self.observed.node_group_stacks.get(name).and_then(Seen::present);
        let (Some((seen, stack)), true) = (seen.zip(stack), self.last.is_some()) else { return };
        let action = StepKind::RollNodeGroup { group: name.to_owned() };
        let to_come = !self.stack_change(group, stack).launch.is_empty();
        let newer = newer_template(stack, seen);
        let difference = newer.as_ref().map(|(id, is)| {
            let was = seen.launch_template.as_ref().map(|(_, version)| version.clone());
            Difference::of(format!("version of launch template {id}"), was, Some(is.clone()))
        });
        let differences: Vec<Difference> = difference.into_iter().collect();
        if !to_come && !self.concerns(&action, &differences) {
            return;
        }
        let at_rest = match seen.status {
            NodeGroupStatus::Active => true,
            NodeGroupStatus::Updating => false,
            _ => return,
        };
        let own = Look::NodeGroup { name: name.to_owned() };
        let update = StepKind::UpdateNodeGroup { group: name.to_owned() };
        let waits = self.draft.state(&update.id()).is_some_and(|state| !state.is_settled())
            && !differences.is_empty();
        let (stand, look) = if to_come || waits {
            (Stand::Blocked, None)
        } else {
            // Only what is asked for changes: version and release of the nodes' image stay.
            let keeps = |version: &Option<String>| version.clone().filter(|_| group.ami.is_none());
            let request = || {
                Request::UpdateNodeGroupVersion(UpdateNodeGroupVersion {
                    cluster: self.name.to_owned(),
                    group: seen.name.clone(),
                    launch_template: newer.clone().unwrap_or_default(),
                    version: keeps(&seen.version),
                    release_version: keeps(&seen.release_version),
                    force: self.force,
                })
            };
            let of = Some(UpdateOf::NodeGroup(seen.name.clone()));
            self.changed(&action, &differences, at_rest, of, request)
        };
        let stack_step = StepKind::UpdateNodeGroupStack { group: name.to_owned() };
        let after = [StepKind::CreateNodeGroup { group: name.to_owned() }, stack_step, update];
        let looks = std::iter::once(own).chain(look).collect();
        self.draft.step(action, format!("node group {name}"), &after, stand, looks);
    }

    fn stack_change(&self, group: &NodeGroup, stack: &StackState) -> StackChange {
        let was = self.last_wanted.get(group_name(group));
        change(group, was, stack)
    }
}

impl StackChange {
    fn is_empty(&self) -> bool {
        self.launch.is_empty() && self.policies.is_empty()
    }
}

/// Id and version of the launch template that the group's stack has made and the group does not launch from yet. One
/// that is older than the group's is nobody's wish: somebody has made another.
fn newer_template(stack: &StackState, seen: &NodeGroupState) -> Option<(String, String)> {
    let (id, was) = seen.launch_template.as_ref()?;
    let number = |version: &str| version.parse::<u64>().ok();
    let is = stack.outputs.get(output::LAUNCH_TEMPLATE_VERSION)?;
    let newer = number(is)? > number(was)? && stack.ready(LAUNCH_TEMPLATE) == Some(id.as_str());
    newer.then(|| (id.clone(), is.clone()))
}

/// Both with their defaults. The stack says by hashes what it was made of; of one that does not, the last spec tells.
pub(super) fn change(asked: &NodeGroup, last: Option<&NodeGroup>, stack: &StackState) -> StackChange {
    let hash = |output: &str, of: fn(&NodeGroup) -> String| {
        let told = stack.outputs.get(output).cloned();
        told.or_else(|| last.map(of)).unwrap_or_else(|| of(asked))
    };
    let mut change = StackChange::default();
    let (is, was) = (launch_hash(asked), hash(output::LAUNCH_HASH, launch_hash));
    if is != was {
        change.launch = last.map_or_else(Vec::new, |last| {
            let tree = |group: &NodeGroup| serde_json::to_value(group).unwrap_or_default();
            let (last, asked) = (tree(last), tree(asked));
            OF_LAUNCH.iter().flat_map(|name| differences(name, &last[*name], &asked[*name])).collect()
        });
        if change.launch.is_empty() {
            change.launch.push(Difference::new("launch template", "another spec's", "this one's"));
        }
    }
    let (is, was) = (policy_hash(asked), hash(output::POLICY_HASH, policy_hash));
    if is != was && asked.has_own_role() {
        let path = |arn: &String| format!("policyArns.{}", arn.rsplit('/').next().unwrap_or(arn));
        let before: &[String] = last.map_or(&[], |last| &last.policy_arns);
        let added = asked.policy_arns.iter().filter(|arn| !before.contains(arn));
        let added = added.map(|arn| Difference::of(path(arn), None, Some("attached")));
        let gone = before.iter().filter(|arn| !asked.policy_arns.contains(arn));
        let gone = gone.map(|arn| Difference::of(path(arn), Some("attached"), None));
        change.policies = added.chain(gone).collect();
        if change.policies.is_empty() {
            change.policies.push(Difference::new("policyArns", "another spec's", "this one's"));
        }
    }
    change
}

/// What a reader of the plan is told: each field, and that nodes are replaced for it.
pub(super) fn shown(
    asked: &NodeGroup,
    last: Option<&NodeGroup>,
    seen: &NodeGroupState,
    stack: Option<&StackState>,
) -> Vec<Difference> {
    let Some(stack) = stack else { return Vec::new() };
    let StackChange { mut launch, policies } = change(asked, last, stack);
    if !launch.is_empty() || newer_template(stack, seen).is_some() {
        let nodes = seen.scaling.2;
        let at_once = asked.update.clone().unwrap_or_default().at_once(nodes);
        let new = format!("{nodes} new ones, {at_once} at a time");
        launch.push(Difference::new("nodes", format!("{nodes} as they are"), new));
    }
    launch.into_iter().chain(policies).collect()
}
