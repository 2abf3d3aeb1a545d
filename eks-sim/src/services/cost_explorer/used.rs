//! Which keys things have: billing sees what requests have put on them, whoever sent those.

use serde_json::Value;

use super::Key;
use crate::wire::{Call, Input, Params};
use crate::world::World;

/// Verbs of operations that put no tags on anything.
const OTHERS: [&str; 7] = ["Delete", "Describe", "Get", "List", "Remove", "Untag", "UpdateCost"];

/// Notes the tag keys of a request that was accepted.
pub(crate) fn note(world: &mut World, call: &Call) {
    if OTHERS.iter().any(|verb| call.operation.starts_with(verb)) {
        return;
    }
    let keys = match &call.input {
        Input::Json(input) => of_json(input),
        Input::Params(params) => of_params(params),
    };
    let now = world.now;
    for key in keys {
        let fresh = || Key { first_used: now, last_used: now, active: false, changed: None };
        world.cost_explorer.keys.entry(key).or_insert_with(fresh).last_used = now;
    }
}

fn of_json(input: &Value) -> Vec<String> {
    input["tags"].as_object().into_iter().flat_map(|tags| tags.keys().cloned()).collect()
}

/// `Tag.1.Key`, `Tags.member.1.Key`, `TagSpecification.1.Tag.1.Key`, and that of a template's data.
fn of_params(params: &Params) -> Vec<String> {
    let is_key = |name: &str| {
        let mut parts = name.rsplit('.');
        parts.next() == Some("Key") && matches!(parts.nth(1), Some("Tag" | "member")) && name.contains("Tag")
    };
    params.iter().filter(|(name, _)| is_key(name)).map(|(_, key)| key.to_owned()).collect()
}
