//! AWS::EC2::LaunchTemplate.

use serde_json::Value;

use super::scene::text;
use super::{Kind, PLAIN, Scene, Tagging, fixed, mutable};
use crate::wire::Params;

pub(super) const LAUNCH_TEMPLATE: Kind = Kind {
    name: "AWS::EC2::LaunchTemplate",
    properties: &[
        fixed("LaunchTemplateName"),
        mutable("LaunchTemplateData").required(),
        mutable("VersionDescription"),
        fixed("TagSpecifications"),
    ],
    attributes: &["LaunchTemplateId", "LatestVersionNumber", "DefaultVersionNumber"],
    tagging: Tagging::Ec2,
    create: |scene| {
        let name = scene.name_or_generated("LaunchTemplateName", 128);
        own_tags(scene);
        let params = data(scene).set("LaunchTemplateName", name);
        let answer = scene.ec2("CreateLaunchTemplate", scene.tagged(params, "launch-template"))?;
        let at = |name: &str| answer.at(&format!("launchTemplate/{name}")).to_owned();
        scene.physical_id = at("launchTemplateId");
        scene.attribute("LaunchTemplateId", at("launchTemplateId"));
        scene.attribute("LatestVersionNumber", at("latestVersionNumber"));
        scene.attribute("DefaultVersionNumber", at("defaultVersionNumber"));
        Ok(())
    },
    update: |scene, _| {
        let params = data(scene).set("LaunchTemplateId", &scene.physical_id);
        let answer = scene.ec2("CreateLaunchTemplateVersion", params)?;
        scene.attribute("LatestVersionNumber", answer.at("launchTemplateVersion/versionNumber"));
        Ok(())
    },
    delete: |scene| {
        let params = Params::new().set("LaunchTemplateId", &scene.physical_id);
        scene.ec2("DeleteLaunchTemplate", params).map(drop)
    },
    ..PLAIN
};

/// The template's own tags come as `TagSpecifications`, not as `Tags`.
fn own_tags(scene: &mut Scene) {
    let specifications = scene.properties.get("TagSpecifications").and_then(Value::as_array);
    let tags: Vec<Value> = specifications
        .into_iter()
        .flatten()
        .filter_map(|specification| specification.get("Tags").and_then(Value::as_array))
        .flatten()
        .cloned()
        .collect();
    for tag in tags {
        scene.tags.insert(text(tag.get("Key")), text(tag.get("Value")));
    }
}

fn data(scene: &Scene) -> Params {
    let mut params = scene.copy(Params::new(), &["VersionDescription"]);
    if let Some(data) = scene.properties.get("LaunchTemplateData") {
        flatten("LaunchTemplateData", data, &mut params);
    }
    params
}

/// Members by their names, list items by their numbers.
fn flatten(path: &str, value: &Value, into: &mut Params) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                flatten(&format!("{path}.{}", query_name(path, name)), member, into);
            }
        }
        Value::Array(items) => {
            for (index, item) in (1..).zip(items) {
                flatten(&format!("{path}.{index}"), item, into);
            }
        }
        scalar => into.insert(path, text(Some(scalar))),
    }
}

/// EC2's query protocol calls most lists of a launch template by the singular.
fn query_name<'n>(path: &str, name: &'n str) -> &'n str {
    match name {
        "Groups" if path.contains(".NetworkInterface.") => "SecurityGroupId",
        "AcceleratorManufacturers"
        | "AcceleratorNames"
        | "AcceleratorTypes"
        | "AllowedInstanceTypes"
        | "BlockDeviceMappings"
        | "CpuManufacturers"
        | "ElasticGpuSpecifications"
        | "ElasticInferenceAccelerators"
        | "ExcludedInstanceTypes"
        | "InstanceGenerations"
        | "Ipv4Prefixes"
        | "Ipv6Prefixes"
        | "LicenseSpecifications"
        | "LocalStorageTypes"
        | "NetworkInterfaces"
        | "SecurityGroupIds"
        | "SecurityGroups"
        | "TagSpecifications"
        | "Tags" => {
            name.strip_suffix("es").filter(|_| name.ends_with("Prefixes")).unwrap_or(&name[..name.len() - 1])
        }
        _ => name,
    }
}
