//! Where a control plane can be, once AWS has said so: a zone's capacity shows only when a cluster is asked for
//! (facts/failures.md C1).

use std::collections::BTreeMap;

use super::foundation::id;
use super::tag;
use crate::observe::{Observed, Seen, StackState};
use crate::spec::{Cluster, Network};
use crate::{Error, ErrorKind, Result};

/// Of the subnets that a control plane is to be told of, those in zones that AWS offers. In a network of ours the
/// others are left to nodes, which may be where the control plane is not; a given network is its owner's to
/// choose from.
///
/// # Errors
///
/// [`ErrorKind::NoCapacity`] if the network was given, or if fewer than two zones are left.
pub(crate) fn offered(
    spec: &Cluster,
    stack: &StackState,
    observed: &Observed,
    subnets: Vec<String>,
    valid: &[String],
) -> Result<Vec<String>> {
    let zone_of = |subnet: &String| match &spec.network {
        Network::New(_) => zone_in(stack, subnet),
        Network::Given(_) => match observed.subnets.get(subnet) {
            Some(Seen::Present(seen)) => Some(seen.zone.clone()),
            _ => None,
        },
    };
    let is_offered = |subnet: &String| zone_of(subnet).is_none_or(|zone| valid.contains(&zone));
    let (offered, barred): (Vec<String>, Vec<String>) = subnets.into_iter().partition(is_offered);
    let mut zones: Vec<String> = offered.iter().filter_map(zone_of).collect();
    zones.sort();
    zones.dedup();
    if matches!(spec.network, Network::New(_)) && zones.len() >= 2 {
        return Ok(offered);
    }
    let mut by_zone: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for subnet in barred {
        by_zone.entry(zone_of(&subnet).unwrap_or_default()).or_default().push(subnet);
    }
    let barred: Vec<String> =
        by_zone.iter().map(|(zone, subnets)| format!("{zone} ({})", subnets.join(", "))).collect();
    let message = format!(
        "AWS has no capacity for a control plane in {}; it has some in {}",
        barred.join(" and "),
        valid.join(", ")
    );
    let hint = match &spec.network {
        Network::New(_) => "Delete what was made, and create it with `network.zones` from those",
        Network::Given(_) => "Delete what was made, and create it with subnets in those zones",
    };
    Err(Error::new(ErrorKind::NoCapacity, message)
        .with_resource(format!("cluster {}", spec.name.as_deref().unwrap_or_default()))
        .with_code("UnsupportedAvailabilityZoneException")
        .with_hint(hint))
}

/// The zone of one of the foundation's subnets.
fn zone_in(stack: &StackState, subnet: &str) -> Option<String> {
    let zones = stack.tags.get(tag::ZONES)?.split(' ');
    let mut with_ids = zones
        .flat_map(|zone| [id::PUBLIC_SUBNET, id::PRIVATE_SUBNET].map(|kind| (zone, id::in_zone(kind, zone))));
    let (zone, _) = with_ids.find(|(_, logical)| stack.ready(logical) == Some(subnet))?;
    Some(zone.to_owned())
}
