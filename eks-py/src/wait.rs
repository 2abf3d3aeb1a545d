//! Waiting without the GIL, and with Ctrl-C.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

/// How often Python is asked for signals: a Ctrl-C is answered within it (facts/bindings.md §2).
const TICK: Duration = Duration::from_millis(50);

/// Blocks this thread until `future` ends, with the GIL released. A signal whose handler raises ends the wait
/// with what it raised, and drops the future.
pub(crate) fn wait<F>(python: Python<'_>, future: F) -> PyResult<F::Output>
where
    F: Future + Send,
    F::Output: Send,
{
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = python.detach(|| poll(future.as_mut(), TICK)) {
            return Ok(output);
        }
        python.check_signals()?;
    }
}

/// The same for so many seconds of the wall clock, and no longer: `None` then.
pub(crate) fn wait_for<F>(python: Python<'_>, future: F, seconds: Option<f64>) -> PyResult<Option<F::Output>>
where
    F: Future + Send,
    F::Output: Send,
{
    let Some(seconds) = seconds else { return wait(python, future).map(Some) };
    let time = Duration::try_from_secs_f64(if seconds < 0.0 { 0.0 } else { seconds }).map_err(|error| {
        PyValueError::new_err(format!("timeout: {seconds} must be a number of seconds: {error}"))
    })?;
    // Of a time that no clock reaches nobody sees the end.
    let end = now().checked_add(time);
    let mut future = pin!(future);
    loop {
        let left = end.map_or(TICK, |end| end.saturating_duration_since(now()));
        if let Poll::Ready(output) = python.detach(|| poll(future.as_mut(), left.min(TICK))) {
            return Ok(Some(output));
        }
        python.check_signals()?;
        if left.is_zero() {
            return Ok(None);
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "whoever waits in Python looks at the clock on the wall")]
fn now() -> Instant {
    Instant::now()
}

/// Polls, and if that was too early, sleeps until the future wants to be polled again or the time is over.
fn poll<F: Future>(future: std::pin::Pin<&mut F>, time: Duration) -> Poll<F::Output> {
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let polled = future.poll(&mut Context::from_waker(&waker));
    if polled.is_pending() {
        thread::park_timeout(time);
    }
    polled
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}
