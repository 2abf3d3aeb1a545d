//! Load balancers of both generations, and target groups.

use aws_sdk_elasticloadbalancing::types::{Tag as ClassicTag, TagKeyOnly};
use aws_sdk_elasticloadbalancingv2::types::Tag;

use super::in_chunks;
use crate::aws::{Refusal, Service, Wire};
use crate::plan::TagThings;

/// As many in one request as DescribeTags takes (API reference); of classic ones one.
const MOST: usize = 20;

/// New tags first: what is to go is gone at the latest when the request is repeated.
pub(super) async fn tag(wire: &Wire, request: &TagThings) -> Result<(), Refusal> {
    let (arns, names): (Vec<String>, Vec<String>) =
        request.ids.iter().cloned().partition(|id| id.starts_with("arn:"));
    let classic = in_chunks(&names, 1, |names| classic(wire, names, request)).await;
    classic.and(in_chunks(&arns, MOST, |arns| others(wire, arns, request)).await)
}

async fn classic(wire: &Wire, names: &[String], request: &TagThings) -> Result<(), Refusal> {
    let TagThings { set, gone, .. } = request;
    if !set.is_empty() {
        let call = Service::Elb.mutate("AddTags", format!("load balancer {}", names.join(", ")));
        // What is built lacks no key.
        let tags =
            set.iter().filter_map(|(key, value)| ClassicTag::builder().key(key).value(value).build().ok());
        let request = wire.elb().add_tags().set_load_balancer_names(Some(names.to_vec()));
        wire.send(&call, || request.set_tags(Some(tags.collect())).send()).await?;
    }
    if gone.is_empty() {
        return Ok(());
    }
    let call = Service::Elb.mutate("RemoveTags", format!("load balancer {}", names.join(", ")));
    let keys = gone.iter().map(|key| TagKeyOnly::builder().key(key).build());
    let request = wire.elb().remove_tags().set_load_balancer_names(Some(names.to_vec()));
    wire.send(&call, || request.set_tags(Some(keys.collect())).send()).await.map(drop)
}

async fn others(wire: &Wire, arns: &[String], request: &TagThings) -> Result<(), Refusal> {
    let TagThings { part, set, gone, .. } = request;
    if !set.is_empty() {
        let call = Service::ElbV2.mutate("AddTags", part.name());
        let tags = set.iter().map(|(key, value)| Tag::builder().key(key).value(value).build());
        let request = wire.elbv2().add_tags().set_resource_arns(Some(arns.to_vec()));
        wire.send(&call, || request.set_tags(Some(tags.collect())).send()).await?;
    }
    if gone.is_empty() {
        return Ok(());
    }
    let call = Service::ElbV2.mutate("RemoveTags", part.name());
    let request = wire.elbv2().remove_tags().set_resource_arns(Some(arns.to_vec()));
    wire.send(&call, || request.set_tag_keys(Some(gone.iter().cloned().collect())).send()).await.map(drop)
}
