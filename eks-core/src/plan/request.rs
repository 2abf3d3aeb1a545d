//! What a ready step sends to AWS, as plain data: `plan/` decides it, `act/` sends it and decides nothing.

use std::collections::{BTreeMap, BTreeSet};

pub(crate) use crate::observe::{ForeignPolicy, Hold, Part};
use crate::spec::{
    AccessConfig, AccessEntry, AccessPolicy, Addon, AuthenticationMode, ControlPlaneTier, EndpointAccess,
    FargateProfile, IpFamily, LogType, NodeGroup, NodeRepairConfig, PodIdentityAssociation, ResolveConflicts,
    SecretsEncryption, SupportType, Taint, UpdateSettings,
};

/// One or a few calls that belong together, each safe to repeat.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Request {
    CreateStack(CreateStack),
    UpdateStack(UpdateStack),
    DeleteStack(DeleteStack),
    CreateChangeSet(CreateChangeSet),
    ExecuteChangeSet(ChangeSetName),
    DeleteChangeSet(ChangeSetName),
    CreateCluster(Box<CreateCluster>),
    CreateNodeGroup(Box<CreateNodeGroup>),
    UpdateClusterConfig(UpdateClusterConfig),
    UpdateNodeGroup(Box<UpdateNodeGroup>),
    /// Has the group's nodes replaced by those of another version of its launch template.
    UpdateNodeGroupVersion(UpdateNodeGroupVersion),
    UpdateAddon(UpdateAddon),
    UpdateAccessEntry(UpdateAccessEntry),
    DeleteAccessEntry {
        cluster: String,
        principal: String,
    },
    /// Puts tags on an EKS resource and takes others off.
    Retag {
        arn: String,
        set: BTreeMap<String, String>,
        gone: Vec<String>,
    },
    /// Puts tags on things outside of EKS and takes others off.
    TagThings(TagThings),
    /// Has billing split costs by these keys.
    ActivateCostTags {
        keys: Vec<String>,
    },
    /// Deletes an add-on with what it runs in the cluster.
    RemoveAddon {
        cluster: String,
        addon: String,
    },
    CreateFargateProfile(CreateFargateProfile),
    CreateAddon(Box<CreateAddon>),
    CreateAccessEntry(CreateAccessEntry),
    CreatePodIdentityAssociation(Box<CreatePodIdentityAssociation>),
    UpdatePodIdentityAssociation(UpdatePodIdentityAssociation),
    DeletePodIdentityAssociation {
        cluster: String,
        /// EKS's id of it.
        id: String,
        /// Namespace and service account, for messages.
        association: String,
    },
    /// Puts tags on an EKS resource.
    Tag {
        arn: String,
        tags: BTreeMap<String, String>,
    },
    DeleteNodeGroup {
        cluster: String,
        group: String,
    },
    DeleteFargateProfile {
        cluster: String,
        profile: String,
    },
    /// Takes an add-on from EKS and leaves what it runs in the cluster.
    DeleteAddon {
        cluster: String,
        addon: String,
    },
    /// Allows that the cluster is deleted.
    DisableDeletionProtection {
        cluster: String,
    },
    DeleteCluster {
        cluster: String,
    },
    /// Takes from the roles of a stack what others hung on them.
    DetachPolicies {
        stack: String,
        policies: Vec<ForeignPolicy>,
    },
    /// Has the Kubernetes API delete the objects at these paths.
    DeleteExposed {
        paths: Vec<String>,
    },
    /// Allows that the stack with this ARN is deleted.
    DisableTerminationProtection {
        stack: String,
    },
    /// Deletes an OIDC provider of IAM.
    DeleteOidcProvider {
        arn: String,
    },
    /// Has a log group keep what is written to it for so many days.
    PutLogRetention {
        name: String,
        days: u32,
    },
    /// Deletes the log group of this name.
    DeleteLogGroup {
        name: String,
    },
    /// Deletes load balancers (names of classic ones, ARNs of others), then target groups.
    DeleteLoadBalancers {
        load_balancers: Vec<String>,
        target_groups: Vec<String>,
    },
    /// Deletes network interfaces, then security groups. `referring`: groups that stay, whose rules that name one of
    /// these go.
    DeleteLeftovers {
        network_interfaces: Vec<String>,
        security_groups: Vec<String>,
        referring: Vec<String>,
    },
}

impl Request {
    /// The name by which the loop remembers what it sent.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::CreateStack(_) => "createStack",
            Self::UpdateStack(_) => "updateStack",
            Self::DeleteStack(request) if request.retain.is_empty() => "deleteStack",
            Self::DeleteStack(_) => "deleteStackRetaining",
            Self::CreateChangeSet(_) => "createChangeSet",
            Self::ExecuteChangeSet(_) => "executeChangeSet",
            Self::DeleteChangeSet(_) => "deleteChangeSet",
            Self::CreateCluster(_) => "createCluster",
            Self::CreateNodeGroup(_) => "createNodeGroup",
            Self::UpdateClusterConfig(_) => "updateClusterConfig",
            Self::UpdateNodeGroup(_) => "updateNodeGroup",
            Self::UpdateNodeGroupVersion(_) => "updateNodeGroupVersion",
            Self::UpdateAddon(_) => "updateAddon",
            Self::UpdateAccessEntry(_) => "updateAccessEntry",
            Self::DeleteAccessEntry { .. } => "deleteAccessEntry",
            Self::Retag { .. } => "retag",
            Self::TagThings(_) => "tagThings",
            Self::ActivateCostTags { .. } => "activateCostTags",
            Self::RemoveAddon { .. } => "removeAddon",
            Self::CreateFargateProfile(_) => "createFargateProfile",
            Self::CreateAddon(_) => "createAddon",
            Self::CreateAccessEntry(_) => "createAccessEntry",
            Self::CreatePodIdentityAssociation(_) => "createPodIdentityAssociation",
            Self::UpdatePodIdentityAssociation(_) => "updatePodIdentityAssociation",
            Self::DeletePodIdentityAssociation { .. } => "deletePodIdentityAssociation",
            Self::Tag { .. } => "tag",
            Self::DeleteNodeGroup { .. } => "deleteNodeGroup",
            Self::DeleteFargateProfile { .. } => "deleteFargateProfile",
            Self::DeleteAddon { .. } => "deleteAddon",
            Self::DisableDeletionProtection { .. } => "disableDeletionProtection",
            Self::DeleteCluster { .. } => "deleteCluster",
            Self::DetachPolicies { .. } => "detachPolicies",
            Self::DeleteExposed { .. } => "deleteExposed",
            Self::DisableTerminationProtection { .. } => "disableTerminationProtection",
            Self::DeleteOidcProvider { .. } => "deleteOidcProvider",
            Self::PutLogRetention { .. } => "putLogRetention",
            Self::DeleteLogGroup { .. } => "deleteLogGroup",
            Self::DeleteLoadBalancers { .. } => "deleteLoadBalancers",
            Self::DeleteLeftovers { .. } => "deleteLeftovers",
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct CreateStack {
    pub(crate) name: String,
    pub(crate) template: String,
    pub(crate) tags: BTreeMap<String, String>,
    /// Ends when configuration is applied (facts/aws.md §2.8, express mode).
    pub(crate) express: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct UpdateStack {
    pub(crate) name: String,
    /// `None`: the template that the stack has.
    pub(crate) template: Option<String>,
    pub(crate) tags: BTreeMap<String, String>,
    /// The repair of a failed create must keep rollback disabled (facts/aws.md §2.8).
    pub(crate) disable_rollback: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct DeleteStack {
    /// The stack's ARN, so that a later stack of the same name is never hit.
    pub(crate) id: String,
    /// Logical ids of what is left behind, which only a stack in DELETE_FAILED allows.
    pub(crate) retain: Vec<String>,
}

/// Which change set of which stack.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ChangeSetName {
    /// The stack's ARN.
    pub(crate) stack: String,
    pub(crate) name: String,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct CreateChangeSet {
    pub(crate) set: ChangeSetName,
    pub(crate) template: String,
    pub(crate) tags: BTreeMap<String, String>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct CreateCluster {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) role_arn: String,
    pub(crate) subnets: Vec<String>,
    pub(crate) security_groups: Vec<String>,
    pub(crate) endpoint_access: EndpointAccess,
    pub(crate) service_cidr: Option<String>,
    pub(crate) ip_family: Option<IpFamily>,
    pub(crate) logging: Vec<LogType>,
    pub(crate) upgrade_policy: Option<SupportType>,
    pub(crate) secrets_encryption: Option<SecretsEncryption>,
    pub(crate) access_config: AccessConfig,
    pub(crate) deletion_protection: Option<bool>,
    pub(crate) zonal_shift: Option<bool>,
    pub(crate) control_plane_tier: Option<ControlPlaneTier>,
    pub(crate) auto_mode: Option<AutoModeConfig>,
    pub(crate) tags: BTreeMap<String, String>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct CreateNodeGroup {
    pub(crate) cluster: String,
    /// The group's name in AWS.
    pub(crate) name: String,
    /// Labels, taints, scaling, instance types, capacity, AMI type and update settings are taken from here.
    pub(crate) spec: NodeGroup,
    pub(crate) ami_type: String,
    pub(crate) role_arn: String,
    pub(crate) subnets: Vec<String>,
    /// Id and version of the launch template.
    pub(crate) launch_template: (String, String),
    pub(crate) tags: BTreeMap<String, String>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct UpdateClusterConfig {
    pub(crate) cluster: String,
    pub(crate) config: ClusterConfig,
}

/// One kind of change of a control plane.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ClusterConfig {
    AuthenticationMode(AuthenticationMode),
    EndpointAccess(EndpointAccess),
    Logging {
        on: Vec<LogType>,
        off: Vec<LogType>,
    },
    UpgradePolicy(SupportType),
    ZonalShift(bool),
    DeletionProtection(bool),
    /// Subnets and security groups, all of them.
    Network {
        subnets: Vec<String>,
        security_groups: Vec<String>,
    },
    /// `None`: off.
    AutoMode(Option<AutoModeConfig>),
    /// One way: it cannot be taken back, nor another key be chosen.
    SecretsEncryption(SecretsEncryption),
}

/// Auto Mode as it is to be.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct AutoModeConfig {
    /// EKS's node pools.
    pub(crate) pools: Vec<String>,
    /// The role of their nodes, if there are any.
    pub(crate) role: Option<String>,
}

/// What is not set, or empty, stays as it is.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct UpdateNodeGroup {
    pub(crate) cluster: String,
    /// Its name in AWS.
    pub(crate) group: String,
    pub(crate) labels: BTreeMap<String, String>,
    pub(crate) labels_gone: Vec<String>,
    pub(crate) taints: Vec<Taint>,
    pub(crate) taints_gone: Vec<Taint>,
    /// Fewest, most and wanted nodes, all three: EKS holds each against the others.
    pub(crate) scaling: Option<(u32, u32, u32)>,
    pub(crate) update: Option<UpdateSettings>,
    pub(crate) node_repair_config: Option<NodeRepairConfig>,
}

/// Things of one kind that lack some of the tags.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct TagThings {
    pub(crate) part: Part,
    /// Their names, ids or ARNs.
    pub(crate) ids: Vec<String>,
    pub(crate) set: BTreeMap<String, String>,
    pub(crate) gone: BTreeSet<String>,
    /// Whether new instances of an Auto Scaling group get them, too.
    pub(crate) for_instances: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct UpdateNodeGroupVersion {
    pub(crate) cluster: String,
    /// Its name in AWS.
    pub(crate) group: String,
    /// Id and version of the launch template.
    pub(crate) launch_template: (String, String),
    /// The Kubernetes version and the release of its image that the group has; neither where the launch template names an
    /// image (facts/aws.md §7).
    pub(crate) version: Option<String>,
    pub(crate) release_version: Option<String>,
    /// Whether pods that cannot be evicted are deleted.
    pub(crate) force: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct UpdateAddon {
    pub(crate) cluster: String,
    pub(crate) addon: String,
    pub(crate) version: String,
    pub(crate) configuration: Option<String>,
    pub(crate) service_account_role_arn: Option<String>,
    /// Service accounts and their roles; `None`: as they are.
    pub(crate) identities: Option<Vec<(String, String)>>,
    pub(crate) resolve_conflicts: Option<ResolveConflicts>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct UpdateAccessEntry {
    pub(crate) cluster: String,
    pub(crate) principal: String,
    /// All groups of the principal; `None`: those that it has.
    pub(crate) groups: Option<BTreeSet<String>>,
    /// `None`: the one that it has.
    pub(crate) username: Option<String>,
    /// Policies that it has, to hold somewhere else.
    pub(crate) policies: Vec<AccessPolicy>,
    pub(crate) policies_gone: Vec<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct CreateFargateProfile {
    pub(crate) cluster: String,
    pub(crate) spec: FargateProfile,
    pub(crate) role_arn: String,
    pub(crate) subnets: Vec<String>,
    pub(crate) tags: BTreeMap<String, String>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct CreateAddon {
    pub(crate) cluster: String,
    pub(crate) spec: Addon,
    /// Configuration values as JSON text, the spec's own or ours (coredns on Fargate).
    pub(crate) configuration: Option<String>,
    /// Service accounts and their roles.
    pub(crate) identities: Vec<(String, String)>,
    pub(crate) tags: BTreeMap<String, String>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct CreateAccessEntry {
    pub(crate) cluster: String,
    pub(crate) spec: AccessEntry,
    pub(crate) tags: BTreeMap<String, String>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct CreatePodIdentityAssociation {
    pub(crate) cluster: String,
    pub(crate) spec: PodIdentityAssociation,
    pub(crate) role_arn: String,
    pub(crate) tags: BTreeMap<String, String>,
}

/// What is not set stays as it is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct UpdatePodIdentityAssociation {
    pub(crate) cluster: String,
    /// EKS's id of it.
    pub(crate) id: String,
    /// Namespace and service account, for messages.
    pub(crate) association: String,
    pub(crate) role_arn: String,
    pub(crate) target_role_arn: Option<String>,
    pub(crate) disable_session_tags: Option<bool>,
}
