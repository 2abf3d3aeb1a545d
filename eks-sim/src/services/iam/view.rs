//! What other services may read of IAM without a call.

use std::collections::BTreeMap;

use crate::world::World;

use super::document;
use super::role::Role;

/// A role as other services see it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct RoleView {
    pub(crate) name: String,
    pub(crate) arn: String,
    /// ARNs of the attached policies.
    pub(crate) attached: Vec<String>,
    /// Inline policies, documents by name.
    pub(crate) inline: BTreeMap<String, String>,
}

/// Why a service cannot assume a role (facts/aws.md §2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotAssumable {
    /// There is no such role.
    Missing,
    /// The role, or its present trust policy, is too new.
    NotYet,
    /// Its trust policy does not name the service.
    WrongTrust,
}

/// The role `arn`, if the service `principal` (such as `eks.amazonaws.com`) can assume it now.
pub(crate) fn assumable(world: &World, arn: &str, principal: &str) -> Result<RoleView, NotAssumable> {
    let (name, role) = find(world, arn).ok_or(NotAssumable::Missing)?;
    if world.now < role.effective {
        return Err(NotAssumable::NotYet);
    }
    if !document::trusts(&role.trust, principal) {
        return Err(NotAssumable::WrongTrust);
    }
    Ok(view(name, role))
}

/// The role `arn`, whoever may assume it.
pub(crate) fn role(world: &World, arn: &str) -> Option<RoleView> {
    find(world, arn).map(|(name, role)| view(name, role))
}

fn find<'world>(world: &'world World, arn: &str) -> Option<(&'world str, &'world Role)> {
    // An ARN ends with the name, whatever the path before it.
    let (name, role) = world.iam.roles.get_key_value(arn.rsplit('/').next()?)?;
    (role.arn == arn).then_some((name.as_str(), role))
}

fn view(name: &str, role: &Role) -> RoleView {
    RoleView {
        name: name.to_owned(),
        arn: role.arn.clone(),
        attached: role.attached.clone(),
        inline: role.inline.clone(),
    }
}

/// ARN and id of an instance profile.
pub(crate) fn instance_profile(world: &World, name: &str) -> Option<(String, String)> {
    world.iam.instance_profiles.get(name).map(|profile| (profile.arn.clone(), profile.id.clone()))
}
