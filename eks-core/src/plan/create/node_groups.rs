//! Node groups, their stacks and their nodes.

use std::collections::BTreeMap;

use super::Create;
use super::subnets::{node_subnets, role_arn};
use crate::observe::{Issue, Look, NodeGroupStatus, NodeState, Seen, StackStatus};
use crate::plan::draft::Stand;
use crate::plan::foundation::id;
use crate::plan::request::{CreateNodeGroup, CreateStack, Request};
use crate::plan::stack_stand::stack_stand;
use crate::plan::step::{StepKind, StepState};
use crate::plan::{names, node_group_stack, ownership, tag};
use crate::spec::{AmiFamily, Cluster, NodeGroup, TaintEffect};
use crate::{Error, ErrorKind, Result};

impl Create<'_> {
    pub(super) fn node_group_stacks(&mut self) {
        for group in node_groups(self.spec) {
            let name = group_name(group);
            let stack_name = names::node_group_stack(self.name, name);
            let action = StepKind::CreateNodeGroupStack { group: name.to_owned() };
            let stack = self.observed.node_group_stacks.get(name).and_then(Seen::present);
            if stack.is_none() && self.lives(name) {
                continue;
            }
            let stand = match stack {
                // The foundation settles whose name this is; until it is there, nothing else is made.
                None if self.observed.foundation.present().is_none() => Stand::Blocked,
                None => {
                    match node_group_stack::template(self.spec, group, self.observed.cluster.present(), None)
                    {
                        Some(template) => {
                            let mut tags = self.tags();
                            tags.extend(group.tags.clone());
                            tags.insert(tag::NODE_GROUP.to_owned(), name.to_owned());
                            let name = stack_name.clone();
                            let request = CreateStack { name, template, tags, express: false };
                            self.draft.make(&action, Request::CreateStack(request))
                        }
                        None => Stand::Blocked,
                    }
                }
                Some(stack) if !ownership::owns_stack(self.name, stack) => Stand::Failed(vec![Issue {
                    code: "AlreadyExistsException".to_owned(),
                    message: format!("stack {stack_name} exists and was not made by this library"),
                    resources: vec![stack.id.clone()],
                }]),
                Some(stack) => {
                    let mut lacking = vec![node_group_stack::LAUNCH_TEMPLATE];
                    lacking.extend(group.has_own_role().then_some(id::NODE_ROLE));
                    lacking.retain(|id| stack.ready(id).is_none());
                    // What it has is there while it changes.
                    let changes = self.last.is_some() && stack.status == StackStatus::Updating;
                    stack_stand(&self.draft, &action, stack, changes, &lacking)
                }
            };
            let looks = vec![group_stack_look(self.name, name)];
            let after: &[StepKind] =
                if group.launch_names_cluster() { &[StepKind::CreateCluster] } else { &[] };
            self.draft.step(action, format!("stack {stack_name}"), after, stand, looks);
            self.update_node_group_stack(group);
        }
    }

    /// Whether the group is there to stay: who made it without a stack of ours, or took that away, had one of their own.
    fn lives(&self, name: &str) -> bool {
        use NodeGroupStatus::{CreateFailed, DeleteFailed, Deleting};
        let seen = self.observed.node_groups.as_ref().and_then(|groups| groups.get(name));
        seen.is_some_and(|seen| !matches!(seen.status, CreateFailed | DeleteFailed | Deleting))
    }

    pub(super) fn node_groups(&mut self) -> Result<()> {
        let none = BTreeMap::new();
        let there = self.observed.node_groups.as_ref().unwrap_or(&none);
        for group in node_groups(self.spec) {
            let name = group_name(group);
            let stack_step = StepKind::CreateNodeGroupStack { group: name.to_owned() };
            let action = StepKind::CreateNodeGroup { group: name.to_owned() };
            let seen = there.get(name);
            let stand = match seen {
                None => match self.create_node_group(group)? {
                    Some(request) => self.draft.make(&action, request),
                    None => Stand::Blocked,
                },
                Some(seen) => match seen.status {
                    NodeGroupStatus::Active | NodeGroupStatus::Updating => Stand::Done,
                    NodeGroupStatus::Creating => Stand::Running,
                    // By this call, by one that died over its repair, or by somebody: it is made anew.
                    NodeGroupStatus::Deleting => Stand::Running,
                    NodeGroupStatus::CreateFailed | NodeGroupStatus::DeleteFailed => {
                        let (cluster, group) = (self.name.to_owned(), seen.name.clone());
                        let delete = Request::DeleteNodeGroup { cluster, group };
                        self.draft.anew(&action, delete, &seen.issues)
                    }
                    NodeGroupStatus::Degraded => Stand::Failed(seen.issues.clone()),
                },
            };
            let looks = vec![Look::NodeGroup { name: name.to_owned() }];
            let changed = StepKind::UpdateNodeGroupStack { group: name.to_owned() };
            let after = [StepKind::CreateCluster, StepKind::CompleteFoundation, stack_step, changed];
            self.draft.step(action.clone(), format!("node group {name}"), &after, stand, looks);
            self.update_node_group(name);
            self.roll_node_group(group);
            self.nodes_ready(group, &action);
        }
        Ok(())
    }

    fn nodes_ready(&mut self, group: &NodeGroup, create: &StepKind) {
        let name = group_name(group);
        let active = self.draft.is_settled(&create.id());
        let unreachable =
            matches!(self.draft.state(&StepKind::ReachApiServer.id()), Some(StepState::Skipped { .. }));
        let sent =
            !matches!(self.draft.state(&create.id()), Some(StepState::Ready | StepState::Blocked) | None);
        // An autoscaler, or somebody, may have given a group that is there another size.
        let seen = self.observed.node_groups.as_ref().and_then(|groups| groups.get(name));
        let wanted = seen.map_or(desired(group), |seen| seen.scaling.2);
        // Of nodes that were replaced, the old ones are to be gone, too.
        let roll = StepKind::RollNodeGroup { group: name.to_owned() };
        let rolled = self.draft.recent.attempt(&roll.id()).is_some();
        let there = usize::try_from(wanted).unwrap_or(usize::MAX);
        let as_wanted = self.ready_nodes(name) >= wanted && (!rolled || self.nodes_of(name).count() <= there);
        let stand = match (unreachable, active) {
            _ if self.without_kubernetes => Stand::Skipped("EKS is taken at its word".to_owned()),
            _ if !sent || self.is_being_updated(name) => Stand::Blocked,
            (true, true) => {
                Stand::Skipped("the API server cannot be asked; EKS says that they are".to_owned())
            }
            (false, _) if as_wanted => Stand::Done,
            _ => Stand::Running,
        };
        // Nodes become Ready before their group becomes ACTIVE: this waits beside it, from the same start.
        let action = StepKind::NodesReady { group: name.to_owned() };
        let mut looks = vec![Look::ApiServer];
        if seen.is_some() && active && self.draft.is_late(&action) {
            looks.push(Look::NodeGroup { name: name.to_owned() });
        }
        let update = StepKind::UpdateNodeGroup { group: name.to_owned() };
        let after = [StepKind::CreateCluster, StepKind::CompleteFoundation, update, roll];
        self.draft.step(action, format!("nodes of {name}"), &after, stand, looks);
    }

    /// How many nodes of a group are Ready.
    pub(super) fn ready_nodes(&self, group: &str) -> u32 {
        // Where the API server cannot be asked, EKS's word stands: a group is ACTIVE when its nodes are Ready.
        if matches!(self.draft.state(&StepKind::ReachApiServer.id()), Some(StepState::Skipped { .. })) {
            let seen = self.observed.node_groups.as_ref().and_then(|groups| groups.get(group));
            return seen
                .filter(|seen| seen.status == NodeGroupStatus::Active)
                .map_or(0, |seen| seen.scaling.2);
        }
        u32::try_from(self.nodes_of(group).filter(|node| node.ready).count()).unwrap_or(u32::MAX)
    }

    /// The nodes of a group that the API server knows.
    fn nodes_of(&self, group: &str) -> impl Iterator<Item = &NodeState> {
        let nodes =
            self.observed.api_server.present().map(|state| state.nodes.as_slice()).unwrap_or_default();
        nodes.iter().filter(move |node| node.node_group.as_deref() == Some(group))
    }

    fn create_node_group(&self, group: &NodeGroup) -> Result<Option<Request>> {
        let name = group_name(group);
        let (Some(foundation), Some(stack)) = (
            self.observed.foundation.present(),
            self.observed.node_group_stacks.get(name).and_then(Seen::present),
        ) else {
            return Ok(None);
        };
        let home = if group.has_own_role() { stack } else { foundation };
        let role_arn = group.role_arn.clone().or_else(|| role_arn(home, id::NODE_ROLE));
        let template = stack.ready(node_group_stack::LAUNCH_TEMPLATE);
        let subnets = node_subnets(self.spec, group, foundation);
        let (Some(role_arn), Some(template), Some(subnets)) = (role_arn, template, subnets) else {
            return Ok(None);
        };
        let version = stack.outputs.get("LaunchTemplateVersion").cloned().unwrap_or_else(|| "1".to_owned());
        let ami_type = group.ami_type().ok_or_else(|| {
            Error::new(ErrorKind::InvalidSpec, "no AMI type is known for its AMI family and instance types")
                .with_resource(format!("node group {name}"))
        })?;
        let mut tags = self.tags();
        tags.extend(group.tags.clone());
        tags.insert(tag::NODE_GROUP.to_owned(), self.naming.names.node_group_in_spec(name).to_owned());
        Ok(Some(Request::CreateNodeGroup(Box::new(CreateNodeGroup {
            cluster: self.name.to_owned(),
            name: name.to_owned(),
            spec: group.clone(),
            ami_type: ami_type.to_owned(),
            role_arn,
            subnets,
            launch_template: (template.to_owned(), version),
            tags,
        }))))
    }

    pub(super) fn expects_nodes(&self) -> bool {
        node_groups(self.spec).any(|group| desired(group) > 0)
    }
}

pub(in crate::plan) fn node_groups(spec: &Cluster) -> impl Iterator<Item = &NodeGroup> {
    spec.node_groups.iter().flatten()
}

/// The groups as the caller gave them, by the names that they have in AWS.
pub(in crate::plan) fn named_groups(given: &Cluster) -> BTreeMap<String, &NodeGroup> {
    let named = given.defaulted();
    let names = node_groups(&named).map(|group| group_name(group).to_owned()).collect::<Vec<_>>();
    names.into_iter().zip(node_groups(given)).collect()
}

/// The groups with their defaults, by their names in AWS.
pub(in crate::plan) fn wanted_groups(given: &Cluster) -> BTreeMap<String, NodeGroup> {
    let groups = given.defaulted().node_groups.into_iter().flatten();
    groups.map(|group| (group_name(&group).to_owned(), group)).collect()
}

pub(in crate::plan) fn group_name(group: &NodeGroup) -> &str {
    group.name.as_deref().unwrap_or_default()
}

/// The number of nodes that a group is made with.
pub(in crate::plan) fn desired(group: &NodeGroup) -> u32 {
    let scaling = group.scaling.clone().unwrap_or_default();
    scaling.desired.or(scaling.min).unwrap_or_default()
}

/// Whether add-ons can run on the group's nodes: coredns and its like tolerate what is for cluster-critical pods
/// alone, and run on Linux.
pub(in crate::plan) fn lets_addons_in(group: &NodeGroup) -> bool {
    !group.ami_family.is_some_and(AmiFamily::is_windows)
        && group.taints.iter().all(|taint| {
            taint.effect == TaintEffect::PreferNoSchedule
                || matches!(
                    taint.key.as_str(),
                    "CriticalAddonsOnly" | "node-role.kubernetes.io/control-plane"
                )
        })
}

pub(in crate::plan) fn group_stack_look(cluster: &str, group: &str) -> Look {
    Look::NodeGroupStack { group: group.to_owned(), name: names::node_group_stack(cluster, group) }
}
