//! Whether names resolve in a VPC: two attributes, which EC2 tells of only one at a time.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ec2::types::VpcAttributeName;
use futures_util::future::{try_join, try_join_all};

use super::checked;
use crate::aws::{Refusal, Service, Wire};
use crate::observe::{SubnetState, VpcDns};

/// Says of each subnet what its VPC does with names. Who may not ask does not know it, which is no reason to end.
pub(super) async fn look(wire: &Wire, subnets: &mut [SubnetState]) -> Result<(), Refusal> {
    let vpcs: BTreeSet<String> = subnets.iter().map(|subnet| subnet.vpc.clone()).collect();
    let found = vpcs.iter().map(async |vpc| Ok::<_, Refusal>((vpc.clone(), dns(wire, vpc).await?)));
    let found: BTreeMap<String, Option<VpcDns>> = try_join_all(found).await?.into_iter().collect();
    for subnet in subnets {
        subnet.dns = found.get(&subnet.vpc).copied().flatten();
    }
    Ok(())
}

async fn dns(wire: &Wire, vpc: &str) -> Result<Option<VpcDns>, Refusal> {
    let both = try_join(
        attribute(wire, vpc, VpcAttributeName::EnableDnsSupport),
        attribute(wire, vpc, VpcAttributeName::EnableDnsHostnames),
    );
    Ok(checked(both).await?.ok().map(|(support, hostnames)| VpcDns { support, hostnames }))
}

async fn attribute(wire: &Wire, vpc: &str, name: VpcAttributeName) -> Result<bool, Refusal> {
    let call = Service::Ec2.read("DescribeVpcAttribute", format!("VPC {vpc}"));
    let request = wire.ec2().describe_vpc_attribute().vpc_id(vpc).attribute(name.clone());
    let answer = wire.send(&call, || request.send()).await?;
    let value = match name {
        VpcAttributeName::EnableDnsSupport => answer.enable_dns_support,
        _ => answer.enable_dns_hostnames,
    };
    Ok(value.and_then(|value| value.value).unwrap_or_default())
}
