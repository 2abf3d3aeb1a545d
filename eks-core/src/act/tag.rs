//! Tags of EKS resources.

use std::collections::BTreeMap;

use super::eks_tags;
use crate::aws::{Refusal, Service, Wire};

pub(super) async fn tag(wire: &Wire, arn: &str, tags: &BTreeMap<String, String>) -> Result<(), Refusal> {
    let call = Service::Eks.mutate("TagResource", arn);
    let request = wire.eks().tag_resource().resource_arn(arn).set_tags(eks_tags(tags));
    wire.send(&call, request.send()).await.map(drop)
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
    wire.send(&call, request.send()).await.map(drop)
}
