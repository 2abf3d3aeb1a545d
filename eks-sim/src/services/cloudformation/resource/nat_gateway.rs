//! AWS::EC2::NatGateway.

use super::{Kind, PLAIN, Scene, Settle, Tagging, fixed, mutable};
use crate::wire::{AwsError, Params};

pub(super) const NAT_GATEWAY: Kind = Kind {
    name: "AWS::EC2::NatGateway",
    properties: &[
        fixed("SubnetId").required(),
        fixed("AllocationId"),
        fixed("ConnectivityType"),
        fixed("PrivateIpAddress"),
        mutable("Tags"),
    ],
    attributes: &["NatGatewayId"],
    tagging: Tagging::Ec2,
    create: |scene| {
        let names = ["SubnetId", "AllocationId", "ConnectivityType", "PrivateIpAddress"];
        let params = scene.copy(Params::new(), &names);
        let answer = scene.ec2("CreateNatGateway", scene.tagged(params, "natgateway"))?;
        scene.physical_id = answer.at("natGateway/natGatewayId").to_owned();
        scene.attribute("NatGatewayId", answer.at("natGateway/natGatewayId"));
        Ok(())
    },
    delete: |scene| {
        let params = Params::new().set("NatGatewayId", &scene.physical_id);
        scene.ec2("DeleteNatGateway", params).map(drop)
    },
    ready: Settle::When(|scene| match state(scene)? {
        (state, _) if state == "available" => Ok(true),
        (state, reason) if state == "failed" => Err(AwsError::new("NotStabilized", reason)),
        _ => Ok(false),
    }),
    gone: Settle::When(|scene| match state(scene) {
        Ok((state, _)) => Ok(state == "deleted" || state.is_empty()),
        Err(error) if error.code == "NatGatewayNotFound" => Ok(true),
        Err(error) => Err(error),
    }),
    ..PLAIN
};

/// State and, if it failed, the reason.
fn state(scene: &mut Scene) -> Result<(String, String), AwsError> {
    let params = Params::new().set("NatGatewayId.1", &scene.physical_id);
    let answer = scene.ec2("DescribeNatGateways", params)?;
    let at = |name: &str| answer.at(&format!("natGatewaySet/item/{name}")).to_owned();
    let reason = format!(
        "NatGateway {} is in state failed and hence failed to stabilize. Detailed failure message: {}",
        scene.physical_id,
        at("failureMessage")
    );
    Ok((at("state"), reason))
}
