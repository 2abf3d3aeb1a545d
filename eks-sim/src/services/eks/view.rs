//! What the Kubernetes API reads of clusters.

use super::cluster::Cluster;
use super::status::Status;
use super::version::Version;
use crate::world::World;

impl Cluster {
    /// The version with its patch, such as `1.34.2`, that the control plane runs.
    pub(crate) fn patch_version(&self) -> &str {
        Version::find(&self.version).map_or(&self.version, |version| version.patch)
    }

    /// Whether the controllers of its control plane are at work.
    pub(crate) fn is_at_work(&self) -> bool {
        matches!(self.status, Status::Active | Status::Updating)
    }
}

/// The cluster with this id.
pub(crate) fn cluster_by_id<'a>(world: &'a World, id: &str) -> Option<&'a Cluster> {
    world.regions().find_map(|region| region.eks.cluster(region.eks.names.get(id)?))
}

/// The same, to be changed.
pub(crate) fn cluster_by_id_mut<'a>(world: &'a mut World, id: &str) -> Option<&'a mut Cluster> {
    let cluster = cluster_by_id(world, id)?;
    let (region, name) = (cluster.region.clone(), cluster.name.clone());
    world.region(&region).eks.cluster_mut(&name)
}

/// The cluster of this name in a region.
pub(crate) fn cluster_by_name<'a>(world: &'a mut World, region: &str, name: &str) -> Option<&'a Cluster> {
    world.region(region).eks.cluster(name)
}

/// The cluster whose endpoint has this host, or `host:port`. Upper and lower case are the same.
pub(crate) fn cluster_by_endpoint<'a>(world: &'a World, host: &str) -> Option<&'a Cluster> {
    let is_there = |cluster: &&Cluster| {
        cluster.endpoint.as_deref().is_some_and(|endpoint| {
            let authority = endpoint.trim_start_matches("https://").trim_start_matches("http://");
            let authority = authority.split('/').next().unwrap_or_default();
            let bare = authority.split(':').next().unwrap_or_default();
            authority.eq_ignore_ascii_case(host) || bare.eq_ignore_ascii_case(host)
        })
    };
    // The hosts that AWS gives begin with the id; those that a door gives can be any.
    let id = host.split('.').next().unwrap_or_default().to_ascii_uppercase();
    let named = cluster_by_id(world, &id).filter(is_there);
    named.or_else(|| world.regions().flat_map(|region| region.eks.clusters.values()).find(is_there))
}

#[cfg(test)]
impl Cluster {
    /// Puts an ACTIVE cluster into the world without AWS's other services, for tests of what stands on EKS.
    /// Its API server answers a minute from now.
    pub(crate) fn plant(world: &mut World, region: &str, name: &str) -> String {
        use std::time::Duration;

        use serde_json::json;

        let now = world.now;
        let id = world.hex_id(32).to_uppercase();
        let authority = super::CertificateAuthority::generate(world.settings.seed, &id, now);
        let host = format!("{id}.gr7.{region}.eks.amazonaws.com");
        let cluster = Self {
            name: name.to_owned(),
            arn: format!("arn:aws:eks:{region}:{}:cluster/{name}", world.settings.account),
            region: region.to_owned(),
            id,
            created: now,
            status: super::status::Status::Active,
            version: "1.34".to_owned(),
            platform: "eks.1".to_owned(),
            role: String::new(),
            vpc: super::cluster::VpcConfig {
                vpc: String::new(),
                subnets: Vec::new(),
                security_groups: Vec::new(),
                cluster_security_group: None,
                public_access: true,
                private_access: false,
                public_cidrs: vec!["0.0.0.0/0".to_owned()],
                egress_mode: None,
            },
            network: json!({ "serviceIpv4Cidr": "10.100.0.0/16" }),
            logging: json!({}),
            upgrade_policy: "EXTENDED".to_owned(),
            deletion_protection: false,
            options: serde_json::Map::new(),
            authentication_mode: "CONFIG_MAP".to_owned(),
            creator_admin: Some(world.caller_arn()),
            tags: super::members::Tags::new(),
            issues: Vec::new(),
            endpoint: Some(format!("https://{host}")),
            certificate_authority: Some(authority.expect("an authority can be made")),
            reachable_at: Some(now + Duration::from_secs(60)),
            self_managed_addons: ["coredns", "kube-proxy", "vpc-cni"].map(str::to_owned).into(),
            nodegroups: std::collections::BTreeMap::new(),
            fargate_profiles: std::collections::BTreeMap::new(),
            addons: std::collections::BTreeMap::new(),
            access_entries: std::collections::BTreeMap::new(),
            pod_identities: std::collections::BTreeMap::new(),
            updates: Vec::new(),
            hidden_until: None,
            upgraded: None,
            token: None,
            interfaces: Vec::new(),
            objects: crate::kubernetes::Objects::default(),
        };
        world.region(region).eks.add(cluster);
        host
    }
}
