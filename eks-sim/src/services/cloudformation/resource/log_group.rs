//! AWS::Logs::LogGroup.

use serde_json::{Value, json};

use super::{Kind, PLAIN, Scene, Tagging, fixed, mutable};
use crate::wire::AwsError;

pub(super) const LOG_GROUP: Kind = Kind {
    name: "AWS::Logs::LogGroup",
    properties: &[
        mutable("DeletionProtectionEnabled"),
        mutable("KmsKeyId"),
        fixed("LogGroupClass"),
        fixed("LogGroupName"),
        mutable("RetentionInDays"),
        mutable("Tags"),
    ],
    attributes: &["Arn"],
    tagging: Tagging::Logs,
    create,
    update,
    delete: |scene| {
        let group = json!({ "logGroupName": scene.physical_id });
        scene.logs("DeleteLogGroup", group).map(drop)
    },
    ..PLAIN
};

/// The group's own ARN. `Fn::GetAtt` gives that of everything in it.
pub(super) fn arn(scene: &Scene) -> String {
    scene.attribute_text("Arn").trim_end_matches(":*").to_owned()
}

fn create(scene: &mut Scene) -> Result<(), AwsError> {
    let name = scene.name_or_generated("LogGroupName", 512);
    let mut input = json!({ "logGroupName": name });
    for (property, member) in [("KmsKeyId", "kmsKeyId"), ("LogGroupClass", "logGroupClass")] {
        if let Some(value) = scene.properties.get(property) {
            input[member] = value.clone();
        }
    }
    if is_on(scene.properties.get("DeletionProtectionEnabled")) {
        input["deletionProtectionEnabled"] = json!(true);
    }
    if !scene.tags.is_empty() {
        input["tags"] = json!(scene.tags);
    }
    scene.logs("CreateLogGroup", input)?;
    scene.physical_id.clone_from(&name);
    let shown = scene.logs("DescribeLogGroups", json!({ "logGroupIdentifiers": [name] }))?;
    scene.attribute("Arn", shown["logGroups"][0]["arn"].clone());
    keep(scene, &Value::Null)
}

fn update(scene: &mut Scene, before: &Value) -> Result<(), AwsError> {
    if scene.properties.get("KmsKeyId") != before.get("KmsKeyId") {
        let input = json!({ "logGroupName": scene.physical_id, "kmsKeyId": scene.text("KmsKeyId") });
        scene.logs("AssociateKmsKey", input)?;
    }
    let wanted = is_on(scene.properties.get("DeletionProtectionEnabled"));
    if wanted != is_on(before.get("DeletionProtectionEnabled")) {
        let input = json!({ "logGroupIdentifier": scene.physical_id, "deletionProtectionEnabled": wanted });
        scene.logs("PutLogGroupDeletionProtection", input)?;
    }
    keep(scene, before)
}

/// Has the group keep what is written to it for as long as is wanted now.
fn keep(scene: &mut Scene, before: &Value) -> Result<(), AwsError> {
    let group = scene.physical_id.clone();
    let days = scene.text("RetentionInDays");
    if super::scene::text(before.get("RetentionInDays")) == days {
        return Ok(());
    }
    if days.is_empty() {
        return scene.logs("DeleteRetentionPolicy", json!({ "logGroupName": group })).map(drop);
    }
    // Templates write numbers as texts, too.
    let days = days.parse::<i64>().map_or_else(|_| json!(days), |days| json!(days));
    scene.logs("PutRetentionPolicy", json!({ "logGroupName": group, "retentionInDays": days })).map(drop)
}

fn is_on(value: Option<&Value>) -> bool {
    super::scene::text(value) == "true"
}
