//! The native half of the npm package `eks`: JSON text in, a promise of JSON text out. What users see is in
//! `index.js` and `index.d.ts`.

use eks_core::simulator::Rehearsal;
use napi_derive::napi;

/// Creates and deletes a cluster on a simulator of its own; spec and result are JSON text.
///
/// # Errors
///
/// The error's JSON form is the message: an error of an async function has no fields of its own
/// (facts/bindings.md §2, "Traps"); `index.js` makes the class of it.
#[napi]
pub async fn rehearse(spec: String) -> napi::Result<String> {
    Rehearsal::from_json(&spec).await.map_err(|error| napi::Error::from_reason(error.to_json()))
}
