//! Taints of a node group that are to be set or to go.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::check::{Check, Findings, item};
use super::{Taint, TaintEffect, syntax, taint};
use crate::Result;

/// Taints to be set and taints to go; any other taint stays as it is.
///
/// ```
/// use eks_core::{Taint, TaintChange, TaintKey};
///
/// let change = TaintChange::set(Taint::no_schedule("app", "orders")).and_remove(TaintKey::all("batch"));
/// assert_eq!(change.remove[0].to_string(), "batch");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct TaintChange {
    /// Taints that the nodes are to have. One of the same key and effect gets the new value.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub set: Vec<Taint>,
    /// Taints that are to go. One that is not there is nothing to do.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remove: Vec<TaintKey>,
}

/// Which taints are meant, as `kubectl taint` has it: `app`, or `app:NoSchedule`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TaintKey {
    /// The taint's key.
    pub key: String,
    /// The taint's effect. Unset: every taint of this key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effect: Option<TaintEffect>,
}

impl TaintKey {
    /// Every taint of this key.
    pub fn all(key: impl Into<String>) -> Self {
        Self { key: key.into(), effect: None }
    }

    /// The taint of this key and effect.
    pub fn of(key: impl Into<String>, effect: TaintEffect) -> Self {
        Self { key: key.into(), effect: Some(effect) }
    }

    /// Whether this taint is meant.
    pub fn means(&self, taint: &Taint) -> bool {
        self.key == taint.key && self.effect.is_none_or(|effect| effect == taint.effect)
    }
}

impl fmt::Display for TaintKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.key)?;
        match self.effect {
            Some(effect) => write!(f, ":{effect:?}"),
            None => Ok(()),
        }
    }
}

impl TaintChange {
    /// Sets a taint.
    pub fn set(taint: Taint) -> Self {
        Self::default().and_set(taint)
    }

    /// Takes taints away.
    pub fn remove(which: TaintKey) -> Self {
        Self::default().and_remove(which)
    }

    /// Sets this one, too.
    #[must_use]
    pub fn and_set(mut self, taint: Taint) -> Self {
        self.set.push(taint);
        self
    }

    /// Takes these away, too.
    #[must_use]
    pub fn and_remove(mut self, which: TaintKey) -> Self {
        self.remove.push(which);
        self
    }

    pub(crate) fn check(&self) -> Result<()> {
        Findings::of(|findings| self.inspect(findings))
    }
}

impl Check for TaintChange {
    fn inspect(&self, findings: &mut Findings) {
        let Self { set, remove } = self;
        let some = !(set.is_empty() && remove.is_empty());
        findings.require(some, "taints", "{}", "hold at least one taint in `set` or `remove`");
        taint::inspect("set", set, findings);
        for (index, which) in remove.iter().enumerate() {
            let place = item("remove", index);
            findings.require(syntax::is_key(&which.key), &place, which, syntax::KEY);
            let both = set.iter().position(|taint| which.means(taint));
            let rule = format!("not be set by the same change, as `set[{}]` does", both.unwrap_or_default());
            findings.require(both.is_none(), &place, which, rule);
        }
    }
}
