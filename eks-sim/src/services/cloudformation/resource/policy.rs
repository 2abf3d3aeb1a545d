//! AWS::IAM::Policy and AWS::IAM::ManagedPolicy.

use serde_json::Value;

use super::role::ignore_missing;
use super::scene::texts;
use super::{Kind, PLAIN, Scene, fixed, mutable};
use crate::wire::{AwsError, Params};

pub(super) const POLICY: Kind = Kind {
    name: "AWS::IAM::Policy",
    properties: &[
        fixed("PolicyName").required(),
        mutable("PolicyDocument").required(),
        mutable("Roles").required(),
    ],
    attributes: &["Id"],
    // A name is required and belongs to the role, so it asks for no more than CAPABILITY_IAM.
    capability: Some(""),
    create: |scene| {
        scene.physical_id = scene.generated_name(64);
        scene.attribute("Id", scene.physical_id.clone());
        put(scene, &Value::Null)
    },
    update: put,
    delete: |scene| {
        let roles = scene.texts("Roles");
        remove(scene, &roles)
    },
    ..PLAIN
};

fn put(scene: &mut Scene, before: &Value) -> Result<(), AwsError> {
    let roles = scene.texts("Roles");
    let left: Vec<String> = texts(before, "Roles").into_iter().filter(|role| !roles.contains(role)).collect();
    remove(scene, &left)?;
    for role in roles {
        let params = scene.copy(Params::new(), &["PolicyName", "PolicyDocument"]).set("RoleName", role);
        scene.iam("PutRolePolicy", params)?;
    }
    Ok(())
}

fn remove(scene: &mut Scene, roles: &[String]) -> Result<(), AwsError> {
    for role in roles {
        let params = scene.copy(Params::new(), &["PolicyName"]).set("RoleName", role);
        ignore_missing(scene.iam("DeleteRolePolicy", params).map(drop))?;
    }
    Ok(())
}

pub(super) const MANAGED_POLICY: Kind = Kind {
    name: "AWS::IAM::ManagedPolicy",
    properties: &[
        fixed("ManagedPolicyName"),
        fixed("Description"),
        fixed("Path"),
        mutable("PolicyDocument").required(),
        mutable("Roles"),
    ],
    attributes: &["PolicyArn"],
    capability: Some("ManagedPolicyName"),
    create: |scene| {
        let name = scene.name_or_generated("ManagedPolicyName", 128);
        let params = scene.copy(Params::new(), &["Description", "Path", "PolicyDocument"]);
        let answer = scene.iam("CreatePolicy", params.set("PolicyName", name))?;
        scene.physical_id = answer.at("Policy/Arn").to_owned();
        scene.attribute("PolicyArn", answer.at("Policy/Arn"));
        attach(scene, &Value::Null)
    },
    update: |scene, before| {
        if scene.properties.get("PolicyDocument") != before.get("PolicyDocument") {
            replace_document(scene)?;
        }
        attach(scene, before)
    },
    delete: |scene| {
        let roles = scene.texts("Roles");
        detach(scene, &roles)?;
        for version in versions(scene)? {
            scene.iam("DeletePolicyVersion", policy(scene).set("VersionId", version))?;
        }
        scene.iam("DeletePolicy", policy(scene)).map(drop)
    },
    ..PLAIN
};

fn policy(scene: &Scene) -> Params {
    Params::new().set("PolicyArn", &scene.physical_id)
}

/// A new default version; the one before it is deleted, for IAM keeps five at most.
fn replace_document(scene: &mut Scene) -> Result<(), AwsError> {
    let params = scene.copy(policy(scene), &["PolicyDocument"]).set("SetAsDefault", "true");
    scene.iam("CreatePolicyVersion", params)?;
    for version in versions(scene)? {
        scene.iam("DeletePolicyVersion", policy(scene).set("VersionId", version))?;
    }
    Ok(())
}

/// The versions that are not the default.
fn versions(scene: &mut Scene) -> Result<Vec<String>, AwsError> {
    let answer = scene.iam("ListPolicyVersions", policy(scene))?;
    let versions = answer.all("Versions/member");
    Ok(versions
        .into_iter()
        .filter(|version| version.at("IsDefaultVersion") != "true")
        .map(|version| version.at("VersionId").to_owned())
        .collect())
}

fn attach(scene: &mut Scene, before: &Value) -> Result<(), AwsError> {
    let (old, new) = (texts(before, "Roles"), scene.texts("Roles"));
    let left: Vec<String> = old.iter().filter(|role| !new.contains(role)).cloned().collect();
    detach(scene, &left)?;
    for role in new.iter().filter(|role| !old.contains(role)) {
        scene.iam("AttachRolePolicy", policy(scene).set("RoleName", role))?;
    }
    Ok(())
}

fn detach(scene: &mut Scene, roles: &[String]) -> Result<(), AwsError> {
    for role in roles {
        ignore_missing(scene.iam("DetachRolePolicy", policy(scene).set("RoleName", role)).map(drop))?;
    }
    Ok(())
}
