use crate::services::unknown_operation;
use crate::wire::{Answer, AwsError, Call};
use crate::world::World;

/// What the service knows.
#[derive(Default)]
pub(crate) struct State {}

pub(crate) fn call(_world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    Err(unknown_operation(call))
}
