//! Change sets.

use aws_sdk_cloudformation::types::{
    ChangeAction as Action, ChangeSetStatus as Status, ExecutionStatus, Replacement, ResourceChange,
};

use super::seen;
use crate::aws::{Refusal, Service, Wire};
use crate::observe::{Change, ChangeAction, ChangeSetState, ChangeSetStatus, Seen};

/// One change set of a stack, by their names. `stack` is an ARN, so that a later stack of the same name is not meant.
pub(super) async fn look(wire: &Wire, stack: &str, name: &str) -> Result<Seen<ChangeSetState>, Refusal> {
    let call = Service::CloudFormation.read("DescribeChangeSet", format!("change set {name}"));
    let mut changes = Vec::new();
    let mut page: Option<String> = None;
    loop {
        let request = wire.cloudformation().describe_change_set().stack_name(stack).change_set_name(name);
        let answer = wire.send(&call, || request.set_next_token(page.take()).send()).await;
        let Seen::Present(answer) = seen(answer)? else { return Ok(Seen::Absent) };
        let found = answer.changes.into_iter().flatten().filter_map(|change| change.resource_change);
        changes.extend(found.map(change));
        page = answer.next_token.filter(|token| !token.is_empty());
        if page.is_none() {
            let status = status(answer.status.as_ref(), answer.execution_status.as_ref());
            return Ok(Seen::Present(ChangeSetState { status, reason: answer.status_reason, changes }));
        }
    }
}

fn status(status: Option<&Status>, execution: Option<&ExecutionStatus>) -> ChangeSetStatus {
    match (status, execution) {
        (Some(Status::Failed), _) => ChangeSetStatus::Failed,
        (Some(Status::CreateComplete), Some(ExecutionStatus::Available)) => ChangeSetStatus::Available,
        (_, Some(ExecutionStatus::ExecuteInProgress)) => ChangeSetStatus::Executing,
        (
            _,
            Some(
                ExecutionStatus::ExecuteComplete | ExecutionStatus::ExecuteFailed | ExecutionStatus::Obsolete,
            ),
        ) => ChangeSetStatus::Over,
        (Some(Status::CreatePending | Status::CreateInProgress), _) => ChangeSetStatus::Comparing,
        _ => ChangeSetStatus::Over,
    }
}

fn change(change: ResourceChange) -> Change {
    let action = match (&change.action, &change.replacement) {
        (Some(Action::Add | Action::Import), _) => ChangeAction::Add,
        (Some(Action::Modify), None | Some(Replacement::False)) => ChangeAction::Modify,
        (Some(Action::Remove), _) => ChangeAction::Remove,
        // `Modify` with a replacement, `Dynamic`, and what is not known: no one can say that nothing is replaced.
        _ => ChangeAction::Replace,
    };
    Change {
        resource: change.logical_resource_id.unwrap_or_default(),
        kind: change.resource_type.unwrap_or_default(),
        physical_id: change.physical_resource_id.filter(|id| !id.is_empty()),
        action,
    }
}
