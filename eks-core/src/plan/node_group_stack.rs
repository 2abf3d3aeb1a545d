//! The template of a node group's stack: its launch template.

use serde_json::{Value, json};

use crate::spec::NodeGroup;

/// The logical id of the launch template.
pub(crate) const LAUNCH_TEMPLATE: &str = "LaunchTemplate";

/// The template's text. The launch template names no security group: EKS adds the cluster's own, which is
/// not made yet when this stack is.
pub(crate) fn template(cluster: &str, group: &NodeGroup) -> String {
    let name = group.name.as_deref().unwrap_or_default();
    let disk = group.disk.clone().unwrap_or_default();
    let mut volume = json!({
        "VolumeSize": disk.size_gib,
        "VolumeType": disk.volume_type,
        "Iops": disk.iops,
        "Throughput": disk.throughput,
        "Encrypted": disk.encrypted,
        "KmsKeyId": disk.kms_key,
        "DeleteOnTermination": true,
    });
    if let Some(volume) = volume.as_object_mut() {
        volume.retain(|_, value| !value.is_null());
    }
    let tags: Vec<Value> = std::iter::once(("Name".to_owned(), format!("{cluster}-{name}-Node")))
        .chain(group.tags.clone())
        .map(|(key, value)| json!({ "Key": key, "Value": value }))
        .collect();
    let tagged: Vec<Value> = ["instance", "volume", "network-interface"]
        .iter()
        .map(|kind| json!({ "ResourceType": kind, "Tags": tags }))
        .collect();
    json!({
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": format!("Launch template of node group {name} of EKS cluster {cluster}"),
        "Resources": {
            LAUNCH_TEMPLATE: {
                "Type": "AWS::EC2::LaunchTemplate",
                "Properties": {
                    "LaunchTemplateData": {
                        "BlockDeviceMappings": [{ "DeviceName": device(group), "Ebs": volume }],
                        // Version 2 of the metadata service, reachable from pods: eksctl's default
                        // (facts/eksctl.md §1.1).
                        "MetadataOptions": { "HttpTokens": "required", "HttpPutResponseHopLimit": 2 },
                        "TagSpecifications": tagged,
                    },
                },
            },
        },
        "Outputs": {
            "LaunchTemplateVersion": { "Value": { "Fn::GetAtt": [LAUNCH_TEMPLATE, "LatestVersionNumber"] } },
        },
    })
    .to_string()
}

/// Where the disk for images and logs is attached (facts/eksctl.md §1.1).
fn device(group: &NodeGroup) -> &'static str {
    match group.ami_type() {
        Some(kind) if kind.starts_with("WINDOWS") => "/dev/sda1",
        Some(kind) if kind.starts_with("BOTTLEROCKET") => "/dev/xvdb",
        _ => "/dev/xvda",
    }
}
