//! What the names of a stack's template stand for just now.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;

use super::intrinsic::{Referent, Scope, evaluate};
use super::resource::IPV6_BLOCK;
use super::stack::{Blueprint, Stack};
use super::template::Template;
use super::{Key, stack};
use crate::wire::{AwsError, Params, Service};
use crate::world::World;

/// The scope of a stack's own blueprint, with the resources that are there.
pub(crate) fn scope(world: &mut World, key: &Key) -> Scope {
    let account = world.settings.account.clone();
    let exports = Arc::clone(&world.region(&key.region).cloudformation.exports);
    let Some(stack) = stack(world, key) else { return Scope::default() };
    let (name, id) = (stack.name.clone(), stack.id.clone());
    let mut scope = blank(account, &key.region, &stack.blueprint);
    scope.stack_name = name;
    scope.stack_id = id;
    scope.exports = exports;
    scope.resources = stack
        .resources
        .values()
        .filter(|resource| !resource.physical_id.is_empty() && !resource.status.gone())
        .map(|resource| {
            let mut attributes = resource.attributes.clone();
            if let Some(blocks) = attributes.get_mut("Ipv6CidrBlocks") {
                *blocks = ipv6_blocks(stack, &resource.physical_id);
            }
            let referent = Referent { reference: resource.physical_id.clone(), attributes };
            (resource.logical_id.clone(), referent)
        })
        .collect();
    scope
}

/// The scope of a blueprint that the stack may get, with the resources that are there.
pub(crate) fn of(world: &mut World, key: &Key, blueprint: &Blueprint) -> Scope {
    let present = scope(world, key);
    Scope {
        stack_name: present.stack_name,
        stack_id: present.stack_id,
        exports: present.exports,
        resources: present.resources,
        ..blank(present.account, &key.region, blueprint)
    }
}

/// The IPv6 blocks of a VPC: what the stack's AWS::EC2::VPCCidrBlock resources gave it since it was made.
fn ipv6_blocks(stack: &Stack, vpc: &str) -> Value {
    let resources = stack.resources.values().filter(|it| !it.physical_id.is_empty() && !it.status.gone());
    let of_vpc = resources.filter(|it| it.applied.properties["VpcId"] == vpc);
    of_vpc.filter_map(|it| it.attributes.get(IPV6_BLOCK).cloned()).collect()
}

fn blank(account: String, region: &str, blueprint: &Blueprint) -> Scope {
    let declared = &blueprint.template.parameters;
    Scope {
        region: region.to_owned(),
        account,
        parameters: blueprint
            .parameters
            .iter()
            .filter_map(|(name, text)| Some((name.clone(), declared.get(name)?.value(text))))
            .collect(),
        mappings: blueprint.template.mappings.clone(),
        extended: blueprint.template.extended(),
        conditions: blueprint.conditions.clone(),
        zones: blueprint.zones.clone(),
        ..Scope::default()
    }
}

/// Works out the conditions and zones of a blueprint that is new.
pub(crate) fn complete(
    world: &mut World,
    region: &str,
    mut blueprint: Blueprint,
) -> Result<Blueprint, AwsError> {
    let mut regions = BTreeSet::new();
    for definition in blueprint.template.resources.values() {
        zone_regions(&definition.properties, region, &mut regions);
    }
    for output in blueprint.template.outputs.values() {
        zone_regions(&output.value, region, &mut regions);
    }
    for region in regions {
        let zones = zones(world, &region)?;
        blueprint.zones.insert(region, zones);
    }
    let scope = blank(world.settings.account.clone(), region, &blueprint);
    blueprint.conditions = evaluate(&blueprint.template.conditions, &scope)?;
    refuse_inactive(&blueprint)?;
    Ok(blueprint)
}

/// Refuses references to resources whose condition does not hold.
fn refuse_inactive(blueprint: &Blueprint) -> Result<(), AwsError> {
    let active: BTreeSet<&String> = blueprint.active().collect();
    let template: &Template = &blueprint.template;
    let missing: BTreeSet<String> = active
        .iter()
        .flat_map(|name| {
            super::graph::references(&template.resources[*name].properties, Some(&blueprint.conditions))
        })
        .map(|reference| reference.name)
        .filter(|name| template.resources.contains_key(name) && !active.contains(name))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let names = missing.into_iter().collect::<Vec<_>>().join(", ");
    Err(super::template::format_error(&format!(
        "Unresolved resource dependencies [{names}] in the Resources block of the template"
    )))
}

/// The regions whose zones `Fn::GetAZs` asks for.
fn zone_regions(value: &Value, own: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| zone_regions(item, own, found)),
        Value::Object(members) => {
            for (name, member) in members {
                if name == "Fn::GetAZs" {
                    let literal = member.as_str().filter(|region| !region.is_empty());
                    found.insert(literal.unwrap_or(own).to_owned());
                }
                zone_regions(member, own, found);
            }
        }
        _ => {}
    }
}

fn zones(world: &mut World, region: &str) -> Result<Vec<String>, AwsError> {
    let answer = world.call_internal(
        "cloudformation.amazonaws.com",
        Service::Ec2,
        region,
        "DescribeAvailabilityZones",
        Params::new(),
    )?;
    let answer = answer.xml();
    let mut names: Vec<String> = answer
        .all("availabilityZoneInfo/item")
        .into_iter()
        .map(|zone| zone.at("zoneName").to_owned())
        .collect();
    names.sort();
    Ok(names)
}

/// A blueprint before [`complete`].
pub(crate) fn draft(
    template: Template,
    parameters: BTreeMap<String, String>,
    tags: BTreeMap<String, String>,
    capabilities: Vec<String>,
) -> Blueprint {
    Blueprint {
        template: Arc::new(template),
        parameters,
        tags,
        capabilities,
        conditions: BTreeMap::new(),
        zones: BTreeMap::new(),
    }
}
