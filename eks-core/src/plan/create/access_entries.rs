//! Access entries.

use std::collections::BTreeMap;

use super::Create;
pub(in crate::plan) use super::questions::access_entries_look;
use crate::observe::{AccessEntryState, Observed};
use crate::plan::draft::Stand;
use crate::plan::request::{CreateAccessEntry, Request};
use crate::plan::step::StepKind;
use crate::spec::AuthenticationMode;

impl Create<'_> {
    pub(super) fn access_entries(&mut self) {
        let none = BTreeMap::new();
        let there = self.observed.access_entries.as_ref().unwrap_or(&none);
        // Until the mode has changed, which an apply sees to, EKS knows of no entries.
        let closed = is_closed(self.observed);
        for entry in &self.spec.access_entries {
            let action = StepKind::CreateAccessEntry { principal: entry.principal_arn.clone() };
            let sent = self.draft.recent.has_sent(&action.id(), "createAccessEntry");
            let is_whole = |seen: &AccessEntryState| {
                entry.policies.iter().all(|policy| seen.policies.contains_key(&policy.policy_arn))
            };
            let stand = if sent || there.get(&entry.principal_arn).is_some_and(is_whole) {
                Stand::Done
            } else if closed {
                Stand::Blocked
            } else {
                let mut tags = self.tags();
                tags.extend(entry.tags.clone());
                Stand::Todo(Request::CreateAccessEntry(CreateAccessEntry {
                    cluster: self.name.to_owned(),
                    spec: entry.clone(),
                    tags,
                }))
            };
            let resource = format!("access entry {}", entry.principal_arn);
            self.draft.step(
                action,
                resource,
                &[StepKind::CreateCluster],
                stand,
                vec![access_entries_look(self.spec, self.last)],
            );
        }
    }
}

/// Whether the cluster's mode has no access entries.
pub(super) fn is_closed(observed: &Observed) -> bool {
    let mode = observed.cluster.present().and_then(|cluster| cluster.authentication_mode);
    mode == Some(AuthenticationMode::ConfigMap)
}
