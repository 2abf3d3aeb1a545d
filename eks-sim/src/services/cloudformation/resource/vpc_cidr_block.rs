//! AWS::EC2::VPCCidrBlock.

use super::{Kind, PLAIN, fixed};
use crate::wire::Params;

/// The attribute that keeps the IPv6 block, by which the VPC of the same stack has it in `Ipv6CidrBlocks`; no
/// template can ask for it here.
pub(crate) const IPV6_BLOCK: &str = "Ipv6CidrBlock";

pub(super) const VPC_CIDR_BLOCK: Kind = Kind {
    name: "AWS::EC2::VPCCidrBlock",
    properties: &[fixed("VpcId").required(), fixed("CidrBlock"), fixed("AmazonProvidedIpv6CidrBlock")],
    attributes: &["Id"],
    create: |scene| {
        let names = ["VpcId", "CidrBlock", "AmazonProvidedIpv6CidrBlock"];
        let params = scene.copy(Params::new(), &names);
        let answer = scene.ec2("AssociateVpcCidrBlock", params)?;
        let block = answer.at("ipv6CidrBlockAssociation/ipv6CidrBlock");
        let six = if block.is_empty() { "cidrBlockAssociation" } else { "ipv6CidrBlockAssociation" };
        let id = answer.at(&format!("{six}/associationId"));
        scene.physical_id = id.to_owned();
        scene.attribute("Id", id);
        if !block.is_empty() {
            scene.attribute(IPV6_BLOCK, block);
        }
        Ok(())
    },
    delete: |scene| {
        let params = Params::new().set("AssociationId", &scene.physical_id);
        scene.ec2("DisassociateVpcCidrBlock", params).map(drop)
    },
    ..PLAIN
};
