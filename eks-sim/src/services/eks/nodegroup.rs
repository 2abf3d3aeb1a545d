//! Managed node groups: what they are and how they are described (facts/aws.md §2.5).

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::cluster::{self, Cluster, read_lag};
use super::error::not_found;
use super::launch_template::LaunchTemplate;
use super::members::{Tags, text};
use super::node::{Node, Taint};
use super::page::page;
use super::status::{Issue, Status, health};
use crate::instant::Instant;
use crate::timing::Timing;
use crate::wire::{AwsError, Call};
use crate::world::World;

/// `scalingConfig`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Scaling {
    pub(crate) min: u32,
    pub(crate) max: u32,
    pub(crate) desired: u32,
}

#[derive(Clone, Debug)]
pub(crate) struct Nodegroup {
    pub(crate) name: String,
    pub(crate) cluster: String,
    pub(crate) arn: String,
    pub(crate) created: Instant,
    pub(crate) modified: Instant,
    pub(crate) status: Status,
    /// Absent with an image of the launch template's.
    pub(crate) version: Option<String>,
    pub(crate) release: Option<String>,
    pub(crate) capacity_type: String,
    pub(crate) scaling: Scaling,
    /// Empty if the launch template names one.
    pub(crate) instance_types: Vec<String>,
    pub(crate) subnets: Vec<String>,
    pub(crate) ami_type: String,
    pub(crate) role: String,
    pub(crate) labels: BTreeMap<String, String>,
    pub(crate) taints: Vec<Taint>,
    pub(crate) disk_size: Option<i64>,
    pub(crate) launch_template: Option<LaunchTemplate>,
    pub(crate) tags: Tags,
    pub(crate) issues: Vec<Issue>,
    pub(crate) autoscaling_group: String,
    /// Whether Auto Scaling has it, or had it.
    pub(super) has_autoscaling_group: bool,
    pub(crate) nodes: Vec<Node>,
    /// `updateConfig`, `remoteAccess`, `nodeRepairConfig`, `warmPoolConfig`.
    pub(super) options: Map<String, Value>,
    pub(super) image: Option<String>,
    pub(super) instance_profile: String,
    /// The cluster's security group.
    pub(super) security_group: Option<String>,
    /// Whether EKS put the role into `aws-auth`: it does while access entries do not count.
    pub(crate) in_config_map: bool,
    /// Instances launched so far.
    pub(super) launched: u32,
    pub(super) token: Option<String>,
    /// Version, release and launch template as they read while an update is under way.
    pub(super) shown: Option<Shown>,
}

/// What a group is made of.
#[derive(Clone, Debug)]
pub(super) struct Shown {
    pub(super) version: Option<String>,
    pub(super) release: Option<String>,
    pub(super) launch_template: Option<LaunchTemplate>,
}

impl Nodegroup {
    /// Instance types to try, in this order.
    pub(super) fn types(&self) -> Vec<String> {
        match self.launch_template.as_ref().and_then(|template| template.instance_type.clone()) {
            Some(kind) => vec![kind],
            None => self.instance_types.clone(),
        }
    }

    /// Nodes that have not been removed.
    pub(crate) fn present(&self) -> impl Iterator<Item = &Node> {
        self.nodes.iter().filter(|node| node.removed.is_none())
    }

    /// How many nodes an update may take at once, by `updateConfig`.
    pub(super) fn max_unavailable(&self) -> u32 {
        let config = self.options.get("updateConfig").unwrap_or(&Value::Null);
        let percentage = config["maxUnavailablePercentage"]
            .as_u64()
            .map(|percentage| (u64::from(self.scaling.desired) * percentage).div_ceil(100).max(1));
        percentage.or(config["maxUnavailable"].as_u64()).map_or(1, |count| count as u32)
    }

    pub(super) fn describe(&self) -> Value {
        let mut group = json!({
            "nodegroupName": self.name,
            "nodegroupArn": self.arn,
            "clusterName": self.cluster,
            "createdAt": self.created.epoch_seconds(),
            "modifiedAt": self.modified.epoch_seconds(),
            "status": self.status.name(),
            "capacityType": self.capacity_type,
            "scalingConfig": {
                "minSize": self.scaling.min,
                "maxSize": self.scaling.max,
                "desiredSize": self.scaling.desired,
            },
            "subnets": self.subnets,
            "amiType": self.ami_type,
            "nodeRole": self.role,
            "labels": self.labels,
            "taints": self.taints.iter().map(Taint::describe).collect::<Vec<_>>(),
            "health": health(&self.issues),
            "tags": self.tags,
        });
        // The group's Auto Scaling group shows once there is one.
        if self.has_autoscaling_group {
            group["resources"] = json!({"autoScalingGroups": [{"name": self.autoscaling_group}]});
        }
        let Shown { version, release, launch_template } = self.shown.clone().unwrap_or_else(|| Shown {
            version: self.version.clone(),
            release: self.release.clone(),
            launch_template: self.launch_template.clone(),
        });
        let optional = [
            ("version", version.map(|it| json!(it))),
            ("releaseVersion", release.or(self.image.clone()).map(|it| json!(it))),
            ("diskSize", self.disk_size.map(|it| json!(it))),
            ("launchTemplate", launch_template.as_ref().map(LaunchTemplate::describe)),
            ("instanceTypes", (!self.instance_types.is_empty()).then(|| json!(self.instance_types))),
        ];
        for (name, value) in optional.into_iter().filter_map(|(name, value)| Some((name, value?))) {
            group[name] = value;
        }
        for (name, value) in &self.options {
            group[name] = value.clone();
        }
        group
    }
}

/// The node group `name` of `cluster`, or EKS's 404.
pub(super) fn within<'a>(cluster: &'a Cluster, name: &str) -> Result<&'a Nodegroup, AwsError> {
    cluster.nodegroups.get(name).ok_or_else(|| unknown(&cluster.name, name))
}

/// The node group that the request names.
pub(super) fn find<'a>(world: &'a mut World, call: &Call) -> Result<&'a mut Nodegroup, AwsError> {
    let (cluster_name, name) = (text(call.json(), "clusterName"), text(call.json(), "nodegroupName"));
    let now = world.now;
    let lag = read_lag(world, &format!("{}/{cluster_name}/nodegroup/{name}", call.region));
    let cluster = cluster::find(world, &call.region, cluster_name)?;
    cluster
        .nodegroups
        .get_mut(name)
        .filter(|group| now >= group.created + lag)
        .ok_or_else(|| unknown(cluster_name, name))
}

fn unknown(cluster: &str, name: &str) -> AwsError {
    not_found(format!("No node group found for name: {name}."))
        .member("clusterName", cluster)
        .member("nodegroupName", name)
}

/// DescribeNodegroup.
pub(super) fn describe(world: &mut World, call: &Call) -> Result<Value, AwsError> {
    Ok(json!({ "nodegroup": find(world, call)?.describe() }))
}

/// ListNodegroups.
pub(super) fn list(world: &mut World, call: &Call) -> Result<Value, AwsError> {
    let cluster = cluster::find(world, &call.region, text(call.json(), "clusterName"))?;
    let names = cluster.nodegroups.keys();
    page(call.json(), "nodegroups", names, |name| (*name).clone(), |name| json!(name))
}

/// `…:nodegroup/<cluster>/<name>/<uuid>`: an ARN names one group for good.
pub(super) fn by_arn<'a>(world: &'a mut World, arn: &str) -> Option<&'a mut Nodegroup> {
    let name = arn.split('/').nth(2)?;
    cluster(world, arn)?.nodegroups.get_mut(name).filter(|group| group.arn == arn)
}

/// The cluster of the group with this ARN.
pub(super) fn cluster<'a>(world: &'a mut World, arn: &str) -> Option<&'a mut Cluster> {
    world.region(region(arn)).eks.cluster_mut(cluster_name(arn))
}

pub(super) fn cluster_name(arn: &str) -> &str {
    arn.split('/').nth(1).unwrap_or_default()
}

pub(super) fn region(arn: &str) -> &str {
    arn.split(':').nth(3).unwrap_or_default()
}

/// The name under which the ledger knows the group: CloudFormation's `Ref`.
pub(super) fn ledger_id(arn: &str) -> String {
    arn.split('/').skip(1).take(2).collect::<Vec<_>>().join("/")
}

/// A node of the group.
pub(super) fn node<'a>(world: &'a mut World, arn: &str, instance: &str) -> Option<&'a mut Node> {
    by_arn(world, arn)?.nodes.iter_mut().find(|node| node.instance == instance)
}

/// A group that is being created is done when its nodes are Ready, after a moment.
pub(super) fn node_became_ready(world: &mut World, arn: &str) {
    let now = world.now;
    let Some(group) = by_arn(world, arn) else { return };
    let done = group.status == Status::Creating
        && group.present().filter(|node| node.is_ready(now)).count() >= group.scaling.desired as usize;
    if !done {
        return;
    }
    let settle = world.duration(Timing::NodegroupSettle, &format!("{}/{}", region(arn), ledger_id(arn)));
    let arn = arn.to_owned();
    world.after(settle, move |world| {
        let now = world.now;
        let Some(group) = by_arn(world, &arn).filter(|group| group.status == Status::Creating) else {
            return;
        };
        group.status = Status::Active;
        group.modified = now;
        world.ledger.ready("AWS::EKS::Nodegroup", &ledger_id(&arn), region(&arn), now);
    });
}
