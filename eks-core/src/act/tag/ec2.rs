//! Instances, volumes and launch templates: whatever has an id in EC2.

use aws_sdk_ec2::types::Tag;

use super::in_chunks;
use crate::aws::{Refusal, Service, Wire};
use crate::plan::TagThings;

/// AWS takes a thousand ids in one request, and recommends smaller batches (API reference of CreateTags).
const MOST: usize = 200;

/// New tags first: what is to go is gone at the latest when the request is repeated.
pub(super) async fn tag(wire: &Wire, request: &TagThings) -> Result<(), Refusal> {
    let TagThings { part, ids, set, gone, .. } = request;
    if !set.is_empty() {
        let tags: Vec<Tag> =
            set.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect();
        in_chunks(ids, MOST, |ids| {
            let call = Service::Ec2.mutate("CreateTags", part.name());
            let request = wire.ec2().create_tags().set_resources(Some(ids.to_vec()));
            let request = request.set_tags(Some(tags.clone()));
            async move { wire.send(&call, || request.send()).await.map(drop) }
        })
        .await?;
    }
    if gone.is_empty() {
        return Ok(());
    }
    let tags: Vec<Tag> = gone.iter().map(|key| Tag::builder().key(key).build()).collect();
    in_chunks(ids, MOST, |ids| {
        let call = Service::Ec2.mutate("DeleteTags", part.name());
        let request = wire.ec2().delete_tags().set_resources(Some(ids.to_vec()));
        let request = request.set_tags(Some(tags.clone()));
        async move { wire.send(&call, || request.send()).await.map(drop) }
    })
    .await
}
