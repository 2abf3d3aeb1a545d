//! Auto Mode's configuration: what a new cluster may say of it, and what an update.

use serde_json::{Value, json};

use super::cluster::ClusterKey;
use super::cluster_config::{Change, differs};
use super::error::{invalid_parameter, invalid_request};
use super::members::{text, texts};
use super::role;
use crate::wire::AwsError;
use crate::world::World;

/// What Auto Mode asks of a new cluster: no self-managed add-ons, and node pools with a role for their nodes
/// (texts: hashicorp/terraform-provider-aws#40483, terraform-aws-modules/terraform-aws-eks#3238 and #3366).
pub(super) fn check_at_create(world: &World, input: &Value) -> Result<(), AwsError> {
    check_switches(input)?;
    let compute = &input["computeConfig"];
    if compute["enabled"] != true {
        return Ok(());
    }
    if input["bootstrapSelfManagedAddons"] != false {
        return Err(invalid_parameter(
            "When EKS Auto Mode is enabled, bootstrapSelfManagedAddons must be set to false",
        ));
    }
    check_pools(world, compute)
}

/// Auto Mode's three switches agree (facts/aws.md §3.1).
fn check_switches(input: &Value) -> Result<(), AwsError> {
    let switches = switches(input);
    let on = switches.iter().filter(|switch| **switch == true).count();
    if on == 0 || on == switches.len() {
        return Ok(());
    }
    Err(invalid_parameter(
        "For EKS Auto Mode, please ensure that all required configs, including computeConfig, \
         kubernetesNetworkConfig, and blockStorage are all either fully enabled or fully disabled.",
    ))
}

fn switches(input: &Value) -> [&Value; 3] {
    [
        &input["computeConfig"]["enabled"],
        &input["storageConfig"]["blockStorage"]["enabled"],
        &input["kubernetesNetworkConfig"]["elasticLoadBalancing"]["enabled"],
    ]
}

fn check_pools(world: &World, compute: &Value) -> Result<(), AwsError> {
    match (text(compute, "nodeRoleArn"), texts(compute, "nodePools").is_empty()) {
        ("", true) => Ok(()),
        ("", false) => Err(invalid_parameter(
            "When Compute Config nodeRoleArn is null or empty, nodePool list cannot be populated.",
        )),
        (_, true) => Err(invalid_parameter(
            "When Compute Config nodeRoleArn is not null or empty, nodePool value(s) must be provided.",
        )),
        (role, false) => role::check_node(world, role),
    }
}

/// Its nodes are let in by an access entry. The text is not recorded (U).
pub(super) fn needs_entries() -> AwsError {
    invalid_parameter(
        "EKS Auto Mode requires the cluster's authentication mode to be API or API_AND_CONFIG_MAP",
    )
}

/// An update says all of it, also where only the node pools change (awsdocs/amazon-eks-user-guide#819).
pub(super) fn change(world: &mut World, key: &ClusterKey, input: &Value) -> Result<Change, AwsError> {
    let compute = input["computeConfig"].clone();
    if switches(input).iter().any(|switch| switch.is_null()) && compute["enabled"] != true {
        // The same, and terraform-aws-modules/terraform-aws-eks#3362.
        return Err(invalid_parameter("The type for cluster update was not provided."));
    }
    check_switches(input)?;
    let on = compute["enabled"] == true;
    if on {
        check_pools(world, &compute)?;
    } else if !texts(&compute, "nodePools").is_empty() {
        // terraform-aws-modules/terraform-aws-eks#3513 says so without the text (U).
        return Err(invalid_parameter("When EKS Auto Mode is disabled, nodePools must be empty"));
    }
    let storage = input["storageConfig"].clone();
    let balancing = input["kubernetesNetworkConfig"]["elasticLoadBalancing"].clone();
    let Some(cluster) = key.get(world) else {
        return Err(invalid_parameter("No changes were specified in the request"));
    };
    let present = cluster.options.get("computeConfig").cloned().unwrap_or_default();
    if !on && present["enabled"] != true {
        // aws-controllers-k8s/community#3046
        return Err(invalid_request(
            "Cannot modify EKS Auto Mode configuration. Auto Mode is not enabled on this cluster.",
        ));
    }
    if on && !cluster.has_access_entries() {
        return Err(needs_entries());
    }
    let (was, is) = (text(&present, "nodeRoleArn"), text(&compute, "nodeRoleArn"));
    if present["enabled"] == true && !was.is_empty() && !is.is_empty() && was != is {
        // API_ComputeConfigRequest: it cannot be changed once it is enabled. The text is not recorded (U).
        return Err(invalid_parameter("The Compute Config nodeRoleArn cannot be changed once it is set"));
    }
    let same = compute == present
        && cluster.options.get("storageConfig") == Some(&storage)
        && cluster.network["elasticLoadBalancing"] == balancing;
    differs(!same, "No changes needed for the configuration provided")?;
    let params = vec![
        ("ComputeConfig", compute.to_string()),
        ("StorageConfig", storage.to_string()),
        ("KubernetesNetworkConfig", json!({ "elasticLoadBalancing": balancing }).to_string()),
    ];
    Ok(Change::new(params, move |cluster| {
        cluster.options.insert("computeConfig".to_owned(), compute);
        cluster.options.insert("storageConfig".to_owned(), storage);
        cluster.network["elasticLoadBalancing"] = balancing;
    }))
}
