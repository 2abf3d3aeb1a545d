//! The embedded AWS.

use eks_json::{Failure, SimulatedAccount};
use pyo3::prelude::*;

use crate::client::Client;
use crate::error::{answered, raise};

/// A simulated account.
#[pyclass(frozen, module = "eks._native")]
pub(crate) struct Simulator(SimulatedAccount);

#[pymethods]
impl Simulator {
    /// Made of `Settings`, as JSON text.
    #[new]
    fn new(python: Python<'_>, settings: &str) -> PyResult<Self> {
        let account = python.detach(|| SimulatedAccount::start(settings));
        account.map(Self).map_err(|Failure(failure)| raise(python, &failure))
    }

    /// A client of it, made of `ClientOptions`.
    fn client(&self, python: Python<'_>, options: &str) -> PyResult<Client> {
        self.0.client(options).map(Client).map_err(|Failure(failure)| raise(python, &failure))
    }

    /// Asks, or has something happen (`eks_json::Turn`).
    fn turn(&self, python: Python<'_>, turn: &str) -> PyResult<String> {
        let answer = python.detach(|| self.0.turn(turn));
        answered(python, answer)
    }
}
