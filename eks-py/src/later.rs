//! Awaiting in asyncio: the work is done elsewhere, and what came of it is told to a function, which hands it to its event
//! loop. No runtime of a library's is shared with Python, so that nothing is broken by a fork.

use std::future::Future;
use std::sync::Mutex;

use eks_json::{Failure, Task};
use pyo3::prelude::*;

use crate::error::raise;

/// Something that is waited for. `cancel` ends the wait, and what waits alone.
#[pyclass(frozen, module = "eks._native")]
pub(crate) struct Waiting(Mutex<Option<Task>>);

#[pymethods]
impl Waiting {
    /// Ends the wait: `done` is not called any more, unless it has begun to be.
    fn cancel(&self) {
        drop(self.0.lock().map(|mut task| task.take()));
    }
}

/// What can be told to Python.
pub(crate) trait Told {
    /// Text, or nothing.
    type Text: for<'py> IntoPyObject<'py> + Send;
    fn told(self) -> Result<Self::Text, Failure>;
}

impl Told for eks_json::Answer {
    type Text = String;
    fn told(self) -> Result<String, Failure> {
        self
    }
}

impl Told for Option<eks_json::Answer> {
    type Text = Option<String>;
    fn told(self) -> Result<Option<String>, Failure> {
        self.transpose()
    }
}

/// Calls `done(answer, None)` or `done(None, error)` once the future has ended.
pub(crate) fn later<T: Told + Send + 'static>(
    python: Python<'_>,
    future: impl Future<Output = T> + Send + 'static,
    done: Py<PyAny>,
) -> PyResult<Waiting> {
    let task = eks_json::spawn(async move {
        let told = future.await.told();
        // Of an interpreter that is ending nobody waits for anything.
        Python::try_attach(|python| {
            let called = match told {
                Ok(text) => done.call1(python, (text, python.None())),
                Err(Failure(failure)) => {
                    done.call1(python, (python.None(), raise(python, &failure).into_value(python)))
                }
            };
            if let Err(error) = called {
                error.write_unraisable(python, Some(done.bind(python)));
            }
        });
    });
    let task = task.map_err(|error| raise(python, &error.to_json()))?;
    Ok(Waiting(Mutex::new(Some(task))))
}
