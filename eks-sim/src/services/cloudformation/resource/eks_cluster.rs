//! AWS::EKS::Cluster.

use serde_json::{Value, json};

use super::eks::{failed, input, is_gone, own_tags, tagged};
use super::{Kind, PLAIN, Scene, Settle, Tagging, fixed, mutable};
use crate::wire::AwsError;

/// What `Fn::GetAtt` gives is known once the cluster is ACTIVE: what refers to it waits for that.
///
/// AWS changes most of it in place, one update after the other; here tags alone change.
pub(super) const CLUSTER: Kind = Kind {
    name: "AWS::EKS::Cluster",
    properties: &[
        mutable("AccessConfig"),
        fixed("BootstrapSelfManagedAddons"),
        mutable("ComputeConfig"),
        mutable("ControlPlaneScalingConfig"),
        mutable("DeletionProtection"),
        fixed("EncryptionConfig"),
        mutable("KubernetesNetworkConfig"),
        mutable("Logging"),
        fixed("Name"),
        mutable("RemoteNetworkConfig"),
        mutable("ResourcesVpcConfig").required(),
        fixed("RoleArn").required(),
        mutable("StorageConfig"),
        mutable("Tags"),
        mutable("UpgradePolicy"),
        mutable("Version"),
        mutable("ZonalShiftConfig"),
    ],
    attributes: &[
        "Arn",
        "CertificateAuthorityData",
        "ClusterSecurityGroupId",
        "EncryptionConfigKeyArn",
        "Endpoint",
        "Id",
        "OpenIdConnectIssuerUrl",
    ],
    tagging: Tagging::Eks("Arn"),
    patient: true,
    create,
    update: |_, _| {
        Err(AwsError::new(
            "InvalidRequest",
            "eks-sim changes nothing but tags of a cluster through its stack",
        ))
    },
    delete,
    ready: Settle::When(ready),
    gone: Settle::When(|scene| match describe(scene) {
        Ok(_) => Ok(false),
        Err(error) if is_gone(&error) => Ok(true),
        Err(error) => Err(error),
    }),
    ..PLAIN
};

fn create(scene: &mut Scene) -> Result<(), AwsError> {
    let name = scene.name_or_generated("Name", 100);
    let sent = [
        "AccessConfig",
        "BootstrapSelfManagedAddons",
        "ComputeConfig",
        "ControlPlaneScalingConfig",
        "DeletionProtection",
        "EncryptionConfig",
        "KubernetesNetworkConfig",
        "RemoteNetworkConfig",
        "ResourcesVpcConfig",
        "RoleArn",
        "StorageConfig",
        "UpgradePolicy",
        "Version",
        "ZonalShiftConfig",
    ];
    let mut request = tagged(scene, input(scene, &sent));
    request["name"] = json!(name);
    let types = &scene.properties["Logging"]["ClusterLogging"]["EnabledTypes"];
    let types: Vec<&Value> = types.as_array().into_iter().flatten().map(|it| &it["Type"]).collect();
    if !types.is_empty() {
        request["logging"] = json!({ "clusterLogging": [{ "types": types, "enabled": true }] });
    }
    let made = scene.eks("CreateCluster", request)?;
    scene.physical_id = name;
    let arn = made["cluster"]["arn"].as_str().unwrap_or_default().to_owned();
    own_tags(scene, &arn);
    scene.attribute("Arn", arn);
    Ok(())
}

/// One that somebody else deletes just now is on its way.
fn delete(scene: &mut Scene) -> Result<(), AwsError> {
    match scene.eks("DeleteCluster", json!({ "name": scene.physical_id })) {
        Err(refused) if refused.code == "ResourceInUseException" => match describe(scene)?["status"].as_str()
        {
            Some("DELETING") => Ok(()),
            _ => Err(refused),
        },
        answer => answer.map(drop),
    }
}

fn describe(scene: &mut Scene) -> Result<Value, AwsError> {
    let answer = scene.eks("DescribeCluster", json!({ "name": scene.physical_id }))?;
    Ok(answer["cluster"].clone())
}

fn ready(scene: &mut Scene) -> Result<bool, AwsError> {
    let cluster = describe(scene)?;
    match cluster["status"].as_str().unwrap_or_default() {
        "ACTIVE" => {}
        "FAILED" => return Err(failed("Cluster", "FAILED", &cluster["health"])),
        _ => return Ok(false),
    }
    for (attribute, pointer) in [
        ("CertificateAuthorityData", "/certificateAuthority/data"),
        ("ClusterSecurityGroupId", "/resourcesVpcConfig/clusterSecurityGroupId"),
        ("EncryptionConfigKeyArn", "/encryptionConfig/0/provider/keyArn"),
        ("Endpoint", "/endpoint"),
        ("Id", "/id"),
        ("OpenIdConnectIssuerUrl", "/identity/oidc/issuer"),
    ] {
        if let Some(value) = cluster.pointer(pointer) {
            scene.attribute(attribute, value.clone());
        }
    }
    Ok(true)
}
