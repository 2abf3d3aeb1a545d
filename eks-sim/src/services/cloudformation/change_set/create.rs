//! CreateChangeSet.

use super::compare;
use super::{ChangeSet, Execution, Status, Wish};
use crate::services::cloudformation::intrinsic::partition;
use crate::services::cloudformation::stack::{Blueprint, OnFailure, StackStatus};
use crate::services::cloudformation::{Key, create, event, existing, find, invalid, stack, update};
use crate::timing::Timing;
use crate::wire::{Answer, AwsError, Params, Xml};
use crate::world::World;

/// Tools know an empty change set by this text (facts/eksctl.md, Details).
const EMPTY: &str =
    "The submitted information didn't contain changes. Submit different information to create a change set.";

pub(in crate::services::cloudformation) fn create_change_set(
    world: &mut World,
    region: &str,
    params: &Params,
) -> Result<Answer, AwsError> {
    let creates = match params.get("ChangeSetType") {
        Some("CREATE") => true,
        Some("IMPORT") => return Err(no_imports(params)),
        _ => false,
    };
    let on_failure = on_failure(params, creates)?;
    let (key, blueprint) =
        if creates { for_a_new_stack(world, region, params)? } else { for_a_stack(world, region, params)? };
    let name = params.required("ChangeSetName")?.to_owned();
    let Some(stack_name) = stack(world, &key).map(|stack| stack.name.clone()) else {
        return Err(invalid("the stack is gone"));
    };
    let set = ChangeSet {
        id: String::new(),
        name,
        stack: key.id.clone(),
        stack_name,
        description: params.get("Description").map(str::to_owned),
        created: world.now(),
        creates,
        blueprint,
        wish: Wish { on_failure, ..wish(params) },
        token: params.get("ClientToken").map(str::to_owned),
        status: Status::CreateInProgress,
        execution: Execution::Unavailable,
        outcome: Ok(Vec::new()),
    };
    if let Some(id) = same(world, &key, &set)? {
        return Ok(answer(&id, &key));
    }
    let id = add(world, &key, set);
    Ok(answer(&id, &key))
}

fn answer(id: &str, key: &Key) -> Answer {
    Answer::Xml(vec![Xml::text("Id", id), Xml::text("StackId", &key.id)])
}

/// None of the types here can be imported.
fn no_imports(params: &Params) -> AwsError {
    let resources = params.structures("ResourcesToImport.member");
    let kinds: Vec<&str> = resources.iter().filter_map(|resource| resource.get("ResourceType")).collect();
    invalid(format!("ResourceTypes [{}] are not supported for Import", kinds.join(", ")))
}

fn on_failure(params: &Params, creates: bool) -> Result<Option<OnFailure>, AwsError> {
    match params.get("OnStackFailure") {
        // The rule: V, model; the text: U.
        Some("DELETE") if !creates => {
            Err(invalid("OnStackFailure DELETE is only valid for a ChangeSetType of CREATE"))
        }
        Some("DELETE") => Ok(Some(OnFailure::Delete)),
        Some("DO_NOTHING") => Ok(Some(OnFailure::DoNothing)),
        Some(_) => Ok(Some(OnFailure::Rollback)),
        None => Ok(None),
    }
}

fn wish(params: &Params) -> Wish {
    let arns = params.list("NotificationARNs.member").into_iter().map(str::to_owned);
    let spoken = params.iter().any(|(name, _)| name.starts_with("NotificationARNs"));
    Wish {
        on_failure: None,
        express: create::express(params),
        rollback_disabled: create::rollback_disabled(params),
        role_arn: params.get("RoleARN").map(str::to_owned),
        notification_arns: spoken.then(|| arns.collect()),
        nested: params.flag("IncludeNestedStacks") == Some(true),
        imports: params.flag("ImportExistingResources") == Some(true),
    }
}

/// The stack is put there for review, unless another change set has done so.
fn for_a_new_stack(world: &mut World, region: &str, params: &Params) -> Result<(Key, Blueprint), AwsError> {
    let name = params.required("StackName")?;
    let there = find(world, region, name)
        .filter(|key| stack(world, key).is_some_and(|stack| stack.deleted.is_none()));
    let reviewed = |world: &mut World, key: &Key| {
        stack(world, key).is_some_and(|stack| stack.status == StackStatus::ReviewInProgress)
    };
    if there.as_ref().is_some_and(|key| !reviewed(world, key)) {
        // The text: compose-x/ecs_composex#785.
        return Err(invalid(format!(
            "Stack [{name}] already exists and cannot be created again with the changeSet [{}].",
            params.required("ChangeSetName")?
        )));
    }
    if there.is_none() && name.starts_with("arn:") {
        return Err(invalid(format!("Stack [{name}] does not exist")));
    }
    let blueprint = create::proposed(world, region, params, create::check_resource_capabilities)?;
    if let Some(key) = there {
        return Ok((key, blueprint));
    }
    create::check_place(world, region, name)?;
    let key = create::add(world, region, name.to_owned(), Blueprint::default(), params);
    event::stack_status(world, &key, StackStatus::ReviewInProgress, Some("User Initiated".to_owned()));
    Ok((key, blueprint))
}

fn for_a_stack(world: &mut World, region: &str, params: &Params) -> Result<(Key, Blueprint), AwsError> {
    let name = params.required("StackName")?;
    let key = existing(world, region, name)?;
    let Some(stack) = stack(world, &key) else { return Err(invalid("the stack is gone")) };
    // One that has never been more than reviewed is not there for an update (boto/boto3#2327).
    if stack.status == StackStatus::ReviewInProgress {
        return Err(invalid(format!("Stack [{name}] does not exist")));
    }
    if !stack.status.updatable() && !stack.status.failed() {
        return Err(stack.busy());
    }
    let old = stack.blueprint.clone();
    let blueprint = update::proposed(world, region, &old, params, create::check_resource_capabilities)?;
    Ok((key, blueprint))
}

/// The change set of this name that the same request has made. One that another request has made is in the way
/// (texts: saksdirect/nova#10, awslabs/landing-zone-accelerator-on-aws#442; other attributes: U).
fn same(world: &mut World, key: &Key, new: &ChangeSet) -> Result<Option<String>, AwsError> {
    let mut sets = world.region(&key.region).cloudformation.change_sets.values();
    let old = sets.find(|set| set.stack == key.id && set.name == new.name && !set.execution.begun());
    let Some(old) = old else { return Ok(None) };
    let mismatch = [
        ("ClientToken", old.token != new.token),
        ("Template", old.blueprint.template.body != new.blueprint.template.body),
        ("Parameters", old.blueprint.parameters != new.blueprint.parameters),
        ("Tags", old.blueprint.tags != new.blueprint.tags),
        ("Capabilities", old.blueprint.capabilities != new.blueprint.capabilities),
        ("Description", old.description != new.description),
    ];
    match mismatch.iter().find(|(_, differs)| *differs) {
        None => Ok(Some(old.id.clone())),
        Some((attribute, _)) => Err(AwsError::new(
            "AlreadyExistsException",
            format!(
                "ChangeSet {} cannot be created due to a mismatch with existing attribute {attribute}",
                new.name
            ),
        )),
    }
}

/// Puts a change set there; what it would change is told after a while.
fn add(world: &mut World, key: &Key, mut set: ChangeSet) -> String {
    let (region, account) = (&key.region, world.settings.account.clone());
    let name = &set.name;
    let uuid = world.uuid();
    set.id = format!("arn:{}:cloudformation:{region}:{account}:changeSet/{name}/{uuid}", partition(region));
    set.outcome = outcome(world, key, &set);
    let takes = world.duration(Timing::ChangeSetCreate, &format!("{}/{name}", set.stack_name));
    let (id, at) = (set.id.clone(), key.clone());
    world.region(region).cloudformation.change_sets.insert(id.clone(), set);
    let told = id.clone();
    world.after(takes, move |world| {
        let Some(set) = world.region(&at.region).cloudformation.change_sets.get_mut(&told) else { return };
        let available = set.outcome.is_ok() && set.execution != Execution::Obsolete;
        set.status = if set.outcome.is_ok() { Status::CreateComplete } else { Status::Failed };
        if available {
            set.execution = Execution::Available;
        }
    });
    id
}

fn outcome(world: &mut World, key: &Key, set: &ChangeSet) -> Result<Vec<compare::Change>, String> {
    let failed = stack(world, key).is_some_and(|stack| stack.status.failed());
    let differs = set.creates
        || failed
        || update::changes(world, key, &set.blueprint).map_err(|error| error.message)?;
    if differs { Ok(compare::changes(world, key, &set.blueprint)) } else { Err(EMPTY.to_owned()) }
}
