//! AWS::EC2::SecurityGroupIngress and AWS::EC2::SecurityGroupEgress.

use super::security_group::permission;
use super::{Kind, PLAIN, Property, Scene, fixed};
use crate::wire::AwsError;

const fn rule(name: &'static str, properties: &'static [Property]) -> Kind {
    Kind { name, properties, attributes: &["Id"], ..PLAIN }
}

pub(super) const SECURITY_GROUP_INGRESS: Kind = Kind {
    create: |scene| authorize(scene, "Ingress"),
    delete: |scene| revoke(scene, "Ingress"),
    ..rule(
        "AWS::EC2::SecurityGroupIngress",
        &[
            fixed("GroupId").required(),
            fixed("IpProtocol").required(),
            fixed("FromPort"),
            fixed("ToPort"),
            fixed("CidrIp"),
            fixed("CidrIpv6"),
            fixed("SourceSecurityGroupId"),
            fixed("SourcePrefixListId"),
            fixed("Description"),
        ],
    )
};

pub(super) const SECURITY_GROUP_EGRESS: Kind = Kind {
    create: |scene| authorize(scene, "Egress"),
    delete: |scene| revoke(scene, "Egress"),
    ..rule(
        "AWS::EC2::SecurityGroupEgress",
        &[
            fixed("GroupId").required(),
            fixed("IpProtocol").required(),
            fixed("FromPort"),
            fixed("ToPort"),
            fixed("CidrIp"),
            fixed("CidrIpv6"),
            fixed("DestinationSecurityGroupId"),
            fixed("DestinationPrefixListId"),
            fixed("Description"),
        ],
    )
};

fn authorize(scene: &mut Scene, direction: &str) -> Result<(), AwsError> {
    let params = permission(&scene.text("GroupId"), &scene.properties);
    let answer = scene.ec2(&format!("AuthorizeSecurityGroup{direction}"), params)?;
    let id = answer.at("securityGroupRuleSet/item/securityGroupRuleId").to_owned();
    scene.physical_id.clone_from(&id);
    scene.attribute("Id", id);
    Ok(())
}

fn revoke(scene: &mut Scene, direction: &str) -> Result<(), AwsError> {
    let params = permission(&scene.text("GroupId"), &scene.properties);
    scene.ec2(&format!("RevokeSecurityGroup{direction}"), params).map(drop)
}
