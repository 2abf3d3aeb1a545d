//! DeleteChangeSet.

use super::{Execution, Status, bad_status, named};
use crate::wire::{Answer, AwsError, Params};
use crate::world::World;

/// One that is not there is deleted already, as long as its stack is there (AWS's CDK relies on it). The stack
/// stays, also one that is only there for review.
pub(in crate::services::cloudformation) fn delete_change_set(
    world: &mut World,
    region: &str,
    params: &Params,
) -> Result<Answer, AwsError> {
    let set = match named(world, region, params) {
        Ok(set) => set,
        Err(error) if error.code == "ChangeSetNotFound" => return Ok(Answer::EMPTY),
        Err(error) => return Err(error),
    };
    if set.status == Status::CreateInProgress || set.execution == Execution::InProgress {
        // The text: aws/aws-cdk#26182.
        return Err(bad_status(
            "An operation on this ChangeSet is currently in progress.  Please attempt this operation again later."
                .to_owned(),
        ));
    }
    let id = set.id.clone();
    world.region(region).cloudformation.change_sets.remove(&id);
    Ok(Answer::EMPTY)
}
