//! What can change of an access entry that is there: its policies.

use std::collections::BTreeSet;

use crate::plan::create::{Create, access_entries_look};
use crate::plan::difference::Difference;
use crate::plan::request::{Request, UpdateAccessEntry};
use crate::plan::step::StepKind;
use crate::spec::{AccessEntry, Cluster};

/// Policies that are to be taken away, and all that is another.
#[derive(Default)]
pub(super) struct AccessChange {
    pub(super) differences: Vec<Difference>,
    gone: Vec<String>,
}

impl Create<'_> {
    pub(super) fn update_access_entries(&mut self) {
        let Some(spec) = self.last else { return };
        for entry in &self.asked.access_entries {
            let principal = &entry.principal_arn;
            let seen = self.observed.access_entries.as_ref().and_then(|entries| entries.get(principal));
            let Some(seen) = seen else { continue };
            let change = change(entry, last(spec, principal), seen);
            // What is missing of its policies is seen to by the step that makes it.
            let gone: Vec<Difference> = change.gone.iter().map(|arn| removed(arn)).collect();
            let action = StepKind::UpdateAccessEntry { principal: principal.clone() };
            if !self.concerns(&action, &gone) {
                continue;
            }
            let request = || {
                Request::UpdateAccessEntry(UpdateAccessEntry {
                    cluster: self.name.to_owned(),
                    principal: principal.clone(),
                    policies_gone: change.gone.clone(),
                })
            };
            let (stand, _) = self.changed(&action, &gone, true, None, request);
            let looks = vec![access_entries_look(self.asked)];
            let after = [StepKind::CreateAccessEntry { principal: principal.clone() }];
            self.draft.step(action, format!("access entry {principal}"), &after, stand, looks);
        }
    }
}

/// The entry of this principal as the last spec wanted it.
pub(super) fn last<'a>(last: &'a Cluster, principal: &str) -> Option<&'a AccessEntry> {
    last.access_entries.iter().find(|entry| entry.principal_arn == principal)
}

pub(super) fn change(
    asked: &AccessEntry,
    last: Option<&AccessEntry>,
    seen: &BTreeSet<String>,
) -> AccessChange {
    let wanted = |arn: &String| asked.policies.iter().any(|policy| policy.policy_arn == *arn);
    let missing = asked.policies.iter().map(|policy| &policy.policy_arn).filter(|arn| !seen.contains(*arn));
    let before = last.into_iter().flat_map(|last| &last.policies).map(|policy| &policy.policy_arn);
    let gone: Vec<String> = before.filter(|arn| !wanted(arn) && seen.contains(*arn)).cloned().collect();
    let added = missing.map(|arn| Difference::of(path(arn), None, Some("associated")));
    let differences = added.chain(gone.iter().map(|arn| removed(arn))).collect();
    AccessChange { differences, gone }
}

fn removed(arn: &str) -> Difference {
    Difference::of(path(arn), Some("associated"), None)
}

fn path(arn: &str) -> String {
    format!("policies.{}", arn.rsplit('/').next().unwrap_or(arn))
}
