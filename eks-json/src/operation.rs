//! A lifecycle on its way, for whoever waits for it: once, several times, or not at all.

use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use eks_core::{Eks, Error, ErrorKind, Event, Operation as Driven, Watcher};
use serde::Serialize;
use tokio::sync::Notify;
use tokio::task::AbortHandle;

use crate::answer::{Answer, Failure, written};
use crate::lifecycle::{Begun, Read};
use crate::runtime;

/// A lifecycle that is driven in the background. It is driven to its end also when nobody holds it any more.
#[derive(Clone)]
pub struct Operation(Arc<Inner>);

struct Inner {
    verb: String,
    state: Mutex<State>,
    /// Something new: an event, the end.
    news: Notify,
    /// Whether events are composed: until it is known that whoever has begun it only waits.
    read: AtomicBool,
    /// Whether somebody has asked for events.
    has_reader: AtomicBool,
    wanted: Notify,
}

#[derive(Default)]
struct State {
    events: Vec<Event>,
    /// Who can tell where it stands, once it has begun.
    watcher: Option<Watcher>,
    eks: Option<Eks>,
    end: Option<Answer>,
    task: Option<AbortHandle>,
}

impl Operation {
    pub(crate) fn begin(
        lifecycle: Read,
        eks: impl Future<Output = Result<Eks, Error>> + Send + 'static,
    ) -> Result<Self, Error> {
        let operation = Self(Arc::new(Inner {
            verb: lifecycle.verb().to_owned(),
            state: Mutex::default(),
            news: Notify::new(),
            read: AtomicBool::new(true),
            has_reader: AtomicBool::new(false),
            wanted: Notify::new(),
        }));
        let driven = operation.clone();
        let task = runtime::handle()?.spawn(async move {
            let eks = match eks.await {
                Ok(eks) => eks,
                Err(error) => return driven.end(Err(error.into())),
            };
            let begun = lifecycle.begin(&eks);
            driven.lock().eks = Some(eks);
            match begun {
                Ok(Begun::Cluster(operation)) => driven.drive(operation).await,
                Ok(Begun::Deleted(operation)) => driven.drive(operation).await,
                Ok(Begun::NodeGroup(operation)) => driven.drive(operation).await,
                Ok(Begun::Tagged(operation)) => driven.drive(operation).await,
                Err(error) => driven.end(Err(error.into())),
            }
        });
        operation.lock().task = Some(task.abort_handle());
        Ok(operation)
    }

    /// Awaits it, or reads its events as long as somebody wants them.
    async fn drive<T: Serialize + Send + 'static>(&self, mut operation: Driven<T>) {
        self.lock().watcher = Some(operation.watcher());
        let result = loop {
            if self.0.read.load(Ordering::Relaxed) {
                match operation.next_event().await {
                    Some(event) => self.push(event),
                    None => break (&mut operation).await,
                }
            } else {
                tokio::select! {
                    biased;
                    result = &mut operation => break result,
                    () = self.0.wanted.notified() => {}
                }
            }
        };
        // What was said while nobody read.
        while let Some(event) = operation.next_event().await {
            self.push(event);
        }
        self.end(result.map_err(Failure::from).and_then(|result| written(&result)));
    }

    fn push(&self, event: Event) {
        self.lock().events.push(event);
        self.0.news.notify_waiters();
    }

    fn end(&self, end: Answer) {
        self.lock().end.get_or_insert(end);
        self.0.news.notify_waiters();
    }

    /// `create`, `apply`, `delete`, `scale` and so on.
    pub fn verb(&self) -> &str {
        &self.0.verb
    }

    /// What it comes to, as often as it is asked for. Whoever stops waiting stops nothing.
    ///
    /// # Errors
    ///
    /// Those of the lifecycle; `cancelled` once it is no longer driven.
    pub fn result(&self) -> impl Future<Output = Answer> + Send + 'static {
        if !self.0.has_reader.load(Ordering::Relaxed) {
            self.0.read.store(false, Ordering::Relaxed);
        }
        let operation = self.clone();
        async move { operation.news(|state| state.end.clone()).await }
    }

    /// What it came to, if it has ended.
    pub fn ended(&self) -> Option<Answer> {
        self.lock().end.clone()
    }

    /// Its event of this number, from 0 on, as soon as it has happened; `None` if it ended before.
    pub fn event(&self, number: usize) -> impl Future<Output = Option<Answer>> + Send + 'static {
        self.0.has_reader.store(true, Ordering::Relaxed);
        if !self.0.read.swap(true, Ordering::Relaxed) {
            self.0.wanted.notify_one();
        }
        let operation = self.clone();
        async move {
            operation
                .news(|state| match state.events.get(number) {
                    Some(event) => Some(Some(written(event))),
                    None => state.end.is_some().then_some(None),
                })
                .await
        }
    }

    /// Where everything stands: a plan. `None` until the first look is over.
    pub fn plan(&self) -> Option<Answer> {
        let watcher = self.lock().watcher.clone();
        watcher.and_then(|watcher| watcher.plan()).map(|plan| written(&plan))
    }

    /// The operation as data, for `resume`, on whatever machine and in whatever language. `None` until it has begun.
    pub fn handle(&self) -> Option<Answer> {
        let watcher = self.lock().watcher.clone();
        let handle = watcher.and_then(|watcher| watcher.handle())?;
        Some(handle.to_json().map_err(Failure::from))
    }

    /// Stops driving, and gives the handle. What AWS has started finishes, and nothing new begins.
    pub fn detach(&self) -> Option<Answer> {
        let handle = self.handle();
        self.stop("the operation was detached");
        handle
    }

    /// Stops driving and undoes it: the operation that deletes what a create or an apply has made.
    ///
    /// # Errors
    ///
    /// `unsupported` for what cannot be undone: only a create can.
    pub fn roll_back(&self) -> Result<Self, Failure> {
        let (eks, handle) = {
            let state = self.lock();
            (state.eks.clone(), state.watcher.as_ref().and_then(Watcher::handle))
        };
        let begun = eks.zip(handle).filter(|(_, handle)| handle.goal() == "create");
        let Some((eks, handle)) = begun else {
            let message = format!("{} cannot be rolled back", self.verb());
            let error = Error::new(ErrorKind::Unsupported, message);
            return Err(error
                .with_hint("Only a create that has begun can; leave it, or delete the cluster")
                .into());
        };
        self.stop("the operation was rolled back");
        let delete = Read::Delete(handle.cluster().to_owned(), eks_core::DeleteOptions::default());
        let region = handle.region().to_owned();
        Ok(Self::begin(delete, async move { Ok(eks.in_region(region)) })?)
    }

    fn stop(&self, why: &str) {
        if let Some(task) = self.lock().task.take() {
            task.abort();
        }
        let error = Error::new(ErrorKind::Cancelled, why)
            .with_hint("What AWS has started finishes; the same call, or its handle, goes on from there");
        self.end(Err(error.into()));
    }

    /// Waits until `look` finds what it looks for.
    async fn news<T>(&self, look: impl Fn(&State) -> Option<T>) -> T {
        loop {
            let news = self.0.news.notified();
            tokio::pin!(news);
            // Before the look, so that nothing comes between.
            news.as_mut().enable();
            if let Some(found) = look(&self.lock()) {
                return found;
            }
            news.await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
