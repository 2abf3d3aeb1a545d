//! What the spec has no more: it stays, unless the caller wants it gone, or has let it be replaced.

use std::collections::BTreeMap;

use crate::observe::{
    AddonStatus, FargateProfileStatus, Look, NodeGroupState, NodeGroupStatus, Seen, StackStatus,
};
use crate::plan::create::{Create, access_entries_look, group_name, node_groups};
use crate::plan::draft::Stand;
use crate::plan::replacement::Replacement;
use crate::plan::request::{DeleteStack, Request};
use crate::plan::stack_stand::stack_issues;
use crate::plan::step::StepKind;
use crate::plan::{ownership, tag};

impl Create<'_> {
    pub(super) fn prune(&mut self) {
        for group in self.spare_node_groups() {
            self.prune_node_group(&group);
        }
        self.prune_node_group_stacks();
        self.prune_fargate_profiles();
        if self.prune {
            self.prune_addons();
            self.prune_access_entries();
            self.prune_pod_identity_associations();
            self.prune_identity();
        }
        if self.prune || self.naming.replaces() {
            self.pruned();
        }
    }

    /// What this operation has deleted and is gone.
    fn pruned(&mut self) {
        let sent = self.draft.recent.attempts.keys();
        let gone: Vec<String> = sent.filter(|id| self.draft.state(id).is_none()).cloned().collect();
        for id in gone {
            let gone = match id.split_once('/') {
                Some(("deleteNodeGroup", name)) => {
                    Some((StepKind::DeleteNodeGroup { group: name.to_owned() }, format!("node group {name}")))
                }
                Some(("deleteFargateProfile", name)) => {
                    let action = StepKind::DeleteFargateProfile { profile: name.to_owned() };
                    Some((action, format!("Fargate profile {name}")))
                }
                Some(("deleteAddon", name)) => {
                    Some((StepKind::DeleteAddon { addon: name.to_owned() }, format!("add-on {name}")))
                }
                Some(("deletePodIdentityAssociation", name)) => {
                    let action = StepKind::DeletePodIdentityAssociation { association: name.to_owned() };
                    Some((action, format!("pod identity association {name}")))
                }
                _ => None,
            };
            if let Some((action, resource)) = gone {
                self.draft.step(action, resource, &[], Stand::Done, Vec::new());
            }
        }
    }

    /// Groups in whose place there are others, and where that is wanted, those of ours that the spec has no more.
    fn spare_node_groups(&self) -> Vec<NodeGroupState> {
        let wanted = |name: &str| node_groups(self.spec).any(|group| group_name(group) == name);
        let there = self.observed.node_groups.iter().flatten();
        let goes = |name: &str, tags: &BTreeMap<String, String>| {
            self.naming.in_place_of_group(name).is_some()
                || self.prune && tags.get(tag::CLUSTER).is_some_and(|it| it == self.name) && !wanted(name)
        };
        there.filter(|(name, seen)| goes(name, &seen.tags)).map(|(_, seen)| seen.clone()).collect()
    }

    fn prune_node_group(&mut self, seen: &NodeGroupState) {
        let name = seen.name.as_str();
        let action = StepKind::DeleteNodeGroup { group: name.to_owned() };
        let request = Request::DeleteNodeGroup { cluster: self.name.to_owned(), group: name.to_owned() };
        let stand = match seen.status {
            NodeGroupStatus::Deleting => Stand::Running,
            NodeGroupStatus::DeleteFailed if self.draft.recent.has_sent(&action.id(), "deleteNodeGroup") => {
                Stand::Failed(seen.issues.clone())
            }
            _ => self.draft.todo(&action, request),
        };
        let looks = vec![Look::NodeGroup { name: name.to_owned() }];
        let after = self.naming.in_place_of_group(name).map(Replacement::is_ready).unwrap_or_default();
        self.draft.step(action, format!("node group {name}"), &after, stand, looks);
    }

    /// A group's stack goes after it: its launch template and role are in use until then.
    fn prune_node_group_stacks(&mut self) {
        let stacks: Vec<_> =
            self.observed.node_group_stacks.iter().map(|(name, seen)| (name.clone(), seen.clone())).collect();
        for (name, seen) in stacks {
            let wanted = node_groups(self.spec).any(|group| group_name(group) == name);
            let action = StepKind::DeleteNodeGroupStack { group: name.clone() };
            let sent = self.draft.recent.has_sent(&action.id(), "deleteStack");
            let stack = match seen {
                _ if wanted || !(self.prune || self.naming.in_place_of_group(&name).is_some()) => continue,
                Seen::Present(stack) if ownership::owns_stack(self.name, &stack) => stack,
                _ if sent => {
                    self.draft.step(action, format!("stack of {name}"), &[], Stand::Done, Vec::new());
                    continue;
                }
                _ => continue,
            };
            let in_use = self.observed.node_groups.as_ref().is_some_and(|groups| groups.contains_key(&name));
            let stand = match stack.status {
                _ if in_use => Stand::Blocked,
                StackStatus::Deleting => Stand::Running,
                StackStatus::DeleteFailed if sent => Stand::Failed(stack_issues(&stack)),
                _ => self.draft.todo(
                    &action,
                    Request::DeleteStack(DeleteStack { id: stack.id.clone(), retain: Vec::new() }),
                ),
            };
            let after = [StepKind::DeleteNodeGroup { group: name.clone() }];
            let looks = vec![Look::NodeGroupStack { group: name.clone(), name: stack.name.clone() }];
            self.draft.step(action, format!("stack {}", stack.name), &after, stand, looks);
        }
    }

    fn prune_fargate_profiles(&mut self) {
        let wanted = |name: &str| self.spec.fargate_profiles.iter().any(|profile| profile.name == name);
        let there = self.observed.fargate_profiles.iter().flatten().map(|(_, seen)| seen);
        let ours = there.filter(|seen| {
            self.naming.in_place_of_profile(&seen.name).is_some()
                || self.prune && seen.tags.get(tag::CLUSTER).is_some_and(|it| it == self.name)
        });
        let spare: Vec<_> = ours.filter(|seen| !wanted(&seen.name)).cloned().collect();
        for seen in spare {
            let profile = seen.name.clone();
            let after =
                self.naming.in_place_of_profile(&profile).map(Replacement::is_ready).unwrap_or_default();
            let action = StepKind::DeleteFargateProfile { profile: profile.clone() };
            let request =
                Request::DeleteFargateProfile { cluster: self.name.to_owned(), profile: profile.clone() };
            let stand = match seen.status {
                FargateProfileStatus::Deleting => Stand::Running,
                FargateProfileStatus::DeleteFailed
                    if self.draft.recent.has_sent(&action.id(), "deleteFargateProfile") =>
                {
                    Stand::Failed(seen.issues.clone())
                }
                _ => self.draft.todo(&action, request),
            };
            let looks = vec![Look::FargateProfile { name: profile.clone() }];
            self.draft.step(action, format!("Fargate profile {profile}"), &after, stand, looks);
        }
    }

    fn prune_addons(&mut self) {
        let wanted = |name: &str| self.spec.addons.iter().flatten().any(|addon| addon.name == name);
        let there = self.observed.addons.iter().flatten().map(|(_, seen)| seen);
        let ours = there.filter(|seen| seen.tags.get(tag::CLUSTER).is_some_and(|it| it == self.name));
        let spare: Vec<_> = ours.filter(|seen| !wanted(&seen.name)).cloned().collect();
        for seen in spare {
            let addon = seen.name.clone();
            let action = StepKind::DeleteAddon { addon: addon.clone() };
            let request = Request::RemoveAddon { cluster: self.name.to_owned(), addon: addon.clone() };
            let stand = match seen.status {
                AddonStatus::Deleting => Stand::Running,
                AddonStatus::DeleteFailed if self.draft.recent.has_sent(&action.id(), "removeAddon") => {
                    Stand::Failed(seen.issues.clone())
                }
                _ => self.draft.todo(&action, request),
            };
            self.draft.step(action, format!("add-on {addon}"), &[], stand, vec![Look::Addon { name: addon }]);
        }
    }

    /// Entries have no owner to be seen: those that the last spec had are ours.
    fn prune_access_entries(&mut self) {
        let Some(last) = self.last else { return };
        for was in &last.access_entries {
            let principal = &was.principal_arn;
            let wanted = self.spec.access_entries.iter().any(|entry| entry.principal_arn == *principal);
            let there =
                self.observed.access_entries.as_ref().is_some_and(|entries| entries.contains_key(principal));
            let action = StepKind::DeleteAccessEntry { principal: principal.clone() };
            let sent = self.draft.recent.has_sent(&action.id(), "deleteAccessEntry");
            if wanted || !(there || sent) {
                continue;
            }
            let stand = if sent {
                Stand::Done
            } else {
                Stand::Todo(Request::DeleteAccessEntry {
                    cluster: self.name.to_owned(),
                    principal: principal.clone(),
                })
            };
            let looks = vec![access_entries_look(self.spec, self.last)];
            self.draft.step(action, format!("access entry {principal}"), &[], stand, looks);
        }
    }
}
