//! WHAT TO DO: pure. No async, no AWS types, no clock.

mod request;
mod step;
pub(crate) mod tag;

pub(crate) use request::*;
pub use step::{Expected, Step, StepKind, StepState};
