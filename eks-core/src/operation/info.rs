//! Snapshots of what is there, and what came of an operation.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::kubernetes::{ExecPlugin, Kubeconfig};
use crate::observe::{
    AddonState, ClusterStatus, FargateProfileState, NodeGroupState, NodeGroupStatus, NodeState, Observed,
    PodIdentityAssociationState, has_eksctl_tag,
};
use crate::plan::{OIDC_PROVIDER, TagReport, expires, service_account_roles, tag};
use crate::{Error, ErrorKind, Result};

/// A cluster and what belongs to it, as it was when it was looked at.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ClusterInfo {
    /// Its name.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// Its region.
    pub region: String,
    /// Its status.
    pub status: ClusterStatus,
    /// Its Kubernetes version.
    pub version: String,
    /// Its platform version.
    pub platform_version: Option<String>,
    /// The API server's URL; `None` before ACTIVE.
    pub endpoint: Option<String>,
    /// The API server's certificate authority, base64 of PEM; `None` before ACTIVE.
    pub certificate_authority: Option<String>,
    /// The cluster's role.
    pub role_arn: String,
    /// Its VPC.
    pub vpc: Option<String>,
    /// Its subnets.
    pub subnets: Vec<String>,
    /// The security group that EKS made for it.
    pub security_group: Option<String>,
    /// Its OIDC issuer.
    pub issuer: Option<String>,
    /// Whether EKS Auto Mode is on: nodes come with the pods that need them.
    #[serde(default)]
    pub auto_mode: bool,
    /// Its node groups.
    pub node_groups: Vec<NodeGroupInfo>,
    /// Its Fargate profiles.
    pub fargate_profiles: Vec<FargateProfileState>,
    /// Its add-ons.
    pub addons: Vec<AddonState>,
    /// The roles that pods of service accounts get by EKS Pod Identity, but for those of add-ons. A create or an apply
    /// looks at them, and at the next two, only if its spec has any.
    #[serde(default)]
    pub pod_identity_associations: Vec<PodIdentityAssociationState>,
    /// The roles that were made for the tokens of service accounts. A service account is annotated with its role's ARN:
    /// `eks.amazonaws.com/role-arn`.
    #[serde(default)]
    pub service_account_roles: Vec<ServiceAccountRoleInfo>,
    /// The IAM OIDC provider that was made for the issuer.
    #[serde(default)]
    pub oidc_provider_arn: Option<String>,
    /// Its nodes, where the API server could be asked.
    pub nodes: Vec<NodeState>,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
    /// Whether eksctl made it, as its tags say: [`Eks::delete`](crate::Eks::delete) then goes through eksctl's stacks.
    #[serde(default)]
    pub eksctl: bool,
    /// When it expires, if it does, as RFC 3339 in UTC.
    #[serde(default)]
    pub expires: Option<String>,
    /// Who looked: the ARN under which the kubeconfig's user is filed.
    pub caller: Option<String>,
    /// The AWS profile with which was looked, if one was named; the kubeconfig's plugin uses it, too.
    #[serde(default)]
    pub profile: Option<String>,
}

/// A role that the pods of a service account can assume.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ServiceAccountRoleInfo {
    /// The namespace of the service account.
    pub namespace: String,
    /// The name of the service account.
    pub service_account: String,
    /// The ARN of the role.
    pub role_arn: String,
}

/// A node group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct NodeGroupInfo {
    /// The name that the spec knows it by.
    pub name: String,
    /// Its name in AWS: another one once it was replaced ([`ApplyOptions::allow_replace`](crate::ApplyOptions::allow_replace)).
    pub physical_name: String,
    /// Its status.
    pub status: NodeGroupStatus,
    /// Its instance types.
    pub instance_types: Vec<String>,
    /// Fewest nodes.
    pub min: u32,
    /// Most nodes.
    pub max: u32,
    /// Nodes wanted now.
    pub desired: u32,
    /// Its Kubernetes version.
    pub version: Option<String>,
    /// Its AMI's release.
    pub release_version: Option<String>,
}

impl NodeGroupInfo {
    pub(crate) fn of(group: &NodeGroupState) -> Self {
        Self {
            name: group.tags.get(tag::NODE_GROUP).unwrap_or(&group.name).clone(),
            physical_name: group.name.clone(),
            status: group.status,
            instance_types: group.instance_types.clone(),
            min: group.scaling.0,
            max: group.scaling.1,
            desired: group.scaling.2,
            version: group.version.clone(),
            release_version: group.release_version.clone(),
        }
    }
}

impl ClusterInfo {
    /// What was seen; `None` if there is no cluster.
    pub(crate) fn of(observed: &Observed, region: &str, profile: Option<&str>) -> Option<Self> {
        let cluster = observed.cluster.present()?.clone();
        let groups = observed.node_groups.iter().flatten();
        let node_groups = groups.map(|(_, group)| NodeGroupInfo::of(group));
        // A watch and a list have them in different orders.
        let mut nodes = observed.api_server.present().map(|state| state.nodes.clone()).unwrap_or_default();
        let stack = observed.identity_stack.present();
        let of = |(namespace, service_account, role_arn)| ServiceAccountRoleInfo {
            namespace,
            service_account,
            role_arn,
        };
        nodes.sort_by(|one, other| one.name.cmp(&other.name));
        let eksctl = has_eksctl_tag(&cluster.name, &cluster.tags);
        Some(Self {
            name: cluster.name,
            arn: cluster.arn,
            region: region.to_owned(),
            status: cluster.status,
            version: cluster.version,
            platform_version: cluster.platform_version,
            endpoint: cluster.endpoint,
            certificate_authority: cluster.certificate_authority,
            role_arn: cluster.role_arn,
            vpc: cluster.vpc,
            subnets: cluster.subnets,
            security_group: cluster.security_group,
            issuer: cluster.issuer,
            auto_mode: cluster.auto_mode,
            node_groups: node_groups.collect(),
            fargate_profiles: observed.fargate_profiles.iter().flatten().map(|(_, it)| it.clone()).collect(),
            addons: observed.addons.iter().flatten().map(|(_, it)| it.clone()).collect(),
            pod_identity_associations: observed
                .pod_identity_associations
                .iter()
                .flatten()
                .map(|(_, it)| it.clone())
                .collect(),
            service_account_roles: stack
                .map(service_account_roles)
                .unwrap_or_default()
                .into_iter()
                .map(of)
                .collect(),
            oidc_provider_arn: stack.and_then(|stack| stack.ready(OIDC_PROVIDER)).map(str::to_owned),
            nodes,
            eksctl,
            expires: expires(&cluster.tags),
            tags: cluster.tags,
            caller: observed.caller.as_ref().map(|caller| caller.arn.clone()),
            profile: profile.map(str::to_owned),
        })
    }

    /// A kubeconfig that works at once, with [`ExecPlugin::Auto`].
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Failed`] while the cluster has no endpoint, that is before it is ACTIVE.
    pub fn kubeconfig(&self) -> Result<Kubeconfig> {
        self.kubeconfig_with(ExecPlugin::Auto, BTreeMap::new())
    }

    /// A kubeconfig with a chosen exec plugin and more environment for it, such as `AWS_ENDPOINT_URL`.
    ///
    /// # Errors
    ///
    /// As [`ClusterInfo::kubeconfig`]; [`ErrorKind::InvalidSpec`] for [`ExecPlugin::StaticToken`], which
    /// needs a token: [`crate::Eks::static_kubeconfig`] has one.
    pub fn kubeconfig_with(&self, plugin: ExecPlugin, env: BTreeMap<String, String>) -> Result<Kubeconfig> {
        let (endpoint, authority) = self.reach()?;
        Kubeconfig::builder()
            .cluster_name(&self.name)
            .region(&self.region)
            .endpoint(endpoint)
            .certificate_authority(authority)
            .user(self.user())
            .exec_plugin(plugin)
            .maybe_profile(self.profile.clone())
            .env(env)
            .build()
    }

    pub(crate) fn reach(&self) -> Result<(&str, &str)> {
        self.endpoint.as_deref().zip(self.certificate_authority.as_deref()).ok_or_else(|| {
            Error::new(ErrorKind::Failed, format!("the cluster has no endpoint yet: it is {:?}", self.status))
                .with_resource(format!("cluster {}", self.name))
                .with_hint("Wait until it is ACTIVE")
                .retryable(true)
        })
    }

    /// The name under which a kubeconfig files the caller.
    pub(crate) fn user(&self) -> &str {
        self.caller.as_deref().map_or("eks", Kubeconfig::user_of)
    }
}

impl fmt::Debug for ClusterInfo {
    /// Without the certificate.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClusterInfo")
            .field("name", &self.name)
            .field("arn", &self.arn)
            .field("status", &self.status)
            .field("version", &self.version)
            .field("endpoint", &self.endpoint)
            .field("node_groups", &self.node_groups)
            .field("fargate_profiles", &self.fargate_profiles)
            .field("addons", &self.addons)
            .field("nodes", &self.nodes)
            .finish_non_exhaustive()
    }
}

/// A cluster in a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ClusterSummary {
    /// Its name.
    pub name: String,
    /// Its region.
    pub region: String,
    /// Its status.
    pub status: ClusterStatus,
    /// Its Kubernetes version.
    pub version: String,
    /// Whether this library made it.
    pub ours: bool,
    /// Whether eksctl made it, as its tags say.
    #[serde(default)]
    pub eksctl: bool,
    /// When it expires, if it does, as RFC 3339 in UTC.
    #[serde(default)]
    pub expires: Option<String>,
}

impl fmt::Display for ClusterSummary {
    /// `us-west-2  web  1.34  Active  ours`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { region, name, version, status, .. } = self;
        write!(
            f,
            "{region}  {name}  {version}  {status:?}  {}",
            if self.ours { "ours" } else { "made by others" }
        )?;
        match &self.expires {
            Some(expires) => write!(f, ", expires {expires}"),
            None => Ok(()),
        }
    }
}

/// What a delete did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct DeleteReport {
    /// The cluster's name.
    pub name: String,
    /// Whether anything was there to delete. `false` may mean another region or account.
    pub found: bool,
    /// What was deleted, in the order of the plan.
    pub deleted: Vec<String>,
    /// What others had hung on roles of the cluster and was taken away, such as
    /// `policy arn:aws:iam::aws:policy/ReadOnlyAccess from role eks-web-1a2b3c4d-ServiceRole-5e6f`.
    #[serde(default)]
    pub detached: Vec<String>,
    /// What was left behind because CloudFormation could not delete it, such as `VPC vpc-0a1b of stack
    /// eks-web-1a2b3c4d`: see [`DeleteOptions::retain_what_is_stuck`](crate::DeleteOptions::retain_what_is_stuck).
    /// It is nobody's now, and may cost money. A delete by name that takes over from a dead one names what it still sees of
    /// it.
    #[serde(default)]
    pub retained: Vec<String>,
    /// What was not checked or could not be removed, with the reason.
    pub unchecked: Vec<String>,
}

/// What came of an operation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", tag = "outcome")]
#[non_exhaustive]
pub enum Outcome {
    /// A create ended.
    Created(Box<ClusterInfo>),
    /// A delete ended.
    Deleted(DeleteReport),
    /// A change of a node group (a scale, labels, taints) ended.
    NodeGroup(NodeGroupInfo),
    /// A tag ended.
    Tagged(TagReport),
}
