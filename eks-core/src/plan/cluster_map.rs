//! What a plan makes, grouped as it lives in AWS: what its map is drawn from.

use serde::{Deserialize, Serialize};

use super::contents::{api_server, auto_mode, control_plane, fargate_profile, node_group};
use super::create::{group_name, node_groups};
use super::{version_of, zones};
use crate::observe::Observed;
use crate::spec::{
    AutoMode, Cluster, ControlPlaneSubnets, GivenNetwork, Nat, Network, NewNetwork, NodeGroup, NodeSubnets,
    cut,
};

/// What a create makes, grouped as it lives in AWS.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct ClusterMap {
    /// What matters of the control plane, a line for each thing.
    pub control_plane: Vec<String>,
    /// The add-ons.
    pub addons: Vec<String>,
    /// What each role that is made is for, and the principals that are let in.
    pub access: Vec<String>,
    /// The VPC, such as `192.168.0.0/16` or the id of one that was given.
    pub vpc: String,
    /// Whether the VPC was there before.
    pub given: bool,
    /// What leads out of the VPC and is made, such as `internet gateway`; empty for a given VPC, and for one without a
    /// way out.
    pub gateways: Vec<String>,
    /// The security groups that come into being, by what they are for.
    pub security_groups: Vec<String>,
    /// The services that have endpoints in the VPC.
    pub endpoints: Vec<String>,
    /// The public subnets, by zone.
    pub public_subnets: Vec<MapSubnet>,
    /// The private subnets, by zone.
    pub private_subnets: Vec<MapSubnet>,
    /// Node groups, Auto Mode and Fargate profiles.
    pub computers: Vec<MapComputer>,
}

/// A subnet on a map.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct MapSubnet {
    /// The name of its zone; empty where nobody has looked.
    pub zone: String,
    /// Its block, or the id of one that was given.
    pub name: String,
    /// Whether a NAT gateway is made in it.
    pub nat_gateway: bool,
}

/// What pods run on, on a map.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct MapComputer {
    /// Such as `node group web`.
    pub what: String,
    /// How it is, as in the plan's text, but for where it is.
    pub how: String,
    /// Whether it is in the public subnets.
    pub public: bool,
    /// The subnets that it is in, as [`MapSubnet::name`] has them; empty: all of its kind.
    #[serde(default)]
    pub subnets: Vec<String>,
    /// Whether it has no instances of the account's.
    pub serverless: bool,
}

/// The map of what the caller gave.
pub(crate) fn cluster_map(given: Option<&Cluster>, observed: &Observed) -> Option<ClusterMap> {
    let spec = &given?.defaulted();
    let mut map = ClusterMap {
        control_plane: version_of(Some(spec), observed)
            .map(|it| format!("Kubernetes {it}"))
            .into_iter()
            .collect(),
        // EKS makes it with every cluster (facts/eksctl.md §2.4).
        security_groups: vec!["cluster and nodes (EKS makes it)".to_owned()],
        addons: spec.addons.iter().flatten().map(|addon| addon.name.clone()).collect(),
        access: access(spec),
        ..ClusterMap::default()
    };
    map.control_plane.push(format!("API server {}", api_server(&spec.endpoint_access)));
    map.control_plane.extend(logs(spec));
    map.control_plane.extend(control_plane(spec));
    if spec.is_ipv6() {
        map.control_plane.push("IPv6 for pods and services".to_owned());
    }
    match &spec.network {
        Network::New(network) => map.new_network(spec, network, observed),
        Network::Given(network) => map.given_network(network, observed),
    }
    map.computers = node_groups(spec).map(|group| of_group(spec, group)).collect();
    map.computers.extend(spec.auto_mode().map(|mode| of_auto_mode(spec, mode)));
    map.computers.extend(spec.fargate_profiles.iter().map(|profile| MapComputer {
        what: format!("Fargate profile {}", profile.name),
        how: fargate_profile(profile),
        public: false,
        subnets: profile.subnets.clone(),
        serverless: true,
    }));
    Some(map)
}

impl ClusterMap {
    fn new_network(&mut self, spec: &Cluster, network: &NewNetwork, observed: &Observed) {
        let zones = zones::known(spec, network, observed).unwrap_or_default();
        let Ok(block) = network.block() else { return };
        self.vpc = block.to_string();
        if spec.is_ipv6() {
            self.vpc.push_str(" and an IPv6 block of Amazon's");
        }
        if !network.is_private() {
            self.gateways.push("internet gateway".to_owned());
            self.gateways.extend(spec.is_ipv6().then(|| "egress-only internet gateway".to_owned()));
        }
        self.security_groups.push("control plane".to_owned());
        self.security_groups.extend((!network.endpoints.is_empty()).then(|| "endpoints".to_owned()));
        self.endpoints.clone_from(&network.endpoints);
        let nat = network.nat.unwrap_or_default();
        for (index, (zone, pair)) in zones.iter().zip(cut(block, zones.len()).unwrap_or_default()).enumerate()
        {
            let subnet =
                |name: String, nat_gateway: bool| MapSubnet { zone: zone.clone(), name, nat_gateway };
            if !network.is_private() {
                let gateway = nat == Nat::PerZone || nat == Nat::Single && index == 0;
                self.public_subnets.push(subnet(pair.public.to_string(), gateway));
            }
            self.private_subnets.push(subnet(pair.private.to_string(), false));
        }
    }

    fn given_network(&mut self, network: &GivenNetwork, observed: &Observed) {
        let seen = |id: &String| observed.subnet(id);
        let subnet = |id: &String| MapSubnet {
            zone: seen(id).map(|subnet| subnet.zone.clone()).unwrap_or_default(),
            name: id.clone(),
            nat_gateway: false,
        };
        self.given = true;
        let first = network.private_subnets.iter().chain(&network.public_subnets).find_map(seen);
        self.vpc = network
            .vpc
            .clone()
            .or_else(|| first.map(|it| it.vpc.clone()))
            .unwrap_or_else(|| "given".to_owned());
        self.public_subnets = network.public_subnets.iter().map(subnet).collect();
        self.private_subnets = network.private_subnets.iter().map(subnet).collect();
    }
}

fn of_group(spec: &Cluster, group: &NodeGroup) -> MapComputer {
    let public = match (&group.subnets, &spec.network) {
        (Some(NodeSubnets::Public), _) => true,
        (Some(NodeSubnets::Given(ids)), Network::Given(network)) => {
            ids.iter().all(|id| network.public_subnets.contains(id))
        }
        _ => false,
    };
    let subnets = match &group.subnets {
        Some(NodeSubnets::Given(ids)) => ids.clone(),
        _ => Vec::new(),
    };
    let what = format!("node group {}", group_name(group));
    // Its place on the map says where it is.
    let how = node_group(&NodeGroup { subnets: None, ..group.clone() });
    MapComputer { what, how, public, subnets, serverless: false }
}

/// Auto Mode's nodes are where the control plane is.
fn of_auto_mode(spec: &Cluster, mode: &AutoMode) -> MapComputer {
    let subnets = match &spec.network {
        Network::New(network) => &network.control_plane_subnets,
        Network::Given(network) => &network.control_plane_subnets,
    };
    MapComputer {
        what: "Auto Mode".to_owned(),
        how: auto_mode(mode),
        public: matches!(subnets, Some(ControlPlaneSubnets::Public)),
        subnets: Vec::new(),
        serverless: false,
    }
}

/// The logs that the control plane writes.
fn logs(spec: &Cluster) -> Option<String> {
    let types: Vec<&str> = spec.logging.iter().flatten().map(|log| log.name()).collect();
    (!types.is_empty()).then(|| format!("logs: {}", types.join(", ")))
}

/// The roles that are made, and who is let in.
fn access(spec: &Cluster) -> Vec<String> {
    let mut access = Vec::new();
    if spec.role_arn.is_none() {
        access.push("role of the control plane".to_owned());
    }
    if node_groups(spec).any(NodeGroup::shares_role) {
        access.push("role of the nodes".to_owned());
    }
    let own = node_groups(spec).filter(|group| group.has_own_role());
    access.extend(own.map(|group| format!("role of node group {}", group_name(group))));
    if spec.auto_mode().is_some_and(AutoMode::needs_role) {
        access.push("role of Auto Mode's nodes".to_owned());
    }
    if spec.fargate_profiles.iter().any(|profile| profile.role_arn.is_none()) {
        access.push("role of Fargate pods".to_owned());
    }
    if spec.has_oidc_provider() {
        access.push("OIDC provider".to_owned());
    }
    access
        .extend(spec.service_account_roles.iter().map(|it| format!("role of service account {}", it.key())));
    access.extend(spec.pod_identity_associations.iter().map(|it| format!("pod identity {}", it.key())));
    for addon in spec.addons.iter().flatten() {
        let associations = addon.pod_identity_associations.iter().flatten();
        access
            .extend(associations.map(|it| format!("pod identity {} of {}", it.service_account, addon.name)));
    }
    if spec.access_config.admits_creator() {
        access.push("administrator: the creator".to_owned());
    }
    let principal = |arn: &str| arn.rsplit(':').next().unwrap_or(arn).to_owned();
    access.extend(
        spec.access_entries.iter().map(|entry| format!("entry: {}", principal(&entry.principal_arn))),
    );
    access
}
