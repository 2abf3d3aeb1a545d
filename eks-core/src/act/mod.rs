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
use std::future::Future;
#[cfg(not(feature = "ec2"))]
use std::future::ready;

use aws_sdk_eks::types::Update;
use futures_util::future::BoxFuture;
use futures_util::{FutureExt, TryFutureExt};

use crate::aws::{Class, Refusal, Wire};
use crate::kubernetes::ApiServer;
use crate::plan::Request;

/// The id of the update that was begun, if EKS made one.
pub(crate) type Begun = Option<String>;

/// Sends a request once. `token` makes it safe to repeat, where AWS takes one: 33 to 126 characters of
/// `[A-Za-z0-9-]` (facts/aws.md §4). `server` is the cluster's own, if there is a way to it.
///
/// Each request is in a box of its own size, as questions are.
pub(crate) fn perform<'a>(
    wire: &'a Wire,
    server: Option<&'a ApiServer>,
    request: &'a Request,
    token: &'a str,
) -> Performing<'a> {
    match request {
        Request::UpdateNodeGroup(request) => node_group::update(wire, request, token).boxed(),
        Request::UpdateClusterConfig(request) => cluster::update(wire, request, token).boxed(),
        Request::DisableDeletionProtection { cluster } => cluster::unprotect(wire, cluster, token).boxed(),
        Request::UpdateAddon(request) => addon::update(wire, request, token).boxed(),
        Request::UpdateNodeGroupVersion(request) => node_group::update_version(wire, request, token).boxed(),
        Request::CreateStack(request) => done(stack::create(wire, request, token)),
        Request::UpdateStack(request) => done(stack::update(wire, request, token)),
        Request::DeleteStack(request) => done(stack::delete(wire, request, token)),
        Request::DisableTerminationProtection { stack } => done(stack::unprotect(wire, stack)),
        Request::DeleteOidcProvider { arn } => done(delete::oidc_provider(wire, arn)),
        Request::CreateChangeSet(request) => done(change_set::create(wire, request)),
        Request::ExecuteChangeSet(set) => done(change_set::execute(wire, set, token)),
        Request::DeleteChangeSet(set) => done(change_set::delete(wire, set)),
        Request::CreateCluster(request) => done(cluster::create(wire, request, token)),
        Request::CreateNodeGroup(request) => done(node_group::create(wire, request, token)),
        Request::UpdateAccessEntry(request) => done(access_entry::update(wire, request, token)),
        Request::DeleteAccessEntry { cluster, principal } => {
            done(delete::access_entry(wire, cluster, principal))
        }
        Request::Retag { arn, set, gone } => done(tag::retag(wire, arn, set, gone)),
        Request::TagThings(request) => done(tag::things(wire, request)),
        Request::ActivateCostTags { keys } => done(tag::activate(wire, keys)),
        Request::RemoveAddon { cluster, addon } => done(delete::whole_addon(wire, cluster, addon)),
        Request::CreateFargateProfile(request) => done(fargate_profile::create(wire, request, token)),
        Request::CreateAddon(request) => done(addon::create(wire, request, token)),
        Request::CreateAccessEntry(request) => done(access_entry::create(wire, request, token)),
        Request::CreatePodIdentityAssociation(request) => done(pod_identity::create(wire, request, token)),
        Request::UpdatePodIdentityAssociation(request) => done(pod_identity::update(wire, request, token)),
        Request::DeletePodIdentityAssociation { cluster, id, association } => {
            done(pod_identity::delete(wire, cluster, id, association))
        }
        Request::Tag { arn, tags } => done(tag::tag(wire, arn, tags)),
        Request::DeleteNodeGroup { cluster, group } => done(delete::node_group(wire, cluster, group)),
        Request::DeleteFargateProfile { cluster, profile } => {
            done(delete::fargate_profile(wire, cluster, profile))
        }
        Request::DeleteAddon { cluster, addon } => done(delete::addon(wire, cluster, addon)),
        Request::DetachPolicies { policies, .. } => done(policies::detach(wire, policies)),
        Request::DeleteCluster { cluster } => done(delete::cluster(wire, cluster)),
        Request::DeleteExposed { paths } => done(exposed::delete(server, paths)),
        Request::PutLogRetention { name, days } => done(log_group::keep(wire, name, *days)),
        Request::DeleteLogGroup { name } => done(log_group::delete(wire, name)),
        #[cfg(feature = "ec2")]
        Request::DeleteLoadBalancers { load_balancers, target_groups } => {
            done(load_balancers::delete(wire, load_balancers, target_groups))
        }
        #[cfg(feature = "ec2")]
        Request::DeleteLeftovers { network_interfaces, security_groups, referring } => {
            done(leftovers::delete(wire, network_interfaces, security_groups, referring))
        }
        // Without EC2 nobody sees leftovers, so nobody asks for this.
        #[cfg(not(feature = "ec2"))]
        Request::DeleteLoadBalancers { .. } | Request::DeleteLeftovers { .. } => done(ready(Ok(()))),
    }
}

/// A request on its way.
type Performing<'a> = BoxFuture<'a, Result<Begun, Refusal>>;

/// What begins no update.
fn done<'a>(request: impl Future<Output = Result<(), Refusal>> + Send + 'a) -> Performing<'a> {
    request.map_ok(|()| None).boxed()
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
