//! An AWS that fits in a process: EKS lifecycles on a virtual clock.
//!
//! One `World` holds the account. It does no I/O and has no clock of its own: whoever drives it says what
//! time it is and hands it a request, and it answers. Two doors lead in: `door::in_process` for the AWS SDK
//! of the same process, in virtual time, and `door::http` for every other client.

mod actor;
pub mod door;
mod fault;
mod instant;
mod kubernetes;
mod ledger;
mod price;
mod quota;
mod services;
mod settings;
mod throttle;
mod timing;
mod wire;
mod world;

pub use actor::{Actor, Role};
pub use door::http::Server;
pub use door::in_process::{Hold, Simulator, Stuck, StuckReason, Task};
pub use fault::{Effect, Fault};
pub use instant::Instant;
pub use ledger::{CallRecord, Ledger, Outcome, ResourceRecord};
pub use quota::Quotas;
pub use settings::{Settings, Trouble};
pub use timing::Timing;
pub use world::{Delivery, Reply, World};
