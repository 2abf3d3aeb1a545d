//! EKS: clusters, and what belongs to them.
//!
//! | file | what |
//! |---|---|
//! | `shapes` | what the service model says of each request |
//! | `cluster*`, `nodegroup*`, `node`, `autoscaling_group`, `fargate_profile`, `addon`, `access_entry`, `pod_identity` | the resources |
//! | `update`, `conflict` | update objects, and what excludes what |
//! | `version`, `addon_catalogue`, `addon_schema`, `access_policy`, `ami` | what EKS offers, as data |
//! | `role`, `network`, `launch_template`, `instance_type` | what EKS asks IAM and EC2 |

mod access_entry;
mod access_policy;
mod addon;
mod addon_catalogue;
mod addon_schema;
mod ami;
mod auto_mode;
mod autoscaling_group;
mod certificate;
mod cluster;
mod cluster_config;
mod cluster_create;
mod cluster_delete;
mod cluster_version;
mod conflict;
mod encryption;
mod error;
mod fargate_profile;
mod image_parameter;
mod instance_type;
mod launch_template;
mod log_group;
mod members;
mod network;
mod node;
mod nodegroup;
mod nodegroup_config;
mod nodegroup_create;
mod nodegroup_delete;
mod nodegroup_rules;
mod nodegroup_version;
mod page;
mod pod_identity;
mod published_image;
mod role;
mod shapes;
mod status;
mod tags;
mod update;
mod user_data;
mod version;
mod view;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::wire::{Answer, AwsError, Call, EKS_ROUTES};
use crate::world::World;

pub(crate) use self::{
    access_entry::AccessScope,
    autoscaling_group::{Fleet, Member, fleet, lose_autoscaling_group, resize, take_out},
    certificate::CertificateAuthority,
    cluster::Cluster,
    image_parameter::image_parameters,
    node::Node,
    nodegroup::Scaling,
    published_image::{PublishedImage, published_images},
    tags::put_system_tags,
    view::{cluster_by_endpoint, cluster_by_id, cluster_by_id_mut, cluster_by_name},
};

/// What the service knows of a region.
#[derive(Default)]
pub(crate) struct State {
    /// By name.
    clusters: BTreeMap<String, Cluster>,
    /// Names by id: each request to an API server names its cluster so.
    names: BTreeMap<String, String>,
    /// Ids of clusters that may have changed since this was last taken.
    changed: BTreeSet<String>,
}

impl State {
    fn cluster(&self, name: &str) -> Option<&Cluster> {
        self.clusters.get(name)
    }

    /// The cluster, to be changed perhaps: whoever watches it looks again. That is once too often where it is only
    /// read, and never too seldom.
    fn cluster_mut(&mut self, name: &str) -> Option<&mut Cluster> {
        let cluster = self.clusters.get_mut(name)?;
        if !self.changed.contains(&cluster.id) {
            self.changed.insert(cluster.id.clone());
        }
        Some(cluster)
    }

    /// Ids of clusters that may have changed since this was last asked.
    pub(crate) fn take_changed(&mut self) -> BTreeSet<String> {
        std::mem::take(&mut self.changed)
    }

    fn add(&mut self, cluster: Cluster) {
        self.names.insert(cluster.id.clone(), cluster.name.clone());
        self.clusters.insert(cluster.name.clone(), cluster);
    }

    fn remove(&mut self, name: &str) -> Option<Cluster> {
        let removed = self.clusters.remove(name)?;
        self.names.remove(&removed.id);
        self.changed.insert(removed.id.clone());
        Some(removed)
    }
}

pub(crate) fn operations() -> impl Iterator<Item = &'static str> {
    EKS_ROUTES.iter().map(|(_, _, name)| *name)
}

pub(crate) fn call(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    answer(world, call).map(Answer::Json).map_err(error::modelled)
}

fn answer(world: &mut World, call: &Call) -> Result<Value, AwsError> {
    shapes::check(&call.operation, call.json())?;
    match call.operation.as_str() {
        "CreateCluster" => cluster_create::create(world, call),
        "DescribeCluster" => cluster::describe(world, call),
        "ListClusters" => cluster::list(world, call),
        "UpdateClusterConfig" => cluster_config::update(world, call),
        "AssociateEncryptionConfig" => encryption::associate(world, call),
        "UpdateClusterVersion" => cluster_version::update(world, call),
        "DeleteCluster" => cluster_delete::delete(world, call),
        "CreateNodegroup" => nodegroup_create::create(world, call),
        "DescribeNodegroup" => nodegroup::describe(world, call),
        "ListNodegroups" => nodegroup::list(world, call),
        "UpdateNodegroupConfig" => nodegroup_config::update(world, call),
        "UpdateNodegroupVersion" => nodegroup_version::update(world, call),
        "DeleteNodegroup" => nodegroup_delete::delete(world, call),
        "CreateFargateProfile" => fargate_profile::create(world, call),
        "DescribeFargateProfile" => fargate_profile::describe(world, call),
        "ListFargateProfiles" => fargate_profile::list(world, call),
        "DeleteFargateProfile" => fargate_profile::delete(world, call),
        "CreateAddon" => addon::create(world, call),
        "DescribeAddon" => addon::describe(world, call),
        "ListAddons" => addon::list(world, call),
        "UpdateAddon" => addon::update(world, call),
        "DeleteAddon" => addon::delete(world, call),
        "DescribeAddonVersions" => addon_catalogue::describe_versions(world, call),
        "DescribeAddonConfiguration" => addon_schema::describe(world, call),
        "CreateAccessEntry" => access_entry::create(world, call),
        "DescribeAccessEntry" => access_entry::describe(world, call),
        "ListAccessEntries" => access_entry::list(world, call),
        "UpdateAccessEntry" => access_entry::update(world, call),
        "DeleteAccessEntry" => access_entry::delete(world, call),
        "AssociateAccessPolicy" => access_policy::associate(world, call),
        "ListAssociatedAccessPolicies" => access_policy::list_associated(world, call),
        "DisassociateAccessPolicy" => access_policy::disassociate(world, call),
        "ListAccessPolicies" => access_policy::list(call),
        "CreatePodIdentityAssociation" => pod_identity::create(world, call),
        "DescribePodIdentityAssociation" => pod_identity::describe(world, call),
        "ListPodIdentityAssociations" => pod_identity::list(world, call),
        "UpdatePodIdentityAssociation" => pod_identity::update(world, call),
        "DeletePodIdentityAssociation" => pod_identity::delete(world, call),
        "DescribeClusterVersions" => version::describe(world, call),
        "ListUpdates" => update::list(world, call),
        "DescribeUpdate" => update::describe(world, call),
        "TagResource" => tags::tag(world, call),
        "UntagResource" => tags::untag(world, call),
        "ListTagsForResource" => tags::list(world, call),
        operation => {
            Err(AwsError::new("UnknownOperationException", format!("{operation} is unknown")).status(404))
        }
    }
}
