//! AWS::EC2::EIP.

use super::{Kind, PLAIN, Tagging, fixed, mutable};
use crate::wire::Params;

pub(super) const EIP: Kind = Kind {
    name: "AWS::EC2::EIP",
    properties: &[fixed("Domain"), fixed("NetworkBorderGroup"), mutable("Tags")],
    attributes: &["AllocationId", "PublicIp"],
    tagging: Tagging::Ec2Attribute("AllocationId"),
    create: |scene| {
        let params = scene.copy(Params::new().set("Domain", "vpc"), &["Domain", "NetworkBorderGroup"]);
        let answer = scene.ec2("AllocateAddress", scene.tagged(params, "elastic-ip"))?;
        scene.physical_id = answer.at("publicIp").to_owned();
        scene.attribute("PublicIp", answer.at("publicIp"));
        scene.attribute("AllocationId", answer.at("allocationId"));
        Ok(())
    },
    delete: |scene| {
        let params = Params::new().set("AllocationId", scene.attribute_text("AllocationId"));
        scene.ec2("ReleaseAddress", params).map(drop)
    },
    ..PLAIN
};
