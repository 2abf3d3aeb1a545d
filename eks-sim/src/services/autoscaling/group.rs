//! Groups: how EKS makes and removes them, and how they are described.

use std::collections::BTreeMap;

use super::activity::Activity;
use super::find;
use super::instance::{self, Instance};
use super::page::page;
use super::tags::{self, Tag, Tags};
use super::{own, owner};
use crate::instant::Instant;
use crate::services::eks::{self, Fleet};
use crate::services::query::invalid;
use crate::wire::{Answer, AwsError, Call, Params, Xml};
use crate::world::World;

/// Its name in the ledger.
const KIND: &str = "AWS::AutoScaling::AutoScalingGroup";

/// How many groups a page has by default, and at most (service model: MaxRecords).
const PAGE: (i64, i64) = (50, 100);

/// A group of a node group.
pub(super) struct Group {
    pub(super) name: String,
    pub(super) arn: String,
    pub(super) owner: Owner,
    pub(super) tags: Tags,
    pub(super) activities: Vec<Activity>,
    created: Instant,
    pub(super) deleting: bool,
}

/// Whose the group is.
#[derive(Clone)]
pub(super) enum Owner {
    /// The node group with this ARN.
    Nodegroup(String),
    /// Nobody but the account, with its sizes and instances.
    Own(Fleet),
}

/// Makes the group of the node group with the ARN `owner`. `tags` all go to its instances, too.
pub(crate) fn make_for_nodegroup(
    world: &mut World,
    region: &str,
    name: &str,
    owner: &str,
    tags: BTreeMap<String, String>,
) {
    let tags = tags.into_iter().map(|(key, value)| (key, (value, true))).collect();
    make(world, region, name, Owner::Nodegroup(owner.to_owned()), tags);
}

/// Makes a group. Each tag says whether it goes to instances.
pub(super) fn make(
    world: &mut World,
    region: &str,
    name: &str,
    owner: Owner,
    tags: BTreeMap<String, (String, bool)>,
) {
    let (now, id) = (world.now, world.uuid());
    let account = &world.settings.account;
    let arn =
        format!("arn:aws:autoscaling:{region}:{account}:autoScalingGroup:{id}:autoScalingGroupName/{name}");
    let tags = tags.into_iter().map(|(key, (value, propagates))| (key, Tag { value, propagates })).collect();
    world.ledger.created(KIND, name, region, now, 0.0);
    world.ledger.ready(KIND, name, region, now);
    let name = name.to_owned();
    let group =
        Group { name: name.clone(), arn, owner, tags, activities: Vec::new(), created: now, deleting: false };
    world.region(region).autoscaling.groups.insert(name, group);
}

/// EKS has begun to remove the group.
pub(crate) fn removing(world: &mut World, region: &str, name: &str) {
    let now = world.now;
    if let Ok(group) = find(world, region, name) {
        group.deleting = true;
        world.ledger.deleting(KIND, name, region, now);
    }
}

/// EKS has removed the group, which someone may have done before.
pub(crate) fn removed(world: &mut World, region: &str, name: &str) {
    let now = world.now;
    if world.region(region).autoscaling.groups.remove(name).is_some() {
        world.ledger.deleted(KIND, name, region, now);
    }
}

/// DeleteAutoScalingGroup: EKS does not undo it, and says so of the node group.
pub(super) fn delete(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let name = call.params().required("AutoScalingGroupName")?;
    let owner = find(world, &call.region, name)?.owner.clone();
    let fleet = owner::fleet(world, &call.region, name);
    let holds = fleet.as_ref().is_some_and(|fleet| fleet.members.iter().any(|member| !member.removed));
    if holds && call.params().flag("ForceDelete") != Some(true) {
        // The text is from memory (U).
        let message = "You cannot delete an AutoScalingGroup while there are instances or pending Spot instance \
                       request(s) still in the group.";
        return Err(AwsError::new("ResourceInUse", message));
    }
    match owner {
        Owner::Nodegroup(arn) => {
            removing(world, &call.region, name);
            removed(world, &call.region, name);
            eks::lose_autoscaling_group(world, &arn);
        }
        Owner::Own(_) => own::delete(world, &call.region, name),
    }
    Ok(Answer::Nothing)
}

/// DescribeAutoScalingGroups: by name, by tag, or all. Names that are unknown are left out.
pub(super) fn describe(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let params = call.params();
    let names = params.list("AutoScalingGroupNames.member");
    let filters = params.structures("Filters.member");
    let is_filter = |name: &str| ["tag-key", "tag-value"].contains(&name) || name.starts_with("tag:");
    if let Some(filter) = filters.iter().find(|filter| !is_filter(filter.get("Name").unwrap_or_default())) {
        let name = filter.get("Name").unwrap_or_default();
        return Err(invalid(format!(
            "Filter type {name} is not correct. Allowed Filter types are: tag-key \
             tag-value tag:<key>"
        )));
    }
    let groups = world.region(&call.region).autoscaling.groups.values();
    let wanted = groups.filter(|group| names.is_empty() || names.contains(&group.name.as_str()));
    let admitted = wanted.filter(|group| filters.iter().all(|filter| admits(filter, &group.tags)));
    let names: Vec<String> = admitted.map(|group| group.name.clone()).collect();
    let with_instances = params.flag("IncludeInstances") != Some(false);
    let mut shown = Vec::new();
    for name in names {
        let Some(fleet) = owner::fleet(world, &call.region, &name) else { continue };
        let instances = match with_instances {
            true => instance::instances(world, &call.region, &fleet),
            false => Vec::new(),
        };
        let account = world.settings.account.clone();
        shown.push(find(world, &call.region, &name)?.members(&account, &fleet, &instances));
    }
    page(params, "AutoScalingGroups", shown, PAGE)
}

fn admits(filter: &Params, tags: &Tags) -> bool {
    let values = filter.list("Values.member");
    match filter.get("Name").unwrap_or_default() {
        "tag-key" => values.iter().any(|key| tags.contains_key(*key)),
        "tag-value" => tags.values().any(|tag| values.contains(&tag.value.as_str())),
        name => {
            let tag = name.strip_prefix("tag:").and_then(|key| tags.get(key));
            tag.is_some_and(|tag| values.contains(&tag.value.as_str()))
        }
    }
}

/// A launch template as the member `element` names it.
pub(super) fn template(element: &str, (id, name, version): &(String, String, String)) -> Xml {
    Xml::new(element).children([
        Xml::text("LaunchTemplateId", id),
        Xml::text("LaunchTemplateName", name),
        Xml::text("Version", version),
    ])
}

impl Group {
    /// What EKS sets where the node group says nothing is from memory (U): cooldown, grace period, policies.
    fn members(&self, account: &str, fleet: &Fleet, instances: &[Instance]) -> Vec<Xml> {
        let service = "aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling";
        let policies = ["AllocationStrategy", "OldestLaunchTemplate", "OldestInstance"];
        let mut members = vec![
            Xml::text("AutoScalingGroupName", &self.name),
            Xml::text("AutoScalingGroupARN", &self.arn),
            match &self.owner {
                Owner::Nodegroup(_) => mixed(fleet),
                Owner::Own(_) => fleet
                    .template
                    .as_ref()
                    .map_or_else(|| Xml::new("LaunchTemplate"), |named| template("LaunchTemplate", named)),
            },
            Xml::text("MinSize", fleet.scaling.min),
            Xml::text("MaxSize", fleet.scaling.max),
            Xml::text("DesiredCapacity", fleet.scaling.desired),
            Xml::text("DefaultCooldown", 300),
            Xml::texts("AvailabilityZones", "member", &fleet.zones),
            Xml::new("LoadBalancerNames"),
            Xml::new("TargetGroupARNs"),
            Xml::text("HealthCheckType", "EC2"),
            Xml::text("HealthCheckGracePeriod", 15),
            Xml::list("Instances", "member", instances.iter().map(|it| instance::members(it, fleet))),
            Xml::text("CreatedTime", self.created.iso()),
            Xml::new("SuspendedProcesses"),
            Xml::text("VPCZoneIdentifier", fleet.subnets.join(",")),
            Xml::new("EnabledMetrics"),
            Xml::list("Tags", "member", self.tags.iter().map(|(key, tag)| tags::description(self, key, tag))),
            Xml::texts("TerminationPolicies", "member", policies),
            Xml::text("NewInstancesProtectedFromScaleIn", false),
            Xml::text("ServiceLinkedRoleARN", format!("arn:aws:iam::{account}:role/{service}")),
            // User guide, "Managed node group capacity types": on for Spot.
            Xml::text("CapacityRebalance", fleet.spot),
        ];
        if self.deleting {
            members.push(Xml::text("Status", "Delete in progress"));
        }
        members
    }
}

/// On-Demand by priority, Spot by price and capacity (EKS user guide, "Managed node group capacity types"). EKS
/// makes a launch template of its own from the user's; here it is the user's that shows.
fn mixed(fleet: &Fleet) -> Xml {
    let types = fleet.types.iter().map(|kind| vec![Xml::text("InstanceType", kind)]);
    let template = fleet.template.as_ref().map(|named| template("LaunchTemplateSpecification", named));
    let percentage = if fleet.spot { 0 } else { 100 };
    Xml::new("MixedInstancesPolicy").children([
        Xml::new("LaunchTemplate").children(template).child(Xml::list("Overrides", "member", types)),
        Xml::new("InstancesDistribution").children([
            Xml::text("OnDemandAllocationStrategy", "prioritized"),
            Xml::text("OnDemandBaseCapacity", 0),
            Xml::text("OnDemandPercentageAboveBaseCapacity", percentage),
            Xml::text("SpotAllocationStrategy", "price-capacity-optimized"),
        ]),
    ])
}
