//! Tags of log groups, by the group's ARN.

use serde_json::{Value, json};

use super::check::{self, MOST_TAGS, breach};
use super::log_group::LogGroup;
use crate::wire::{AwsError, Call};
use crate::world::World;

/// TagResource.
pub(super) fn tag(world: &mut World, call: &Call) -> Result<Value, AwsError> {
    check::required(call.json(), "tags")?;
    let tags = check::tags(call.json())?;
    let group = of(world, call)?;
    let mut merged = group.tags.clone();
    merged.extend(tags);
    if merged.keys().filter(|key| !key.starts_with("aws:")).count() > MOST_TAGS {
        let message = "A resource can have no more than 50 tags.";
        return Err(AwsError::new("TooManyTagsException", message).member("resourceName", group.arn.clone()));
    }
    group.tags = merged;
    Ok(json!({}))
}

/// UntagResource. Keys that the group does not have are none of its business.
pub(super) fn untag(world: &mut World, call: &Call) -> Result<Value, AwsError> {
    let keys = check::required(call.json(), "tagKeys")?.as_array().ok_or_else(check::serialization)?;
    if keys.len() > MOST_TAGS {
        return Err(breach("[…]", "tagKeys", "Member must have length less than or equal to 50"));
    }
    let group = of(world, call)?;
    for key in keys.iter().filter_map(Value::as_str) {
        group.tags.remove(key);
    }
    Ok(json!({}))
}

/// ListTagsForResource.
pub(super) fn list(world: &mut World, call: &Call) -> Result<Value, AwsError> {
    Ok(json!({ "tags": of(world, call)?.tags }))
}

/// The group whose ARN the request names.
fn of<'w>(world: &'w mut World, call: &Call) -> Result<&'w mut LogGroup, AwsError> {
    let arn = check::required_text(call.json(), "resourceArn")?;
    let groups = &mut world.region(&call.region).logs.groups;
    // The text is the service's, from memory (U).
    let missing = || AwsError::new("ResourceNotFoundException", "The specified resource does not exist.");
    groups.values_mut().find(|group| group.arn == arn).ok_or_else(missing)
}
