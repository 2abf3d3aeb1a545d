//! The instances of groups.

use super::page::page;
use super::{find, group, owner};
use crate::services::eks::Fleet;
use crate::services::query::invalid;
use crate::wire::{Answer, AwsError, Call, Params, Service, Xml};
use crate::world::World;

/// How many instances a page has by default, and at most (service model: MaxRecords).
const PAGE: (i64, i64) = (50, 50);

/// An instance as groups show it, without its group.
pub(super) fn members(instance: &Instance, fleet: &Fleet) -> Vec<Xml> {
    let mut members = vec![
        Xml::text("InstanceId", &instance.id),
        Xml::text("InstanceType", &instance.instance_type),
        Xml::text("AvailabilityZone", &instance.zone),
        Xml::text("LifecycleState", instance.state),
        Xml::text("HealthStatus", if instance.state == "Terminating" { "Unhealthy" } else { "Healthy" }),
        Xml::text("ProtectedFromScaleIn", false),
    ];
    members.extend(fleet.template.as_ref().map(|named| group::template("LaunchTemplate", named)));
    members
}

/// An instance that EC2 still has.
pub(super) struct Instance {
    id: String,
    instance_type: String,
    zone: String,
    state: &'static str,
}

/// The instances of a fleet that EC2 still has, in the order in which they were launched.
pub(super) fn instances(world: &mut World, region: &str, fleet: &Fleet) -> Vec<Instance> {
    let mut found = Vec::new();
    for node in &fleet.members {
        let params = Params::new().set("InstanceId.1", &node.instance);
        let by = "autoscaling.amazonaws.com";
        let Ok(answer) = world.call_internal(by, Service::Ec2, region, "DescribeInstances", params) else {
            continue;
        };
        let answer = answer.xml();
        let state = match answer.at("reservationSet/item/instancesSet/item/instanceState/name") {
            "pending" => "Pending",
            "running" if !node.removed => "InService",
            "running" | "shutting-down" => "Terminating",
            _ => continue,
        };
        let (instance_type, zone) = (node.instance_type.clone(), node.zone.clone());
        found.push(Instance { id: node.instance.clone(), instance_type, zone, state });
    }
    found
}

/// DescribeAutoScalingInstances: all, or those that are named; who is unknown is left out.
pub(super) fn describe(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let ids = call.params().list("InstanceIds.member");
    let names = world.region(&call.region).autoscaling.names();
    let mut shown = Vec::new();
    for name in names {
        let Some(fleet) = owner::fleet(world, &call.region, &name) else { continue };
        for instance in instances(world, &call.region, &fleet) {
            if ids.is_empty() || ids.contains(&instance.id.as_str()) {
                let mut members = members(&instance, &fleet);
                members.push(Xml::text("AutoScalingGroupName", &name));
                shown.push(members);
            }
        }
    }
    page(call.params(), "AutoScalingInstances", shown, PAGE)
}

/// TerminateInstanceInAutoScalingGroup: with another in its place, or with one fewer wanted.
pub(super) fn terminate(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let id = call.params().required("InstanceId")?;
    let fewer = call.params().flag("ShouldDecrementDesiredCapacity") == Some(true);
    let names = world.region(&call.region).autoscaling.names();
    let present = |fleet: &Fleet| fleet.members.iter().any(|it| it.instance == id && !it.removed);
    let found = names.into_iter().find_map(|name| {
        let fleet = owner::fleet(world, &call.region, &name).filter(present)?;
        Some((name, fleet))
    });
    // Both texts are from memory (U).
    let Some((name, fleet)) = found else {
        return Err(invalid(format!(
            "Instance Id not found - No managed instance found for instance ID {id}"
        )));
    };
    let mut scaling = fleet.scaling;
    if fewer {
        if scaling.desired <= scaling.min {
            return Err(invalid(format!(
                "Currently, desiredSize equals minSize ({}). Terminating instance without replacement will \
                 violate group's min size constraint. Either set shouldDecrementDesiredCapacity flag to false \
                 or lower group's min size.",
                scaling.min
            )));
        }
        scaling.desired -= 1;
    }
    let before = find(world, &call.region, &name)?.activities.len();
    owner::take_out(world, &call.region, &name, id, scaling);
    let now = world.now;
    let group = find(world, &call.region, &name)?;
    let activity = group.activities.get(before).map(|activity| activity.members(group, now));
    Ok(Answer::Xml(vec![Xml::new("Activity").children(activity.unwrap_or_default())]))
}
