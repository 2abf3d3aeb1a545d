//! Tags: of EKS resources here, of what AWS and controllers keep in `tag/`, one file for each service.

#[cfg(feature = "ec2")]
mod autoscaling;
mod billing;
#[cfg(feature = "ec2")]
mod ec2;
#[cfg(feature = "ec2")]
mod load_balancers;
mod logs;

use std::collections::BTreeMap;

pub(super) use billing::activate;

use super::eks_tags;
#[cfg(feature = "ec2")]
use crate::aws::Class;
use crate::aws::{Refusal, Service, Wire};
use crate::plan::{Part, TagThings};

pub(super) async fn tag(wire: &Wire, arn: &str, tags: &BTreeMap<String, String>) -> Result<(), Refusal> {
    let call = Service::Eks.mutate("TagResource", arn);
    let request = wire.eks().tag_resource().resource_arn(arn).set_tags(eks_tags(tags));
    wire.send(&call, || request.send()).await.map(drop)
}

/// New tags first: what is to go is gone at the latest when the request is repeated.
pub(super) async fn retag(
    wire: &Wire,
    arn: &str,
    set: &BTreeMap<String, String>,
    gone: &[String],
) -> Result<(), Refusal> {
    if !set.is_empty() {
        tag(wire, arn, set).await?;
    }
    if gone.is_empty() {
        return Ok(());
    }
    let call = Service::Eks.mutate("UntagResource", arn);
    let request = wire.eks().untag_resource().resource_arn(arn).set_tag_keys(Some(gone.to_vec()));
    wire.send(&call, || request.send()).await.map(drop)
}

/// Puts tags on things of one kind, and takes others off.
pub(super) async fn things(wire: &Wire, request: &TagThings) -> Result<(), Refusal> {
    match request.part {
        #[cfg(feature = "ec2")]
        Part::AutoScalingGroups => autoscaling::tag(wire, request).await,
        #[cfg(feature = "ec2")]
        Part::LaunchTemplates | Part::Instances | Part::Volumes => ec2::tag(wire, request).await,
        #[cfg(feature = "ec2")]
        Part::LoadBalancers => load_balancers::tag(wire, request).await,
        Part::LogGroup => logs::tag(wire, request).await,
        // Without EC2 nobody sees them, so nobody asks for this.
        #[cfg(not(feature = "ec2"))]
        _ => Ok(()),
    }
}

/// Sends for all `ids` at once, so many in a call. AWS takes all or none: where one is gone, or has no room for more tags,
/// each is sent alone; what is gone needs no tags, and the first other refusal is returned at the end.
#[cfg(feature = "ec2")]
async fn in_chunks<'a, I, F>(ids: &'a [I], most: usize, send: impl Fn(&'a [I]) -> F) -> Result<(), Refusal>
where
    F: Future<Output = Result<(), Refusal>>,
{
    let mut outcome = Ok(());
    for ids in ids.chunks(most) {
        match send(ids).await {
            Err(refusal) if matches!(refusal.class, Class::Gone | Class::Quota) => {
                for id in ids {
                    outcome = outcome.and(super::gone_is_done(send(std::slice::from_ref(id)).await));
                }
            }
            answer => outcome = outcome.and(answer),
        }
    }
    outcome
}
