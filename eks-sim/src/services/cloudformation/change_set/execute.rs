//! ExecuteChangeSet.

use super::{Execution, Status, bad_status, key_of, named};
use crate::services::cloudformation::operation::Manner;
use crate::services::cloudformation::stack::{OnFailure, StackStatus};
use crate::services::cloudformation::{create, invalid, stack, update};
use crate::wire::{Answer, AwsError, Params};
use crate::world::World;

pub(in crate::services::cloudformation) fn execute_change_set(
    world: &mut World,
    region: &str,
    params: &Params,
) -> Result<Answer, AwsError> {
    let set = named(world, region, params)?;
    // The texts: saksdirect/nova#10, aws/amazon-chime-sdk-js#1089.
    if set.status != Status::CreateComplete {
        let status = set.status.name();
        return Err(bad_status(format!(
            "ChangeSet [{}] cannot be executed in its current status of [{status}]",
            set.id
        )));
    }
    if set.execution != Execution::Available {
        let status = set.execution.name();
        return Err(bad_status(format!(
            "ChangeSet [{}] cannot be executed in its current execution status of [{status}]",
            set.id
        )));
    }
    let set = set.clone();
    if params.get("DisableRollback").is_some() && set.wish.on_failure.is_some() {
        // The rule: V, model; the text: U.
        return Err(invalid("Either DisableRollback or OnStackFailure can be specified, not both."));
    }
    let disabled = params.flag("DisableRollback") == Some(true)
        || set.wish.rollback_disabled
        || set.wish.on_failure == Some(OnFailure::DoNothing);
    let key = key_of(region, &set);
    let Some(there) = stack(world, &key) else { return Err(invalid("the stack is gone")) };
    let may = match there.status {
        StackStatus::ReviewInProgress => set.creates,
        status => !set.creates && (status.updatable() || status.failed() && disabled),
    };
    if !may {
        return Err(there.busy());
    }
    let token = params.get("ClientRequestToken").map(str::to_owned);
    world.region(region).cloudformation.take_token(&set.stack_name, token.as_deref())?;
    // The others do not fit the stack any longer (V, model).
    let sets = &mut world.region(region).cloudformation.change_sets;
    sets.retain(|id, other| other.stack != set.stack || *id == set.id || other.execution.begun());
    if let Some(set) = sets.get_mut(&set.id) {
        set.execution = Execution::InProgress;
    }
    let now = world.now();
    let Some(stack) = stack(world, &key) else { return Err(invalid("the stack is gone")) };
    stack.change_set = Some(set.id);
    if let Some(retain) = params.flag("RetainExceptOnCreate") {
        stack.retain_except_on_create = retain;
    }
    if let Some(role) = set.wish.role_arn {
        stack.role_arn = Some(role);
    }
    if let Some(arns) = set.wish.notification_arns {
        stack.notification_arns = arns;
    }
    if set.creates {
        stack.blueprint = set.blueprint;
        // A stack that was reviewed counts as updated by its first change set (U).
        stack.updated = Some(now);
        stack.on_failure = match set.wish.on_failure {
            _ if disabled => OnFailure::DoNothing,
            Some(wish) => wish,
            None => OnFailure::Rollback,
        };
        create::start(world, &key, token, set.wish.express);
    } else {
        let manner = Manner { token, express: set.wish.express, rolls_back: !disabled, ..Manner::default() };
        update::start(world, &key, set.blueprint, manner);
    }
    Ok(Answer::EMPTY)
}
