//! What the models of both generations say of requests, and how both answer lists in pages.

use crate::wire::{Answer, AwsError, Params, Xml};

/// The most entries of a page, and how many one has by default (service model: PageSize).
const MOST: i64 = 400;

/// `Value '…' at '…' failed to satisfy constraint: …`, as all query services say it.
pub(in crate::services) fn breach(value: &str, name: &str, constraint: &str) -> AwsError {
    let member = format!("{}{}", name[..1].to_lowercase(), &name[1..]);
    let message = format!(
        "1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: {constraint}"
    );
    invalid(message)
}

/// The code for everything that breaks a rule and has no code of its own.
pub(in crate::services) fn invalid(message: impl Into<String>) -> AwsError {
    AwsError::new("ValidationError", message)
}

/// A number within bounds, if it is there.
pub(in crate::services) fn number(
    params: &Params,
    name: &str,
    (least, most): (i64, i64),
) -> Result<Option<i64>, AwsError> {
    let Some(text) = params.get(name) else { return Ok(None) };
    let number: i64 = text.parse().map_err(|_| AwsError::new("MalformedInput", ""))?;
    if number < least {
        let rule = format!("Member must have value greater than or equal to {least}");
        return Err(breach(text, name, &rule));
    }
    if number > most {
        return Err(breach(text, name, &format!("Member must have value less than or equal to {most}")));
    }
    Ok(Some(number))
}

/// One of the values of an enum, if it is there.
pub(in crate::services) fn one_of<'params>(
    params: &'params Params,
    name: &str,
    values: &[&str],
) -> Result<Option<&'params str>, AwsError> {
    match params.get(name) {
        Some(value) if !values.contains(&value) => {
            let rule = format!("Member must satisfy enum value set: [{}]", values.join(", "));
            Err(breach(value, name, &rule))
        }
        value => Ok(value),
    }
}

/// Letters, digits and hyphens, not at the ends (API references of both CreateLoadBalancer). The texts are from
/// memory (U).
pub(in crate::services) fn name(what: &str, name: &str) -> Result<(), AwsError> {
    if name.chars().count() > 32 {
        return Err(invalid(format!("{what} name '{name}' cannot be longer than '32' characters")));
    }
    if !name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-') {
        return Err(invalid(format!(
            "{what} name '{name}' can only contain characters that are alphanumeric characters and hyphens(-)"
        )));
    }
    if name.starts_with('-') || name.ends_with('-') {
        return Err(invalid(format!("{what} name '{name}' cannot begin or end with a hyphen(-)")));
    }
    Ok(())
}

/// Answers with a page of `entries` as the members of `list`: `PageSize`, `Marker`, `NextMarker`.
pub(in crate::services) fn page(
    params: &Params,
    list: &str,
    entries: Vec<Vec<Xml>>,
) -> Result<Answer, AwsError> {
    let size = number(params, "PageSize", (1, MOST))?.unwrap_or(MOST);
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let start = params.marker(entries.len()).ok_or_else(|| invalid("Invalid marker"))?;
    let more = entries.len() > start + size;
    let mut answer = vec![Xml::list(list, "member", entries.into_iter().skip(start).take(size))];
    if more {
        answer.push(Xml::text("NextMarker", Params::marker_after(start + size)));
    }
    Ok(Answer::Xml(answer))
}
