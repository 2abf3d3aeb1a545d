//! Capacity reservations that the spec names.

use std::collections::BTreeMap;

use aws_sdk_ec2::types::{CapacityReservation, CapacityReservationType};

use crate::aws::{Class, Refusal, Service, Wire};
use crate::observe::{CapacityReservationState, Seen};

/// Each is asked for alone: there is no filter for ids, and one unknown id would make the whole answer an error.
pub(super) async fn look(
    wire: &Wire,
    ids: &[String],
) -> Result<BTreeMap<String, Seen<CapacityReservationState>>, Refusal> {
    let mut seen = BTreeMap::new();
    for id in ids {
        let call = Service::Ec2.read("DescribeCapacityReservations", format!("capacity reservation {id}"));
        let request = || wire.ec2().describe_capacity_reservations().capacity_reservation_ids(id).send();
        let found = match wire.send(&call, request).await {
            Ok(answer) => answer.capacity_reservations.unwrap_or_default().into_iter().next(),
            Err(refusal) if refusal.class == Class::Gone => None,
            Err(refusal) => return Err(refusal),
        };
        seen.insert(id.clone(), found.and_then(state).map_or(Seen::Absent, Seen::Present));
    }
    Ok(seen)
}

fn state(reservation: CapacityReservation) -> Option<CapacityReservationState> {
    let is_block = reservation.reservation_type() == Some(&CapacityReservationType::CapacityBlock);
    Some(CapacityReservationState {
        instances: reservation
            .total_instance_count
            .and_then(|count| u32::try_from(count).ok())
            .unwrap_or_default(),
        zone: reservation.availability_zone.unwrap_or_default(),
        is_block,
        state: reservation.state.map(|state| state.as_str().to_owned()).unwrap_or_default(),
        instance_type: reservation.instance_type?,
    })
}
