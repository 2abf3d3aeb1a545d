//! UpdateClusterConfig: one kind of change at a time (facts/aws.md §2.2).

use serde_json::{Value, json};

use super::cluster::{self, Cluster, ClusterKey};
use super::cluster_create::{check_endpoint_access, check_subnets, logging};
use super::error::invalid_parameter;
use super::members::{sent, text, texts};
use super::network;
use super::status::{Issue, Status};
use super::update::{self, Owner, UpdateStatus};
use super::{access_entry, auto_mode, conflict, log_group};
use crate::timing::Timing;
use crate::wire::{AwsError, Call};
use crate::world::World;

/// Members of a cluster that the simulator keeps as they were sent.
pub(super) const KEPT: &[&str] = &[
    "encryptionConfig",
    "zonalShiftConfig",
    "remoteNetworkConfig",
    "computeConfig",
    "storageConfig",
    "controlPlaneScalingConfig",
    "kubeApiServerConfig",
    "kubeSchedulerConfig",
    "kubeControllerManagerConfig",
];

/// A change of a cluster that has been checked.
pub(super) struct Change {
    params: Vec<(&'static str, String)>,
    apply: Box<dyn FnOnce(&mut Cluster) + Send>,
}

impl Change {
    pub(super) fn new(
        params: Vec<(&'static str, String)>,
        apply: impl FnOnce(&mut Cluster) + Send + 'static,
    ) -> Self {
        Self { params, apply: Box::new(apply) }
    }
}

/// UpdateClusterConfig.
pub(super) fn update(world: &mut World, call: &Call) -> Result<Value, AwsError> {
    let input = call.json();
    let name = text(input, "name");
    let now = world.now;
    let cluster = cluster::find(world, &call.region, name)?;
    if let Some(answer) = update::repeated(cluster, &Owner::Cluster, call) {
        return Ok(answer);
    }
    let key = cluster.key();
    let kind = kind(input)?;
    conflict::cluster_update(cluster, kind, now)?;
    let change = change(world, &key, kind, input)?;
    let (answer, id) = update::start(world, call, name, Owner::Cluster, kind, change.params);
    show_updating(world, &key, &id);
    let timing = match kind {
        "AutoModeUpdate" => Timing::AutoModeUpdate,
        _ => Timing::ClusterConfigUpdate,
    };
    let takes = world.duration(timing, &format!("{}/{name}/{kind}", call.region));
    let fails = Issue::of_fault(call);
    world.after(takes, move |world| {
        let Some(cluster) = key.get(world) else { return };
        if let Some(issue) = fails {
            return end(cluster, &id, UpdateStatus::Failed(issue));
        }
        (change.apply)(cluster);
        end(cluster, &id, UpdateStatus::Successful);
        access_entry::for_creator(world, &key);
        access_entry::for_auto_mode(world, &key);
        log_group::for_logs(world, &key);
    });
    Ok(answer)
}

/// Makes the cluster read UPDATING, which it does not at once (facts/failures.md S4).
pub(super) fn show_updating(world: &mut World, key: &ClusterKey, update: &str) {
    let lag = world.duration(Timing::ClusterUpdateShows, update);
    let (key, update) = (key.clone(), update.to_owned());
    world.after(lag, move |world| {
        if let Some(cluster) = key.get(world)
            && cluster.status == Status::Active
            && cluster.update_in_progress().is_some_and(|running| running.id == update)
        {
            cluster.status = Status::Updating;
        }
    });
}

/// Ends an update of the cluster.
pub(super) fn end(cluster: &mut Cluster, update: &str, status: UpdateStatus) {
    update::finish(cluster, update, status);
    if cluster.status == Status::Updating {
        cluster.status = Status::Active;
    }
}

/// The type of update that the request stands for.
fn kind(input: &Value) -> Result<&'static str, AwsError> {
    let vpc = &input["resourcesVpcConfig"];
    let has = |value: &Value, names: &[&str]| names.iter().any(|name| !value[*name].is_null());
    let wanted = [
        (
            has(vpc, &["endpointPublicAccess", "endpointPrivateAccess", "publicAccessCidrs"]),
            "EndpointAccessUpdate",
        ),
        (has(vpc, &["subnetIds", "securityGroupIds"]), "VpcConfigUpdate"),
        (has(vpc, &["controlPlaneEgressMode"]), "ControlPlaneEgressUpdate"),
        (has(input, &["logging"]), "LoggingUpdate"),
        (has(input, &["accessConfig"]), "AccessConfigUpdate"),
        (has(input, &["upgradePolicy"]), "UpgradePolicyUpdate"),
        (has(input, &["zonalShiftConfig"]), "ZonalShiftConfigUpdate"),
        (has(input, &["computeConfig", "storageConfig", "kubernetesNetworkConfig"]), "AutoModeUpdate"),
        (has(input, &["remoteNetworkConfig"]), "RemoteNetworkConfigUpdate"),
        (has(input, &["deletionProtection"]), "DeletionProtectionUpdate"),
        (has(input, &["controlPlaneScalingConfig"]), "ControlPlaneScalingConfigUpdate"),
        (
            has(input, &["kubeApiServerConfig", "kubeSchedulerConfig", "kubeControllerManagerConfig"]),
            "ControlPlaneComponentConfigUpdate",
        ),
    ];
    let mut kinds = wanted.into_iter().filter(|(wanted, _)| *wanted).map(|(_, kind)| kind);
    match (kinds.next(), kinds.next()) {
        (Some(kind), None) => Ok(kind),
        (Some(_), Some(_)) => Err(invalid_parameter("Only one type of update can be allowed.")),
        (None, _) => Err(invalid_parameter("No changes were specified in the request")),
    }
}

fn change(
    world: &mut World,
    key: &ClusterKey,
    kind: &'static str,
    input: &Value,
) -> Result<Change, AwsError> {
    match kind {
        "VpcConfigUpdate" => vpc_change(world, key, input),
        "AutoModeUpdate" => auto_mode::change(world, key, input),
        _ => match key.get(world) {
            Some(cluster) => plain_change(cluster, kind, input),
            None => Err(invalid_parameter("No changes were specified in the request")),
        },
    }
}

fn plain_change(cluster: &Cluster, kind: &'static str, input: &Value) -> Result<Change, AwsError> {
    match kind {
        "EndpointAccessUpdate" => endpoint_change(cluster, input),
        "LoggingUpdate" => {
            let logging = logging(&input["logging"], &cluster.logging);
            // The text is the service's, from memory (U).
            differs(logging != cluster.logging, "No changes needed for the logging config provided")?;
            let params = vec![("ClusterLogging", logging.to_string())];
            Ok(Change::new(params, move |cluster| cluster.logging = logging))
        }
        "AccessConfigUpdate" => access_change(cluster, input),
        "UpgradePolicyUpdate" => {
            let wanted = sent(&input["upgradePolicy"], "supportType").unwrap_or("EXTENDED").to_owned();
            differs(wanted != cluster.upgrade_policy, "No changes needed for the upgrade policy provided")?;
            let params = vec![("UpgradePolicy", json!({"supportType": wanted}).to_string())];
            Ok(Change::new(params, move |cluster| cluster.upgrade_policy = wanted))
        }
        "DeletionProtectionUpdate" => {
            let wanted = input["deletionProtection"] == true;
            let same = "No changes needed for the deletion protection provided";
            differs(wanted != cluster.deletion_protection, same)?;
            let params = vec![("DeletionProtection", wanted.to_string())];
            Ok(Change::new(params, move |cluster| cluster.deletion_protection = wanted))
        }
        "ControlPlaneEgressUpdate" => {
            let wanted = text(&input["resourcesVpcConfig"], "controlPlaneEgressMode").to_owned();
            // facts/aws.md §3.1: leaving CUSTOMER_ROUTED is impossible.
            if cluster.vpc.egress_mode.as_deref() == Some("CUSTOMER_ROUTED") {
                return Err(invalid_parameter(format!(
                    "Unsupported control plane egress mode update from CUSTOMER_ROUTED to {wanted}"
                )));
            }
            let params = vec![("ControlPlaneEgressMode", wanted.clone())];
            Ok(Change::new(params, move |cluster| cluster.vpc.egress_mode = Some(wanted)))
        }
        _ => kept_change(cluster, input),
    }
}

fn endpoint_change(cluster: &Cluster, input: &Value) -> Result<Change, AwsError> {
    let config = &input["resourcesVpcConfig"];
    let public = config["endpointPublicAccess"].as_bool().unwrap_or(cluster.vpc.public_access);
    let private = config["endpointPrivateAccess"].as_bool().unwrap_or(cluster.vpc.private_access);
    let cidrs = match &config["publicAccessCidrs"] {
        Value::Null => cluster.vpc.public_cidrs.clone(),
        _ => texts(config, "publicAccessCidrs"),
    };
    check_endpoint_access(public, private, &cidrs)?;
    let vpc = &cluster.vpc;
    let same =
        public == vpc.public_access && private == vpc.private_access && same_set(&cidrs, &vpc.public_cidrs);
    // facts/aws.md §2.2, with the space before the comma.
    let message = format!(
        "Cluster is already at the desired configuration with endpointPrivateAccess: {private} , \
         endpointPublicAccess: {public}, and Public Endpoint Restrictions: [{}]",
        cidrs.join(", ")
    );
    differs(!same, &message)?;
    let params = vec![
        ("EndpointPublicAccess", public.to_string()),
        ("EndpointPrivateAccess", private.to_string()),
        ("PublicAccessCidrs", json!(cidrs).to_string()),
    ];
    Ok(Change::new(params, move |cluster| {
        cluster.vpc.public_access = public;
        cluster.vpc.private_access = private;
        cluster.vpc.public_cidrs = cidrs;
    }))
}

/// The mode goes one way: CONFIG_MAP, API_AND_CONFIG_MAP, API (facts/aws.md §3.1).
fn access_change(cluster: &Cluster, input: &Value) -> Result<Change, AwsError> {
    const ORDER: [&str; 3] = ["CONFIG_MAP", "API_AND_CONFIG_MAP", "API"];
    let wanted = text(&input["accessConfig"], "authenticationMode").to_owned();
    let present = cluster.authentication_mode.clone();
    let place = |mode: &str| ORDER.iter().position(|known| *known == mode);
    differs(wanted != present, &format!("Cluster is already using the authentication mode {wanted}"))?;
    if place(&wanted) != place(&present).map(|at| at + 1) {
        let message = format!("Unsupported authentication mode update from {present} to {wanted}");
        return Err(invalid_parameter(message));
    }
    let params = vec![("AuthenticationMode", wanted.clone())];
    Ok(Change::new(params, move |cluster| cluster.authentication_mode = wanted))
}

fn vpc_change(world: &mut World, key: &ClusterKey, input: &Value) -> Result<Change, AwsError> {
    let config = &input["resourcesVpcConfig"];
    let Some(present) = key.get(world).map(|cluster| cluster.vpc.clone()) else {
        return Err(invalid_parameter("No changes were specified in the request"));
    };
    let given = |name: &str, present: &[String]| match &config[name] {
        Value::Null => present.to_vec(),
        _ => texts(config, name),
    };
    let subnets = given("subnetIds", &present.subnets);
    let groups = given("securityGroupIds", &present.security_groups);
    let found = network::subnets(world, &key.region, &subnets)?;
    check_subnets(&found)?;
    if found[0].vpc != present.vpc {
        return Err(invalid_parameter("Provided subnets belong to a different VPC than the cluster's"));
    }
    network::check_security_groups(world, &key.region, &groups, &present.vpc)?;
    let same = same_set(&subnets, &present.subnets) && same_set(&groups, &present.security_groups);
    differs(!same, "No changes needed for the vpc config provided")?;
    let params = vec![("Subnets", json!(subnets).to_string()), ("SecurityGroups", json!(groups).to_string())];
    Ok(Change::new(params, move |cluster| {
        cluster.vpc.subnets = subnets;
        cluster.vpc.security_groups = groups;
    }))
}

/// A change of members that are only kept.
fn kept_change(cluster: &Cluster, input: &Value) -> Result<Change, AwsError> {
    let wanted = super::members::pick(input, KEPT);
    let changed = wanted.iter().any(|(name, value)| cluster.options.get(name) != Some(value));
    differs(changed, "No changes needed for the configuration provided")?;
    let params = wanted.iter().filter_map(|(name, value)| Some((param(name)?, value.to_string()))).collect();
    Ok(Change::new(params, move |cluster| cluster.options.extend(wanted)))
}

/// The type of an update's parameter for a member that is only kept.
fn param(member: &str) -> Option<&'static str> {
    Some(match member {
        "zonalShiftConfig" => "ZonalShiftConfig",
        "remoteNetworkConfig" => "RemoteNetworkConfig",
        "controlPlaneScalingConfig" => "UpdatedTier",
        "kubeApiServerConfig" => "KubeApiServerConfig",
        "kubeSchedulerConfig" => "KubeSchedulerConfig",
        "kubeControllerManagerConfig" => "KubeControllerManagerConfig",
        _ => return None,
    })
}

pub(super) fn differs(differs: bool, message: &str) -> Result<(), AwsError> {
    if differs { Ok(()) } else { Err(invalid_parameter(message)) }
}

fn same_set(left: &[String], right: &[String]) -> bool {
    let sorted = |list: &[String]| {
        let mut list = list.to_vec();
        list.sort();
        list
    };
    sorted(left) == sorted(right)
}
