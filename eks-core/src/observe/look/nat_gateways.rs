//! The NAT gateways of a VPC. A stack in express mode is complete before they are available
//! (facts/aws.md §2.8).

use aws_sdk_ec2::types::{NatGateway, NatGatewayState as State};

use super::status;
use super::zones::filter;
use crate::aws::{Call, Refusal, Service, Wire};
use crate::observe::{NatGatewayState, NatGatewayStatus};

pub(super) async fn look(wire: &Wire, vpc: &str) -> Result<Vec<NatGatewayState>, Refusal> {
    let call = Service::Ec2.read("DescribeNatGateways", format!("VPC {vpc}"));
    let pages = || wire.ec2().describe_nat_gateways().filter(filter("vpc-id", [vpc])).into_paginator().send();
    let pages = wire.pages(&call, pages).await?;
    pages
        .into_iter()
        .filter_map(|page| page.nat_gateways)
        .flatten()
        .map(|gateway| state(&call, gateway))
        .collect()
}

fn state(call: &Call, gateway: NatGateway) -> Result<NatGatewayState, Refusal> {
    Ok(NatGatewayState {
        status: status(call, gateway.state.as_ref().map(State::as_str), named)?,
        id: gateway.nat_gateway_id.unwrap_or_default(),
        failure: gateway.failure_code.zip(gateway.failure_message),
    })
}

fn named(name: &str) -> Option<NatGatewayStatus> {
    Some(match name {
        "pending" => NatGatewayStatus::Pending,
        "available" => NatGatewayStatus::Available,
        "failed" => NatGatewayStatus::Failed,
        "deleting" => NatGatewayStatus::Deleting,
        "deleted" => NatGatewayStatus::Deleted,
        _ => return None,
    })
}
