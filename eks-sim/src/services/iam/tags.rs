//! Tags of IAM's resources.

use std::collections::BTreeMap;

use crate::wire::{AwsError, Params, Xml};

use super::limit_exceeded;
use crate::services::query::length;

pub(super) type Tags = BTreeMap<String, String>;

/// Reads `Tags.member.n`.
pub(super) fn read(params: &Params) -> Result<Tags, AwsError> {
    let mut tags = Tags::new();
    for (at, tag) in params.structures("Tags.member").iter().enumerate() {
        let (key, value) = (tag.get("Key").unwrap_or_default(), tag.get("Value").unwrap_or_default());
        // Only what comes over the wire has an action: AWS's own services may set `aws:` tags.
        if params.get("Action").is_some() && key.to_lowercase().starts_with("aws:") {
            let message = "The tag key cannot start with the reserved prefix aws:";
            return Err(AwsError::new("InvalidInput", message));
        }
        for (name, text, bounds) in [("key", key, (1, 128)), ("value", value, (0, 256))] {
            length(text, &format!("tags.{}.member.{name}", at + 1), bounds)?;
        }
        if tags.keys().any(|other| other.eq_ignore_ascii_case(key)) {
            let message = "Duplicate tag keys found. Please note that Tag keys are case insensitive.";
            return Err(AwsError::new("InvalidInput", message));
        }
        tags.insert(key.to_owned(), value.to_owned());
    }
    Ok(tags)
}

/// Adds the tags of a request.
pub(super) fn add(tags: &mut Tags, params: &Params) -> Result<(), AwsError> {
    let mut merged = tags.clone();
    merged.extend(read(params)?);
    if merged.keys().filter(|key| !key.starts_with("aws:")).count() > 50 {
        let message = "The number of tags has reached the maximum limit.".to_owned();
        return Err(limit_exceeded(message));
    }
    *tags = merged;
    Ok(())
}

/// Removes those of `TagKeys.member.n`.
pub(super) fn remove(tags: &mut Tags, params: &Params) {
    for key in params.list("TagKeys.member") {
        tags.remove(key);
    }
}

/// The members of a list of tags.
pub(super) fn members(tags: &Tags) -> Vec<Xml> {
    let tag = |(key, value)| Xml::new("member").children([Xml::text("Key", key), Xml::text("Value", value)]);
    tags.iter().map(tag).collect()
}
