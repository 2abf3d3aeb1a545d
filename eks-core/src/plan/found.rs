//! The spec of a cluster as it is: what a plan of would change nothing.
//!
//! What a spec cannot say of a cluster that others made (a launch template, nodes that EKS does not manage, a tag that only
//! some things bear) is left out of it, and makes no difference.

mod access;
mod inside;
mod ours;

use std::collections::BTreeMap;

use super::ownership;
use super::replacement::AwsNames;
use crate::observe::{ClusterState, Look, Observed, Way};
use crate::spec::{
    AccessConfig, AuthenticationMode, AutoMode, Cluster, ControlPlaneTier, EndpointAccess, GivenNetwork,
    IpFamily, KubernetesVersion, Network, NodePool, OWN_TAGS, SecretsEncryption,
};
use crate::{Error, ErrorKind, Result};

/// What must be known of a cluster before its spec can be said, and is not.
pub(crate) fn found_looks(observed: &Observed) -> Vec<Look> {
    let Some(cluster) = observed.cluster.present() else { return Vec::new() };
    let mut looks = Vec::new();
    if observed.node_groups.is_none() {
        looks.push(Look::NodeGroups);
    }
    if observed.fargate_profiles.is_none() {
        looks.push(Look::FargateProfiles);
    }
    if observed.addons.is_none() {
        looks.push(Look::Addons);
    }
    if has_entries(cluster) && observed.access_details.is_none() {
        looks.push(Look::AccessDetails);
    }
    if observed.pod_identity_associations.is_none() {
        looks.push(Look::PodIdentityAssociations);
    }
    if cfg!(feature = "ec2") && observed.ways.is_none() {
        looks.push(Look::Ways { subnets: cluster.subnets.clone() });
    }
    looks
}

/// The spec of a cluster that is there: of one of ours the one that was applied last, with what is another since; of any
/// other one everything that a spec can say.
///
/// # Errors
///
/// [`ErrorKind::Unsupported`] for a cluster that no spec can describe.
pub(crate) fn spec_of(cluster: &ClusterState, observed: &Observed) -> Result<Cluster> {
    let found = found(cluster, observed)?;
    let stored = observed.foundation.present().filter(|stack| ownership::owns_stack(&cluster.name, stack));
    match stored.and_then(|stack| stack.spec.as_deref()) {
        Some(json) if ownership::owns_cluster(cluster) => {
            let names = stored.map(|stack| AwsNames::of(stack, None)).unwrap_or_default();
            let last = names.in_aws(&Cluster::from_json(json)?);
            Ok(names.in_spec(&ours::updated(&last, &found, observed)))
        }
        _ => Ok(found),
    }
}

/// Everything that a spec can say of a cluster, whoever made it.
pub(super) fn found(cluster: &ClusterState, observed: &Observed) -> Result<Cluster> {
    let tags = common_tags(cluster, observed);
    let region = cluster.arn.split(':').nth(3).filter(|region| !region.is_empty());
    let spec = Cluster {
        name: Some(cluster.name.clone()),
        region: region.map(str::to_owned),
        version: KubernetesVersion::Exact(cluster.version.clone()),
        node_groups: Some(inside::node_groups(observed, &tags)),
        fargate_profiles: inside::fargate_profiles(observed, &tags),
        addons: Some(inside::addons(observed)),
        access_entries: access::entries(cluster, observed, &tags),
        pod_identity_associations: inside::pod_identity_associations(observed, &tags),
        network: network(cluster, observed)?,
        endpoint_access: endpoint_access(&cluster.endpoint_access),
        logging: Some(cluster.logging.clone()),
        upgrade_policy: cluster.upgrade_policy,
        role_arn: Some(cluster.role_arn.clone()),
        service_cidr: cluster.service_cidr.clone().filter(|_| cluster.ip_family != Some(IpFamily::Ipv6)),
        secrets_encryption: cluster.encryption_key.clone().map(SecretsEncryption::key),
        access_config: AccessConfig {
            authentication_mode: cluster.authentication_mode,
            ..AccessConfig::default()
        },
        deletion_protection: cluster.deletion_protection.then_some(true),
        zonal_shift: cluster.zonal_shift.then_some(true),
        control_plane_tier: cluster.control_plane_tier.filter(|tier| *tier != ControlPlaneTier::Standard),
        auto_mode: auto_mode(cluster),
        ip_family: cluster.ip_family.filter(|family| *family == IpFamily::Ipv6),
        tags,
        ..Cluster::default()
    };
    spec.fitting().map_err(|error| error.with_resource(format!("cluster {}", cluster.name)))
}

fn has_entries(cluster: &ClusterState) -> bool {
    matches!(cluster.authentication_mode, Some(AuthenticationMode::Api | AuthenticationMode::ApiAndConfigMap))
}

/// Those of its subnets that lead to an internet gateway are public; where nobody could look, all count as private.
/// Auto Mode with its node pools, if it is on.
fn auto_mode(cluster: &ClusterState) -> Option<AutoMode> {
    let is_there = |pool: &NodePool| cluster.node_pools.iter().any(|name| name == pool.name());
    cluster.auto_mode.then(|| AutoMode {
        enabled: Some(true),
        node_pools: Some(NodePool::ALL.into_iter().filter(is_there).collect()),
        node_role_arn: cluster.node_pool_role.clone(),
    })
}

fn network(cluster: &ClusterState, observed: &Observed) -> Result<Network> {
    if cluster.subnets.len() < 2 {
        let message = "it has no two subnets, and a spec of a network that is there names at least two";
        return Err(Error::new(ErrorKind::Unsupported, message)
            .with_resource(format!("cluster {}", cluster.name))
            .with_hint("Its spec cannot be told; describe, scale and delete work all the same"));
    }
    let is_public = |subnet: &&String| {
        observed.ways.as_ref().and_then(|ways| ways.get(*subnet)) == Some(&Way::InternetGateway)
    };
    let (public, private) = cluster.subnets.iter().partition::<Vec<_>, _>(is_public);
    Ok(Network::Given(GivenNetwork {
        private_subnets: private.into_iter().cloned().collect(),
        public_subnets: public.into_iter().cloned().collect(),
        security_groups: cluster.security_groups.clone(),
        vpc: cluster.vpc.clone(),
        control_plane_subnets: None,
    }))
}

/// EKS keeps no blocks for an endpoint that is not there.
fn endpoint_access(seen: &EndpointAccess) -> EndpointAccess {
    let public_cidrs = seen.public_cidrs.clone().filter(|_| seen.public == Some(true));
    EndpointAccess { public_cidrs, ..seen.clone() }
}

/// The tags of everything of the cluster: those that all of it bears. A spec cannot give the cluster a tag that its node
/// groups, profiles and add-ons have not.
fn common_tags(cluster: &ClusterState, observed: &Observed) -> BTreeMap<String, String> {
    let groups = inside::living_groups(observed).map(|(_, group)| &group.tags);
    let profiles = inside::living_profiles(observed).map(|profile| &profile.tags);
    let addons = inside::living_addons(observed).map(|addon| &addon.tags);
    let identities = observed.pod_identity_associations.iter().flatten().map(|(_, it)| &it.tags);
    let all: Vec<_> = groups.chain(profiles).chain(addons).chain(identities).collect();
    let borne = |key: &String, value: &String| all.iter().all(|tags| tags.get(key) == Some(value));
    let common = theirs(&cluster.tags).filter(|(key, value)| borne(key, value));
    common.take(50 - OWN_TAGS).map(|(key, value)| (key.clone(), value.clone())).collect()
}

/// Tags that are neither AWS's nor ours.
fn theirs(tags: &BTreeMap<String, String>) -> impl Iterator<Item = (&String, &String)> {
    tags.iter().filter(|(key, _)| {
        !key.to_ascii_lowercase().starts_with("aws:") && !key.starts_with("eks-lifecycle/")
    })
}

/// The tags that a thing has beside those of everything.
fn further(tags: &BTreeMap<String, String>, common: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let further = theirs(tags).filter(|(key, _)| !common.contains_key(*key));
    further.take(50 - OWN_TAGS - common.len()).map(|(key, value)| (key.clone(), value.clone())).collect()
}
