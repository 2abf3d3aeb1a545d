//! Where subnets lead: by their route tables, and by the endpoints of their VPC.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ec2::types::{Route, RouteState, RouteTable};

use super::zones::filter;
use super::{checked, patiently, subnets};
use crate::aws::{Refusal, Service, Wire};
use crate::observe::{SubnetState, Way};

/// Says of each subnet where it leads, and which endpoints serve those that lead nowhere.
pub(super) async fn look(wire: &Wire, subnets: &mut [SubnetState]) -> Result<(), Refusal> {
    routes(wire, subnets).await?;
    if subnets.iter().any(|subnet| subnet.way == Some(Way::Nowhere)) {
        let endpoints = endpoints(wire, &vpcs(subnets)).await?;
        for subnet in subnets.iter_mut() {
            subnet.endpoints = endpoints.get(&subnet.vpc).cloned().unwrap_or_default();
        }
    }
    Ok(())
}

/// Where these subnets lead; nothing of those that may not be looked at.
pub(super) async fn of(wire: &Wire, ids: &[String]) -> Result<BTreeMap<String, Way>, Refusal> {
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let found = checked(async {
        let mut found = patiently(|| subnets::matching(wire, vec![filter("subnet-id", ids)])).await?;
        routes(wire, &mut found).await?;
        Ok(found)
    });
    let found = found.await?.unwrap_or_default();
    Ok(found.into_iter().filter_map(|subnet| Some((subnet.id, subnet.way?))).collect())
}

fn vpcs(subnets: &[SubnetState]) -> Vec<String> {
    subnets.iter().map(|subnet| subnet.vpc.clone()).collect::<BTreeSet<_>>().into_iter().collect()
}

/// Subnets without a table of their own have their VPC's main one.
async fn routes(wire: &Wire, subnets: &mut [SubnetState]) -> Result<(), Refusal> {
    let vpcs = vpcs(subnets);
    if vpcs.is_empty() {
        return Ok(());
    }
    let call = Service::Ec2.read("DescribeRouteTables", "");
    let request = || wire.ec2().describe_route_tables().filters(filter("vpc-id", &vpcs)).into_paginator();
    let pages = patiently(|| wire.pages(&call, || request().send())).await?;
    let tables: Vec<RouteTable> = pages.into_iter().filter_map(|page| page.route_tables).flatten().collect();
    let (mut own, mut main) = (BTreeMap::new(), BTreeMap::new());
    for table in &tables {
        for association in table.associations() {
            if let Some(subnet) = association.subnet_id() {
                own.insert(subnet, way(table));
            } else if association.main == Some(true) {
                main.extend(table.vpc_id().map(|vpc| (vpc, way(table))));
            }
        }
    }
    for subnet in subnets.iter_mut() {
        subnet.way = own.get(subnet.id.as_str()).or_else(|| main.get(subnet.vpc.as_str())).copied();
    }
    Ok(())
}

/// The services that each VPC has endpoints for, by the last part of their names.
pub(super) async fn endpoints(
    wire: &Wire,
    vpcs: &[String],
) -> Result<BTreeMap<String, BTreeSet<String>>, Refusal> {
    let call = Service::Ec2.read("DescribeVpcEndpoints", "");
    let pages =
        || wire.ec2().describe_vpc_endpoints().filters(filter("vpc-id", vpcs)).into_paginator().send();
    let pages = wire.pages(&call, pages).await?;
    let mut endpoints = BTreeMap::<String, BTreeSet<String>>::new();
    for endpoint in pages.into_iter().filter_map(|page| page.vpc_endpoints).flatten() {
        // The model spells `Available`, the service `available`.
        let state = endpoint.state.as_ref().map(|state| state.as_str().to_lowercase());
        let there = matches!(state.as_deref(), Some("available" | "pending") | None);
        if let (Some(vpc), Some(service), true) = (endpoint.vpc_id, endpoint.service_name, there) {
            endpoints.entry(vpc).or_default().insert(short(&service).to_owned());
        }
    }
    Ok(endpoints)
}

/// `ecr.api` of `com.amazonaws.us-west-2.ecr.api`; China's begin with `cn.`.
fn short(service: &str) -> &str {
    let service = service.strip_prefix("cn.").unwrap_or(service);
    service.strip_prefix("com.amazonaws.").and_then(|rest| rest.split_once('.')).map_or(service, |it| it.1)
}

fn way(table: &RouteTable) -> Way {
    let is_default = |route: &&Route| {
        route.destination_cidr_block() == Some("0.0.0.0/0") && route.state != Some(RouteState::Blackhole)
    };
    match table.routes().iter().find(is_default) {
        None => Way::Nowhere,
        Some(route) if route.gateway_id().is_some_and(|id| id.starts_with("igw-")) => Way::InternetGateway,
        Some(_) => Way::Elsewhere,
    }
}
