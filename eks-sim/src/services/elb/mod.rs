//! Elastic Load Balancing: classic load balancers. Instances and health are not modelled.
//!
//! What both generations share is here: `check` (names and pages), `network` (what they ask EC2), `tags`.

pub(super) mod check;
mod load_balancer;
pub(super) mod network;
pub(super) mod tags;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use load_balancer::LoadBalancer;

use crate::services::query::{Operation, run};
use crate::wire::{Answer, AwsError, Call};
use crate::world::World;

/// The classic load balancers of a region, by name.
#[derive(Default)]
pub(crate) struct State {
    load_balancers: BTreeMap<String, LoadBalancer>,
}

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
