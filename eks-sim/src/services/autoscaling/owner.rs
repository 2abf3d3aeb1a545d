//! Whose a group is: a node group's, which EKS made, or one's own. Sizes and instances are its owner's.

use super::own;
use super::{find, group::Owner};
use crate::services::eks::{self, Fleet, Scaling};
use crate::world::World;

/// The group's sizes and instances; none if its node group is gone.
pub(super) fn fleet(world: &mut World, region: &str, name: &str) -> Option<Fleet> {
    match find(world, region, name).ok()?.owner.clone() {
        Owner::Nodegroup(arn) => eks::fleet(world, &arn),
        Owner::Own(fleet) => Some(fleet),
    }
}

/// Gives the group these sizes.
pub(super) fn resize(world: &mut World, region: &str, name: &str, scaling: Scaling) {
    match find(world, region, name).map(|group| group.owner.clone()) {
        Ok(Owner::Nodegroup(arn)) => eks::resize(world, &arn, scaling),
        Ok(Owner::Own(_)) => own::resize(world, region, name, scaling),
        Err(_) => {}
    }
}

/// Takes one instance out of the group, which then has the sizes `scaling`.
pub(super) fn take_out(world: &mut World, region: &str, name: &str, instance: &str, scaling: Scaling) {
    match find(world, region, name).map(|group| group.owner.clone()) {
        Ok(Owner::Nodegroup(arn)) => eks::take_out(world, &arn, instance, scaling),
        Ok(Owner::Own(_)) => own::take_out(world, region, name, instance, scaling),
        Err(_) => {}
    }
}
