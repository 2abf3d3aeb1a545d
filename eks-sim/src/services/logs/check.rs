//! What the service's model says of requests. The texts are those that all of AWS's JSON services give.

use serde_json::Value;

use crate::wire::AwsError;

/// The values of `logGroupClass` (service model: LogGroupClass).
const CLASSES: [&str; 4] = ["STANDARD", "INFREQUENT_ACCESS", "DELIVERY", "ESSENTIALS"];

/// The most tags of a resource (service model: TooManyTagsException).
pub(super) const MOST_TAGS: usize = 50;

/// A member that must be there.
pub(super) fn required<'v>(input: &'v Value, member: &str) -> Result<&'v Value, AwsError> {
    match &input[member] {
        Value::Null => Err(breach("null", member, "Member must not be null")),
        value => Ok(value),
    }
}

/// A text that must be there.
pub(super) fn required_text<'v>(input: &'v Value, member: &str) -> Result<&'v str, AwsError> {
    required(input, member)?.as_str().ok_or_else(serialization)
}

/// The name of a group (service model: LogGroupName).
pub(super) fn name<'v>(input: &'v Value, member: &str) -> Result<&'v str, AwsError> {
    let name = required_text(input, member)?;
    check_name(name, member)?;
    Ok(name)
}

/// A name, or the beginning of one.
pub(super) fn check_name(name: &str, member: &str) -> Result<(), AwsError> {
    let known = |c: char| c.is_ascii_alphanumeric() || ".-_/#".contains(c);
    if name.is_empty() {
        return Err(breach(name, member, "Member must have length greater than or equal to 1"));
    }
    if name.len() > 512 {
        return Err(breach(name, member, "Member must have length less than or equal to 512"));
    }
    if !name.chars().all(known) {
        let rule = r"Member must satisfy regular expression pattern: [\.\-_/#A-Za-z0-9]+";
        return Err(breach(name, member, rule));
    }
    Ok(())
}

/// A class of groups, if one is named.
pub(super) fn class(input: &Value) -> Result<Option<&str>, AwsError> {
    let Some(class) = input["logGroupClass"].as_str() else { return Ok(None) };
    if !CLASSES.contains(&class) {
        let rule = format!("Member must satisfy enum value set: [{}]", CLASSES.join(", "));
        return Err(breach(class, "logGroupClass", &rule));
    }
    Ok(Some(class))
}

/// Tags of a request (service model: Tags, TagKey, TagValue).
pub(super) fn tags(input: &Value) -> Result<Vec<(String, String)>, AwsError> {
    let Some(tags) = input["tags"].as_object() else { return Ok(Vec::new()) };
    if tags.is_empty() {
        return Err(breach("{}", "tags", "Member must have length greater than or equal to 1"));
    }
    let known = |text: &str| text.chars().all(|c| c.is_alphanumeric() || c == ' ' || "_.:/=+-@".contains(c));
    let mut read = Vec::new();
    for (key, value) in tags {
        let value = value.as_str().ok_or_else(serialization)?;
        let fits = (1..=128).contains(&key.chars().count()) && value.chars().count() <= 256;
        if !fits || !known(key) || !known(value) {
            let rule = r"Map keys and values must satisfy: [^([\p{L}\p{Z}\p{N}_.:/=+\-@]+)$]";
            return Err(breach(&format!("{{{key}={value}}}"), "tags", rule));
        }
        read.push((key.clone(), value.to_owned()));
    }
    Ok(read)
}

/// A member that breaks a rule of the model.
pub(super) fn breach(value: &str, member: &str, rule: &str) -> AwsError {
    let value = if value == "null" { value.to_owned() } else { format!("'{value}'") };
    invalid(format!(
        "1 validation error detected: Value {value} at '{member}' failed to satisfy constraint: {rule}"
    ))
}

pub(super) fn invalid(message: impl Into<String>) -> AwsError {
    AwsError::new("InvalidParameterException", message)
}

/// A value of another kind than the model's.
pub(super) fn serialization() -> AwsError {
    AwsError::new("SerializationException", "A member has another type than the model's")
}

pub(super) fn not_found() -> AwsError {
    AwsError::new("ResourceNotFoundException", "The specified log group does not exist.")
}
