//! How long AWS takes, as data: minimum, typical and 95th percentile in seconds (facts/aws.md §1.1).

use std::time::Duration;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

macro_rules! timings {
    ($($(#[$doc:meta])* $name:ident = $min:literal, $typical:literal, $p95:literal;)*) => {
        /// Something that takes AWS time.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(rename_all = "camelCase")]
        #[non_exhaustive]
        pub enum Timing { $($(#[$doc])* $name,)* }

        impl Timing {
            /// Every timing there is.
            pub const ALL: &[Timing] = &[$(Timing::$name,)*];

            /// Minimum, typical and 95th percentile in seconds.
            pub const fn seconds(self) -> (f64, f64, f64) {
                match self { $(Timing::$name => ($min, $typical, $p95),)* }
            }
        }
    };
}

timings! {
    /// CreateCluster until ACTIVE.
    ClusterCreate = 420.0, 580.0, 960.0;
    /// DeleteCluster until 404.
    ClusterDelete = 90.0, 180.0, 600.0;
    /// UpdateClusterConfig until the update ends.
    ClusterConfigUpdate = 60.0, 180.0, 900.0;
    /// UpdateClusterConfig that switches Auto Mode until the update ends.
    AutoModeUpdate = 60.0, 300.0, 1200.0;
    /// AssociateEncryptionConfig until everything that was stored before is encrypted, too.
    EncryptionAssociate = 600.0, 1500.0, 2700.0;
    /// UpdateClusterVersion until the update ends.
    ClusterVersionUpdate = 420.0, 600.0, 1800.0;
    /// ACTIVE until the API server answers (facts/failures.md C20).
    ApiServerReachable = 1.0, 20.0, 80.0;
    /// CreateNodegroup until its instances are launched.
    NodegroupLaunch = 15.0, 25.0, 60.0;
    /// All nodes Ready until the group reads ACTIVE.
    NodegroupSettle = 2.0, 8.0, 30.0;
    /// CreateNodegroup until CREATE_FAILED when nodes cannot join.
    NodegroupJoinFailure = 1200.0, 1320.0, 2100.0;
    /// DeleteNodegroup until 404.
    NodegroupDelete = 120.0, 200.0, 600.0;
    /// UpdateNodegroupConfig until the update ends.
    NodegroupConfigUpdate = 5.0, 20.0, 90.0;
    /// CreateFargateProfile until ACTIVE.
    FargateProfileCreate = 20.0, 60.0, 345.0;
    /// DeleteFargateProfile until 404.
    FargateProfileDelete = 60.0, 130.0, 1200.0;
    /// CreateAddon of a daemon set until ACTIVE.
    AddonCreate = 5.0, 30.0, 120.0;
    /// CreateAddon of a deployment, with nodes there, until ACTIVE.
    AddonDeploymentCreate = 15.0, 45.0, 180.0;
    /// UpdateAddon until the update ends.
    AddonUpdate = 10.0, 60.0, 300.0;
    /// DeleteAddon until 404.
    AddonDelete = 5.0, 30.0, 120.0;
    /// A new access entry until the API server honours it.
    AccessEntryEffective = 1.0, 5.0, 30.0;
    /// A new pod identity association until pods get its role.
    PodIdentityEffective = 1.0, 5.0, 15.0;
    /// A new role until EKS can assume it.
    IamPropagation = 1.0, 4.0, 30.0;
    /// CreateNatGateway until available.
    NatGatewayCreate = 80.0, 110.0, 180.0;
    /// DeleteNatGateway until deleted.
    NatGatewayDelete = 30.0, 55.0, 120.0;
    /// RunInstances until running.
    InstanceLaunch = 5.0, 12.0, 40.0;
    /// Launch until the kubelet has registered.
    NodeRegister = 39.0, 75.0, 150.0;
    /// Registered until Ready.
    NodeReady = 3.0, 10.0, 30.0;
    /// TerminateInstances until terminated.
    InstanceTerminate = 20.0, 45.0, 120.0;
    /// What CloudFormation adds to each resource (optimistic stabilisation included).
    StackResource = 1.0, 2.0, 6.0;
    /// What CloudFormation adds once to a stack operation.
    StackOverhead = 3.0, 6.0, 15.0;
    /// CreateChangeSet until it is known what would change (estimate; facts/aws.md has none).
    ChangeSetCreate = 2.0, 5.0, 15.0;
    /// CloudFormation until a fresh IAM role counts as created.
    StackRole = 12.0, 17.0, 25.0;
    /// DeleteInternetGateway and DeleteVpc of a clean VPC, within a stack.
    StackVpcDelete = 1.0, 10.0, 49.0;
    /// One API call, there and back.
    ApiCall = 0.03, 0.12, 0.6;
    /// An accepted update until the cluster reads UPDATING (facts/failures.md S4).
    ClusterUpdateShows = 0.5, 5.0, 30.0;
    /// CreateAddon of a deployment, with nowhere to run, until DEGRADED.
    AddonWithoutNodes = 300.0, 600.0, 1200.0;
    /// UpdateNodegroupVersion until the surge is launched: what facts/aws.md §1.1 has for setup and scale-up
    /// together, less the nodes' own time.
    NodegroupUpdateSetup = 60.0, 120.0, 240.0;
    /// Draining and terminating a batch of old nodes.
    NodegroupUpdateBatch = 120.0, 300.0, 900.0;
    /// Trying to drain a node whose pods cannot be evicted, until the update fails.
    NodegroupUpdateFailure = 900.0, 3600.0, 3900.0;
    /// Taking one surplus node away after an update.
    NodegroupUpdateScaleDown = 60.0, 120.0, 300.0;
    /// How long CloudFormation retries a deletion that something depends on (facts/aws.md §1.1, last row).
    StackDeleteRetry = 1020.0, 1080.0, 1110.0;
    /// CreateVpcEndpoint of an interface until available (estimate; facts/aws.md has none).
    VpcEndpointCreate = 30.0, 60.0, 180.0;
    /// DeleteVpcEndpoints of an interface until it is gone (estimate).
    VpcEndpointDelete = 20.0, 60.0, 240.0;
    /// A Service of type LoadBalancer until EKS's cloud controller has done something about it (estimate).
    CloudController = 1.0, 5.0, 20.0;
    /// CreateLoadBalancer of an application or network load balancer until active (estimate; facts/aws.md has none).
    LoadBalancerCreate = 60.0, 120.0, 240.0;
    /// DeleteLoadBalancer until its network interfaces are gone (facts/aws.md §1.1, measured for application ones).
    LoadBalancerDelete = 30.0, 60.0, 300.0;
    /// The end of a cluster until the last lines of its logs are written (U; facts/aws.md §9 says only that they are late).
    LateLogLines = 5.0, 15.0, 40.0;
    /// The first use of a tag key until billing knows it (user guide: up to 24 hours).
    CostTagShows = 3600.0, 28800.0, 86400.0;
    /// CreateNatGateway until failed (estimate; facts/aws.md has none).
    NatGatewayFailure = 2.0, 10.0, 60.0;
}

/// Draws durations: from the seed and the name of what is timed, so that a draw depends on nothing else.
#[derive(Clone, Debug)]
pub(crate) struct Durations {
    seed: u64,
    /// Every duration is multiplied by this: what a library cannot know.
    scale: f64,
    /// `false`: everything takes its typical time.
    drawn: bool,
}

impl Durations {
    pub(crate) fn new(seed: u64, scale: f64, drawn: bool) -> Self {
        Self { seed, scale, drawn }
    }

    /// The duration of `timing` for the thing called `key`.
    pub(crate) fn draw(&self, timing: Timing, key: &str) -> Duration {
        let (min, typical, p95) = timing.seconds();
        let seconds = if self.drawn {
            // Exponential above the minimum with its median at `typical`, bent so that 95 % lie below p95.
            let uniform: f64 = self.rng(timing, key).random();
            let bend = ((p95 - min) / (typical - min)).ln() / (20f64.ln() / 2f64.ln()).ln();
            let spread = (-(1.0 - uniform).ln() / 2f64.ln()).powf(bend.max(0.1));
            min + (typical - min) * spread.min((p95 - min) / (typical - min) * 1.5)
        } else {
            typical
        };
        Duration::from_secs_f64(seconds * self.scale)
    }

    /// A uniform draw from [0, 1) for `key`.
    pub(crate) fn chance(&self, key: &str) -> f64 {
        let digest = Sha256::digest(format!("{}/chance/{key}", self.seed));
        ChaCha8Rng::from_seed(digest.into()).random()
    }

    fn rng(&self, timing: Timing, key: &str) -> ChaCha8Rng {
        ChaCha8Rng::from_seed(Sha256::digest(format!("{}/{timing:?}/{key}", self.seed)).into())
    }
}
