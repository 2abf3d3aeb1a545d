//! CreateNodegroup, and how the group comes to life or fails.

use serde_json::{Value, json};

use super::cluster;
use super::error::{in_use, invalid_parameter, invalid_request, limit_exceeded};
use super::launch_template::{self, LaunchTemplate};
use super::members::{pick, sent, text, text_map, texts};
use super::node::{self, Node};
use super::nodegroup::{self, Nodegroup, by_arn, region};
use super::status::{Issue, Status};
use super::version::Version;
use super::{
    access_entry, ami, autoscaling_group, conflict, instance_type, network, nodegroup_rules as rules, role,
    tags,
};
use crate::timing::Timing;
use crate::wire::{AwsError, Call, Params, Service};
use crate::world::World;

/// What the request makes of the image.
struct Image {
    ami_type: String,
    version: Option<String>,
    release: Option<String>,
    id: Option<String>,
}

/// CreateNodegroup.
pub(super) fn create(world: &mut World, call: &Call) -> Result<Value, AwsError> {
    let input = call.json();
    let (cluster_name, name) = (text(input, "clusterName"), text(input, "nodegroupName"));
    let error = |error: AwsError| error.member("clusterName", cluster_name).member("nodegroupName", name);
    let quotas = world.settings.quotas.clone();
    let token = sent(input, "clientRequestToken");
    let cluster = cluster::find(world, &call.region, cluster_name)?;
    if let Some(group) = cluster.nodegroups.get(name) {
        if token.is_some() && group.token.as_deref() == token && group.status != Status::Deleting {
            return Ok(json!({ "nodegroup": group.describe() }));
        }
        let message = format!("NodeGroup already exists with name {name} and cluster name {cluster_name}");
        return Err(error(in_use(message)));
    }
    conflict::active(cluster)?;
    if cluster.nodegroups.len() >= quotas.nodegroups_per_cluster {
        return Err(error(limit_exceeded(format!(
            "Number of managed node groups per cluster exceeds the limit of {}",
            quotas.nodegroups_per_cluster
        ))));
    }
    let (key, vpc, version) = (cluster.key(), cluster.vpc.clone(), cluster.version.clone());
    let arn_start = cluster.child_arn("nodegroup", name);
    let in_config_map = !cluster.has_access_entries();
    check(world, call).map_err(error)?;
    let scaling = rules::scaling(&input["scalingConfig"], quotas.nodes_per_nodegroup).map_err(error)?;
    let template = match &input["launchTemplate"] {
        Value::Null => None,
        wanted => Some(launch_template::find(world, &call.region, wanted).map_err(error)?),
    };
    let image = image(call, &version, template.as_ref()).map_err(error)?;
    let instance_types = instance_types(world, call, template.as_ref(), &image.ami_type).map_err(error)?;
    check_ssh_key(world, call).map_err(error)?;
    check_capacity_block(input, template.as_ref()).map_err(error)?;
    let subnets = network::subnets(world, &call.region, &texts(input, "subnets")).map_err(error)?;
    if let Some(stranger) = subnets.iter().find(|subnet| subnet.vpc != vpc.vpc) {
        let message = format!("Subnet {} is not in the VPC of the cluster", stranger.id);
        return Err(error(invalid_parameter(message)));
    }
    let id = world.uuid();
    let now = world.now;
    let mut options = pick(input, &["remoteAccess", "nodeRepairConfig", "warmPoolConfig"]);
    options.insert("updateConfig".to_owned(), update_config(&input["updateConfig"]));
    let disk_size = match &template {
        Some(_) => None,
        None => Some(input["diskSize"].as_i64().unwrap_or(ami::default_disk(&image.ami_type))),
    };
    let group = Nodegroup {
        name: name.to_owned(),
        cluster: cluster_name.to_owned(),
        arn: format!("{arn_start}/{id}"),
        created: now,
        modified: now,
        status: Status::Creating,
        version: image.version,
        release: image.release,
        capacity_type: sent(input, "capacityType").unwrap_or("ON_DEMAND").to_owned(),
        scaling,
        instance_types,
        subnets: texts(input, "subnets"),
        ami_type: image.ami_type,
        role: text(input, "nodeRole").to_owned(),
        labels: text_map(input, "labels"),
        taints: rules::taints(&input["taints"]).map_err(error)?,
        disk_size,
        launch_template: template,
        tags: text_map(input, "tags"),
        issues: Vec::new(),
        autoscaling_group: format!("eks-{name}-{id}"),
        has_autoscaling_group: false,
        nodes: Vec::new(),
        options,
        image: image.id,
        instance_profile: format!("eks-{id}"),
        security_group: vpc.cluster_security_group,
        in_config_map,
        launched: 0,
        token: token.map(str::to_owned),
        shown: None,
    };
    let answer = json!({ "nodegroup": group.describe() });
    let arn = group.arn.clone();
    world.ledger.created("AWS::EKS::Nodegroup", &nodegroup::ledger_id(&arn), &call.region, now, 0.0);
    let (role, windows) = (group.role.clone(), ami::is_windows(&group.ami_type));
    if let Some(cluster) = key.get(world) {
        cluster.nodegroups.insert(name.to_owned(), group);
    }
    // EKS itself lets the nodes of managed groups in.
    access_entry::for_role(world, &key, &role, if windows { "EC2_WINDOWS" } else { "EC2_LINUX" });
    let place = format!("{}/{cluster_name}/{name}", call.region);
    let launch_after = world.duration(Timing::NodegroupLaunch, &place);
    let fail_after = world.duration(Timing::NodegroupJoinFailure, &place);
    let launched = arn.clone();
    let failure = Issue::of_fault(call);
    world.after(launch_after, move |world| match failure {
        Some(issue) => fail(world, &launched, issue),
        None => launch(world, &launched),
    });
    world.after(fail_after, move |world| give_up(world, &arn));
    Ok(answer)
}

/// Rules that need nothing but the request and IAM.
fn check(world: &mut World, call: &Call) -> Result<(), AwsError> {
    let input = call.json();
    rules::check_name(text(input, "nodegroupName"))?;
    rules::labels(input, "labels")?;
    rules::check_update_config(&input["updateConfig"])?;
    rules::check_repair_config(&input["nodeRepairConfig"])?;
    tags::check(&text_map(input, "tags"))?;
    role::check_node(world, text(input, "nodeRole"))
}

/// The key pair of `remoteAccess` exists (terraform-aws-modules/terraform-aws-eks#2208).
fn check_ssh_key(world: &mut World, call: &Call) -> Result<(), AwsError> {
    let Some(key) = sent(&call.json()["remoteAccess"], "ec2SshKey") else { return Ok(()) };
    network::ec2(world, &call.region, "DescribeKeyPairs", Params::new().set("KeyName.1", key))
        .map(drop)
        .map_err(|_| invalid_parameter(format!("KeyPair {key} not found")))
}

/// A capacity block is in the launch template, and said in the request (UG: capacity-blocks-mng; the texts are not
/// recorded, U).
fn check_capacity_block(input: &Value, template: Option<&LaunchTemplate>) -> Result<(), AwsError> {
    let said = sent(input, "capacityType") == Some("CAPACITY_BLOCK");
    match template.is_some_and(|template| template.capacity_block) {
        true if !said => Err(invalid_parameter(
            "Capacity type must be CAPACITY_BLOCK for a launch template with the market type capacity-block",
        )),
        false if said => Err(invalid_parameter(
            "Capacity type CAPACITY_BLOCK requires a launch template with the market type capacity-block",
        )),
        _ => Ok(()),
    }
}

/// `updateConfig` with its default (facts/aws.md §1.2).
fn update_config(config: &Value) -> Value {
    let sized = !config["maxUnavailable"].is_null() || !config["maxUnavailablePercentage"].is_null();
    let mut config = if config.is_object() { config.clone() } else { json!({}) };
    if !sized {
        config["maxUnavailable"] = json!(1);
    }
    if config["updateStrategy"].is_null() {
        config["updateStrategy"] = json!("DEFAULT");
    }
    config
}

/// The image by launch template, or by AMI type, version and release.
fn image(call: &Call, cluster_version: &str, template: Option<&LaunchTemplate>) -> Result<Image, AwsError> {
    let input = call.json();
    let ami_type = sent(input, "amiType");
    let (version, release) = (sent(input, "version"), sent(input, "releaseVersion"));
    if let Some(id) = template.and_then(|template| template.image.clone()) {
        if ami_type.is_some_and(|ami_type| ami_type != "CUSTOM") {
            return Err(invalid_parameter(
                "You cannot specify an AMI Type other than CUSTOM, when specifying an image id in your launch \
                 template.",
            ));
        }
        if version.is_some() || release.is_some() {
            return Err(invalid_parameter(
                "You cannot specify the field version or releaseVersion when specifying an image id in your \
                 launch template.",
            ));
        }
        return Ok(Image { ami_type: "CUSTOM".to_owned(), version: None, release: None, id: Some(id) });
    }
    let ami_type = ami_type.unwrap_or(ami::DEFAULT);
    if ami_type == "CUSTOM" {
        return Err(invalid_parameter("AMI Type CUSTOM requires an image id in the launch template."));
    }
    // The cluster's version is the only one accepted (facts/aws.md §2.5); the text is not recorded.
    if version.is_some_and(|version| version != cluster_version) {
        return Err(invalid_parameter(format!(
            "Kubernetes version {} of the node group is not the version of the cluster, {cluster_version}",
            version.unwrap_or_default()
        )));
    }
    let version =
        Version::find(cluster_version).ok_or_else(|| invalid_parameter("unsupported Kubernetes version"))?;
    let release = ami::release(ami_type, version, release)?;
    let id = ami::image(&call.region, ami_type, version.name, &release);
    Ok(Image {
        ami_type: ami_type.to_owned(),
        version: Some(version.name.to_owned()),
        release: Some(release),
        id: Some(id),
    })
}

/// Types in exactly one place, that exist and fit the image.
fn instance_types(
    world: &mut World,
    call: &Call,
    template: Option<&LaunchTemplate>,
    ami_type: &str,
) -> Result<Vec<String>, AwsError> {
    let input = call.json();
    if template.is_some() && !input["diskSize"].is_null() {
        return Err(invalid_parameter("Disk size must be specified within the launch template."));
    }
    if template.is_some() && !input["remoteAccess"].is_null() {
        return Err(invalid_parameter(
            "Remote access configuration cannot be specified with a launch template.",
        ));
    }
    let named = texts(input, "instanceTypes");
    let of_template = template.and_then(|template| template.instance_type.clone());
    if of_template.is_some() && !named.is_empty() {
        // terraform-aws-modules/terraform-aws-eks#1386 and #1545.
        return Err(invalid_request("Cannot specify instance types in launch template and API request"));
    }
    let listed = match (&of_template, named.is_empty()) {
        (Some(_), _) => Vec::new(),
        (None, true) => vec!["t3.medium".to_owned()],
        (None, false) => named,
    };
    let used: Vec<String> = of_template.into_iter().chain(listed.clone()).collect();
    let types = instance_type::find(world, &call.region, &used)?;
    if let Some(architecture) = ami::architecture(ami_type)
        && let Some(misfit) = types.iter().find(|it| !it.architectures.iter().any(|a| a == architecture))
    {
        return Err(invalid_parameter(format!(
            "[{}] is not a valid instance type for requested amiType {ami_type}",
            misfit.name
        )));
    }
    Ok(listed)
}

/// Launches the group's instances under a profile for its role.
fn launch(world: &mut World, arn: &str) {
    let Some(group) = by_arn(world, arn).filter(|group| group.status == Status::Creating) else { return };
    let (role, profile, desired) =
        (group.role.clone(), group.instance_profile.clone(), group.scaling.desired);
    if let Err(error) = make_instance_profile(world, &role, &profile) {
        let code = if error.code == "NoSuchEntity" { "IamNodeRoleNotFound" } else { "AccessDenied" };
        return fail(world, arn, Issue::new(code, error.message, vec![role]));
    }
    if let Some(group) = by_arn(world, arn).map(|group| group.clone()) {
        autoscaling_group::make(world, &group);
    }
    match node::launch(world, arn, desired) {
        Ok(_) => nodegroup::node_became_ready(world, arn),
        Err(issue) => {
            // The group shows the failure once its Auto Scaling group has given up.
            let place = format!("{}/{}/failure", region(arn), nodegroup::ledger_id(arn));
            let shows = world.duration(Timing::NodegroupLaunch, &place);
            let arn = arn.to_owned();
            world.after(shows, move |world| fail(world, &arn, issue));
        }
    }
}

fn make_instance_profile(world: &mut World, role: &str, profile: &str) -> Result<(), AwsError> {
    let name = role::name(role).unwrap_or_default().to_owned();
    let mut iam = |operation: &str, params: Params| {
        world.call_internal("eks-nodegroup.amazonaws.com", Service::Iam, "us-east-1", operation, params)
    };
    iam("CreateInstanceProfile", Params::new().set("InstanceProfileName", profile))?;
    let params = Params::new().set("InstanceProfileName", profile).set("RoleName", name);
    iam("AddRoleToInstanceProfile", params).map(drop)
}

fn fail(world: &mut World, arn: &str, issue: Issue) {
    let now = world.now;
    let Some(group) = by_arn(world, arn).filter(|group| group.status == Status::Creating) else { return };
    group.status = Status::CreateFailed;
    group.modified = now;
    group.issues.push(issue);
}

/// Nodes that are not Ready by now never count (facts/failures.md C15).
fn give_up(world: &mut World, arn: &str) {
    let now = world.now;
    let Some(group) = by_arn(world, arn).filter(|group| group.status == Status::Creating) else { return };
    let ids = |nodes: Vec<&Node>| nodes.into_iter().map(|node| node.instance.clone()).collect::<Vec<_>>();
    let strangers = ids(group.present().filter(|node| node.registered.is_none()).collect());
    let unready = ids(group.present().filter(|node| !node.is_ready(now)).collect());
    let issue = if strangers.is_empty() {
        Issue::new("NodeCreationFailure", "Unhealthy nodes in the kubernetes cluster", unready)
    } else {
        Issue::new("NodeCreationFailure", "Instances failed to join the kubernetes cluster", strangers)
    };
    fail(world, arn, issue);
}

/// Removes the profile that was made for the group.
pub(super) fn remove_instance_profile(world: &mut World, role: &str, profile: &str) {
    let name = role::name(role).unwrap_or_default().to_owned();
    let mut iam = |operation: &str, params: Params| {
        world.call_internal("eks-nodegroup.amazonaws.com", Service::Iam, "us-east-1", operation, params)
    };
    let both = Params::new().set("InstanceProfileName", profile).set("RoleName", name);
    // What someone removed before is as good.
    let _role = iam("RemoveRoleFromInstanceProfile", both);
    let _profile = iam("DeleteInstanceProfile", Params::new().set("InstanceProfileName", profile));
}
