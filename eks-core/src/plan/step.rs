//! One thing to do.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::observe::Issue;

/// What a step does. One variant for each file of `act/`, and one for each thing that is only waited for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", tag = "kind")]
#[non_exhaustive]
pub enum StepKind {
    /// Creates, or repairs, the foundation stack, and waits for what the control plane needs of it: subnets,
    /// security group and roles.
    CreateFoundation,
    /// Waits for the rest of the foundation stack: gateways and routes.
    CompleteFoundation,
    /// Creates the control plane.
    CreateCluster,
    /// Creates the stack of a node group: its launch template, and its role if it has one of its own.
    CreateNodeGroupStack {
        /// The group's name in AWS.
        group: String,
    },
    /// Creates a managed node group.
    CreateNodeGroup {
        /// The group's name in AWS.
        group: String,
    },
    /// Adds to the foundation stack what a changed spec needs of it, and changes what it wants changed: roles, their policies,
    /// how long logs are kept.
    UpdateFoundation,
    /// Changes a node group's stack: a new version of its launch template, policies of its own role.
    UpdateNodeGroupStack {
        /// The group's name in AWS.
        group: String,
    },
    /// Replaces a group's nodes, a few at a time, by such as the newest version of its launch template makes.
    RollNodeGroup {
        /// The group's name in AWS.
        group: String,
    },
    /// Has the log group of the control plane keep its logs for as many days as the spec says.
    PutLogRetention,
    /// Changes one kind of setting of the control plane: EKS takes one at a time.
    UpdateClusterConfig {
        /// The member of the spec, such as `endpointAccess`.
        setting: String,
    },
    /// Changes sizes, labels, taints, update settings or node repair of a managed node group, without new nodes.
    UpdateNodeGroup {
        /// The group's name in AWS.
        group: String,
    },
    /// Changes version, configuration or role of an add-on.
    UpdateAddon {
        /// The add-on's name.
        addon: String,
    },
    /// Changes groups, user name or policies of an access entry.
    UpdateAccessEntry {
        /// The ARN of the principal.
        principal: String,
    },
    /// Puts tags on something that EKS keeps, and takes off those of the last spec.
    Tag {
        /// What it is, such as `node group web`.
        resource: String,
    },
    /// Puts tags on something of the cluster for its costs to be told apart, and takes others off.
    CostTag {
        /// What it is, such as `node group web` or `instances`.
        resource: String,
    },
    /// Puts the tags on a node group's Auto Scaling group by which the cluster autoscaler goes.
    TagAutoScalingGroup {
        /// The group's name in AWS.
        group: String,
    },
    /// Gives a stack of ours other tags, which CloudFormation hands on to what is in it.
    TagStack {
        /// The stack's name.
        stack: String,
    },
    /// Has billing split costs by the tags.
    ActivateCostTags,
    /// Deletes an add-on, with what it runs in the cluster.
    DeleteAddon {
        /// The add-on's name.
        addon: String,
    },
    /// Deletes an access entry.
    DeleteAccessEntry {
        /// The ARN of the principal.
        principal: String,
    },
    /// Writes the new spec into the foundation stack, once everything is as it says.
    RecordSpec,
    /// Gives a managed node group another size.
    ScaleNodeGroup {
        /// The group's name in AWS.
        group: String,
    },
    /// Creates a Fargate profile.
    CreateFargateProfile {
        /// The profile's name.
        profile: String,
    },
    /// Creates an add-on.
    CreateAddon {
        /// The add-on's name.
        addon: String,
    },
    /// Creates an access entry with its policies.
    CreateAccessEntry {
        /// The ARN of the principal.
        principal: String,
    },
    /// Creates the stack of the OIDC provider and the roles of service accounts.
    CreateIdentityStack,
    /// Adds roles of service accounts to that stack, and changes those that are there.
    UpdateIdentityStack,
    /// Takes from that stack what the spec has no more.
    DeleteServiceAccountRoles,
    /// Gives the pods of a service account a role, by EKS Pod Identity.
    CreatePodIdentityAssociation {
        /// Namespace and name of the service account, such as `shop/orders`.
        association: String,
    },
    /// Gives the pods of a service account another role.
    UpdatePodIdentityAssociation {
        /// Namespace and name of the service account.
        association: String,
    },
    /// Takes from the pods of a service account their role.
    DeletePodIdentityAssociation {
        /// Namespace and name of the service account.
        association: String,
    },
    /// Waits until the API server answers.
    ReachApiServer,
    /// Waits until a group's nodes are Ready.
    NodesReady {
        /// The group's name in AWS.
        group: String,
    },
    /// Marks the cluster as being deleted, so that whoever meets it finishes the delete.
    MarkForDeletion,
    /// Switches the cluster's deletion protection off, because the caller asked for that.
    DisableDeletionProtection,
    /// Has Kubernetes delete the Services, Ingresses and Gateways that it has load balancers for.
    ReleaseLoadBalancers,
    /// Deletes a managed node group, ours or not.
    DeleteNodeGroup {
        /// The group's name in AWS.
        group: String,
    },
    /// Deletes a Fargate profile.
    DeleteFargateProfile {
        /// The profile's name.
        profile: String,
    },
    /// Deletes the load balancers and target groups that Kubernetes has left.
    DeleteLoadBalancers,
    /// Deletes the control plane, with its add-ons and access entries.
    DeleteCluster,
    /// Takes from the roles of a stack what others hung on them: policies, instance profiles.
    DetachPolicies {
        /// The stack's name.
        stack: String,
    },
    /// Deletes the log group of the control plane.
    DeleteLogGroup,
    /// Removes what pods and controllers left in the VPC.
    DeleteLeftovers,
    /// Has CloudFormation allow that a stack is deleted, because the caller asked for that.
    DisableTerminationProtection {
        /// The stack's name.
        stack: String,
    },
    /// Deletes a stack that eksctl made, with all that is in it.
    DeleteStack {
        /// The stack's name.
        stack: String,
    },
    /// Deletes the cluster's OIDC provider, which eksctl made in IAM.
    DeleteOidcProvider,
    /// Deletes the stack of a node group.
    DeleteNodeGroupStack {
        /// The group's name in AWS.
        group: String,
    },
    /// Deletes the stack of the OIDC provider and the roles of service accounts.
    DeleteIdentityStack,
    /// Deletes the foundation stack.
    DeleteFoundation,
}

impl StepKind {
    /// The step's id within its plan, such as `createNodeGroup/web`.
    pub fn id(&self) -> String {
        let name = match self {
            Self::CreateFoundation => "createFoundation",
            Self::CompleteFoundation => "completeFoundation",
            Self::CreateCluster => "createCluster",
            Self::CreateNodeGroupStack { .. } => "createNodeGroupStack",
            Self::CreateNodeGroup { .. } => "createNodeGroup",
            Self::UpdateFoundation => "updateFoundation",
            Self::UpdateNodeGroupStack { .. } => "updateNodeGroupStack",
            Self::RollNodeGroup { .. } => "rollNodeGroup",
            Self::PutLogRetention => "putLogRetention",
            Self::UpdateClusterConfig { .. } => "updateClusterConfig",
            Self::UpdateNodeGroup { .. } => "updateNodeGroup",
            Self::UpdateAddon { .. } => "updateAddon",
            Self::UpdateAccessEntry { .. } => "updateAccessEntry",
            Self::Tag { .. } => "tag",
            Self::CostTag { .. } => "costTag",
            Self::TagAutoScalingGroup { .. } => "tagAutoScalingGroup",
            Self::TagStack { .. } => "tagStack",
            Self::ActivateCostTags => "activateCostTags",
            Self::DeleteAddon { .. } => "deleteAddon",
            Self::DeleteAccessEntry { .. } => "deleteAccessEntry",
            Self::RecordSpec => "recordSpec",
            Self::ScaleNodeGroup { .. } => "scaleNodeGroup",
            Self::CreateFargateProfile { .. } => "createFargateProfile",
            Self::CreateAddon { .. } => "createAddon",
            Self::CreateAccessEntry { .. } => "createAccessEntry",
            Self::CreateIdentityStack => "createIdentityStack",
            Self::UpdateIdentityStack => "updateIdentityStack",
            Self::DeleteServiceAccountRoles => "deleteServiceAccountRoles",
            Self::CreatePodIdentityAssociation { .. } => "createPodIdentityAssociation",
            Self::UpdatePodIdentityAssociation { .. } => "updatePodIdentityAssociation",
            Self::DeletePodIdentityAssociation { .. } => "deletePodIdentityAssociation",
            Self::ReachApiServer => "reachApiServer",
            Self::NodesReady { .. } => "nodesReady",
            Self::MarkForDeletion => "markForDeletion",
            Self::DisableDeletionProtection => "disableDeletionProtection",
            Self::ReleaseLoadBalancers => "releaseLoadBalancers",
            Self::DeleteNodeGroup { .. } => "deleteNodeGroup",
            Self::DeleteFargateProfile { .. } => "deleteFargateProfile",
            Self::DeleteLoadBalancers => "deleteLoadBalancers",
            Self::DeleteCluster => "deleteCluster",
            Self::DetachPolicies { .. } => "detachPolicies",
            Self::DeleteLogGroup => "deleteLogGroup",
            Self::DeleteLeftovers => "deleteLeftovers",
            Self::DisableTerminationProtection { .. } => "disableTerminationProtection",
            Self::DeleteStack { .. } => "deleteStack",
            Self::DeleteOidcProvider => "deleteOidcProvider",
            Self::DeleteNodeGroupStack { .. } => "deleteNodeGroupStack",
            Self::DeleteIdentityStack => "deleteIdentityStack",
            Self::DeleteFoundation => "deleteFoundation",
        };
        match self.subject() {
            Some(subject) => format!("{name}/{subject}"),
            None => name.to_owned(),
        }
    }

    /// The group, profile, add-on, principal, service account, setting or resource that the step is about.
    pub fn subject(&self) -> Option<&str> {
        match self {
            Self::CreateNodeGroupStack { group }
            | Self::CreateNodeGroup { group }
            | Self::ScaleNodeGroup { group }
            | Self::TagAutoScalingGroup { group }
            | Self::UpdateNodeGroup { group }
            | Self::UpdateNodeGroupStack { group }
            | Self::RollNodeGroup { group }
            | Self::NodesReady { group }
            | Self::DeleteNodeGroup { group }
            | Self::DeleteNodeGroupStack { group } => Some(group),
            Self::CreateFargateProfile { profile } | Self::DeleteFargateProfile { profile } => Some(profile),
            Self::CreateAddon { addon } | Self::UpdateAddon { addon } | Self::DeleteAddon { addon } => {
                Some(addon)
            }
            Self::CreateAccessEntry { principal }
            | Self::UpdateAccessEntry { principal }
            | Self::DeleteAccessEntry { principal } => Some(principal),
            Self::CreatePodIdentityAssociation { association }
            | Self::UpdatePodIdentityAssociation { association }
            | Self::DeletePodIdentityAssociation { association } => Some(association),
            Self::UpdateClusterConfig { setting } => Some(setting),
            Self::Tag { resource } | Self::CostTag { resource } => Some(resource),
            Self::TagStack { stack }
            | Self::DetachPolicies { stack }
            | Self::DisableTerminationProtection { stack }
            | Self::DeleteStack { stack } => Some(stack),
            Self::CreateFoundation
            | Self::UpdateFoundation
            | Self::PutLogRetention
            | Self::RecordSpec
            | Self::ActivateCostTags
            | Self::CompleteFoundation
            | Self::CreateCluster
            | Self::CreateIdentityStack
            | Self::UpdateIdentityStack
            | Self::DeleteServiceAccountRoles
            | Self::DeleteIdentityStack
            | Self::ReachApiServer
            | Self::MarkForDeletion
            | Self::DisableDeletionProtection
            | Self::ReleaseLoadBalancers
            | Self::DeleteLoadBalancers
            | Self::DeleteCluster
            | Self::DeleteLogGroup
            | Self::DeleteOidcProvider
            | Self::DeleteLeftovers
            | Self::DeleteFoundation => None,
        }
    }

    /// Whether the others go on without it, if the caller may not do it.
    pub(crate) fn can_be_left_out(&self) -> bool {
        matches!(self, Self::DetachPolicies { .. } | Self::DeleteLogGroup | Self::DeleteOidcProvider)
            || self.is_a_tag_of_many()
    }

    /// Whether it tags one of many things, of which some may have no room for more tags.
    pub(crate) fn is_a_tag_of_many(&self) -> bool {
        matches!(
            self,
            Self::CostTag { .. }
                | Self::TagAutoScalingGroup { .. }
                | Self::TagStack { .. }
                | Self::ActivateCostTags
        )
    }

    /// Whether the step only waits: nothing is sent to AWS for it.
    pub fn only_waits(&self) -> bool {
        matches!(self, Self::CompleteFoundation | Self::ReachApiServer | Self::NodesReady { .. })
    }
}

impl fmt::Display for StepKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CreateFoundation => f.write_str("create network and roles"),
            Self::CompleteFoundation => f.write_str("wait for gateways and routes"),
            Self::CreateCluster => f.write_str("create the control plane"),
            Self::CreateNodeGroupStack { group } => {
                write!(f, "create the launch template of node group {group}")
            }
            Self::CreateNodeGroup { group } => write!(f, "create node group {group}"),
            Self::UpdateFoundation => f.write_str("change the foundation"),
            Self::UpdateNodeGroupStack { group } => write!(f, "change the stack of node group {group}"),
            Self::RollNodeGroup { group } => write!(f, "replace the nodes of {group}, a few at a time"),
            Self::PutLogRetention => f.write_str("set how long logs are kept"),
            Self::UpdateClusterConfig { setting } => write!(f, "change {setting} of the control plane"),
            Self::UpdateNodeGroup { group } => write!(f, "change node group {group}"),
            Self::UpdateAddon { addon } => write!(f, "change add-on {addon}"),
            Self::UpdateAccessEntry { principal } => write!(f, "change the access of {principal}"),
            Self::Tag { resource } | Self::CostTag { resource } => write!(f, "tag {resource}"),
            Self::TagAutoScalingGroup { group } => {
                write!(f, "tag the Auto Scaling group of {group} for its autoscaler")
            }
            Self::TagStack { stack } => write!(f, "tag stack {stack}"),
            Self::ActivateCostTags => f.write_str("activate the tags in billing"),
            Self::DeleteAddon { addon } => write!(f, "delete add-on {addon}"),
            Self::DeleteAccessEntry { principal } => write!(f, "take access from {principal}"),
            Self::RecordSpec => f.write_str("write the new spec down"),
            Self::ScaleNodeGroup { group } => write!(f, "scale node group {group}"),
            Self::CreateFargateProfile { profile } => write!(f, "create Fargate profile {profile}"),
            Self::CreateAddon { addon } => write!(f, "create add-on {addon}"),
            Self::CreateAccessEntry { principal } => write!(f, "give access to {principal}"),
            Self::CreateIdentityStack => f.write_str("create roles of service accounts"),
            Self::UpdateIdentityStack => f.write_str("change roles of service accounts"),
            Self::DeleteServiceAccountRoles => {
                f.write_str("delete roles that no service account has any more")
            }
            Self::CreatePodIdentityAssociation { association } => {
                write!(f, "give service account {association} its role")
            }
            Self::UpdatePodIdentityAssociation { association } => {
                write!(f, "give service account {association} another role")
            }
            Self::DeletePodIdentityAssociation { association } => {
                write!(f, "take from service account {association} its role")
            }
            Self::ReachApiServer => f.write_str("reach the API server"),
            Self::NodesReady { group } => write!(f, "wait for the nodes of {group}"),
            Self::MarkForDeletion => f.write_str("mark the cluster for deletion"),
            Self::DisableDeletionProtection => f.write_str("switch deletion protection off"),
            Self::ReleaseLoadBalancers => f.write_str("have Kubernetes take its load balancers away"),
            Self::DeleteNodeGroup { group } => write!(f, "delete node group {group}"),
            Self::DeleteFargateProfile { profile } => write!(f, "delete Fargate profile {profile}"),
            Self::DeleteLoadBalancers => f.write_str("delete the load balancers that Kubernetes left"),
            Self::DeleteCluster => f.write_str("delete the control plane"),
            Self::DetachPolicies { stack } => write!(f, "take from roles of {stack} what others attached"),
            Self::DeleteLogGroup => f.write_str("delete the log group of the control plane"),
            Self::DeleteLeftovers => f.write_str("remove what Kubernetes left in the network"),
            Self::DisableTerminationProtection { stack } => {
                write!(f, "switch termination protection of {stack} off")
            }
            Self::DeleteStack { stack } => write!(f, "delete {stack}"),
            Self::DeleteOidcProvider => f.write_str("delete the OIDC provider"),
            Self::DeleteNodeGroupStack { group } => {
                write!(f, "delete the launch template of node group {group}")
            }
            Self::DeleteIdentityStack => f.write_str("delete roles of service accounts"),
            Self::DeleteFoundation => f.write_str("delete network and roles"),
        }
    }
}

/// Where a step stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", tag = "state")]
#[non_exhaustive]
pub enum StepState {
    /// Waits for other steps.
    Blocked,
    /// Can be sent now.
    Ready,
    /// AWS is at work on it, or its effect cannot be seen yet.
    Running,
    /// Its effect has been seen.
    Done,
    /// Left out, or given up without harm.
    Skipped {
        /// Why.
        reason: String,
    },
    /// AWS says that it failed.
    Failed {
        /// What AWS says, the root cause first.
        issues: Vec<Issue>,
    },
}

impl StepState {
    /// Whether nothing is left to be done: done, or left out.
    pub fn is_settled(&self) -> bool {
        matches!(self, Self::Done | Self::Skipped { .. })
    }
}

/// One thing to do, with where it stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Step {
    /// Its id within the plan.
    pub id: String,
    /// What it does.
    pub action: StepKind,
    /// The resource that it makes or deletes, such as `stack eks-web-1a2b3c4d`.
    pub resource: String,
    /// Ids of the steps whose effect it needs.
    pub after: Vec<String>,
    /// Where it stands.
    pub state: StepState,
    /// How long AWS takes for it, in seconds.
    pub expected: Expected,
}

/// How long AWS takes for a step: minimum, typical and 95th percentile in seconds (facts/aws.md §1.1).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Expected {
    /// Nobody has seen it go faster.
    pub min: f64,
    /// What to plan with.
    pub typical: f64,
    /// One in twenty takes longer.
    pub p95: f64,
}
