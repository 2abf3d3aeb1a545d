//! WHAT TO DO: pure. No async, no AWS types, no clock.

mod create;
mod decide;
mod delete;
mod draft;
mod estimate;
mod foundation;
mod goal;
mod names;
mod node_group_stack;
mod notes;
mod outline;
mod ownership;
mod recent;
mod request;
mod schedule;
mod step;
pub(crate) mod tag;
#[cfg(test)]
mod tests;
mod valid_zones;
mod zones;

pub(crate) use decide::{Decision, Verdict, decide, everything};
pub(crate) use delete::found_anything;
pub use goal::DeleteOptions;
pub(crate) use goal::Goal;
pub(crate) use notes::{notes, version_of};
pub use outline::Plan;
pub(crate) use outline::minutes;
pub(crate) use ownership::owns_cluster;
pub(crate) use recent::{Attempt, Recent};
pub(crate) use request::*;
pub(crate) use schedule::{Slot, schedule};
pub use step::{Expected, Step, StepKind, StepState};
