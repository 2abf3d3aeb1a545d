//! Where subnets lead: by their route tables, and by the endpoints of their VPC.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ec2::types::{Route, RouteState, RouteTable};

use super::zones::filter;
use crate::aws::{Refusal, Service, Wire};
use crate::observe::{SubnetState, Way};

/// Says of each subnet where it leads. Those without a table of their own have their VPC's main one.
pub(super) async fn look(wire: &Wire, subnets: &mut [SubnetState]) -> Result<(), Refusal> {
    let vpcs: Vec<String> =
        subnets.iter().map(|subnet| subnet.vpc.clone()).collect::<BTreeSet<_>>().into_iter().collect();
    if vpcs.is_empty() {
        return Ok(());
    }
    let call = Service::Ec2.read("DescribeRouteTables", "");
    let pages = wire.ec2().describe_route_tables().filters(filter("vpc-id", &vpcs)).into_paginator().send();
    let pages = wire.pages(&call, pages).await?;
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
    if subnets.iter().any(|subnet| subnet.way == Some(Way::Nowhere)) {
        let endpoints = endpoints(wire, &vpcs).await?;
        for subnet in subnets.iter_mut() {
            subnet.endpoints = endpoints.get(&subnet.vpc).cloned().unwrap_or_default();
        }
    }
    Ok(())
}

/// The services that each VPC has endpoints for, by the last part of their names.
async fn endpoints(wire: &Wire, vpcs: &[String]) -> Result<BTreeMap<String, BTreeSet<String>>, Refusal> {
    let call = Service::Ec2.read("DescribeVpcEndpoints", "");
    let pages = wire.ec2().describe_vpc_endpoints().filters(filter("vpc-id", vpcs)).into_paginator().send();
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
