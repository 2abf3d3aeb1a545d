//! What launches name that is the user's: without it, nodes would fail a quarter of an hour later.

use super::node_groups::{desired, node_groups};
use super::subnets::zones_of_nodes;
use crate::observe::{CapacityReservationState, Look, Observed, Seen};
use crate::spec::{Cluster, NodeGroup};
use crate::{Error, Result, Violation};

/// States of a reservation into which nothing is launched any more, or ever.
const OVER: [&str; 5] = ["expired", "cancelled", "failed", "payment-failed", "unsupported"];

/// What must be known of what launches name before anything is made, and is not.
pub(super) fn launch_looks(spec: &Cluster, observed: &Observed) -> Vec<Look> {
    let named =
        |name: fn(&NodeGroup) -> Option<&String>| node_groups(spec).filter_map(name).cloned().collect();
    let names: Vec<String> = named(|group| group.ssh_key.as_ref());
    let ids: Vec<String> = named(|group| group.capacity_reservation_id.as_ref());
    let mut looks = Vec::new();
    if !names.is_empty() && observed.key_pairs.is_empty() {
        looks.push(Look::KeyPairs { names });
    }
    if !ids.is_empty() && observed.capacity_reservations.is_empty() {
        looks.push(Look::CapacityReservations { ids });
    }
    looks
}

/// What only AWS knows of it. `zones` are those of a new network. Where EC2 is not compiled in, nobody could look.
pub(super) fn check_launches(spec: &Cluster, zones: &[String], observed: &Observed) -> Result<()> {
    let mut violations = Vec::new();
    for (index, group) in node_groups(spec).enumerate() {
        let mut broken = |field: &str, value: &str, rule: String| {
            violations.push(Violation::new(format!("nodeGroups[{index}].{field}"), value, rule));
        };
        if let Some(name) =
            group.ssh_key.as_ref().filter(|name| observed.key_pairs.get(*name) == Some(&false))
        {
            broken("sshKey", name, "be an EC2 key pair of this region and account".to_owned());
        }
        let Some(id) = &group.capacity_reservation_id else { continue };
        let rule = match observed.capacity_reservations.get(id) {
            Some(Seen::Absent) => Some("be a capacity reservation of this region and account".to_owned()),
            Some(Seen::Present(block)) => unfit(block, group, &zones_of_nodes(spec, group, zones, observed)),
            Some(Seen::Unknown) | None => None,
        };
        if let Some(rule) = rule {
            broken("capacityReservationId", id, rule);
        }
    }
    if violations.is_empty() { Ok(()) } else { Err(Error::invalid(violations)) }
}

/// Why the nodes of a group do not fit into a reservation. `zones`: where they can be; none if that is not known.
fn unfit(block: &CapacityReservationState, group: &NodeGroup, zones: &[String]) -> Option<String> {
    let wanted = group.instance_types.first().map(String::as_str).unwrap_or_default();
    let CapacityReservationState { instance_type, zone, instances, state, .. } = block;
    if !block.is_block {
        Some("be a capacity block, and is a reservation of another kind".to_owned())
    } else if OVER.contains(&state.as_str()) {
        Some(format!("be to come or active, and is {state}"))
    } else if instance_type != wanted {
        Some(format!("have instances of {wanted}, and has {instance_type}"))
    } else if *instances < desired(group) {
        Some(format!("have {} instances, and has {instances}", desired(group)))
    } else if !zones.is_empty() && !zones.contains(zone) {
        Some(format!("lie in a zone of the group's subnets ({}), and lies in {zone}", zones.join(", ")))
    } else {
        None
    }
}
