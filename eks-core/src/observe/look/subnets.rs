//! Subnets that the spec names.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ec2::types::{Filter, Subnet};

use super::zones::filter;
use super::{vpc_dns, ways};
use crate::aws::{Refusal, Service, Wire};
use crate::observe::{Seen, SubnetState};

/// A filter instead of ids: one unknown id would make the whole answer an error.
pub(super) async fn look(
    wire: &Wire,
    ids: &[String],
) -> Result<BTreeMap<String, Seen<SubnetState>>, Refusal> {
    let mut subnets: BTreeMap<_, _> = ids.iter().map(|id| (id.clone(), Seen::Absent)).collect();
    if ids.is_empty() {
        return Ok(subnets);
    }
    let mut found = matching(wire, vec![filter("subnet-id", ids)]).await?;
    ways::look(wire, &mut found).await?;
    vpc_dns::look(wire, &mut found).await?;
    subnets.extend(found.into_iter().map(|subnet| (subnet.id.clone(), Seen::Present(subnet))));
    Ok(subnets)
}

/// The subnets that pass every filter; where they lead is not looked at.
pub(super) async fn matching(wire: &Wire, filters: Vec<Filter>) -> Result<Vec<SubnetState>, Refusal> {
    let call = Service::Ec2.read("DescribeSubnets", "");
    let pages = || wire.ec2().describe_subnets().set_filters(Some(filters)).into_paginator().send();
    let pages = wire.pages(&call, pages).await?;
    let found = pages.into_iter().filter_map(|page| page.subnets).flatten();
    Ok(found.filter_map(state).collect())
}

fn state(subnet: Subnet) -> Option<SubnetState> {
    // The controllers look for a key, whatever its value but `0`.
    let has_role =
        |key: &str| subnet.tags().iter().any(|it| it.key() == Some(key) && it.value() != Some("0"));
    let takes_public_load_balancers = has_role("kubernetes.io/role/elb");
    let takes_internal_load_balancers = has_role("kubernetes.io/role/internal-elb");
    let ipv6 = !subnet.ipv6_cidr_block_association_set().is_empty();
    Some(SubnetState {
        id: subnet.subnet_id?,
        vpc: subnet.vpc_id?,
        zone: subnet.availability_zone.unwrap_or_default(),
        zone_id: subnet.availability_zone_id.unwrap_or_default(),
        free_addresses: subnet
            .available_ip_address_count
            .and_then(|count| u32::try_from(count).ok())
            .unwrap_or_default(),
        public_addresses: subnet.map_public_ip_on_launch.unwrap_or_default(),
        ipv6,
        way: None,
        endpoints: BTreeSet::new(),
        dns: None,
        takes_public_load_balancers,
        takes_internal_load_balancers,
    })
}
