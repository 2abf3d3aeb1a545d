//! Errors as Python exceptions. Their class is written in Python: under `abi3-py310` a native class cannot
//! extend `Exception` (facts/bindings.md §2, "Traps").

use eks_core::Error;
use pyo3::prelude::*;

/// `eks.EksError`, made of the error's JSON form.
pub(crate) fn raise(python: Python<'_>, error: &Error) -> PyErr {
    let make =
        || python.import("eks.errors")?.getattr("EksError")?.call_method1("from_json", (error.to_json(),));
    make().map_or_else(|failure| failure, PyErr::from_value)
}
