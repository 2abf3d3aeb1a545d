//! The life of a cluster, rehearsed.

use serde::Serialize;

use super::{ResourceRecord, Simulator, SimulatorExt, Stuck};
use crate::operation::{ClusterInfo, DeleteReport, Event, Operation};
use crate::spec::Cluster;
use crate::{Error, ErrorKind, Result};

/// What the life of a cluster came to on a simulator. Its JSON form is what other languages are given.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Rehearsal {
    /// The cluster as it stood when its create had ended.
    pub info: ClusterInfo,
    /// What its delete did.
    pub report: DeleteReport,
    /// What happened in between, the create's events first.
    pub events: Vec<Event>,
    /// What was left in the account.
    pub left: Vec<ResourceRecord>,
    /// What AWS would have charged, in US dollars.
    pub cost: f64,
    /// How long AWS would have taken, in seconds.
    pub seconds: f64,
}

impl Rehearsal {
    /// Creates a cluster on a simulator, deletes it, and tells what came of it. It can be awaited in any
    /// runtime, or in none.
    ///
    /// ```
    /// use eks_core::Cluster;
    /// use eks_core::simulator::{Rehearsal, Simulator};
    ///
    /// let simulator = Simulator::start();
    /// let cluster = Cluster::builder().build()?;
    /// let rehearsal = simulator.run({
    ///     let simulator = simulator.clone();
    ///     move || async move { Rehearsal::of(&simulator, &cluster).await }
    /// });
    /// assert!(rehearsal.expect("no wait lasts for ever")?.left.is_empty());
    /// # Ok::<(), eks_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`crate::Eks::create`] and [`crate::Eks::delete`].
    pub async fn of(simulator: &Simulator, cluster: &Cluster) -> Result<Self> {
        let eks = simulator.eks();
        let began = simulator.now();
        let mut events = Vec::new();
        let info = watch(eks.create(cluster), &mut events).await?;
        let report = watch(eks.delete(&info.name), &mut events).await?;
        let ended = simulator.now();
        let ledger = simulator.ledger();
        Ok(Self {
            info,
            report,
            events,
            left: ledger.left().into_iter().cloned().collect(),
            cost: ledger.cost(ended),
            seconds: ended.since(began).as_secs_f64(),
        })
    }

    /// Reads a spec, rehearses it on a simulator of its own, and yields JSON text: the whole of what a
    /// binding has to call. Dropping the future ends the simulator.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidSpec`] for what is no spec; else as [`Rehearsal::of`].
    pub async fn from_json(spec: &str) -> Result<String> {
        let cluster = Cluster::from_json(spec)?;
        let simulator = Simulator::start();
        let stage = simulator.clone();
        let rehearsal = simulator.spawn(move || async move { Self::of(&stage, &cluster).await }).await??;
        serde_json::to_string(&rehearsal).map_err(|error| {
            Error::new(ErrorKind::Internal, "the rehearsal has no JSON form").with_source(error)
        })
    }
}

async fn watch<T: Send + 'static>(mut operation: Operation<T>, events: &mut Vec<Event>) -> Result<T> {
    while let Some(event) = operation.next_event().await {
        events.push(event);
    }
    operation.await
}

impl From<Stuck> for Error {
    fn from(stuck: Stuck) -> Self {
        Self::new(ErrorKind::Internal, "the simulated account came to a stop before the operation ended")
            .with_hint("Look at the last calls in the cause for a wait that never ends")
            .with_source(stuck)
    }
}
