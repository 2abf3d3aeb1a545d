//! The native half of the Python package `eks`: JSON text in, JSON text out. What users see is in `python/eks`.

mod error;
mod wait;

/// The module `eks._native`.
#[pyo3::pymodule]
mod _native {
    use eks_core::simulator::Rehearsal;
    use pyo3::prelude::*;

    use crate::error::raise;
    use crate::wait::wait;

    /// Create and delete a cluster on a simulator of its own; spec and result are JSON text.
    #[pyfunction]
    fn rehearse(python: Python<'_>, spec: &str) -> PyResult<String> {
        wait(python, Rehearsal::from_json(spec))?.map_err(|error| raise(python, &error))
    }
}
