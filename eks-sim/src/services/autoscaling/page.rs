//! Lists in pages: `MaxRecords`, `NextToken`.

use crate::services::query::{invalid, number};
use crate::wire::{Answer, AwsError, Params, Xml};

/// Answers with a page of `entries` as the members of `list`: so many as `MaxRecords` says, `default` without it,
/// never more than `most`. A page can be empty.
pub(super) fn page(
    params: &Params,
    list: &str,
    entries: Vec<Vec<Xml>>,
    (default, most): (i64, i64),
) -> Result<Answer, AwsError> {
    let wanted = number(params, "MaxRecords", (0, i64::MAX))?.unwrap_or(default);
    if wanted > most {
        return Err(invalid(format!("The specified value for MaxRecords, {wanted}, is above {most}")));
    }
    let size = usize::try_from(wanted).unwrap_or(usize::MAX);
    let start = params
        .marker("NextToken", entries.len())
        .ok_or_else(|| AwsError::new("InvalidNextToken", "Invalid NextToken"))?;
    let end = start + size;
    let more = entries.len() > end;
    let mut answer = vec![Xml::list(list, "member", entries.into_iter().skip(start).take(size))];
    if more {
        answer.push(Xml::text("NextToken", Params::marker_after(end)));
    }
    Ok(Answer::Xml(answer))
}
