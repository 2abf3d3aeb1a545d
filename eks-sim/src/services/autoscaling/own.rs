//! Groups of one's own, which stacks make, such as eksctl's for self-managed nodes. Their instances are EC2's and cost what
//! those cost; that they register as nodes of a cluster is not modelled.

use std::collections::BTreeMap;
use std::time::Duration;

use super::group::{self, Owner};
use super::{activity, find, group::removed, group::removing};
use crate::services::eks::{Fleet, Member, Scaling};
use crate::wire::{AwsError, Params, Service, Xml};
use crate::world::World;

const CALLER: &str = "autoscaling.amazonaws.com";

/// How often it is looked whether instances are gone.
const RETRY: Duration = Duration::from_secs(5);

/// What a group is made with.
pub(crate) struct NewGroup {
    pub(crate) name: String,
    pub(crate) scaling: Scaling,
    pub(crate) subnets: Vec<String>,
    /// Id, name and version of the launch template.
    pub(crate) template: (String, String, String),
    /// Tags, and whether instances get them.
    pub(crate) tags: BTreeMap<String, (String, bool)>,
}

/// Makes a group and launches its instances. What EC2 refuses to launch is an activity of the group.
pub(crate) fn create(world: &mut World, region: &str, new: NewGroup) -> Result<(), AwsError> {
    if world.region(region).autoscaling.groups.contains_key(&new.name) {
        // The text is from memory (U).
        let message = format!(
            "AutoScalingGroup by this name already exists - A group with the name {} already exists",
            new.name
        );
        return Err(AwsError::new("AlreadyExists", message));
    }
    let mut fleet = Fleet {
        scaling: Scaling { desired: 0, ..new.scaling },
        subnets: new.subnets,
        zones: Vec::new(),
        types: Vec::new(),
        spot: false,
        template: Some(new.template),
        members: Vec::new(),
    };
    let params = (1..).zip(&fleet.subnets);
    let params =
        params.fold(Params::new(), |params, (index, id)| params.set(format!("SubnetId.{index}"), id));
    let subnets = ec2(world, region, "DescribeSubnets", params)?;
    let zones =
        subnets.all("subnetSet/item/availabilityZone").into_iter().map(|zone| zone.value().to_owned());
    fleet.zones = zones.collect();
    fleet.zones.sort_unstable();
    fleet.zones.dedup();
    let name = new.name;
    group::make(world, region, &name, Owner::Own(fleet), new.tags);
    resize(world, region, &name, new.scaling);
    Ok(())
}

/// Gives a group of one's own these sizes: instances are launched or terminated.
pub(super) fn resize(world: &mut World, region: &str, name: &str, scaling: Scaling) {
    let Some(fleet) = fleet(world, region, name) else { return };
    let before = fleet.members.iter().filter(|member| !member.removed).count();
    fleet.scaling = scaling;
    let wanted = scaling.desired as usize;
    for ordinal in before..wanted {
        launch(world, region, name, ordinal);
    }
    let Some(fleet) = self::fleet(world, region, name) else { return };
    let present = fleet.members.iter().filter(|member| !member.removed).map(|member| member.instance.clone());
    let spare: Vec<String> = present.skip(wanted).collect();
    spare.iter().for_each(|instance| terminate(world, region, name, instance));
}

/// Takes one instance out of the group, which then has the sizes `scaling`.
pub(super) fn take_out(world: &mut World, region: &str, name: &str, instance: &str, scaling: Scaling) {
    terminate(world, region, name, instance);
    resize(world, region, name, scaling);
}

/// Terminates every instance; the group is gone when they are.
pub(super) fn delete(world: &mut World, region: &str, name: &str) {
    let Some(fleet) = fleet(world, region, name) else { return };
    let present = fleet.members.iter().filter(|member| !member.removed).map(|member| member.instance.clone());
    let present: Vec<String> = present.collect();
    present.iter().for_each(|instance| terminate(world, region, name, instance));
    removing(world, region, name);
    finish(world, region, name);
}

fn finish(world: &mut World, region: &str, name: &str) {
    let Some(fleet) = fleet(world, region, name) else { return };
    let ids: Vec<String> = fleet.members.iter().map(|member| member.instance.clone()).collect();
    let is_left = ids.iter().any(|id| {
        let answer = ec2(world, region, "DescribeInstances", Params::new().set("InstanceId.1", id));
        let path = "reservationSet/item/instancesSet/item/instanceState/name";
        answer.is_ok_and(|answer| answer.at(path) != "terminated")
    });
    if !is_left {
        return removed(world, region, name);
    }
    let (region, name) = (region.to_owned(), name.to_owned());
    world.after(RETRY, move |world| finish(world, &region, &name));
}

fn launch(world: &mut World, region: &str, name: &str, ordinal: usize) {
    let mut tags = super::propagated(world, region, name);
    tags.insert("aws:autoscaling:groupName".to_owned(), name.to_owned());
    let token = world.uuid();
    let Some(fleet) = fleet(world, region, name) else { return };
    let Some(subnet) = fleet.subnets.get(ordinal % fleet.subnets.len().max(1)) else { return };
    let mut params = Params::new()
        .set("MinCount", "1")
        .set("MaxCount", "1")
        .set("SubnetId", subnet)
        .set("ClientToken", token)
        .set("TagSpecification.1.ResourceType", "instance");
    if let Some((id, _, version)) = &fleet.template {
        params.insert("LaunchTemplate.LaunchTemplateId", id);
        params.insert("LaunchTemplate.Version", version);
    }
    for (index, (key, value)) in (1..).zip(&tags) {
        params.insert(format!("TagSpecification.1.Tag.{index}.Key"), key);
        params.insert(format!("TagSpecification.1.Tag.{index}.Value"), value);
    }
    match ec2(world, region, "RunInstances", params) {
        Ok(answer) => {
            let at = |path: &str| answer.at(&format!("instancesSet/item/{path}")).to_owned();
            let member = Member {
                instance: at("instanceId"),
                instance_type: at("instanceType"),
                zone: at("placement/availabilityZone"),
                removed: false,
            };
            activity::launched(world, region, name, &member.instance);
            if let Some(fleet) = self::fleet(world, region, name) {
                if !fleet.types.contains(&member.instance_type) {
                    fleet.types.push(member.instance_type.clone());
                }
                fleet.members.push(member);
            }
        }
        Err(refusal) => activity::not_launched(world, region, name, &refusal),
    }
}

fn terminate(world: &mut World, region: &str, name: &str, instance: &str) {
    let Some(fleet) = fleet(world, region, name) else { return };
    let Some(member) = fleet.members.iter_mut().find(|member| member.instance == instance) else { return };
    member.removed = true;
    activity::terminated(world, region, name, instance);
    // An instance that someone else terminated before is as good.
    let _gone = ec2(world, region, "TerminateInstances", Params::new().set("InstanceId.1", instance));
}

fn fleet<'w>(world: &'w mut World, region: &str, name: &str) -> Option<&'w mut Fleet> {
    match &mut find(world, region, name).ok()?.owner {
        Owner::Own(fleet) => Some(fleet),
        Owner::Nodegroup(_) => None,
    }
}

fn ec2(world: &mut World, region: &str, operation: &str, params: Params) -> Result<Xml, AwsError> {
    world.call_internal(CALLER, Service::Ec2, region, operation, params).map(crate::wire::Answer::xml)
}
