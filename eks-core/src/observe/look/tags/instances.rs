//! Instances of a cluster, whoever launched them: managed node groups, one's own groups, Karpenter, Auto Mode.

use super::super::zones::filter;
use super::{is_of, keys, map};
use crate::aws::{Refusal, Service, Wire};
use crate::observe::tagged::Tagged;

pub(super) async fn look(wire: &Wire, cluster: &str) -> Result<Tagged, Refusal> {
    let call = Service::Ec2.read("DescribeInstances", format!("cluster {cluster}"));
    let request = wire
        .ec2()
        .describe_instances()
        .filters(filter("tag-key", keys(cluster)))
        .filters(filter("instance-state-name", ["pending", "running", "stopping", "stopped"]));
    let pages = wire.pages(&call, || request.into_paginator().send()).await?;
    let reservations = pages.into_iter().filter_map(|page| page.reservations).flatten();
    let instances = reservations.filter_map(|reservation| reservation.instances).flatten();
    let tagged = instances.map(|instance| (instance.instance_id.unwrap_or_default(), map(instance.tags)));
    Ok(Tagged::of(tagged.filter(|(_, tags)| is_of(tags, cluster)).collect()))
}
