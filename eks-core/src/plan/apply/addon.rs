//! What can change of an add-on that is there: version, configuration, roles.

use std::collections::BTreeMap;

use serde_json::Value;

use super::identity::TO_BE_MADE;
use crate::observe::{AddonState, AddonStatus, Look, UpdateOf};
use crate::plan::create::{Create, addon_roles};
use crate::plan::difference::{Difference, differences as differences_of};
use crate::plan::draft::Stand;
use crate::plan::request::{Request, UpdateAddon};
use crate::plan::step::StepKind;
use crate::spec::Addon;

impl Create<'_> {
    pub(super) fn update_addons(&mut self) {
        for asked in self.asked.addons.iter().flatten() {
            let seen = self.observed.addons.as_ref().and_then(|addons| addons.get(&asked.name));
            let Some(seen) = seen else { continue };
            let roles = addon_roles(asked, self.observed.identity_stack.present());
            let differences = differences(asked, roles.as_ref(), seen);
            let action = StepKind::UpdateAddon { addon: asked.name.clone() };
            if !self.concerns(&action, &differences) {
                continue;
            }
            let at_rest = match seen.status {
                AddonStatus::Active | AddonStatus::Degraded | AddonStatus::UpdateFailed => true,
                AddonStatus::Updating => false,
                _ => continue,
            };
            // All of it: what a request leaves out is not promised to stay.
            let request = || {
                Request::UpdateAddon(UpdateAddon {
                    cluster: self.name.to_owned(),
                    addon: asked.name.clone(),
                    version: asked.version.clone().unwrap_or_else(|| seen.version.clone()),
                    configuration: asked.configuration_text().or_else(|| seen.configuration.0.clone()),
                    service_account_role_arn: asked
                        .service_account_role_arn
                        .clone()
                        .or_else(|| seen.service_account_role_arn.clone()),
                    identities: self.identities(asked),
                    resolve_conflicts: asked.resolve_conflicts,
                })
            };
            let of = Some(UpdateOf::Addon(asked.name.clone()));
            let to_be_made = roles.iter().flatten().any(|(_, role)| role.is_none());
            let (stand, look) = if to_be_made {
                (Stand::Blocked, None)
            } else {
                self.changed(&action, &differences, at_rest, of, request)
            };
            let looks = std::iter::once(Look::Addon { name: asked.name.clone() }).chain(look).collect();
            let after = [
                StepKind::CreateAddon { addon: asked.name.clone() },
                StepKind::UpdateIdentityStack,
                StepKind::CreateIdentityStack,
            ];
            self.draft.step(action, format!("add-on {}", asked.name), &after, stand, looks);
        }
    }
}

/// `roles`: those that its service accounts are to have, `None` while they are to be made.
pub(super) fn differences(
    asked: &Addon,
    roles: Option<&BTreeMap<String, Option<String>>>,
    seen: &AddonState,
) -> Vec<Difference> {
    let mut differences = Vec::new();
    if seen.status == AddonStatus::UpdateFailed {
        differences.push(Difference::new("status", "UPDATE_FAILED", "ACTIVE"));
    }
    if let Some(version) = asked.version.as_ref().filter(|version| **version != seen.version) {
        differences.push(Difference::new("version", &seen.version, version));
    }
    if let Some(text) = asked.configuration_text() {
        differences.extend(differences_of(
            "configuration",
            &tree(seen.configuration.0.as_deref()),
            &tree(Some(&text)),
        ));
    }
    let role = asked.service_account_role_arn.as_ref();
    if let Some(role) = role.filter(|role| seen.service_account_role_arn.as_ref() != Some(role)) {
        let was = seen.service_account_role_arn.as_ref();
        differences.push(Difference::of("serviceAccountRoleArn", was, Some(role)));
    }
    let Some(roles) = roles else { return differences };
    let path = |account: &str| format!("podIdentityAssociations.{account}");
    for (account, role) in roles {
        let was = seen.pod_identity_roles.get(account);
        if was.is_none() || was != role.as_ref() {
            let role = role.as_deref().unwrap_or(TO_BE_MADE);
            differences.push(Difference::of(path(account), was.map(String::as_str), Some(role)));
        }
    }
    let gone = seen.pod_identity_roles.iter().filter(|(account, _)| !roles.contains_key(*account));
    differences.extend(gone.map(|(account, was)| Difference::of(path(account), Some(was), None)));
    differences
}

/// Configuration values as data: EKS takes JSON and YAML, and order and spaces are no differences.
fn tree(text: Option<&str>) -> Value {
    let Some(text) = text else { return Value::Object(serde_json::Map::new()) };
    crate::spec::tree(text).unwrap_or_else(|| Value::String(text.to_owned()))
}
