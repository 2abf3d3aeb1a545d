//! What billing makes of the tags.

use super::Tagging;
use crate::observe::{CostTagStatus, Look, OF_AWS};
use crate::plan::draft::Stand;
use crate::plan::goal::TagOptions;
use crate::plan::request::Request;
use crate::plan::step::StepKind;
use crate::spec::TagChange;

/// The keys that were set, and AWS's own.
pub(super) fn look(change: &TagChange) -> Look {
    let mut keys: Vec<String> = change.wanted().into_keys().collect();
    keys.push(OF_AWS.to_owned());
    Look::CostTags { keys }
}

impl Tagging<'_> {
    /// Switches on what billing knows; what it does not know yet is told.
    pub(super) fn billing(&mut self, options: &TagOptions) {
        if !options.activate {
            return;
        }
        let Some(seen) = &self.observed.cost_tags else { return };
        let action = StepKind::ActivateCostTags;
        let are = |status| {
            let keys = seen.keys.iter().filter(move |(_, it)| **it == status);
            keys.map(|(key, _)| key.clone()).collect::<Vec<_>>()
        };
        let (inactive, unseen) = (are(CostTagStatus::Inactive), are(CostTagStatus::Unseen));
        let sent = self.draft.recent.has_sent(&action.id(), "activateCostTags");
        let stand = match &seen.unchecked {
            Some(why) => Stand::Skipped(format!("billing was not asked: {why}")),
            None if sent && !inactive.is_empty() => {
                match self.draft.todo(&action, Request::ActivateCostTags { keys: inactive.clone() }) {
                    Stand::Todo(_) => {
                        Stand::Skipped(format!("billing did not activate {}", inactive.join(", ")))
                    }
                    stand => stand,
                }
            }
            None if !inactive.is_empty() => Stand::Todo(Request::ActivateCostTags { keys: inactive }),
            None if !unseen.is_empty() => Stand::Skipped(format!(
                "billing does not know {} yet, which takes up to 24 hours from the first use: send the same call again \
                 then to activate it",
                unseen.join(", ")
            )),
            None => Stand::Done,
        };
        self.draft.step(action, "cost allocation tags", &[], stand, vec![look(self.change)]);
    }
}
