//! Change sets: what a template would do to a stack, told before it is done (facts/eksctl.md §1.4).

mod compare;
mod create;
mod delete;
mod describe;
mod execute;
mod property;

use crate::instant::Instant;
use crate::services::cloudformation::stack::{Blueprint, OnFailure, StackStatus};
use crate::services::cloudformation::{Key, existing, invalid};
use crate::wire::{AwsError, Params};
use crate::world::World;

use compare::Change;
pub(super) use create::create_change_set;
pub(super) use delete::delete_change_set;
pub(super) use describe::{describe_change_set, list_change_sets};
pub(super) use execute::execute_change_set;

/// A change set.
#[derive(Clone, Debug)]
pub(crate) struct ChangeSet {
    id: String,
    name: String,
    /// The id of its stack, and its name.
    stack: String,
    stack_name: String,
    description: Option<String>,
    created: Instant,
    /// It makes its stack.
    creates: bool,
    pub(super) blueprint: Blueprint,
    /// What becomes of the stack's other settings when it is executed.
    wish: Wish,
    /// `ClientToken`.
    token: Option<String>,
    status: Status,
    execution: Execution,
    /// What would change; or why nothing can. Told when it is created.
    outcome: Result<Vec<Change>, String>,
}

/// The settings of a request that are not the blueprint's.
#[derive(Clone, Debug, Default)]
struct Wish {
    on_failure: Option<OnFailure>,
    express: bool,
    /// `DeploymentConfig.DisableRollback`.
    rollback_disabled: bool,
    role_arn: Option<String>,
    /// `None`: the request does not speak of them.
    notification_arns: Option<Vec<String>>,
    nested: bool,
    imports: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Status {
    CreateInProgress,
    CreateComplete,
    Failed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Execution {
    Unavailable,
    Available,
    InProgress,
    Complete,
    Failed,
    Obsolete,
}

impl Status {
    fn name(self) -> &'static str {
        match self {
            Self::CreateInProgress => "CREATE_IN_PROGRESS",
            Self::CreateComplete => "CREATE_COMPLETE",
            Self::Failed => "FAILED",
        }
    }
}

impl Execution {
    fn name(self) -> &'static str {
        match self {
            Self::Unavailable => "UNAVAILABLE",
            Self::Available => "AVAILABLE",
            Self::InProgress => "EXECUTE_IN_PROGRESS",
            Self::Complete => "EXECUTE_COMPLETE",
            Self::Failed => "EXECUTE_FAILED",
            Self::Obsolete => "OBSOLETE",
        }
    }

    /// Once begun, a change set is only there for who asks after it: its name is free again
    /// (elias5000/clouds-aws#9).
    fn begun(self) -> bool {
        matches!(self, Self::InProgress | Self::Complete | Self::Failed)
    }
}

/// The stack of a change set.
fn key_of(region: &str, set: &ChangeSet) -> Key {
    Key { region: region.to_owned(), id: set.stack.clone() }
}

/// The change set that a request names by its ARN, or by its name and its stack's.
pub(super) fn named<'w>(
    world: &'w mut World,
    region: &str,
    params: &Params,
) -> Result<&'w mut ChangeSet, AwsError> {
    let name = params.required("ChangeSetName")?;
    let id = if name.starts_with("arn:") {
        Some(name.to_owned())
    } else {
        let Some(stack) = params.get("StackName") else {
            return Err(invalid("StackName must be specified if ChangeSetName is not specified as an ARN."));
        };
        let key = existing(world, region, stack)?;
        let sets = world.region(region).cloudformation.change_sets.values();
        // One that was executed gives way to a later one of its name.
        let sets = sets.filter(|set| set.stack == key.id && set.name == name);
        sets.max_by_key(|set| (!set.execution.begun(), set.created)).map(|set| set.id.clone())
    };
    let set = id.and_then(|id| world.region(region).cloudformation.change_sets.get_mut(&id));
    // Text and status: aws/serverless-application-model#52.
    set.ok_or_else(|| {
        AwsError::new("ChangeSetNotFound", format!("ChangeSet [{name}] does not exist")).status(404)
    })
}

/// A stack that is updated without them leaves its change sets behind (V, model: OBSOLETE).
pub(super) fn outdate(world: &mut World, key: &Key) {
    for set in world.region(&key.region).cloudformation.change_sets.values_mut() {
        if set.stack == key.id && !set.execution.begun() {
            set.execution = Execution::Obsolete;
        }
    }
}

/// An operation on the stack has come to its end.
pub(super) fn over(world: &mut World, key: &Key, status: StackStatus) {
    let sets = &mut world.region(&key.region).cloudformation.change_sets;
    if status == StackStatus::DeleteComplete {
        sets.retain(|_, set| set.stack != key.id);
        return;
    }
    let made = matches!(status, StackStatus::CreateComplete | StackStatus::UpdateComplete);
    for set in sets.values_mut().filter(|set| set.stack == key.id && set.execution == Execution::InProgress) {
        set.execution = if made { Execution::Complete } else { Execution::Failed };
    }
}

fn bad_status(message: String) -> AwsError {
    AwsError::new("InvalidChangeSetStatus", message)
}
