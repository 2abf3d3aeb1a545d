//! A VPC that is found by id or tags, with its subnets and where they lead.

use std::collections::BTreeMap;

use aws_sdk_ec2::types::{Filter, Vpc};

use super::zones::filter;
use super::{subnets, ways};
use crate::aws::{Refusal, Service, Wire};
use crate::observe::{SubnetState, VpcState};
use crate::spec::VpcFilter;

/// Every VPC that is meant; the subnets are those of the VPC if it is the only one.
pub(crate) async fn find(wire: &Wire, wanted: &VpcFilter) -> Result<Vec<VpcState>, Refusal> {
    let mut filters = tag_filters(&wanted.tags);
    filters.extend(wanted.id.as_ref().map(|id| filter("vpc-id", [id])));
    let call = Service::Ec2.read("DescribeVpcs", "");
    let pages = || wire.ec2().describe_vpcs().set_filters(some(filters)).into_paginator().send();
    let pages = wire.pages(&call, pages).await?;
    let found = pages.into_iter().filter_map(|page| page.vpcs).flatten();
    let mut vpcs: Vec<VpcState> = found.filter_map(state).collect();
    if let [vpc] = &mut vpcs[..] {
        vpc.subnets = subnets_of(wire, &vpc.id, wanted).await?;
    }
    Ok(vpcs)
}

async fn subnets_of(wire: &Wire, vpc: &str, wanted: &VpcFilter) -> Result<Vec<SubnetState>, Refusal> {
    let mut filters = tag_filters(&wanted.subnet_tags);
    filters.push(filter("vpc-id", [vpc]));
    let mut found = subnets::matching(wire, filters).await?;
    ways::look(wire, &mut found).await?;
    found.sort_by(|one, other| (&one.zone, &one.id).cmp(&(&other.zone, &other.id)));
    Ok(found)
}

fn state(vpc: Vpc) -> Option<VpcState> {
    let blocks = vpc.cidr_block_association_set().iter().filter_map(|it| it.cidr_block());
    let cidrs = blocks.map(str::to_owned).collect();
    Some(VpcState { id: vpc.vpc_id?, cidrs, subnets: Vec::new() })
}

fn tag_filters(tags: &BTreeMap<String, String>) -> Vec<Filter> {
    tags.iter().map(|(key, value)| filter(&format!("tag:{key}"), [value])).collect()
}

/// EC2 refuses an empty list of filters.
fn some(filters: Vec<Filter>) -> Option<Vec<Filter>> {
    (!filters.is_empty()).then_some(filters)
}
