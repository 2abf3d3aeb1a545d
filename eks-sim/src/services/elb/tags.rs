//! Tags of load balancers: reading and writing them, which both generations share, and the classic operations.

use std::collections::BTreeMap;

use crate::wire::{Answer, AwsError, Call, Params, Xml};
use crate::world::World;

use super::load_balancer::{self, LoadBalancer};
use crate::services::query::{breach, invalid, length};

pub(in crate::services) type Tags = BTreeMap<String, String>;

/// Tags that a resource can have (service models: TooManyTagsException).
const MOST: usize = 50;

/// The most load balancers of one DescribeTags.
const MOST_NAMES: usize = 20;

/// Reads `Tags.member.n`.
pub(in crate::services) fn read(params: &Params) -> Result<Tags, AwsError> {
    let known = |text: &str| text.chars().all(|c| c.is_alphanumeric() || c == ' ' || "_.:/=+-@".contains(c));
    let mut tags = Tags::new();
    for (at, tag) in params.structures("Tags.member").iter().enumerate() {
        let (key, value) = (tag.get("Key").unwrap_or_default(), tag.get("Value").unwrap_or_default());
        for (name, text, least, most) in [("key", key, 1, 128), ("value", value, 0, 256)] {
            let member = format!("tags.{}.member.{name}", at + 1);
            length(text, &member, (least, most))?;
            if !known(text) {
                let rule = r"Member must satisfy regular expression pattern: ^([\p{L}\p{Z}\p{N}_.:/=+\-@]*)$";
                return Err(breach(text, &member, rule));
            }
        }
        // Only what comes over the wire has an action: AWS's own services may set `aws:` tags. The text is not
        // recorded.
        if params.get("Action").is_some() && key.to_lowercase().starts_with("aws:") {
            return Err(invalid(format!("Tag keys beginning with 'aws:' are reserved: '{key}'")));
        }
        if tags.insert(key.to_owned(), value.to_owned()).is_some() {
            let message = format!("Tag keys must be unique: '{key}' was specified more than once");
            return Err(AwsError::new("DuplicateTagKeys", message));
        }
    }
    if tags.len() > MOST {
        return Err(too_many());
    }
    Ok(tags)
}

/// Adds the tags of a request.
pub(in crate::services) fn merge(tags: &mut Tags, more: &Tags) -> Result<(), AwsError> {
    let mut merged = tags.clone();
    merged.extend(more.clone());
    if merged.keys().filter(|key| !key.starts_with("aws:")).count() > MOST {
        return Err(too_many());
    }
    *tags = merged;
    Ok(())
}

fn too_many() -> AwsError {
    AwsError::new("TooManyTags", format!("The quota of {MOST} tags for each resource has been reached"))
}

/// The members of a tag description: what it is of, and the tags.
pub(in crate::services) fn description(of: Xml, tags: &Tags) -> Vec<Xml> {
    let tag = |(key, value): (&String, &String)| vec![Xml::text("Key", key), Xml::text("Value", value)];
    vec![of, Xml::list("Tags", "member", tags.iter().map(tag))]
}

/// DescribeTags.
pub(super) fn describe(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let names = call.params().list("LoadBalancerNames.member");
    if names.len() > MOST_NAMES {
        let rule = format!("Member must have length less than or equal to {MOST_NAMES}");
        return Err(breach(&format!("[{}]", names.join(", ")), "LoadBalancerNames", &rule));
    }
    let mut descriptions = Vec::new();
    for name in names {
        let of = Xml::text("LoadBalancerName", name);
        descriptions.push(description(of, &load_balancer::find(world, call, name)?.tags));
    }
    Ok(Answer::Xml(vec![Xml::list("TagDescriptions", "member", descriptions)]))
}

/// AddTags.
pub(super) fn add(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let more = read(call.params())?;
    merge(&mut named(world, call)?.tags, &more)?;
    Ok(Answer::EMPTY)
}

/// RemoveTags: by their keys.
pub(super) fn remove(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let tags = &mut named(world, call)?.tags;
    for tag in call.params().structures("Tags.member") {
        tags.remove(tag.get("Key").unwrap_or_default());
    }
    Ok(Answer::EMPTY)
}

/// The load balancer that a request names: one, although the member is a list (API reference of AddTags).
fn named<'world>(world: &'world mut World, call: &Call) -> Result<&'world mut LoadBalancer, AwsError> {
    match call.params().list("LoadBalancerNames.member")[..] {
        [name] => load_balancer::find(world, call, name),
        _ => Err(invalid("Only one load balancer can be specified")),
    }
}
