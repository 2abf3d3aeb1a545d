//! An operation as a future and a stream of events.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};

use super::driver::{SharedDriver, run};
use super::engine::{Engine, Listen, Next, Standing};
use super::event::Event;
use super::handle::Handle;
use super::info::Outcome;
use crate::plan::Plan;
use crate::{Error, ErrorKind, Result};

type Work<T> = Pin<Box<dyn Future<Output = Result<T>> + Send>>;

/// Makes the engine once the operation is first polled, so that a bad call costs nothing until awaited.
pub(crate) type Start = Pin<Box<dyn Future<Output = Result<Engine>> + Send>>;

/// What an operation and its loop share.
#[derive(Default)]
struct Shared {
    /// What it began with.
    handle: Option<Handle>,
    /// Where it stood last.
    standing: Option<Arc<Standing>>,
}

/// A lifecycle on its way: await it, stream its events, or take its handle and drive it elsewhere.
///
/// Events are kept until they are read; while the operation is awaited, which reads none, it says nothing of how
/// everything stands ([`EventKind::Planned`](crate::EventKind::Planned),
/// [`EventKind::Waiting`](crate::EventKind::Waiting)), which [`Operation::plan`] knows. It runs when polled. Dropping it
/// stops driving and undoes nothing: what AWS has started finishes, and the same call, or [`crate::Eks::resume`] with the
/// handle, goes on from there.
///
/// The future ends with what the lifecycle is for; awaiting it again after that is an
/// [`ErrorKind::Internal`] error.
#[must_use = "an operation does nothing until it is awaited"]
pub struct Operation<T> {
    work: Option<Work<T>>,
    /// In boxes: a channel has room for 32 from its beginning.
    events: UnboundedReceiver<Box<Event>>,
    shared: Arc<Mutex<Shared>>,
    awaited: Arc<AtomicBool>,
    /// The result, if it came while events were being read.
    ended: Option<Box<Result<T>>>,
}

/// What becomes of what an operation has begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cancel {
    /// It is left as it is: what AWS has started finishes, nothing new begins, and the handle resumes it.
    Leave,
    /// It is to be undone: what was made is deleted by the operation that is returned.
    RollBack,
}

/// Tells where an operation stands, to others than who drives it.
#[derive(Clone)]
pub struct Watcher(Arc<Mutex<Shared>>);

impl Watcher {
    /// As [`Operation::handle`].
    pub fn handle(&self) -> Option<Handle> {
        let shared = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        shared.standing.as_ref().map(|standing| standing.handle()).or_else(|| shared.handle.clone())
    }

    /// As [`Operation::plan`].
    pub fn plan(&self) -> Option<Plan> {
        let standing = self.0.lock().unwrap_or_else(PoisonError::into_inner).standing.clone();
        standing.map(|standing| standing.plan())
    }
}

impl std::fmt::Debug for Watcher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Watcher").finish_non_exhaustive()
    }
}

impl<T: Send + 'static> Operation<T> {
    pub(crate) fn new(
        start: Start,
        driver: Option<SharedDriver>,
        handle: Option<Handle>,
        finish: fn(Outcome) -> Result<T>,
    ) -> Self {
        let (sender, events) = mpsc::unbounded_channel();
        let shared = Arc::new(Mutex::new(Shared { handle, standing: None }));
        let awaited = Arc::<AtomicBool>::default();
        let reader = Reader { sender, awaited: Arc::clone(&awaited), shared: Arc::clone(&shared) };
        // In a box: whoever holds a future holds room for it, also when it has been handed on.
        let inner = Box::pin(drive(start, Arc::new(reader), finish));
        let work: Work<T> = Box::pin(async move { run(driver, inner).await? });
        Self { work: Some(work), events, shared, awaited, ended: None }
    }

    /// The next event; `None` when the operation has ended. Drives the operation while it waits.
    pub async fn next_event(&mut self) -> Option<Event> {
        std::future::poll_fn(|context| self.poll_event(context)).await
    }

    fn poll_event(&mut self, context: &mut Context<'_>) -> Poll<Option<Event>> {
        self.awaited.store(false, Ordering::Relaxed);
        if let Poll::Ready(Some(event)) = self.events.poll_recv(context) {
            return Poll::Ready(Some(*event));
        }
        if let Some(work) = &mut self.work
            && let Poll::Ready(result) = work.as_mut().poll(context)
        {
            self.work = None;
            self.ended = Some(Box::new(result));
        }
        // What the poll just said comes first; once the work is over, the channel is closed.
        self.events.poll_recv(context).map(|event| event.map(|event| *event))
    }

    /// The operation as data, to be stored and resumed; `None` until it has begun.
    pub fn handle(&self) -> Option<Handle> {
        self.watcher().handle()
    }

    /// Where everything stands; `None` until the first look is over.
    pub fn plan(&self) -> Option<Plan> {
        self.watcher().plan()
    }

    /// Somebody who can tell where it stands while another drives it.
    pub fn watcher(&self) -> Watcher {
        Watcher(Arc::clone(&self.shared))
    }

    /// Stops driving and keeps the handle. What AWS has started finishes; nothing new begins.
    pub fn detach(self) -> Option<Handle> {
        self.handle()
    }
}

impl<T: Send + 'static> Future for Operation<T> {
    type Output = Result<T>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<T>> {
        if let Some(result) = self.ended.take() {
            return Poll::Ready(*result);
        }
        self.awaited.store(true, Ordering::Relaxed);
        let Some(work) = &mut self.work else {
            return Poll::Ready(Err(Error::new(
                ErrorKind::Internal,
                "the operation was awaited after its end",
            )));
        };
        let result = std::task::ready!(work.as_mut().poll(context));
        self.work = None;
        Poll::Ready(result)
    }
}

/// Whoever reads events, if somebody does. Of an operation that is awaited nobody has to be told how it stands: those
/// events would only pile up, two a minute, and the first has the whole plan.
struct Reader {
    sender: UnboundedSender<Box<Event>>,
    awaited: Arc<AtomicBool>,
    shared: Arc<Mutex<Shared>>,
}

impl Reader {
    fn shared(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn standing(&self) -> Option<Arc<Standing>> {
        self.shared().standing.clone()
    }
}

impl Listen for Reader {
    fn is_reading(&self) -> bool {
        !self.awaited.load(Ordering::Relaxed)
    }

    fn tell(&self, event: Event) {
        // Nobody has to listen.
        drop(self.sender.send(Box::new(event)));
    }

    fn stands(&self, standing: Standing) {
        *self.shared() = Shared { handle: None, standing: Some(Arc::new(standing)) };
    }
}

/// The loop: ticks, sleeps and heartbeats until everything is as wanted.
async fn drive<T>(start: Start, reader: Arc<Reader>, finish: fn(Outcome) -> Result<T>) -> Result<T> {
    let mut engine = start.await?;
    let deadline = engine.deadline();
    engine.listen(reader.clone());
    loop {
        engine.begin();
        let mut pulse = engine.pulse();
        let next = {
            let mut over = std::pin::pin!(pulse.until(deadline));
            // Tens of kilobytes that nobody needs while the operation waits, which is nearly always.
            let mut tick = Box::pin(engine.tick());
            loop {
                tokio::select! {
                    biased;
                    next = &mut tick => break Some(next),
                    () = &mut over => break None,
                    () = pulse.next() => {
                        if reader.is_reading() {
                            reader.tell(pulse.beat(reader.standing().as_deref()));
                        }
                    }
                }
            }
        };
        engine.beaten(pulse);
        reader.stands(engine.standing());
        // What a call in flight comes to shows at the next look.
        match next.unwrap_or_else(|| Err(engine.timed_out()))? {
            Next::Done => return finish(engine.outcome()?),
            Next::At(moment) => loop {
                let silent_until = engine.heartbeat();
                let news = engine.wait_until(moment.min(silent_until).min(deadline)).await;
                if engine.now() >= deadline {
                    return Err(engine.timed_out());
                }
                if news || engine.now() >= moment {
                    break;
                }
            },
        }
    }
}
