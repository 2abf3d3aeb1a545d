//! What a plan makes, in words.

use serde::{Deserialize, Serialize};

use super::create::{group_name, node_groups};
use super::zones;
use crate::observe::Observed;
use crate::spec::{
    AuthenticationMode, AutoMode, Capacity, Cluster, ControlPlaneSubnets, EndpointAccess, FargateProfile,
    Nat, Network, NewNetwork, NodeGroup, NodeSubnets, Selector,
};

/// A thing that a plan makes or changes, with what its reader should know of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Content {
    /// What it is, such as `node group web`.
    pub what: String,
    /// How it is, such as `2 × m5.large (1 to 4), AL2023_x86_64_STANDARD, 80 GiB gp3, public subnets`; of what is
    /// changed, each field as it is and as it will be: `min 1 → 3, desired 2 → 3`.
    pub how: String,
}

/// What a create of what the caller gave makes.
pub(crate) fn contents(given: Option<&Cluster>, observed: &Observed) -> Vec<Content> {
    let Some(given) = given else { return Vec::new() };
    let spec = &given.defaulted();
    let content = |what: &str, how: String| Content { what: what.to_owned(), how };
    let mut contents = vec![content("network", network(spec, observed))];
    contents.push(content("API server", api_server(&spec.endpoint_access)));
    let options = control_plane(spec);
    if !options.is_empty() {
        contents.push(content("control plane", options.join(", ")));
    }
    contents.extend(spec.auto_mode().map(|mode| content("Auto Mode", auto_mode(mode))));
    contents.extend(node_groups(spec).map(|group| {
        let what = format!("node group {}", group_name(group));
        Content { what, how: node_group(group) }
    }));
    contents.extend(spec.fargate_profiles.iter().map(|profile| {
        let what = format!("Fargate profile {}", profile.name);
        Content { what, how: fargate_profile(profile) }
    }));
    let addons: Vec<&str> = spec.addons.iter().flatten().map(|addon| addon.name.as_str()).collect();
    if !addons.is_empty() {
        contents.push(content("add-ons", addons.join(", ")));
    }
    if let Some(expires) = &spec.expires {
        contents.push(content("expires", format!("{expires}, for `reap` to delete")));
    }
    if !spec.access_entries.is_empty() {
        let principals: Vec<&str> =
            spec.access_entries.iter().map(|entry| entry.principal_arn.as_str()).collect();
        contents.push(content("access", principals.join(", ")));
    }
    contents.extend(identity(spec));
    contents
}

/// Which pods get which roles.
fn identity(spec: &Cluster) -> Vec<Content> {
    let mut contents = Vec::new();
    let mut push = |what: String, how: String| contents.push(Content { what, how });
    if spec.has_oidc_provider() {
        push("OIDC provider".to_owned(), "IAM trusts the cluster's issuer".to_owned());
    }
    for it in &spec.service_account_roles {
        let named = it.role_name.as_ref().map_or_else(String::new, |name| format!("{name}: "));
        push(format!("service account role {}", it.key()), named + &it.role().words());
    }
    for it in &spec.pod_identity_associations {
        push(format!("pod identity {}", it.key()), it.role().words());
    }
    for addon in spec.addons.iter().flatten() {
        for it in addon.pod_identity_associations.iter().flatten() {
            let what = format!("pod identity {} of add-on {}", it.service_account, addon.name);
            push(what, it.role().words());
        }
    }
    contents
}

fn network(spec: &Cluster, observed: &Observed) -> String {
    match &spec.network {
        Network::New(network) => new_network(spec, network, observed),
        Network::Given(network) => {
            let mut parts = Vec::new();
            for (kind, subnets) in
                [("public", &network.public_subnets), ("private", &network.private_subnets)]
            {
                if !subnets.is_empty() {
                    parts.push(format!("{kind} subnets {}", subnets.join(", ")));
                }
            }
            format!("given: {}", parts.join("; "))
        }
    }
}

fn new_network(spec: &Cluster, network: &NewNetwork, observed: &Observed) -> String {
    let zones = zones::known(spec, network, observed).map(|zones| zones.join(", "));
    let nat = match network.nat.unwrap_or_default() {
        Nat::None => "no NAT gateway",
        Nat::Single => "one NAT gateway",
        Nat::PerZone => "a NAT gateway for each zone",
    };
    format!(
        "new VPC {} with {nat}, subnets in {}",
        network.block().map_or_else(|_| NewNetwork::DEFAULT_CIDR.to_owned(), |block| block.to_string()),
        zones.as_deref().unwrap_or("three zones"),
    )
}

pub(super) fn api_server(access: &EndpointAccess) -> String {
    let public = match (access.public.unwrap_or(true), &access.public_cidrs) {
        (false, _) => None,
        (true, Some(cidrs)) => Some(format!("public, open to {}", cidrs.join(", "))),
        (true, None) => Some("public, open to all".to_owned()),
    };
    let private = access.private.unwrap_or(false).then(|| "private".to_owned());
    public.into_iter().chain(private).collect::<Vec<_>>().join("; ")
}

/// What of the control plane was asked for and matters to who reads the plan.
pub(super) fn control_plane(spec: &Cluster) -> Vec<String> {
    let mut options = Vec::new();
    if let Some(encryption) = &spec.secrets_encryption {
        options.push(format!("encrypted with {}", encryption.key_arn));
    }
    if spec.deletion_protection == Some(true) {
        options.push("protected against deletion".to_owned());
    }
    if spec.zonal_shift == Some(true) {
        options.push("zonal shift".to_owned());
    }
    options.extend(match &spec.network {
        Network::New(network) => control_plane_subnets(network.control_plane_subnets.as_ref()),
        Network::Given(network) => control_plane_subnets(network.control_plane_subnets.as_ref()),
    });
    if let Network::Given(network) = &spec.network
        && !network.security_groups.is_empty()
    {
        options.push(format!("also in {}", network.security_groups.join(", ")));
    }
    options.extend(spec.log_retention_in_days.map(|days| format!("logs kept for {days} days")));
    options.extend(spec.control_plane_tier.map(|tier| format!("scaling tier {}", tier.name())));
    match spec.access_config.mode() {
        AuthenticationMode::Api => options.push("access by entries alone".to_owned()),
        AuthenticationMode::ConfigMap => options.push("access by config map alone".to_owned()),
        AuthenticationMode::ApiAndConfigMap => {}
    }
    if !spec.access_config.admits_creator() {
        options.push("its creator no administrator".to_owned());
    }
    options
}

fn control_plane_subnets(subnets: Option<&ControlPlaneSubnets>) -> Option<String> {
    Some(match subnets? {
        ControlPlaneSubnets::Public => "in the public subnets".to_owned(),
        ControlPlaneSubnets::Private => "in the private subnets".to_owned(),
        ControlPlaneSubnets::Given(ids) => format!("in {}", ids.join(", ")),
    })
}

pub(super) fn auto_mode(mode: &AutoMode) -> String {
    let pools: Vec<&str> = mode.pools().iter().map(|pool| pool.name()).collect();
    match &pools[..] {
        [] => "no node pool of EKS's".to_owned(),
        [pool] => format!("node pool {pool}"),
        pools => format!("node pools {}", pools.join(", ")),
    }
}

pub(super) fn node_group(group: &NodeGroup) -> String {
    let scaling = group.scaling.clone().unwrap_or_default();
    let [min, max, desired] = [scaling.min, scaling.max, scaling.desired].map(Option::unwrap_or_default);
    let range = if min == max { String::new() } else { format!(" ({min} to {max})") };
    let capacity = match (group.capacity, &group.capacity_reservation_id) {
        (Some(Capacity::Spot), _) => ", spot".to_owned(),
        (Some(Capacity::CapacityBlock), Some(id)) => format!(", capacity block {id}"),
        _ => String::new(),
    };
    let disk = group.disk.clone().unwrap_or_default();
    let disk = disk.size_gib.map(|size| format!(", {size} GiB disk")).unwrap_or_default();
    let subnets = match &group.subnets {
        Some(NodeSubnets::Public) => ", public subnets".to_owned(),
        Some(NodeSubnets::Private) => ", private subnets".to_owned(),
        Some(NodeSubnets::Given(subnets)) => format!(", {}", subnets.join(", ")),
        None => String::new(),
    };
    let taints: Vec<String> = group.taints.iter().map(ToString::to_string).collect();
    let taints = if taints.is_empty() { String::new() } else { format!(", tainted {}", taints.join(", ")) };
    let image = match &group.ami {
        Some(ami) => ami.as_str(),
        None => group.ami_type().unwrap_or("unknown image"),
    };
    let types = group.instance_types.join("/");
    let options: String = node_options(group).iter().map(|option| format!(", {option}")).collect();
    format!("{desired} × {types}{range}{capacity}, {image}{disk}{subnets}{taints}{options}")
}

/// What of the nodes was asked for and matters to who reads the plan.
fn node_options(group: &NodeGroup) -> Vec<String> {
    let mut options = Vec::new();
    if !group.security_groups.is_empty() {
        options.push(format!("also in {}", group.security_groups.join(", ")));
    }
    options.extend(group.ssh_key.as_ref().map(|key| format!("SSH key {key}")));
    if group.has_own_role() {
        options.push("a role of its own".to_owned());
    }
    if group.node_repair_config.as_ref().is_some_and(|repair| repair.enabled != Some(false)) {
        options.push("repaired by EKS".to_owned());
    }
    options
}

pub(super) fn fargate_profile(profile: &FargateProfile) -> String {
    let selectors: Vec<String> = profile.selectors.iter().map(selector).collect();
    format!("pods of {}", selectors.join(", "))
}

/// `jobs`, `jobs (tier=batch)`.
fn selector(selector: &Selector) -> String {
    let labels: Vec<String> = selector.labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
    if labels.is_empty() {
        selector.namespace.clone()
    } else {
        format!("{} ({})", selector.namespace, labels.join(", "))
    }
}
