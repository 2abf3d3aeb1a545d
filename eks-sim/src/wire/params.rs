//! The flat parameters of a query or ec2 request, such as `Tags.member.1.Key`.

use std::collections::BTreeMap;

use super::AwsError;

/// Names and values as they were sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Params(BTreeMap<String, String>);

/// What markers of pages begin with.
const MARKER: &str = "after-";

impl Params {
    pub(crate) const NONE: Self = Self(BTreeMap::new());

    pub(crate) fn new() -> Self {
        Self::NONE
    }

    pub(crate) fn from_form(form: &[u8]) -> Self {
        Self(form_urlencoded::parse(form).into_owned().collect())
    }

    /// Adds a parameter; for calls between services.
    pub(crate) fn set(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.0.insert(name.into(), value.into());
        self
    }

    pub(crate) fn insert(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.0.insert(name.into(), value.into());
    }

    /// The value of `name`, if it was sent and is not empty.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// How many of `all` entries the pages before the marker called `name` had; `None` for one that nobody gave.
    pub(crate) fn marker(&self, name: &str, all: usize) -> Option<usize> {
        let Some(marker) = self.get(name) else { return Some(0) };
        marker.strip_prefix(MARKER)?.parse().ok().filter(|before| *before <= all)
    }

    /// The marker of a page before which others had so many entries.
    pub(crate) fn marker_after(before: usize) -> String {
        format!("{MARKER}{before}")
    }

    pub(crate) fn flag(&self, name: &str) -> Option<bool> {
        self.get(name).map(|value| value.eq_ignore_ascii_case("true"))
    }

    pub(crate) fn number<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.get(name)?.parse().ok()
    }

    /// `<prefix>.1`, `<prefix>.2`, … in order, until the first that is missing.
    pub(crate) fn list(&self, prefix: &str) -> Vec<&str> {
        (1..).map_while(|index| self.0.get(&format!("{prefix}.{index}")).map(String::as_str)).collect()
    }

    /// The structures `<prefix>.1.…`, `<prefix>.2.…` in order, each without its prefix.
    pub(crate) fn structures(&self, prefix: &str) -> Vec<Params> {
        (1..)
            .map(|index| self.under(&format!("{prefix}.{index}")))
            .take_while(|item| !item.is_empty())
            .collect()
    }

    /// The members of the structure `prefix`, without `<prefix>.`.
    pub(crate) fn under(&self, prefix: &str) -> Params {
        let prefix = format!("{prefix}.");
        Params(
            self.0
                .range(prefix.clone()..)
                .take_while(|(name, _)| name.starts_with(&prefix))
                .map(|(name, value)| (name[prefix.len()..].to_owned(), value.clone()))
                .collect(),
        )
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The value of `name`, or EC2's error for a missing parameter.
    pub(crate) fn ec2_required(&self, name: &str) -> Result<&str, AwsError> {
        self.get(name).ok_or_else(|| {
            AwsError::new("MissingParameter", format!("The request must contain the parameter {name}"))
        })
    }

    /// The value of `name`, or the query services' error for a missing member.
    pub(crate) fn required(&self, name: &str) -> Result<&str, AwsError> {
        self.get(name).ok_or_else(|| {
            let member = format!("{}{}", name[..1].to_lowercase(), &name[1..]);
            AwsError::new(
                "ValidationError",
                format!(
                    "1 validation error detected: Value null at '{member}' failed to satisfy constraint: \
                     Member must not be null"
                ),
            )
        })
    }
}
