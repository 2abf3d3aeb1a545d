//! The resource types: how each is made, changed, deleted, and when it counts as ready.
//!
//! Every type is a [`Kind`] in a file of its own family; all of them work through the public operations of
//! EC2, EKS, Auto Scaling, IAM and CloudWatch Logs, as CloudFormation does.

mod address;
mod autoscaling_group;
mod eks;
mod eks_access_entry;
mod eks_cluster;
mod eks_nodegroup;
mod gateway;
mod instance_profile;
mod launch_template;
mod log_group;
mod nat_gateway;
mod oidc_provider;
mod policy;
mod role;
mod route;
mod scene;
mod security_group;
mod security_group_rule;
mod subnet;
mod tags;
mod vpc;
mod vpc_cidr_block;
mod vpc_endpoint;
mod wait;

use serde_json::Value;

pub(crate) use scene::Scene;
pub(crate) use tags::{Tagging, tags_of};
pub(crate) use vpc_cidr_block::IPV6_BLOCK;

use crate::timing::Timing;
use crate::wire::AwsError;

/// A resource type.
#[derive(Debug)]
pub(crate) struct Kind {
    /// Such as `AWS::EC2::Subnet`.
    pub(crate) name: &'static str,
    /// The properties that it has, and what a change of each means.
    pub(crate) properties: &'static [Property],
    /// What `Fn::GetAtt` can ask for.
    pub(crate) attributes: &'static [&'static str],
    /// For types that need an IAM capability: the property that names the resource.
    pub(crate) capability: Option<&'static str>,
    /// Where its tags are kept.
    pub(crate) tagging: Tagging,
    /// Whether it waits until what it refers to is ready, and what refers to it until it is: neither can do with less.
    pub(crate) patient: bool,
    /// Makes the resource; sets its physical id as soon as there is something to delete.
    pub(crate) create: fn(&mut Scene) -> Result<(), AwsError>,
    /// Turns the resource, made with the properties given, into that of the scene.
    pub(crate) update: fn(&mut Scene, &Value) -> Result<(), AwsError>,
    pub(crate) delete: fn(&mut Scene) -> Result<(), AwsError>,
    /// When a new one counts as ready.
    pub(crate) ready: Settle,
    /// When a deleted one counts as gone.
    pub(crate) gone: Settle,
    /// What CloudFormation adds to the deletion.
    pub(crate) delete_timing: Timing,
}

/// When the effect of a call has settled.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Settle {
    /// With the call.
    AtOnce,
    /// So long after its beginning.
    After(Timing),
    /// When this says so.
    When(fn(&mut Scene) -> Result<bool, AwsError>),
}

/// A property of a type.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Property {
    pub(crate) name: &'static str,
    pub(crate) required: bool,
    pub(crate) replaces: bool,
}

/// A property that can change in place.
const fn mutable(name: &'static str) -> Property {
    Property { name, required: false, replaces: false }
}

/// A property whose change makes a new resource.
const fn fixed(name: &'static str) -> Property {
    Property { name, required: false, replaces: true }
}

impl Property {
    const fn required(mut self) -> Self {
        self.required = true;
        self
    }
}

/// What most types are like.
const PLAIN: Kind = Kind {
    name: "",
    properties: &[],
    attributes: &[],
    capability: None,
    tagging: Tagging::None,
    patient: false,
    create: |_| Ok(()),
    update: |_, _| Ok(()),
    delete: |_| Ok(()),
    ready: Settle::AtOnce,
    gone: Settle::AtOnce,
    delete_timing: Timing::StackResource,
};

const KINDS: [&Kind; 28] = [
    &vpc::VPC,
    &vpc_cidr_block::VPC_CIDR_BLOCK,
    &subnet::SUBNET,
    &gateway::INTERNET_GATEWAY,
    &gateway::EGRESS_ONLY_INTERNET_GATEWAY,
    &gateway::VPC_GATEWAY_ATTACHMENT,
    &route::ROUTE_TABLE,
    &route::ROUTE,
    &route::SUBNET_ROUTE_TABLE_ASSOCIATION,
    &address::EIP,
    &nat_gateway::NAT_GATEWAY,
    &vpc_endpoint::VPC_ENDPOINT,
    &security_group::SECURITY_GROUP,
    &security_group_rule::SECURITY_GROUP_INGRESS,
    &security_group_rule::SECURITY_GROUP_EGRESS,
    &launch_template::LAUNCH_TEMPLATE,
    &autoscaling_group::AUTO_SCALING_GROUP,
    &log_group::LOG_GROUP,
    &role::ROLE,
    &policy::POLICY,
    &policy::MANAGED_POLICY,
    &instance_profile::INSTANCE_PROFILE,
    &oidc_provider::OIDC_PROVIDER,
    &eks_cluster::CLUSTER,
    &eks_nodegroup::NODEGROUP,
    &eks_access_entry::ACCESS_ENTRY,
    &wait::WAIT_CONDITION_HANDLE,
    &wait::WAIT_CONDITION,
];

/// The type called `name`.
pub(crate) fn kind(name: &str) -> Option<&'static Kind> {
    KINDS.into_iter().find(|kind| kind.name == name)
}

impl Kind {
    pub(crate) fn has_attribute(&self, name: &str) -> bool {
        self.attributes.contains(&name)
    }

    /// Refuses resolved properties that the type does not have, or that lack what it needs.
    pub(crate) fn check(&self, logical_id: &str, properties: &Value) -> Result<(), AwsError> {
        let given = properties.as_object().cloned().unwrap_or_default();
        let unknown = given.keys().find(|name| !self.properties.iter().any(|known| known.name == **name));
        let missing = self.properties.iter().find(|known| known.required && !given.contains_key(known.name));
        let what = match (missing, unknown) {
            (Some(missing), _) => format!("#: required key [{}] not found", missing.name),
            (None, Some(unknown)) => format!("#: extraneous key [{unknown}] is not permitted"),
            (None, None) => return Ok(()),
        };
        Err(AwsError::new(
            "InvalidRequest",
            format!("Properties validation failed for resource {logical_id} with message:\n{what}"),
        ))
    }

    /// Whether the way from `before` to `after` needs a new resource.
    pub(crate) fn replaced_by(&self, before: &Value, after: &Value) -> bool {
        self.properties
            .iter()
            .filter(|property| property.replaces)
            .any(|property| before.get(property.name) != after.get(property.name))
    }
}
