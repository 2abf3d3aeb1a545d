//! The questions that can be asked of AWS, and the asking.

mod access_details;
mod access_entry;
mod addon;
mod addon_schema;
mod api_server;
mod caller;
#[cfg(feature = "ec2")]
mod capacity_reservations;
mod change_set;
mod cluster;
mod details;
mod exposed;
mod fargate_profile;
mod foreign_policies;
mod issue;
#[cfg(feature = "ec2")]
mod key_pairs;
#[cfg(feature = "ec2")]
mod leftovers;
#[cfg(feature = "ec2")]
mod load_balancers;
mod log_group;
#[cfg(feature = "ec2")]
mod nat_gateways;
mod node_group;
mod pod_identity;
mod prices;
#[cfg(feature = "ec2")]
mod regions;
#[cfg(feature = "ec2")]
mod security_groups;
mod stack;
#[cfg(feature = "ec2")]
mod subnets;
mod tags;
#[cfg(test)]
mod tests;
mod update;
mod usage;
mod versions;
#[cfg(feature = "ec2")]
mod vpc;
#[cfg(feature = "ec2")]
mod vpc_dns;
mod watch;
#[cfg(feature = "ec2")]
mod ways;
mod withheld;
#[cfg(feature = "ec2")]
mod zones;

use std::collections::BTreeMap;
use std::future::{Future, ready};
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::future::BoxFuture;
use futures_util::{FutureExt, TryFutureExt};

#[cfg(feature = "ec2")]
pub(crate) use details::{network_info, published_images};
pub(crate) use details::{role_infos, version_offer};
pub(crate) use watch::Watch;
pub(crate) use withheld::withhold;

use super::{
    AccessEntryState, AddonSchema, AddonState, ApiServerState, Caller, ChangeSetState, ClusterState,
    CostTags, Counted, Exposed, FargateProfileState, ForeignPolicies, Good, Limit, LogGroup, NodeGroupState,
    Observed, Part, PodIdentityAssociationState, Prices, Seen, StackState, Tagged, TagsOf, UpdateOf,
    UpdateState, Usage,
};
#[cfg(feature = "ec2")]
use super::{
    CapacityReservationState, Leftovers, LoadBalancers, NatGatewayState, SubnetState, VpcState, Way, Zone,
};
use crate::aws::{Call, Class, Refusal, Wire};
use crate::kubernetes::{ApiServer, SharedConnect, TokenSource};
#[cfg(feature = "ec2")]
use crate::spec::VpcFilter;
use crate::spec::{AccessEntry, VersionOffer};

/// One question. Its answer changes one part of [`super::Observed`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Look {
    /// Who is calling (`sts:GetCallerIdentity`).
    Caller,
    /// Which Kubernetes versions EKS offers, unsupported ones included.
    Versions,
    /// The region's zones and which of these instance types each offers.
    Zones { instance_types: Vec<String> },
    /// Subnets that the spec names.
    Subnets { ids: Vec<String> },
    /// Security groups that the spec names.
    SecurityGroups { ids: Vec<String> },
    /// Key pairs that the spec names.
    KeyPairs { names: Vec<String> },
    /// Capacity reservations that the spec names.
    CapacityReservations { ids: Vec<String> },
    /// The NAT gateways of a VPC.
    NatGateways { vpc: String },
    /// A stack: status, tags, outputs, and its resources unless it is at rest and they are known.
    /// `spec`: also the spec in its template's metadata.
    Foundation { name: String, spec: bool },
    /// The stack of a node group.
    NodeGroupStack { group: String, name: String },
    /// The stack of the OIDC provider and the roles of service accounts. `spec`: also what its template's metadata says it
    /// was made for.
    IdentityStack { name: String, spec: bool },
    /// Every stack whose name begins so, by the group that its tag names; and the identity stack.
    NodeGroupStacks { prefix: String },
    /// Every stack that eksctl made for the cluster.
    EksctlStacks,
    /// One of them.
    EksctlStack { name: String },
    /// A change set of a stack, by the stack's ARN and its name.
    ChangeSet { stack: String, name: String },
    /// The cluster.
    Cluster,
    /// Every node group of the cluster: lists, then describes each.
    NodeGroups,
    /// One node group, by its name in AWS.
    NodeGroup { name: String },
    /// Every Fargate profile: lists, then describes each.
    FargateProfiles,
    /// One Fargate profile.
    FargateProfile { name: String },
    /// Every add-on: lists, then describes each.
    Addons,
    /// One add-on.
    Addon { name: String },
    /// Which configuration an add-on takes, in this version, or in the default one of this version of Kubernetes.
    AddonSchema { addon: String, version: Option<String>, kubernetes: String },
    /// What these cost.
    Prices { goods: Vec<Good> },
    /// What others hung on the roles of this stack; their names by logical id.
    ForeignPolicies { stack: String, roles: BTreeMap<String, String> },
    /// The principals that have access entries, the policies of some of them, and who some of them are to Kubernetes.
    AccessEntries { policies_of: Vec<String>, described: Vec<String> },
    /// Every pod identity association that belongs to no add-on: lists, then describes each.
    PodIdentityAssociations,
    /// Every access entry in full: lists, then describes each.
    AccessDetails,
    /// Where these subnets lead.
    Ways { subnets: Vec<String> },
    /// An update, by its id.
    Update { id: String, of: UpdateOf },
    /// The API server: `/readyz`, then nodes.
    ApiServer,
    /// What pods and controllers left in this VPC. `ours`: the VPC was made for the cluster, so that nothing
    /// else is at home in it.
    Leftovers { vpc: String, cluster: String, ours: bool },
    /// The load balancers of the cluster in this VPC; of the VPC if it is `ours`. `names`: what those are called that
    /// were seen before.
    LoadBalancers { vpc: String, cluster: String, ours: bool, names: Vec<String> },
    /// A log group.
    LogGroup { name: String },
    /// What the Kubernetes API says has load balancers.
    Exposed,
    /// Tags of things that AWS or its controllers keep for the cluster.
    Tags(TagsOf),
    /// What billing makes of these tag keys.
    CostTags { keys: Vec<String> },
}

impl Look {
    /// Whether the answer to this question holds the answer to `other`.
    pub(crate) fn covers(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Foundation { name, .. }, Self::Foundation { name: other, spec: false }) => name == other,
            (Self::IdentityStack { name, .. }, Self::IdentityStack { name: other, spec: false }) => {
                name == other
            }
            (Self::NodeGroupStacks { prefix }, Self::NodeGroupStack { name, .. })
            | (Self::NodeGroupStacks { prefix }, Self::IdentityStack { name, spec: false }) => {
                name.starts_with(prefix)
            }
            (Self::EksctlStacks, Self::EksctlStack { .. })
            | (Self::NodeGroups, Self::NodeGroup { .. })
            | (Self::FargateProfiles, Self::FargateProfile { .. })
            | (Self::Addons, Self::Addon { .. }) => true,
            _ => self == other,
        }
    }
}

/// What is needed to look at one cluster and what belongs to it.
#[derive(Clone, Debug)]
pub(crate) struct Eyes {
    pub(crate) wire: Wire,
    /// The cluster's name.
    pub(crate) cluster: String,
    /// The way inside; `None` if the API server is not to be called.
    pub(crate) inside: Option<Inside>,
    /// The AWS profile that the client was told to use: whoever comes later needs the same one.
    pub(crate) profile: Option<String>,
}

/// What is needed to call the cluster's API server.
#[derive(Clone, Debug)]
pub(crate) struct Inside {
    tokens: TokenSource,
    connect: SharedConnect,
    /// The server as it was last looked at: where it is, whom it is trusted by, and its connection.
    known: Arc<Mutex<Option<(String, String, ApiServer)>>>,
}

impl Inside {
    /// The API server at `endpoint`, with the connection that it had if it was there before.
    fn server(&self, endpoint: &str, authority: &str, wire: &Wire) -> crate::Result<ApiServer> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((at, by, server)) = &*known
            && (at.as_str(), by.as_str()) == (endpoint, authority)
        {
            return Ok(server.clone());
        }
        let (tokens, connect) = (self.tokens.clone(), self.connect.clone());
        let server = ApiServer::new(endpoint, authority, tokens, connect, wire.sleep().clone())?;
        *known = Some((endpoint.to_owned(), authority.to_owned(), server.clone()));
        Ok(server)
    }

    /// The API server of the cluster that was seen; `None` if that has none.
    fn of(&self, seen: &Observed, wire: &Wire) -> crate::Result<Option<ApiServer>> {
        let cluster = seen.cluster.present();
        let place = cluster.and_then(|it| it.endpoint.as_ref().zip(it.certificate_authority.as_ref()));
        place.map(|(endpoint, authority)| self.server(endpoint, authority, wire)).transpose()
    }
}

impl Eyes {
    /// Eyes for `cluster`. With `connect` they look inside too, if there are credentials to sign tokens with.
    pub(crate) fn new(wire: Wire, cluster: impl Into<String>, connect: Option<SharedConnect>) -> Self {
        let cluster = cluster.into();
        let inside = connect.zip(wire.credentials().cloned()).map(|(connect, credentials)| {
            let tokens = TokenSource::new(credentials, wire.time().clone(), wire.region(), &cluster);
            Inside { tokens, connect, known: Arc::default() }
        });
        Self { wire, cluster, inside, profile: None }
    }

    /// The API server of the cluster that was seen, if there is a way to it.
    pub(crate) fn server(&self, seen: &Observed) -> Option<ApiServer> {
        self.inside.as_ref()?.of(seen, &self.wire).ok().flatten()
    }

    /// The same eyes, of a client with this profile.
    pub(crate) fn with_profile(self, profile: Option<String>) -> Self {
        Self { profile, ..self }
    }
}

/// The answer to a question: one part of [`Observed`].
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Sighting {
    Caller(Caller),
    Versions(Vec<VersionOffer>),
    #[cfg(feature = "ec2")]
    Zones(Vec<Zone>),
    #[cfg(feature = "ec2")]
    Subnets(BTreeMap<String, Seen<SubnetState>>),
    #[cfg(feature = "ec2")]
    SecurityGroups(BTreeMap<String, Seen<String>>),
    #[cfg(feature = "ec2")]
    KeyPairs(BTreeMap<String, bool>),
    #[cfg(feature = "ec2")]
    CapacityReservations(BTreeMap<String, Seen<CapacityReservationState>>),
    #[cfg(feature = "ec2")]
    NatGateways(Vec<NatGatewayState>),
    Foundation(Seen<StackState>),
    NodeGroupStack {
        group: String,
        stack: Seen<StackState>,
    },
    IdentityStack(Seen<StackState>),
    NodeGroupStacks {
        groups: BTreeMap<String, StackState>,
        identity: Seen<StackState>,
    },
    EksctlStacks(BTreeMap<String, StackState>),
    EksctlStack {
        name: String,
        stack: Seen<StackState>,
    },
    ChangeSet {
        name: String,
        state: Seen<ChangeSetState>,
    },
    Cluster(Seen<ClusterState>),
    NodeGroups(BTreeMap<String, NodeGroupState>),
    NodeGroup {
        name: String,
        state: Seen<NodeGroupState>,
    },
    FargateProfiles(BTreeMap<String, FargateProfileState>),
    FargateProfile {
        name: String,
        state: Seen<FargateProfileState>,
    },
    Addons(BTreeMap<String, AddonState>),
    Addon {
        name: String,
        state: Seen<AddonState>,
    },
    AddonSchema {
        addon: String,
        schema: AddonSchema,
    },
    Prices(Prices),
    ForeignPolicies {
        stack: String,
        policies: ForeignPolicies,
    },
    AccessEntries(BTreeMap<String, AccessEntryState>),
    PodIdentityAssociations(BTreeMap<String, PodIdentityAssociationState>),
    AccessDetails(BTreeMap<String, AccessEntry>),
    #[cfg(feature = "ec2")]
    Ways(BTreeMap<String, Way>),
    Update {
        id: String,
        state: UpdateState,
    },
    ApiServer(Seen<ApiServerState>),
    #[cfg(feature = "ec2")]
    Leftovers(Leftovers),
    #[cfg(feature = "ec2")]
    LoadBalancers(LoadBalancers),
    LogGroup(LogGroup),
    Exposed(Exposed),
    Tags {
        part: Part,
        tagged: Tagged,
    },
    CostTags(CostTags),
    /// The question cannot be asked: EC2 is not compiled in, or there is no way inside.
    NotLooked,
}

impl Sighting {
    /// Changes the part of the tree that was looked at.
    ///
    /// One member of a collection that was never listed changes nothing: `None` means "not listed", and a
    /// collection of one would say "listed".
    pub(crate) fn apply(self, observed: &mut Observed) {
        match self {
            Self::Caller(caller) => observed.caller = Some(caller),
            Self::Versions(versions) => observed.versions = Some(versions),
            #[cfg(feature = "ec2")]
            Self::Zones(zones) => observed.zones = Some(zones),
            #[cfg(feature = "ec2")]
            Self::Subnets(subnets) => observed.subnets.extend(subnets),
            #[cfg(feature = "ec2")]
            Self::SecurityGroups(groups) => observed.security_groups.extend(groups),
            #[cfg(feature = "ec2")]
            Self::KeyPairs(pairs) => observed.key_pairs.extend(pairs),
            #[cfg(feature = "ec2")]
            Self::CapacityReservations(reservations) => observed.capacity_reservations.extend(reservations),
            #[cfg(feature = "ec2")]
            Self::NatGateways(gateways) => observed.nat_gateways = Some(gateways),
            Self::Foundation(stack) => observed.foundation = stack,
            Self::NodeGroupStack { group, stack } => {
                observed.node_group_stacks.insert(group, stack);
            }
            Self::IdentityStack(stack) => observed.identity_stack = stack,
            Self::NodeGroupStacks { groups, mut identity } => {
                // A list reads no template; what was read of the same stack is known.
                if let (Seen::Present(stack), Seen::Present(known)) =
                    (&mut identity, &observed.identity_stack)
                    && stack.id == known.id
                {
                    stack.spec = stack.spec.take().or_else(|| known.spec.clone());
                }
                observed.identity_stack = identity;
                // Those that were known and are not listed are gone.
                observed.node_group_stacks.values_mut().for_each(|stack| *stack = Seen::Absent);
                let present = groups.into_iter().map(|(group, stack)| (group, Seen::Present(stack)));
                observed.node_group_stacks.extend(present);
            }
            Self::EksctlStacks(stacks) => {
                let known = observed.eksctl_stacks.get_or_insert_default();
                known.values_mut().for_each(|stack| *stack = Seen::Absent);
                known.extend(stacks.into_iter().map(|(name, stack)| (name, Seen::Present(stack))));
            }
            Self::EksctlStack { name, stack } => {
                if let Some(known) = &mut observed.eksctl_stacks {
                    known.insert(name, stack);
                }
            }
            Self::ChangeSet { name, state } => {
                observed.change_sets.insert(name, state);
            }
            Self::Cluster(cluster) => observed.cluster = cluster,
            Self::NodeGroups(groups) => observed.node_groups = Some(groups),
            Self::NodeGroup { name, state } => put(&mut observed.node_groups, name, state),
            Self::FargateProfiles(profiles) => observed.fargate_profiles = Some(profiles),
            Self::FargateProfile { name, state } => put(&mut observed.fargate_profiles, name, state),
            Self::Addons(addons) => observed.addons = Some(addons),
            Self::Addon { name, state } => put(&mut observed.addons, name, state),
            Self::AddonSchema { addon, schema } => {
                observed.addon_schemas.insert(addon, schema);
            }
            Self::Prices(prices) => observed.prices = Some(prices),
            Self::ForeignPolicies { stack, policies } => {
                observed.foreign_policies.insert(stack, policies);
            }
            Self::AccessEntries(entries) => observed.access_entries = Some(entries),
            Self::PodIdentityAssociations(all) => observed.pod_identity_associations = Some(all),
            Self::AccessDetails(entries) => observed.access_details = Some(entries),
            #[cfg(feature = "ec2")]
            Self::Ways(ways) => observed.ways = Some(ways),
            Self::Update { id, state } => {
                observed.updates.insert(id, state);
            }
            Self::ApiServer(server) => observed.api_server = server,
            #[cfg(feature = "ec2")]
            Self::Leftovers(leftovers) => observed.leftovers = Some(leftovers),
            #[cfg(feature = "ec2")]
            Self::LoadBalancers(balancers) => observed.load_balancers = Some(balancers),
            Self::LogGroup(group) => observed.log_group = Some(group),
            Self::Exposed(exposed) => observed.exposed = Some(exposed),
            Self::Tags { part, tagged } => {
                observed.tagged.insert(part, tagged);
            }
            Self::CostTags(tags) => observed.cost_tags = Some(tags),
            Self::NotLooked => {}
        }
    }
}

fn put<T>(listed: &mut Option<BTreeMap<String, T>>, name: String, state: Seen<T>) {
    let Some(listed) = listed else { return };
    match state {
        Seen::Present(state) => {
            listed.insert(name, state);
        }
        Seen::Absent => {
            listed.remove(&name);
        }
        Seen::Unknown => {}
    }
}

/// Asks AWS one question. `last` is what was seen before: a stack at rest keeps the resources it had, and
/// the API server is found at the endpoint of the cluster in it.
///
/// What is not there is an answer, not a refusal.
///
/// Each question is in a box of its own size: whoever asks several at once would hold room for the largest as many times,
/// for as long as the limiter lets them wait.
pub(crate) fn look<'a>(eyes: &'a Eyes, question: &'a Look, last: &'a Observed) -> Looking<'a> {
    let Eyes { wire, cluster, .. } = eyes;
    match question {
        Look::Caller => asked(caller::look(wire), Sighting::Caller),
        Look::Versions => asked(versions::look(wire), Sighting::Versions),
        #[cfg(feature = "ec2")]
        Look::Zones { instance_types } => asked(zones::look(wire, instance_types), Sighting::Zones),
        #[cfg(feature = "ec2")]
        Look::Subnets { ids } => asked(subnets::look(wire, ids), Sighting::Subnets),
        #[cfg(feature = "ec2")]
        Look::SecurityGroups { ids } => asked(security_groups::look(wire, ids), Sighting::SecurityGroups),
        #[cfg(feature = "ec2")]
        Look::KeyPairs { names } => asked(key_pairs::look(wire, names), Sighting::KeyPairs),
        #[cfg(feature = "ec2")]
        Look::CapacityReservations { ids } => {
            asked(capacity_reservations::look(wire, ids), Sighting::CapacityReservations)
        }
        #[cfg(feature = "ec2")]
        Look::NatGateways { vpc } => asked(nat_gateways::look(wire, vpc), Sighting::NatGateways),
        #[cfg(feature = "ec2")]
        Look::Leftovers { vpc, cluster, ours } => {
            let scope = leftovers::Scope { vpc, cluster, ours: *ours, gone: last.cluster.is_absent() };
            asked(leftovers::look(wire, scope), Sighting::Leftovers)
        }
        #[cfg(feature = "ec2")]
        Look::LoadBalancers { vpc, cluster, ours, names } => {
            let last = last.load_balancers.as_ref();
            let scope = load_balancers::Scope { vpc, cluster, ours: *ours, names, last };
            asked(load_balancers::look(wire, scope), Sighting::LoadBalancers)
        }
        #[cfg(feature = "ec2")]
        Look::Ways { subnets } => asked(ways::of(wire, subnets), Sighting::Ways),
        #[cfg(not(feature = "ec2"))]
        Look::Zones { .. }
        | Look::Ways { .. }
        | Look::Subnets { .. }
        | Look::SecurityGroups { .. }
        | Look::KeyPairs { .. }
        | Look::CapacityReservations { .. }
        | Look::NatGateways { .. }
        | Look::Leftovers { .. }
        | Look::LoadBalancers { .. } => not_looked(),
        Look::LogGroup { name } => asked(log_group::look(wire, name), Sighting::LogGroup),
        Look::Tags(of) => asked(tags::look(wire, of), |tagged| Sighting::Tags { part: of.part(), tagged }),
        Look::CostTags { keys } => asked(tags::billing::look(wire, keys), Sighting::CostTags),
        Look::Exposed => asked(exposed::look(wire, eyes.inside.as_ref(), last), Sighting::Exposed),
        Look::Foundation { name, spec } => {
            asked(stack::look(wire, name, *spec, last.foundation.present()), Sighting::Foundation)
        }
        Look::NodeGroupStack { group, name } => {
            let earlier = last.node_group_stacks.get(group).and_then(Seen::present);
            asked(stack::look(wire, name, false, earlier), |stack| Sighting::NodeGroupStack {
                group: group.clone(),
                stack,
            })
        }
        Look::NodeGroupStacks { prefix } => {
            asked(stack::below(wire, prefix, cluster, last), |(groups, identity)| Sighting::NodeGroupStacks {
                groups,
                identity,
            })
        }
        Look::IdentityStack { name, spec } => {
            asked(stack::look(wire, name, *spec, last.identity_stack.present()), Sighting::IdentityStack)
        }
        Look::EksctlStacks => asked(stack::of_eksctl(wire, cluster, last), Sighting::EksctlStacks),
        Look::EksctlStack { name } => {
            let earlier = last.eksctl_stacks.as_ref().and_then(|known| known.get(name)?.present());
            asked(stack::look(wire, name, false, earlier), |stack| Sighting::EksctlStack {
                name: name.clone(),
                stack,
            })
        }
        Look::ChangeSet { stack, name } => asked(change_set::look(wire, stack, name), |state| {
            Sighting::ChangeSet { name: name.clone(), state }
        }),
        Look::Cluster => asked(cluster::look(wire, cluster), Sighting::Cluster),
        Look::NodeGroups => asked(node_group::list(wire, cluster), Sighting::NodeGroups),
        Look::NodeGroup { name } => asked(node_group::look(wire, cluster, name), |state| {
            Sighting::NodeGroup { name: name.clone(), state }
        }),
        Look::FargateProfiles => asked(fargate_profile::list(wire, cluster), Sighting::FargateProfiles),
        Look::FargateProfile { name } => asked(fargate_profile::look(wire, cluster, name), |state| {
            Sighting::FargateProfile { name: name.clone(), state }
        }),
        Look::Addons => asked(addon::list(wire, cluster), Sighting::Addons),
        Look::Addon { name } => {
            asked(addon::look(wire, cluster, name), |state| Sighting::Addon { name: name.clone(), state })
        }
        Look::AddonSchema { addon, version, kubernetes } => {
            let question = addon_schema::look(wire, addon, version.as_deref(), kubernetes);
            asked(question, |schema| Sighting::AddonSchema { addon: addon.clone(), schema })
        }
        Look::ForeignPolicies { stack, roles } => {
            let question = foreign_policies::look(wire, stack, roles);
            asked(question, |policies| Sighting::ForeignPolicies { stack: stack.clone(), policies })
        }
        Look::Prices { goods } => asked(prices::look(wire, goods).map(Ok), Sighting::Prices),
        Look::AccessEntries { policies_of, described } => {
            asked(access_entry::list(wire, cluster, policies_of, described), Sighting::AccessEntries)
        }
        Look::PodIdentityAssociations => {
            asked(pod_identity::list(wire, cluster), Sighting::PodIdentityAssociations)
        }
        Look::AccessDetails => asked(access_details::list(wire, cluster), Sighting::AccessDetails),
        Look::Update { id, of } => {
            asked(update::look(wire, cluster, id, of), |state| Sighting::Update { id: id.clone(), state })
        }
        Look::ApiServer => match &eyes.inside {
            Some(inside) => asked(api_server::look(wire, inside, last), Sighting::ApiServer),
            None => not_looked(),
        },
    }
}

/// A question on its way.
type Looking<'a> = BoxFuture<'a, Result<Sighting, Refusal>>;

/// A question, and what its answer says.
fn asked<'a, T: 'a>(
    question: impl Future<Output = Result<T, Refusal>> + Send + 'a,
    sighting: impl FnOnce(T) -> Sighting + Send + 'a,
) -> Looking<'a> {
    question.map_ok(sighting).boxed()
}

/// What cannot be asked here.
fn not_looked<'a>() -> Looking<'a> {
    ready(Ok(Sighting::NotLooked)).boxed()
}

/// Turns "does not exist" into an answer.
fn seen<T>(answer: Result<T, Refusal>) -> Result<Seen<T>, Refusal> {
    match answer {
        Ok(thing) => Ok(Seen::Present(thing)),
        Err(refusal) if refusal.class == Class::Gone => Ok(Seen::Absent),
        Err(refusal) => Err(refusal),
    }
}

/// Every VPC that is meant; with its subnets if it is the only one.
#[cfg(feature = "ec2")]
pub(crate) async fn find_vpcs(wire: &Wire, wanted: &VpcFilter) -> Result<Vec<VpcState>, Refusal> {
    vpc::find(wire, wanted).await
}

/// Who is calling.
pub(crate) async fn caller(wire: &Wire) -> Result<Caller, Refusal> {
    patiently(|| caller::look(wire)).await
}

/// Every stack of the region that carries our tag, without its resources.
pub(crate) async fn all_stacks(wire: &Wire) -> Result<Vec<StackState>, Refusal> {
    patiently(|| stack::all(wire)).await
}

/// What the account has of these, NAT gateways in the fullest of these zones, and the vCPUs of these types.
pub(crate) async fn usage(
    wire: &Wire,
    wanted: &[Counted],
    types: &[String],
    zones: &[String],
) -> Result<Usage, Refusal> {
    usage::look(wire, wanted, types, zones).await
}

/// How much of these the account may have.
pub(crate) async fn limits(wire: &Wire, wanted: &[Counted]) -> Result<BTreeMap<Counted, Limit>, Refusal> {
    usage::limits(wire, wanted).await
}

/// The regions that the account has enabled.
#[cfg(feature = "ec2")]
pub(crate) async fn regions(wire: &Wire) -> Result<Vec<String>, Refusal> {
    patiently(|| regions::look(wire)).await
}

/// Every cluster of the region, whoever made it.
pub(crate) async fn list_clusters(wire: &Wire) -> Result<Vec<ClusterState>, Refusal> {
    cluster::list(wire).await
}

/// Asks about one of many: where each answer counts only with all the others, one refusal in three would make it
/// unlikely that they ever come together. Pauses are the limiter's business.
async fn patiently<T, F>(mut ask: impl FnMut() -> F) -> Result<T, Refusal>
where
    F: Future<Output = Result<T, Refusal>>,
{
    for _ in 0..3 {
        match ask().await {
            Err(refusal) if matches!(refusal.class, Class::Throttled | Class::Transient) => {}
            answer => return answer,
        }
    }
    ask().await
}

/// What may not be looked at is no reason to stop: `Err` within says why.
async fn checked<T>(listed: impl Future<Output = Result<T, Refusal>>) -> Result<Result<T, String>, Refusal> {
    match listed.await {
        Ok(listed) => Ok(Ok(listed)),
        Err(refusal) if refusal.is_denied() => Ok(Err(refusal.told())),
        Err(refusal) => Err(refusal),
    }
}

/// The names that a list has; none if what should hold them does not exist.
fn listed<P>(
    pages: Result<Vec<P>, Refusal>,
    names: impl Fn(P) -> Option<Vec<String>>,
) -> Result<Vec<String>, Refusal> {
    let pages = match seen(pages)? {
        Seen::Present(pages) => pages,
        Seen::Absent | Seen::Unknown => Vec::new(),
    };
    Ok(pages.into_iter().filter_map(names).flatten().collect())
}

/// A status that this version does not know, or none, cannot be acted upon.
fn status<T>(call: &Call, name: Option<&str>, read: impl FnOnce(&str) -> Option<T>) -> Result<T, Refusal> {
    name.and_then(read).ok_or_else(|| {
        Refusal::nonsense(call, format!("the status is `{}`, which is not known", name.unwrap_or_default()))
    })
}
