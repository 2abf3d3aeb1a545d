//! `Eks`: the handle that users hold.

mod apply;
mod builder;
mod details;
mod guards;
mod lifecycle;
mod list;
#[cfg(feature = "ec2")]
mod network;
mod node_group;
mod policy;
mod preflight;
mod read;
mod reap;
#[cfg(feature = "sim")]
mod sketch;
mod spec_of;
mod tag;
mod ticking;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use aws_types::SdkConfig;
use aws_types::region::Region;

use crate::aws::Wire;
use crate::kubernetes::SharedConnect;
use crate::observe::Eyes;
use crate::operation::{Engine, SharedDriver, mixed, run};
use crate::plan::{Goal, Recent};
use crate::spec::Cluster;
use crate::{Error, ErrorKind, Result};

pub use builder::EksBuilder;
pub use details::ClusterDetails;
pub use guards::Guards;
pub use lifecycle::Resumed;
pub use list::{ClusterList, ListOptions};
#[cfg(feature = "ec2")]
pub use network::FoundNetwork;
pub use reap::{FailedRegion, ReapOptions, ReapOutcome, ReapReport, Reaped};
#[cfg(feature = "sim")]
pub use sketch::Sketch;
use ticking::Ticking;

/// The client: region, credentials, endpoint, request rates. Cheap to clone; clones share everything.
#[derive(Clone)]
pub struct Eks(Arc<Inner>);

struct Inner {
    config: SdkConfig,
    region: Option<String>,
    profile: Option<String>,
    connect: Option<SharedConnect>,
    driver: Option<SharedDriver>,
    seed: u64,
    guards: Arc<Guards>,
    /// How many engines were made: no two may draw the same request tokens, not even two ticks of one operation.
    engines: Arc<AtomicU64>,
    ticking: Arc<Ticking>,
    /// One for each region, so that all operations share its request rates.
    wires: Arc<Mutex<BTreeMap<String, Wire>>>,
}

impl Eks {
    /// The region of a create where neither the spec, nor the client, nor the AWS chain names one: eksctl's.
    /// For creates only: looking for things in a region that nobody named finds nothing.
    // facts/eksctl.md §1.1
    pub const DEFAULT_REGION: &str = "us-west-2";

    /// A client from the standard AWS chain: environment, profiles, SSO, container and instance roles.
    /// `AWS_REGION`, `AWS_PROFILE` and `AWS_ENDPOINT_URL` are honoured. No call is made.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Internal`], should the HTTP client not start.
    pub async fn from_env() -> Result<Self> {
        Self::builder().load().await
    }

    /// A client with chosen region, profile, endpoint or SDK configuration.
    pub fn builder() -> EksBuilder {
        EksBuilder::default()
    }

    /// The region, where one is known.
    pub fn region(&self) -> Option<&str> {
        self.0.region.as_deref()
    }

    /// How the AWS SDK's own clients get where this one goes: for what a program needs beside a cluster.
    pub fn sdk_config(&self) -> SdkConfig {
        let region = self.0.region.clone().map(Region::new);
        self.0.config.to_builder().region(region).build()
    }

    /// The same client, with the same credentials and request rates, for another region.
    #[must_use]
    pub fn in_region(&self, region: impl Into<String>) -> Self {
        let Inner { config, profile, connect, driver, seed, guards, engines, ticking, wires, .. } = &*self.0;
        Self(Arc::new(Inner {
            config: config.clone(),
            region: Some(region.into()),
            profile: profile.clone(),
            connect: connect.clone(),
            driver: driver.clone(),
            seed: *seed,
            guards: guards.clone(),
            engines: engines.clone(),
            ticking: ticking.clone(),
            wires: wires.clone(),
        }))
    }

    /// The region of a call on what exists under this name. The rules of a spec hold for names and regions
    /// wherever they come from.
    fn region_of(&self, name: &str) -> Result<String> {
        let region = self.known_region()?;
        let place =
            Cluster { name: Some(name.to_owned()), region: Some(region.clone()), ..Cluster::default() };
        place.check().map(|()| region)
    }

    fn known_region(&self) -> Result<String> {
        self.0.region.clone().ok_or_else(|| {
            Error::new(ErrorKind::InvalidSpec, "no region is set")
                .with_hint("Set AWS_REGION, a profile with a region, or `Eks::builder().region(..)`")
        })
    }

    fn wire(&self, region: &str) -> Result<Wire> {
        let mut wires = self.0.wires.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(wire) = wires.get(region) {
            return Ok(wire.clone());
        }
        let config = self.0.config.to_builder().region(Region::new(region.to_owned())).build();
        let wire = Wire::new(&config, self.0.seed)?;
        wires.insert(region.to_owned(), wire.clone());
        Ok(wire)
    }

    fn eyes(&self, region: &str, cluster: &str) -> Result<Eyes> {
        let eyes = Eyes::new(self.wire(region)?, cluster, self.0.connect.clone());
        Ok(eyes.with_profile(self.0.profile.clone()))
    }

    /// The engine of an operation that no guard forbids.
    fn engine(
        &self,
        region: Result<String>,
        goal: Goal,
        recent: Recent,
    ) -> impl Future<Output = Result<Engine>> + Send + 'static {
        let name = goal.name().to_owned();
        let engine = region.and_then(|region| {
            self.0.guards.admit(&region, &goal)?;
            // A create that has begun, and is gone on with, was let through.
            let (surveyed, priced) = match &goal {
                Goal::Create { spec: Some(spec), options, .. } if recent.began == 0 => {
                    (options.preflight.then(|| spec.clone()), self.0.guards.asks_for_cost())
                }
                Goal::Apply { .. } if recent.began == 0 => (None, self.0.guards.asks_for_cost()),
                _ => (None, false),
            };
            let wire = self.wire(&region)?;
            Ok((wire, surveyed, priced, self.unguarded_engine(&region, goal, recent)?))
        });
        let guards = self.0.guards.clone();
        async move {
            let (wire, surveyed, priced, mut engine) = engine?;
            Box::pin(guards.admit_account(&wire, &name)).await?;
            if surveyed.is_some() || priced {
                // In boxes: few creates ask for it, and every operation would hold room for it.
                let plan = Box::pin(engine.preview()).await?;
                plan.cost.as_ref().map_or(Ok(()), |cost| guards.admit_cost(&name, cost))?;
                if let Some(cluster) = surveyed {
                    let survey = preflight::survey(&wire, &plan, engine.has_foundation(), &cluster);
                    Box::pin(survey).await?.refusal(&name).map_or(Ok(()), Err)?;
                }
            }
            Ok(engine)
        }
    }

    fn unguarded_engine(&self, region: &str, goal: Goal, recent: Recent) -> Result<Engine> {
        let eyes = self.eyes(region, goal.name())?;
        let number = self.0.engines.fetch_add(1, Ordering::Relaxed);
        Ok(Engine::new(eyes, goal, recent, mixed(self.0.seed, number)))
    }

    /// Runs `future` where the client's driver wants it.
    async fn run<T: Send + 'static>(
        &self,
        future: impl Future<Output = Result<T>> + Send + 'static,
    ) -> Result<T> {
        run(self.0.driver.clone(), future).await?
    }
}

impl fmt::Debug for Eks {
    /// Without credentials.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Eks")
            .field("region", &self.0.region)
            .field("profile", &self.0.profile)
            .field("driver", &self.0.driver)
            .finish_non_exhaustive()
    }
}
