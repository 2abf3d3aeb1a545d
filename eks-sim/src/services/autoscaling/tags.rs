//! Tags of groups, and which of them new instances get.

use std::collections::BTreeMap;

use super::group::Group;
use super::page::page;
use super::{State, find};
use crate::services::query::{invalid, length};
use crate::wire::{Answer, AwsError, Call, Params, Xml};
use crate::world::World;

/// The only resources that have tags here.
const RESOURCE_TYPE: &str = "auto-scaling-group";

/// Tags of a group (user guide, "Tag Auto Scaling groups and instances").
const MOST: usize = 50;

/// How many tags a page has by default, and at most (service model: MaxRecords).
const PAGE: (i64, i64) = (50, 100);

pub(super) type Tags = BTreeMap<String, Tag>;

/// A tag without its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tag {
    pub(super) value: String,
    /// Whether instances that are launched from now on get it.
    pub(super) propagates: bool,
}

/// The tags that the group called `name` gives to the instances it launches.
pub(crate) fn propagated(world: &mut World, region: &str, name: &str) -> BTreeMap<String, String> {
    let group = world.region(region).autoscaling.groups.get(name);
    let tags = group.into_iter().flat_map(|group| &group.tags);
    tags.filter(|(_, tag)| tag.propagates).map(|(key, tag)| (key.clone(), tag.value.clone())).collect()
}

/// CreateOrUpdateTags: all of them or none. Tags of groups do not change the instances that are there.
pub(super) fn put(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let mut changed: BTreeMap<String, Tags> = BTreeMap::new();
    for (at, tag) in call.params().structures("Tags.member").iter().enumerate() {
        let name = resource(tag)?.to_owned();
        let (key, value) = (tag.get("Key").unwrap_or_default(), tag.get("Value").unwrap_or_default());
        check(at + 1, key, value)?;
        let tags = match changed.get_mut(&name) {
            Some(tags) => tags,
            None => changed.entry(name.clone()).or_insert(find(world, &call.region, &name)?.tags.clone()),
        };
        // The model gives no default for PropagateAtLaunch; false (U).
        let propagates = tag.flag("PropagateAtLaunch") == Some(true);
        tags.insert(key.to_owned(), Tag { value: value.to_owned(), propagates });
        if tags.keys().filter(|key| !key.starts_with("aws:")).count() > MOST {
            let message = format!("A group can have {MOST} tags.");
            return Err(AwsError::new("LimitExceeded", message));
        }
    }
    for (name, tags) in changed {
        find(world, &call.region, &name)?.tags = tags;
    }
    Ok(Answer::Nothing)
}

/// DeleteTags: a tag that is not there is as good as deleted; a value that is named has to be the tag's (U).
pub(super) fn delete(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let unwanted = call.params().structures("Tags.member");
    for tag in &unwanted {
        find(world, &call.region, resource(tag)?)?;
    }
    for tag in &unwanted {
        let tags = &mut find(world, &call.region, resource(tag)?)?.tags;
        let key = tag.required("Key")?;
        if tags.get(key).is_some_and(|it| tag.get("Value").is_none_or(|value| value == it.value)) {
            tags.remove(key);
        }
    }
    Ok(Answer::Nothing)
}

/// DescribeTags: of all groups, or of those that the filters admit.
pub(super) fn describe(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let filters = call.params().structures("Filters.member");
    for filter in &filters {
        let name = filter.get("Name").unwrap_or_default();
        if !["auto-scaling-group", "key", "value", "propagate-at-launch"].contains(&name) {
            return Err(invalid(format!(
                "Filter type {name} is not correct. Allowed Filter types are: \
                 auto-scaling-group key propagate-at-launch value"
            )));
        }
    }
    let State { groups } = &world.region(&call.region).autoscaling;
    let all = groups.values().flat_map(|group| group.tags.iter().map(move |(key, tag)| (group, key, tag)));
    let admitted = all.filter(|(group, key, tag)| {
        filters.iter().all(|filter| {
            let propagates = tag.propagates.to_string();
            let value = match filter.get("Name").unwrap_or_default() {
                "auto-scaling-group" => group.name.as_str(),
                "key" => key,
                "value" => &tag.value,
                _ => &propagates,
            };
            filter.list("Values.member").iter().any(|wanted| wanted.eq_ignore_ascii_case(value))
        })
    });
    let shown = admitted.map(|(group, key, tag)| description(group, key, tag)).collect();
    page(call.params(), "Tags", shown, PAGE)
}

/// A tag as this service shows it.
pub(super) fn description(group: &Group, key: &str, tag: &Tag) -> Vec<Xml> {
    vec![
        Xml::text("ResourceId", &group.name),
        Xml::text("ResourceType", RESOURCE_TYPE),
        Xml::text("Key", key),
        Xml::text("Value", &tag.value),
        Xml::text("PropagateAtLaunch", tag.propagates),
    ]
}

/// The group that a tag of a request is for.
fn resource(tag: &Params) -> Result<&str, AwsError> {
    match tag.get("ResourceType") {
        Some(RESOURCE_TYPE) => tag.required("ResourceId"),
        // The text is from memory (U).
        other => {
            let kind = other.unwrap_or_default();
            Err(invalid(format!("Tag resource type '{kind}' is not valid; valid: [{RESOURCE_TYPE}]")))
        }
    }
}

/// Lengths by the service model; `aws:` is AWS's own.
fn check(number: usize, key: &str, value: &str) -> Result<(), AwsError> {
    length(key, &format!("tags.{number}.member.key"), (1, 128))?;
    length(value, &format!("tags.{number}.member.value"), (0, 256))?;
    if key.to_lowercase().starts_with("aws:") {
        return Err(invalid(format!("Tag keys beginning with 'aws:' are reserved: '{key}'")));
    }
    Ok(())
}
