//! WHAT TO DO: pure. No async, no AWS types, no clock.

mod api_server;
mod cluster_map;
mod contents;
mod cost;
mod create;
mod decide;
mod delete;
mod draft;
mod estimate;
mod expiry;
mod foundation;
mod goal;
mod names;
mod node_group_stack;
mod node_user_data;
mod notes;
mod outline;
mod ownership;
mod picture;
mod preflight;
mod recent;
mod request;
mod scale;
mod schedule;
mod stack_stand;
mod step;
pub(crate) mod tag;
#[cfg(test)]
mod tests;
mod valid_zones;
mod zones;

pub(crate) use cluster_map::cluster_map;
pub use cluster_map::{ClusterMap, MapComputer, MapSubnet};
pub use contents::Content;
pub(crate) use contents::contents;
pub use cost::{Cost, CostItem, Price};
pub(crate) use cost::{cost, goods};
pub(crate) use decide::{Decision, Verdict, decide, everything};
pub(crate) use delete::{found_anything, remember_logs, remember_retained, retained};
pub(crate) use expiry::{Expired, Word, expired, expires, word};
pub(crate) use goal::Goal;
pub use goal::{CreateOptions, DeleteOptions, ScaleOptions};
pub(crate) use notes::{notes, version_of};
pub(crate) use outline::minutes;
pub use outline::{Actual, Plan};
pub(crate) use ownership::owns_cluster;
pub(crate) use preflight::{COUNTED, instance_types, nat_zones, preflight};
pub use preflight::{Preflight, QuotaFinding};
#[cfg(test)]
pub(crate) use recent::Attempt;
pub(crate) use recent::Recent;
pub(crate) use request::*;
pub(crate) use scale::changes;
pub(crate) use schedule::{Slot, end, schedule};
pub use step::{Expected, Step, StepKind, StepState};
