//! Lists in pages: `MaxItems`, `Marker`, `IsTruncated`.

use crate::wire::{Answer, AwsError, Params, Xml};

use crate::services::query::breach;

/// Answers with a page of `entries` as the members of `list`, after the elements `before`.
pub(super) fn answer(params: &Params, list: &str, entries: Vec<Xml>) -> Result<Answer, AwsError> {
    let size: usize = match params.get("MaxItems") {
        None => 100,
        Some(text) => text.parse().ok().filter(|size| (1..=1000).contains(size)).ok_or_else(|| {
            let constraint = if text.starts_with('0') || text.starts_with('-') {
                "Member must have value greater than or equal to 1"
            } else {
                "Member must have value less than or equal to 1000"
            };
            breach(text, "maxItems", constraint)
        })?,
    };
    let start = params
        .marker("Marker", entries.len())
        .ok_or_else(|| AwsError::new("ValidationError", "Invalid Marker."))?;
    let end = start + size;
    let more = entries.len() > end;
    let shown = entries.into_iter().skip(start).take(size);
    let mut answer = vec![Xml::text("IsTruncated", more), Xml::new(list).children(shown)];
    if more {
        answer.push(Xml::text("Marker", Params::marker_after(end)));
    }
    Ok(Answer::Xml(answer))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marker_that_nobody_gave() {
        // The code that every operation has: lists model no InvalidInput.
        for marker in ["nonsense", "after-", "after-9"] {
            let params = Params::new().set("Marker", marker);
            assert_eq!(answer(&params, "Roles", Vec::new()).unwrap_err().code, "ValidationError");
        }
    }
}
