//! What gives pods IAM roles: the identity stack, and pod identity associations.

use std::collections::BTreeMap;

use super::Create;
use super::subnets::role_arn;
use crate::Result;
use crate::observe::{ClusterStatus, Issue, Look, PodIdentityAssociationState, StackState, StackStatus};
use crate::plan::apply::needs_more;
use crate::plan::draft::Stand;
use crate::plan::foundation::LAYOUT;
use crate::plan::identity_stack::{Identity, id_of_addon, id_of_pod_identity};
use crate::plan::request::{CreatePodIdentityAssociation, CreateStack, Request};
use crate::plan::stack_stand::stack_stand;
use crate::plan::step::StepKind;
use crate::plan::{names, ownership, tag};
use crate::spec::{Addon, Cluster, PodIdentityAssociation};

impl Create<'_> {
    /// The roles that are made, and the OIDC provider. What needs no issuer is made beside the control plane.
    pub(super) fn identity_stack(&mut self) -> Result<()> {
        let wanted = Identity::of(self.spec);
        if !wanted.is_empty() && (self.last.is_some() || self.observed.cluster.present().is_none()) {
            wanted.check_size(self.name)?;
        }
        self.update_identity(&wanted);
        if wanted.is_empty() {
            return Ok(());
        }
        let name = names::identity_stack(self.name);
        let action = StepKind::CreateIdentityStack;
        let stand = match self.observed.identity_stack.present() {
            // The foundation settles whose name this is; until it is there, nothing else is made.
            None if self.observed.foundation.present().is_none() => Stand::Blocked,
            None => match wanted.template(self.name, self.issuer()) {
                Some(template) => {
                    let tags = self.identity_tags();
                    let request = CreateStack { name: name.clone(), template, tags, express: false };
                    self.draft.make(&action, Request::CreateStack(request))
                }
                None => Stand::Blocked,
            },
            Some(stack) if !ownership::owns_stack(self.name, stack) => Stand::Failed(vec![Issue {
                code: "AlreadyExistsException".to_owned(),
                message: format!("stack {name} exists and was not made by this library"),
                resources: vec![stack.id.clone()],
            }]),
            Some(stack) => {
                let lacking = wanted.lacking(stack);
                let usable = lacking.is_empty() && stack.status == StackStatus::Updating;
                let update = self.draft.state(&StepKind::UpdateIdentityStack.id());
                match update {
                    // What it lacks is that step's to bring.
                    Some(update) if !update.is_settled() && needs_more(stack, &lacking) => Stand::Done,
                    _ => stack_stand(&self.draft, &action, stack, usable, &lacking),
                }
            }
        };
        // IAM reads the issuer's keys, which answer when the cluster is there.
        let after: &[StepKind] = if wanted.names_issuer() { &[StepKind::CreateCluster] } else { &[] };
        let looks = vec![identity_look(self.name, false)];
        self.draft.step(action, format!("stack {name}"), after, stand, looks);
        Ok(())
    }

    pub(super) fn pod_identity_associations(&mut self) {
        for it in &self.spec.pod_identity_associations {
            let association = it.key();
            let action = StepKind::CreatePodIdentityAssociation { association: association.clone() };
            let sent = self.draft.recent.has_sent(&action.id(), "createPodIdentityAssociation");
            let seen = self.observed.pod_identity_associations.as_ref().and_then(|all| all.get(&association));
            let role = association_role(it, self.observed.identity_stack.present());
            let stand = match (seen, role) {
                (Some(seen), role) if self.is_strange(seen, role.as_deref()) => Stand::Failed(strange(seen)),
                (Some(_), _) => Stand::Done,
                (None, _) if sent => Stand::Done,
                (None, None) => Stand::Blocked,
                (None, Some(role_arn)) => {
                    let mut tags = self.tags();
                    tags.extend(it.tags.clone());
                    let request = CreatePodIdentityAssociation {
                        cluster: self.name.to_owned(),
                        spec: it.clone(),
                        role_arn,
                        tags,
                    };
                    Stand::Todo(Request::CreatePodIdentityAssociation(Box::new(request)))
                }
            };
            let after =
                [StepKind::CreateCluster, StepKind::CreateIdentityStack, StepKind::UpdateIdentityStack];
            let resource = format!("pod identity association {association}");
            self.draft.step(action, resource, &after, stand, vec![Look::PodIdentityAssociations]);
        }
    }

    /// Service accounts of an add-on with the ARNs of their roles, once all of them are there.
    pub(in crate::plan) fn identities(&self, addon: &Addon) -> Option<Vec<(String, String)>> {
        let all = addon_roles(addon, self.observed.identity_stack.present())?;
        all.into_iter().map(|(account, role)| Some((account, role?))).collect()
    }

    /// Whether somebody else's association gives the service account another role.
    fn is_strange(&self, seen: &PodIdentityAssociationState, role: Option<&str>) -> bool {
        let ours = seen.tags.get(tag::CLUSTER).is_some_and(|it| it == self.name);
        !ours && role != Some(seen.role_arn.as_str())
    }

    pub(in crate::plan) fn identity_tags(&self) -> BTreeMap<String, String> {
        let mut tags = self.tags();
        tags.insert(tag::IDENTITY.to_owned(), LAYOUT.to_owned());
        tags
    }

    /// The OIDC issuer, once the cluster is there.
    pub(in crate::plan) fn issuer(&self) -> Option<&str> {
        let cluster = self.observed.cluster.present()?;
        let there = matches!(cluster.status, ClusterStatus::Active | ClusterStatus::Updating);
        cluster.issuer.as_deref().filter(|_| there)
    }
}

/// The ARN of an association's role, given or made, once it is there.
pub(in crate::plan) fn association_role(
    it: &PodIdentityAssociation,
    stack: Option<&StackState>,
) -> Option<String> {
    let made = || role_arn(stack?, &id_of_pod_identity(&it.namespace, &it.service_account));
    it.role_arn.clone().or_else(made)
}

/// Service accounts of an add-on with the ARNs of their roles, given or made; `None` for those that are not made yet. Of
/// an add-on that leaves them alone, `None`.
pub(in crate::plan) fn addon_roles(
    addon: &Addon,
    stack: Option<&StackState>,
) -> Option<BTreeMap<String, Option<String>>> {
    let associations = addon.pod_identity_associations.as_ref()?;
    let role = |account: &str| role_arn(stack?, &id_of_addon(&addon.name, account));
    let of = associations.iter().map(|it| {
        let given = it.role_arn.clone();
        (it.service_account.clone(), given.or_else(|| role(&it.service_account)))
    });
    Some(of.collect())
}

/// Whether a role is made for a service account of the add-on.
pub(super) fn makes_roles(addon: &Addon) -> bool {
    addon.pod_identity_associations.iter().flatten().any(|it| it.role().makes_role())
}

fn strange(seen: &PodIdentityAssociationState) -> Vec<Issue> {
    vec![Issue {
        code: "AlreadyExistsException".to_owned(),
        message: format!(
            "service account {}/{} has an association with {}, which was not made by this library",
            seen.namespace, seen.service_account, seen.role_arn
        ),
        resources: vec![seen.arn.clone()],
    }]
}

/// Where the identity stack of a cluster shows.
pub(crate) fn identity_look(cluster: &str, spec: bool) -> Look {
    Look::IdentityStack { name: names::identity_stack(cluster), spec }
}

/// Where the identity stack shows, if a spec wants one or the last one did, and what it was made for is not known.
pub(super) fn identity_looks(
    name: &str,
    spec: &Cluster,
    last: Option<&Cluster>,
    stack: Option<&StackState>,
) -> Option<Look> {
    let concerned = |spec: &Cluster| !Identity::of(spec).is_empty();
    let concerned = concerned(spec) || last.is_some_and(concerned);
    concerned.then(|| identity_look(name, stack.is_none_or(|stack| stack.spec.is_none())))
}
