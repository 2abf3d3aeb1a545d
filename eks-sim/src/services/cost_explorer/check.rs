//! Members of requests, by the service model.

use serde_json::Value;

use crate::wire::AwsError;

/// A list of texts of which there must be some, and no more than `most`.
pub(super) fn texts(input: &Value, member: &str, most: usize) -> Result<Option<Vec<String>>, AwsError> {
    let Some(list) = input.get(member) else { return Ok(None) };
    let list = list.as_array().ok_or_else(serialization)?;
    length(list.len(), member, most)?;
    let texts: Option<Vec<String>> = list.iter().map(|text| text.as_str().map(str::to_owned)).collect();
    texts.ok_or_else(serialization).map(Some)
}

/// The keys that are to be switched on or off.
pub(super) fn changes(input: &Value, most: usize) -> Result<Vec<(String, bool)>, AwsError> {
    let member = "CostAllocationTagsStatus";
    let list = input[member].as_array().ok_or_else(|| missing(member))?;
    length(list.len(), member, most)?;
    let change = |entry: &Value| {
        let key = entry["TagKey"].as_str().ok_or_else(|| missing("tagKey"))?;
        let status = one_of(entry, "Status", &["Active", "Inactive"])?.ok_or_else(|| missing("status"))?;
        Ok((key.to_owned(), status == "Active"))
    };
    list.iter().map(change).collect()
}

/// A text that is one of these, if it is given.
pub(super) fn one_of<'a>(
    input: &'a Value,
    member: &str,
    known: &[&str],
) -> Result<Option<&'a str>, AwsError> {
    let Some(value) = input.get(member) else { return Ok(None) };
    let text = value.as_str().ok_or_else(serialization)?;
    if known.contains(&text) {
        return Ok(Some(text));
    }
    let rule = format!("Member must satisfy enum value set: [{}]", known.join(", "));
    Err(breach(&format!("'{text}'"), member, &rule))
}

/// How many entries a page is to have.
pub(super) fn size(input: &Value, member: &str, most: usize) -> Result<usize, AwsError> {
    let Some(value) = input.get(member) else { return Ok(most) };
    let size = value.as_i64().ok_or_else(serialization)?;
    let fits = usize::try_from(size).ok().filter(|size| (1..=most).contains(size));
    fits.ok_or_else(|| {
        let bound = if size < 1 {
            "greater than or equal to 1".to_owned()
        } else {
            format!("less than or equal to {most}")
        };
        breach(&format!("'{size}'"), member, &format!("Member must have value {bound}"))
    })
}

fn length(length: usize, member: &str, most: usize) -> Result<(), AwsError> {
    if length == 0 {
        return Err(breach("'[]'", member, "Member must have length greater than or equal to 1"));
    }
    if length > most {
        let rule = format!("Member must have length less than or equal to {most}");
        return Err(breach("'[…]'", member, &rule));
    }
    Ok(())
}

fn missing(member: &str) -> AwsError {
    breach("null", member, "Member must not be null")
}

fn breach(value: &str, member: &str, rule: &str) -> AwsError {
    let member = format!("{}{}", member[..1].to_lowercase(), &member[1..]);
    let message = format!(
        "1 validation error detected: Value {value} at '{member}' failed to satisfy constraint: {rule}"
    );
    AwsError::new("ValidationException", message)
}

fn serialization() -> AwsError {
    AwsError::new("SerializationException", "A member has another type than the model's")
}
