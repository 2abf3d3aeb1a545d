//! WHAT TO DO: pure. No async, no AWS types, no clock.

mod addon_schema;
mod api_server;
mod apply;
mod change_set;
mod cluster_map;
mod contents;
mod cost;
mod create;
mod decide;
mod delete;
mod difference;
mod draft;
mod estimate;
mod expiry;
mod found;
mod foundation;
mod goal;
mod identity_stack;
mod names;
mod node_group_change;
mod node_group_stack;
mod node_user_data;
mod notes;
mod outline;
mod ownership;
mod patch;
mod picture;
mod policy;
mod preflight;
mod recent;
mod replacement;
mod request;
mod schedule;
mod stack_stand;
mod step;
pub(crate) mod tag;
mod tagging;
#[cfg(test)]
mod tests;
mod update;
mod valid_zones;
mod zones;

pub(crate) use apply::{applied, last_spec, whole_spec};
pub(crate) use cluster_map::cluster_map;
pub use cluster_map::{ClusterMap, MapComputer, MapSubnet};
pub use contents::Content;
pub(crate) use contents::contents;
pub use cost::{Cost, CostItem, Price};
pub(crate) use cost::{cost, goods};
pub(crate) use create::identity_look;
pub(crate) use decide::{Decision, Verdict, decide, everything};
pub(crate) use delete::{
    eksctl_cluster, found_anything, remember_eksctl, remember_logs, remember_retained, retained,
};
pub(crate) use expiry::{Expired, Word, expired, expires, word};
pub(crate) use found::{found_looks, spec_of};
pub use goal::{ApplyOptions, CreateOptions, DeleteOptions, PatchOptions, TagOptions};
pub(crate) use goal::{Goal, Patch};
pub(crate) use identity_stack::{OIDC_PROVIDER, service_account_roles};
pub(crate) use names::foundation_look;
pub(crate) use notes::{notes, version_of};
pub(crate) use outline::minutes;
pub use outline::{Actual, Plan};
pub(crate) use ownership::{owns_cluster, owns_stack};
pub(crate) use patch::{known_as, patch_notes, patched};
pub(crate) use preflight::{COUNTED, instance_types, nat_zones, preflight};
pub use preflight::{Preflight, QuotaFinding};
#[cfg(test)]
pub(crate) use recent::Attempt;
pub(crate) use recent::Recent;
pub use replacement::Replaceable;
pub(crate) use request::*;
pub(crate) use schedule::{Slot, end, schedule};
pub use step::{Expected, Step, StepKind, StepState};
pub use tagging::{AwsOwnTag, TagReport, TaggedThings};
pub(crate) use tagging::{tag_contents, tag_notes};
