//! Filters of Describe operations: names and values with wildcards, matched against what is shown.

use std::collections::BTreeSet;

use crate::wire::{AwsError, Params, Xml};

/// Filter names, and where in the shown element their value stands.
pub(super) type Names = &'static [(&'static str, &'static str)];

/// The filters of a request.
pub(super) struct Filters(Vec<(Vec<String>, Matcher)>);

enum Matcher {
    Path(&'static str),
    Tag(String),
    TagKey,
}

impl Filters {
    /// Reads `Filter.n`; a name that is not among `names` is refused as EC2 does.
    pub(super) fn read(params: &Params, names: Names) -> Result<Self, AwsError> {
        let mut filters = Vec::new();
        for filter in params.structures("Filter") {
            let name = filter.get("Name").unwrap_or_default();
            let values: Vec<String> = filter.list("Value").into_iter().map(str::to_owned).collect();
            if values.is_empty() {
                let message = format!("The filter '{name}' must have at least one value");
                return Err(AwsError::new("InvalidParameterValue", message));
            }
            let matcher = match (name.strip_prefix("tag:"), names.iter().find(|(known, _)| *known == name)) {
                (Some(key), _) => Matcher::Tag(key.to_owned()),
                _ if name == "tag-key" => Matcher::TagKey,
                (_, Some((_, path))) => Matcher::Path(path),
                _ => {
                    let message = format!("The filter '{name}' is invalid");
                    return Err(AwsError::new("InvalidParameterValue", message));
                }
            };
            filters.push((values, matcher));
        }
        Ok(Self(filters))
    }

    /// Whether every filter has a value that matches.
    pub(super) fn admit(&self, shown: &Xml) -> bool {
        self.0.iter().all(|(values, matcher)| {
            let found: Vec<&str> = match matcher {
                Matcher::Path(path) => shown.all(path).into_iter().map(Xml::value).collect(),
                Matcher::TagKey => shown.all("tagSet/item/key").into_iter().map(Xml::value).collect(),
                Matcher::Tag(key) => shown
                    .all("tagSet/item")
                    .into_iter()
                    .filter(|tag| tag.at("key") == key)
                    .map(|tag| tag.at("value"))
                    .collect(),
            };
            found.iter().any(|text| values.iter().any(|pattern| wild(pattern, text)))
        })
    }
}

/// The filters of a request that have no wildcards: name and values.
pub(super) fn exact(params: &Params) -> Vec<(String, BTreeSet<String>)> {
    let filters = params.structures("Filter");
    let filters = filters.iter().map(|filter| {
        let values: BTreeSet<String> = filter.list("Value").into_iter().map(str::to_owned).collect();
        (filter.get("Name").unwrap_or_default().to_owned(), values)
    });
    filters.filter(|(_, values)| !values.iter().any(|value| value.contains(['*', '?']))).collect()
}

/// Whether `text` matches `pattern`, in which `*` stands for any characters and `?` for one.
fn wild(pattern: &str, text: &str) -> bool {
    match pattern.chars().next() {
        None => text.is_empty(),
        Some('*') => {
            let rest = &pattern[1..];
            rest.is_empty() || text.char_indices().any(|(at, _)| wild(rest, &text[at..])) || wild(rest, "")
        }
        Some(first) => match text.chars().next() {
            Some(letter) if first == '?' || first == letter => {
                wild(&pattern[first.len_utf8()..], &text[letter.len_utf8()..])
            }
            _ => false,
        },
    }
}
