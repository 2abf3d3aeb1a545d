//! AWS::EC2::InternetGateway, AWS::EC2::EgressOnlyInternetGateway and AWS::EC2::VPCGatewayAttachment.

use serde_json::Value;

use super::scene::text;
use super::{Kind, PLAIN, Scene, Tagging, fixed, mutable};
use crate::timing::Timing;
use crate::wire::{AwsError, Params};

pub(super) const INTERNET_GATEWAY: Kind = Kind {
    name: "AWS::EC2::InternetGateway",
    properties: &[mutable("Tags")],
    attributes: &["InternetGatewayId"],
    tagging: Tagging::Ec2,
    create: |scene| {
        let answer = scene.ec2("CreateInternetGateway", scene.tagged(Params::new(), "internet-gateway"))?;
        scene.physical_id = answer.at("internetGateway/internetGatewayId").to_owned();
        scene.attribute("InternetGatewayId", answer.at("internetGateway/internetGatewayId"));
        Ok(())
    },
    delete: |scene| {
        let params = Params::new().set("InternetGatewayId", &scene.physical_id);
        scene.ec2("DeleteInternetGateway", params).map(drop)
    },
    delete_timing: Timing::StackVpcDelete,
    ..PLAIN
};

pub(super) const EGRESS_ONLY_INTERNET_GATEWAY: Kind = Kind {
    name: "AWS::EC2::EgressOnlyInternetGateway",
    properties: &[fixed("VpcId").required(), mutable("Tags")],
    attributes: &["Id"],
    tagging: Tagging::Ec2,
    create: |scene| {
        let params = scene.copy(Params::new(), &["VpcId"]);
        let params = scene.tagged(params, "egress-only-internet-gateway");
        let answer = scene.ec2("CreateEgressOnlyInternetGateway", params)?;
        let id = answer.at("egressOnlyInternetGateway/egressOnlyInternetGatewayId");
        scene.physical_id = id.to_owned();
        scene.attribute("Id", id);
        Ok(())
    },
    delete: |scene| {
        let params = Params::new().set("EgressOnlyInternetGatewayId", &scene.physical_id);
        scene.ec2("DeleteEgressOnlyInternetGateway", params).map(drop)
    },
    ..PLAIN
};

pub(super) const VPC_GATEWAY_ATTACHMENT: Kind = Kind {
    name: "AWS::EC2::VPCGatewayAttachment",
    properties: &[fixed("VpcId").required(), mutable("InternetGatewayId").required()],
    attributes: &["AttachmentType"],
    create: |scene| {
        attach(scene)?;
        scene.physical_id = format!("IGW|{}", scene.text("VpcId"));
        scene.attribute("AttachmentType", "IGW");
        Ok(())
    },
    update: |scene, before| {
        detach(scene, before)?;
        attach(scene)
    },
    delete: |scene| {
        let properties = scene.properties.clone();
        detach(scene, &properties)
    },
    ..PLAIN
};

fn attach(scene: &mut Scene) -> Result<(), AwsError> {
    let params = scene.copy(Params::new(), &["VpcId", "InternetGatewayId"]);
    scene.ec2("AttachInternetGateway", params).map(drop)
}

fn detach(scene: &mut Scene, properties: &Value) -> Result<(), AwsError> {
    let params = Params::new()
        .set("VpcId", text(properties.get("VpcId")))
        .set("InternetGatewayId", text(properties.get("InternetGatewayId")));
    scene.ec2("DetachInternetGateway", params).map(drop)
}
