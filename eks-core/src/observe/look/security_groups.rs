//! Security groups that the spec names.

use std::collections::BTreeMap;

use super::zones::filter;
use crate::aws::{Refusal, Service, Wire};
use crate::observe::Seen;

/// The VPC of each. A filter instead of ids: one unknown id would make the whole answer an error.
pub(super) async fn look(wire: &Wire, ids: &[String]) -> Result<BTreeMap<String, Seen<String>>, Refusal> {
    let mut groups: BTreeMap<_, _> = ids.iter().map(|id| (id.clone(), Seen::Absent)).collect();
    if ids.is_empty() {
        return Ok(groups);
    }
    let call = Service::Ec2.read("DescribeSecurityGroups", "");
    let pages =
        || wire.ec2().describe_security_groups().filters(filter("group-id", ids)).into_paginator().send();
    let pages = wire.pages(&call, pages).await?;
    let found = pages.into_iter().filter_map(|page| page.security_groups).flatten();
    groups.extend(found.filter_map(|group| Some((group.group_id?, Seen::Present(group.vpc_id?)))));
    Ok(groups)
}
