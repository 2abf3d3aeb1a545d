//! The log group of a control plane, by its ARN.

use std::collections::BTreeMap;

use super::super::seen;
use crate::aws::{Refusal, Service, Wire};
use crate::observe::Seen;
use crate::observe::tagged::Tagged;

/// Nothing, where no logs were ever written.
pub(super) async fn look(wire: &Wire, arn: &str) -> Result<Tagged, Refusal> {
    let call = Service::Logs.read("ListTagsForResource", format!("log group {arn}"));
    let request = wire.logs().list_tags_for_resource().resource_arn(arn);
    let Seen::Present(answer) = seen(wire.send(&call, || request.send()).await)? else {
        return Ok(Tagged::default());
    };
    let tags = answer.tags.into_iter().flatten().collect();
    Ok(Tagged::of(BTreeMap::from([(arn.to_owned(), tags)])))
}
