//! The embedded AWS, joined to the client: feature `sim`.
//!
//! `eks-sim` knows nothing of this crate, so the joint is here: the simulator's thread drives operations,
//! its clock is the SDK's, and API servers are reached through its pipes.

mod rehearsal;
mod served;
#[cfg(all(test, not(feature = "ec2")))]
mod without_ec2;

use std::io;
use std::sync::Arc;

use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_runtime_api::client::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::SdkConfig;
use aws_types::region::Region;
pub use eks_sim::{
    Actor, CallRecord, Effect, Fault, Hold, Instant, Ledger, Outcome as CallOutcome, Quotas, ResourceRecord,
    Settings, Simulator, Stuck, Task, Timing, Trouble,
};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use crate::client::{Eks, EksBuilder};
use crate::kubernetes::{Connect, SharedConnect, Stream};
use crate::operation::{Driver, Work};

pub use rehearsal::Rehearsal;
pub use served::Served;

/// Clients of a simulator.
///
/// ```
/// use eks_core::Cluster;
/// use eks_core::simulator::{Simulator, SimulatorExt};
///
/// let simulator = Simulator::start();
/// let eks = simulator.eks();
/// let cluster = Cluster::builder().name("kubelabs-cluster").build()?;
/// let done = simulator.run(move || async move {
///     let info = eks.create(&cluster).await?;
///     assert_eq!(info.nodes.len(), 2);
///     eks.delete("kubelabs-cluster").await
/// });
/// done.expect("no wait lasts for ever")?;
/// assert!(simulator.ledger().left().is_empty());
/// # Ok::<(), eks_core::Error>(())
/// ```
pub trait SimulatorExt {
    /// A client of the simulated account in `us-west-2`.
    fn eks(&self) -> Eks {
        self.eks_in("us-west-2")
    }

    /// A client of the simulated account in a region.
    fn eks_in(&self, region: &str) -> Eks {
        self.eks_builder().config(self.sdk_config(region))
    }

    /// What makes a client of the simulated account, for a client with another seed or configuration: its
    /// operations run on the simulator's thread, and API servers are reached through its pipes.
    fn eks_builder(&self) -> EksBuilder;

    /// How the AWS SDK's own clients reach the simulated account, in virtual time: for what a test or an
    /// example needs beside clusters, such as a VPC that is there already. Await them in
    /// [`Simulator::run`] or [`Simulator::spawn`].
    fn sdk_config(&self, region: &str) -> SdkConfig;
}

impl SimulatorExt for Simulator {
    fn eks_builder(&self) -> EksBuilder {
        // Another seed for each client, as it has in life, and the same one whenever the same things happen.
        let seed = self.with_world(|world| world.ledger().calls.len() as u64);
        Eks::builder()
            .driver(Arc::new(OnSimulator(self.clone())))
            .connect(SharedConnect::new(OnSimulator(self.clone())))
            .seed(seed)
    }

    fn sdk_config(&self, region: &str) -> SdkConfig {
        SdkConfig::builder()
            .behavior_version(aws_config::BehaviorVersion::latest())
            .region(Region::new(region.to_owned()))
            .credentials_provider(SharedCredentialsProvider::new(self.credentials()))
            .http_client(self.http_client())
            .sleep_impl(self.sleep_impl())
            .time_source(self.time_source())
            .timeout_config(TimeoutConfig::disabled())
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
            .build()
    }
}

#[derive(Clone, Debug)]
struct OnSimulator(Simulator);

impl Driver for OnSimulator {
    fn start(&self, work: Work) -> Box<dyn Send> {
        Box::new(self.0.spawn(move || work))
    }
}

impl Connect for OnSimulator {
    fn connect<'a>(&'a self, host: &'a str, port: u16) -> BoxFuture<'a, io::Result<Box<dyn Stream>>> {
        async move {
            let pipe = self.0.connect(host, port)?;
            Ok(Box::new(pipe) as Box<dyn Stream>)
        }
        .boxed()
    }
}
