//! Clusters: what they are and how they are described.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine;
use serde_json::{Map, Value, json};

use super::access_entry::AccessEntry;
use super::addon::Addon;
use super::certificate::CertificateAuthority;
use super::error::not_found;
use super::fargate_profile::FargateProfile;
use super::members::{Tags, text};
use super::nodegroup::Nodegroup;
use super::page::page;
use super::pod_identity::PodIdentity;
use super::status::{Issue, Status, health};
use super::update::{Owner, Update, UpdateStatus};
use crate::instant::Instant;
use crate::kubernetes::Objects;
use crate::wire::{AwsError, Call};
use crate::world::World;

/// A cluster and all that goes with it when it goes.
pub(crate) struct Cluster {
    pub(crate) name: String,
    pub(crate) arn: String,
    pub(crate) region: String,
    /// 32 hexadecimal digits: tells the cluster from others that had its name, and names its endpoint.
    pub(crate) id: String,
    pub(crate) created: Instant,
    pub(crate) status: Status,
    pub(crate) version: String,
    pub(crate) platform: String,
    pub(crate) role: String,
    pub(crate) vpc: VpcConfig,
    /// `kubernetesNetworkConfig`.
    pub(crate) network: Value,
    pub(crate) logging: Value,
    pub(crate) upgrade_policy: String,
    pub(crate) deletion_protection: bool,
    /// Members that are only kept: `encryptionConfig`, `zonalShiftConfig` and their like.
    pub(crate) options: Map<String, Value>,
    pub(crate) authentication_mode: String,
    /// The principal that made the cluster, if it is its administrator by that.
    pub(crate) creator_admin: Option<String>,
    pub(crate) tags: Tags,
    pub(crate) issues: Vec<Issue>,
    /// Absent until ACTIVE.
    pub(crate) endpoint: Option<String>,
    pub(crate) certificate_authority: Option<CertificateAuthority>,
    /// When the API server answers at last: after ACTIVE (facts/failures.md C20).
    pub(crate) reachable_at: Option<Instant>,
    /// Add-ons that run without being EKS add-ons: bootstrapped, or preserved when those were deleted.
    pub(crate) self_managed_addons: BTreeSet<String>,
    pub(crate) nodegroups: BTreeMap<String, Nodegroup>,
    pub(crate) fargate_profiles: BTreeMap<String, FargateProfile>,
    pub(crate) addons: BTreeMap<String, Addon>,
    pub(crate) access_entries: BTreeMap<String, AccessEntry>,
    /// By id.
    pub(crate) pod_identities: BTreeMap<String, PodIdentity>,
    pub(super) updates: Vec<Update>,
    pub(super) hidden_until: Option<Instant>,
    /// When an update last brought the cluster to its version.
    pub(super) upgraded: Option<Instant>,
    pub(super) token: Option<String>,
    pub(super) interfaces: Vec<String>,
    /// What users keep in its Kubernetes API.
    pub(crate) objects: Objects,
}

/// `resourcesVpcConfig`.
#[derive(Clone, Debug)]
pub(crate) struct VpcConfig {
    pub(crate) vpc: String,
    pub(crate) subnets: Vec<String>,
    pub(crate) security_groups: Vec<String>,
    pub(crate) cluster_security_group: Option<String>,
    pub(crate) public_access: bool,
    pub(crate) private_access: bool,
    pub(crate) public_cidrs: Vec<String>,
    pub(crate) egress_mode: Option<String>,
}

impl VpcConfig {
    fn describe(&self) -> Value {
        let mut config = json!({
            "subnetIds": self.subnets,
            "securityGroupIds": self.security_groups,
            "vpcId": self.vpc,
            "endpointPublicAccess": self.public_access,
            "endpointPrivateAccess": self.private_access,
            "publicAccessCidrs": self.public_cidrs,
        });
        if let Some(group) = &self.cluster_security_group {
            config["clusterSecurityGroupId"] = json!(group);
        }
        if let Some(mode) = &self.egress_mode {
            config["controlPlaneEgressMode"] = json!(mode);
        }
        config
    }
}

/// Names one cluster for what happens to it later, when another may have its name.
#[derive(Clone, Debug)]
pub(super) struct ClusterKey {
    pub(super) region: String,
    pub(super) name: String,
    id: String,
}

impl ClusterKey {
    /// The cluster, if it is still there.
    pub(super) fn get<'a>(&self, world: &'a mut World) -> Option<&'a mut Cluster> {
        let cluster = world.region(&self.region).eks.cluster_mut(&self.name)?;
        (cluster.id == self.id).then_some(cluster)
    }
}

impl Cluster {
    pub(super) fn key(&self) -> ClusterKey {
        ClusterKey { region: self.region.clone(), name: self.name.clone(), id: self.id.clone() }
    }

    /// The update that holds the cluster's lock.
    pub(super) fn update_in_progress(&self) -> Option<&Update> {
        self.updates.iter().find(|update| {
            update.owner == Owner::Cluster && matches!(update.status, UpdateStatus::InProgress)
        })
    }

    /// Whether an update that nothing shows holds the lock.
    pub(super) fn hidden_update(&self, now: Instant) -> bool {
        self.hidden_until.is_some_and(|until| now < until)
    }

    /// Whether access entries count.
    pub(crate) fn has_access_entries(&self) -> bool {
        self.authentication_mode != "CONFIG_MAP"
    }

    /// Whether the add-on `name` works here, however it came.
    pub(crate) fn runs_addon(&self, name: &str) -> bool {
        self.self_managed_addons.contains(name)
            || self.addons.get(name).is_some_and(|addon| {
                matches!(addon.status, Status::Active | Status::Updating | Status::Degraded)
            })
    }

    /// The certificate authority as it is shown and given to nodes: base64 of PEM.
    pub(super) fn authority_data(&self) -> Option<String> {
        let authority = self.certificate_authority.as_ref()?;
        Some(base64::engine::general_purpose::STANDARD.encode(&authority.cert_pem))
    }

    /// The ARN of something that belongs to the cluster.
    pub(super) fn child_arn(&self, kind: &str, rest: &str) -> String {
        let account = self.arn.split(':').nth(4).unwrap_or_default();
        format!("arn:aws:eks:{}:{account}:{kind}/{}/{rest}", self.region, self.name)
    }

    pub(super) fn describe(&self) -> Value {
        let mut cluster = json!({
            "name": self.name,
            "arn": self.arn,
            "createdAt": self.created.epoch_seconds(),
            "version": self.version,
            "platformVersion": self.platform,
            "roleArn": self.role,
            "resourcesVpcConfig": self.vpc.describe(),
            "kubernetesNetworkConfig": self.network,
            "logging": self.logging,
            "status": self.status.name(),
            "certificateAuthority": {},
            "tags": self.tags,
            "health": health(&self.issues),
            "accessConfig": {"authenticationMode": self.authentication_mode},
            "upgradePolicy": {"supportType": self.upgrade_policy},
            "deletionProtection": self.deletion_protection,
        });
        for (name, value) in &self.options {
            cluster[name] = value.clone();
        }
        if let Some(token) = &self.token
            && self.status == Status::Creating
        {
            cluster["clientRequestToken"] = json!(token);
        }
        if let Some(endpoint) = &self.endpoint {
            let issuer = format!("https://oidc.eks.{}.amazonaws.com/id/{}", self.region, self.id);
            cluster["endpoint"] = json!(endpoint);
            cluster["identity"] = json!({"oidc": {"issuer": issuer}});
        }
        if let Some(data) = self.authority_data() {
            cluster["certificateAuthority"] = json!({ "data": data });
        }
        cluster
    }
}

/// The cluster `name`, or EKS's 404 (facts/aws.md §2.2).
pub(super) fn find<'a>(world: &'a mut World, region: &str, name: &str) -> Result<&'a mut Cluster, AwsError> {
    let now = world.now;
    let lag = read_lag(world, &format!("{region}/cluster/{name}"));
    world
        .region(region)
        .eks
        .cluster_mut(name)
        .filter(|cluster| now >= cluster.created + lag)
        .ok_or_else(|| not_found(format!("No cluster found for name: {name}.")).member("clusterName", name))
}

/// For how long a new thing called `key` is not seen yet (facts/failures.md S2).
pub(super) fn read_lag(world: &World, key: &str) -> std::time::Duration {
    std::time::Duration::from_secs_f64(world.read_lag() * world.chance(&format!("read-lag/{key}")))
}

/// DescribeCluster.
pub(super) fn describe(world: &mut World, call: &Call) -> Result<Value, AwsError> {
    let cluster = find(world, &call.region, text(call.json(), "name"))?;
    Ok(json!({ "cluster": cluster.describe() }))
}

/// ListClusters.
pub(super) fn list(world: &mut World, call: &Call) -> Result<Value, AwsError> {
    let names = world.region(&call.region).eks.clusters.keys();
    page(call.json(), "clusters", names, |name| (*name).clone(), |name| json!(name))
}
