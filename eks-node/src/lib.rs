//! The native half of the npm package `eks-node`: JSON text in, promises of JSON text out. All that is decided is decided
//! in `eks-json` and below; what users see is made in `lib/` and declared in `index.d.ts`.
//!
//! A failure is an error whose message is the JSON form of [`eks_core::Error`]: an error of a promise has no fields of its
//! own (facts/bindings.md §2, "Traps"); `lib/errors.js` makes the class of it.

mod client;
mod operation;
mod question;
mod simulator;

use eks_core::simulator::Rehearsal;
use eks_json::{Answer, Failure};
use napi::Env;
use napi::bindgen_prelude::{PromiseRaw, spawn_blocking};
use napi_derive::napi;

/// What `index.js` and its parts understand.
pub(crate) fn told(failure: Failure) -> napi::Error {
    napi::Error::from_reason(failure.0)
}

/// An answer, or no answer, of something that may not have one yet.
pub(crate) fn maybe(answer: Option<Answer>) -> napi::Result<Option<String>> {
    answer.transpose().map_err(told)
}

/// Does what needs no account (see `eks_json::text::Work`).
///
/// # Errors
///
/// As `eks_json::text::work`.
#[napi(catch_unwind)]
pub fn work(call: String) -> napi::Result<String> {
    eks_json::text::work(&call).map_err(told)
}

/// The same for what waits for files.
///
/// # Errors
///
/// As [`work`].
#[napi]
pub fn work_later(env: &Env, call: String) -> napi::Result<PromiseRaw<'_, String>> {
    blocking(env, move || eks_json::text::work(&call))
}

/// A promise of what blocks.
pub(crate) fn blocking(
    env: &Env,
    work: impl FnOnce() -> Answer + Send + 'static,
) -> napi::Result<PromiseRaw<'_, String>> {
    env.spawn_future(async move {
        let answer = spawn_blocking(work).await;
        answer.map_err(|error| napi::Error::from_reason(error.to_string()))?.map_err(told)
    })
}

/// Creates and deletes a cluster on a simulator of its own.
///
/// # Errors
///
/// As [`Rehearsal::from_json`].
#[napi]
pub async fn rehearse(spec: String) -> napi::Result<String> {
    Rehearsal::from_json(&spec).await.map_err(|error| napi::Error::from_reason(error.to_json()))
}
