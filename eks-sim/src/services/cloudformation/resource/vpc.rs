//! AWS::EC2::VPC.

use serde_json::{Value, json};

use super::{Kind, PLAIN, Scene, Tagging, fixed, mutable};
use crate::timing::Timing;
use crate::wire::{AwsError, Params};

const DNS: [&str; 2] = ["EnableDnsSupport", "EnableDnsHostnames"];

pub(super) const VPC: Kind = Kind {
    name: "AWS::EC2::VPC",
    properties: &[
        fixed("CidrBlock").required(),
        mutable("EnableDnsSupport"),
        mutable("EnableDnsHostnames"),
        fixed("InstanceTenancy"),
        mutable("Tags"),
    ],
    attributes: &["VpcId", "CidrBlock", "CidrBlockAssociations", "DefaultSecurityGroup", "Ipv6CidrBlocks"],
    tagging: Tagging::Ec2,
    create,
    update,
    delete: |scene| {
        let params = Params::new().set("VpcId", &scene.physical_id);
        scene.ec2("DeleteVpc", params).map(drop)
    },
    delete_timing: Timing::StackVpcDelete,
    ..PLAIN
};

fn create(scene: &mut Scene) -> Result<(), AwsError> {
    let params = scene.copy(Params::new(), &["CidrBlock", "InstanceTenancy"]);
    let answer = scene.ec2("CreateVpc", scene.tagged(params, "vpc"))?;
    scene.physical_id = answer.at("vpc/vpcId").to_owned();
    scene.attribute("VpcId", answer.at("vpc/vpcId"));
    scene.attribute("CidrBlock", answer.at("vpc/cidrBlock"));
    let associations = answer.all("vpc/cidrBlockAssociationSet/item/associationId");
    let associations: Vec<&str> = associations.into_iter().map(|element| element.value()).collect();
    scene.attribute("CidrBlockAssociations", associations);
    scene.attribute("Ipv6CidrBlocks", json!([]));
    let filter = Params::new()
        .set("Filter.1.Name", "vpc-id")
        .set("Filter.1.Value.1", &scene.physical_id)
        .set("Filter.2.Name", "group-name")
        .set("Filter.2.Value.1", "default");
    let groups = scene.ec2("DescribeSecurityGroups", filter)?;
    scene.attribute("DefaultSecurityGroup", groups.at("securityGroupInfo/item/groupId"));
    update(scene, &Value::Null)
}

fn update(scene: &mut Scene, before: &Value) -> Result<(), AwsError> {
    for name in DNS {
        let value = scene.properties.get(name);
        if value == before.get(name) {
            continue;
        }
        // Without the property a VPC resolves names and gives instances none.
        let value = value.map_or_else(|| (name == "EnableDnsSupport").to_string(), |_| scene.text(name));
        let params = Params::new().set("VpcId", &scene.physical_id).set(format!("{name}.Value"), value);
        scene.ec2("ModifyVpcAttribute", params)?;
    }
    Ok(())
}
