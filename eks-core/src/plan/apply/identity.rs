//! What can change of what gives pods IAM roles: the roles that are made, and pod identity associations.

use crate::observe::{Issue, Look, PodIdentityAssociationState, StackState, StackStatus};
use crate::plan::create::{Create, association_role, identity_look};
use crate::plan::difference::{Difference, differences as differences_of};
use crate::plan::draft::Stand;
use crate::plan::identity_stack::{Identity, Role, Trust};
use crate::plan::request::{DeleteStack, Request, UpdatePodIdentityAssociation, UpdateStack};
use crate::plan::stack_stand::stack_issues;
use crate::plan::step::StepKind;
use crate::plan::{ownership, tag};
use crate::spec::{Cluster, PodIdentityAssociation};

/// How the role of an association is told that is not made yet.
pub(super) const TO_BE_MADE: &str = "a role that is made";

impl Create<'_> {
    /// Roles that come or change. What the spec has no more stays until everything else is done, and then goes only with
    /// `prune`.
    pub(in crate::plan) fn update_identity(&mut self, wanted: &Identity) {
        let Some(stack) = self.identity_to_change() else { return };
        let action = StepKind::UpdateIdentityStack;
        let attempted = self.draft.recent.has_sent(&action.id(), "updateStack");
        let is_whole = wanted.is_in(stack);
        let stand = match (stack.status, kept(wanted, stack)) {
            (StackStatus::Updating, _) if attempted => Stand::Running,
            (StackStatus::Complete, _) if is_whole && attempted => Stand::Done,
            (StackStatus::Complete, Some(kept)) if !is_whole && !kept.is_in(stack) => {
                match kept.template(self.name, self.issuer()) {
                    _ if attempted && !self.draft.recent.just_sent(&action.id(), self.draft.now) => {
                        Stand::Failed(stack_issues(stack))
                    }
                    Some(template) => self.draft.todo(&action, self.identity_update(stack, template)),
                    None => Stand::Blocked,
                }
            }
            (StackStatus::Complete, Some(_)) if attempted => Stand::Done,
            // What it was changed to is being read.
            (_, None) if attempted => Stand::Running,
            (StackStatus::Complete, None) if !is_whole && stack.spec.is_some() => {
                Stand::Failed(vec![Issue {
                    code: stack.status_name.clone(),
                    message: "the stack carries our tag and no identity that this version can read"
                        .to_owned(),
                    resources: vec![stack.id.clone()],
                }])
            }
            _ => return,
        };
        let resource = format!("stack {}", stack.name);
        let looks = vec![identity_look(self.name, true)];
        self.draft.step(action, resource, &[StepKind::CreateCluster], stand, looks);
    }

    pub(super) fn update_pod_identity_associations(&mut self) {
        for asked in &self.asked.pod_identity_associations {
            let association = asked.key();
            let seen = self.observed.pod_identity_associations.as_ref().and_then(|all| all.get(&association));
            let Some(seen) = seen else { continue };
            let role = association_role(asked, self.observed.identity_stack.present());
            let differences = differences(asked, role.as_deref(), seen);
            let action = StepKind::UpdatePodIdentityAssociation { association: association.clone() };
            if !self.concerns(&action, &differences) {
                continue;
            }
            let (stand, _) = match role {
                None => (Stand::Blocked, None),
                Some(role_arn) => {
                    let request = || {
                        Request::UpdatePodIdentityAssociation(UpdatePodIdentityAssociation {
                            cluster: self.name.to_owned(),
                            id: seen.id.clone(),
                            association: association.clone(),
                            role_arn,
                            target_role_arn: asked.target_role_arn.clone(),
                            disable_session_tags: asked.disable_session_tags,
                        })
                    };
                    self.changed(&action, &differences, true, None, request)
                }
            };
            let after = [
                StepKind::UpdateIdentityStack,
                StepKind::CreateIdentityStack,
                StepKind::CreatePodIdentityAssociation { association: association.clone() },
            ];
            let resource = format!("pod identity association {association}");
            self.draft.step(action, resource, &after, stand, vec![Look::PodIdentityAssociations]);
        }
    }

    /// Associations of ours that the spec has no more.
    pub(super) fn prune_pod_identity_associations(&mut self) {
        let wanted = |key: &str| self.spec.pod_identity_associations.iter().any(|it| it.key() == key);
        let there = self.observed.pod_identity_associations.iter().flatten();
        let ours = there.filter(|(_, seen)| seen.tags.get(tag::CLUSTER).is_some_and(|it| it == self.name));
        let spare: Vec<_> = ours.filter(|(key, _)| !wanted(key)).collect();
        for (association, seen) in spare {
            let action = StepKind::DeletePodIdentityAssociation { association: association.clone() };
            let stand = if self.draft.recent.has_sent(&action.id(), "deletePodIdentityAssociation") {
                Stand::Done
            } else {
                Stand::Todo(Request::DeletePodIdentityAssociation {
                    cluster: self.name.to_owned(),
                    id: seen.id.clone(),
                    association: association.clone(),
                })
            };
            let resource = format!("pod identity association {association}");
            self.draft.step(action, resource, &[], stand, vec![Look::PodIdentityAssociations]);
        }
    }

    /// Roles that the spec has no more, once nothing uses them.
    pub(super) fn prune_identity(&mut self) {
        let wanted = Identity::of(self.spec);
        let delete = StepKind::DeleteIdentityStack;
        let deleted = self.draft.recent.has_sent(&delete.id(), "deleteStack");
        let stack = self.observed.identity_stack.present();
        let Some(stack) = stack.filter(|stack| ownership::owns_stack(self.name, stack)) else {
            if deleted && wanted.is_empty() {
                self.draft.step(delete, "stack of identities", &[], Stand::Done, Vec::new());
            }
            return;
        };
        let resource = format!("stack {}", stack.name);
        let users = self.users_of_roles();
        if wanted.is_empty() {
            let request = DeleteStack { id: stack.id.clone(), retain: Vec::new() };
            let stand = match stack.status {
                StackStatus::Deleting | StackStatus::Updating => Stand::Running,
                StackStatus::DeleteFailed if deleted => Stand::Failed(stack_issues(stack)),
                _ => self.draft.todo(&delete, Request::DeleteStack(request)),
            };
            self.draft.step(delete, resource, &users, stand, vec![identity_look(self.name, false)]);
            return;
        }
        let action = StepKind::DeleteServiceAccountRoles;
        let attempted = self.draft.recent.has_sent(&action.id(), "updateStack");
        let stand = match (stack.status, kept(&wanted, stack)) {
            (StackStatus::Updating, _) if attempted => Stand::Running,
            (StackStatus::Complete, _) if wanted.is_in(stack) && attempted => Stand::Done,
            // There is nothing but what is wanted, and that is seen to by another step.
            (_, Some(kept)) if kept == wanted => return,
            (StackStatus::Complete, Some(_)) if !wanted.is_in(stack) => {
                match wanted.template(self.name, self.issuer()) {
                    _ if attempted && !self.draft.recent.just_sent(&action.id(), self.draft.now) => {
                        Stand::Failed(stack_issues(stack))
                    }
                    Some(template) => self.draft.todo(&action, self.identity_update(stack, template)),
                    None => Stand::Blocked,
                }
            }
            (_, None) if attempted => Stand::Running,
            (StackStatus::Updating, Some(_)) => Stand::Blocked,
            _ => return,
        };
        self.draft.step(action, resource, &users, stand, vec![identity_look(self.name, true)]);
    }

    /// The identity stack, if this is an apply to it.
    fn identity_to_change(&self) -> Option<&StackState> {
        self.last?;
        self.observed.identity_stack.present().filter(|stack| ownership::owns_stack(self.name, stack))
    }

    /// What may still use a role that goes.
    fn users_of_roles(&self) -> Vec<StepKind> {
        let uses = |kind: &&StepKind| {
            matches!(
                kind,
                StepKind::UpdateIdentityStack
                    | StepKind::CreateIdentityStack
                    | StepKind::CreatePodIdentityAssociation { .. }
                    | StepKind::UpdatePodIdentityAssociation { .. }
                    | StepKind::DeletePodIdentityAssociation { .. }
                    | StepKind::UpdateAddon { .. }
                    | StepKind::DeleteAddon { .. }
            )
        };
        self.draft.actions().filter(uses).cloned().collect()
    }

    fn identity_update(&self, stack: &StackState, template: String) -> Request {
        let mut tags = self.stack_tags(stack);
        tags.extend(self.identity_tags());
        // Rollback stays on: the stack was whole (design §4).
        Request::UpdateStack(UpdateStack {
            name: stack.name.clone(),
            template: Some(template),
            tags,
            disable_rollback: false,
        })
    }
}

/// What the stack has to have until nothing uses it any more; `None` where nobody knows what it has.
fn kept(wanted: &Identity, stack: &StackState) -> Option<Identity> {
    Identity::seen(stack).map(|seen| wanted.and(&seen))
}

/// What is another of an association; `role` is `None` while it is to be made.
pub(super) fn differences(
    asked: &PodIdentityAssociation,
    role: Option<&str>,
    seen: &PodIdentityAssociationState,
) -> Vec<Difference> {
    let mut differences = Vec::new();
    if role != Some(seen.role_arn.as_str()) {
        differences.push(Difference::new("roleArn", &seen.role_arn, role.unwrap_or(TO_BE_MADE)));
    }
    let target = asked.target_role_arn.as_ref();
    if let Some(target) = target.filter(|target| seen.target_role_arn.as_ref() != Some(target)) {
        differences.push(Difference::of("targetRoleArn", seen.target_role_arn.as_ref(), Some(target)));
    }
    if let Some(is) = asked.disable_session_tags.filter(|is| *is != seen.disable_session_tags) {
        differences.push(Difference::new("disableSessionTags", seen.disable_session_tags, is));
    }
    differences
}

/// What is another of the roles that both specs make, and whose they are.
pub(super) fn changed_roles(asked: &Cluster, last: &Cluster) -> Vec<(String, Vec<Difference>)> {
    let (asked, last) = (Identity::of(asked), Identity::of(last));
    let both = asked.roles.iter().filter_map(|(id, role)| Some((role, last.roles.get(id)?)));
    let tree = |role: &Role| serde_json::to_value(role).unwrap_or_default();
    both.map(|(role, was)| (whose(role), differences_of("", &tree(was), &tree(role)))).collect()
}

fn whose(role: &Role) -> String {
    match role.trust {
        Trust::PodIdentity => format!("pod role of {}/{}", role.of, role.service_account),
        Trust::ServiceAccount => format!("service account role of {}/{}", role.of, role.service_account),
    }
}
