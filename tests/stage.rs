//! One account and a client of it.

use std::future::Future;
use std::time::Duration;

use aws_config::SdkConfig;
use aws_sdk_ec2::types::CapacityReservationInstancePlatform;
use aws_smithy_async::rt::sleep::AsyncSleep;
use eks_core::simulator::{Effect, Fault, Settings, Simulator, SimulatorExt, Stuck};
use eks_core::{Cluster, ClusterInfo, DeleteReport, Eks, Error, Event, Operation, Plan};
use examples::PrivateNetwork;

/// The region of every test that does not say otherwise.
pub const REGION: &str = "us-west-2";

/// An account on the embedded AWS, and a client of it. Every call blocks the test's thread and runs on the
/// simulator's, in virtual time.
#[derive(Clone, Debug)]
pub struct Stage {
    /// The account.
    pub sim: Simulator,
    /// The client.
    pub eks: Eks,
}

impl Default for Stage {
    fn default() -> Self {
        Self::with(Settings::default())
    }
}

impl Stage {
    /// An account as `settings` describe it.
    pub fn with(settings: Settings) -> Self {
        let sim = Simulator::with(settings);
        Self { eks: sim.eks(), sim }
    }

    /// The same account, and a client of another process, which knows nothing of this one.
    #[must_use]
    pub fn another_process(&self) -> Self {
        Self { eks: self.sim.eks(), sim: self.sim.clone() }
    }

    /// Like [`Stage::another_process`], for two that begin at the same moment: each draws its own request tokens.
    #[must_use]
    pub fn other_client(&self, seed: u64) -> Self {
        let eks = self.sim.eks_builder().seed(seed).config(self.sim.sdk_config(REGION));
        Self { sim: self.sim.clone(), eks }
    }

    /// Runs a future on the simulator's thread and gives its result.
    ///
    /// # Panics
    ///
    /// When a wait lasts for ever.
    pub fn run<F>(&self, make: impl FnOnce() -> F + Send + 'static) -> F::Output
    where
        F: Future + 'static,
        F::Output: Send + 'static,
    {
        self.sim.run(make).expect("no wait lasts for ever")
    }

    /// What `apply` would do, or `create` where there is nothing.
    ///
    /// # Errors
    ///
    /// As [`Eks::plan`].
    pub fn plan(&self, cluster: &Cluster) -> Result<Plan, Error> {
        let (eks, cluster) = (self.eks.clone(), cluster.clone());
        self.run(move || async move { eks.plan(&cluster).await })
    }

    /// Has a cluster follow its spec.
    ///
    /// # Errors
    ///
    /// As [`Eks::apply`].
    pub fn apply(&self, cluster: &Cluster) -> Result<ClusterInfo, Error> {
        let operation = self.eks.apply(cluster);
        self.run(move || operation)
    }

    /// Creates a cluster.
    ///
    /// # Errors
    ///
    /// As [`Eks::create`].
    pub fn create(&self, cluster: &Cluster) -> Result<ClusterInfo, Error> {
        self.try_create(cluster).expect("no wait lasts for ever")
    }

    /// Creates a cluster, unless the client dies on the way or waits for ever.
    ///
    /// # Errors
    ///
    /// What ended the client.
    pub fn try_create(&self, cluster: &Cluster) -> Result<Result<ClusterInfo, Error>, Stuck> {
        let operation = self.eks.create(cluster);
        self.sim.run(move || operation)
    }

    /// Deletes a cluster.
    ///
    /// # Errors
    ///
    /// As [`Eks::delete`].
    pub fn delete(&self, name: &str) -> Result<DeleteReport, Error> {
        self.try_delete(name).expect("no wait lasts for ever")
    }

    /// Deletes a cluster, unless the client dies on the way or waits for ever.
    ///
    /// # Errors
    ///
    /// What ended the client.
    pub fn try_delete(&self, name: &str) -> Result<Result<DeleteReport, Error>, Stuck> {
        let operation = self.eks.delete(name);
        self.sim.run(move || operation)
    }

    /// Drives an operation to its end and gives its events, too.
    pub fn watch<T: Send + 'static>(&self, mut operation: Operation<T>) -> (Vec<Event>, Result<T, Error>) {
        self.run(move || async move {
            let mut events = Vec::new();
            while let Some(event) = operation.next_event().await {
                events.push(event);
            }
            (events, operation.await)
        })
    }

    /// Drives an operation for so long, or to its end, and then does `then` with it.
    pub fn drive<T, F>(
        &self,
        mut operation: Operation<T>,
        time: Duration,
        then: impl FnOnce(Operation<T>) -> F + Send + 'static,
    ) -> F::Output
    where
        T: Send + 'static,
        F: Future + 'static,
        F::Output: Send + 'static,
    {
        let sim = self.sim.clone();
        self.run(move || async move {
            let mut alarm = sim.sleep_impl().sleep(time);
            loop {
                tokio::select! {
                    biased;
                    () = &mut alarm => break,
                    event = operation.next_event() => if event.is_none() { break },
                }
            }
            then(operation).await
        })
    }

    /// How the SDK's own clients reach the account.
    pub fn sdk(&self) -> SdkConfig {
        self.sim.sdk_config(REGION)
    }

    /// A client of CloudFormation.
    pub fn cloudformation(&self) -> aws_sdk_cloudformation::Client {
        aws_sdk_cloudformation::Client::new(&self.sdk())
    }

    /// A client of EC2.
    pub fn ec2(&self) -> aws_sdk_ec2::Client {
        aws_sdk_ec2::Client::new(&self.sdk())
    }

    /// A client of EKS.
    pub fn eks_api(&self) -> aws_sdk_eks::Client {
        aws_sdk_eks::Client::new(&self.sdk())
    }

    /// Takes every tag off a cluster: it is anybody's then.
    ///
    /// # Panics
    ///
    /// When there is no such cluster.
    pub fn disown(&self, cluster: &str) {
        let (api, name) = (self.eks_api(), cluster.to_owned());
        self.run(move || async move {
            let cluster = api.describe_cluster().name(name).send().await.expect("it is there");
            let cluster = cluster.cluster.expect("it is there");
            let keys: Vec<String> = cluster.tags.unwrap_or_default().into_keys().collect();
            let untag = api.untag_resource().resource_arn(cluster.arn.unwrap_or_default());
            untag.set_tag_keys(Some(keys)).send().await.expect("it can be untagged");
        });
    }

    /// A client of classic load balancers.
    pub fn elb(&self) -> aws_sdk_elasticloadbalancing::Client {
        aws_sdk_elasticloadbalancing::Client::new(&self.sdk())
    }

    /// A client of application and network load balancers.
    pub fn elbv2(&self) -> aws_sdk_elasticloadbalancingv2::Client {
        aws_sdk_elasticloadbalancingv2::Client::new(&self.sdk())
    }

    /// Has the Kubernetes API of a cluster keep an object of the namespace `default`, at `/api/v1` or `/apis/…/v1`.
    ///
    /// # Panics
    ///
    /// When the API refuses it.
    pub fn keep(&self, cluster: &str, api: &str, plural: &str, object: &serde_json::Value) {
        let request = http::Request::post(format!("{api}/namespaces/default/{plural}"));
        let request = request.body(bytes::Bytes::from(object.to_string())).expect("a request");
        let response = self.sim.kubernetes(REGION, cluster, request).expect("there is such a cluster");
        assert!(response.status().is_success(), "{response:?}");
    }

    /// A VPC with a private subnet in each of two zones, made by somebody else.
    ///
    /// # Panics
    ///
    /// When the simulated EC2 refuses to make it.
    pub fn given_network(&self) -> PrivateNetwork {
        let config = self.sdk();
        self.run(move || async move { PrivateNetwork::make(&config).await }).expect("a network")
    }

    /// Buys a block of instances of this type, in the first zone that has one, and waits until it is active: the id
    /// and the zone of its reservation.
    ///
    /// # Panics
    ///
    /// When the simulated EC2 sells none.
    pub fn capacity_block(&self, instance_type: &'static str, count: i32) -> (String, String) {
        let (ec2, sim) = (self.ec2(), self.sim.clone());
        self.run(move || async move {
            let offers = ec2.describe_capacity_block_offerings().instance_type(instance_type);
            let offers = offers.instance_count(count).capacity_duration_hours(24 * 7).send().await;
            let offers = offers.expect("offers").capacity_block_offerings.unwrap_or_default();
            let id = offers[0].capacity_block_offering_id().unwrap_or_default();
            let bought = ec2.purchase_capacity_block().capacity_block_offering_id(id);
            let platform = CapacityReservationInstancePlatform::LinuxUnix;
            let bought = bought.instance_platform(platform).send().await.expect("bought");
            sim.sleep_impl().sleep(Duration::from_secs(7_200)).await;
            let block = bought.capacity_reservation.expect("a reservation");
            (block.capacity_reservation_id.unwrap_or_default(), block.availability_zone.unwrap_or_default())
        })
    }

    /// Lets the client die at the call of this index.
    pub fn die_at(&self, call: u64, effect: &Effect) {
        self.sim.add_fault(Fault { call: Some(call), effect: effect.clone(), ..Fault::default() });
    }
}
