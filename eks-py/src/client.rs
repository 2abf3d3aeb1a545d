//! A client.

use std::sync::Arc;

use eks_json::{Failure, GivenCredentials};
use pyo3::prelude::*;

use crate::error::{answered, raise};
use crate::later::{Waiting, later};
use crate::operation::Operation;
use crate::wait::wait;

/// A client: questions and lifecycles are JSON text.
#[pyclass(frozen, module = "eks._native")]
pub(crate) struct Client(pub(crate) eks_json::Client);

#[pymethods]
impl Client {
    /// Made of `ClientOptions`; `give_credentials` gives credentials as JSON text whenever they are needed anew.
    #[new]
    #[pyo3(signature = (options, give_credentials=None))]
    fn new(python: Python<'_>, options: &str, give_credentials: Option<Py<PyAny>>) -> PyResult<Self> {
        let made = match give_credentials {
            None => eks_json::Client::new(options),
            Some(give) => {
                let give = Arc::new(move || credentials(&give));
                eks_json::Client::with_credentials(options, give)
            }
        };
        made.map(Self).map_err(|Failure(failure)| raise(python, &failure))
    }

    /// The answer to a question.
    fn ask(&self, python: Python<'_>, question: &str) -> PyResult<String> {
        let answer = wait(python, self.0.ask(question))?;
        answered(python, answer)
    }

    /// The same, told to `done(answer, failure)` on another thread.
    fn ask_later(&self, python: Python<'_>, question: &str, done: Py<PyAny>) -> PyResult<Waiting> {
        later(python, self.0.ask(question), done)
    }

    /// Begins a lifecycle, which runs from then on.
    fn begin(&self, python: Python<'_>, lifecycle: &str) -> PyResult<Operation> {
        let begun = self.0.begin(lifecycle);
        begun.map(Operation).map_err(|Failure(failure)| raise(python, &failure))
    }

    /// Refuses whatever is asked from now on.
    fn close(&self) {
        self.0.close();
    }
}

/// What a Python function gives, or says.
fn credentials(give: &Py<PyAny>) -> Result<GivenCredentials, String> {
    let given = Python::try_attach(|python| {
        let given = give.call0(python).and_then(|given| given.extract::<String>(python));
        given.map_err(|error| error.to_string())
    });
    let given = given.unwrap_or_else(|| Err("Python has ended".to_owned()))?;
    serde_json::from_str(&given).map_err(|error| format!("these are no credentials: {error}"))
}
