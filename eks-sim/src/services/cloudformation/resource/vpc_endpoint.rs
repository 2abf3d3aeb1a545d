//! AWS::EC2::VPCEndpoint.

use super::{Kind, PLAIN, Scene, Settle, Tagging, fixed, mutable};
use crate::wire::{AwsError, Params};

/// What AWS changes in place (subnets, groups, route tables, policy) is replaced here: there is no
/// ModifyVpcEndpoint.
pub(super) const VPC_ENDPOINT: Kind = Kind {
    name: "AWS::EC2::VPCEndpoint",
    properties: &[
        fixed("VpcId").required(),
        fixed("ServiceName").required(),
        fixed("VpcEndpointType"),
        fixed("SubnetIds"),
        fixed("SecurityGroupIds"),
        fixed("RouteTableIds"),
        fixed("PrivateDnsEnabled"),
        fixed("PolicyDocument"),
        mutable("Tags"),
    ],
    attributes: &["Id", "CreationTimestamp", "DnsEntries", "NetworkInterfaceIds"],
    tagging: Tagging::Ec2,
    create: |scene| {
        let names = ["VpcId", "ServiceName", "VpcEndpointType", "PrivateDnsEnabled", "PolicyDocument"];
        let mut params = scene.copy(Params::new(), &names);
        for (property, member) in [
            ("SubnetIds", "SubnetId"),
            ("SecurityGroupIds", "SecurityGroupId"),
            ("RouteTableIds", "RouteTableId"),
        ] {
            for (index, id) in (1..).zip(scene.texts(property)) {
                params.insert(format!("{member}.{index}"), id);
            }
        }
        let answer = scene.ec2("CreateVpcEndpoint", scene.tagged(params, "vpc-endpoint"))?;
        scene.physical_id = answer.at("vpcEndpoint/vpcEndpointId").to_owned();
        scene.attribute("Id", answer.at("vpcEndpoint/vpcEndpointId"));
        scene.attribute("CreationTimestamp", answer.at("vpcEndpoint/creationTimestamp"));
        let interfaces: Vec<String> = answer
            .all("vpcEndpoint/networkInterfaceIdSet/item")
            .into_iter()
            .map(|item| item.value().to_owned())
            .collect();
        scene.attribute("NetworkInterfaceIds", interfaces);
        Ok(())
    },
    delete: |scene| {
        let params = Params::new().set("VpcEndpointId.1", &scene.physical_id);
        let answer = scene.ec2("DeleteVpcEndpoints", params)?;
        match answer.at("unsuccessful/item/error/code") {
            "" => Ok(()),
            code => Err(AwsError::new(code, answer.at("unsuccessful/item/error/message"))),
        }
    },
    ready: Settle::When(|scene| Ok(state(scene)? == "available")),
    gone: Settle::When(|scene| match state(scene) {
        Ok(state) => Ok(state.is_empty()),
        Err(error) if error.code == "InvalidVpcEndpointId.NotFound" => Ok(true),
        Err(error) => Err(error),
    }),
    ..PLAIN
};

fn state(scene: &mut Scene) -> Result<String, AwsError> {
    let params = Params::new().set("VpcEndpointId.1", &scene.physical_id);
    Ok(scene.ec2("DescribeVpcEndpoints", params)?.at("vpcEndpointSet/item/state").to_owned())
}
