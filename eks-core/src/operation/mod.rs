//! THE LOOP: look, decide, act; sleep until something can have changed.

mod agenda;
mod begin;
mod budget;
mod driver;
mod engine;
mod event;
mod future;
mod handle;
mod info;
mod pace;
mod pulse;

pub(crate) use driver::run;
pub use driver::{Driver, SharedDriver, Work};
pub(crate) use engine::{Engine, Next, mixed};
pub use event::{Event, EventKind};
pub use future::{Cancel, Operation, Watcher};
pub use handle::{Handle, Tick};
pub use info::{ClusterInfo, ClusterSummary, DeleteReport, NodeGroupInfo, Outcome, ServiceAccountRoleInfo};
pub(crate) use pulse::now;
