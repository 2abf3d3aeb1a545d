//! One folder for each service. Each has a `State` and an entry `call(world, call)`. What services of the query
//! protocol share is in `query`.

pub(crate) mod autoscaling;
pub(crate) mod cloudformation;
pub(crate) mod cost_explorer;
pub(crate) mod ec2;
pub(crate) mod eks;
pub(crate) mod elb;
pub(crate) mod elbv2;
pub(crate) mod iam;
pub(crate) mod logs;
pub(crate) mod pricing;
mod query;
pub(crate) mod service_quotas;
pub(crate) mod ssm;
pub(crate) mod sts;

use crate::wire::{Answer, AwsError, Call, Service};
use crate::world::World;

pub(crate) fn call(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    match call.service {
        Service::AutoScaling => autoscaling::call(world, call),
        Service::CloudFormation => cloudformation::call(world, call),
        Service::CostExplorer => cost_explorer::call(world, call),
        Service::Ec2 => ec2::call(world, call),
        Service::Eks => eks::call(world, call),
        Service::Elb => elb::call(world, call),
        Service::ElbV2 => elbv2::call(world, call),
        Service::Iam => iam::call(world, call),
        Service::Logs => logs::call(world, call),
        Service::Pricing => pricing::call(world, call),
        Service::Quotas => service_quotas::call(world, call),
        Service::Ssm => ssm::call(world, call),
        Service::Sts => sts::call(world, call),
    }
}

/// The names of the operations that the simulator has of a service.
pub(crate) fn operations(service: Service) -> Vec<&'static str> {
    match service {
        Service::AutoScaling => autoscaling::operations().collect(),
        Service::CloudFormation => cloudformation::operations().collect(),
        Service::CostExplorer => cost_explorer::operations().collect(),
        Service::Ec2 => ec2::operations().collect(),
        Service::Eks => eks::operations().collect(),
        Service::Elb => elb::operations().collect(),
        Service::ElbV2 => elbv2::operations().collect(),
        Service::Iam => iam::operations().collect(),
        Service::Logs => logs::operations().collect(),
        Service::Pricing => pricing::operations().collect(),
        Service::Quotas => service_quotas::operations().collect(),
        Service::Ssm => ssm::operations().collect(),
        Service::Sts => sts::operations().collect(),
    }
}

/// A service's answer to an operation that it does not have.
pub(crate) fn unknown_operation(call: &Call) -> AwsError {
    if call.service.speaks_json() {
        return AwsError::new("UnknownOperationException", "");
    }
    AwsError::new("InvalidAction", format!("Could not find operation {} for this service", call.operation))
}
