//! What the account has of what is counted, and its quotas.

use std::collections::BTreeMap;
use std::future::Future;

use futures_util::future::try_join_all;

use super::patiently;
use super::stack::living;
use crate::aws::{Class, Refusal, Service, Wire};
use crate::observe::{Counted, Limit, QuotaSource, Usage};

/// Counts these. What may not be asked for is left out, and said so. `instance_types` are wanted, and NAT gateways in
/// these `zones`, of which the fullest counts.
pub(super) async fn look(
    wire: &Wire,
    wanted: &[Counted],
    instance_types: &[String],
    zones: &[String],
) -> Result<Usage, Refusal> {
    let mut usage = Usage::default();
    for counted in wanted {
        let count = match counted {
            Counted::Clusters => known(&mut usage, patiently(|| clusters(wire))).await?,
            Counted::Stacks => known(&mut usage, patiently(|| stacks(wire))).await?,
            // What is counted for each cluster or group, of which there is none yet.
            Counted::NodeGroups | Counted::NodesOfGroup | Counted::FargateProfiles => Some(0),
            #[cfg(feature = "ec2")]
            Counted::Vpcs => known(&mut usage, patiently(|| ec2::vpcs(wire))).await?,
            #[cfg(feature = "ec2")]
            Counted::InternetGateways => {
                known(&mut usage, patiently(|| ec2::internet_gateways(wire))).await?
            }
            #[cfg(feature = "ec2")]
            Counted::ElasticAddresses => known(&mut usage, patiently(|| ec2::addresses(wire))).await?,
            #[cfg(feature = "ec2")]
            Counted::NatGateways if zones.is_empty() => None,
            #[cfg(feature = "ec2")]
            Counted::NatGateways => known(&mut usage, patiently(|| ec2::nat_gateways(wire, zones))).await?,
            #[cfg(not(feature = "ec2"))]
            Counted::Vpcs | Counted::InternetGateways | Counted::ElasticAddresses | Counted::NatGateways => {
                None
            }
            // Together, below.
            Counted::StandardVcpus | Counted::StandardSpotVcpus => None,
        };
        if let Some(count) = count {
            usage.counts.insert(*counted, count);
        }
    }
    #[cfg(feature = "ec2")]
    if wanted.iter().any(|it| matches!(it, Counted::StandardVcpus | Counted::StandardSpotVcpus)) {
        let counted = known(&mut usage, ec2::vcpus(wire, instance_types)).await?;
        if let Some((counts, vcpus)) = counted {
            usage.counts.extend(counts);
            usage.vcpus = vcpus;
        }
    }
    #[cfg(not(feature = "ec2"))]
    let _ = (instance_types, zones);
    Ok(usage)
}

/// The answer, or nothing and a word on why where it is not to be had.
async fn known<T>(
    usage: &mut Usage,
    question: impl Future<Output = Result<T, Refusal>>,
) -> Result<Option<T>, Refusal> {
    match question.await {
        Ok(answer) => Ok(Some(answer)),
        Err(refusal) if is_not_to_be_had(&refusal) => {
            usage.unknown.insert(refusal.error.to_string());
            Ok(None)
        }
        Err(refusal) => Err(refusal),
    }
}

fn is_not_to_be_had(refusal: &Refusal) -> bool {
    matches!(refusal.class, Class::Denied | Class::Unsupported | Class::Invalid | Class::Unknown)
}

async fn clusters(wire: &Wire) -> Result<u64, Refusal> {
    let call = Service::Eks.read("ListClusters", "");
    let pages = wire.pages(&call, || wire.eks().list_clusters().into_paginator().send()).await?;
    Ok(count(pages.iter().map(|page| page.clusters().len())))
}

async fn stacks(wire: &Wire) -> Result<u64, Refusal> {
    let call = Service::CloudFormation.read("ListStacks", "");
    let pages = wire.cloudformation().list_stacks().set_stack_status_filter(Some(living())).into_paginator();
    let pages = wire.pages(&call, || pages.send()).await?;
    Ok(count(pages.iter().map(|page| page.stack_summaries().len())))
}

fn count(lengths: impl Iterator<Item = usize>) -> u64 {
    lengths.map(|length| length as u64).sum()
}

/// How much of these the account may have.
pub(super) async fn limits(wire: &Wire, wanted: &[Counted]) -> Result<BTreeMap<Counted, Limit>, Refusal> {
    let limits = wanted.iter().map(async |counted| {
        let limit = match patiently(|| applied(wire, *counted)).await? {
            Some(limit) => limit,
            None => match patiently(|| default(wire, *counted)).await? {
                Some(limit) => limit,
                None => {
                    Limit { value: counted.default_quota(), adjustable: true, source: QuotaSource::Assumed }
                }
            },
        };
        Ok::<_, Refusal>((*counted, limit))
    });
    Ok(try_join_all(limits).await?.into_iter().collect())
}

async fn applied(wire: &Wire, counted: Counted) -> Result<Option<Limit>, Refusal> {
    let call = Service::Quotas.read("GetServiceQuota", counted.what());
    let request =
        wire.service_quotas().get_service_quota().service_code(counted.service()).quota_code(counted.code());
    let answer = told(wire.send(&call, || request.send()).await)?;
    Ok(answer.and_then(|answer| limit(answer.quota?, QuotaSource::Account)))
}

async fn default(wire: &Wire, counted: Counted) -> Result<Option<Limit>, Refusal> {
    let call = Service::Quotas.read("GetAWSDefaultServiceQuota", counted.what());
    let request = wire
        .service_quotas()
        .get_aws_default_service_quota()
        .service_code(counted.service())
        .quota_code(counted.code());
    let answer = told(wire.send(&call, || request.send()).await)?;
    Ok(answer.and_then(|answer| limit(answer.quota?, QuotaSource::Default)))
}

fn limit(quota: aws_sdk_servicequotas::types::ServiceQuota, source: QuotaSource) -> Option<Limit> {
    let value = quota.value.filter(|value| *value >= 0.0)? as u64;
    Some(Limit { value, adjustable: quota.adjustable, source })
}

/// Nothing, where the account has no such quota or may not ask.
fn told<T>(answer: Result<T, Refusal>) -> Result<Option<T>, Refusal> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(refusal) if refusal.class == Class::Gone || is_not_to_be_had(&refusal) => Ok(None),
        Err(refusal) => Err(refusal),
    }
}

#[cfg(feature = "ec2")]
mod ec2 {
    //! What EC2 counts.

    use std::collections::{BTreeMap, BTreeSet};

    use aws_sdk_ec2::types::{InstanceLifecycleType, InstanceType};

    use super::super::zones::filter;
    use super::{count, patiently};
    use crate::aws::{Refusal, Service, Wire};
    use crate::observe::{Counted, is_standard};
    use crate::spec;

    /// The most types of one question (EC2's API reference, DescribeInstanceTypes).
    const MOST: usize = 100;

    pub(super) async fn vpcs(wire: &Wire) -> Result<u64, Refusal> {
        let call = Service::Ec2.read("DescribeVpcs", "");
        let pages = wire.pages(&call, || wire.ec2().describe_vpcs().into_paginator().send()).await?;
        Ok(count(pages.iter().map(|page| page.vpcs().len())))
    }

    pub(super) async fn internet_gateways(wire: &Wire) -> Result<u64, Refusal> {
        let call = Service::Ec2.read("DescribeInternetGateways", "");
        let pages =
            wire.pages(&call, || wire.ec2().describe_internet_gateways().into_paginator().send()).await?;
        Ok(count(pages.iter().map(|page| page.internet_gateways().len())))
    }

    /// The operation has no pages.
    pub(super) async fn addresses(wire: &Wire) -> Result<u64, Refusal> {
        let call = Service::Ec2.read("DescribeAddresses", "");
        let answer = wire.send(&call, || wire.ec2().describe_addresses().send()).await?;
        Ok(answer.addresses().len() as u64)
    }

    /// How many the fullest of these zones has. Those that are made or deleted count, too (VPC user guide, "Amazon VPC
    /// quotas").
    pub(super) async fn nat_gateways(wire: &Wire, zones: &[String]) -> Result<u64, Refusal> {
        let call = Service::Ec2.read("DescribeNatGateways", "");
        let states = filter("state", ["pending", "available", "deleting"]);
        let pages = || wire.ec2().describe_nat_gateways().filter(states).into_paginator().send();
        let pages = wire.pages(&call, pages).await?;
        let gateways = pages.into_iter().flat_map(|page| page.nat_gateways.unwrap_or_default());
        let places: Vec<String> = gateways.filter_map(|gateway| gateway.subnet_id).collect();
        if places.is_empty() {
            return Ok(0);
        }
        let call = Service::Ec2.read("DescribeSubnets", "");
        let inside = filter("availability-zone", zones);
        let pages = || wire.ec2().describe_subnets().filters(inside).into_paginator().send();
        let pages = wire.pages(&call, pages).await?;
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        for subnet in pages.into_iter().flat_map(|page| page.subnets.unwrap_or_default()) {
            let hosted = places.iter().filter(|place| Some(*place) == subnet.subnet_id.as_ref()).count();
            *counts.entry(subnet.availability_zone.unwrap_or_default()).or_default() += hosted as u64;
        }
        Ok(counts.into_values().max().unwrap_or_default())
    }

    /// The vCPUs of what runs, by what they count as, and those of every type that runs or is wanted.
    pub(super) async fn vcpus(
        wire: &Wire,
        wanted: &[String],
    ) -> Result<(BTreeMap<Counted, u64>, BTreeMap<String, u64>), Refusal> {
        let running = patiently(|| running(wire)).await?;
        let types: BTreeSet<&String> = running.iter().map(|(name, _)| name).chain(wanted).collect();
        let types: Vec<&String> = types.into_iter().collect();
        let mut vcpus = BTreeMap::new();
        for chunk in types.chunks(MOST) {
            vcpus.extend(patiently(|| types_of(wire, chunk)).await?);
        }
        let mut counts = BTreeMap::from([(Counted::StandardVcpus, 0), (Counted::StandardSpotVcpus, 0)]);
        for (name, counted) in running {
            if spec::InstanceType::parse(&name).is_some_and(|kind| is_standard(&kind.family)) {
                *counts.entry(counted).or_default() += vcpus.get(&name).copied().unwrap_or_default();
            }
        }
        Ok((counts, vcpus))
    }

    /// The type of each running instance, and how it was bought.
    async fn running(wire: &Wire) -> Result<Vec<(String, Counted)>, Refusal> {
        let call = Service::Ec2.read("DescribeInstances", "");
        let states = filter("instance-state-name", ["pending", "running"]);
        let pages = || wire.ec2().describe_instances().filters(states).into_paginator().send();
        let pages = wire.pages(&call, pages).await?;
        let reservations = pages.into_iter().flat_map(|page| page.reservations.unwrap_or_default());
        let instances = reservations.flat_map(|reservation| reservation.instances.unwrap_or_default());
        let known = instances.filter_map(|instance| {
            let counted = match instance.instance_lifecycle {
                Some(InstanceLifecycleType::Spot) => Counted::StandardSpotVcpus,
                _ => Counted::StandardVcpus,
            };
            Some((instance.instance_type?.as_str().to_owned(), counted))
        });
        Ok(known.collect())
    }

    async fn types_of(wire: &Wire, names: &[&String]) -> Result<Vec<(String, u64)>, Refusal> {
        let call = Service::Ec2.read("DescribeInstanceTypes", "");
        let names = names.iter().map(|name| InstanceType::from(name.as_str())).collect();
        let pages = wire.ec2().describe_instance_types().set_instance_types(Some(names)).into_paginator();
        let pages = wire.pages(&call, || pages.send()).await?;
        let types = pages.into_iter().flat_map(|page| page.instance_types.unwrap_or_default());
        let known = types.filter_map(|it| {
            let vcpus = it.v_cpu_info?.default_v_cpus?;
            Some((it.instance_type?.as_str().to_owned(), u64::try_from(vcpus).ok()?))
        });
        Ok(known.collect())
    }
}
