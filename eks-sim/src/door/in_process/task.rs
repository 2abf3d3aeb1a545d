//! A future on the simulator's thread, and the handle of whoever waits for it.

use std::future::Future;
use std::panic::resume_unwind;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use tokio::sync::oneshot;
use tokio::task::{JoinError, spawn_local};

use super::life::{Life, Stuck};

type Ended<T> = Result<Result<T, Stuck>, JoinError>;

/// A future that runs on the simulator's thread. Await it anywhere, in any runtime or none; dropping it ends
/// what runs there. A panic there is continued here.
#[derive(Debug)]
#[must_use = "dropping a task ends it"]
pub struct Task<T> {
    answer: oneshot::Receiver<Ended<T>>,
}

impl<T> Future for Task<T> {
    type Output = Result<T, Stuck>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.answer).poll(context).map(|answer| match answer {
            Ok(Ok(ended)) => ended,
            Ok(Err(error)) => match error.try_into_panic() {
                Ok(panic) => resume_unwind(panic),
                Err(error) => panic!("a task of the simulator was ended from outside: {error}"),
            },
            Err(_) => panic!("the simulator ended before its task: keep a `Simulator` while tasks run"),
        })
    }
}

/// A task, and what starts it on the simulator's thread.
pub(super) fn new<F>(
    life: Arc<Life>,
    make: impl FnOnce() -> F + Send + 'static,
) -> (Task<F::Output>, impl FnOnce() + Send + 'static)
where
    F: Future + 'static,
    F::Output: Send + 'static,
{
    let (sender, answer) = oneshot::channel();
    let start = move || {
        spawn_local(attend(sender, life, make));
    };
    (Task { answer }, start)
}

/// Runs the future until it ends, is ended, or nobody waits for it any more.
async fn attend<F>(
    mut sender: oneshot::Sender<Ended<F::Output>>,
    life: Arc<Life>,
    make: impl FnOnce() -> F + Send + 'static,
) where
    F: Future + 'static,
    F::Output: Send + 'static,
{
    let mut place = life.enter();
    let mut work = spawn_local(async move { make().await });
    let ended = tokio::select! {
        biased;
        () = sender.closed() => None,
        done = &mut work => Some(done.map(Ok)),
        Ok(stuck) = &mut place.end => Some(Ok(Err(stuck))),
    };
    if !matches!(ended, Some(Ok(Ok(_)) | Err(_))) {
        work.abort();
        // What the future held is gone before anyone hears of its end.
        let _ = work.await;
    }
    drop(place);
    if let Some(ended) = ended {
        let _ = sender.send(ended);
    }
}

/// Blocks this thread until `future` ends; also within a tokio runtime, whose own blocking calls refuse that.
pub(super) fn block_on<F: Future>(future: F) -> F::Output {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}
