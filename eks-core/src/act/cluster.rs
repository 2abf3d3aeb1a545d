//! The control plane.

use aws_sdk_eks::operation::create_cluster::CreateClusterError;
use aws_sdk_eks::operation::create_cluster::builders::CreateClusterInputBuilder;
use aws_sdk_eks::types::{
    AuthenticationMode as Mode, BlockStorage, ComputeConfigRequest, ControlPlaneScalingConfig,
    CreateAccessConfigRequest, ElasticLoadBalancing, EncryptionConfig, IpFamily as Family,
    KubernetesNetworkConfigRequest, LogSetup, LogType as Log, Logging, Provider, ProvisionedControlPlaneTier,
    StorageConfigRequest, SupportType as Support, UpdateAccessConfigRequest, UpgradePolicyRequest,
    VpcConfigRequest, ZonalShiftConfigRequest,
};
use futures_util::TryFutureExt;

use super::{Begun, begun, eks_tags};
use crate::aws::{Refusal, Service, Wire};
use crate::plan::{AutoModeConfig, ClusterConfig, CreateCluster, UpdateClusterConfig};
use crate::spec::{
    AuthenticationMode, ControlPlaneTier, EndpointAccess, IpFamily, LogType, SecretsEncryption, SupportType,
};

pub(super) async fn create(wire: &Wire, request: &CreateCluster, token: &str) -> Result<(), Refusal> {
    let call = Service::Eks.mutate("CreateCluster", format!("cluster {}", request.name));
    let mut valid_zones = Vec::new();
    let zones = &mut valid_zones;
    let sent = move || {
        input(request, token).send_with(wire.eks()).inspect_err(move |error| {
            // Only this error's body names what would do.
            if let Some(CreateClusterError::UnsupportedAvailabilityZoneException(it)) =
                error.as_service_error()
            {
                *zones = it.valid_zones().to_vec();
            }
        })
    };
    let answer = wire.send(&call, sent).await;
    answer.map(drop).map_err(|refusal| Refusal { valid_zones, ..refusal })
}

/// Switches deletion protection off.
pub(super) async fn unprotect(wire: &Wire, cluster: &str, token: &str) -> Result<Begun, Refusal> {
    let config = ClusterConfig::DeletionProtection(false);
    update(wire, &UpdateClusterConfig { cluster: cluster.to_owned(), config }, token).await
}

/// Changes one kind of setting: EKS takes one in a request (facts/aws.md §3.1), and encryption in a call of its own.
pub(super) async fn update(
    wire: &Wire,
    request: &UpdateClusterConfig,
    token: &str,
) -> Result<Begun, Refusal> {
    let UpdateClusterConfig { cluster, config } = request;
    if let ClusterConfig::SecretsEncryption(wanted) = config {
        return encrypt(wire, cluster, wanted, token).await;
    }
    let call = Service::Eks.mutate("UpdateClusterConfig", format!("cluster {cluster}"));
    let update = wire.eks().update_cluster_config().name(cluster).client_request_token(token);
    let update = match config {
        ClusterConfig::AuthenticationMode(to) => {
            let access = UpdateAccessConfigRequest::builder().authentication_mode(mode(*to)).build();
            update.access_config(access)
        }
        ClusterConfig::EndpointAccess(access) => update.resources_vpc_config(
            VpcConfigRequest::builder()
                .set_endpoint_public_access(access.public)
                .set_endpoint_private_access(access.private)
                .set_public_access_cidrs(access.public_cidrs.clone())
                .build(),
        ),
        ClusterConfig::Logging { on, off } => {
            let setup = |enabled: bool, types: &[LogType]| {
                let types = types.iter().map(log).collect();
                LogSetup::builder().enabled(enabled).set_types(Some(types)).build()
            };
            let setups = [(true, on), (false, off)].into_iter().filter(|(_, types)| !types.is_empty());
            let setups = setups.map(|(enabled, types)| setup(enabled, types)).collect();
            update.logging(Logging::builder().set_cluster_logging(Some(setups)).build())
        }
        ClusterConfig::UpgradePolicy(policy) => {
            update.upgrade_policy(UpgradePolicyRequest::builder().support_type(support(*policy)).build())
        }
        ClusterConfig::ZonalShift(on) => {
            update.zonal_shift_config(ZonalShiftConfigRequest::builder().enabled(*on).build())
        }
        ClusterConfig::DeletionProtection(on) => update.deletion_protection(*on),
        ClusterConfig::Network { subnets, security_groups } => update.resources_vpc_config(
            VpcConfigRequest::builder()
                .set_subnet_ids(Some(subnets.clone()))
                .set_security_group_ids(Some(security_groups.clone()))
                .build(),
        ),
        ClusterConfig::AutoMode(mode) => {
            let on = mode.is_some();
            let balancing = ElasticLoadBalancing::builder().enabled(on).build();
            let network = KubernetesNetworkConfigRequest::builder().elastic_load_balancing(balancing).build();
            update
                .compute_config(compute(mode.as_ref()))
                .storage_config(storage(on))
                .kubernetes_network_config(network)
        }
        ClusterConfig::SecretsEncryption(_) => update,
    };
    wire.send(&call, || update.send()).await.map(|answer| begun(answer.update))
}

async fn encrypt(
    wire: &Wire,
    cluster: &str,
    wanted: &SecretsEncryption,
    token: &str,
) -> Result<Begun, Refusal> {
    let call = Service::Eks.mutate("AssociateEncryptionConfig", format!("cluster {cluster}"));
    let associate =
        wire.eks().associate_encryption_config().cluster_name(cluster).client_request_token(token);
    let associate = associate.encryption_config(encryption(wanted));
    wire.send(&call, || associate.send()).await.map(|answer| begun(answer.update))
}

/// No self-managed add-ons: ours come as EKS add-ons. Unless told otherwise, access as eksctl gives it: entries and
/// the config map, and whoever creates the cluster is its administrator (facts/eksctl.md §1).
pub(super) fn input(request: &CreateCluster, token: &str) -> CreateClusterInputBuilder {
    let access = CreateAccessConfigRequest::builder()
        .authentication_mode(mode(request.access_config.mode()))
        .bootstrap_cluster_creator_admin_permissions(request.access_config.admits_creator())
        .build();
    let family = request.ip_family.map(|family| match family {
        IpFamily::Ipv4 => Family::Ipv4,
        IpFamily::Ipv6 => Family::Ipv6,
    });
    let auto_mode = request.auto_mode.as_ref();
    let service_network =
        (request.service_cidr.is_some() || family.is_some() || auto_mode.is_some()).then(|| {
            KubernetesNetworkConfigRequest::builder()
                .set_service_ipv4_cidr(request.service_cidr.clone())
                .set_ip_family(family)
                .set_elastic_load_balancing(
                    auto_mode.map(|_| ElasticLoadBalancing::builder().enabled(true).build()),
                )
                .build()
        });
    let upgrade_policy = request
        .upgrade_policy
        .map(|policy| UpgradePolicyRequest::builder().support_type(support(policy)).build());
    CreateClusterInputBuilder::default()
        .name(&request.name)
        .version(&request.version)
        .role_arn(&request.role_arn)
        .resources_vpc_config(network(request))
        .set_kubernetes_network_config(service_network)
        .set_logging(logging(&request.logging))
        .access_config(access)
        .bootstrap_self_managed_addons(false)
        .set_upgrade_policy(upgrade_policy)
        .set_encryption_config(request.secrets_encryption.as_ref().map(|it| vec![encryption(it)]))
        .set_deletion_protection(request.deletion_protection)
        .set_zonal_shift_config(
            request.zonal_shift.map(|on| ZonalShiftConfigRequest::builder().enabled(on).build()),
        )
        .set_control_plane_scaling_config(request.control_plane_tier.map(scaling))
        .set_compute_config(auto_mode.map(|mode| compute(Some(mode))))
        .set_storage_config(auto_mode.map(|_| storage(true)))
        .set_tags(eks_tags(&request.tags))
        .client_request_token(token)
}

fn network(request: &CreateCluster) -> VpcConfigRequest {
    let EndpointAccess { public, private, public_cidrs } = &request.endpoint_access;
    let groups = (!request.security_groups.is_empty()).then(|| request.security_groups.clone());
    VpcConfigRequest::builder()
        .set_subnet_ids(Some(request.subnets.clone()))
        .set_security_group_ids(groups)
        .set_endpoint_public_access(*public)
        .set_endpoint_private_access(*private)
        .set_public_access_cidrs(public_cidrs.clone())
        .build()
}

/// Compute, storage and load balancing go on and off together, or EKS refuses them (facts/aws.md §3.1).
fn compute(mode: Option<&AutoModeConfig>) -> ComputeConfigRequest {
    ComputeConfigRequest::builder()
        .enabled(mode.is_some())
        .set_node_pools(Some(mode.map(|mode| mode.pools.clone()).unwrap_or_default()))
        .set_node_role_arn(mode.and_then(|mode| mode.role.clone()))
        .build()
}

fn storage(on: bool) -> StorageConfigRequest {
    StorageConfigRequest::builder().block_storage(BlockStorage::builder().enabled(on).build()).build()
}

fn logging(types: &[LogType]) -> Option<Logging> {
    let setup = LogSetup::builder().enabled(true).set_types(Some(types.iter().map(log).collect())).build();
    (!types.is_empty()).then(|| Logging::builder().cluster_logging(setup).build())
}

fn log(kind: &LogType) -> Log {
    match kind {
        LogType::Api => Log::Api,
        LogType::Audit => Log::Audit,
        LogType::Authenticator => Log::Authenticator,
        LogType::ControllerManager => Log::ControllerManager,
        LogType::Scheduler => Log::Scheduler,
    }
}

fn support(policy: SupportType) -> Support {
    match policy {
        SupportType::Standard => Support::Standard,
        SupportType::Extended => Support::Extended,
    }
}

fn mode(mode: AuthenticationMode) -> Mode {
    match mode {
        AuthenticationMode::Api => Mode::Api,
        AuthenticationMode::ApiAndConfigMap => Mode::ApiAndConfigMap,
        AuthenticationMode::ConfigMap => Mode::ConfigMap,
    }
}

/// The only resources that EKS takes are `secrets` (facts/aws.md §3.1).
#[expect(deprecated, reason = "it says nothing any more, and EKS does not promise to do without it")]
fn encryption(encryption: &SecretsEncryption) -> EncryptionConfig {
    let provider = Provider::builder().key_arn(&encryption.key_arn).build();
    EncryptionConfig::builder().resources("secrets").provider(provider).build()
}

fn scaling(tier: ControlPlaneTier) -> ControlPlaneScalingConfig {
    ControlPlaneScalingConfig::builder().tier(ProvisionedControlPlaneTier::from(tier.name())).build()
}
