//! What a reader of the plan is told.

use crate::observe::{CostTagStatus, Observed};
use crate::plan::contents::Content;
use crate::spec::TagChange;

/// Each tag, and what becomes of it.
pub(crate) fn tag_contents(change: &TagChange) -> Vec<Content> {
    let content = |(key, value): (&String, &Option<String>)| Content {
        what: format!("tag {key}"),
        how: value.clone().unwrap_or_else(|| "taken away".to_owned()),
    };
    change.tags.iter().map(content).collect()
}

/// What could not be looked at, and what billing makes of it.
pub(crate) fn tag_notes(change: &TagChange, observed: &Observed) -> Vec<String> {
    let mut notes = unchecked(observed);
    let Some(billing) = &observed.cost_tags else { return notes };
    if let Some(why) = &billing.unchecked {
        notes.push(format!("billing was not asked: {why}"));
    }
    let wanted = change.wanted();
    let are = |status| {
        let keys = billing.keys.iter().filter(move |(_, it)| **it == status);
        let keys = keys.filter(|(key, _)| wanted.contains_key(*key));
        keys.map(|(key, _)| key.as_str()).collect::<Vec<_>>()
    };
    let (inactive, unseen) = (are(CostTagStatus::Inactive), are(CostTagStatus::Unseen));
    if !inactive.is_empty() {
        notes.push(format!("billing: {} splits no costs until it is activated", inactive.join(", ")));
    }
    if !unseen.is_empty() {
        notes.push(format!(
            "billing: {} is not known there yet, which takes up to 24 hours from its first use, and can be activated only then",
            unseen.join(", ")
        ));
    }
    notes
}

/// What this caller may not look at, with the reason.
pub(super) fn unchecked(observed: &Observed) -> Vec<String> {
    let parts = observed.tagged.values().flat_map(|tagged| &tagged.unchecked);
    observed.withheld.values().chain(parts).map(|why| why.trim_end_matches('.').to_owned()).collect()
}
