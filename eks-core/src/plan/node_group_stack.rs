//! The template of a node group's stack: its launch template, and its role if it has one of its own.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::foundation::{self, id};
use super::{names, node_user_data};
use crate::observe::ClusterState;
use crate::spec::{Capacity, Cluster, HttpTokens, NodeGroup};

/// The logical id of the launch template.
pub(crate) const LAUNCH_TEMPLATE: &str = "LaunchTemplate";

/// Outputs that decisions read: what the stack was made of, so that another spec shows without reading the template.
pub(crate) mod output {
    /// The version of the launch template that the group's nodes are to be launched from.
    pub(crate) const LAUNCH_TEMPLATE_VERSION: &str = "LaunchTemplateVersion";
    /// What [`super::launch_hash`] says.
    pub(crate) const LAUNCH_HASH: &str = "LaunchHash";
    /// What [`super::policy_hash`] says.
    pub(crate) const POLICY_HASH: &str = "PolicyHash";
}

/// A hash of all that needs new nodes when it changes. Tags are in the launch template, too, and are not worth that:
/// new nodes get them when there are any.
pub(crate) fn launch_hash(group: &NodeGroup) -> String {
    let launch =
        json!([group.ami, volume(group), metadata_options(group), group.security_groups, group.ssh_key]);
    names::hash(&launch.to_string(), 16)
}

/// A hash of the policies of the group's own role beside those of every node, in whatever order.
pub(crate) fn policy_hash(group: &NodeGroup) -> String {
    let policies: BTreeSet<&String> = group.policy_arns.iter().collect();
    names::hash(&json!(policies).to_string(), 16)
}

/// The template's text; `None` while it must say what the cluster has and does not have yet.
///
/// The launch template names no security group unless the spec does: EKS adds the cluster's own, which is not
/// made yet when this stack is, and leaves that to a template that names any.
///
/// `launches`: the version that nodes launch from already, where it is to stay, because what changes is not worth new nodes.
pub(crate) fn template(
    spec: &Cluster,
    group: &NodeGroup,
    cluster: Option<&ClusterState>,
    launches: Option<&str>,
) -> Option<String> {
    let name = spec.name.as_deref().unwrap_or_default();
    let group_name = group.name.as_deref().unwrap_or_default();
    let mut resources = Map::new();
    let data = launch_template_data(name, group, cluster)?;
    resources.insert(
        LAUNCH_TEMPLATE.to_owned(),
        json!({ "Type": "AWS::EC2::LaunchTemplate", "Properties": { "LaunchTemplateData": data } }),
    );
    if group.has_own_role() {
        resources.insert(id::NODE_ROLE.to_owned(), foundation::node_role(spec, &group.policy_arns));
    }
    let newest = json!({ "Fn::GetAtt": [LAUNCH_TEMPLATE, "LatestVersionNumber"] });
    let template = json!({
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": format!("Launch template of node group {group_name} of EKS cluster {name}"),
        "Resources": resources,
        "Outputs": {
            output::LAUNCH_TEMPLATE_VERSION: { "Value": launches.map_or(newest, |version| json!(version)) },
            output::LAUNCH_HASH: { "Value": launch_hash(group) },
            output::POLICY_HASH: { "Value": policy_hash(group) },
        },
    });
    Some(template.to_string())
}

fn launch_template_data(name: &str, group: &NodeGroup, cluster: Option<&ClusterState>) -> Option<Value> {
    let mut data = json!({
        "BlockDeviceMappings": [{ "DeviceName": device(group), "Ebs": volume(group) }],
        "MetadataOptions": metadata_options(group),
        "TagSpecifications": tag_specifications(name, group),
    });
    if !group.security_groups.is_empty() {
        // Without the cluster's own, nodes never join.
        let own = cluster?.security_group.as_ref()?;
        let all: Vec<&String> = std::iter::once(own).chain(&group.security_groups).collect();
        data["SecurityGroupIds"] = json!(all);
    }
    if let Some(key) = &group.ssh_key {
        data["KeyName"] = json!(key);
    }
    if let Some(ami) = &group.ami {
        data["ImageId"] = json!(ami);
        data["UserData"] = json!(node_user_data::nodeadm(cluster?)?);
    }
    if group.capacity == Some(Capacity::CapacityBlock) {
        // The template has to name the type, too:
        // https://docs.aws.amazon.com/eks/latest/userguide/capacity-blocks-mng.html
        data["InstanceType"] = json!(group.instance_types.first());
        data["InstanceMarketOptions"] = json!({ "MarketType": "capacity-block" });
        let target = json!({ "CapacityReservationId": group.capacity_reservation_id });
        data["CapacityReservationSpecification"] = json!({ "CapacityReservationTarget": target });
    }
    Some(data)
}

fn volume(group: &NodeGroup) -> Value {
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
    volume
}

/// Version 2 of the metadata service, reachable from pods, unless the spec says otherwise: eksctl's default
/// (facts/eksctl.md §1.1).
fn metadata_options(group: &NodeGroup) -> Value {
    let given = group.metadata_options.unwrap_or_default();
    let mut options = json!({
        "HttpTokens": match given.http_tokens.unwrap_or_default() {
            HttpTokens::Required => "required",
            HttpTokens::Optional => "optional",
        },
        "HttpPutResponseHopLimit": given.http_put_response_hop_limit.unwrap_or(2),
    });
    if let Some(tags) = given.instance_metadata_tags {
        options["InstanceMetadataTags"] = json!(if tags { "enabled" } else { "disabled" });
    }
    options
}

fn tag_specifications(cluster: &str, group: &NodeGroup) -> Vec<Value> {
    let name = group.name.as_deref().unwrap_or_default();
    let tags: Vec<Value> = std::iter::once(("Name".to_owned(), format!("{cluster}-{name}-Node")))
        .chain(group.tags.clone())
        .map(|(key, value)| json!({ "Key": key, "Value": value }))
        .collect();
    ["instance", "volume", "network-interface"]
        .iter()
        .map(|kind| json!({ "ResourceType": kind, "Tags": tags }))
        .collect()
}

/// Where the disk for images and logs is attached (facts/eksctl.md §1.1).
fn device(group: &NodeGroup) -> &'static str {
    match group.ami_type() {
        Some(kind) if kind.starts_with("WINDOWS") => "/dev/sda1",
        Some(kind) if kind.starts_with("BOTTLEROCKET") => "/dev/xvdb",
        _ => "/dev/xvda",
    }
}
