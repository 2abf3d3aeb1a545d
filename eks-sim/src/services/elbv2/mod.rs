//! Elastic Load Balancing v2: application and network load balancers, their listeners and target groups. Targets,
//! health and rules are not modelled.

mod attributes;
mod listener;
mod load_balancer;
mod tags;
mod target_group;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use listener::Listener;
use load_balancer::LoadBalancer;
use target_group::TargetGroup;

use crate::services::query::{Operation, run};
use crate::wire::{Answer, AwsError, Call};
use crate::world::World;

/// What the service knows of a region, by ARN.
#[derive(Default)]
pub(crate) struct State {
    load_balancers: BTreeMap<String, LoadBalancer>,
    target_groups: BTreeMap<String, TargetGroup>,
    listeners: BTreeMap<String, Listener>,
}

const OPERATIONS: [Operation; 14] = [
    ("AddTags", &["ResourceArns", "Tags"], tags::add),
    ("CreateListener", &["LoadBalancerArn", "DefaultActions"], listener::create),
    ("CreateLoadBalancer", &["Name"], load_balancer::create),
    ("CreateTargetGroup", &["Name"], target_group::create),
    ("DeleteListener", &["ListenerArn"], listener::delete),
    ("DeleteLoadBalancer", &["LoadBalancerArn"], load_balancer::delete),
    ("DeleteTargetGroup", &["TargetGroupArn"], target_group::delete),
    ("DescribeListeners", &[], listener::describe),
    ("DescribeLoadBalancerAttributes", &["LoadBalancerArn"], attributes::describe),
    ("DescribeLoadBalancers", &[], load_balancer::describe),
    ("DescribeTags", &["ResourceArns"], tags::describe),
    ("DescribeTargetGroups", &[], target_group::describe),
    ("ModifyLoadBalancerAttributes", &["LoadBalancerArn", "Attributes"], attributes::modify),
    ("RemoveTags", &["ResourceArns", "TagKeys"], tags::remove),
];

pub(crate) fn operations() -> impl Iterator<Item = &'static str> {
    OPERATIONS.iter().map(|(name, _, _)| *name)
}

pub(crate) fn call(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    run(&OPERATIONS, world, call)
}

/// The ARN of a thing of this service.
fn arn(world: &World, region: &str, rest: &str) -> String {
    format!("arn:aws:elasticloadbalancing:{region}:{}:{rest}", world.settings.account)
}

/// The error for something that is not there: `LoadBalancerNotFound`, `One or more load balancers not found`.
fn not_found(what: &str) -> AwsError {
    let code: String = what.split(' ').map(|word| word[..1].to_uppercase() + &word[1..]).collect();
    AwsError::new(format!("{code}NotFound"), format!("One or more {what}s not found"))
}
