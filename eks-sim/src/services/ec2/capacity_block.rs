//! Capacity blocks: instances of accelerators that are paid in advance and are there for some days. (EC2's user guide,
//! "Capacity Blocks for ML")

use std::time::Duration;

use sha2::{Digest, Sha256};

use crate::instant::Instant;
use crate::wire::{Answer, AwsError, Call, Params, Service, Xml};
use crate::world::World;

use super::data::{self, Zone};
use super::instance::InstanceState;
use super::kind::Kind;
use super::listing::{Listing, paged};
use super::state::{self, State};
use super::{instance_type, tags};

const HOUR: Duration = Duration::from_secs(3600);

/// The soonest start of a block.
const NOTICE: Duration = Duration::from_secs(30 * 60);

/// Instances are terminated this long before the end.
const CLEARING: Duration = Duration::from_secs(30 * 60);

/// How long a purchase takes to be paid: a moment (E).
const PAYMENT: Duration = Duration::from_secs(10);

/// Days on which an offer begins, for each zone; at whole hours (E).
const STARTS: u32 = 3;

/// A block that can be had, or that was bought.
#[derive(Clone)]
pub(super) struct Block {
    instance_type: String,
    zone: Zone,
    count: usize,
    start: Instant,
    hours: u32,
    fee: f64,
    /// When it was bought, and for what.
    bought: Option<(Instant, String)>,
}

impl Block {
    fn end(&self) -> Instant {
        self.start + HOUR * self.hours
    }

    fn state(&self, now: Instant) -> &'static str {
        match &self.bought {
            Some((bought, _)) if now < *bought + PAYMENT => "payment-pending",
            _ if now < self.start => "scheduled",
            _ if now < self.end() => "active",
            _ => "expired",
        }
    }
}

const LISTING: Listing = Listing {
    kind: &Kind::CAPACITY_RESERVATION,
    ids: "CapacityReservationId",
    id: "capacityReservationId",
    set: "capacityReservationSet",
    filters: &[
        ("availability-zone", "availabilityZone"),
        ("instance-type", "instanceType"),
        ("owner-id", "ownerId"),
        ("state", "state"),
    ],
    page: 1000,
};

pub(super) fn describe_offerings(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let params = call.params();
    let invalid = |name: &str, value: &str| {
        AwsError::new("InvalidParameterValue", format!("Value ({value}) for parameter {name} is invalid."))
    };
    let hours = params.ec2_required("CapacityDurationHours")?;
    // One to fourteen days, and weeks up to 182 days.
    let hours: u32 = hours
        .parse()
        .ok()
        .filter(|hours| {
            hours % 24 == 0 && (1..=14 * 24).contains(hours) || hours % 168 == 0 && *hours <= 182 * 24
        })
        .filter(|hours| *hours > 0)
        .ok_or_else(|| invalid("CapacityDurationHours", hours))?;
    let name = params.get("InstanceType").unwrap_or_default().to_owned();
    let known = instance_type::find(&name).ok_or_else(|| invalid("InstanceType", &name))?;
    let count: usize = params.number("InstanceCount").unwrap_or(1);
    let fee = known.price * f64::from(hours) * count as f64;
    let hour = HOUR.as_millis() as i64;
    let first = Instant::from_millis((world.now + NOTICE).millis() / hour * hour + hour);
    let mut shown = Vec::new();
    let zones = data::zones(&call.region).into_iter();
    for zone in zones.filter(|zone| instance_type::offered(&name, &call.region, zone)) {
        for day in 0..STARTS {
            let start = first + HOUR * 24 * day;
            // The same offer has the same id, on each of its pages.
            let digest = Sha256::digest(format!("{}/{name}/{count}/{hours}/{}", zone.id, start.millis()));
            let digits: String = digest.iter().take(9).map(|byte| format!("{byte:02x}")).collect();
            let id = format!("cb-{}", &digits[..17]);
            let block = Block {
                instance_type: name.clone(),
                zone: zone.clone(),
                count,
                start,
                hours,
                fee,
                bought: None,
            };
            shown.push(Xml::new("item").children(offering(&id, &block)));
            state::of(world, &call.region).capacity_block_offerings.insert(id, block);
        }
    }
    paged(call, "capacityBlockOfferingSet", shown, 1000)
}

pub(super) fn purchase(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let params = call.params();
    let offering = params.ec2_required("CapacityBlockOfferingId")?.to_owned();
    let platform = params.ec2_required("InstancePlatform")?.to_owned();
    let now = world.now;
    let offerings = &mut state::of(world, &call.region).capacity_block_offerings;
    let block = offerings.remove(&offering).filter(|block| now < block.start).ok_or_else(|| {
        // The text is from memory (U).
        let message = format!("The capacity block offering '{offering}' does not exist or has expired.");
        AwsError::new("InvalidCapacityBlockOfferingId.NotFound", message)
    })?;
    // Paid at once; the ledger has it by the hour.
    let hourly = block.fee * 3600.0 / block.end().since(now).as_secs_f64();
    let id = Kind::CAPACITY_RESERVATION.make(world, call, hourly);
    Kind::CAPACITY_RESERVATION.ready(world, &call.region, &id);
    let (region, ending) = (call.region.clone(), id.clone());
    world.after((block.end() - CLEARING).since(now), move |world| clear(world, &region, &ending));
    let (region, ended) = (call.region.clone(), id.clone());
    world.after(block.end().since(now), move |world| {
        Kind::CAPACITY_RESERVATION.deleted(world, &region, &ended);
    });
    let block = Block { bought: Some((now, platform)), ..block };
    state::of(world, &call.region).capacity_blocks.insert(id.clone(), block);
    let owner = world.settings.account.clone();
    let shown = members(state::of(world, &call.region), &call.region, &owner, &id, now);
    Ok(Answer::Xml(vec![Xml::new("capacityReservation").children(shown)]))
}

pub(super) fn describe(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let (now, owner) = (world.now, world.settings.account.clone());
    let state = state::of(world, &call.region);
    let ids = LISTING.candidates(call, &state.capacity_blocks, |_, _| None);
    let shown = ids
        .iter()
        .map(|id| Xml::new("item").children(members(state, &call.region, &owner, id, now)))
        .collect();
    LISTING.answer(world, call, shown)
}

/// A launch into a block needs one that is active, and has room for it.
pub(super) fn check_launch(
    world: &mut World,
    region: &str,
    data: &Params,
    name: &str,
    zone: &Zone,
    count: usize,
) -> Result<(), AwsError> {
    let into_block = data.get("InstanceMarketOptions.MarketType") == Some("capacity-block");
    let wanted = data.get("CapacityReservationSpecification.CapacityReservationTarget.CapacityReservationId");
    let id = match (into_block, wanted) {
        (false, None) => return Ok(()),
        (_, Some(id)) => id,
        (true, None) => {
            let message = "A capacity reservation ID is required for the market type capacity-block";
            return Err(AwsError::new("InvalidParameterCombination", message));
        }
    };
    let now = world.now;
    let state = state::of(world, region);
    let block = Kind::CAPACITY_RESERVATION.find(&state.capacity_blocks, id)?;
    let room = block.count.saturating_sub(used(state, id));
    let fits = into_block
        && block.state(now) == "active"
        && block.instance_type == name
        && block.zone.name == zone.name
        && room >= count;
    if fits {
        return Ok(());
    }
    Err(AwsError::new(
        "ReservationCapacityExceeded",
        "The requested reservation does not have sufficient compatible and available capacity for this request.",
    ))
}

/// Instances that are in the block.
fn used(state: &State, id: &str) -> usize {
    inside(state, id).count()
}

fn inside<'a>(state: &'a State, id: &'a str) -> impl Iterator<Item = &'a String> {
    let target = "CapacityReservationSpecification.CapacityReservationTarget.CapacityReservationId";
    let there = state.instances.iter().filter(move |(_, it)| it.data.get(target) == Some(id));
    there
        .filter(|(_, it)| matches!(it.state, InstanceState::Pending | InstanceState::Running))
        .map(|(instance, _)| instance)
}

/// The instances that are still there shortly before the end go.
fn clear(world: &mut World, region: &str, id: &str) {
    let instances: Vec<String> = inside(state::of(world, region), id).cloned().collect();
    for instance in instances {
        let params = Params::new().set("InstanceId.1", &instance);
        // One that somebody else terminates at the same time is as good.
        let _gone =
            world.call_internal("ec2.amazonaws.com", Service::Ec2, region, "TerminateInstances", params);
    }
}

fn offering(id: &str, block: &Block) -> Vec<Xml> {
    vec![
        Xml::text("capacityBlockOfferingId", id),
        Xml::text("instanceType", &block.instance_type),
        Xml::text("availabilityZone", &block.zone.name),
        Xml::text("instanceCount", block.count),
        Xml::text("startDate", block.start.iso()),
        Xml::text("endDate", block.end().iso()),
        Xml::text("capacityBlockDurationHours", block.hours),
        Xml::text("upfrontFee", format!("{:.4}", block.fee)),
        Xml::text("currencyCode", "USD"),
        Xml::text("tenancy", "default"),
    ]
}

fn members(state: &State, region: &str, owner: &str, id: &str, now: Instant) -> Vec<Xml> {
    let Some(block) = state.capacity_blocks.get(id) else { return Vec::new() };
    let Some((bought, platform)) = &block.bought else { return Vec::new() };
    let arn = format!("arn:aws:ec2:{region}:{owner}:capacity-reservation/{id}");
    vec![
        Xml::text("capacityReservationId", id),
        Xml::text("ownerId", owner),
        Xml::text("capacityReservationArn", arn),
        Xml::text("availabilityZone", &block.zone.name),
        Xml::text("availabilityZoneId", &block.zone.id),
        Xml::text("instanceType", &block.instance_type),
        Xml::text("instancePlatform", platform),
        Xml::text("tenancy", "default"),
        Xml::text("totalInstanceCount", block.count),
        Xml::text("availableInstanceCount", block.count.saturating_sub(used(state, id))),
        Xml::text("ebsOptimized", true),
        Xml::text("ephemeralStorage", false),
        Xml::text("state", block.state(now)),
        Xml::text("startDate", block.start.iso()),
        Xml::text("endDate", block.end().iso()),
        Xml::text("endDateType", "limited"),
        Xml::text("instanceMatchCriteria", "targeted"),
        Xml::text("createDate", bought.iso()),
        Xml::text("reservationType", "capacity-block"),
        tags::set(state, id),
    ]
}
