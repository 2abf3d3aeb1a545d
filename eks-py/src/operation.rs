//! An operation.

use eks_json::Failure;
use pyo3::prelude::*;

use crate::error::{answered, raise};
use crate::later::{Waiting, later};
use crate::wait::{wait, wait_for};

/// A lifecycle on its way, which goes on whether it is waited for or not.
#[pyclass(frozen, module = "eks._native")]
pub(crate) struct Operation(pub(crate) eks_json::Operation);

#[pymethods]
impl Operation {
    /// What it does, such as `create`.
    #[getter]
    fn verb(&self) -> &str {
        self.0.verb()
    }

    /// Whether it has ended.
    fn is_done(&self) -> bool {
        self.0.ended().is_some()
    }

    /// What it comes to; `None` if that is not known after so many seconds.
    #[pyo3(signature = (timeout=None))]
    fn result(&self, python: Python<'_>, timeout: Option<f64>) -> PyResult<Option<String>> {
        let result = wait_for(python, self.0.result(), timeout)?;
        result.map(|result| answered(python, result)).transpose()
    }

    /// The same, told to `done(answer, failure)` on another thread.
    fn result_later(&self, python: Python<'_>, done: Py<PyAny>) -> PyResult<Waiting> {
        later(python, self.0.result(), done)
    }

    /// Its event of this number, from 0 on; `None` if it ended before.
    fn event(&self, python: Python<'_>, number: usize) -> PyResult<Option<String>> {
        let event = wait(python, self.0.event(number))?;
        event.map(|event| answered(python, event)).transpose()
    }

    /// The same, told to `done(event, failure)` on another thread.
    fn event_later(&self, python: Python<'_>, number: usize, done: Py<PyAny>) -> PyResult<Waiting> {
        later(python, self.0.event(number), done)
    }

    /// Where everything stands; `None` before the first look.
    fn plan(&self, python: Python<'_>) -> PyResult<Option<String>> {
        self.0.plan().map(|plan| answered(python, plan)).transpose()
    }

    /// The operation as data; `None` before it has begun.
    fn handle(&self, python: Python<'_>) -> PyResult<Option<String>> {
        self.0.handle().map(|handle| answered(python, handle)).transpose()
    }

    /// Stops driving; the handle goes on from there.
    fn detach(&self, python: Python<'_>) -> PyResult<Option<String>> {
        self.0.detach().map(|handle| answered(python, handle)).transpose()
    }

    /// Stops driving and undoes it: the operation that does.
    fn roll_back(&self, python: Python<'_>) -> PyResult<Self> {
        self.0.roll_back().map(Self).map_err(|Failure(failure)| raise(python, &failure))
    }
}
