//! Deletes of EKS resources, and of what goes with them.

use super::gone_is_done;
use crate::aws::{Refusal, Service, Wire};

pub(super) async fn node_group(wire: &Wire, cluster: &str, group: &str) -> Result<(), Refusal> {
    let call = Service::Eks.mutate("DeleteNodegroup", format!("node group {group}"));
    let request = wire.eks().delete_nodegroup().cluster_name(cluster).nodegroup_name(group);
    gone_is_done(wire.send(&call, || request.send()).await)
}

pub(super) async fn fargate_profile(wire: &Wire, cluster: &str, profile: &str) -> Result<(), Refusal> {
    let call = Service::Eks.mutate("DeleteFargateProfile", format!("Fargate profile {profile}"));
    let request = wire.eks().delete_fargate_profile().cluster_name(cluster).fargate_profile_name(profile);
    gone_is_done(wire.send(&call, || request.send()).await)
}

/// What it runs stays until the add-on is made anew, as it may be all that there is of DNS or of the pods' network
/// (facts/aws.md §2.6).
pub(super) async fn addon(wire: &Wire, cluster: &str, addon: &str) -> Result<(), Refusal> {
    let call = Service::Eks.mutate("DeleteAddon", format!("add-on {addon}"));
    let request = wire.eks().delete_addon().cluster_name(cluster).addon_name(addon).preserve(true);
    gone_is_done(wire.send(&call, || request.send()).await)
}

pub(super) async fn cluster(wire: &Wire, cluster: &str) -> Result<(), Refusal> {
    let call = Service::Eks.mutate("DeleteCluster", format!("cluster {cluster}"));
    gone_is_done(wire.send(&call, || wire.eks().delete_cluster().name(cluster).send()).await)
}

/// An OIDC provider of IAM.
pub(super) async fn oidc_provider(wire: &Wire, arn: &str) -> Result<(), Refusal> {
    let call = Service::Iam.mutate("DeleteOpenIDConnectProvider", format!("OIDC provider {arn}"));
    let request = wire.iam().delete_open_id_connect_provider().open_id_connect_provider_arn(arn);
    gone_is_done(wire.send(&call, || request.send()).await)
}

/// With all that it runs: the spec wants it no more.
pub(super) async fn whole_addon(wire: &Wire, cluster: &str, addon: &str) -> Result<(), Refusal> {
    let call = Service::Eks.mutate("DeleteAddon", format!("add-on {addon}"));
    let request = wire.eks().delete_addon().cluster_name(cluster).addon_name(addon);
    gone_is_done(wire.send(&call, || request.send()).await)
}

pub(super) async fn access_entry(wire: &Wire, cluster: &str, principal: &str) -> Result<(), Refusal> {
    let call = Service::Eks.mutate("DeleteAccessEntry", format!("access entry {principal}"));
    let request = wire.eks().delete_access_entry().cluster_name(cluster).principal_arn(principal);
    gone_is_done(wire.send(&call, || request.send()).await)
}
