//! Auto Scaling groups, whose tags new instances get, too.

use aws_sdk_autoscaling::types::Tag;

use super::in_chunks;
use crate::aws::{Refusal, Service, Wire};
use crate::plan::TagThings;

/// Groups in one request: each tag of each group is an entry of its own.
const MOST: usize = 10;

/// New tags first: what is to go is gone at the latest when the request is repeated.
pub(super) async fn tag(wire: &Wire, request: &TagThings) -> Result<(), Refusal> {
    let TagThings { part, ids, set, gone, for_instances } = request;
    let tag =
        |name: &str, key: &str| Tag::builder().resource_id(name).resource_type("auto-scaling-group").key(key);
    if !set.is_empty() {
        in_chunks(ids, MOST, |names| {
            let call = Service::AutoScaling.mutate("CreateOrUpdateTags", part.name());
            let tags = names.iter().flat_map(|name| {
                set.iter().map(move |(key, value)| {
                    tag(name, key).value(value).propagate_at_launch(*for_instances).build()
                })
            });
            let request = wire.autoscaling().create_or_update_tags().set_tags(Some(tags.collect()));
            async move { wire.send(&call, || request.send()).await.map(drop) }
        })
        .await?;
    }
    if gone.is_empty() {
        return Ok(());
    }
    in_chunks(ids, MOST, |names| {
        let call = Service::AutoScaling.mutate("DeleteTags", part.name());
        let tags = names.iter().flat_map(|name| gone.iter().map(move |key| tag(name, key).build()));
        let request = wire.autoscaling().delete_tags().set_tags(Some(tags.collect()));
        async move { wire.send(&call, || request.send()).await.map(drop) }
    })
    .await
}
