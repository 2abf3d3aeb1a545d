//! Waiting without the GIL, and with Ctrl-C.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::Duration;

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
        if let Poll::Ready(output) = python.detach(|| poll(future.as_mut())) {
            return Ok(output);
        }
        python.check_signals()?;
    }
}

/// Polls, and if that was too early, sleeps until the future wants to be polled again or the tick is over.
fn poll<F: Future>(future: std::pin::Pin<&mut F>) -> Poll<F::Output> {
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let polled = future.poll(&mut Context::from_waker(&waker));
    if polled.is_pending() {
        thread::park_timeout(TICK);
    }
    polled
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}
