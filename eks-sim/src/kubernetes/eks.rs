//! What EKS knows of its clusters, said in the API server's terms.

use std::net::Ipv4Addr;

use ipnet::{IpNet, Ipv4Net};

use super::authorization::PolicyGrant;
use super::control_plane::{ControlPlane, Grant, Node, git_version};
use crate::instant::Instant;
use crate::services::eks::{self, AccessScope, Cluster};
use crate::world::World;

/// Where services get their addresses if EKS was not asked otherwise.
const SERVICES: Ipv4Net = Ipv4Net::new_assert(Ipv4Addr::new(10, 100, 0, 0), 16);

/// The add-ons whose pods the API server shows.
const ADDONS: [&str; 4] = ["coredns", "eks-pod-identity-agent", "kube-proxy", "vpc-cni"];

impl ControlPlane {
    /// The cluster with this id, once it has an endpoint.
    pub(crate) fn of_id(world: &World, id: &str) -> Option<Self> {
        Self::of(world, eks::cluster_by_id(world, id)?)
    }

    /// The cluster of this name.
    pub(crate) fn of_name(world: &mut World, region: &str, name: &str) -> Option<Self> {
        let id = eks::cluster_by_name(world, region, name)?.id.clone();
        Self::of_id(world, &id)
    }

    /// The cluster whose endpoint has this host.
    pub(crate) fn of_host(world: &World, host: &str) -> Option<Self> {
        Self::of(world, eks::cluster_by_endpoint(world, host)?)
    }

    fn of(world: &World, cluster: &Cluster) -> Option<Self> {
        let network = &cluster.network;
        let service_cidr = [&network["serviceIpv6Cidr"], &network["serviceIpv4Cidr"]]
            .into_iter()
            .find_map(|range| range.as_str()?.parse().ok());
        Some(Self {
            name: cluster.name.clone(),
            id: cluster.id.clone(),
            region: cluster.region.clone(),
            host: host(cluster),
            version: cluster.version.clone(),
            patch: cluster.patch_version().to_owned(),
            created: cluster.created,
            reachable_at: cluster.reachable_at?,
            is_public: cluster.vpc.public_access,
            authority_key_pem: cluster.certificate_authority.as_ref()?.key_pem.clone(),
            grants: grants(cluster, world.now()),
            nodes: nodes(cluster),
            addons: ADDONS.into_iter().filter(|name| cluster.runs_addon(name)).map(str::to_owned).collect(),
            service_cidr: service_cidr.unwrap_or(IpNet::V4(SERVICES)),
            objects: cluster.objects.clone(),
        })
    }
}

fn host(cluster: &Cluster) -> String {
    format!("{}.gr7.{}.eks.amazonaws.com", cluster.id.to_lowercase(), cluster.region)
}

fn grants(cluster: &Cluster, now: Instant) -> Vec<Grant> {
    let mut grants = Vec::new();
    // Where access entries do not count, the creator is an administrator that nothing shows.
    if let Some(creator) = &cluster.creator_admin {
        grants.push(Grant {
            principal: creator.clone(),
            username: "kubernetes-admin".to_owned(),
            groups: vec!["system:masters".to_owned()],
            policies: Vec::new(),
            effective: cluster.created,
        });
    }
    if cluster.has_access_entries() {
        grants.extend(cluster.access_entries.values().map(|entry| {
            let policies = entry.policies.iter().filter(|(_, policy)| policy.effective_at <= now);
            Grant {
                principal: entry.principal.clone(),
                username: entry.username.clone(),
                groups: entry.groups.clone(),
                policies: policies
                    .map(|(arn, policy)| PolicyGrant {
                        policy: arn.clone(),
                        namespaces: match &policy.scope {
                            AccessScope::Cluster => None,
                            AccessScope::Namespaces(names) => Some(names.clone()),
                        },
                    })
                    .collect(),
                effective: entry.effective_at,
            }
        }));
    }
    grants
}

fn nodes(cluster: &Cluster) -> Vec<Node> {
    let mut nodes = Vec::new();
    for group in cluster.nodegroups.values() {
        for node in group.present() {
            nodes.extend(node.registered.map(|registered| described(node, registered, &group.ami_type)));
        }
    }
    nodes
}

fn described(node: &eks::Node, registered: Instant, ami_type: &str) -> Node {
    let label =
        |key: &str, otherwise: &str| node.labels.get(key).cloned().unwrap_or_else(|| otherwise.to_owned());
    let minor: Vec<&str> = node.kubelet_version.trim_start_matches('v').splitn(3, '.').take(2).collect();
    let (os_image, kernel, container_runtime) = image(ami_type, &minor.join("."));
    Node {
        name: node.name.clone(),
        instance_id: node.instance.clone(),
        instance_type: node.instance_type.clone(),
        zone: node.zone.clone(),
        private_ip: node.address.clone(),
        public_ip: node.public_address.clone(),
        labels: node.labels.iter().map(|(key, value)| (key.clone(), value.clone())).collect(),
        lets_addons_in: node.lets_addons_in(),
        taints: node
            .taints
            .iter()
            .map(|taint| (taint.key.clone(), taint.value.clone().unwrap_or_default(), effect(&taint.effect)))
            .collect(),
        registered,
        ready: node.ready_at,
        kubelet: git_version(&node.kubelet_version),
        architecture: label("kubernetes.io/arch", "amd64"),
        os: label("kubernetes.io/os", "linux"),
        os_image,
        kernel: kernel.to_owned(),
        container_runtime: container_runtime.to_owned(),
        cpu: node.capacity.cpus.to_string(),
        memory: format!("{}Ki", node.capacity.memory_mib * 1024),
        pods: node.capacity.pods,
    }
}

/// `NoSchedule` for EKS's `NO_SCHEDULE`.
fn effect(effect: &str) -> String {
    match effect {
        "NO_SCHEDULE" => "NoSchedule",
        "NO_EXECUTE" => "NoExecute",
        "PREFER_NO_SCHEDULE" => "PreferNoSchedule",
        other => other,
    }
    .to_owned()
}

/// What a node of the family says of its system: image, kernel, container runtime.
fn image(ami_type: &str, minor: &str) -> (String, &'static str, &'static str) {
    if let Some(rest) = ami_type.strip_prefix("WINDOWS_") {
        let year = rest.split('_').nth(1).unwrap_or("2022");
        let build = if year == "2019" { "10.0.17763.7792" } else { "10.0.20348.4171" };
        return (format!("Windows Server {year} Datacenter"), build, "containerd://1.7.28");
    }
    if ami_type.starts_with("BOTTLEROCKET") {
        return (
            format!("Bottlerocket OS 1.49.0 (aws-k8s-{minor})"),
            "6.12.46",
            "containerd://2.1.4+bottlerocket",
        );
    }
    if ami_type.starts_with("AL2_") {
        return ("Amazon Linux 2".to_owned(), "5.10.245-241.976.amzn2.x86_64", "containerd://1.7.29");
    }
    let kernel = match ami_type.contains("ARM_64") {
        true => "6.12.46-66.121.amzn2023.aarch64",
        false => "6.12.46-66.121.amzn2023.x86_64",
    };
    ("Amazon Linux 2023.9.20251027".to_owned(), kernel, "containerd://2.1.4")
}
