//! A lifecycle on its way, for whoever waits for it: once, several times, or not at all.

use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use eks_core::{DeleteOptions, Eks, Error, ErrorKind, Event, Operation as Driven, Outcome, Watcher};
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
    /// Whether somebody reads events. To who only waits nobody says how it stands; the first event, which has the plan, is
    /// there for whoever comes later.
    read: AtomicBool,
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
    /// Begins what `start` gives, once it is known.
    pub(crate) fn begin(
        verb: String,
        start: impl Future<Output = Result<(Eks, Read), Failure>> + Send + 'static,
    ) -> Result<Self, Error> {
        let operation = Self(Arc::new(Inner {
            verb,
            state: Mutex::default(),
            news: Notify::new(),
            read: AtomicBool::new(false),
            wanted: Notify::new(),
        }));
        let driven = operation.clone();
        let task = runtime::handle()?.spawn(async move {
            let end = driven.run(start).await;
            driven.end(end);
        });
        operation.lock().task = Some(task.abort_handle());
        Ok(operation)
    }

    async fn run(&self, start: impl Future<Output = Result<(Eks, Read), Failure>>) -> Answer {
        let (eks, lifecycle) = start.await?;
        let begun = lifecycle.begin(&eks)?;
        self.lock().eks = Some(eks);
        let outcome = match begun {
            Begun::Cluster(operation) => Outcome::Created(Box::new(self.drive(operation).await?)),
            Begun::Deleted(operation) => Outcome::Deleted(self.drive(operation).await?),
            Begun::NodeGroup(operation) => Outcome::NodeGroup(self.drive(operation).await?),
            Begun::Tagged(operation) => Outcome::Tagged(self.drive(operation).await?),
        };
        written(&outcome)
    }

    /// Awaits it, or reads its events as long as somebody wants them.
    async fn drive<T: Send + 'static>(&self, mut operation: Driven<T>) -> Result<T, Error> {
        self.lock().watcher = Some(operation.watcher());
        self.0.news.notify_waiters();
        let result = loop {
            if self.0.read.load(Ordering::Relaxed) || self.lock().events.is_empty() {
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
        result
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

    /// What it comes to, as often as it is asked for: an [`Outcome`], whose tag says of what kind. Whoever stops waiting stops
    /// nothing.
    ///
    /// # Errors
    ///
    /// Those of the lifecycle; `cancelled` once it is no longer driven.
    pub fn result(&self) -> impl Future<Output = Answer> + Send + 'static {
        let operation = self.clone();
        async move { operation.news(|state| state.end.clone()).await }
    }

    /// What it came to, if it has ended.
    pub fn ended(&self) -> Option<Answer> {
        self.lock().end.clone()
    }

    /// Its event of this number, from 0 on, as soon as it has happened; `None` if it ended before.
    pub fn event(&self, number: usize) -> impl Future<Output = Option<Answer>> + Send + 'static {
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

    /// Stops driving and undoes it: the operation that deletes what a create has made.
    ///
    /// # Errors
    ///
    /// `unsupported` for what cannot be undone: only a create can. Of a create that never began, the operation has its error.
    pub fn roll_back(&self) -> Result<Self, Failure> {
        if self.verb() != "create" {
            let error = Error::new(ErrorKind::Unsupported, format!("{} cannot be rolled back", self.verb()));
            return Err(error.with_hint("Only a create can; leave it, or delete the cluster").into());
        }
        let undone = self.clone();
        Ok(Self::begin("delete".to_owned(), async move { undone.undo().await })?)
    }

    /// Stops it as soon as it is known what it is, and says what deletes it.
    async fn undo(&self) -> Result<(Eks, Read), Failure> {
        let begun = |state: &State| Some((state.eks.clone()?, state.watcher.as_ref()?.handle()?));
        let known = |state: &State| begun(state).map(Ok).or_else(|| state.end.clone()?.err().map(Err));
        let (eks, handle) = self.news(known).await?;
        self.stop("the operation was rolled back");
        let delete = Read::Delete(handle.cluster().to_owned(), DeleteOptions::default());
        Ok((eks.in_region(handle.region()), delete))
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
