//! Cost Explorer: which tag keys split the bill. Costs themselves are not modelled.
//!
//! A key is known to billing some hours after a resource first had it, and is switched on only then (user guide,
//! "Activating user-defined cost allocation tags"). Every request that puts tags on something counts as use.

mod check;
#[cfg(test)]
mod tests;
mod used;

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::instant::Instant;
use crate::services::unknown_operation;
use crate::timing::Timing;
use crate::wire::{Answer, AwsError, Call};
use crate::world::World;

pub(crate) use used::note;

/// Where the service is, for all regions.
const REGION: &str = "us-east-1";

/// How many keys one request can list or change, and how many a page has (service model).
const MOST_NAMED: usize = 100;
const MOST_CHANGED: usize = 20;
const MOST_LISTED: usize = 1000;

/// Tag keys, by name.
#[derive(Default)]
pub(crate) struct State {
    keys: BTreeMap<String, Key>,
}

/// A tag key that something has, or had.
struct Key {
    first_used: Instant,
    last_used: Instant,
    /// Whether it is a column of the bill, and since when it is or is not.
    active: bool,
    changed: Option<Instant>,
}

pub(crate) fn operations() -> impl Iterator<Item = &'static str> {
    ["ListCostAllocationTags", "UpdateCostAllocationTagsStatus"].into_iter()
}

pub(crate) fn call(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    // Elsewhere there is no such host: nobody gets as far as an answer.
    if call.region != REGION {
        let message = format!("There is no Cost Explorer in {}", call.region);
        return Err(AwsError::new("UnknownEndpoint", message).status(404));
    }
    let answer = match call.operation.as_str() {
        "ListCostAllocationTags" => list(world, call),
        "UpdateCostAllocationTagsStatus" => update(world, call),
        _ => return Err(unknown_operation(call)),
    };
    answer.map(Answer::Json)
}

/// Text as users of member accounts meet it (aws/aws-parallelcluster-ui#242, 2i2c-org/infrastructure#4932).
fn refuse_member(world: &World, doing: &str) -> Result<(), AwsError> {
    if !world.settings.trouble.linked_account {
        return Ok(());
    }
    let message = format!("Failed to {doing}: Linked account doesn't have access to cost allocation tags.");
    Err(AwsError::new("AccessDeniedException", message))
}

fn list(world: &mut World, call: &Call) -> Result<Value, AwsError> {
    let input = call.json();
    let named = check::texts(input, "TagKeys", MOST_NAMED)?;
    let status = check::one_of(input, "Status", &["Active", "Inactive"])?;
    let kind = check::one_of(input, "Type", &["AWSGenerated", "UserDefined"])?;
    let size = check::size(input, "MaxResults", MOST_LISTED)?;
    refuse_member(world, "list Cost Allocation Tags")?;
    let after = input["NextToken"].as_str().map(read_token).transpose()?;
    let known: Vec<String> = world.cost_explorer.keys.keys().cloned().collect();
    let known: Vec<String> = known.into_iter().filter(|name| is_known(world, name)).collect();
    let keys = &world.cost_explorer.keys;
    let mut page: Vec<Value> = known
        .iter()
        .filter(|name| after.as_ref().is_none_or(|after| *name > after))
        .filter(|name| named.as_ref().is_none_or(|named| named.contains(name)))
        .filter_map(|name| Some(shown(name, keys.get(name)?)))
        .filter(|key| status.is_none_or(|status| key["Status"] == status))
        .filter(|key| kind.is_none_or(|kind| key["Type"] == kind))
        .take(size + 1)
        .collect();
    let more = page.len() > size;
    page.truncate(size);
    let last = page.last().and_then(|key| key["TagKey"].as_str()).unwrap_or_default().to_owned();
    let mut answer = json!({ "CostAllocationTags": page });
    if more {
        answer["NextToken"] = STANDARD.encode(last).into();
    }
    Ok(answer)
}

/// Whether billing has seen the key yet.
fn is_known(world: &World, name: &str) -> bool {
    let Some(key) = world.cost_explorer.keys.get(name) else { return false };
    world.now.since(key.first_used) >= world.takes(Timing::CostTagShows, name)
}

fn shown(name: &str, key: &Key) -> Value {
    let mut shown = json!({
        "TagKey": name,
        "Type": if name.starts_with("aws:") { "AWSGenerated" } else { "UserDefined" },
        "Status": if key.active { "Active" } else { "Inactive" },
        "LastUsedDate": date(key.last_used),
    });
    if let Some(changed) = key.changed {
        shown["LastUpdatedDate"] = date(changed).into();
    }
    shown
}

/// To the second, as the service model's pattern has it.
fn date(at: Instant) -> String {
    let iso = at.iso();
    format!("{}Z", iso.split(['.', 'Z']).next().unwrap_or_default())
}

/// Each key by itself: what cannot be changed is said in the answer.
fn update(world: &mut World, call: &Call) -> Result<Value, AwsError> {
    let changes = check::changes(call.json(), MOST_CHANGED)?;
    refuse_member(world, "update Cost Allocation Tag")?;
    let mut errors = Vec::new();
    let now = world.now;
    for (name, active) in changes {
        if !is_known(world, &name) {
            // The code is what users meet; the text is from memory (U).
            let message = format!("Tag keys not found: {name}");
            errors.push(json!({ "TagKey": name, "Code": "TagKeysNotFoundException", "Message": message }));
            continue;
        }
        if let Some(key) = world.cost_explorer.keys.get_mut(&name) {
            key.active = active;
            key.changed = Some(now);
        }
    }
    Ok(if errors.is_empty() { json!({}) } else { json!({ "Errors": errors }) })
}

fn read_token(token: &str) -> Result<String, AwsError> {
    let text = STANDARD.decode(token).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    text.ok_or_else(|| AwsError::new("InvalidNextTokenException", "The pagination token is invalid."))
}
