//! Amazon EKS lifecycles as typed, in-process, resumable futures.

mod error;
pub mod kubernetes;
pub mod spec;

pub use error::{Error, ErrorKind, Result, Violation};
