//! AWS::IAM::Role.

use serde_json::Value;

use super::scene::{items, text, texts};
use super::{Kind, PLAIN, Scene, Settle, Tagging, fixed, mutable};
use crate::timing::Timing;
use crate::wire::{AwsError, Params};

pub(super) const ROLE: Kind = Kind {
    name: "AWS::IAM::Role",
    properties: &[
        mutable("AssumeRolePolicyDocument").required(),
        mutable("Description"),
        mutable("ManagedPolicyArns"),
        mutable("MaxSessionDuration"),
        fixed("Path"),
        mutable("PermissionsBoundary"),
        mutable("Policies"),
        fixed("RoleName"),
        mutable("Tags"),
    ],
    attributes: &["Arn", "RoleId"],
    capability: Some("RoleName"),
    tagging: Tagging::Iam("Role", "RoleName"),
    create,
    update,
    delete,
    // CloudFormation waits for the role to spread (facts/aws.md §1.1).
    ready: Settle::After(Timing::StackRole),
    ..PLAIN
};

fn create(scene: &mut Scene) -> Result<(), AwsError> {
    let name = scene.name_or_generated("RoleName", 64);
    let names =
        ["AssumeRolePolicyDocument", "Description", "MaxSessionDuration", "Path", "PermissionsBoundary"];
    let params = scene.copy(Params::new(), &names).set("RoleName", &name);
    let answer = scene.iam("CreateRole", scene.iam_tagged(params))?;
    scene.physical_id = name;
    scene.attribute("Arn", answer.at("Role/Arn"));
    scene.attribute("RoleId", answer.at("Role/RoleId"));
    change_policies(scene, &Value::Null)
}

fn update(scene: &mut Scene, before: &Value) -> Result<(), AwsError> {
    let changed = |name: &str| scene.properties.get(name) != before.get(name);
    let (trust, boundary) = (changed("AssumeRolePolicyDocument"), changed("PermissionsBoundary"));
    let described = changed("Description") || changed("MaxSessionDuration");
    if trust {
        let params = role(scene).set("PolicyDocument", scene.text("AssumeRolePolicyDocument"));
        scene.iam("UpdateAssumeRolePolicy", params)?;
    }
    if described {
        let mut params = scene.copy(role(scene), &["MaxSessionDuration"]);
        params.insert("Description", scene.text("Description"));
        scene.iam("UpdateRole", params)?;
    }
    if boundary && scene.properties.get("PermissionsBoundary").is_some() {
        let params = scene.copy(role(scene), &["PermissionsBoundary"]);
        scene.iam("PutRolePermissionsBoundary", params)?;
    } else if boundary {
        scene.iam("DeleteRolePermissionsBoundary", role(scene))?;
    }
    change_policies(scene, before)
}

/// Only what the stack attached is detached: a policy that somebody else attached makes DeleteRole fail
/// (facts/aws.md §2.8).
fn delete(scene: &mut Scene) -> Result<(), AwsError> {
    let properties = std::mem::take(&mut scene.properties);
    let emptied = change_policies(scene, &properties);
    scene.properties = properties;
    emptied?;
    scene.iam("DeleteRole", role(scene)).map(drop)
}

fn role(scene: &Scene) -> Params {
    Params::new().set("RoleName", &scene.physical_id)
}

fn change_policies(scene: &mut Scene, before: &Value) -> Result<(), AwsError> {
    let (old, new) = (texts(before, "ManagedPolicyArns"), scene.texts("ManagedPolicyArns"));
    for arn in old.iter().filter(|arn| !new.contains(arn)) {
        let params = role(scene).set("PolicyArn", arn);
        ignore_missing(scene.iam("DetachRolePolicy", params).map(drop))?;
    }
    for arn in new.iter().filter(|arn| !old.contains(arn)) {
        let params = role(scene).set("PolicyArn", arn);
        scene.iam("AttachRolePolicy", params)?;
    }
    let (old, new) = (items(before, "Policies").to_vec(), items(&scene.properties, "Policies").to_vec());
    let name = |policy: &Value| text(policy.get("PolicyName"));
    for policy in old.iter().filter(|policy| !new.iter().any(|other| name(other) == name(policy))) {
        let params = role(scene).set("PolicyName", name(policy));
        ignore_missing(scene.iam("DeleteRolePolicy", params).map(drop))?;
    }
    for policy in new.iter().filter(|policy| !old.contains(policy)) {
        let document = text(policy.get("PolicyDocument"));
        let params = role(scene).set("PolicyName", name(policy)).set("PolicyDocument", document);
        scene.iam("PutRolePolicy", params)?;
    }
    Ok(())
}

/// What is gone already need not be removed.
pub(super) fn ignore_missing(outcome: Result<(), AwsError>) -> Result<(), AwsError> {
    outcome.or_else(|error| if error.code == "NoSuchEntity" { Ok(()) } else { Err(error) })
}
