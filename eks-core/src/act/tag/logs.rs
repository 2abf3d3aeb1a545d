//! The log group of a control plane, by its ARN.

use super::super::gone_is_done;
use crate::aws::{Refusal, Service, Wire};
use crate::plan::TagThings;

/// New tags first: what is to go is gone at the latest when the request is repeated.
pub(super) async fn tag(wire: &Wire, request: &TagThings) -> Result<(), Refusal> {
    let TagThings { ids, set, gone, .. } = request;
    for arn in ids {
        if !set.is_empty() {
            let call = Service::Logs.mutate("TagResource", format!("log group {arn}"));
            let tags = set.clone().into_iter().collect();
            let request = wire.logs().tag_resource().resource_arn(arn).set_tags(Some(tags));
            gone_is_done(wire.send(&call, || request.send()).await)?;
        }
        if !gone.is_empty() {
            let call = Service::Logs.mutate("UntagResource", format!("log group {arn}"));
            let keys = gone.iter().cloned().collect();
            let request = wire.logs().untag_resource().resource_arn(arn).set_tag_keys(Some(keys));
            gone_is_done(wire.send(&call, || request.send()).await)?;
        }
    }
    Ok(())
}
