//! DeleteStack and UpdateTerminationProtection.

use super::operation::{Manner, Phase};
use super::stack::{ResourceStatus, StackStatus};
use super::{create, event, existing, find, import, invalid, provision, stack};
use crate::wire::{Answer, AwsError, Params};
use crate::world::World;

pub(super) fn delete_stack(world: &mut World, region: &str, params: &Params) -> Result<Answer, AwsError> {
    let name = params.required("StackName")?;
    let Some(key) = find(world, region, name) else { return Ok(Answer::Nothing) };
    let Some(stack) = stack(world, &key) else { return Ok(Answer::Nothing) };
    if matches!(stack.status, StackStatus::DeleteComplete | StackStatus::DeleteInProgress) {
        return Ok(Answer::Nothing);
    }
    let status = stack.status;
    let (id, name) = (&stack.id, stack.name.clone());
    if stack.termination_protection {
        return Err(invalid(format!(
            "Stack [{id}] cannot be deleted while TerminationProtection is enabled"
        )));
    }
    if busy_updating(status) {
        return Err(invalid(format!("Stack [{id}] cannot be deleted while in status {}", status.name())));
    }
    let retain: Vec<&str> = params.list("RetainResources.member");
    let force = params.get("DeletionMode") == Some("FORCE_DELETE_STACK");
    if status != StackStatus::DeleteFailed && (force || !retain.is_empty()) {
        let what = if force { "FORCE_DELETE_STACK" } else { "RetainResources" };
        return Err(invalid(format!(
            "Invalid operation on stack [{id}]. {what} can only be used on a stack in the DELETE_FAILED state."
        )));
    }
    let unknown: Vec<&str> =
        retain.iter().copied().filter(|name| !stack.resources.contains_key(*name)).collect();
    if !unknown.is_empty() {
        return Err(invalid(format!(
            "The following resources to retain do not exist in the stack: [{}]",
            unknown.join(", ")
        )));
    }
    // The text: rebuy-de/aws-nuke#270.
    let is_gone = |name: &&str| {
        stack.resources.get(*name).is_some_and(|it| it.status == ResourceStatus::DeleteComplete)
    };
    if retain.iter().any(is_gone) {
        return Err(invalid(
            "The specified resources to retain must be in a valid state. Do not specify resources that are in the \
             DELETE_COMPLETE state.",
        ));
    }
    let token = params.get("ClientRequestToken").map(str::to_owned);
    world.region(region).cloudformation.take_token(&name, token.as_deref())?;
    // The request is accepted; the stack says that it stays, in the status that it had (USSBA/aws-cft-tools#27).
    if let Some(reason) = import::in_the_way(world, &key, &[]) {
        event::stack_status(world, &key, status, Some(reason));
        return Ok(Answer::Nothing);
    }
    let now = world.now();
    if let Some(stack) = super::stack(world, &key) {
        stack.deletion_mode = params.get("DeletionMode").map(str::to_owned);
    }
    world.ledger.deleting(super::STACK, &key.id, &key.region, now);
    let manner = Manner {
        token,
        express: create::express(params),
        retain: retain.into_iter().map(str::to_owned).collect(),
        force,
        ..Manner::default()
    };
    provision::begin(world, &key, Phase::Delete, manner);
    Ok(Answer::Nothing)
}

/// An update must come to its end first.
fn busy_updating(status: StackStatus) -> bool {
    matches!(
        status,
        StackStatus::UpdateInProgress
            | StackStatus::UpdateCompleteCleanupInProgress
            | StackStatus::UpdateRollbackInProgress
            | StackStatus::UpdateRollbackCompleteCleanupInProgress
    )
}

pub(super) fn update_termination_protection(
    world: &mut World,
    region: &str,
    params: &Params,
) -> Result<Answer, AwsError> {
    let key = existing(world, region, params.required("StackName")?)?;
    if let Some(stack) = stack(world, &key) {
        stack.termination_protection = params.flag("EnableTerminationProtection") == Some(true);
    }
    Ok(create::started(&key))
}
