//! AWS::EC2::Subnet.

use serde_json::Value;

use super::{Kind, PLAIN, Scene, Tagging, fixed, mutable};
use crate::wire::{AwsError, Params};

pub(super) const SUBNET: Kind = Kind {
    name: "AWS::EC2::Subnet",
    properties: &[
        fixed("VpcId").required(),
        fixed("CidrBlock"),
        fixed("Ipv6CidrBlock"),
        mutable("AssignIpv6AddressOnCreation"),
        fixed("AvailabilityZone"),
        fixed("AvailabilityZoneId"),
        mutable("MapPublicIpOnLaunch"),
        mutable("Tags"),
    ],
    attributes: &["SubnetId", "AvailabilityZone", "AvailabilityZoneId", "CidrBlock", "VpcId"],
    tagging: Tagging::Ec2,
    create,
    update,
    delete: |scene| {
        let params = Params::new().set("SubnetId", &scene.physical_id);
        scene.ec2("DeleteSubnet", params).map(drop)
    },
    ..PLAIN
};

fn create(scene: &mut Scene) -> Result<(), AwsError> {
    let names = ["VpcId", "CidrBlock", "Ipv6CidrBlock", "AvailabilityZone", "AvailabilityZoneId"];
    let params = scene.copy(Params::new(), &names);
    let answer = scene.ec2("CreateSubnet", scene.tagged(params, "subnet"))?;
    scene.physical_id = answer.at("subnet/subnetId").to_owned();
    scene.attribute("SubnetId", answer.at("subnet/subnetId"));
    scene.attribute("AvailabilityZone", answer.at("subnet/availabilityZone"));
    scene.attribute("AvailabilityZoneId", answer.at("subnet/availabilityZoneId"));
    scene.attribute("CidrBlock", answer.at("subnet/cidrBlock"));
    scene.attribute("VpcId", answer.at("subnet/vpcId"));
    update(scene, &Value::Null)
}

fn update(scene: &mut Scene, before: &Value) -> Result<(), AwsError> {
    for name in ["MapPublicIpOnLaunch", "AssignIpv6AddressOnCreation"] {
        if scene.properties.get(name) == before.get(name) {
            continue;
        }
        let value = scene.properties.get(name).map_or_else(|| "false".to_owned(), |_| scene.text(name));
        let params = Params::new().set("SubnetId", &scene.physical_id).set(format!("{name}.Value"), value);
        scene.ec2("ModifySubnetAttribute", params)?;
    }
    Ok(())
}
