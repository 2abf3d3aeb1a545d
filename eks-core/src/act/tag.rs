//! Tags of EKS resources.

use std::collections::BTreeMap;

use super::eks_tags;
use crate::aws::{Refusal, Service, Wire};

pub(super) async fn tag(wire: &Wire, arn: &str, tags: &BTreeMap<String, String>) -> Result<(), Refusal> {
    let call = Service::Eks.mutate("TagResource", arn);
    let request = wire.eks().tag_resource().resource_arn(arn).set_tags(eks_tags(tags));
    wire.send(&call, request.send()).await.map(drop)
}
