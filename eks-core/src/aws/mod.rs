//! THE WIRE: AWS's clients, what their refusals mean, and how fast they may be asked.

mod call;
#[cfg(test)]
pub(crate) mod canned;
mod classify;
pub(crate) mod config;
mod limiter;
mod wire;

pub(crate) use call::{Call, Service};
pub(crate) use classify::{Class, Refusal};
pub(crate) use wire::Wire;
