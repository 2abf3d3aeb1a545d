//! What an unset field means when a cluster is created. (facts/eksctl.md §1.1)

use super::access_entry::AccessEntryType;
use super::addon::Addon;
use super::ami_family::AmiFamily;
use super::auto_mode::AutoMode;
use super::cluster::Cluster;
use super::control_plane_subnets::ControlPlaneSubnets;
use super::disk::{Disk, VolumeType};
use super::endpoint_access::EndpointAccess;
use super::identity::POD_IDENTITY_AGENT;
use super::name::node_group_name;
use super::network::{Nat, Network, NewNetwork};
use super::node_group::{Capacity, NodeGroup, NodeSubnets};
use super::scaling::Scaling;

/// The add-ons that a cluster has when none are named.
pub const DEFAULT_ADDONS: [&str; 3] = ["vpc-cni", "kube-proxy", "coredns"];

const INSTANCE_TYPE: &str = "m5.large";
const NODES: u32 = 2;

impl Cluster {
    /// The cluster with every default filled in that does not have to be asked of AWS.
    ///
    /// What stays unset: the name and region, zones, and what EKS itself has a default for when nothing is
    /// sent (add-on versions, public CIDRs, upgrade policy, service CIDR, update settings).
    ///
    /// ```
    /// use eks_core::spec::Cluster;
    ///
    /// let cluster = Cluster::builder().name("web").build()?.defaulted();
    /// let group = &cluster.node_groups.unwrap()[0];
    /// assert_eq!(group.instance_types, ["m5.large"]);
    /// assert_eq!(group.scaling.as_ref().unwrap().desired, Some(2));
    /// # Ok::<(), eks_core::Error>(())
    /// ```
    #[must_use]
    pub fn defaulted(&self) -> Self {
        let cluster_name = self.name.as_deref().unwrap_or_default();
        let network = match &self.network {
            Network::New(network) => Network::New(network.defaulted(self.auto_mode().is_some())),
            given @ Network::Given(_) => given.clone(),
        };
        let groups = self.node_groups.clone().unwrap_or_else(|| {
            let alone = self.fargate_profiles.is_empty() && self.auto_mode().is_none();
            if alone { vec![NodeGroup::default()] } else { Vec::new() }
        });
        // Auto Mode brings what these do, to its own nodes alone (EKS's user guide, "Enable EKS Auto Mode on existing
        // clusters").
        let brought = self.auto_mode().is_some() && groups.is_empty() && self.fargate_profiles.is_empty();
        let mut default_addons: Vec<Addon> =
            if brought { Vec::new() } else { DEFAULT_ADDONS.map(Addon::named).into() };
        if !brought && self.has_pod_identities() {
            default_addons.push(Addon::named(POD_IDENTITY_AGENT));
        }
        let unnamed = groups.iter().scan(0, |count, group| {
            let index = *count;
            *count += usize::from(group.name.is_none());
            Some(index)
        });
        let node_groups = unnamed
            .zip(&groups)
            .map(|(index, group)| group.defaulted(cluster_name, index, &network))
            .collect();
        let mut access_entries = self.access_entries.clone();
        for entry in &mut access_entries {
            entry.entry_type.get_or_insert(AccessEntryType::Standard);
        }
        Self {
            network,
            node_groups: Some(node_groups),
            addons: Some(self.addons.clone().unwrap_or(default_addons)),
            auto_mode: self.auto_mode.as_ref().map(AutoMode::defaulted),
            access_entries,
            endpoint_access: self.endpoint_access.defaulted(&self.network),
            oidc_provider: Some(self.has_oidc_provider()),
            logging: Some(self.logging.clone().unwrap_or_default()),
            ..self.clone()
        }
    }
}

impl NewNetwork {
    fn defaulted(&self, auto_mode: bool) -> Self {
        let inside = auto_mode.then_some(ControlPlaneSubnets::Private);
        Self {
            zones: self.zones.clone(),
            cidr: self.cidr.clone().or_else(|| self.block().ok().map(|block| block.to_string())),
            nat: Some(self.nat.unwrap_or(Nat::Single)),
            endpoints: self.endpoints.clone(),
            apart_from: self.apart_from.clone(),
            control_plane_subnets: self.control_plane_subnets.clone().or(inside),
        }
    }
}

impl EndpointAccess {
    /// Nodes that lead nowhere reach the API server from inside, or not at all.
    fn defaulted(&self, network: &Network) -> Self {
        let inside = network.as_new().is_some_and(NewNetwork::is_private);
        Self {
            public: Some(self.public.unwrap_or(true)),
            private: Some(self.private.unwrap_or(inside)),
            public_cidrs: self.public_cidrs.clone(),
        }
    }
}

impl NodeGroup {
    fn defaulted(&self, cluster: &str, index: usize, network: &Network) -> Self {
        let mut group = self.clone();
        group.name.get_or_insert_with(|| node_group_name(cluster, index));
        if group.instance_types.is_empty() {
            group.instance_types.push(INSTANCE_TYPE.to_owned());
        }
        group.subnets.get_or_insert(match network {
            Network::Given(given) if given.public_subnets.is_empty() => NodeSubnets::Private,
            Network::New(new) if new.is_private() => NodeSubnets::Private,
            _ => NodeSubnets::Public,
        });
        group.ami_family.get_or_insert(AmiFamily::AmazonLinux2023);
        group.capacity.get_or_insert(Capacity::OnDemand);
        group.scaling = Some(group.scaling.unwrap_or_default().defaulted());
        group.disk = Some(group.disk.unwrap_or_default().defaulted());
        group
    }
}

impl Scaling {
    fn defaulted(&self) -> Self {
        let least = self.max.map_or(NODES, |max| max.min(NODES));
        let min = self.min.or(self.desired).unwrap_or(least);
        let max = self.max.or(self.desired).unwrap_or(min).max(1);
        Self { min: Some(min), max: Some(max), desired: Some(self.desired.unwrap_or(min)) }
    }
}

impl Disk {
    fn defaulted(&self) -> Self {
        let mut disk = self.clone();
        disk.size_gib.get_or_insert(80);
        if *disk.volume_type.get_or_insert(VolumeType::Gp3) == VolumeType::Gp3 {
            disk.iops.get_or_insert(3_000);
            disk.throughput.get_or_insert(125);
        }
        disk
    }
}
