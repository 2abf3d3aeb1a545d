//! AWS::EC2::SecurityGroup.

use serde_json::{Value, json};

use super::scene::{items, text};
use super::{Kind, PLAIN, Scene, Tagging, fixed, mutable};
use crate::wire::{AwsError, Params};

pub(super) const SECURITY_GROUP: Kind = Kind {
    name: "AWS::EC2::SecurityGroup",
    properties: &[
        fixed("GroupDescription").required(),
        fixed("GroupName"),
        fixed("VpcId"),
        mutable("SecurityGroupIngress"),
        mutable("SecurityGroupEgress"),
        mutable("Tags"),
    ],
    attributes: &["GroupId", "Id", "VpcId"],
    tagging: Tagging::Ec2,
    create,
    update,
    delete: |scene| {
        let params = Params::new().set("GroupId", &scene.physical_id);
        scene.ec2("DeleteSecurityGroup", params).map(drop)
    },
    ..PLAIN
};

fn create(scene: &mut Scene) -> Result<(), AwsError> {
    let name = scene.name_or_generated("GroupName", 255);
    let params = scene.copy(Params::new(), &["GroupDescription", "VpcId"]).set("GroupName", name);
    let answer = scene.ec2("CreateSecurityGroup", scene.tagged(params, "security-group"))?;
    scene.physical_id = answer.at("groupId").to_owned();
    scene.attribute("GroupId", answer.at("groupId"));
    scene.attribute("Id", answer.at("groupId"));
    scene.attribute("VpcId", scene.text("VpcId"));
    // EC2 gives a new group one rule, which lets everything out.
    let given = json!({ "SecurityGroupEgress": [{ "IpProtocol": "-1", "CidrIp": "0.0.0.0/0" }] });
    update(scene, &given)
}

fn update(scene: &mut Scene, before: &Value) -> Result<(), AwsError> {
    for direction in ["Ingress", "Egress"] {
        let property = format!("SecurityGroup{direction}");
        if direction == "Egress" && scene.properties.get(&property).is_none() {
            continue;
        }
        let (old, new) = (items(before, &property).to_vec(), items(&scene.properties, &property).to_vec());
        let group = scene.physical_id.clone();
        for rule in old.iter().filter(|rule| !new.contains(rule)) {
            scene.ec2(&format!("RevokeSecurityGroup{direction}"), permission(&group, rule))?;
        }
        for rule in new.iter().filter(|rule| !old.contains(rule)) {
            scene.ec2(&format!("AuthorizeSecurityGroup{direction}"), permission(&group, rule))?;
        }
    }
    Ok(())
}

/// A rule in CloudFormation's flat form as EC2's `IpPermissions.1`.
pub(super) fn permission(group: &str, rule: &Value) -> Params {
    let mut params = Params::new().set("GroupId", group);
    for name in ["IpProtocol", "FromPort", "ToPort"] {
        if let Some(value) = rule.get(name) {
            params.insert(format!("IpPermissions.1.{name}"), text(Some(value)));
        }
    }
    for (name, place) in [
        ("CidrIp", "IpRanges.1.CidrIp"),
        ("CidrIpv6", "Ipv6Ranges.1.CidrIpv6"),
        ("SourceSecurityGroupId", "Groups.1.GroupId"),
        ("DestinationSecurityGroupId", "Groups.1.GroupId"),
        ("SourcePrefixListId", "PrefixListIds.1.PrefixListId"),
        ("DestinationPrefixListId", "PrefixListIds.1.PrefixListId"),
    ] {
        let Some(value) = rule.get(name) else { continue };
        params.insert(format!("IpPermissions.1.{place}"), text(Some(value)));
        if let (Some(description), Some((list, _))) = (rule.get("Description"), place.split_once('.')) {
            params.insert(format!("IpPermissions.1.{list}.1.Description"), text(Some(description)));
        }
    }
    params
}
