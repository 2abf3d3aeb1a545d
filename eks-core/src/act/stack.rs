//! Stacks.

use std::collections::BTreeMap;

use aws_sdk_cloudformation::operation::create_stack::builders::CreateStackInputBuilder;
use aws_sdk_cloudformation::operation::delete_stack::builders::DeleteStackInputBuilder;
use aws_sdk_cloudformation::operation::update_stack::builders::UpdateStackInputBuilder;
use aws_sdk_cloudformation::types::{Capability, DeploymentConfig, DeploymentConfigMode, Tag};

use super::gone_is_done;
use crate::aws::{Class, Refusal, Service, Wire};
use crate::plan::{CreateStack, DeleteStack, UpdateStack};

pub(super) async fn create(wire: &Wire, request: &CreateStack, token: &str) -> Result<(), Refusal> {
    let call = Service::CloudFormation.mutate("CreateStack", format!("stack {}", request.name));
    let send = |request: &CreateStack| {
        let input = create_input(request, token);
        wire.send(&call, || input.send_with(wire.cloudformation()))
    };
    match send(request).await {
        // Not every region, and no emulator of last year, has express mode; without it the stack only takes
        // longer.
        Err(refusal) if request.express && is_about_express(&refusal) => {
            send(&CreateStack { express: false, ..request.clone() }).await.map(drop)
        }
        answer => answer.map(drop),
    }
}

/// How a service that does not know the mode refuses it is not on record (facts/aws.md §2.8), so any refusal
/// of the request's content that names it counts.
fn is_about_express(refusal: &Refusal) -> bool {
    let text = refusal.error.message().to_lowercase();
    matches!(refusal.class, Class::Invalid | Class::Unsupported | Class::Unknown)
        && ["deploymentconfig", "deployment config", "express"].iter().any(|word| text.contains(word))
}

pub(super) async fn update(wire: &Wire, request: &UpdateStack, token: &str) -> Result<(), Refusal> {
    let call = Service::CloudFormation.mutate("UpdateStack", format!("stack {}", request.name));
    let input = update_input(request, token);
    wire.send(&call, || input.send_with(wire.cloudformation())).await.map(drop)
}

pub(super) async fn delete(wire: &Wire, request: &DeleteStack, token: &str) -> Result<(), Refusal> {
    let call = Service::CloudFormation.mutate("DeleteStack", format!("stack {}", request.id));
    let input = delete_input(request, token);
    gone_is_done(wire.send(&call, || input.send_with(wire.cloudformation())).await)
}

/// Switches termination protection off.
pub(super) async fn unprotect(wire: &Wire, stack: &str) -> Result<(), Refusal> {
    let call = Service::CloudFormation.mutate("UpdateTerminationProtection", format!("stack {stack}"));
    let request = wire.cloudformation().update_termination_protection().stack_name(stack);
    gone_is_done(wire.send(&call, || request.enable_termination_protection(false).send()).await)
}

pub(super) fn delete_input(request: &DeleteStack, token: &str) -> DeleteStackInputBuilder {
    DeleteStackInputBuilder::default()
        .stack_name(&request.id)
        .set_retain_resources((!request.retain.is_empty()).then(|| request.retain.clone()))
        .client_request_token(token)
}

/// Rollback stays disabled, so that a failing NAT gateway pulls nothing from under a cluster. Express mode has
/// a switch of its own for that (facts/aws.md §2.8).
pub(super) fn create_input(request: &CreateStack, token: &str) -> CreateStackInputBuilder {
    let express = request.express.then(|| {
        DeploymentConfig::builder().mode(DeploymentConfigMode::Express).disable_rollback(true).build()
    });
    CreateStackInputBuilder::default()
        .stack_name(&request.name)
        .template_body(&request.template)
        .set_disable_rollback((!request.express).then_some(true))
        .set_deployment_config(express)
        .capabilities(Capability::CapabilityNamedIam)
        .set_tags(tags(&request.tags))
        .client_request_token(token)
}

pub(super) fn update_input(request: &UpdateStack, token: &str) -> UpdateStackInputBuilder {
    UpdateStackInputBuilder::default()
        .stack_name(&request.name)
        .set_template_body(request.template.clone())
        .set_use_previous_template(request.template.is_none().then_some(true))
        .set_disable_rollback(request.disable_rollback.then_some(true))
        .capabilities(Capability::CapabilityNamedIam)
        .set_tags(tags(&request.tags))
        .client_request_token(token)
}

/// `None` for none: an empty list would take the tags away that the stack has.
pub(super) fn tags(tags: &BTreeMap<String, String>) -> Option<Vec<Tag>> {
    let tag = |(key, value): (&String, &String)| Tag::builder().key(key).value(value).build();
    (!tags.is_empty()).then(|| tags.iter().map(tag).collect())
}
