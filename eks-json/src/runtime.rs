//! Where the work is done: a runtime in each process.
//!
//! A forked process has its parent's memory and none of its threads: a runtime that was started before the fork would wait
//! for ever there (facts/bindings.md §2, "Traps"). So each process has its own, made when it is first needed.

use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll};

use eks_core::{Error, ErrorKind};
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::task::JoinHandle;

static RUNTIME: Mutex<Option<(u32, &'static Runtime)>> = Mutex::new(None);

/// Two threads: operations wait, and compute little.
const THREADS: usize = 2;
/// Room for the SDK's futures as a debug build lays them out, which overflow tokio's 2 MiB; it is taken as it is used.
const STACK: usize = 8 * 1024 * 1024;

/// The runtime of this process.
pub(crate) fn handle() -> Result<Handle, Error> {
    let mut runtime = RUNTIME.lock().unwrap_or_else(PoisonError::into_inner);
    let process = std::process::id();
    match *runtime {
        Some((of, runtime)) if of == process => Ok(runtime.handle().clone()),
        _ => {
            let made = Builder::new_multi_thread()
                .worker_threads(THREADS)
                .thread_stack_size(STACK)
                .thread_name("eks")
                .enable_all()
                .build()
                .map_err(|error| {
                    Error::new(ErrorKind::Internal, "the runtime cannot be started").with_source(error)
                })?;
            // For as long as the process lives: what runs on it ends with it. A parent's is left alone.
            let made: &'static Runtime = Box::leak(Box::new(made));
            *runtime = Some((process, made));
            Ok(made.handle().clone())
        }
    }
}

/// Work on the runtime of this process. Dropping it ends the work.
#[derive(Debug)]
#[must_use = "dropping it ends the work"]
pub struct Task<T = ()>(JoinHandle<T>);

impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl<T> Future for Task<T> {
    type Output = Result<T, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(context).map_err(|error| {
            Error::new(ErrorKind::Internal, "the work ended before it was done").with_source(error)
        })
    }
}

/// Has work done on the runtime of this process: what comes of it can be awaited anywhere.
///
/// # Errors
///
/// [`ErrorKind::Internal`] if the runtime cannot be started.
pub fn spawn<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> Result<Task<T>, Error> {
    Ok(Task(handle()?.spawn(work)))
}
