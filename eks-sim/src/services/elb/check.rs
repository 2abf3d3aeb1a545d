//! Names of load balancers, and how both generations answer lists in pages.

use crate::services::query::{invalid, number};
use crate::wire::{Answer, AwsError, Params, Xml};

/// The most entries of a page, and how many one has by default (service model: PageSize).
const MOST: i64 = 400;

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
    let start = params.marker("Marker", entries.len()).ok_or_else(|| invalid("Invalid marker"))?;
    let more = entries.len() > start + size;
    let mut answer = vec![Xml::list(list, "member", entries.into_iter().skip(start).take(size))];
    if more {
        answer.push(Xml::text("NextMarker", Params::marker_after(start + size)));
    }
    Ok(Answer::Xml(answer))
}
