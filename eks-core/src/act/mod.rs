//! DOES IT: the only calls that change anything. Each sends what a [`Request`] says and decides nothing.
//!
//! A create or update that is refused with `AlreadyThere` is the loop's to settle, by looking; a delete of
//! what does not exist has succeeded.

mod access_entry;
mod addon;
mod change_set;
mod cluster;
mod delete;
mod exposed;
mod fargate_profile;
#[cfg(feature = "ec2")]
mod leftovers;
#[cfg(feature = "ec2")]
mod load_balancers;
mod log_group;
mod node_group;
mod pod_identity;
mod policies;
mod stack;
mod tag;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};

use aws_sdk_eks::types::Update;

use crate::aws::{Class, Refusal, Wire};
use crate::kubernetes::ApiServer;
use crate::plan::Request;

/// The id of the update that was begun, if EKS made one.
pub(crate) type Begun = Option<String>;

/// Sends a request once. `token` makes it safe to repeat, where AWS takes one: 33 to 126 characters of
/// `[A-Za-z0-9-]` (facts/aws.md §4). `server` is the cluster's own, if there is a way to it.
pub(crate) async fn perform(
    wire: &Wire,
    server: Option<&ApiServer>,
    request: &Request,
    token: &str,
) -> Result<Begun, Refusal> {
    let done = match request {
        Request::UpdateNodeGroup(request) => return node_group::update(wire, request, token).await,
        Request::UpdateClusterConfig(request) => return cluster::update(wire, request, token).await,
        Request::DisableDeletionProtection { cluster } => {
            return cluster::unprotect(wire, cluster, token).await;
        }
        Request::UpdateAddon(request) => return addon::update(wire, request, token).await,
        Request::UpdateNodeGroupVersion(request) => {
            return node_group::update_version(wire, request, token).await;
        }
        Request::CreateStack(request) => stack::create(wire, request, token).await,
        Request::UpdateStack(request) => stack::update(wire, request, token).await,
        Request::DeleteStack(request) => stack::delete(wire, request, token).await,
        Request::DisableTerminationProtection { stack } => stack::unprotect(wire, stack).await,
        Request::DeleteOidcProvider { arn } => delete::oidc_provider(wire, arn).await,
        Request::CreateChangeSet(request) => change_set::create(wire, request).await,
        Request::ExecuteChangeSet(set) => change_set::execute(wire, set, token).await,
        Request::DeleteChangeSet(set) => change_set::delete(wire, set).await,
        Request::CreateCluster(request) => cluster::create(wire, request, token).await,
        Request::CreateNodeGroup(request) => node_group::create(wire, request, token).await,
        Request::UpdateAccessEntry(request) => access_entry::update(wire, request, token).await,
        Request::DeleteAccessEntry { cluster, principal } => {
            delete::access_entry(wire, cluster, principal).await
        }
        Request::Retag { arn, set, gone } => tag::retag(wire, arn, set, gone).await,
        Request::TagThings(request) => tag::things(wire, request).await,
        Request::ActivateCostTags { keys } => tag::activate(wire, keys).await,
        Request::RemoveAddon { cluster, addon } => delete::whole_addon(wire, cluster, addon).await,
        Request::CreateFargateProfile(request) => fargate_profile::create(wire, request, token).await,
        Request::CreateAddon(request) => addon::create(wire, request, token).await,
        Request::CreateAccessEntry(request) => access_entry::create(wire, request, token).await,
        Request::CreatePodIdentityAssociation(request) => pod_identity::create(wire, request, token).await,
        Request::UpdatePodIdentityAssociation(request) => pod_identity::update(wire, request, token).await,
        Request::DeletePodIdentityAssociation { cluster, id, association } => {
            pod_identity::delete(wire, cluster, id, association).await
        }
        Request::Tag { arn, tags } => tag::tag(wire, arn, tags).await,
        Request::DeleteNodeGroup { cluster, group } => delete::node_group(wire, cluster, group).await,
        Request::DeleteFargateProfile { cluster, profile } => {
            delete::fargate_profile(wire, cluster, profile).await
        }
        Request::DeleteAddon { cluster, addon } => delete::addon(wire, cluster, addon).await,
        Request::DetachPolicies { policies, .. } => policies::detach(wire, policies).await,
        Request::DeleteCluster { cluster } => delete::cluster(wire, cluster).await,
        Request::DeleteExposed { paths } => exposed::delete(server, paths).await,
        Request::PutLogRetention { name, days } => log_group::keep(wire, name, *days).await,
        Request::DeleteLogGroup { name } => log_group::delete(wire, name).await,
        #[cfg(feature = "ec2")]
        Request::DeleteLoadBalancers { load_balancers, target_groups } => {
            load_balancers::delete(wire, load_balancers, target_groups).await
        }
        #[cfg(feature = "ec2")]
        Request::DeleteLeftovers { network_interfaces, security_groups, referring } => {
            leftovers::delete(wire, network_interfaces, security_groups, referring).await
        }
        // Without EC2 nobody sees leftovers, so nobody asks for this.
        #[cfg(not(feature = "ec2"))]
        Request::DeleteLoadBalancers { .. } | Request::DeleteLeftovers { .. } => Ok(()),
    };
    done.map(|()| None)
}

/// The update's id.
fn begun(update: Option<Update>) -> Begun {
    update.and_then(|update| update.id)
}

/// What is gone was to go.
fn gone_is_done<T>(answer: Result<T, Refusal>) -> Result<(), Refusal> {
    match answer {
        Err(refusal) if refusal.class != Class::Gone => Err(refusal),
        _ => Ok(()),
    }
}

/// Tags, as EKS takes them. `None` for none.
fn eks_tags(tags: &BTreeMap<String, String>) -> Option<HashMap<String, String>> {
    (!tags.is_empty()).then(|| tags.clone().into_iter().collect())
}
