//! AWS::EC2::RouteTable, AWS::EC2::Route and AWS::EC2::SubnetRouteTableAssociation.

use super::{Kind, PLAIN, Scene, Tagging, fixed, mutable};
use crate::wire::{AwsError, Params};

pub(super) const ROUTE_TABLE: Kind = Kind {
    name: "AWS::EC2::RouteTable",
    properties: &[fixed("VpcId").required(), mutable("Tags")],
    attributes: &["RouteTableId"],
    tagging: Tagging::Ec2,
    create: |scene| {
        let params = scene.copy(Params::new(), &["VpcId"]);
        let answer = scene.ec2("CreateRouteTable", scene.tagged(params, "route-table"))?;
        scene.physical_id = answer.at("routeTable/routeTableId").to_owned();
        scene.attribute("RouteTableId", answer.at("routeTable/routeTableId"));
        Ok(())
    },
    delete: |scene| {
        let params = Params::new().set("RouteTableId", &scene.physical_id);
        scene.ec2("DeleteRouteTable", params).map(drop)
    },
    ..PLAIN
};

const TARGETS: [&str; 6] = [
    "EgressOnlyInternetGatewayId",
    "GatewayId",
    "InstanceId",
    "NatGatewayId",
    "NetworkInterfaceId",
    "VpcPeeringConnectionId",
];

pub(super) const ROUTE: Kind = Kind {
    name: "AWS::EC2::Route",
    properties: &[
        fixed("RouteTableId").required(),
        fixed("DestinationCidrBlock"),
        fixed("DestinationIpv6CidrBlock"),
        mutable(TARGETS[0]),
        mutable(TARGETS[1]),
        mutable(TARGETS[2]),
        mutable(TARGETS[3]),
        mutable(TARGETS[4]),
        mutable(TARGETS[5]),
    ],
    attributes: &["CidrBlock"],
    create: |scene| {
        put_route(scene, "CreateRoute")?;
        let destination =
            format!("{}{}", scene.text("DestinationCidrBlock"), scene.text("DestinationIpv6CidrBlock"));
        scene.physical_id = format!("{}|{destination}", scene.text("RouteTableId"));
        scene.attribute("CidrBlock", destination);
        Ok(())
    },
    update: |scene, _| put_route(scene, "ReplaceRoute"),
    delete: |scene| {
        let params = scene.copy(Params::new(), &DESTINATION);
        scene.ec2("DeleteRoute", params).map(drop)
    },
    ..PLAIN
};

const DESTINATION: [&str; 3] = ["RouteTableId", "DestinationCidrBlock", "DestinationIpv6CidrBlock"];

fn put_route(scene: &mut Scene, operation: &str) -> Result<(), AwsError> {
    let params = scene.copy(scene.copy(Params::new(), &DESTINATION), &TARGETS);
    scene.ec2(operation, params).map(drop)
}

pub(super) const SUBNET_ROUTE_TABLE_ASSOCIATION: Kind = Kind {
    name: "AWS::EC2::SubnetRouteTableAssociation",
    properties: &[mutable("RouteTableId").required(), fixed("SubnetId").required()],
    attributes: &["Id"],
    create: |scene| {
        let params = scene.copy(Params::new(), &["RouteTableId", "SubnetId"]);
        let answer = scene.ec2("AssociateRouteTable", params)?;
        associated(scene, answer.at("associationId"));
        Ok(())
    },
    update: |scene, _| {
        let params = scene.copy(Params::new(), &["RouteTableId"]).set("AssociationId", &scene.physical_id);
        let answer = scene.ec2("ReplaceRouteTableAssociation", params)?;
        associated(scene, answer.at("newAssociationId"));
        Ok(())
    },
    delete: |scene| {
        let params = Params::new().set("AssociationId", &scene.physical_id);
        scene.ec2("DisassociateRouteTable", params).map(drop)
    },
    ..PLAIN
};

fn associated(scene: &mut Scene, id: &str) {
    scene.physical_id = id.to_owned();
    scene.attribute("Id", id);
}
