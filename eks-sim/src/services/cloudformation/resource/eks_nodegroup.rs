//! AWS::EKS::Nodegroup.

use serde_json::{Value, json};

use super::eks::{failed, input, is_gone, own_tags, tagged};
use super::scene::text;
use super::{Kind, PLAIN, Scene, Settle, Tagging, fixed, mutable};
use crate::wire::AwsError;

/// What a new version of Kubernetes, AMI or launch template means, AWS does in place; eks-sim has that in EKS's own API
/// alone.
pub(super) const NODEGROUP: Kind = Kind {
    name: "AWS::EKS::Nodegroup",
    properties: &[
        fixed("AmiType"),
        fixed("CapacityType"),
        fixed("ClusterName").required(),
        fixed("DiskSize"),
        mutable("ForceUpdateEnabled"),
        fixed("InstanceTypes"),
        mutable("Labels"),
        mutable("LaunchTemplate"),
        mutable("NodeRepairConfig"),
        fixed("NodeRole").required(),
        fixed("NodegroupName"),
        mutable("ReleaseVersion"),
        fixed("RemoteAccess"),
        mutable("ScalingConfig"),
        fixed("Subnets").required(),
        mutable("Tags"),
        mutable("Taints"),
        mutable("UpdateConfig"),
        mutable("Version"),
    ],
    attributes: &["Arn", "ClusterName", "Id", "NodegroupName"],
    tagging: Tagging::Eks("Arn"),
    patient: true,
    create,
    update,
    delete: |scene| {
        let name = name(scene);
        match scene.eks("DeleteNodegroup", name) {
            Err(refused) if refused.code == "ResourceInUseException" => {
                match describe(scene)?["status"].as_str() {
                    // Somebody else deletes it.
                    Some("DELETING") => Ok(()),
                    _ => Err(refused),
                }
            }
            answer => answer.map(drop),
        }
    },
    ready: Settle::When(|scene| {
        let group = describe(scene)?;
        match group["status"].as_str().unwrap_or_default() {
            "ACTIVE" => Ok(true),
            "CREATE_FAILED" => Err(failed("Nodegroup", "CREATE_FAILED", &group["health"])),
            _ => Ok(false),
        }
    }),
    gone: Settle::When(|scene| match describe(scene) {
        Ok(group) if group["status"] == "DELETE_FAILED" => {
            Err(failed("Nodegroup", "DELETE_FAILED", &group["health"]))
        }
        Ok(_) => Ok(false),
        Err(error) if is_gone(&error) => Ok(true),
        Err(error) => Err(error),
    }),
    ..PLAIN
};

fn create(scene: &mut Scene) -> Result<(), AwsError> {
    let name = scene.name_or_generated("NodegroupName", 63);
    let sent = [
        "AmiType",
        "CapacityType",
        "ClusterName",
        "DiskSize",
        "InstanceTypes",
        "Labels",
        "LaunchTemplate",
        "NodeRepairConfig",
        "NodeRole",
        "ReleaseVersion",
        "RemoteAccess",
        "ScalingConfig",
        "Subnets",
        "Taints",
        "UpdateConfig",
        "Version",
    ];
    let mut request = tagged(scene, input(scene, &sent));
    request["nodegroupName"] = json!(name);
    if let Some(size) = request["scalingConfig"].as_object_mut() {
        size.values_mut().for_each(number);
    }
    if let Some(version) = request.pointer_mut("/launchTemplate/version") {
        *version = json!(text(Some(version)));
    }
    let made = scene.eks("CreateNodegroup", request)?;
    let cluster = scene.text("ClusterName");
    scene.physical_id = format!("{cluster}/{name}");
    let arn = text(made["nodegroup"].get("nodegroupArn"));
    own_tags(scene, &arn);
    scene.attribute("Arn", arn);
    scene.attribute("ClusterName", cluster);
    scene.attribute("Id", scene.physical_id.clone());
    scene.attribute("NodegroupName", name);
    Ok(())
}

/// Templates may write numbers as texts.
fn number(value: &mut Value) {
    if let Some(parsed) = value.as_str().and_then(|text| text.parse::<i64>().ok()) {
        *value = json!(parsed);
    }
}

/// Cluster and name, as every request has them.
fn name(scene: &Scene) -> Value {
    json!({
        "clusterName": scene.attribute_text("ClusterName"),
        "nodegroupName": scene.attribute_text("NodegroupName"),
    })
}

fn describe(scene: &mut Scene) -> Result<Value, AwsError> {
    let name = name(scene);
    Ok(scene.eks("DescribeNodegroup", name)?["nodegroup"].clone())
}

fn update(scene: &mut Scene, before: &Value) -> Result<(), AwsError> {
    let changed: Vec<String> = NODEGROUP
        .properties
        .iter()
        .map(|property| property.name)
        .filter(|name| *name != "Tags" && scene.properties.get(*name) != before.get(*name))
        .map(str::to_owned)
        .collect();
    let known = ["Labels", "ScalingConfig", "UpdateConfig", "NodeRepairConfig", "ForceUpdateEnabled"];
    if let Some(other) = changed.iter().find(|name| !known.contains(&name.as_str())) {
        return Err(AwsError::new(
            "InvalidRequest",
            format!("eks-sim does not change {other} of a node group's stack"),
        ));
    }
    let plain: Vec<&str> = changed
        .iter()
        .map(String::as_str)
        .filter(|name| !["Labels", "ForceUpdateEnabled"].contains(name))
        .collect();
    let mut request = input(scene, &plain);
    if let Some(size) = request["scalingConfig"].as_object_mut() {
        size.values_mut().for_each(number);
    }
    if changed.iter().any(|name| name == "Labels") {
        let labels = |properties: &Value| properties["Labels"].as_object().cloned().unwrap_or_default();
        let (old, new) = (labels(before), labels(&scene.properties));
        let gone: Vec<&String> = old.keys().filter(|key| !new.contains_key(*key)).collect();
        request["labels"] = json!({ "addOrUpdateLabels": new, "removeLabels": gone });
    }
    if request.as_object().is_some_and(|members| members.values().any(|member| !member.is_null())) {
        let Value::Object(members) = name(scene) else { return Ok(()) };
        for (member, value) in members {
            request[member] = value;
        }
        scene.eks("UpdateNodegroupConfig", request)?;
    }
    Ok(())
}
