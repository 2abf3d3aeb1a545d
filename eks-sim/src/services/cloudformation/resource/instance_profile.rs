//! AWS::IAM::InstanceProfile.

use serde_json::Value;

use super::role::ignore_missing;
use super::scene::texts;
use super::{Kind, PLAIN, Scene, fixed, mutable};
use crate::wire::{AwsError, Params};

pub(super) const INSTANCE_PROFILE: Kind = Kind {
    name: "AWS::IAM::InstanceProfile",
    properties: &[fixed("InstanceProfileName"), fixed("Path"), mutable("Roles").required()],
    attributes: &["Arn"],
    capability: Some("InstanceProfileName"),
    create: |scene| {
        let name = scene.name_or_generated("InstanceProfileName", 128);
        let params = scene.copy(Params::new(), &["Path"]).set("InstanceProfileName", &name);
        let answer = scene.iam("CreateInstanceProfile", params)?;
        scene.physical_id = name;
        scene.attribute("Arn", answer.at("InstanceProfile/Arn"));
        change_roles(scene, &Value::Null)
    },
    update: change_roles,
    delete: |scene| {
        let properties = std::mem::take(&mut scene.properties);
        let emptied = change_roles(scene, &properties);
        scene.properties = properties;
        emptied?;
        scene.iam("DeleteInstanceProfile", profile(scene)).map(drop)
    },
    ..PLAIN
};

fn profile(scene: &Scene) -> Params {
    Params::new().set("InstanceProfileName", &scene.physical_id)
}

fn change_roles(scene: &mut Scene, before: &Value) -> Result<(), AwsError> {
    let (old, new) = (texts(before, "Roles"), scene.texts("Roles"));
    for role in old.iter().filter(|role| !new.contains(role)) {
        let params = profile(scene).set("RoleName", role);
        ignore_missing(scene.iam("RemoveRoleFromInstanceProfile", params).map(drop))?;
    }
    for role in new.iter().filter(|role| !old.contains(role)) {
        scene.iam("AddRoleToInstanceProfile", profile(scene).set("RoleName", role))?;
    }
    Ok(())
}
