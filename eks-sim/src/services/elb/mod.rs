//! Elastic Load Balancing: classic load balancers. Instances and health are not modelled.
//!
//! What both generations share is here: `check` (what their models say), `network` (what they ask EC2), `tags`.

pub(super) mod check;
mod load_balancer;
pub(super) mod network;
pub(super) mod tags;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use load_balancer::LoadBalancer;

use crate::services::unknown_operation;
use crate::wire::{Answer, AwsError, Call};
use crate::world::World;

/// The classic load balancers of a region, by name.
#[derive(Default)]
pub(crate) struct State {
    load_balancers: BTreeMap<String, LoadBalancer>,
}

/// An operation: its name, the members it requires (the service model's `required`), its code.
pub(super) type Operation =
    (&'static str, &'static [&'static str], fn(&mut World, &Call) -> Result<Answer, AwsError>);

const OPERATIONS: [Operation; 6] = [
    ("AddTags", &["LoadBalancerNames", "Tags"], tags::add),
    ("CreateLoadBalancer", &["LoadBalancerName", "Listeners"], load_balancer::create),
    ("DeleteLoadBalancer", &["LoadBalancerName"], load_balancer::delete),
    ("DescribeLoadBalancers", &[], load_balancer::describe),
    ("DescribeTags", &["LoadBalancerNames"], tags::describe),
    ("RemoveTags", &["LoadBalancerNames", "Tags"], tags::remove),
];

pub(crate) fn operations() -> impl Iterator<Item = &'static str> {
    OPERATIONS.iter().map(|(name, _, _)| *name)
}

pub(crate) fn call(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    run(&OPERATIONS, world, call)
}

/// Runs one of these operations, if all that it requires is there.
pub(super) fn run(operations: &[Operation], world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let named = operations.iter().find(|(name, _, _)| *name == call.operation);
    let (_, required, run) = named.ok_or_else(|| unknown_operation(call))?;
    for name in *required {
        if call.params().under(name).is_empty() {
            call.params().required(name)?;
        }
    }
    run(world, call)
}
