//! What pods and controllers left in the VPC.

use std::collections::BTreeSet;

use aws_sdk_ec2::types::{IpPermission, SecurityGroup};

use super::gone_is_done;
use crate::aws::{Refusal, Service, Wire};

/// Network interfaces first: they hold security groups. Then the rules by which the groups refer to each
/// other, in any direction; then the groups.
///
/// Everything is tried; the first refusal is returned at the end, so that one stubborn group keeps nothing
/// else from going.
pub(super) async fn delete(
    wire: &Wire,
    network_interfaces: &[String],
    security_groups: &[String],
    referring: &[String],
) -> Result<(), Refusal> {
    let mut outcome = Ok(());
    for id in network_interfaces {
        outcome = outcome.and(delete_network_interface(wire, id).await);
    }
    outcome = outcome.and(sever(wire, security_groups, referring).await);
    for id in security_groups {
        outcome = outcome.and(delete_security_group(wire, id).await);
    }
    outcome
}

async fn delete_network_interface(wire: &Wire, id: &str) -> Result<(), Refusal> {
    let call = Service::Ec2.mutate("DeleteNetworkInterface", format!("network interface {id}"));
    let request = wire.ec2().delete_network_interface().network_interface_id(id);
    gone_is_done(wire.send(&call, || request.send()).await)
}

async fn delete_security_group(wire: &Wire, id: &str) -> Result<(), Refusal> {
    let call = Service::Ec2.mutate("DeleteSecurityGroup", format!("security group {id}"));
    let request = wire.ec2().delete_security_group().group_id(id);
    gone_is_done(wire.send(&call, || request.send()).await)
}

/// Takes away what the groups say about each other, and what the cluster's own say about them: a group that another
/// one refers to cannot be deleted. Rules of other people's groups are left alone.
async fn sever(wire: &Wire, ids: &[String], referring: &[String]) -> Result<(), Refusal> {
    let concerned: Vec<String> = ids.iter().chain(referring).cloned().collect();
    if concerned.len() < 2 {
        return Ok(());
    }
    let leaving: BTreeSet<_> = ids.iter().map(String::as_str).collect();
    for group in describe(wire, &concerned).await? {
        let Some(id) = &group.group_id else { continue };
        let ingress = references(group.ip_permissions(), id, &leaving);
        if !ingress.is_empty() {
            let call = Service::Ec2.mutate("RevokeSecurityGroupIngress", format!("security group {id}"));
            let request = wire.ec2().revoke_security_group_ingress().group_id(id);
            gone_is_done(wire.send(&call, || request.set_ip_permissions(Some(ingress)).send()).await)?;
        }
        let egress = references(group.ip_permissions_egress(), id, &leaving);
        if !egress.is_empty() {
            let call = Service::Ec2.mutate("RevokeSecurityGroupEgress", format!("security group {id}"));
            let request = wire.ec2().revoke_security_group_egress().group_id(id);
            gone_is_done(wire.send(&call, || request.set_ip_permissions(Some(egress)).send()).await)?;
        }
    }
    Ok(())
}

/// By filter: one id that is gone would make the whole answer an error.
async fn describe(wire: &Wire, ids: &[String]) -> Result<Vec<SecurityGroup>, Refusal> {
    let call = Service::Ec2.read("DescribeSecurityGroups", "");
    let filter =
        aws_sdk_ec2::types::Filter::builder().name("group-id").set_values(Some(ids.to_vec())).build();
    let pages = || wire.ec2().describe_security_groups().filters(filter).into_paginator().send();
    let pages = wire.pages(&call, pages).await?;
    Ok(pages.into_iter().filter_map(|page| page.security_groups).flatten().collect())
}

/// The parts of `permissions` that name another group that is leaving.
pub(super) fn references(
    permissions: &[IpPermission],
    own: &str,
    leaving: &BTreeSet<&str>,
) -> Vec<IpPermission> {
    permissions
        .iter()
        .filter_map(|permission| {
            let pairs: Vec<_> = permission
                .user_id_group_pairs()
                .iter()
                .filter(|pair| pair.group_id().is_some_and(|id| id != own && leaving.contains(id)))
                .cloned()
                .collect();
            (!pairs.is_empty()).then(|| {
                IpPermission::builder()
                    .set_ip_protocol(permission.ip_protocol.clone())
                    .set_from_port(permission.from_port)
                    .set_to_port(permission.to_port)
                    .set_user_id_group_pairs(Some(pairs))
                    .build()
            })
        })
        .collect()
}
