//! Regions and availability zones.

use crate::wire::{Answer, AwsError, Call, Xml};
use crate::world::World;

use super::data;
use super::filter::Filters;

pub(super) fn describe_regions(_world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let params = call.params();
    let names =
        &[("endpoint", "regionEndpoint"), ("opt-in-status", "optInStatus"), ("region-name", "regionName")];
    let filters = Filters::read(params, names)?;
    let wanted = params.list("RegionName");
    if let Some(absent) = wanted.iter().find(|name| data::regions().all(|(known, _)| known != **name)) {
        return Err(AwsError::new("InvalidParameterValue", format!("Invalid region '{absent}'.")));
    }
    let all = params.flag("AllRegions") == Some(true);
    let shown = data::regions()
        .filter(|(name, given)| (all || *given) && (wanted.is_empty() || wanted.contains(name)))
        .map(|(name, given)| {
            Xml::new("item").children([
                Xml::text("regionName", name),
                Xml::text("regionEndpoint", format!("ec2.{name}.amazonaws.com")),
                Xml::text("optInStatus", if given { "opt-in-not-required" } else { "not-opted-in" }),
            ])
        })
        .filter(|item| filters.admit(item));
    Ok(Answer::Xml(vec![Xml::new("regionInfo").children(shown)]))
}

pub(super) fn describe_availability_zones(_world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let params = call.params();
    let names = &[
        ("group-name", "groupName"),
        ("message", "messageSet/item/message"),
        ("opt-in-status", "optInStatus"),
        ("region-name", "regionName"),
        ("state", "zoneState"),
        ("zone-id", "zoneId"),
        ("zone-name", "zoneName"),
        ("zone-type", "zoneType"),
    ];
    let filters = Filters::read(params, names)?;
    let (wanted, wanted_ids) = (params.list("ZoneName"), params.list("ZoneId"));
    let zones = data::zones(&call.region);
    let unknown = wanted.iter().find(|name| zones.iter().all(|zone| zone.name != **name));
    let unknown_id = wanted_ids.iter().find(|id| zones.iter().all(|zone| zone.id != **id));
    if let Some(absent) = unknown.or(unknown_id) {
        return Err(AwsError::new("InvalidParameterValue", format!("Invalid availability zone: [{absent}]")));
    }
    let shown = zones
        .iter()
        .filter(|zone| wanted.is_empty() || wanted.contains(&zone.name.as_str()))
        .filter(|zone| wanted_ids.is_empty() || wanted_ids.contains(&zone.id.as_str()))
        .map(|zone| {
            Xml::new("item").children([
                Xml::text("zoneName", &zone.name),
                Xml::text("zoneId", &zone.id),
                Xml::text("zoneState", "available"),
                Xml::text("zoneType", "availability-zone"),
                Xml::text("regionName", &call.region),
                Xml::text("groupName", format!("{}-zg-1", call.region)),
                Xml::text("networkBorderGroup", &call.region),
                Xml::text("optInStatus", "opt-in-not-required"),
                Xml::new("messageSet"),
            ])
        })
        .filter(|item| filters.admit(item));
    Ok(Answer::Xml(vec![Xml::new("availabilityZoneInfo").children(shown)]))
}
