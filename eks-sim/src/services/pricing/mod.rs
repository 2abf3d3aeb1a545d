//! The Price List.

use crate::services::unknown_operation;
use crate::wire::{Answer, AwsError, Call};
use crate::world::World;

pub(crate) fn operations() -> impl Iterator<Item = &'static str> {
    std::iter::empty()
}

pub(crate) fn call(_world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    Err(unknown_operation(call))
}
