//! The cluster.

use std::collections::BTreeSet;

use aws_sdk_eks::types::{
    AuthenticationMode as Mode, Cluster, ComputeConfigResponse, IpFamily as Family, LogType as Log,
    SupportType as Support, VpcConfigResponse,
};
use futures_util::future::try_join_all;

use super::{issue, patiently, seen, status};
use crate::aws::{Call, Refusal, Service, Wire};
use crate::observe::{ClusterState, ClusterStatus, Seen};
use crate::spec::{AuthenticationMode, ControlPlaneTier, EndpointAccess, IpFamily, LogType, SupportType};

pub(super) async fn look(wire: &Wire, name: &str) -> Result<Seen<ClusterState>, Refusal> {
    let call = Service::Eks.read("DescribeCluster", format!("cluster {name}"));
    let request = || wire.eks().describe_cluster().name(name).send();
    let Seen::Present(answer) = seen(wire.send(&call, request).await)? else { return Ok(Seen::Absent) };
    let cluster = answer.cluster.ok_or_else(|| Refusal::nonsense(&call, "the answer has no cluster"))?;
    state(&call, cluster).map(Seen::Present)
}

fn state(call: &Call, cluster: Cluster) -> Result<ClusterState, Refusal> {
    let status = status(call, cluster.status.as_ref().map(|status| status.as_str()), named)?;
    let vpc = cluster.resources_vpc_config;
    let network = cluster.kubernetes_network_config;
    let mode = cluster.access_config.and_then(|access| access.authentication_mode);
    let issues = cluster.health.as_ref().map(|health| health.issues()).unwrap_or_default();
    let logs = cluster.logging.as_ref().map(|logging| logging.cluster_logging()).unwrap_or_default();
    let enabled = logs.iter().filter(|setup| setup.enabled() == Some(true));
    let logging: BTreeSet<LogType> = enabled.flat_map(|setup| setup.types()).filter_map(log_type).collect();
    let encryption = cluster.encryption_config.and_then(|configs| configs.into_iter().next());
    let compute = cluster.compute_config.unwrap_or_else(|| ComputeConfigResponse::builder().build());
    Ok(ClusterState {
        name: cluster.name.unwrap_or_default(),
        arn: cluster.arn.unwrap_or_default(),
        created_at: cluster.created_at.and_then(|time| time.to_millis().ok()).unwrap_or_default(),
        status,
        version: cluster.version.unwrap_or_default(),
        platform_version: cluster.platform_version,
        endpoint: cluster.endpoint,
        certificate_authority: cluster.certificate_authority.and_then(|authority| authority.data),
        role_arn: cluster.role_arn.unwrap_or_default(),
        vpc: vpc.as_ref().and_then(|vpc| vpc.vpc_id.clone()),
        subnets: vpc.as_ref().map(|vpc| vpc.subnet_ids().to_vec()).unwrap_or_default(),
        security_groups: vpc.as_ref().map(|vpc| vpc.security_group_ids().to_vec()).unwrap_or_default(),
        security_group: vpc.as_ref().and_then(|vpc| vpc.cluster_security_group_id.clone()),
        ip_family: network.as_ref().and_then(|network| match network.ip_family.as_ref()? {
            Family::Ipv4 => Some(IpFamily::Ipv4),
            Family::Ipv6 => Some(IpFamily::Ipv6),
            _ => None,
        }),
        service_cidr: network.and_then(|network| network.service_ipv6_cidr.or(network.service_ipv4_cidr)),
        issuer: cluster.identity.and_then(|identity| identity.oidc).and_then(|oidc| oidc.issuer),
        endpoint_access: vpc.map(endpoint_access).unwrap_or_default(),
        authentication_mode: mode.and_then(|mode| match mode {
            Mode::Api => Some(AuthenticationMode::Api),
            Mode::ApiAndConfigMap => Some(AuthenticationMode::ApiAndConfigMap),
            Mode::ConfigMap => Some(AuthenticationMode::ConfigMap),
            _ => None,
        }),
        upgrade_policy: cluster.upgrade_policy.and_then(|policy| match policy.support_type? {
            Support::Standard => Some(SupportType::Standard),
            Support::Extended => Some(SupportType::Extended),
            _ => None,
        }),
        zonal_shift: cluster.zonal_shift_config.and_then(|shift| shift.enabled).unwrap_or_default(),
        deletion_protection: cluster.deletion_protection.unwrap_or_default(),
        encryption_key: encryption.and_then(|config| config.provider).and_then(|provider| provider.key_arn),
        auto_mode: compute.enabled.unwrap_or_default(),
        node_pools: compute.node_pools.unwrap_or_default(),
        node_pool_role: compute.node_role_arn.filter(|role| !role.is_empty()),
        control_plane_tier: cluster
            .control_plane_scaling_config
            .and_then(|scaling| scaling.tier)
            .and_then(|tier| ControlPlaneTier::named(tier.as_str())),
        logging,
        tags: cluster.tags.into_iter().flatten().collect(),
        issues: issue::ranked(issues.iter().map(|issue| issue::Found {
            code: issue.code().map(|code| code.as_str()),
            message: issue.message(),
            resources: issue.resource_ids(),
        })),
    })
}

fn endpoint_access(vpc: VpcConfigResponse) -> EndpointAccess {
    EndpointAccess {
        public: Some(vpc.endpoint_public_access),
        private: Some(vpc.endpoint_private_access),
        public_cidrs: Some(vpc.public_access_cidrs.unwrap_or_default()),
    }
}

fn log_type(kind: &Log) -> Option<LogType> {
    Some(match kind {
        Log::Api => LogType::Api,
        Log::Audit => LogType::Audit,
        Log::Authenticator => LogType::Authenticator,
        Log::ControllerManager => LogType::ControllerManager,
        Log::Scheduler => LogType::Scheduler,
        _ => return None,
    })
}

fn named(name: &str) -> Option<ClusterStatus> {
    Some(match name {
        "CREATING" => ClusterStatus::Creating,
        "ACTIVE" => ClusterStatus::Active,
        "UPDATING" => ClusterStatus::Updating,
        "DELETING" => ClusterStatus::Deleting,
        "FAILED" => ClusterStatus::Failed,
        "PENDING" => ClusterStatus::Pending,
        _ => return None,
    })
}

/// Every cluster of the region: lists, then describes each.
pub(super) async fn list(wire: &Wire) -> Result<Vec<ClusterState>, Refusal> {
    let call = Service::Eks.read("ListClusters", String::new());
    let pages =
        patiently(|| wire.pages(&call, || wire.eks().list_clusters().into_paginator().send())).await?;
    let names: Vec<String> = pages.into_iter().flat_map(|page| page.clusters.unwrap_or_default()).collect();
    let clusters = try_join_all(names.iter().map(|name| patiently(|| look(wire, name)))).await?;
    Ok(clusters.into_iter().filter_map(|cluster| cluster.present().cloned()).collect())
}
