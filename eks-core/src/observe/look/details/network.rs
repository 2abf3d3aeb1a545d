//! The VPC of a cluster and what is in it.

use std::collections::BTreeMap;

use aws_sdk_ec2::types::{
    IpPermission, NatGateway, Route, RouteState, RouteTable, SecurityGroup, Subnet, Vpc,
};
use futures_util::future::try_join;

use super::super::zones::filter;
use super::super::{checked, patiently, ways};
use crate::aws::{Refusal, Service, Wire};
use crate::observe::{ClusterState, GatewayInfo, NetworkInfo, RouteInfo, SecurityGroupInfo, SubnetInfo};

/// Seven calls, all at once. What is not all to be read is not told.
pub(crate) async fn network_info(
    wire: &Wire,
    cluster: &ClusterState,
) -> Result<Result<Option<NetworkInfo>, String>, Refusal> {
    let Some(vpc) = &cluster.vpc else { return Ok(Ok(None)) };
    let vpcs = &[vpc.clone()][..];
    let of_vpc = || filter("vpc-id", vpcs);
    let call = |operation: &'static str| Service::Ec2.read(operation, format!("VPC {vpc}"));
    let ec2 = wire.ec2();
    let ids: Vec<&String> = cluster.security_group.iter().chain(&cluster.security_groups).collect();
    let (of_vpcs, of_subnets, of_tables) =
        (call("DescribeVpcs"), call("DescribeSubnets"), call("DescribeRouteTables"));
    let (of_gateways, of_nat) = (call("DescribeInternetGateways"), call("DescribeNatGateways"));
    let of_groups = call("DescribeSecurityGroups");
    let shape = try_join(
        try_join(
            patiently(|| {
                wire.pages(&of_vpcs, || ec2.describe_vpcs().filters(of_vpc()).into_paginator().send())
            }),
            patiently(|| {
                wire.pages(&of_subnets, || ec2.describe_subnets().filters(of_vpc()).into_paginator().send())
            }),
        ),
        patiently(|| {
            wire.pages(&of_tables, || ec2.describe_route_tables().filters(of_vpc()).into_paginator().send())
        }),
    );
    let attached = || filter("attachment.vpc-id", vpcs);
    let gateways = try_join(
        patiently(|| {
            let request = ec2.describe_internet_gateways().filters(attached());
            wire.pages(&of_gateways, || request.into_paginator().send())
        }),
        patiently(|| {
            wire.pages(&of_nat, || ec2.describe_nat_gateways().filter(of_vpc()).into_paginator().send())
        }),
    );
    let groups = patiently(|| {
        let request = ec2.describe_security_groups().filters(filter("group-id", ids.clone()));
        wire.pages(&of_groups, || request.into_paginator().send())
    });
    let inside = try_join(groups, patiently(|| ways::endpoints(wire, vpcs)));
    let all = try_join(try_join(shape, gateways), inside);
    Ok(checked(all).await?.map(|((((vpcs, subnets), tables), (internet, nat)), (groups, endpoints))| {
        let vpc_state = vpcs.into_iter().filter_map(|page| page.vpcs).flatten().next()?;
        let tables: Vec<RouteTable> =
            tables.into_iter().filter_map(|page| page.route_tables).flatten().collect();
        let subnets = subnets.into_iter().filter_map(|page| page.subnets).flatten();
        let mut subnets: Vec<SubnetInfo> = subnets.filter_map(|it| subnet(it, &tables, cluster)).collect();
        subnets.sort_by(|one, two| (&one.zone, &one.id).cmp(&(&two.zone, &two.id)));
        let internet = internet.into_iter().filter_map(|page| page.internet_gateways).flatten();
        let internet = internet.filter_map(|gateway| {
            let state = gateway.attachments().first().and_then(|it| it.state.clone());
            let state = state.map(|state| state.as_str().to_owned()).unwrap_or_default();
            Some(GatewayInfo { id: gateway.internet_gateway_id?, state, ..GatewayInfo::default() })
        });
        let nat = nat.into_iter().filter_map(|page| page.nat_gateways).flatten().filter_map(nat_gateway);
        let groups = groups.into_iter().filter_map(|page| page.security_groups).flatten();
        let by_id: BTreeMap<String, SecurityGroupInfo> =
            groups.filter_map(security_group).map(|group| (group.id.clone(), group)).collect();
        Some(NetworkInfo {
            vpc: vpc.clone(),
            cidrs: cidrs(&vpc_state),
            subnets,
            gateways: internet.chain(nat).collect(),
            security_groups: ids.iter().filter_map(|id| by_id.get(*id)).cloned().collect(),
            endpoints: endpoints.get(vpc).into_iter().flatten().cloned().collect(),
        })
    }))
}

fn cidrs(vpc: &Vpc) -> Vec<String> {
    let ipv4 = vpc.cidr_block_association_set().iter().filter_map(|it| it.cidr_block());
    let ipv6 = vpc.ipv6_cidr_block_association_set().iter().filter_map(|it| it.ipv6_cidr_block());
    ipv4.chain(ipv6).map(str::to_owned).collect()
}

fn subnet(subnet: Subnet, tables: &[RouteTable], cluster: &ClusterState) -> Option<SubnetInfo> {
    let id = subnet.subnet_id?;
    let of = |holds: fn(&aws_sdk_ec2::types::RouteTableAssociation, &str) -> bool| {
        tables.iter().find(|table| table.associations().iter().any(|it| holds(it, &id)))
    };
    let table = of(|it, id| it.subnet_id() == Some(id)).or_else(|| of(|it, _| it.main == Some(true)));
    let routes: Vec<RouteInfo> =
        table.into_iter().flat_map(|table| table.routes()).filter_map(route).collect();
    let out = |route: &RouteInfo| {
        route.active && route.destination == "0.0.0.0/0" && route.target.starts_with("igw-")
    };
    Some(SubnetInfo {
        zone: subnet.availability_zone.unwrap_or_default(),
        cidr: subnet.cidr_block,
        free_addresses: subnet
            .available_ip_address_count
            .and_then(|it| u32::try_from(it).ok())
            .unwrap_or_default(),
        public: routes.iter().any(out),
        public_addresses: subnet.map_public_ip_on_launch.unwrap_or_default(),
        of_control_plane: cluster.subnets.contains(&id),
        route_table: table.and_then(|table| table.route_table_id.clone()),
        routes,
        id,
    })
}

fn route(route: &Route) -> Option<RouteInfo> {
    let destination = route.destination_cidr_block().or(route.destination_ipv6_cidr_block());
    let target = [
        route.gateway_id(),
        route.nat_gateway_id(),
        route.transit_gateway_id(),
        route.vpc_peering_connection_id(),
        route.egress_only_internet_gateway_id(),
        route.local_gateway_id(),
        route.carrier_gateway_id(),
        route.network_interface_id(),
    ];
    Some(RouteInfo {
        destination: destination.or(route.destination_prefix_list_id())?.to_owned(),
        target: target.into_iter().flatten().next().unwrap_or_default().to_owned(),
        active: route.state != Some(RouteState::Blackhole),
    })
}

fn nat_gateway(gateway: NatGateway) -> Option<GatewayInfo> {
    let address = gateway.nat_gateway_addresses().iter().find_map(|it| it.public_ip.clone());
    let state = gateway.state.as_ref().map(|state| state.as_str().to_owned()).unwrap_or_default();
    // What is deleted is listed for an hour.
    (state != "deleted").then_some(())?;
    Some(GatewayInfo {
        id: gateway.nat_gateway_id?,
        state,
        subnet: gateway.subnet_id,
        public_address: address,
    })
}

fn security_group(group: SecurityGroup) -> Option<SecurityGroupInfo> {
    let ingress = group.ip_permissions.iter().flatten().flat_map(words).collect();
    Some(SecurityGroupInfo { id: group.group_id?, name: group.group_name.unwrap_or_default(), ingress })
}

/// A rule in words, for each source.
fn words(rule: &IpPermission) -> Vec<String> {
    let protocol = match rule.ip_protocol() {
        Some("-1") | None => "all".to_owned(),
        Some(protocol) => match (rule.from_port, rule.to_port) {
            (Some(from), Some(to)) if from == to => format!("{protocol} {from}"),
            (Some(from), Some(to)) => format!("{protocol} {from}-{to}"),
            _ => protocol.to_owned(),
        },
    };
    let blocks = rule.ip_ranges().iter().filter_map(|it| it.cidr_ip());
    let ipv6 = rule.ipv6_ranges().iter().filter_map(|it| it.cidr_ipv6());
    let groups = rule.user_id_group_pairs().iter().filter_map(|it| it.group_id());
    let lists = rule.prefix_list_ids().iter().filter_map(|it| it.prefix_list_id());
    blocks.chain(ipv6).chain(groups).chain(lists).map(|source| format!("{protocol} from {source}")).collect()
}
