//! Instance types as EC2 describes them.

use super::error::invalid_parameter;
use super::network::{ec2, numbered};
use crate::wire::{AwsError, Xml};
use crate::world::World;

/// What a node gets from its instance type.
#[derive(Clone, Debug)]
pub(super) struct InstanceType {
    pub(super) name: String,
    pub(super) architectures: Vec<String>,
    pub(super) cpus: u32,
    pub(super) memory_mib: u64,
    interfaces: u32,
    addresses: u32,
}

impl InstanceType {
    fn read(item: &Xml) -> Self {
        let number = |path: &str| item.at(path).parse().unwrap_or(0);
        Self {
            name: item.at("instanceType").to_owned(),
            architectures: item
                .all("processorInfo/supportedArchitectures/item")
                .into_iter()
                .map(|architecture| architecture.value().to_owned())
                .collect(),
            cpus: number("vCpuInfo/defaultVCpus"),
            memory_mib: item.at("memoryInfo/sizeInMiB").parse().unwrap_or(0),
            interfaces: number("networkInfo/maximumNetworkInterfaces"),
            addresses: number("networkInfo/ipv4AddressesPerInterface"),
        }
    }

    /// Pods that the VPC CNI has addresses for: each interface's first address is the interface's own, and
    /// two pods use the host's network (awslabs/amazon-eks-ami, eni-max-pods.txt).
    pub(super) fn pods(&self) -> u32 {
        self.interfaces * self.addresses.saturating_sub(1) + 2
    }
}

/// The types `names`, in that order.
pub(super) fn find(world: &mut World, region: &str, names: &[String]) -> Result<Vec<InstanceType>, AwsError> {
    let answer = ec2(world, region, "DescribeInstanceTypes", numbered("InstanceType", names))
        .map_err(|error| invalid_parameter(error.message))?;
    let found: Vec<InstanceType> =
        answer.all("instanceTypeSet/item").into_iter().map(InstanceType::read).collect();
    names
        .iter()
        .map(|name| {
            found.iter().find(|it| it.name == *name).cloned().ok_or_else(|| {
                invalid_parameter(format!("The following supplied instance types do not exist: [{name}]"))
            })
        })
        .collect()
}
