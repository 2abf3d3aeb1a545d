//! Tests of the service: the language as tables, the engine through the wire operations.

mod autoscaling;
mod change_sets;
mod deletes;
mod eks;
mod language;
mod lifecycle;
mod network;
mod requests;
mod updates;

use std::time::Duration;

use serde_json::{Value, json};

use crate::settings::Settings;
use crate::wire::{AwsError, Call, Input, Params, Service, Xml};
use crate::world::World;

pub(super) const REGION: &str = "us-west-2";

pub(super) fn world() -> World {
    World::new(Settings::default())
}

pub(super) fn call(
    world: &mut World,
    service: Service,
    operation: &str,
    params: Params,
) -> Result<Xml, AwsError> {
    let call = Call {
        service,
        operation: operation.to_owned(),
        region: REGION.to_owned(),
        input: Input::Params(params),
        failure: None,
    };
    crate::services::call(world, &call).map(|answer| answer.xml())
}

pub(super) fn cloudformation(world: &mut World, operation: &str, params: Params) -> Result<Xml, AwsError> {
    call(world, Service::CloudFormation, operation, params)
}

/// A request about the stack `name`.
pub(super) fn about(name: &str) -> Params {
    Params::new().set("StackName", name)
}

pub(super) fn create(world: &mut World, name: &str, template: &Value) -> Result<String, AwsError> {
    let answer = cloudformation(world, "CreateStack", with(about(name), template))?;
    Ok(answer.at("StackId").to_owned())
}

/// `params` with a template and every capability.
pub(super) fn with(params: Params, template: &Value) -> Params {
    params.set("TemplateBody", template.to_string()).set("Capabilities.member.1", "CAPABILITY_NAMED_IAM")
}

pub(super) fn settle(world: &mut World, seconds: u64) {
    let then = world.now() + Duration::from_secs(seconds);
    world.settle(then);
}

pub(super) fn status(world: &mut World, name: &str) -> String {
    describe(world, name).at("StackStatus").to_owned()
}

pub(super) fn describe(world: &mut World, name: &str) -> Xml {
    let answer = cloudformation(world, "DescribeStacks", about(name)).expect("the stack is there");
    answer.all("Stacks/member")[0].clone()
}

/// Status of a resource; empty if there is none.
pub(super) fn resource(world: &mut World, name: &str, logical_id: &str) -> Xml {
    let answer = cloudformation(world, "DescribeStackResources", about(name)).expect("the stack is there");
    let found = answer
        .all("StackResources/member")
        .into_iter()
        .find(|resource| resource.at("LogicalResourceId") == logical_id)
        .cloned();
    found.unwrap_or_else(|| Xml::new("none"))
}

/// `LogicalId STATUS` of every event, oldest first.
pub(super) fn events(world: &mut World, name: &str) -> Vec<String> {
    let answer = cloudformation(world, "DescribeStackEvents", about(name)).expect("the stack is there");
    let mut events: Vec<String> = answer
        .all("StackEvents/member")
        .into_iter()
        .map(|event| format!("{} {}", event.at("LogicalResourceId"), event.at("ResourceStatus")))
        .collect();
    events.reverse();
    events
}

/// A template with nothing but a wait handle.
pub(super) fn handle() -> Value {
    json!({ "Resources": { "Handle": { "Type": "AWS::CloudFormation::WaitConditionHandle" } } })
}

/// Every reason of the stack's events, newest first.
pub(super) fn reasons(world: &mut World, name: &str) -> Vec<String> {
    let answer = cloudformation(world, "DescribeStackEvents", about(name)).expect("the stack is there");
    let reasons = answer.all("StackEvents/member/ResourceStatusReason");
    reasons.into_iter().map(|reason| reason.value().to_owned()).collect()
}

pub(super) fn ec2(world: &mut World, operation: &str, params: Params) -> Xml {
    call(world, Service::Ec2, operation, params).expect("EC2 accepts it")
}

pub(super) fn iam(world: &mut World, operation: &str, params: Params) -> Xml {
    call(world, Service::Iam, operation, params).expect("IAM accepts it")
}

/// What is left of everything that was ever made, without stacks.
pub(super) fn left(world: &World) -> Vec<String> {
    let left = world.ledger().left();
    left.into_iter()
        .filter(|one| one.kind != "AWS::CloudFormation::Stack")
        .map(|one| one.kind.clone())
        .collect()
}
