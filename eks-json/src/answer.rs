//! What every call comes to.

use std::fmt;

use eks_core::{Cluster, Error, ErrorKind};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// An error as JSON text: `kind`, `message`, `retryable`, `resource`, `operation`, `code`, `requestId`, `hint`, `violations`,
/// `stillRunning`, `causes` (see [`Error::to_json`]).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure(pub String);

/// JSON text, or why there is none.
pub type Answer = Result<String, Failure>;

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self(error.to_json())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Failure {}

/// What was answered, as JSON text.
pub(crate) fn written(value: &impl Serialize) -> Answer {
    serde_json::to_string(value).map_err(|error| {
        Error::new(ErrorKind::Internal, "the answer has no JSON form").with_source(error).into()
    })
}

/// A call that was written by a binding, not by a user: what it lacks is the binding's fault.
pub(crate) fn call<T: DeserializeOwned>(text: &str) -> Result<T, Error> {
    serde_json::from_str(text)
        .map_err(|error| Error::new(ErrorKind::Internal, format!("this is no call: {error}")))
}

/// What a user wrote: strictly, with the path of what is wrong. `null` is the default.
pub(crate) fn given<T: DeserializeOwned + Serialize + Default>(value: &Value) -> Result<T, Error> {
    if value.is_null() { Ok(T::default()) } else { eks_core::text::from_json(&value.to_string()) }
}

/// A cluster's spec.
pub(crate) fn spec(value: &Value) -> Result<Cluster, Error> {
    Cluster::from_json(&value.to_string())
}
