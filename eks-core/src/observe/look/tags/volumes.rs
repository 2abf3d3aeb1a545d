//! Volumes of a cluster: the disks of its instances, and those that a CSI driver made.

use std::collections::BTreeMap;

use aws_sdk_ec2::types::Filter;

use super::super::zones::filter;
use super::{is_of, keys, map};
use crate::aws::{Refusal, Service, Wire};
use crate::observe::tagged::{Tagged, Tags};

/// As many values a filter can have (EC2 user guide, "Filters").
const MOST: usize = 200;

pub(super) async fn look(wire: &Wire, cluster: &str, instances: &[String]) -> Result<Tagged, Refusal> {
    let mut things = BTreeMap::new();
    for ids in instances.chunks(MOST) {
        things.extend(described(wire, cluster, filter("attachment.instance-id", ids)).await?);
    }
    let tagged = described(wire, cluster, filter("tag-key", keys(cluster))).await?;
    things.extend(tagged.into_iter().filter(|(_, tags)| is_of(tags, cluster)));
    Ok(Tagged::of(things))
}

async fn described(wire: &Wire, cluster: &str, filter: Filter) -> Result<Vec<(String, Tags)>, Refusal> {
    let call = Service::Ec2.read("DescribeVolumes", format!("cluster {cluster}"));
    let request = wire.ec2().describe_volumes().filters(filter);
    let pages = wire.pages(&call, || request.into_paginator().send()).await?;
    let volumes = pages.into_iter().filter_map(|page| page.volumes).flatten();
    Ok(volumes.map(|volume| (volume.volume_id.unwrap_or_default(), map(volume.tags))).collect())
}
