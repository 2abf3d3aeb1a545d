//! Load balancers and target groups that Kubernetes left.

use super::gone_is_done;
use crate::aws::{Refusal, Service, Wire};

/// Load balancers first: with them go the listeners that hold target groups.
///
/// Everything is tried; the first refusal is returned at the end, so that one that is protected keeps nothing else from
/// going.
pub(super) async fn delete(
    wire: &Wire,
    load_balancers: &[String],
    target_groups: &[String],
) -> Result<(), Refusal> {
    let mut outcome = Ok(());
    for id in load_balancers {
        outcome = outcome.and(if id.starts_with("arn:") {
            delete_load_balancer(wire, id).await
        } else {
            delete_classic(wire, id).await
        });
    }
    for arn in target_groups {
        outcome = outcome.and(delete_target_group(wire, arn).await);
    }
    outcome
}

async fn delete_classic(wire: &Wire, name: &str) -> Result<(), Refusal> {
    let call = Service::Elb.mutate("DeleteLoadBalancer", format!("load balancer {name}"));
    let request = wire.elb().delete_load_balancer().load_balancer_name(name);
    gone_is_done(wire.send(&call, || request.send()).await)
}

async fn delete_load_balancer(wire: &Wire, arn: &str) -> Result<(), Refusal> {
    let call = Service::ElbV2.mutate("DeleteLoadBalancer", format!("load balancer {arn}"));
    let request = wire.elbv2().delete_load_balancer().load_balancer_arn(arn);
    gone_is_done(wire.send(&call, || request.send()).await)
}

async fn delete_target_group(wire: &Wire, arn: &str) -> Result<(), Refusal> {
    let call = Service::ElbV2.mutate("DeleteTargetGroup", format!("target group {arn}"));
    let request = wire.elbv2().delete_target_group().target_group_arn(arn);
    gone_is_done(wire.send(&call, || request.send()).await)
}
