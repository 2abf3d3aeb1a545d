//! Who polls an operation.

use std::fmt::Debug;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

/// A future that can be handed to a driver.
pub type Work = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Something that runs work elsewhere than where it is awaited: on the thread of a simulator with its own
/// clock, say. Without a driver, an operation runs when polled, in the caller's runtime.
pub trait Driver: Debug + Send + Sync {
    /// Starts `work`. Dropping what is returned ends it.
    fn start(&self, work: Work) -> Box<dyn Send>;
}

/// A driver that clients and operations share.
pub type SharedDriver = Arc<dyn Driver>;

/// Runs `future` on the driver, if there is one, or where it is polled. Dropping the result ends it.
pub(crate) async fn run<T: Send + 'static>(
    driver: Option<SharedDriver>,
    future: impl Future<Output = T> + Send + 'static,
) -> crate::Result<T> {
    let Some(driver) = driver else { return Ok(future.await) };
    let (answer, waiting) = tokio::sync::oneshot::channel();
    let _running = driver.start(Box::pin(async move {
        // Nobody may be waiting any more, which is no failure.
        let _ = answer.send(future.await);
    }));
    waiting.await.map_err(|_| {
        crate::Error::new(crate::ErrorKind::Internal, "the driver ended before the work that it was given")
            .with_hint(
                "Keep the simulator alive while its operations run, and look for a wait that never ends",
            )
    })
}
