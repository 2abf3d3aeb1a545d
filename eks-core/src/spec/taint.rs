//! Taints, which keep pods off nodes.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::check::{Check, Findings, item};
use super::syntax;

/// Keeps away the pods that do not tolerate it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Taint {
    /// A Kubernetes key, such as `example.com/app`: at most 63 characters after the prefix.
    pub key: String,
    /// At most 63 characters; unset is the same as empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// What happens to pods without a toleration.
    pub effect: TaintEffect,
}

/// What a taint does to pods that do not tolerate it. Written as in Kubernetes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum TaintEffect {
    /// They are not scheduled there.
    #[serde(alias = "NO_SCHEDULE")]
    NoSchedule,
    /// They are not scheduled there, and those that run there are evicted.
    #[serde(alias = "NO_EXECUTE")]
    NoExecute,
    /// They are scheduled there only if there is no room elsewhere.
    #[serde(alias = "PREFER_NO_SCHEDULE")]
    PreferNoSchedule,
}

/// As kubectl writes it: `app=batch:NoSchedule`.
impl fmt::Display for Taint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.key)?;
        if let Some(value) = self.value.as_deref().filter(|value| !value.is_empty()) {
            write!(f, "={value}")?;
        }
        write!(f, ":{:?}", self.effect)
    }
}

impl Taint {
    /// A taint with effect `NoSchedule`.
    pub fn no_schedule(key: impl Into<String>, value: impl Into<String>) -> Self {
        Self { key: key.into(), value: Some(value.into()), effect: TaintEffect::NoSchedule }
    }

    /// A taint with effect `NoExecute`.
    pub fn no_execute(key: impl Into<String>, value: impl Into<String>) -> Self {
        Self { key: key.into(), value: Some(value.into()), effect: TaintEffect::NoExecute }
    }

    /// A taint with effect `PreferNoSchedule`.
    pub fn prefer_no_schedule(key: impl Into<String>, value: impl Into<String>) -> Self {
        Self { key: key.into(), value: Some(value.into()), effect: TaintEffect::PreferNoSchedule }
    }
}

impl Check for Taint {
    fn inspect(&self, findings: &mut Findings) {
        findings.require(syntax::is_key(&self.key), "key", &self.key, syntax::KEY);
        if let Some(value) = &self.value {
            findings.require(syntax::is_value(value), "value", value, syntax::VALUE);
        }
    }
}

/// Checks the taints of one group, which are at `field`; Kubernetes tells taints apart by key and effect.
pub(crate) fn inspect(field: &str, taints: &[Taint], findings: &mut Findings) {
    // facts/aws.md §3.1: the service's limit is not in its model.
    findings.require(taints.len() <= 50, field, taints.len(), "be at most 50 taints");
    findings.pieces(field, taints);
    let mut first = BTreeMap::new();
    for (index, taint) in taints.iter().enumerate() {
        if let Some(earlier) = first.get(&(&taint.key, taint.effect)) {
            let rule = format!("be given once for each effect; `{field}[{earlier}]` has the same");
            findings.require(false, &item(field, index), &taint.key, rule);
        } else {
            first.insert((&taint.key, taint.effect), index);
        }
    }
}
