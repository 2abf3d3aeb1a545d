//! What a caller may not look at and can do without.

use super::Look;
use crate::observe::{Observed, Seen};

/// Goes on as if nothing of the kind were there, and keeps the reason. `false`: it cannot be done without.
pub(crate) fn withhold(question: &Look, why: &str, observed: &mut Observed) -> bool {
    let what = match question {
        Look::NodeGroups | Look::NodeGroup { .. } => {
            observed.node_groups.get_or_insert_default();
            "node groups"
        }
        Look::FargateProfiles | Look::FargateProfile { .. } => {
            observed.fargate_profiles.get_or_insert_default();
            "Fargate profiles"
        }
        Look::Addons | Look::Addon { .. } => {
            observed.addons.get_or_insert_default();
            "add-ons"
        }
        Look::Foundation { .. } => {
            if observed.foundation.is_unknown() {
                observed.foundation = Seen::Absent;
            }
            "the foundation stack"
        }
        Look::NodeGroupStacks { .. } | Look::NodeGroupStack { .. } => "stacks of node groups",
        _ => return false,
    };
    let verb = if what.starts_with("the ") { "was" } else { "were" };
    observed.withheld.insert(what.to_owned(), format!("{what} {verb} not looked for: {why}"));
    true
}
