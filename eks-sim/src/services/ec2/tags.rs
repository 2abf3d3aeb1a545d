//! Tags of every kind of resource.

use std::collections::BTreeMap;

use crate::wire::{Answer, AwsError, Call, Params, Xml};
use crate::world::World;

use super::filter::Filters;
use super::kind::Kind;
use super::listing::paged;
use super::state::{self, State};

/// Tags that a resource can have (EC2 user guide, "Tag restrictions").
const MOST: usize = 50;

pub(super) fn create(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let ids = resources(world, call)?;
    let tags = read(&call.params().structures("Tag"));
    let state = state::of(world, &call.region);
    for id in &ids {
        let mut keys = state.tags.get(id).cloned().unwrap_or_default();
        keys.extend(tags.clone());
        let counted = keys.keys().filter(|key| !key.starts_with("aws:")).count();
        if counted > MOST {
            let message = "A resource may not have more than 50 tags.";
            return Err(AwsError::new("TagLimitExceeded", message));
        }
    }
    for id in &ids {
        put(state, id, tags.clone());
    }
    Ok(done())
}

pub(super) fn delete(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let ids = resources(world, call)?;
    let unwanted = call.params().structures("Tag");
    let state = state::of(world, &call.region);
    for id in &ids {
        let Some(tags) = state.tags.get_mut(id) else { continue };
        tags.retain(|key, value| {
            // Without a list every tag goes; without a value the key is enough; AWS's own tags stay.
            let named = unwanted.iter().any(|tag| {
                tag.get("Key") == Some(key.as_str())
                    && tag.iter().find(|(name, _)| *name == "Value").is_none_or(|(_, wanted)| wanted == value)
            });
            key.starts_with("aws:") || !(unwanted.is_empty() || named)
        });
    }
    Ok(done())
}

pub(super) fn describe(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let names = &[
        ("key", "key"),
        ("resource-id", "resourceId"),
        ("resource-type", "resourceType"),
        ("value", "value"),
    ];
    let filters = Filters::read(call.params(), names)?;
    let shown = state::of(world, &call.region)
        .tags
        .iter()
        .flat_map(|(id, tags)| tags.iter().map(move |tag| (id, tag)))
        .map(|(id, (key, value))| {
            Xml::new("item").children([
                Xml::text("resourceId", id),
                Xml::text("resourceType", Kind::of_id(id).map_or("", |kind| kind.resource_type)),
                Xml::text("key", key),
                Xml::text("value", value),
            ])
        })
        .filter(|item| filters.admit(item))
        .collect();
    paged(call, "tagSet", shown, 1000)
}

/// Refuses tags that no caller may set.
pub(super) fn check(params: &Params) -> Result<(), AwsError> {
    if super::from_service(params) {
        return Ok(());
    }
    let specified = params.structures("TagSpecification").into_iter().flat_map(|one| one.structures("Tag"));
    for tag in params.structures("Tag").into_iter().chain(specified) {
        let key = tag.get("Key").unwrap_or_default();
        let value = tag.get("Value").unwrap_or_default();
        let refused = if key.is_empty() {
            Some("Tag key cannot be empty".to_owned())
        } else if key.to_lowercase().starts_with("aws:") {
            Some(format!(
                "Value ( {key} ) for parameter key is invalid. Tag keys starting with 'aws:' are reserved for internal use"
            ))
        } else if key.chars().count() > 127 {
            Some("Tag key exceeds the maximum length of 127 characters".to_owned())
        } else if value.chars().count() > 255 {
            Some("Tag value exceeds the maximum length of 255 characters".to_owned())
        } else {
            None
        };
        if let Some(message) = refused {
            return Err(AwsError::new("InvalidParameterValue", message));
        }
    }
    Ok(())
}

/// The tags that `TagSpecification.n` has for `resource_type`.
pub(super) fn specified(params: &Params, resource_type: &str) -> BTreeMap<String, String> {
    params
        .structures("TagSpecification")
        .iter()
        .filter(|one| one.get("ResourceType") == Some(resource_type))
        .flat_map(|one| read(&one.structures("Tag")))
        .collect()
}

pub(super) fn put(state: &mut State, id: &str, tags: BTreeMap<String, String>) {
    if !tags.is_empty() {
        state.tags.entry(id.to_owned()).or_default().extend(tags);
    }
}

/// The element `tagSet` of a resource.
pub(super) fn set(state: &State, id: &str) -> Xml {
    let tags = state.tags.get(id).into_iter().flatten();
    Xml::list(
        "tagSet",
        "item",
        tags.map(|(key, value)| vec![Xml::text("key", key), Xml::text("value", value)]),
    )
}

fn read(tags: &[Params]) -> BTreeMap<String, String> {
    let text = |tag: &Params, name| tag.get(name).unwrap_or_default().to_owned();
    tags.iter().map(|tag| (text(tag, "Key"), text(tag, "Value"))).collect()
}

fn resources(world: &mut World, call: &Call) -> Result<Vec<String>, AwsError> {
    let state = state::of(world, &call.region);
    let mut ids = Vec::new();
    for id in call.params().list("ResourceId") {
        let Some(kind) = Kind::of_id(id) else {
            return Err(AwsError::new("InvalidID", format!("The ID '{id}' is not valid")));
        };
        if !state.born.contains_key(id) {
            return Err(kind.missing(id));
        }
        ids.push(id.to_owned());
    }
    Ok(ids)
}

fn done() -> Answer {
    Answer::Xml(vec![Xml::text("return", true)])
}
