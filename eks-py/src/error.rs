//! Errors as Python exceptions. Their classes are written in Python: under `abi3-py310` a native class cannot
//! extend `Exception` (facts/bindings.md §2, "Traps").

use eks_json::{Answer, Failure};
use pyo3::prelude::*;

/// The fitting subclass of `eks.EksError`, made of the error's JSON form.
pub(crate) fn raise(python: Python<'_>, failure: &str) -> PyErr {
    let make = || python.import("eks.errors")?.getattr("from_json")?.call1((failure,));
    make().map_or_else(|failure| failure, PyErr::from_value)
}

/// The answer, or the exception.
pub(crate) fn answered(python: Python<'_>, answer: Answer) -> PyResult<String> {
    answer.map_err(|Failure(failure)| raise(python, &failure))
}
