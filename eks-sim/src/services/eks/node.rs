//! Nodes: instances of node groups that register with the API server, and become Ready if they can.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use super::cluster::Cluster;
use super::instance_type::InstanceType;
use super::network::{self, Egress, Subnet, ec2, numbered, tagged};
use super::nodegroup::{self, Nodegroup};
use super::status::Issue;
use super::{addon, ami, role, user_data};
use crate::instant::Instant;
use crate::services::autoscaling;
use crate::timing::Timing;
use crate::wire::{AwsError, Params};
use crate::world::World;

/// How often a kubelet that cannot get on tries again.
const RETRY: Duration = Duration::from_secs(10);

/// How long it tries.
const PATIENCE: Duration = Duration::from_secs(2 * 3600);

/// What a node has for pods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Capacity {
    pub(crate) cpus: u32,
    pub(crate) memory_mib: u64,
    pub(crate) pods: u32,
}

/// A taint in EKS's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Taint {
    pub(crate) key: String,
    pub(crate) value: Option<String>,
    /// `NO_SCHEDULE`, `NO_EXECUTE` or `PREFER_NO_SCHEDULE`.
    pub(crate) effect: String,
}

impl Taint {
    pub(super) fn read(value: &Value) -> Self {
        let text = |name: &str| value[name].as_str().map(str::to_owned);
        Self {
            key: text("key").unwrap_or_default(),
            value: text("value"),
            effect: text("effect").unwrap_or_default(),
        }
    }

    pub(super) fn describe(&self) -> Value {
        match &self.value {
            Some(value) => json!({"key": self.key, "value": value, "effect": self.effect}),
            None => json!({"key": self.key, "effect": self.effect}),
        }
    }
}

/// An instance of a node group, as a node of its cluster.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    /// The instance's private DNS name.
    pub(crate) name: String,
    pub(crate) instance: String,
    pub(crate) instance_type: String,
    pub(crate) subnet: String,
    pub(crate) zone: String,
    pub(crate) address: String,
    pub(crate) public_address: Option<String>,
    /// `v1.36.2`-like version of the kubelet, without EKS's suffix.
    pub(crate) kubelet_version: String,
    pub(crate) labels: BTreeMap<String, String>,
    pub(crate) taints: Vec<Taint>,
    pub(crate) capacity: Capacity,
    pub(crate) launched: Instant,
    /// When the kubelet registered.
    pub(crate) registered: Option<Instant>,
    /// When the node became Ready.
    pub(crate) ready_at: Option<Instant>,
    /// When the node was drained and its instance terminated.
    pub(crate) removed: Option<Instant>,
    /// Its number in the group, by which its durations are drawn.
    pub(super) ordinal: u32,
}

impl Node {
    pub(crate) fn is_ready(&self, now: Instant) -> bool {
        self.removed.is_none() && self.ready_at.is_some_and(|ready| ready <= now)
    }

    /// Whether coredns and its like, which run anywhere, tolerate the node's taints.
    pub(crate) fn lets_addons_in(&self) -> bool {
        self.taints.iter().all(|taint| {
            taint.effect == "PREFER_NO_SCHEDULE"
                || matches!(
                    taint.key.as_str(),
                    "CriticalAddonsOnly" | "node-role.kubernetes.io/control-plane"
                )
        })
    }
}

/// Launches `count` instances for the group, in its subnets by turns. What could not be launched comes back
/// as an issue.
pub(super) fn launch(world: &mut World, arn: &str, count: u32) -> Result<Vec<String>, Issue> {
    let region = nodegroup::region(arn).to_owned();
    let Some(group) = nodegroup::by_arn(world, arn).map(|group| group.clone()) else { return Ok(Vec::new()) };
    let unknown = |error: AwsError| Issue::new("Ec2SubnetNotFound", error.message, group.subnets.clone());
    let subnets = network::subnets(world, &region, &group.subnets).map_err(unknown)?;
    check_public(world, &region, &group, &subnets)?;
    user_data::check(&group)?;
    let mut launched = Vec::new();
    for _ in 0..count {
        let node = launch_one(world, &region, &group, &subnets)?;
        launched.push(node.instance.clone());
        autoscaling::launched(world, &region, &group.autoscaling_group, &node.instance);
        let (instance, ordinal) = (node.instance.clone(), node.ordinal);
        let key = format!("{region}/{}/{}/{ordinal}", group.cluster, group.name);
        let registers = world.duration(Timing::NodeRegister, &key);
        if let Some(group) = nodegroup::by_arn(world, arn) {
            group.nodes.push(node);
        }
        let arn = arn.to_owned();
        world.after(registers, move |world| join(world, &arn, &instance));
    }
    Ok(launched)
}

/// A subnet that leads straight out must give its instances public addresses.
fn check_public(world: &mut World, region: &str, group: &Nodegroup, subnets: &[Subnet]) -> Result<(), Issue> {
    let given = group.launch_template.as_ref().is_some_and(|template| template.public_address);
    for subnet in subnets.iter().filter(|subnet| !subnet.public_addresses && !given) {
        if network::egress(world, region, subnet).is_ok_and(|egress| egress == Egress::InternetGateway) {
            // The code is the model's, the text the service's, from memory (U).
            return Err(Issue::new(
                "Ec2SubnetInvalidConfiguration",
                format!(
                    "One or more Amazon EC2 Subnets of [{}] for node group {} does not automatically assign \
                     public IP addresses to instances launched into it. If you want your instances to be \
                     assigned a public IP address, then you need to enable auto-assign public IP address for \
                     the subnet. See IP addressing in VPC guide: \
                     https://docs.aws.amazon.com/vpc/latest/userguide/vpc-ip-addressing.html#subnet-public-ip",
                    subnet.id, group.name
                ),
                vec![subnet.id.clone()],
            ));
        }
    }
    Ok(())
}

/// One instance: each type of the group in each subnet is tried until EC2 has capacity.
fn launch_one(world: &mut World, region: &str, group: &Nodegroup, subnets: &[Subnet]) -> Result<Node, Issue> {
    let ordinal = nodegroup::by_arn(world, &group.arn).map_or(0, |group| {
        group.launched += 1;
        group.launched
    });
    let types = group.types();
    let mut refused = None;
    let first = ordinal.saturating_sub(1) as usize;
    for kind in &types {
        for offset in 0..subnets.len() {
            let subnet = &subnets[(first + offset) % subnets.len()];
            let params = request(world, group, kind, subnet);
            match ec2(world, region, "RunInstances", params) {
                Ok(answer) => {
                    let items = answer.all("instancesSet/item");
                    let Some(item) = items.first() else { continue };
                    let at = |path: &str| item.at(path).to_owned();
                    let found = super::instance_type::find(world, region, std::slice::from_ref(kind));
                    let instance_type = found.ok().and_then(|mut types| types.pop());
                    let ids =
                        (at("instanceId"), at("privateDnsName"), at("privateIpAddress"), at("ipAddress"));
                    // An image of the user's is taken to be made for the cluster's version.
                    let of_cluster = nodegroup::cluster(world, &group.arn).map(|it| it.version.clone());
                    let version = group.version.clone().or(of_cluster).unwrap_or_default();
                    let now = world.now;
                    return Ok(node(now, region, group, instance_type, kind, subnet, ids, &version, ordinal));
                }
                Err(error) => refused = Some(error),
            }
        }
    }
    let error = refused.unwrap_or_else(|| AwsError::new("Unknown", "EC2 launched nothing"));
    autoscaling::not_launched(world, region, &group.autoscaling_group, &error);
    Err(launch_failure(group, &error))
}

/// What the group's Auto Scaling group makes of EC2's refusal.
fn launch_failure(group: &Nodegroup, error: &AwsError) -> Issue {
    let resources = vec![group.autoscaling_group.clone()];
    let text = format!("{} - {}", error.code, error.message);
    match error.code.as_str() {
        "InstanceLimitExceeded" | "VcpuLimitExceeded" => Issue::new("InstanceLimitExceeded", text, resources),
        "InsufficientFreeAddressesInSubnet" => Issue::new("InsufficientFreeAddresses", text, resources),
        "InvalidAMIID.NotFound" | "InvalidAMIID.Malformed" => Issue::new("AmiIdNotFound", text, resources),
        "InvalidGroup.NotFound" => Issue::new("Ec2SecurityGroupNotFound", text, resources),
        _ => {
            let purchase = if group.capacity_type == "SPOT" { "Spot" } else { "On-Demand" };
            let text =
                format!("Could not launch {purchase} Instances. {text} Launching EC2 instance failed.");
            Issue::new("AsgInstanceLaunchFailures", text, resources)
        }
    }
}

fn request(world: &mut World, group: &Nodegroup, kind: &str, subnet: &Subnet) -> Params {
    let region = nodegroup::region(&group.arn);
    let mut tags = autoscaling::propagated(world, region, &group.autoscaling_group);
    tags.insert("aws:eks:cluster-name".to_owned(), group.cluster.clone());
    tags.insert("aws:autoscaling:groupName".to_owned(), group.autoscaling_group.clone());
    let tags: Vec<(&str, &str)> = tags.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    let token = world.uuid();
    let mut params = tagged(Params::new(), "instance", &tags)
        .set("MinCount", "1")
        .set("MaxCount", "1")
        .set("InstanceType", kind)
        .set("SubnetId", &subnet.id)
        .set("ClientToken", token)
        .set("IamInstanceProfile.Name", &group.instance_profile);
    let mut own_groups = false;
    if let Some(template) = &group.launch_template {
        params.insert("LaunchTemplate.LaunchTemplateId", &template.id);
        params.insert("LaunchTemplate.Version", &template.version);
        own_groups = template.has_security_groups;
    }
    let access = group.options.get("remoteAccess").and_then(|access| access["ec2SshKey"].as_str());
    if let Some(key) = access {
        params.insert("KeyName", key);
    }
    if let Some(image) = &group.image {
        params.insert("ImageId", image);
    }
    // Without a template the disk is EKS's, of the size that the group names.
    if let Some(gib) = group.disk_size {
        let device = if ami::is_windows(&group.ami_type) { "/dev/sda1" } else { "/dev/xvda" };
        params.insert("BlockDeviceMapping.1.DeviceName", device);
        params.insert("BlockDeviceMapping.1.Ebs.VolumeSize", gib.to_string());
    }
    if let Some(security_group) = group.security_group.as_ref().filter(|_| !own_groups) {
        params.insert("SecurityGroupId.1", security_group);
    }
    params
}

#[allow(clippy::too_many_arguments, reason = "one call, with what EC2 and the group say")]
fn node(
    now: Instant,
    region: &str,
    group: &Nodegroup,
    instance_type: Option<InstanceType>,
    kind: &str,
    subnet: &Subnet,
    (instance, name, address, public): (String, String, String, String),
    version: &str,
    ordinal: u32,
) -> Node {
    let patch = super::version::Version::find(version).map_or(version, |it| it.patch);
    let kubelet_version = match group.release.as_deref().and_then(|release| release.split_once('-')) {
        Some((patch, _)) if patch.starts_with(&format!("{version}.")) => patch.to_owned(),
        _ => patch.to_owned(),
    };
    let architecture = ami::architecture(&group.ami_type).map_or("amd64", |it| match it {
        "arm64" => "arm64",
        _ => "amd64",
    });
    let system = if ami::is_windows(&group.ami_type) { "windows" } else { "linux" };
    let mut labels: BTreeMap<String, String> = [
        ("beta.kubernetes.io/arch", architecture),
        ("beta.kubernetes.io/instance-type", kind),
        ("beta.kubernetes.io/os", system),
        ("eks.amazonaws.com/capacityType", group.capacity_type.as_str()),
        ("eks.amazonaws.com/nodegroup", group.name.as_str()),
        ("eks.amazonaws.com/nodegroup-image", group.image.as_deref().unwrap_or_default()),
        ("failure-domain.beta.kubernetes.io/region", region),
        ("failure-domain.beta.kubernetes.io/zone", subnet.zone.as_str()),
        ("kubernetes.io/arch", architecture),
        ("kubernetes.io/hostname", name.as_str()),
        ("kubernetes.io/os", system),
        ("node.kubernetes.io/instance-type", kind),
        ("topology.k8s.aws/zone-id", subnet.zone_id.as_str()),
        ("topology.kubernetes.io/region", region),
        ("topology.kubernetes.io/zone", subnet.zone.as_str()),
    ]
    .into_iter()
    .map(|(key, value)| (key.to_owned(), value.to_owned()))
    .collect();
    if let Some(template) = &group.launch_template {
        labels.insert("eks.amazonaws.com/sourceLaunchTemplateId".to_owned(), template.id.clone());
        labels.insert("eks.amazonaws.com/sourceLaunchTemplateVersion".to_owned(), template.version.clone());
    }
    labels.extend(group.labels.clone());
    let capacity = instance_type.map_or(Capacity { cpus: 0, memory_mib: 0, pods: 0 }, |it| Capacity {
        cpus: it.cpus,
        memory_mib: it.memory_mib,
        pods: it.pods(),
    });
    Node {
        name,
        instance,
        instance_type: kind.to_owned(),
        subnet: subnet.id.clone(),
        zone: subnet.zone.clone(),
        address,
        public_address: Some(public).filter(|address| !address.is_empty()),
        kubelet_version: format!("v{kubelet_version}"),
        labels,
        taints: group.taints.clone(),
        capacity,
        launched: now,
        registered: None,
        ready_at: None,
        removed: None,
        ordinal,
    }
}

/// The kubelet's next step: register, then become Ready. What cannot be is tried again.
fn join(world: &mut World, arn: &str, instance: &str) {
    let now = world.now;
    let Some(group) = nodegroup::by_arn(world, arn) else { return };
    let (role, in_config_map) = (group.role.clone(), group.in_config_map);
    let Some(node) = group.nodes.iter().find(|node| node.instance == instance) else { return };
    if node.removed.is_some() || node.ready_at.is_some() || now.since(node.launched) > PATIENCE {
        return;
    }
    let registered = node.registered.is_some();
    let place = Place {
        subnet: node.subnet.clone(),
        instance: node.instance.clone(),
        address: node.address.clone(),
        // EKS puts the cluster's own group on nodes whose template names none.
        own_groups: group.launch_template.as_ref().is_some_and(|template| template.has_security_groups),
    };
    let key = format!("{}/{}/{}/{}", nodegroup::region(arn), group.cluster, group.name, node.ordinal);
    let next = if !registered && can_register(world, arn, &role, in_config_map, &place) {
        if let Some(node) = nodegroup::node(world, arn, instance) {
            node.registered = Some(now);
        }
        let ready = world.duration(Timing::NodeReady, &key);
        let (arn, instance) = (arn.to_owned(), instance.to_owned());
        return world.after(ready, move |world| join(world, &arn, &instance));
    } else if registered && nodegroup::cluster(world, arn).is_some_and(|it| it.runs_addon("vpc-cni")) {
        if let Some(node) = nodegroup::node(world, arn, instance) {
            node.ready_at = Some(now);
        }
        nodegroup::node_became_ready(world, arn);
        addon::nodes_changed(world, nodegroup::region(arn), nodegroup::cluster_name(arn));
        return;
    } else {
        RETRY
    };
    let (arn, instance) = (arn.to_owned(), instance.to_owned());
    world.after(next, move |world| join(world, &arn, &instance));
}

/// Where a node is in its network.
struct Place {
    subnet: String,
    instance: String,
    address: String,
    /// Whether its security groups are the template's.
    own_groups: bool,
}

/// Whether the kubelet knows its cluster, reaches the API server and is let in (facts/failures.md C15, C16).
fn can_register(world: &mut World, arn: &str, role: &str, in_config_map: bool, place: &Place) -> bool {
    let region = nodegroup::region(arn).to_owned();
    if world.settings.trouble.nodes_never_join {
        return false;
    }
    let now = world.now;
    let Some(cluster) = nodegroup::cluster(world, arn) else { return false };
    let vpc = cluster.vpc.clone();
    let private = vpc.private_access;
    if !nodegroup::within(cluster, arn.split('/').nth(2).unwrap_or_default())
        .is_ok_and(|group| user_data::joins(group, cluster))
    {
        return false;
    }
    if cluster.reachable_at.is_none_or(|reachable| now < reachable) || !lets_in(cluster, role, in_config_map)
    {
        return false;
    }
    if !role::node_can_join(world, role) {
        return false;
    }
    if place.own_groups && !network::lets_in(world, &region, &vpc, &place.instance, &place.address) {
        return false;
    }
    let Ok(subnets) = network::subnets(world, &region, std::slice::from_ref(&place.subnet)) else {
        return false;
    };
    let Some(subnet) = subnets.first() else { return false };
    match network::egress(world, &region, subnet) {
        Ok(Egress::None) => private && network::has_node_endpoints(world, &region, &subnet.vpc),
        Ok(_) => true,
        Err(_) => false,
    }
}

/// Whether the API server takes nodes with the role: by an access entry, or by `aws-auth`, where EKS puts the
/// roles of groups that are made while the mode is CONFIG_MAP.
fn lets_in(cluster: &Cluster, role: &str, in_config_map: bool) -> bool {
    let entry = cluster.access_entries.get(role).filter(|_| cluster.has_access_entries());
    in_config_map && cluster.authentication_mode != "API"
        || entry.is_some_and(|entry| matches!(entry.kind.as_str(), "EC2_LINUX" | "EC2_WINDOWS" | "EC2"))
}

/// Drains nodes and terminates their instances.
pub(super) fn terminate(world: &mut World, arn: &str, instances: &[String]) {
    if instances.is_empty() {
        return;
    }
    let now = world.now;
    let region = nodegroup::region(arn).to_owned();
    if let Some(group) = nodegroup::by_arn(world, arn) {
        let going = |node: &&mut Node| node.removed.is_none() && instances.contains(&node.instance);
        let mut gone = Vec::new();
        for node in group.nodes.iter_mut().filter(going) {
            node.removed = Some(now);
            gone.push(node.instance.clone());
        }
        let name = group.autoscaling_group.clone();
        gone.iter().for_each(|instance| autoscaling::terminated(world, &region, &name, instance));
    }
    for instance in instances {
        // An instance that someone else terminated before is as good.
        let _gone = ec2(world, &region, "TerminateInstances", Params::new().set("InstanceId.1", instance));
    }
    addon::nodes_changed(world, &region, nodegroup::cluster_name(arn));
}

/// Whether EC2 still has one of the instances in another state than terminated.
pub(super) fn any_left(world: &mut World, region: &str, instances: &[String]) -> bool {
    if instances.is_empty() {
        return false;
    }
    ec2(world, region, "DescribeInstances", numbered("InstanceId", instances)).is_ok_and(|answer| {
        answer
            .all("reservationSet/item/instancesSet/item/instanceState/name")
            .iter()
            .any(|state| state.value() != "terminated")
    })
}
