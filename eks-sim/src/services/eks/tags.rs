//! Tags of everything that has an ARN here. These operations have errors of their own (facts/aws.md §2.1).

use serde_json::{Value, json};

use super::cluster::Cluster;
use super::error::invalid_parameter;
use super::members::{Tags, text, text_map, texts};
use crate::wire::{AwsError, Call};
use crate::world::World;

/// Tags as requests that create something may have them (facts/aws.md §3.1).
pub(super) fn check(tags: &Tags) -> Result<(), AwsError> {
    match tags.keys().find(|key| reserved(key)) {
        Some(key) => Err(invalid_parameter(reserved_message(key))),
        None => Ok(()),
    }
}

/// TagResource.
pub(super) fn tag(world: &mut World, call: &Call) -> Result<Value, AwsError> {
    let added = text_map(call.json(), "tags");
    if added.is_empty() {
        return Err(bad("tags can't be empty"));
    }
    if let Some(key) = added.keys().find(|key| reserved(key)) {
        return Err(bad(&reserved_message(key)));
    }
    let fits = |text: &str, least: usize, most: usize| (least..=most).contains(&text.chars().count());
    if !added.iter().all(|(key, value)| fits(key, 1, 128) && fits(value, 0, 256)) {
        return Err(bad("Keys of tags have 1 to 128 characters, values at most 256"));
    }
    let tags = find(world, call)?;
    let new = added.keys().filter(|key| !tags.contains_key(*key)).count();
    if tags.len() + new > 50 {
        return Err(bad("The maximum number of tags of a resource is 50"));
    }
    tags.extend(added);
    Ok(json!({}))
}

/// UntagResource.
pub(super) fn untag(world: &mut World, call: &Call) -> Result<Value, AwsError> {
    let keys = texts(call.json(), "tagKeys");
    if keys.is_empty() || keys.len() > 50 {
        return Err(bad("There must be 1 to 50 tagKeys"));
    }
    if keys.iter().any(|key| !(1..=128).contains(&key.chars().count())) {
        return Err(bad("tagKeys have 1 to 128 characters"));
    }
    let tags = find(world, call)?;
    tags.retain(|key, _| !keys.contains(key));
    Ok(json!({}))
}

/// ListTagsForResource.
pub(super) fn list(world: &mut World, call: &Call) -> Result<Value, AwsError> {
    Ok(json!({ "tags": find(world, call)? }))
}

/// The tags of the resource that `resourceArn` names.
fn find<'a>(world: &'a mut World, call: &Call) -> Result<&'a mut Tags, AwsError> {
    let arn = text(call.json(), "resourceArn");
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let [_, _, "eks", region, account, resource] = parts[..] else {
        return Err(bad(&format!("Invalid ARN: {arn}")));
    };
    let Some((kind, path)) = resource.split_once('/') else {
        return Err(bad(&format!("Invalid ARN: {arn}")));
    };
    let cluster = path.split('/').next().unwrap_or_default();
    let own = account == world.settings.account;
    let gone = || AwsError::new("NotFoundException", format!("No resource found for ARN: {arn}")).status(404);
    let cluster = world.region(region).eks.cluster_mut(cluster).filter(|_| own).ok_or_else(gone)?;
    within(cluster, kind, arn).ok_or_else(gone)
}

/// Puts tags on the resource with this ARN that AWS alone may put there: `aws:…`, by CloudFormation.
pub(crate) fn put_system_tags(world: &mut World, arn: &str, tags: Vec<(String, String)>) {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let [_, _, "eks", region, _, resource] = parts[..] else { return };
    let Some((kind, path)) = resource.split_once('/') else { return };
    let cluster = path.split('/').next().unwrap_or_default();
    let Some(cluster) = world.region(region).eks.cluster_mut(cluster) else { return };
    if let Some(present) = within(cluster, kind, arn) {
        present.extend(tags);
    }
}

fn within<'a>(cluster: &'a mut Cluster, kind: &str, arn: &str) -> Option<&'a mut Tags> {
    match kind {
        "cluster" => (cluster.arn == arn).then_some(&mut cluster.tags),
        "nodegroup" => cluster.nodegroups.values_mut().find(|it| it.arn == arn).map(|it| &mut it.tags),
        "fargateprofile" => {
            cluster.fargate_profiles.values_mut().find(|it| it.arn == arn).map(|it| &mut it.tags)
        }
        "addon" => cluster.addons.values_mut().find(|it| it.arn == arn).map(|it| &mut it.tags),
        "access-entry" => cluster.access_entries.values_mut().find(|it| it.arn == arn).map(|it| &mut it.tags),
        "podidentityassociation" => {
            cluster.pod_identities.values_mut().find(|it| it.arn == arn).map(|it| &mut it.tags)
        }
        _ => None,
    }
}

fn reserved(key: &str) -> bool {
    key.to_ascii_lowercase().starts_with("aws:")
}

fn reserved_message(key: &str) -> String {
    format!("Tag key {key} is invalid: the prefix aws: is reserved")
}

fn bad(message: &str) -> AwsError {
    AwsError::new("BadRequestException", message)
}
