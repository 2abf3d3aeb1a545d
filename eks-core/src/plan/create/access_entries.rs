//! Access entries.

use super::Create;
use crate::observe::Look;
use crate::plan::draft::Stand;
use crate::plan::request::{CreateAccessEntry, Request};
use crate::plan::step::StepKind;

impl Create<'_> {
    pub(super) fn access_entries(&mut self) {
        let there = self.observed.access_entries.as_deref().unwrap_or_default();
        for entry in &self.spec.access_entries {
            let action = StepKind::CreateAccessEntry { principal: entry.principal_arn.clone() };
            let sent = self.draft.recent.has_sent(&action.id(), "createAccessEntry");
            let stand = if sent || there.contains(&entry.principal_arn) {
                Stand::Done
            } else {
                Stand::Todo(Request::CreateAccessEntry(CreateAccessEntry {
                    cluster: self.name.to_owned(),
                    spec: entry.clone(),
                    tags: self.tags(),
                }))
            };
            let resource = format!("access entry {}", entry.principal_arn);
            self.draft.step(action, resource, &[StepKind::CreateCluster], stand, vec![Look::AccessEntries]);
        }
    }
}
