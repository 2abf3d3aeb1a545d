//! Rules of members, and what breaks them.

use serde_json::Value;

use super::super::error::invalid_parameter;
use crate::wire::AwsError;

pub(super) const ANY: usize = usize::MAX;

/// What a member may be.
pub(super) enum Rule {
    /// Text of so many characters.
    Text(usize, usize),
    /// The name of a cluster.
    Name,
    /// An idempotency token: 33 to 126 characters, says the server, not the model.
    Token,
    Flag,
    Number(i64, i64),
    Choice(&'static [&'static str]),
    List(usize, usize, &'static Rule),
    /// Text to text: least and most entries, keys and values of so many characters.
    Map(usize, usize, usize, usize),
    Structure(&'static [Member]),
}

/// Name, whether it is required, rule.
pub(super) struct Member(pub(super) &'static str, pub(super) bool, pub(super) Rule);

pub(super) const TEXT: Rule = Rule::Text(0, ANY);
pub(super) const TEXTS: Rule = Rule::List(0, ANY, &TEXT);
pub(super) const TAGS: Rule = Rule::Map(1, 50, 128, 256);
pub(super) const INTEGER: Rule = Rule::Number(i64::MIN, i64::MAX);
pub(super) const COUNT: Rule = Rule::Number(0, i64::MAX);
pub(super) const POSITIVE: Rule = Rule::Number(1, i64::MAX);
pub(super) const PERCENTAGE: Rule = Rule::Number(1, 100);
pub(super) const ENABLED: Rule = Rule::Structure(&[Member("enabled", false, Rule::Flag)]);
pub(super) const CLIENT_TOKEN: Member = Member("clientRequestToken", false, Rule::Token);

pub(super) fn check_members(members: &[Member], path: &str, input: &Value) -> Result<(), AwsError> {
    for Member(name, required, rule) in members {
        let at = if path.is_empty() { (*name).to_owned() } else { format!("{path}.{name}") };
        match &input[*name] {
            Value::Null if *required => {
                return Err(invalid("null", &at, "Member must not be null"));
            }
            Value::Null => {}
            value => check_value(rule, &at, value)?,
        }
    }
    Ok(())
}

fn check_value(rule: &Rule, at: &str, value: &Value) -> Result<(), AwsError> {
    match rule {
        Rule::Text(min, max) => length(at, as_text(at, value)?, *min, *max),
        Rule::Name => {
            let name = as_text(at, value)?;
            length(at, name, 1, 100)?;
            let fits = name.starts_with(|c: char| c.is_ascii_alphanumeric())
                && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
            let pattern = "^[0-9A-Za-z][A-Za-z0-9\\-_]*";
            let constraint = format!("Member must satisfy regular expression pattern: {pattern}");
            if fits { Ok(()) } else { Err(invalid(&quoted(name), at, &constraint)) }
        }
        Rule::Token => length(at, as_text(at, value)?, 33, 126),
        Rule::Flag => value.as_bool().map(drop).ok_or_else(|| mistyped(at, "a boolean")),
        Rule::Number(min, max) => {
            let number = value.as_i64().ok_or_else(|| mistyped(at, "an integer"))?;
            let bound = if number < *min {
                format!("Member must have value greater than or equal to {min}")
            } else if number > *max {
                format!("Member must have value less than or equal to {max}")
            } else {
                return Ok(());
            };
            Err(invalid(&quoted(&number.to_string()), at, &bound))
        }
        Rule::Choice(choices) => {
            let text = as_text(at, value)?;
            if choices.contains(&text) {
                return Ok(());
            }
            let choices = choices.join(", ");
            Err(invalid(&quoted(text), at, &format!("Member must satisfy enum value set: [{choices}]")))
        }
        Rule::List(min, max, rule) => {
            let list = value.as_array().ok_or_else(|| mistyped(at, "a list"))?;
            size(at, value, list.len(), *min, *max)?;
            let mut items = list.iter().enumerate();
            items.try_for_each(|(index, item)| check_value(rule, &format!("{at}.{}.member", index + 1), item))
        }
        Rule::Map(min, max, key_length, value_length) => {
            let map = value.as_object().ok_or_else(|| mistyped(at, "a map"))?;
            size(at, value, map.len(), *min, *max)?;
            map.iter().try_for_each(|(key, value)| {
                length(at, key, 1, *key_length)?;
                length(&format!("{at}.{key}"), as_text(at, value)?, 0, *value_length)
            })
        }
        Rule::Structure(members) => {
            if value.is_object() {
                check_members(members, at, value)
            } else {
                Err(mistyped(at, "a structure"))
            }
        }
    }
}

fn length(at: &str, text: &str, min: usize, max: usize) -> Result<(), AwsError> {
    let bound = match text.chars().count() {
        count if count < min => format!("Member must have length greater than or equal to {min}"),
        count if count > max => format!("Member must have length less than or equal to {max}"),
        _ => return Ok(()),
    };
    Err(invalid(&quoted(text), at, &bound))
}

fn size(at: &str, value: &Value, count: usize, min: usize, max: usize) -> Result<(), AwsError> {
    let bound = if count < min {
        format!("Member must have length greater than or equal to {min}")
    } else if count > max {
        format!("Member must have length less than or equal to {max}")
    } else {
        return Ok(());
    };
    Err(invalid(&quoted(&value.to_string()), at, &bound))
}

fn as_text<'a>(at: &str, value: &'a Value) -> Result<&'a str, AwsError> {
    value.as_str().ok_or_else(|| mistyped(at, "a string"))
}

fn quoted(text: &str) -> String {
    format!("'{text}'")
}

fn mistyped(at: &str, kind: &str) -> AwsError {
    AwsError::new("SerializationException", format!("The member '{at}' must be {kind}"))
}

fn invalid(value: &str, at: &str, constraint: &str) -> AwsError {
    invalid_parameter(format!(
        "1 validation error detected: Value {value} at '{at}' failed to satisfy constraint: {constraint}"
    ))
}
