//! The region's zones and which instance types each offers.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ec2::types::{AvailabilityZone, AvailabilityZoneState, Filter, LocationType};
use futures_util::future::try_join;

use crate::aws::{Refusal, Service, Wire};
use crate::observe::{WITHOUT_CONTROL_PLANES, Zone};

pub(super) async fn look(wire: &Wire, instance_types: &[String]) -> Result<Vec<Zone>, Refusal> {
    let (zones, mut offerings) = try_join(available(wire), offerings(wire, instance_types)).await?;
    Ok(zones
        .into_iter()
        .filter_map(|zone| {
            let (name, id) = (zone.zone_name?, zone.zone_id?);
            let instance_types = offerings.remove(&name).unwrap_or_default();
            (!WITHOUT_CONTROL_PLANES.contains(&id.as_str())).then_some(Zone { name, id, instance_types })
        })
        .collect())
}

/// The operation has no pages.
async fn available(wire: &Wire) -> Result<Vec<AvailabilityZone>, Refusal> {
    let call = Service::Ec2.read("DescribeAvailabilityZones", "");
    let request = wire
        .ec2()
        .describe_availability_zones()
        .filters(filter("state", ["available"]))
        .filters(filter("zone-type", ["availability-zone"]));
    let zones = wire.send(&call, || request.send()).await?.availability_zones.unwrap_or_default();
    // Not every emulator filters.
    Ok(zones.into_iter().filter(is_usable).collect())
}

fn is_usable(zone: &AvailabilityZone) -> bool {
    zone.state.as_ref().is_none_or(|state| *state == AvailabilityZoneState::Available)
        && zone.zone_type.as_deref().is_none_or(|kind| kind == "availability-zone")
}

/// Which of `instance_types` each zone offers, by the zone's name.
async fn offerings(
    wire: &Wire,
    instance_types: &[String],
) -> Result<BTreeMap<String, BTreeSet<String>>, Refusal> {
    let mut offerings = BTreeMap::<_, BTreeSet<_>>::new();
    if instance_types.is_empty() {
        return Ok(offerings);
    }
    let call = Service::Ec2.read("DescribeInstanceTypeOfferings", "");
    let pages = || {
        wire.ec2()
            .describe_instance_type_offerings()
            .location_type(LocationType::AvailabilityZone)
            .filters(filter("instance-type", instance_types))
            .into_paginator()
            .send()
    };
    for page in wire.pages(&call, pages).await? {
        for offering in page.instance_type_offerings.unwrap_or_default() {
            if let (Some(zone), Some(kind)) = (offering.location, offering.instance_type) {
                offerings.entry(zone).or_default().insert(kind.as_str().to_owned());
            }
        }
    }
    Ok(offerings)
}

/// An EC2 filter.
pub(super) fn filter<V: Into<String> + Clone>(name: &str, values: impl AsRef<[V]>) -> Filter {
    let values = values.as_ref().iter().cloned().map(Into::into).collect();
    Filter::builder().name(name).set_values(Some(values)).build()
}
