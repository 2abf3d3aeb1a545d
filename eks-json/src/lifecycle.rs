//! Lifecycles: what changes AWS, takes minutes, and goes on where it was interrupted.

use std::sync::Arc;

use eks_core::{
    ApplyOptions, Cluster, ClusterInfo, CreateOptions, DeleteOptions, DeleteReport, Eks, Error, ErrorKind,
    Handle, LabelChange, NodeGroupInfo, Operation, PatchOptions, Plan, Resumed, Scaling, TagChange,
    TagOptions, TagReport, TaintChange,
};
use serde::Deserialize;
use serde_json::Value;

use crate::answer::{given, spec};

/// A lifecycle, as JSON: `{"method": "create", "cluster": {"name": "web"}}`. Each is the method of [`Eks`] of that name;
/// `options` may be left out.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "method", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub enum Lifecycle {
    /// A cluster from nothing, or on from where a create of it was interrupted.
    Create {
        /// The spec.
        cluster: Value,
        /// [`CreateOptions`].
        #[serde(default)]
        options: Value,
    },
    /// On with a create of which only the name is known.
    ContinueCreate {
        /// The cluster's name.
        name: String,
    },
    /// The cluster as its changed spec wants it.
    Apply {
        /// The spec.
        cluster: Value,
        /// [`ApplyOptions`].
        #[serde(default)]
        options: Value,
    },
    /// Nothing left.
    Delete {
        /// The cluster's name.
        name: String,
        /// [`DeleteOptions`].
        #[serde(default)]
        options: Value,
    },
    /// Another size of a node group.
    Scale {
        /// The cluster's name.
        cluster: String,
        /// The node group's.
        group: String,
        /// [`Scaling`].
        scaling: Value,
        /// [`PatchOptions`].
        #[serde(default)]
        options: Value,
    },
    /// Other labels of a node group.
    Label {
        /// The cluster's name.
        cluster: String,
        /// The node group's.
        group: String,
        /// [`LabelChange`].
        change: Value,
        /// [`PatchOptions`].
        #[serde(default)]
        options: Value,
    },
    /// Other taints of a node group.
    Taint {
        /// The cluster's name.
        cluster: String,
        /// The node group's.
        group: String,
        /// [`TaintChange`].
        change: Value,
        /// [`PatchOptions`].
        #[serde(default)]
        options: Value,
    },
    /// A policy more of a node group's own role.
    AttachPolicy {
        /// The cluster's name.
        cluster: String,
        /// The node group's.
        group: String,
        /// The policy.
        policy_arn: String,
    },
    /// A policy less.
    DetachPolicy {
        /// The cluster's name.
        cluster: String,
        /// The node group's.
        group: String,
        /// The policy.
        policy_arn: String,
    },
    /// Tags on everything of a cluster that costs money.
    Tag {
        /// The cluster's name.
        cluster: String,
        /// [`TagChange`].
        change: Value,
        /// [`TagOptions`].
        #[serde(default)]
        options: Value,
    },
    /// On with what a handle says.
    Resume {
        /// What `handle` gave, as JSON.
        handle: Value,
    },
}

/// A lifecycle whose parts were read.
#[derive(Clone)]
pub(crate) enum Read {
    Create(Arc<Cluster>, CreateOptions),
    ContinueCreate(String),
    Apply(Arc<Cluster>, ApplyOptions),
    Delete(String, DeleteOptions),
    Scale(String, String, Scaling, PatchOptions),
    Label(String, String, LabelChange, PatchOptions),
    Taint(String, String, TaintChange, PatchOptions),
    AttachPolicy(String, String, String),
    DetachPolicy(String, String, String),
    Tag(String, TagChange, TagOptions),
    Resume(Box<Handle>),
}

/// An operation, whatever it ends with.
pub(crate) enum Begun {
    Cluster(Operation<ClusterInfo>),
    Deleted(Operation<DeleteReport>),
    NodeGroup(Operation<NodeGroupInfo>),
    Tagged(Operation<TagReport>),
}

impl Lifecycle {
    /// Reads its parts; nothing is called.
    pub(crate) fn read(&self) -> Result<Read, Error> {
        Ok(match self {
            Self::Create { cluster, options } => Read::Create(Arc::new(spec(cluster)?), given(options)?),
            Self::ContinueCreate { name } => Read::ContinueCreate(name.clone()),
            Self::Apply { cluster, options } => Read::Apply(Arc::new(spec(cluster)?), given(options)?),
            Self::Delete { name, options } => Read::Delete(name.clone(), given(options)?),
            Self::Scale { cluster, group, scaling, options } => {
                Read::Scale(cluster.clone(), group.clone(), given(scaling)?, given(options)?)
            }
            Self::Label { cluster, group, change, options } => {
                Read::Label(cluster.clone(), group.clone(), given(change)?, given(options)?)
            }
            Self::Taint { cluster, group, change, options } => {
                Read::Taint(cluster.clone(), group.clone(), given(change)?, given(options)?)
            }
            Self::AttachPolicy { cluster, group, policy_arn } => {
                Read::AttachPolicy(cluster.clone(), group.clone(), policy_arn.clone())
            }
            Self::DetachPolicy { cluster, group, policy_arn } => {
                Read::DetachPolicy(cluster.clone(), group.clone(), policy_arn.clone())
            }
            Self::Tag { cluster, change, options } => {
                Read::Tag(cluster.clone(), given(change)?, given(options)?)
            }
            Self::Resume { handle } => Read::Resume(Box::new(Handle::from_json(&handle.to_string())?)),
        })
    }
}

impl Read {
    /// The verb, for messages.
    pub(crate) fn verb(&self) -> &str {
        match self {
            Self::Create(..) | Self::ContinueCreate(_) => "create",
            Self::Apply(..) => "apply",
            Self::Delete(..) => "delete",
            Self::Scale(..) => "scale",
            Self::Label(..) => "label",
            Self::Taint(..) => "taint",
            Self::AttachPolicy(..) => "attach policy",
            Self::DetachPolicy(..) => "detach policy",
            Self::Tag(..) => "tag",
            Self::Resume(handle) => handle.goal(),
        }
    }

    pub(crate) fn begin(&self, eks: &Eks) -> Result<Begun, Error> {
        Ok(match self {
            Self::Create(cluster, options) => Begun::Cluster(eks.create_with(cluster, options.clone())),
            Self::ContinueCreate(name) => Begun::Cluster(eks.continue_create(name)),
            Self::Apply(cluster, options) => Begun::Cluster(eks.apply_with(cluster, options.clone())),
            Self::Delete(name, options) => Begun::Deleted(eks.delete_with(name, options.clone())),
            Self::Scale(cluster, group, scaling, options) => {
                Begun::NodeGroup(eks.scale_with(cluster, group, scaling, options.clone()))
            }
            Self::Label(cluster, group, change, options) => {
                Begun::NodeGroup(eks.label_with(cluster, group, change, options.clone()))
            }
            Self::Taint(cluster, group, change, options) => {
                Begun::NodeGroup(eks.taint_with(cluster, group, change, options.clone()))
            }
            Self::AttachPolicy(cluster, group, arn) => {
                Begun::NodeGroup(eks.attach_policy(cluster, group, arn))
            }
            Self::DetachPolicy(cluster, group, arn) => {
                Begun::NodeGroup(eks.detach_policy(cluster, group, arn))
            }
            Self::Tag(cluster, change, options) => {
                Begun::Tagged(eks.tag_with(cluster, change, options.clone()))
            }
            Self::Resume(handle) => match eks.resume(Handle::clone(handle)) {
                Resumed::Create(operation) | Resumed::Apply(operation) => Begun::Cluster(operation),
                Resumed::Delete(operation) => Begun::Deleted(operation),
                Resumed::NodeGroup(operation) => Begun::NodeGroup(operation),
                Resumed::Tag(operation) => Begun::Tagged(operation),
                // `Resumed` may get more kinds.
                _ => {
                    return Err(Error::new(
                        ErrorKind::Unsupported,
                        "this kind of operation is not known here",
                    ));
                }
            },
        })
    }

    /// What it would do.
    pub(crate) async fn plan(&self, eks: &Eks) -> Result<Plan, Error> {
        match self {
            Self::Create(cluster, _) => eks.plan(cluster).await,
            Self::Apply(cluster, options) => eks.plan_with(cluster, options.clone()).await,
            Self::Delete(name, _) => eks.plan_delete(name).await,
            Self::Scale(cluster, group, scaling, _) => eks.plan_scale(cluster, group, scaling).await,
            Self::Label(cluster, group, change, _) => eks.plan_label(cluster, group, change).await,
            Self::Taint(cluster, group, change, _) => eks.plan_taint(cluster, group, change).await,
            Self::AttachPolicy(cluster, group, arn) => eks.plan_attach_policy(cluster, group, arn).await,
            Self::DetachPolicy(cluster, group, arn) => eks.plan_detach_policy(cluster, group, arn).await,
            Self::Tag(cluster, change, _) => eks.plan_tag(cluster, change).await,
            Self::ContinueCreate(_) | Self::Resume(_) => {
                Err(Error::new(ErrorKind::Unsupported, "what was begun already has no plan of its own")
                    .with_hint("Plan the spec, or look at the plan of the operation that goes on with it"))
            }
        }
    }
}
