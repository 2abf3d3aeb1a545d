//! The cluster as a whole.

use std::collections::{BTreeMap, BTreeSet};

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::access_config::AccessConfig;
use super::access_entry::AccessEntry;
use super::addon::Addon;
use super::auto_mode::AutoMode;
use super::autoscaling::Autoscaling;
use super::check::Check;
use super::check::Findings;
use super::control_plane_tier::ControlPlaneTier;
use super::endpoint_access::EndpointAccess;
use super::expiry::Expiry;
use super::fargate_profile::FargateProfile;
use super::ip_family::IpFamily;
use super::network::Network;
use super::node_group::NodeGroup;
use super::pod_identity::PodIdentityAssociation;
use super::secrets_encryption::SecretsEncryption;
use super::service_account_role::ServiceAccountRole;
use super::version::KubernetesVersion;
use super::{name, text};
use crate::Result;

/// A cluster as it is wanted.
///
/// An unset field means "the default when the cluster is created, left alone afterwards".
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Builder)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[builder(finish_fn(name = finish_unchecked, vis = ""), on(String, into))]
pub struct Cluster {
    /// At most 100 characters. Unset: one such as `floral-unicorn-1540567338` is chosen, once, when the spec is built or
    /// read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[builder(field)]
    pub name: Option<String>,
    /// The AWS region. Unset: that of the client.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[builder(field)]
    pub region: Option<String>,
    /// The Kubernetes version. Default: the one that EKS calls its default.
    #[serde(default, skip_serializing_if = "KubernetesVersion::is_default")]
    #[builder(field)]
    pub version: KubernetesVersion,
    /// Node groups. Unset: one with default settings, as with eksctl, or none where there is a Fargate
    /// profile or Auto Mode; an empty list: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[builder(field)]
    pub node_groups: Option<Vec<NodeGroup>>,
    /// Fargate profiles.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[builder(field)]
    pub fargate_profiles: Vec<FargateProfile>,
    /// EKS add-ons. Unset: `vpc-cni`, `kube-proxy` and `coredns`, with `podIdentityAssociations` also
    /// `eks-pod-identity-agent`, or none where all nodes are Auto Mode's, which
    /// brings them. eksctl adds `metrics-server`, which is left to the caller here: it is not needed for a working
    /// cluster and not offered in every region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[builder(field)]
    pub addons: Option<Vec<Addon>>,
    /// Access entries besides that of the creator, who is always an administrator.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[builder(field)]
    pub access_entries: Vec<AccessEntry>,
    /// The IAM roles that the pods of service accounts get by EKS Pod Identity. They need the add-on
    /// `eks-pod-identity-agent`, which is then among the default ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[builder(field)]
    pub pod_identity_associations: Vec<PodIdentityAssociation>,
    /// IAM roles that trust the tokens of service accounts, by the OIDC provider.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[builder(field)]
    pub service_account_roles: Vec<ServiceAccountRole>,
    /// Tags of every AWS resource of the cluster; at most 45, since the library needs five.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[builder(field)]
    pub tags: BTreeMap<String, String>,
    /// The network. Default: a VPC of its own.
    #[serde(default, skip_serializing_if = "Network::is_default")]
    #[builder(into, default)]
    pub network: Network,
    /// From where the API server can be reached. Default: from everywhere.
    #[serde(default, skip_serializing_if = "EndpointAccess::is_unset")]
    #[builder(default)]
    pub endpoint_access: EndpointAccess,
    /// Which logs the control plane writes to CloudWatch. Default: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[builder(with = |types: impl IntoIterator<Item = LogType>| types.into_iter().collect())]
    pub logging: Option<BTreeSet<LogType>>,
    /// How many days CloudWatch keeps those logs: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096,
    /// 1827, 2192, 2557, 2922, 3288 or 3653. Needs `logging`. The log group is then made before the cluster, and
    /// deleted with it. Unset: EKS makes the log group, which is kept for ever and outlives the cluster.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log_retention_in_days: Option<u32>,
    /// What happens when standard support of the version ends. Default: EKS's own, `extended`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upgrade_policy: Option<SupportType>,
    /// The control plane's role. Unset: one is made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role_arn: Option<String>,
    /// The IPv4 block of Kubernetes services: private, /12 to /24, apart from the VPC's. Unset: EKS chooses
    /// `10.100.0.0/16` or `172.20.0.0/16`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_cidr: Option<String>,
    /// A KMS key of one's own for what the API server stores. Unset: a key of AWS's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secrets_encryption: Option<SecretsEncryption>,
    /// How IAM principals are let in. Default: by access entries and config map, the creator as administrator.
    #[serde(default, skip_serializing_if = "AccessConfig::is_unset")]
    #[builder(default)]
    pub access_config: AccessConfig,
    /// Whether EKS refuses to delete the cluster until this is switched off. Default false.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deletion_protection: Option<bool>,
    /// Whether traffic can be moved away from an impaired zone
    /// ([ARC zonal shift](https://docs.aws.amazon.com/eks/latest/userguide/zone-shift.html)). Default false.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zonal_shift: Option<bool>,
    /// How much the control plane is provisioned for. Default: EKS's own, `standard`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub control_plane_tier: Option<ControlPlaneTier>,
    /// EKS Auto Mode: nodes come with the pods that need them. Default: off. Node groups and Fargate profiles may be
    /// there beside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auto_mode: Option<AutoMode>,
    /// What moves node groups between their bounds, or brings nodes: its rights and tags are set up. Default: nothing is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub autoscaling: Option<Autoscaling>,
    /// Which addresses pods and services have. Default: EKS's own, `ipv4`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ip_family: Option<IpFamily>,
    /// Whether an IAM OIDC provider is made for the cluster's issuer, so that roles can trust its service accounts.
    /// Default: if there are `serviceAccountRoles`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub oidc_provider: Option<bool>,
    /// When [`Eks::reap`](crate::Eks::reap) may delete the cluster, such as `1h` after its create began. Default:
    /// never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[builder(into)]
    pub expires: Option<Expiry>,
}

/// A log of the control plane, spelt as in EKS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum LogType {
    /// Requests to the API server.
    Api,
    /// Who did what.
    Audit,
    /// How IAM principals were mapped.
    Authenticator,
    /// The controllers.
    ControllerManager,
    /// The scheduler.
    Scheduler,
}

impl LogType {
    /// As EKS spells it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Api => "api",
            Self::Audit => "audit",
            Self::Authenticator => "authenticator",
            Self::ControllerManager => "controllerManager",
            Self::Scheduler => "scheduler",
        }
    }
}

/// What happens when standard support of a version ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum SupportType {
    /// AWS upgrades the control plane.
    #[serde(alias = "STANDARD")]
    Standard,
    /// The version stays for another year, at six times the price.
    #[serde(alias = "EXTENDED")]
    Extended,
}

impl Cluster {
    /// Reads JSON. Unknown keys and broken rules are errors; a missing name is chosen.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidSpec`](crate::ErrorKind::InvalidSpec): text that is no JSON, an unknown key (with the one that was probably meant), a value of the
    /// wrong kind, or every rule that is broken.
    pub fn from_json(json: &str) -> Result<Self> {
        text::from_json(json).and_then(Self::named_and_checked)
    }

    /// Reads YAML. Unknown keys and broken rules are errors; a missing name is chosen.
    ///
    /// ```
    /// use eks_core::spec::Cluster;
    ///
    /// let error = Cluster::from_yaml("name: web\nnodGroups: []").unwrap_err();
    /// assert!(error.to_string().contains("did you mean `nodeGroups`?"));
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Cluster::from_json`].
    pub fn from_yaml(yaml: &str) -> Result<Self> {
        text::from_yaml(yaml).and_then(Self::named_and_checked)
    }

    /// Writes JSON, indented.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Internal`](crate::ErrorKind::Internal), should it not be representable.
    pub fn to_json(&self) -> Result<String> {
        text::to_json(self)
    }

    /// Writes YAML.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Internal`](crate::ErrorKind::Internal), should it not be representable.
    pub fn to_yaml(&self) -> Result<String> {
        text::to_yaml(self)
    }

    /// Checks every rule that needs no call; the error holds all that are broken.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidSpec`](crate::ErrorKind::InvalidSpec); [`Error::violations`](crate::Error::violations) has each broken rule, with field and value.
    pub fn check(&self) -> Result<()> {
        Findings::of(|findings| self.inspect(findings))
    }

    /// EKS Auto Mode, if it is on.
    pub(crate) fn auto_mode(&self) -> Option<&AutoMode> {
        self.auto_mode.as_ref().filter(|mode| mode.is_on())
    }

    fn named_and_checked(mut self) -> Result<Self> {
        self.name.get_or_insert_with(name::random_name);
        self.checked()
    }
}

impl<S: cluster_builder::State> ClusterBuilder<S> {
    /// Names the cluster.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Chooses the region.
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// Chooses the Kubernetes version: `default`, `latest` or one such as `1.34`.
    pub fn version(mut self, version: impl Into<KubernetesVersion>) -> Self {
        self.version = version.into();
        self
    }

    /// Adds a node group.
    pub fn node_group(mut self, node_group: NodeGroup) -> Self {
        self.node_groups.get_or_insert_default().push(node_group);
        self
    }

    /// Wants no node group, not even the default one.
    pub fn no_node_groups(mut self) -> Self {
        self.node_groups = Some(Vec::new());
        self
    }

    /// Adds a Fargate profile.
    pub fn fargate_profile(mut self, fargate_profile: FargateProfile) -> Self {
        self.fargate_profiles.push(fargate_profile);
        self
    }

    /// Adds an add-on; the default ones are then left out unless they are added, too.
    pub fn addon(mut self, addon: Addon) -> Self {
        self.addons.get_or_insert_default().push(addon);
        self
    }

    /// Wants no add-on, not even the default ones.
    pub fn no_addons(mut self) -> Self {
        self.addons = Some(Vec::new());
        self
    }

    /// Adds an access entry.
    pub fn access_entry(mut self, access_entry: AccessEntry) -> Self {
        self.access_entries.push(access_entry);
        self
    }

    /// Gives the pods of a service account an IAM role, by EKS Pod Identity.
    pub fn pod_identity_association(mut self, association: PodIdentityAssociation) -> Self {
        self.pod_identity_associations.push(association);
        self
    }

    /// Makes an IAM role that the pods of a service account can assume, by the OIDC provider.
    pub fn service_account_role(mut self, role: ServiceAccountRole) -> Self {
        self.service_account_roles.push(role);
        self
    }

    /// Adds a tag.
    pub fn tag(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.tags.insert(key.into(), value.into());
        self
    }

    /// The cluster, if it breaks no rule. A missing name is chosen here, once.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidSpec`](crate::ErrorKind::InvalidSpec), with every rule that it breaks.
    pub fn build(self) -> Result<Cluster>
    where
        S: cluster_builder::IsComplete,
    {
        self.finish_unchecked().named_and_checked()
    }
}
