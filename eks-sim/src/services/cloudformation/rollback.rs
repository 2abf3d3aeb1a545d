//! RollbackStack, CancelUpdateStack and ContinueUpdateRollback.

use super::operation::{Manner, Phase};
use super::stack::StackStatus;
use super::{create, existing, invalid, provision, stack};
use crate::wire::{Answer, AwsError, Params};
use crate::world::World;

/// A stack that was never complete is deleted (facts/aws.md §2.8).
pub(super) fn rollback_stack(world: &mut World, region: &str, params: &Params) -> Result<Answer, AwsError> {
    let key = existing(world, region, params.required("StackName")?)?;
    let Some(stack) = stack(world, &key) else { return Err(invalid("the stack is gone")) };
    let phase = match stack.status {
        StackStatus::CreateFailed => Phase::Delete,
        StackStatus::UpdateFailed if stack.stable.is_none() => Phase::Delete,
        StackStatus::UpdateFailed => Phase::UpdateRollback,
        status => {
            return Err(invalid(format!(
                "Stack:{} is in {} state and can not be rolled back.",
                stack.id,
                status.name()
            )));
        }
    };
    if let Some(retain) = params.flag("RetainExceptOnCreate") {
        stack.retain_except_on_create = retain;
    }
    let name = stack.name.clone();
    begin(world, &key, &name, phase, params)?;
    Ok(create::started(&key))
}

pub(super) fn cancel_update_stack(
    world: &mut World,
    region: &str,
    params: &Params,
) -> Result<Answer, AwsError> {
    let key = existing(world, region, params.required("StackName")?)?;
    let Some(stack) = stack(world, &key) else { return Err(invalid("the stack is gone")) };
    if stack.status != StackStatus::UpdateInProgress {
        return Err(invalid("CancelUpdateStack cannot be called from current stack status"));
    }
    let name = stack.name.clone();
    world.region(region).cloudformation.take_token(&name, params.get("ClientRequestToken"))?;
    provision::cancel(world, &key, "User Initiated");
    Ok(Answer::Nothing)
}

pub(super) fn continue_update_rollback(
    world: &mut World,
    region: &str,
    params: &Params,
) -> Result<Answer, AwsError> {
    let key = existing(world, region, params.required("StackName")?)?;
    let Some(stack) = stack(world, &key) else { return Err(invalid("the stack is gone")) };
    if stack.status != StackStatus::UpdateRollbackFailed {
        return Err(invalid(format!(
            "Stack:{} is in {} state and can not continue rollback.",
            stack.id,
            stack.status.name()
        )));
    }
    for skipped in params.list("ResourcesToSkip.member") {
        if let Some(resource) = stack.resources.get_mut(skipped) {
            resource.status = super::stack::ResourceStatus::UpdateComplete;
            if let Some(stable) = stack.stable.as_ref().and_then(|stable| stable.resources.get(skipped)) {
                resource.applied = stable.applied.clone();
            }
        }
    }
    let name = stack.name.clone();
    begin(world, &key, &name, Phase::UpdateRollback, params)?;
    Ok(Answer::EMPTY)
}

fn begin(
    world: &mut World,
    key: &super::Key,
    name: &str,
    phase: Phase,
    params: &Params,
) -> Result<(), AwsError> {
    let token = params.get("ClientRequestToken").map(str::to_owned);
    world.region(&key.region).cloudformation.take_token(name, token.as_deref())?;
    let now = world.now();
    if phase == Phase::Delete {
        world.ledger.deleting(super::STACK, &key.id, &key.region, now);
    }
    let manner = Manner { token, express: create::express(params), rolls_back: true, ..Manner::default() };
    provision::begin(world, key, phase, manner);
    Ok(())
}
