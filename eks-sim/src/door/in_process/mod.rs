//! The account in this process, on a virtual clock.
//!
//! tokio's clock pauses only on a current-thread runtime, and real I/O inside one would let it race ahead.
//! So a [`Simulator`] owns one thread with a paused runtime, where the clients' tasks and the simulated AWS
//! live together, and is spoken to by messages. A wait there takes no real time: the clock jumps to the next
//! timer as soon as no task can go on.

mod clock;
mod connector;
mod life;
mod pipe;
#[cfg(test)]
mod pipe_tests;
mod task;
#[cfg(test)]
mod tests;

use std::future::Future;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread::{self, ThreadId};
use std::time::Duration;

use aws_credential_types::Credentials;
use aws_smithy_async::rt::sleep::SharedAsyncSleep;
use aws_smithy_async::time::SharedTimeSource;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use bytes::Bytes;
use tokio::io::DuplexStream;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::LocalSet;

use super::watchers::Watchers;
use crate::fault::Fault;
use crate::instant::Instant;
use crate::kubernetes::{self, ControlPlane};
use crate::ledger::Ledger;
use crate::settings::Settings;
use crate::world::World;

use clock::{Clock, VirtualSleep, VirtualTime};
use connector::Connector;
use life::Life;

pub use life::{Stuck, StuckReason};
pub use task::Task;

type Job = Box<dyn FnOnce() + Send>;

/// The access key id of the credentials that the simulator hands out.
pub(crate) const ACCESS_KEY: &str = "AKIASIMULATED0000000";
/// The secret that belongs to [`ACCESS_KEY`]: no secret at all, it opens nothing but this simulator.
pub(crate) const SECRET_KEY: &str = "simulated-secret-access-key";

/// An AWS account in this process, on a virtual clock. Cheap to clone; the account ends with its last clone.
///
/// ```
/// use std::time::Duration;
/// use eks_sim::Simulator;
///
/// let simulator = Simulator::start();
/// let before = simulator.now();
/// let clock = simulator.clone();
/// let after = simulator
///     .run(move || async move {
///         use aws_smithy_async::rt::sleep::AsyncSleep;
///         clock.sleep_impl().sleep(Duration::from_secs(600)).await;
///         clock.now()
///     })
///     .unwrap();
/// assert_eq!(after.since(before), Duration::from_secs(600));
/// ```
#[derive(Clone)]
pub struct Simulator {
    shared: Arc<Shared>,
}

struct Shared {
    thread: ThreadId,
    jobs: UnboundedSender<Job>,
    world: Arc<Mutex<World>>,
    clock: Clock,
    life: Arc<Life>,
    watchers: Watchers,
}

/// While this lives, the clock stands still: several things can be started at the same moment.
#[derive(Debug)]
pub struct Hold {
    _release: mpsc::Sender<()>,
}

impl Simulator {
    /// An account with the default [`Settings`].
    pub fn start() -> Self {
        Self::with(Settings::default())
    }

    /// An account as `settings` describe it.
    pub fn with(settings: Settings) -> Self {
        let (jobs, queue) = unbounded_channel();
        let (ready, started) = mpsc::sync_channel(1);
        let start = settings.start;
        let world = Arc::new(Mutex::new(World::new(settings)));
        let watched = Arc::clone(&world);
        thread::Builder::new()
            .name("eks-sim".to_owned())
            .spawn(move || live(queue, start, &watched, &ready))
            .expect("the operating system gives the simulator its thread");
        let (thread, clock, life) = started.recv().expect("the simulator's thread starts");
        Self { shared: Arc::new(Shared { thread, jobs, world, clock, life, watchers: Watchers::default() }) }
    }

    /// Runs the future that `make` yields on the simulator's thread, in virtual time. Dropping the [`Task`]
    /// ends it.
    ///
    /// The future may wait for time, for AWS and for other tasks of the simulator. If it waits for another
    /// thread, keep a [`Hold`] meanwhile, or the clock goes on without that thread.
    pub fn spawn<F>(&self, make: impl FnOnce() -> F + Send + 'static) -> Task<F::Output>
    where
        F: Future + 'static,
        F::Output: Send + 'static,
    {
        let (task, start) = task::new(Arc::clone(&self.shared.life), make);
        self.send(Box::new(start));
        task
    }

    /// Like [`spawn`](Self::spawn), and blocks this thread until the end.
    ///
    /// # Panics
    /// On the simulator's own thread, which would wait for itself; and if the future panics.
    pub fn run<F>(&self, make: impl FnOnce() -> F + Send + 'static) -> Result<F::Output, Stuck>
    where
        F: Future + 'static,
        F::Output: Send + 'static,
    {
        assert!(!self.is_inside(), "`Simulator::run` cannot block the simulator's own thread: await a task");
        task::block_on(self.spawn(make))
    }

    /// An HTTP client for the AWS SDK whose requests go to this account, from whatever thread.
    pub fn http_client(&self) -> SharedHttpClient {
        SharedHttpClient::new(Connector::new(self.clone()))
    }

    /// The virtual time, for the AWS SDK to sign by.
    pub fn time_source(&self) -> SharedTimeSource {
        SharedTimeSource::new(VirtualTime(self.clone()))
    }

    /// Waits in virtual time, from whatever thread.
    pub fn sleep_impl(&self) -> SharedAsyncSleep {
        SharedAsyncSleep::new(VirtualSleep(self.clone()))
    }

    /// Credentials of the account's caller.
    pub fn credentials(&self) -> Credentials {
        Credentials::new(ACCESS_KEY, SECRET_KEY, None, None, "eks-sim")
    }

    /// The access key id and secret access key of [`credentials`](Self::credentials), for clients that have
    /// credentials of their own type.
    pub const fn access_keys() -> (&'static str, &'static str) {
        (ACCESS_KEY, SECRET_KEY)
    }

    /// Connects to the API server of a cluster, through memory: TLS and HTTP/1.1 at the other end.
    ///
    /// # Errors
    /// As with TCP: nobody has that host, or nobody answers there (yet).
    pub fn connect(&self, host: &str, port: u16) -> io::Result<DuplexStream> {
        let shared = Arc::clone(&self.shared);
        let host = host.to_owned();
        self.ask(move || pipe::connect(&shared, &host, port))
    }

    /// Runs `look` on the account, with everything done that has come due. `look` must not call the simulator
    /// again: it has the account to itself.
    ///
    /// # Panics
    /// If `look` panics.
    pub fn with_world<T: Send + 'static>(&self, look: impl FnOnce(&mut World) -> T + Send + 'static) -> T {
        let shared = Arc::clone(&self.shared);
        self.ask(move || {
            let seen = look(&mut shared.settled());
            shared.watchers.call();
            seen
        })
    }

    /// What the API server of a cluster answers its administrator, at once and without a token: a hand in the cluster,
    /// for what a test wants there. Paths are Kubernetes's own, such as `/api/v1/namespaces/default/services`; a watch
    /// is refused.
    ///
    /// # Errors
    /// There is no such cluster, or it has no API server yet.
    pub fn kubernetes(
        &self,
        region: &str,
        cluster: &str,
        request: http::Request<Bytes>,
    ) -> io::Result<http::Response<Bytes>> {
        let (region, cluster) = (region.to_owned(), cluster.to_owned());
        self.with_world(move |world| {
            let plane = ControlPlane::of_name(world, &region, &cluster);
            let plane = plane.ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "no such API server"))?;
            Ok(kubernetes::answer_to_master(world, &plane, &request))
        })
    }

    /// Every call and every resource so far.
    pub fn ledger(&self) -> Ledger {
        self.with_world(|world| world.ledger().clone())
    }

    /// The virtual time.
    pub fn now(&self) -> Instant {
        let shared = Arc::clone(&self.shared);
        self.ask(move || shared.clock.now())
    }

    /// Lets virtual time pass, as if someone slept.
    ///
    /// # Panics
    /// On the simulator's own thread: sleep there.
    pub fn advance(&self, duration: Duration) {
        assert!(!self.is_inside(), "`Simulator::advance` cannot block the simulator's own thread: sleep");
        let life = Arc::clone(&self.shared.life);
        let (done, wait) = mpsc::sync_channel(1);
        self.send(Box::new(move || {
            tokio::task::spawn_local(async move {
                clock::pass(duration).await;
                life.stir();
                let _ = done.send(());
            });
        }));
        wait.recv().expect("the simulator's thread lives as long as its handles");
    }

    /// Stops the clock until the [`Hold`] is dropped.
    pub fn hold(&self) -> Hold {
        let (release, held) = mpsc::channel::<()>();
        self.ask(move || {
            // tokio does not move a paused clock while blocking work is under way.
            tokio::task::spawn_blocking(move || held.recv());
        });
        Hold { _release: release }
    }

    /// Adds a fault to those of the settings.
    pub fn add_fault(&self, fault: Fault) {
        self.with_world(|world| world.add_fault(fault));
    }

    /// Removes all faults, and wakes clients that a fault declared dead.
    pub fn clear_faults(&self) {
        self.with_world(World::clear_faults);
    }

    /// Whether this is the simulator's own thread.
    fn is_inside(&self) -> bool {
        thread::current().id() == self.shared.thread
    }

    /// Runs `job` on the simulator's thread and waits for what it yields.
    fn ask<T: Send + 'static>(&self, job: impl FnOnce() -> T + Send + 'static) -> T {
        if self.is_inside() {
            return job();
        }
        let (answer, wait) = mpsc::sync_channel(1);
        self.send(Box::new(move || {
            let _ = answer.send(catch_unwind(AssertUnwindSafe(job)));
        }));
        match wait.recv().expect("the simulator's thread lives as long as its handles") {
            Ok(value) => value,
            Err(panic) => resume_unwind(panic),
        }
    }

    fn send(&self, job: Job) {
        assert!(self.shared.jobs.send(job).is_ok(), "the simulator's thread lives as long as its handles");
    }
}

impl std::fmt::Debug for Simulator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Simulator").finish_non_exhaustive()
    }
}

impl Shared {
    /// The account at the virtual present.
    fn settled(&self) -> MutexGuard<'_, World> {
        let mut world = lock(&self.world);
        world.settle(self.clock.now());
        world
    }
}

/// A panic inside the account has already reached the task that caused it.
fn lock(world: &Mutex<World>) -> MutexGuard<'_, World> {
    world.lock().unwrap_or_else(PoisonError::into_inner)
}

type Started = (ThreadId, Clock, Arc<Life>);

/// The life of the simulator's thread, until the last handle is gone.
fn live(
    mut queue: UnboundedReceiver<Job>,
    start: Instant,
    world: &Arc<Mutex<World>>,
    ready: &mpsc::SyncSender<Started>,
) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime without I/O can always be made");
    let local = LocalSet::new();
    local.block_on(&runtime, async move {
        let clock = Clock::starting_at(start);
        let life = Arc::new(Life::new(clock));
        if ready.send((thread::current().id(), clock, Arc::clone(&life))).is_err() {
            return;
        }
        tokio::task::spawn_local(life::watch(life, Arc::clone(world)));
        while let Some(job) = queue.recv().await {
            job();
        }
    });
}
