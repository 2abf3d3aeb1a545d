//! The whole of `eks-core` as JSON text in, JSON text out: what the bindings of every language call, so that none of them
//! decides anything and a new field costs no code of theirs.
//!
//! - [`Client`]: a client, made from [`ClientOptions`] or by a [`Simulator`](SimulatedAccount).
//! - [`Client::ask`]: a question, such as `{"method": "describe", "name": "web"}` ([`Question`]).
//! - [`Client::begin`]: a lifecycle, such as `{"method": "create", "cluster": {"name": "web"}}` ([`Lifecycle`]). It runs from
//!   then on, and is waited for through its [`Operation`].
//! - [`text`]: what needs no account: specs read, checked and written, plans drawn.
//!
//! Answers are JSON text; failures are the JSON form of [`eks_core::Error`], as text ([`Failure`]). Futures can be awaited on
//! any executor, or on none: the work is done on a runtime of this crate, one in each process (a process that was forked gets
//! its own).

mod answer;
mod client;
mod lifecycle;
mod operation;
mod options;
mod question;
mod runtime;
mod simulator;
pub mod text;

pub use answer::{Answer, Failure};
pub use client::Client;
pub use lifecycle::Lifecycle;
pub use operation::Operation;
pub use options::{ClientOptions, GiveCredentials, GivenCredentials};
pub use question::Question;
pub use runtime::{Task, spawn};
pub use simulator::{SimulatedAccount, Turn};
