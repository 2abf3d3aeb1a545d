//! Labels of a node group that are to be set or to go.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::check::{Check, Findings};
use super::{labels, syntax};
use crate::Result;

/// Labels to be set and labels to go; any other label stays as it is.
///
/// As JSON it is a map in which `null` takes a label away, as in a merge patch (RFC 7386).
///
/// ```
/// use eks_core::LabelChange;
///
/// let change = LabelChange::set("team", "orders").and_remove("old");
/// assert_eq!(serde_json::to_string(&change)?, r#"{"old":null,"team":"orders"}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct LabelChange {
    /// The value that each label is to have; `None`: it is to go.
    pub labels: BTreeMap<String, Option<String>>,
}

impl LabelChange {
    /// Sets a label.
    pub fn set(key: impl Into<String>, value: impl Into<String>) -> Self {
        Self::default().and_set(key, value)
    }

    /// Takes a label away.
    pub fn remove(key: impl Into<String>) -> Self {
        Self::default().and_remove(key)
    }

    /// Sets this one, too.
    #[must_use]
    pub fn and_set(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.labels.insert(key.into(), Some(value.into()));
        self
    }

    /// Takes this one away, too.
    #[must_use]
    pub fn and_remove(mut self, key: impl Into<String>) -> Self {
        self.labels.insert(key.into(), None);
        self
    }

    pub(crate) fn check(&self) -> Result<()> {
        Findings::of(|findings| self.inspect(findings))
    }
}

impl Check for LabelChange {
    fn inspect(&self, findings: &mut Findings) {
        findings.require(!self.labels.is_empty(), "labels", "{}", "hold at least one label");
        findings.within("labels", |findings| {
            for (key, value) in &self.labels {
                match value {
                    Some(value) => labels::inspect_one(key, value, findings),
                    None => findings.require(syntax::is_key(key), key, key, syntax::KEY),
                }
            }
        });
    }
}
