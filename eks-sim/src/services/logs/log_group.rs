//! Log groups: create, delete, describe, protect.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::check::{self, invalid, not_found};
use crate::instant::Instant;
use crate::wire::{AwsError, Call};
use crate::world::World;

pub(super) const KIND: &str = "AWS::Logs::LogGroup";

/// The most groups of a page (service model: DescribeLimit), and how many one has by default.
const MOST: usize = 50;

/// A log group.
pub(super) struct LogGroup {
    pub(super) arn: String,
    pub(super) retention: Option<u64>,
    pub(super) tags: BTreeMap<String, String>,
    created: Instant,
    class: String,
    key: Option<String>,
    protected: bool,
}

impl LogGroup {
    fn describe(&self, name: &str) -> Value {
        let mut shown = json!({
            // The ARN with everything in the group, as policies want it; `logGroupArn` is that of the group itself.
            "arn": format!("{}:*", self.arn),
            "creationTime": (self.created.epoch_seconds() * 1000.0).round() as i64,
            "deletionProtectionEnabled": self.protected,
            "logGroupArn": self.arn,
            "logGroupClass": self.class,
            "logGroupName": name,
            "metricFilterCount": 0,
            "storedBytes": 0,
        });
        if let Some(days) = self.retention {
            shown["retentionInDays"] = json!(days);
        }
        if let Some(key) = &self.key {
            shown["kmsKeyId"] = json!(key);
        }
        shown
    }
}

/// The group that the request names.
pub(super) fn named<'w>(world: &'w mut World, call: &Call) -> Result<&'w mut LogGroup, AwsError> {
    let name = check::name(call.json(), "logGroupName")?;
    world.region(&call.region).logs.groups.get_mut(name).ok_or_else(not_found)
}

/// CreateLogGroup.
pub(super) fn create(world: &mut World, call: &Call) -> Result<Value, AwsError> {
    let input = call.json();
    let name = check::name(input, "logGroupName")?;
    let class = check::class(input)?.unwrap_or("STANDARD").to_owned();
    let tags = check::tags(input)?.into_iter().collect();
    // API reference of CreateLogGroup; the text is the service's, from memory (U).
    if name.to_ascii_lowercase().starts_with("aws/") {
        return Err(invalid("Log groups starting with AWS/ are reserved for AWS."));
    }
    let group = LogGroup {
        arn: format!("arn:aws:logs:{}:{}:log-group:{name}", call.region, world.settings.account),
        retention: None,
        tags,
        created: world.now,
        class,
        key: input["kmsKeyId"].as_str().map(str::to_owned),
        protected: input["deletionProtectionEnabled"] == true,
    };
    let now = world.now;
    let groups = &mut world.region(&call.region).logs.groups;
    if groups.contains_key(name) {
        let message = "The specified log group already exists";
        return Err(AwsError::new("ResourceAlreadyExistsException", message));
    }
    groups.insert(name.to_owned(), group);
    // What is written costs, by the gigabyte; a group by itself does not.
    world.ledger.created(KIND, name, &call.region, now, 0.0);
    world.ledger.ready(KIND, name, &call.region, now);
    Ok(json!({}))
}

/// DeleteLogGroup.
pub(super) fn delete(world: &mut World, call: &Call) -> Result<Value, AwsError> {
    if named(world, call)?.protected {
        // The exception is the model's; the text is not recorded.
        let message = "The log group cannot be deleted because deletion protection is enabled";
        return Err(AwsError::new("ValidationException", message));
    }
    let name = check::name(call.json(), "logGroupName")?;
    world.region(&call.region).logs.groups.remove(name);
    let now = world.now;
    world.ledger.deleted(KIND, name, &call.region, now);
    Ok(json!({}))
}

/// PutLogGroupDeletionProtection: of a group by name or ARN.
pub(super) fn protect(world: &mut World, call: &Call) -> Result<Value, AwsError> {
    let input = call.json();
    let identifier = check::required_text(input, "logGroupIdentifier")?;
    let wanted = check::required(input, "deletionProtectionEnabled")?.as_bool();
    let wanted = wanted.ok_or_else(check::serialization)?;
    let groups = &mut world.region(&call.region).logs.groups;
    let mut named = groups.iter_mut().filter(|(name, group)| is(identifier, name, group));
    let (_, group) = named.next().ok_or_else(not_found)?;
    group.protected = wanted;
    Ok(json!({}))
}

/// DescribeLogGroups: in the order of names.
pub(super) fn describe(world: &mut World, call: &Call) -> Result<Value, AwsError> {
    let input = call.json();
    let (prefix, pattern) = (input["logGroupNamePrefix"].as_str(), input["logGroupNamePattern"].as_str());
    if let Some(prefix) = prefix {
        check::check_name(prefix, "logGroupNamePrefix")?;
        if pattern.is_some() {
            return Err(invalid(
                "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.",
            ));
        }
    }
    let class = check::class(input)?;
    let size = input["limit"].as_i64().unwrap_or(MOST as i64);
    if !(1..=MOST as i64).contains(&size) {
        let bound = if size < 1 { "greater than or equal to 1" } else { "less than or equal to 50" };
        return Err(check::breach(&size.to_string(), "limit", &format!("Member must have value {bound}")));
    }
    let size = usize::try_from(size).unwrap_or(MOST);
    let after = input["nextToken"].as_str().map(read_token).transpose()?;
    let wanted: Vec<&str> =
        input["logGroupIdentifiers"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let groups = &world.region(&call.region).logs.groups;
    let mut page: Vec<(&String, &LogGroup)> = groups
        .iter()
        .filter(|(name, _)| after.as_ref().is_none_or(|after| *name > after))
        .filter(|(name, _)| prefix.is_none_or(|prefix| name.starts_with(prefix)))
        .filter(|(name, _)| pattern.is_none_or(|pattern| name.contains(pattern)))
        .filter(|(_, group)| class.is_none_or(|class| group.class == class))
        .filter(|(name, group)| wanted.is_empty() || wanted.iter().any(|wanted| is(wanted, name, group)))
        .take(size + 1)
        .collect();
    let more = page.len() > size;
    page.truncate(size);
    let shown: Vec<Value> = page.iter().map(|(name, group)| group.describe(name)).collect();
    let mut answer = json!({ "logGroups": shown });
    if let (true, Some((last, _))) = (more, page.last()) {
        answer["nextToken"] = URL_SAFE_NO_PAD.encode(last).into();
    }
    Ok(answer)
}

/// Whether a name or an ARN is this group's.
fn is(identifier: &str, name: &str, group: &LogGroup) -> bool {
    identifier == name || identifier == group.arn
}

fn read_token(token: &str) -> Result<String, AwsError> {
    URL_SAFE_NO_PAD
        .decode(token)
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .ok_or_else(|| invalid("The specified nextToken is invalid."))
}
