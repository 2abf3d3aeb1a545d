//! AWS::EKS::AccessEntry.

use serde_json::{Value, json};

use super::eks::{input, own_tags, tagged};
use super::scene::{items, text};
use super::{Kind, PLAIN, Scene, Tagging, fixed, mutable};
use crate::wire::AwsError;

/// Its `Ref` is `<principal's ARN>|<cluster>`, the type's primary identifier (U).
pub(super) const ACCESS_ENTRY: Kind = Kind {
    name: "AWS::EKS::AccessEntry",
    properties: &[
        mutable("AccessPolicies"),
        fixed("ClusterName").required(),
        mutable("KubernetesGroups"),
        fixed("PrincipalArn").required(),
        mutable("Tags"),
        fixed("Type"),
        mutable("Username"),
    ],
    attributes: &["AccessEntryArn"],
    tagging: Tagging::Eks("AccessEntryArn"),
    patient: true,
    create: |scene| {
        let sent = ["ClusterName", "KubernetesGroups", "PrincipalArn", "Type", "Username"];
        let request = tagged(scene, input(scene, &sent));
        let made = scene.eks("CreateAccessEntry", request)?;
        scene.physical_id = format!("{}|{}", scene.text("PrincipalArn"), scene.text("ClusterName"));
        let arn = text(made["accessEntry"].get("accessEntryArn"));
        own_tags(scene, &arn);
        scene.attribute("AccessEntryArn", arn);
        associate(scene, &Value::Null)
    },
    update: |scene, before| {
        let mut request = input(scene, &["KubernetesGroups", "Username"]);
        if request.as_object().is_some_and(|members| !members.is_empty()) {
            name(scene, &mut request);
            scene.eks("UpdateAccessEntry", request)?;
        }
        associate(scene, before)
    },
    delete: |scene| {
        let mut request = json!({});
        name(scene, &mut request);
        scene.eks("DeleteAccessEntry", request).map(drop)
    },
    ..PLAIN
};

/// Names the entry in a request.
fn name(scene: &Scene, request: &mut Value) {
    request["clusterName"] = json!(scene.text("ClusterName"));
    request["principalArn"] = json!(scene.text("PrincipalArn"));
}

fn associate(scene: &mut Scene, before: &Value) -> Result<(), AwsError> {
    let (old, new) =
        (items(before, "AccessPolicies").to_vec(), items(&scene.properties, "AccessPolicies").to_vec());
    let arn = |policy: &Value| text(policy.get("PolicyArn"));
    for policy in old.iter().filter(|policy| !new.iter().any(|other| arn(other) == arn(policy))) {
        let mut request = json!({ "policyArn": arn(policy) });
        name(scene, &mut request);
        scene.eks("DisassociateAccessPolicy", request)?;
    }
    for policy in new.iter().filter(|policy| !old.contains(policy)) {
        let scope = &policy["AccessScope"];
        let mut request = json!({ "policyArn": arn(policy), "accessScope": { "type": scope["Type"] } });
        if scope["Namespaces"].is_array() {
            request["accessScope"]["namespaces"] = scope["Namespaces"].clone();
        }
        name(scene, &mut request);
        scene.eks("AssociateAccessPolicy", request)?;
    }
    Ok(())
}
