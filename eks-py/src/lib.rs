//! The native half of the Python package `eks`: JSON text in, JSON text out. What users see is in `python/eks`; what
//! decides is in `eks-core`, which `eks-json` gives the form that both need.

mod client;
mod error;
mod later;
mod operation;
mod simulator;
mod wait;

/// The module `eks._native`.
#[pyo3::pymodule]
mod _native {
    use eks_core::simulator::Rehearsal;
    use pyo3::prelude::*;

    #[pymodule_export]
    use crate::client::Client;
    use crate::error::{answered, raise};
    #[pymodule_export]
    use crate::later::Waiting;
    #[pymodule_export]
    use crate::operation::Operation;
    #[pymodule_export]
    use crate::simulator::Simulator;
    use crate::wait::wait;

    /// Create and delete a cluster on a simulator of its own; spec and result are JSON text.
    #[pyfunction]
    fn rehearse(python: Python<'_>, spec: &str) -> PyResult<String> {
        wait(python, Rehearsal::from_json(spec))?.map_err(|error| raise(python, &error.to_json()))
    }

    /// What needs no account: specs read, checked and written, plans drawn (`eks_json::text::Work`).
    #[pyfunction]
    fn work(python: Python<'_>, text: &str) -> PyResult<String> {
        answered(python, eks_json::text::work(text))
    }
}
