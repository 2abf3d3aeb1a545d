//! AWS::AutoScaling::AutoScalingGroup.

use std::collections::BTreeMap;

use serde_json::Value;

use super::scene::{items, text};
use super::{Kind, PLAIN, Scene, Settle, Tagging, fixed, mutable};
use crate::services::autoscaling::{self, NewGroup};
use crate::services::eks::Scaling;
use crate::wire::{AwsError, Params};

/// Launch templates alone, without a policy of mixed instances. A new template or other subnets would be taken by the next
/// instances; eks-sim does not change them.
pub(super) const AUTO_SCALING_GROUP: Kind = Kind {
    name: "AWS::AutoScaling::AutoScalingGroup",
    properties: &[
        fixed("AutoScalingGroupName"),
        mutable("DesiredCapacity"),
        mutable("LaunchTemplate").required(),
        mutable("MaxSize").required(),
        mutable("MinSize").required(),
        mutable("Tags"),
        mutable("VPCZoneIdentifier").required(),
    ],
    attributes: &["AutoScalingGroupARN"],
    tagging: Tagging::AutoScaling,
    create,
    update: |scene, before| {
        let changed = |name: &str| scene.properties.get(name) != before.get(name);
        if changed("LaunchTemplate") || changed("VPCZoneIdentifier") {
            return Err(AwsError::new(
                "InvalidRequest",
                "eks-sim changes only sizes and tags of an Auto Scaling group",
            ));
        }
        let params = scene.copy(named(scene), &["DesiredCapacity", "MaxSize", "MinSize"]);
        scene.autoscaling("UpdateAutoScalingGroup", params).map(drop)
    },
    // Its instances go first, and CloudFormation waits for that.
    delete: |scene| match scene.autoscaling("DeleteAutoScalingGroup", named(scene).set("ForceDelete", "true"))
    {
        Err(error) if error.message.contains("name not found") => {
            Err(AwsError::new("AutoScalingGroupNotFound", error.message))
        }
        answer => answer.map(drop),
    },
    gone: Settle::When(|scene| Ok(described(scene)?.is_empty())),
    ..PLAIN
};

fn named(scene: &Scene) -> Params {
    Params::new().set("AutoScalingGroupName", &scene.physical_id)
}

/// The group's ARN; empty if there is no such group.
fn described(scene: &mut Scene) -> Result<String, AwsError> {
    let params = Params::new().set("AutoScalingGroupNames.member.1", &scene.physical_id);
    let answer = scene.autoscaling("DescribeAutoScalingGroups", params)?;
    Ok(answer.at("AutoScalingGroups/member/AutoScalingGroupARN").to_owned())
}

fn create(scene: &mut Scene) -> Result<(), AwsError> {
    let name = scene.name_or_generated("AutoScalingGroupName", 255);
    let number = |name: &str| text(scene.properties.get(name)).parse::<u32>().ok();
    let (min, max) = (number("MinSize").unwrap_or_default(), number("MaxSize").unwrap_or_default());
    let desired = number("DesiredCapacity").unwrap_or(min);
    if !(min..=max).contains(&desired) {
        return Err(AwsError::new(
            "ValidationError",
            format!(
                "Desired capacity:{desired} must be between the specified min size:{min} and max size:{max}"
            ),
        ));
    }
    let template = scene.properties["LaunchTemplate"].clone();
    let by = if template["LaunchTemplateId"].is_null() { "LaunchTemplateName" } else { "LaunchTemplateId" };
    let params = Params::new().set(format!("{by}.1"), text(template.get(by)));
    let found = scene.ec2("DescribeLaunchTemplates", params)?;
    let at = |path: &str| found.at(&format!("launchTemplates/item/{path}")).to_owned();
    let (id, called) = (at("launchTemplateId"), at("launchTemplateName"));
    let version = text(template.get("Version"));
    let propagates: BTreeMap<String, bool> = items(&scene.properties, "Tags")
        .iter()
        .map(|tag| (text(tag.get("Key")), text(tag.get("PropagateAtLaunch")) == "true"))
        .collect();
    // Those of the stack go to the instances, too.
    let tags = scene.tags.iter().map(|(key, value)| {
        let to_instances = propagates.get(key).copied().unwrap_or(!key.starts_with("aws:"));
        (key.clone(), (value.clone(), to_instances))
    });
    let group = NewGroup {
        name: name.clone(),
        scaling: Scaling { min, max, desired },
        subnets: scene.texts("VPCZoneIdentifier"),
        template: (id, called, version),
        tags: tags.collect(),
    };
    autoscaling::create(scene.world, &scene.region.clone(), group)?;
    scene.physical_id = name;
    let arn = described(scene)?;
    scene.attribute("AutoScalingGroupARN", Value::from(arn));
    Ok(())
}
