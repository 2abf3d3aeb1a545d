//! WHAT IS THERE: AWS's answers folded into one tree, in the vocabulary of the spec.
//!
//! The types of this module are pure; only [`look`] does I/O.

mod access_entry;
mod addon_schema;
mod change_set;
mod cluster;
mod details;
mod eksctl;
mod load_balancers;
mod log_group;
mod look;
mod network;
mod pod_identity;
mod policy;
mod price;
mod stack;
mod tagged;
mod update;
mod usage;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub(crate) use access_entry::{AccessEntryState, KubernetesIdentity};
pub(crate) use addon_schema::AddonSchema;
pub(crate) use change_set::{Change, ChangeAction, ChangeSetState, ChangeSetStatus};
pub use cluster::{
    AddonState, AddonStatus, ClusterStatus, FargateProfileState, FargateProfileStatus, Issue,
    NodeGroupStatus, NodeState,
};
pub(crate) use cluster::{ClusterState, Configuration, NodeGroupState};
pub(crate) use details::PublishedImage;
pub use details::{GatewayInfo, ImageInfo, NetworkInfo, RoleInfo, RouteInfo, SecurityGroupInfo, SubnetInfo};
pub(crate) use eksctl::{
    EksctlPart, eksctl_cluster_stack, eksctl_node_group_stack, has_eksctl_tag, is_eksctl_stack,
};
#[cfg(any(feature = "ec2", test))]
pub(crate) use load_balancers::LoadBalancer;
pub(crate) use load_balancers::{Exposed, ExposedObject, LoadBalancers};
pub(crate) use log_group::LogGroup;
pub(crate) use look::{
    Eyes, Look, Sighting, Watch, all_stacks, caller, limits, list_clusters, look, role_infos, usage,
    version_offer, withhold,
};
#[cfg(feature = "ec2")]
pub(crate) use look::{find_vpcs, network_info, published_images, regions};
pub(crate) use network::{
    CapacityReservationState, NatGatewayState, NatGatewayStatus, SubnetState, WITHOUT_CONTROL_PLANES, Way,
    Zone,
};
#[cfg(feature = "ec2")]
pub(crate) use network::{VpcDns, VpcState};
pub use pod_identity::PodIdentityAssociationState;
pub(crate) use policy::{ForeignPolicies, ForeignPolicy, Hold};
pub(crate) use price::{Good, ListPrice, Prices};
pub(crate) use stack::{StackResource, StackState, StackStatus};
pub use tagged::CostTagStatus;
pub(crate) use tagged::{CostTags, OF_AWS, Part, Tagged, Tags, TagsOf};
pub(crate) use update::{UpdateOf, UpdateState};
pub use usage::QuotaSource;
pub(crate) use usage::{Counted, Limit, Usage, is_standard};

use crate::spec::{AccessEntry, VersionOffer};

/// Whether a thing has been looked at, and if so, whether it is there.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Seen<T> {
    /// Not looked at yet.
    #[default]
    Unknown,
    /// Looked at, and not there.
    Absent,
    /// There.
    Present(T),
}

impl<T> Seen<T> {
    /// The thing, if it is there.
    pub(crate) fn present(&self) -> Option<&T> {
        match self {
            Self::Present(thing) => Some(thing),
            Self::Unknown | Self::Absent => None,
        }
    }

    /// Whether it has not been looked at.
    pub(crate) fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown)
    }

    /// Whether it was looked for and is not there.
    pub(crate) fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }
}

/// Who is calling.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Caller {
    /// The account number.
    pub(crate) account: String,
    /// The caller's ARN.
    pub(crate) arn: String,
}

/// What the cluster's own API server says.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ApiServerState {
    /// Whether `/readyz` answered.
    pub(crate) ready: bool,
    /// Why it did not, for events and hints.
    pub(crate) problem: Option<String>,
    /// The cluster's nodes.
    pub(crate) nodes: Vec<NodeState>,
    /// The resource version of their list, from which they can be watched.
    #[serde(default)]
    pub(crate) version: Option<String>,
}

/// Everything that has been seen of one cluster and what belongs to it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Observed {
    /// Who is calling.
    pub(crate) caller: Option<Caller>,
    /// Kubernetes versions that EKS offers; `None` until looked at.
    pub(crate) versions: Option<Vec<VersionOffer>>,
    /// Zones of the region, with what they offer; `None` until looked at or when EC2 is not compiled in.
    pub(crate) zones: Option<Vec<Zone>>,
    /// Subnets that the spec names, by id.
    pub(crate) subnets: BTreeMap<String, Seen<SubnetState>>,
    /// VPCs of the security groups that the spec names, by the group's id.
    pub(crate) security_groups: BTreeMap<String, Seen<String>>,
    /// Whether the key pairs that the spec names are there.
    pub(crate) key_pairs: BTreeMap<String, bool>,
    /// Capacity reservations that the spec names, by id.
    pub(crate) capacity_reservations: BTreeMap<String, Seen<CapacityReservationState>>,
    /// NAT gateways of the VPC that the foundation made; `None` until looked at or when EC2 is not compiled
    /// in.
    pub(crate) nat_gateways: Option<Vec<NatGatewayState>>,
    /// The foundation stack.
    pub(crate) foundation: Seen<StackState>,
    /// The stack of each node group, by the group's logical name.
    pub(crate) node_group_stacks: BTreeMap<String, Seen<StackState>>,
    /// The stack of the OIDC provider and the roles of service accounts.
    pub(crate) identity_stack: Seen<StackState>,
    /// The stacks that eksctl made for the cluster, by name; `None` until listed.
    pub(crate) eksctl_stacks: Option<BTreeMap<String, Seen<StackState>>>,
    /// Change sets that were asked about, by their names.
    pub(crate) change_sets: BTreeMap<String, Seen<ChangeSetState>>,
    /// The cluster.
    pub(crate) cluster: Seen<ClusterState>,
    /// What others hung on the roles of stacks, by the stack's ARN.
    pub(crate) foreign_policies: BTreeMap<String, ForeignPolicies>,
    /// Prices; `None` until asked for. Kept nowhere.
    #[serde(skip)]
    pub(crate) prices: Option<Prices>,
    /// Node groups by logical name; `None` until listed.
    pub(crate) node_groups: Option<BTreeMap<String, NodeGroupState>>,
    /// Fargate profiles by name; `None` until listed.
    pub(crate) fargate_profiles: Option<BTreeMap<String, FargateProfileState>>,
    /// Add-ons by name; `None` until listed.
    pub(crate) addons: Option<BTreeMap<String, AddonState>>,
    /// What configuration add-ons take, by the add-on's name, as far as it was asked about.
    pub(crate) addon_schemas: BTreeMap<String, AddonSchema>,
    /// The entry of each principal that has one; `None` until listed.
    pub(crate) access_entries: Option<BTreeMap<String, AccessEntryState>>,
    /// Pod identity associations that belong to no add-on, by namespace and service account; `None` until listed.
    pub(crate) pod_identity_associations: Option<BTreeMap<String, PodIdentityAssociationState>>,
    /// Access entries in full, by principal; `None` until asked for, or where the cluster has none.
    pub(crate) access_details: Option<BTreeMap<String, AccessEntry>>,
    /// Where the control plane's subnets lead, as far as that may be looked at; `None` until looked at or when EC2 is not
    /// compiled in.
    pub(crate) ways: Option<BTreeMap<String, Way>>,
    /// Updates that were asked about, by their ids.
    pub(crate) updates: BTreeMap<String, UpdateState>,
    /// The API server; `Unknown` until tried.
    pub(crate) api_server: Seen<ApiServerState>,
    /// What Kubernetes left in the VPC (ids of network interfaces and security groups that block its
    /// deletion); `None` until looked at or when EC2 is not compiled in.
    pub(crate) leftovers: Option<Leftovers>,
    /// The cluster's load balancers; `None` until looked at or when EC2 is not compiled in.
    pub(crate) load_balancers: Option<LoadBalancers>,
    /// The log group of the control plane; `None` until looked at.
    pub(crate) log_group: Option<LogGroup>,
    /// What the Kubernetes API says has load balancers; `None` until asked.
    pub(crate) exposed: Option<Exposed>,
    /// Tags of things that AWS or its controllers keep for the cluster, by their kind.
    pub(crate) tagged: BTreeMap<Part, Tagged>,
    /// What billing makes of tag keys; `None` until asked.
    pub(crate) cost_tags: Option<CostTags>,
    /// What this caller may not look at, by its name, with the reason.
    pub(crate) withheld: BTreeMap<String, String>,
}

impl Observed {
    /// A subnet that was looked at and is there.
    pub(crate) fn subnet(&self, id: &str) -> Option<&SubnetState> {
        self.subnets.get(id)?.present()
    }

    /// Those of the subnets that were looked at and are there.
    pub(crate) fn present_subnets<'a>(&'a self, ids: &'a [String]) -> impl Iterator<Item = &'a SubnetState> {
        ids.iter().filter_map(|id| self.subnet(id))
    }
}

/// What a cluster's pods and controllers leave behind in its VPC (facts/aws.md §9).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Leftovers {
    /// Network interfaces in state `available` that the CNI made.
    pub(crate) network_interfaces: Vec<String>,
    /// Security groups tagged as the cluster's that are not in a stack; EKS's own only once the cluster is
    /// gone.
    pub(crate) security_groups: Vec<String>,
    /// The cluster's own security groups that let those in, which cannot go before that rule.
    #[serde(default)]
    pub(crate) referring: Vec<String>,
    /// What else is in a VPC of ours once the cluster is gone, in words: not ours to remove, and in the way.
    pub(crate) obstacles: Vec<String>,
    /// Whether load balancers have interfaces in a VPC of ours once the cluster is gone.
    #[serde(default)]
    pub(crate) load_balancers: bool,
}

impl Leftovers {
    /// Whether nothing is left that is the cluster's.
    pub(crate) fn is_empty(&self) -> bool {
        self.network_interfaces.is_empty() && self.security_groups.is_empty()
    }
}
