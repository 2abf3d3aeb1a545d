//! How long a group keeps what is written to it.

use serde_json::{Value, json};

use super::check::{breach, required, serialization};
use super::log_group::named;
use crate::wire::{AwsError, Call};
use crate::world::World;

/// What there is to choose from (service model: Days).
const DAYS: [u64; 22] =
    [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];

/// PutRetentionPolicy.
pub(super) fn put(world: &mut World, call: &Call) -> Result<Value, AwsError> {
    let days = required(call.json(), "retentionInDays")?.as_i64().ok_or_else(serialization)?;
    let Some(days) = u64::try_from(days).ok().filter(|days| DAYS.contains(days)) else {
        let known = DAYS.map(|days| days.to_string()).join(", ");
        let rule = format!("Member must satisfy enum value set: [{known}]");
        return Err(breach(&days.to_string(), "retentionInDays", &rule));
    };
    named(world, call)?.retention = Some(days);
    Ok(json!({}))
}

/// DeleteRetentionPolicy: the group keeps everything.
pub(super) fn delete(world: &mut World, call: &Call) -> Result<Value, AwsError> {
    named(world, call)?.retention = None;
    Ok(json!({}))
}
