//! What a client must not do, whatever it is asked for.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::aws::Wire;
use crate::observe::caller;
use crate::plan::{Cost, Goal, Price};
use crate::{Error, ErrorKind, Result};

/// What a client must not do, whatever it is asked for: a net under a typo, a wrong profile or a script's bug.
///
/// Every create, apply, delete, scale and tag of the client is held to them before its first write, also one that is resumed, ticked
/// or only planned; reading is free. What they forbid ends as [`ErrorKind::Guarded`]. A guard that is malformed
/// lets nothing pass, since nothing matches it.
///
/// ```
/// use eks_core::{Eks, Guards};
///
/// let guards = Guards::default().account("111122223333").region("us-west-2").protect("prod-*");
/// let builder = Eks::builder().guards(guards);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct Guards {
    /// The accounts in which something may be changed, as 12 digits. Unset: every account. Where it is set, each
    /// operation begins with one call more, `sts:GetCallerIdentity`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accounts: Option<BTreeSet<String>>,
    /// The regions in which something may be changed. Unset: every region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub regions: Option<BTreeSet<String>>,
    /// Names of clusters that are not deleted, nor rolled back, nor reaped; `*` stands for any text, also none. Such
    /// clusters can be created.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub protected: BTreeSet<String>,
    /// The most that a cluster may cost by the hour, in US dollars, by the [`Cost`] of its plan. Unset: any. Where it is
    /// set, a create begins by making its plan, with a call of `pricing:GetProducts` for each thing that is rented; one that goes
    /// on from a handle or by name alone was let through when it began.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub highest_dollars_per_hour: Option<f64>,
    /// Whether what has an unknown price may be created all the same, if what is known is not too much. Default false.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub allow_unknown_prices: bool,
}

impl Guards {
    /// Allows this account, and no other that is not allowed, too.
    #[must_use]
    pub fn account(mut self, id: impl Into<String>) -> Self {
        self.accounts.get_or_insert_default().insert(id.into());
        self
    }

    /// Allows this region, and no other that is not allowed, too.
    #[must_use]
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.regions.get_or_insert_default().insert(region.into());
        self
    }

    /// Protects clusters of this name from deletion; `*` stands for any text.
    #[must_use]
    pub fn protect(mut self, pattern: impl Into<String>) -> Self {
        self.protected.insert(pattern.into());
        self
    }

    /// Allows clusters that cost no more than this by the hour, in US dollars.
    #[must_use]
    pub fn highest_dollars_per_hour(mut self, dollars: f64) -> Self {
        self.highest_dollars_per_hour = Some(dollars);
        self
    }

    /// Goes by what is known of a cluster's cost.
    #[must_use]
    pub fn allow_unknown_prices(mut self) -> Self {
        self.allow_unknown_prices = true;
        self
    }

    /// Whether a create must be planned before it is let through.
    pub(super) fn asks_for_cost(&self) -> bool {
        self.highest_dollars_per_hour.is_some()
    }

    /// What only a plan can tell: what the cluster costs.
    pub(super) fn admit_cost(&self, name: &str, cost: &Cost) -> Result<()> {
        let Some(most) = self.highest_dollars_per_hour else { return Ok(()) };
        let refuse = |message: String, hint: &str| {
            Err(Error::new(ErrorKind::Guarded, message)
                .with_resource(format!("cluster {name}"))
                .with_hint(hint))
        };
        let hour = cost.known_dollars_per_hour();
        // A guard that is no number lets nothing pass.
        if hour > most || most.is_nan() {
            return refuse(
                format!(
                    "guard `highestDollarsPerHour` forbids to create it: it costs ${hour:.3} an hour, and ${most} is \
                         allowed"
                ),
                "Nothing was touched. Choose fewer or smaller nodes, or use a client whose guards allow it",
            );
        }
        let unknown: Vec<String> = cost
            .unknown()
            .map(|item| match &item.price {
                Price::Unknown { reason } => format!("{item} ({reason})"),
                Price::Known { .. } => item.to_string(),
            })
            .collect();
        if self.allow_unknown_prices || unknown.is_empty() {
            return Ok(());
        }
        refuse(
            format!(
                "guard `highestDollarsPerHour` forbids to create it: these prices are unknown: {}",
                unknown.join(", ")
            ),
            "Nothing was touched. Allow the caller `pricing:GetProducts`, or set `allowUnknownPrices` in the guards",
        )
    }

    /// What can be told without a call: region and name.
    pub(super) fn admit(&self, region: &str, goal: &Goal) -> Result<()> {
        let (verb, name) = (goal.verb(), goal.name());
        let refuse = |message: String, hint: &str| {
            Err(Error::new(ErrorKind::Guarded, message)
                .with_resource(format!("cluster {name}"))
                .with_hint(hint))
        };
        if let Some(regions) = self.regions.as_ref().filter(|regions| !regions.contains(region)) {
            return refuse(
                format!("guard `regions` forbids to {verb} in {region}: it allows {}", listed(regions)),
                "Nothing was touched. Choose an allowed region, or use a client whose guards allow this one",
            );
        }
        if !goal.is_delete() {
            return Ok(());
        }
        match self.protected.iter().find(|pattern| matches(pattern, name)) {
            Some(pattern) => refuse(
                format!("guard `protected` forbids to delete it: its name matches `{pattern}`"),
                "Nothing was touched. Check the name; to delete it all the same, use a client without this guard",
            ),
            None => Ok(()),
        }
    }

    /// What only AWS can tell: whose credentials these are. Asks nothing where nothing is guarded.
    pub(super) async fn admit_account(&self, wire: &Wire, name: &str) -> Result<()> {
        let Some(accounts) = &self.accounts else { return Ok(()) };
        let caller = caller(wire).await.map_err(|refusal| refusal.error)?;
        if accounts.contains(&caller.account) {
            return Ok(());
        }
        let message = format!(
            "guard `accounts` forbids any change in account {}: it allows {}",
            caller.account,
            listed(accounts)
        );
        Err(Error::new(ErrorKind::Guarded, message).with_resource(format!("cluster {name}")).with_hint(
            format!(
                "Nothing was touched. The credentials are those of {}: check AWS_PROFILE and the role",
                caller.arn
            ),
        ))
    }
}

fn listed(allowed: &BTreeSet<String>) -> String {
    if allowed.is_empty() {
        return "none".to_owned();
    }
    allowed.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
}

/// Whether `text` is what `pattern` says, in which each `*` stands for any text.
fn matches(pattern: &str, text: &str) -> bool {
    let Some((head, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut text) = text.strip_prefix(head) else { return false };
    let mut parts: Vec<&str> = rest.split('*').collect();
    // What follows the last `*` is at the end; what is between two comes as early as it can.
    let Some(tail) = parts.pop() else { return true };
    for part in parts {
        let Some(at) = text.find(part) else { return false };
        text = &text[at + part.len()..];
    }
    text.ends_with(tail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_text() {
        for (pattern, is, is_not) in [
            ("prod", &["prod"][..], &["prod-1", "a-prod", ""][..]),
            ("prod-*", &["prod-", "prod-eu"], &["prod", "a-prod-eu"]),
            ("*-prod", &["eu-prod", "-prod"], &["prod", "eu-prod-1"]),
            ("*", &["a", ""], &[]),
            ("a*b*c", &["abc", "a-b-c", "abbc", "abcbc"], &["ac", "acb", "ab", "xabc"]),
            // The end must not be read twice.
            ("ab*b", &["abb", "abxb"], &["ab"]),
            ("a*bc*c", &["abcc"], &["abc"]),
            ("", &[""], &["a"]),
        ] {
            is.iter().for_each(|text| assert!(matches(pattern, text), "{pattern} is {text}"));
            is_not.iter().for_each(|text| assert!(!matches(pattern, text), "{pattern} is not {text}"));
        }
    }

    #[test]
    fn guards_are_plain_data() {
        let guards = Guards::default().account("111122223333").region("us-west-2").protect("prod-*");
        let json = r#"{"accounts":["111122223333"],"regions":["us-west-2"],"protected":["prod-*"]}"#;
        assert_eq!(serde_json::to_string(&guards).ok().as_deref(), Some(json));
        assert_eq!(serde_json::from_str::<Guards>(json).ok(), Some(guards));
        assert!(serde_json::from_str::<Guards>(r#"{"region":["us-west-2"]}"#).is_err(), "a guard misspelt");
    }
}
