//! The tags that a stack's resource gets.

use std::collections::BTreeMap;

use serde_json::Value;

use super::resource::{Tagging, tags_of};
use super::stack::Stack;

/// The resource's own tags, the stack's and CloudFormation's; none for types that have none.
pub(crate) fn of(
    stack: &Stack,
    tagging: Tagging,
    logical_id: &str,
    properties: &Value,
) -> BTreeMap<String, String> {
    under(stack, &stack.blueprint.tags, tagging, logical_id, properties)
}

/// The tags that it would get if the stack's were `stack_tags`.
pub(crate) fn under(
    stack: &Stack,
    stack_tags: &BTreeMap<String, String>,
    tagging: Tagging,
    logical_id: &str,
    properties: &Value,
) -> BTreeMap<String, String> {
    if tagging == Tagging::None {
        return BTreeMap::new();
    }
    let system =
        [("stack-name", stack.name.as_str()), ("stack-id", stack.id.as_str()), ("logical-id", logical_id)];
    tags_of(properties, stack_tags, system)
}
