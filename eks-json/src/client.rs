//! A client.

use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use eks_core::simulator::SimulatorExt;
use eks_core::{Eks, Error, ErrorKind};
use tokio::sync::OnceCell;

use crate::answer::{Answer, Failure, call};
use crate::lifecycle::Lifecycle;
use crate::operation::Operation;
use crate::options::{ClientOptions, GiveCredentials, credentials};
use crate::question::Question;
use crate::runtime;
use crate::simulator::SimulatedAccount;

/// A client of AWS, or of a simulated account. Making one calls nothing and reads no file; that comes with its first call.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    options: ClientOptions,
    asked: Option<GiveCredentials>,
    /// The simulated account that it is of.
    simulator: Option<SimulatedAccount>,
    /// The client of this process: connections do not outlive a fork.
    eks: Mutex<(u32, Arc<OnceCell<Eks>>)>,
    closed: AtomicBool,
}

impl Client {
    /// A client of AWS, as [`ClientOptions`] say; an empty text is `{}`.
    ///
    /// # Errors
    ///
    /// `invalidSpec` for options that are none.
    pub fn new(options: &str) -> Result<Self, Failure> {
        Self::with(options, None, None)
    }

    /// [`Client::new`], with credentials that are asked for whenever they are needed anew.
    ///
    /// # Errors
    ///
    /// As [`Client::new`].
    pub fn with_credentials(options: &str, ask: GiveCredentials) -> Result<Self, Failure> {
        Self::with(options, Some(ask), None)
    }

    pub(crate) fn with(
        options: &str,
        asked: Option<GiveCredentials>,
        simulator: Option<SimulatedAccount>,
    ) -> Result<Self, Failure> {
        let options = if options.is_empty() { "{}" } else { options };
        let options = eks_core::text::from_json(options)?;
        let eks = Mutex::new((std::process::id(), Arc::default()));
        Ok(Self(Arc::new(Inner { options, asked, simulator, eks, closed: AtomicBool::new(false) })))
    }

    /// Asks a [`Question`]: JSON text, answered by JSON text.
    ///
    /// # Errors
    ///
    /// As the method of [`Eks`] that the question is.
    pub fn ask(&self, question: &str) -> impl Future<Output = Answer> + Send + 'static {
        let question = call::<Question>(question);
        let client = self.clone();
        async move {
            let question = question?;
            client.open()?;
            runtime::spawn(async move { question.ask(&client.eks().await?).await })?.await?
        }
    }

    /// Begins a [`Lifecycle`]. It runs from now on, whether anybody waits for it or not.
    ///
    /// # Errors
    ///
    /// `invalidSpec` for what is no spec, no change or no handle; `internal` for a client that is closed. All else is the
    /// operation's.
    pub fn begin(&self, lifecycle: &str) -> Result<Operation, Failure> {
        self.open()?;
        let lifecycle = call::<Lifecycle>(lifecycle)?.read()?;
        let (client, verb) = (self.clone(), lifecycle.verb().to_owned());
        Ok(Operation::begin(verb, async move { Ok((client.eks().await?, lifecycle)) })?)
    }

    /// Ends it: whatever is asked of it from now on is refused. Operations that are under way go on.
    pub fn close(&self) {
        self.0.closed.store(true, Ordering::Relaxed);
    }

    fn open(&self) -> Result<(), Error> {
        if self.0.closed.load(Ordering::Relaxed) {
            return Err(Error::new(ErrorKind::Internal, "the client is closed").with_hint("Make another one"));
        }
        Ok(())
    }

    async fn eks(&self) -> Result<Eks, Error> {
        let cell = self.cell();
        let eks = cell.get_or_try_init(async || match &self.0.simulator {
            Some(simulator) => self.simulated(simulator),
            // In a box: every lifecycle would hold room for it.
            None => Box::pin(self.load()).await,
        });
        eks.await.cloned()
    }

    /// The client of this process, once it is loaded.
    fn cell(&self) -> Arc<OnceCell<Eks>> {
        let mut eks = self.0.eks.lock().unwrap_or_else(PoisonError::into_inner);
        if eks.0 != std::process::id() {
            *eks = (std::process::id(), Arc::default());
        }
        Arc::clone(&eks.1)
    }

    fn simulated(&self, simulator: &SimulatedAccount) -> Result<Eks, Error> {
        let ClientOptions { region, guards, seed, .. } = self.0.options.clone();
        let simulator = simulator.here()?;
        let mut builder = simulator.eks_builder().guards(guards.unwrap_or_default());
        if let Some(seed) = seed {
            builder = builder.seed(seed);
        }
        Ok(builder.config(simulator.sdk_config(region.as_deref().unwrap_or(Eks::DEFAULT_REGION))))
    }

    async fn load(&self) -> Result<Eks, Error> {
        let ClientOptions { region, profile, endpoint_url, credentials: given, guards, seed } =
            self.0.options.clone();
        let mut builder = Eks::builder().guards(guards.unwrap_or_default());
        if let Some(region) = region {
            builder = builder.region(region);
        }
        if let Some(profile) = profile {
            builder = builder.profile(profile);
        }
        if let Some(url) = endpoint_url {
            builder = builder.endpoint_url(url);
        }
        if let Some(seed) = seed {
            builder = builder.seed(seed);
        }
        if let Some(provider) = credentials(given, self.0.asked.clone()) {
            builder = builder.credentials(provider);
        }
        builder.load().await
    }
}
