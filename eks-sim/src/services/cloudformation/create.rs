//! CreateStack.

use std::collections::BTreeMap;
use std::time::Duration;

use super::operation::{Manner, Phase};
use super::stack::{Blueprint, OnFailure, Stack, StackStatus};
use super::template::Template;
use super::{Key, STACK, invalid, parameter, provision, scope, stack};
use crate::services::cloudformation::intrinsic::partition;
use crate::wire::{Answer, AwsError, Params, Xml};
use crate::world::World;

pub(super) fn create_stack(world: &mut World, region: &str, params: &Params) -> Result<Answer, AwsError> {
    let name = params.required("StackName")?.to_owned();
    let disabled = params.flag("DisableRollback");
    if disabled.is_some() && params.get("OnFailure").is_some() {
        return Err(invalid("Either DisableRollback or OnFailure can be specified, not both."));
    }
    let blueprint = proposed(world, region, params, check_capabilities)?;
    let token = params.get("ClientRequestToken").map(str::to_owned);
    world.region(region).cloudformation.take_token(&name, token.as_deref())?;
    check_place(world, region, &name)?;
    let key = add(world, region, name, blueprint, params);
    start(world, &key, token, express(params));
    Ok(started(&key))
}

/// The blueprint that a request has for a stack that is new.
pub(super) fn proposed(
    world: &mut World,
    region: &str,
    params: &Params,
    check: fn(&Template, &[String]) -> Result<(), AwsError>,
) -> Result<Blueprint, AwsError> {
    let template = Template::parse(body(params)?)?;
    let parameters = parameter::bind(&template.parameters, params, &BTreeMap::new())?;
    let capabilities = capabilities(params);
    check(&template, &capabilities)?;
    let draft = scope::draft(template, parameters, tags(params).unwrap_or_default(), capabilities);
    scope::complete(world, region, draft)
}

/// Refuses a name that is taken, and one stack too many.
pub(super) fn check_place(world: &mut World, region: &str, name: &str) -> Result<(), AwsError> {
    let live = &world.region(region).cloudformation.live;
    if live.contains_key(name) {
        return Err(AwsError::new("AlreadyExistsException", format!("Stack [{name}] already exists")));
    }
    if live.len() >= world.settings.quotas.stacks {
        let most = world.settings.quotas.stacks;
        return Err(AwsError::new(
            "LimitExceededException",
            format!("Limit for stack has been exceeded (limit: {most})"),
        ));
    }
    Ok(())
}

/// Begins the creation of a stack that is there.
pub(super) fn start(world: &mut World, key: &Key, token: Option<String>, express: bool) {
    let (on_failure, timeout) = match stack(world, key) {
        Some(stack) => (stack.on_failure, stack.timeout_minutes),
        None => (OnFailure::Rollback, None),
    };
    let manner =
        Manner { token, express, rolls_back: on_failure != OnFailure::DoNothing, ..Manner::default() };
    provision::begin(world, key, Phase::Create, manner);
    if let Some(minutes) = timeout {
        let timed = key.clone();
        world.after(Duration::from_secs(minutes * 60), move |world| {
            if stack(world, &timed).is_some_and(|stack| stack.status == StackStatus::CreateInProgress) {
                provision::cancel(world, &timed, "Stack creation time exceeded the specified timeout.");
            }
        });
    }
}

/// Puts a stack there; its status is not yet told.
pub(super) fn add(
    world: &mut World,
    region: &str,
    name: String,
    blueprint: Blueprint,
    params: &Params,
) -> Key {
    let account = world.settings.account.clone();
    let id =
        format!("arn:{}:cloudformation:{region}:{account}:stack/{name}/{}", partition(region), world.uuid());
    let disabled = rollback_disabled(params);
    let on_failure = match params.get("OnFailure") {
        Some("DELETE") => OnFailure::Delete,
        Some("DO_NOTHING") => OnFailure::DoNothing,
        _ if disabled => OnFailure::DoNothing,
        _ => OnFailure::Rollback,
    };
    let now = world.now();
    world.ledger.created(STACK, &id, region, now, 0.0);
    world.region(region).cloudformation.add(Stack {
        id: id.clone(),
        name,
        blueprint,
        status: StackStatus::CreateInProgress,
        detailed: None,
        reason: None,
        created: now,
        updated: None,
        deleted: None,
        on_failure,
        express: false,
        retain_except_on_create: params.flag("RetainExceptOnCreate") == Some(true),
        termination_protection: params.flag("EnableTerminationProtection") == Some(true),
        deletion_mode: None,
        timeout_minutes: params.number("TimeoutInMinutes"),
        role_arn: params.get("RoleARN").map(str::to_owned),
        change_set: None,
        notification_arns: params.list("NotificationARNs.member").into_iter().map(str::to_owned).collect(),
        resources: BTreeMap::new(),
        leftovers: BTreeMap::new(),
        outputs: Vec::new(),
        events: Vec::new(),
        signals: BTreeMap::new(),
        operation: None,
        operations: 0,
        ever_complete: false,
        stable: None,
    });
    Key { region: region.to_owned(), id }
}

/// The answer to a request that has begun an operation.
pub(super) fn started(key: &Key) -> Answer {
    Answer::Xml(vec![Xml::text("StackId", &key.id)])
}

/// The template of a request. Templates in S3 are out of reach: the simulator has no S3.
pub(super) fn body(params: &Params) -> Result<&str, AwsError> {
    match (params.get("TemplateBody"), params.get("TemplateURL")) {
        (Some(body), None) => Ok(body),
        (None, Some(_)) => Err(invalid("S3 error: The specified bucket does not exist")),
        _ => Err(invalid("Either Template URL or Template Body must be specified.")),
    }
}

pub(super) fn capabilities(params: &Params) -> Vec<String> {
    params.list("Capabilities.member").into_iter().map(str::to_owned).collect()
}

/// The tags of a request; `None` if it does not speak of tags.
pub(super) fn tags(params: &Params) -> Option<BTreeMap<String, String>> {
    let spoken = params.iter().any(|(name, _)| name == "Tags" || name.starts_with("Tags."));
    let text = |tag: &Params, name: &str| tag.get(name).unwrap_or_default().to_owned();
    spoken.then(|| {
        params.structures("Tags.member").iter().map(|tag| (text(tag, "Key"), text(tag, "Value"))).collect()
    })
}

pub(super) fn express(params: &Params) -> bool {
    params.get("DeploymentConfig.Mode") == Some("EXPRESS")
}

pub(super) fn rollback_disabled(params: &Params) -> bool {
    params.flag("DisableRollback") == Some(true)
        || params.flag("DeploymentConfig.DisableRollback") == Some(true)
}

/// Refuses a template that needs a capability which the request does not give.
pub(super) fn check_capabilities(template: &Template, given: &[String]) -> Result<(), AwsError> {
    check_resource_capabilities(template, given)?;
    let expands = given.iter().any(|capability| capability == AUTO_EXPAND);
    if template.transforms.is_empty() || expands { Ok(()) } else { Err(insufficient(AUTO_EXPAND)) }
}

/// What a change set asks for: what it expands can be seen before anything is done, so that it needs no
/// CAPABILITY_AUTO_EXPAND (V, model).
pub(super) fn check_resource_capabilities(template: &Template, given: &[String]) -> Result<(), AwsError> {
    let Some((needed, _)) = template.capability() else { return Ok(()) };
    let enough = |capability: &String| capability == needed || capability == "CAPABILITY_NAMED_IAM";
    if given.iter().any(enough) { Ok(()) } else { Err(insufficient(needed)) }
}

const AUTO_EXPAND: &str = "CAPABILITY_AUTO_EXPAND";

fn insufficient(needed: &str) -> AwsError {
    AwsError::new("InsufficientCapabilitiesException", format!("Requires capabilities : [{needed}]"))
}
