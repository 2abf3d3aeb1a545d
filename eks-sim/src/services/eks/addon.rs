//! Add-ons of clusters (facts/aws.md §2.6).

use serde_json::{Value, json};

use super::addon_catalogue::{Offer, PUBLISHER, Workload};
use super::cluster::{self, Cluster, read_lag};
use super::error::{in_use, invalid_parameter, not_found};
use super::fargate_profile::FargateProfile;
use super::members::{Tags, sent, text, text_map};
use super::page::page;
use super::status::{Issue, Status, health};
use super::update::{self, Owner, UpdateStatus};
use super::version::minor;
use super::{addon_schema, conflict, pod_identity, role, tags};
use crate::instant::Instant;
use crate::timing::Timing;
use crate::wire::{AwsError, Call};
use crate::world::World;

/// An add-on as a cluster has it.
#[derive(Clone, Debug)]
pub(crate) struct Addon {
    pub(crate) name: String,
    pub(crate) arn: String,
    pub(crate) cluster: String,
    pub(crate) version: String,
    pub(crate) status: Status,
    pub(crate) created: Instant,
    pub(crate) modified: Instant,
    pub(crate) issues: Vec<Issue>,
    pub(crate) role: Option<String>,
    pub(crate) configuration: Option<String>,
    pub(crate) tags: Tags,
    namespace: String,
    /// ARNs of pod identity associations.
    associations: Vec<String>,
    token: Option<String>,
    /// The Kubernetes objects stay when the add-on goes.
    preserve: bool,
}

impl Addon {
    fn describe(&self) -> Value {
        let owner = Offer::find(&self.name).map_or("aws", |offer| offer.owner);
        let mut addon = json!({
            "addonName": self.name,
            "clusterName": self.cluster,
            "status": self.status.name(),
            "addonVersion": self.version,
            "health": health(&self.issues),
            "addonArn": self.arn,
            "createdAt": self.created.epoch_seconds(),
            "modifiedAt": self.modified.epoch_seconds(),
            "tags": self.tags,
            "publisher": PUBLISHER,
            "owner": owner,
            "podIdentityAssociations": self.associations,
            "namespaceConfig": {"namespace": self.namespace},
        });
        if let Some(role) = &self.role {
            addon["serviceAccountRoleArn"] = json!(role);
        }
        if let Some(values) = &self.configuration {
            addon["configurationValues"] = json!(values);
        }
        addon
    }
}

impl Addon {
    /// Where its configuration wants its pods to run.
    fn compute_type(&self) -> Option<String> {
        let values: Value = serde_saphyr::from_str(self.configuration.as_deref()?).ok()?;
        values["computeType"].as_str().map(str::to_owned)
    }
}

/// CreateAddon.
pub(super) fn create(world: &mut World, call: &Call) -> Result<Value, AwsError> {
    let input = call.json();
    let (cluster_name, name) = (text(input, "clusterName"), text(input, "addonName"));
    let error = |error: AwsError| error.member("clusterName", cluster_name).member("addonName", name);
    let token = sent(input, "clientRequestToken");
    let cluster = cluster::find(world, &call.region, cluster_name)?;
    conflict::running(cluster)?;
    if let Some(addon) = cluster.addons.get(name) {
        if token.is_some() && addon.token.as_deref() == token && addon.status != Status::Deleting {
            return Ok(json!({ "addon": addon.describe() }));
        }
        let message = match addon.status {
            Status::CreateFailed => format!("Addon {name} already exists in status CREATE_FAILED"),
            _ => "Addon already exists.".to_owned(),
        };
        return Err(error(in_use(message)));
    }
    let minor = minor(&cluster.version);
    let (arn_start, key) = (cluster.child_arn("addon", name), cluster.key());
    let offer = Offer::find(name).ok_or_else(|| error(unsupported()))?;
    let version = version(offer, minor, sent(input, "addonVersion")).map_err(error)?;
    check_values(name, input).map_err(error)?;
    tags::check(&text_map(input, "tags")).map_err(error)?;
    check_roles(world, input).map_err(error)?;
    let arn = format!("{arn_start}/{}", world.uuid());
    let now = world.now;
    let namespace = sent(&input["namespaceConfig"], "namespace").unwrap_or(offer.namespace);
    let identities = associations(input);
    let cluster = cluster::find(world, &call.region, cluster_name)?;
    pod_identity::check_owned(cluster, None, namespace, &identities).map_err(error)?;
    let addon = Addon {
        name: name.to_owned(),
        arn: arn.clone(),
        cluster: cluster_name.to_owned(),
        version,
        status: Status::Creating,
        created: now,
        modified: now,
        issues: Vec::new(),
        role: sent(input, "serviceAccountRoleArn").map(str::to_owned),
        configuration: sent(input, "configurationValues").map(str::to_owned),
        tags: text_map(input, "tags"),
        namespace: namespace.to_owned(),
        associations: pod_identity::own(world, &key, &arn, namespace, &identities),
        token: token.map(str::to_owned),
        preserve: false,
    };
    let answer = json!({ "addon": addon.describe() });
    world.ledger.created("AWS::EKS::Addon", &format!("{cluster_name}|{name}"), &call.region, now, 0.0);
    if let Some(cluster) = key.get(world) {
        cluster.addons.insert(name.to_owned(), addon);
    }
    conflict::perhaps_hidden_update(world, &call.region, cluster_name, &format!("addon/{name}"));
    let place = format!("{}/{cluster_name}/{name}", call.region);
    match (offer.workload, Issue::of_fault(call)) {
        (_, Some(issue)) => {
            let takes = world.duration(Timing::AddonCreate, &place);
            world.after(takes, move |world| set(world, &arn, Status::CreateFailed, vec![issue]));
        }
        (Workload::DaemonSet, None) => {
            let takes = world.duration(Timing::AddonCreate, &place);
            world.after(takes, move |world| set(world, &arn, Status::Active, Vec::new()));
        }
        (Workload::Deployment, None) => {
            let takes = world.duration(Timing::AddonDeploymentCreate, &place);
            let patience = world.duration(Timing::AddonWithoutNodes, &place);
            let degraded = arn.clone();
            world.after(takes, move |world| assess(world, &arn, false));
            world.after(patience, move |world| assess(world, &degraded, true));
        }
    }
    Ok(answer)
}

/// DescribeAddon.
pub(super) fn describe(world: &mut World, call: &Call) -> Result<Value, AwsError> {
    Ok(json!({ "addon": find(world, call)?.describe() }))
}

/// ListAddons: EKS add-ons; self-managed ones are not among them.
pub(super) fn list(world: &mut World, call: &Call) -> Result<Value, AwsError> {
    let cluster = cluster::find(world, &call.region, text(call.json(), "clusterName"))?;
    page(call.json(), "addons", cluster.addons.keys(), |name| (*name).clone(), |name| json!(name))
}

/// UpdateAddon.
pub(super) fn update(world: &mut World, call: &Call) -> Result<Value, AwsError> {
    let input = call.json();
    let (cluster_name, name) = (text(input, "clusterName"), text(input, "addonName"));
    let error = |error: AwsError| error.member("clusterName", cluster_name).member("addonName", name);
    let owner = Owner::Addon(name.to_owned());
    let cluster = cluster::find(world, &call.region, cluster_name)?;
    conflict::running(cluster)?;
    if let Some(answer) = update::repeated(cluster, &owner, call) {
        return Ok(answer);
    }
    let minor = minor(&cluster.version);
    let addon = find(world, call)?;
    if matches!(addon.status, Status::Creating | Status::Updating | Status::Deleting) {
        // The text is not recorded.
        let message = format!("Addon {name} cannot be updated as it is currently in {}", addon.status.name());
        return Err(error(in_use(message)));
    }
    let (arn, namespace) = (addon.arn.clone(), addon.namespace.clone());
    let version = match (Offer::find(name), sent(input, "addonVersion")) {
        (Some(offer), Some(wanted)) => Some(version(offer, minor, Some(wanted)).map_err(error)?),
        _ => None,
    };
    check_values(name, input).map_err(error)?;
    check_roles(world, input).map_err(error)?;
    let identities = (!input["podIdentityAssociations"].is_null()).then(|| associations(input));
    let cluster = cluster::find(world, &call.region, cluster_name)?;
    let key = cluster.key();
    pod_identity::check_owned(cluster, Some(&arn), &namespace, identities.as_deref().unwrap_or_default())
        .map_err(error)?;
    let params = [
        ("AddonVersion", sent(input, "addonVersion").map(str::to_owned)),
        ("ServiceAccountRoleArn", sent(input, "serviceAccountRoleArn").map(str::to_owned)),
        ("ResolveConflicts", sent(input, "resolveConflicts").map(str::to_owned)),
        ("ConfigurationValues", sent(input, "configurationValues").map(str::to_owned)),
        (
            "PodIdentityAssociations",
            (!input["podIdentityAssociations"].is_null())
                .then(|| input["podIdentityAssociations"].to_string()),
        ),
    ];
    let params = params.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
    let (answer, id) = update::start(world, call, cluster_name, owner, "AddonUpdate", params);
    let role = sent(input, "serviceAccountRoleArn").map(str::to_owned);
    let values = sent(input, "configurationValues").map(str::to_owned);
    if let Some(addon) = by_arn(world, &arn) {
        addon.status = Status::Updating;
    }
    let takes = world.duration(Timing::AddonUpdate, &format!("{}/{id}", call.region));
    let fails = Issue::of_fault(call);
    world.after(takes, move |world| {
        if let Some(issue) = fails {
            set(world, &arn, Status::UpdateFailed, vec![issue.clone()]);
            if let Some(cluster) = cluster_of(world, &arn) {
                update::finish(cluster, &id, UpdateStatus::Failed(issue));
            }
            return;
        }
        if by_arn(world, &arn).is_none() {
            return;
        }
        let owned = identities.map(|wanted| pod_identity::own(world, &key, &arn, &namespace, &wanted));
        let Some(addon) = by_arn(world, &arn) else { return };
        addon.version = version.unwrap_or_else(|| addon.version.clone());
        addon.role = role.or(addon.role.take());
        addon.configuration = values.or(addon.configuration.take());
        addon.associations = owned.unwrap_or_else(|| addon.associations.clone());
        set(world, &arn, Status::Active, Vec::new());
        assess(world, &arn, true);
        if let Some(cluster) = cluster_of(world, &arn) {
            update::finish(cluster, &id, UpdateStatus::Successful);
        }
    });
    Ok(answer)
}

/// DeleteAddon.
pub(super) fn delete(world: &mut World, call: &Call) -> Result<Value, AwsError> {
    let input = call.json();
    let (cluster_name, name) = (text(input, "clusterName"), text(input, "addonName"));
    let preserve = input["preserve"] == true;
    let now = world.now;
    let addon = find(world, call)?;
    addon.status = Status::Deleting;
    addon.modified = now;
    addon.preserve = preserve;
    let answer = json!({ "addon": addon.describe() });
    let arn = addon.arn.clone();
    world.ledger.deleting("AWS::EKS::Addon", &format!("{cluster_name}|{name}"), &call.region, now);
    let takes = world.duration(Timing::AddonDelete, &format!("{}/{cluster_name}/{name}", call.region));
    world.after(takes, move |world| remove(world, &arn));
    Ok(answer)
}

fn remove(world: &mut World, arn: &str) {
    let Some((name, preserve)) = by_arn(world, arn).map(|addon| (addon.name.clone(), addon.preserve)) else {
        return;
    };
    // Those that it owns go with it (UG: add-ons-iam).
    if let Some(key) = cluster_of(world, arn).map(|cluster| cluster.key()) {
        pod_identity::own(world, &key, arn, "", &[]);
    }
    let Some(cluster) = cluster_of(world, arn) else { return };
    cluster.addons.remove(&name);
    // What stays is self-managed from now on; otherwise nothing of the add-on is left.
    if preserve {
        cluster.self_managed_addons.insert(name);
    } else {
        cluster.self_managed_addons.remove(&name);
    }
    let id = arn.split('/').skip(1).take(2).collect::<Vec<_>>().join("|");
    world.ledger.deleted("AWS::EKS::Addon", &id, region(arn), world.now);
}

/// The add-on `name` of `cluster`, or EKS's 404.
pub(super) fn within<'a>(cluster: &'a Cluster, name: &str) -> Result<&'a Addon, AwsError> {
    cluster.addons.get(name).ok_or_else(|| unknown(&cluster.name, name))
}

fn find<'a>(world: &'a mut World, call: &Call) -> Result<&'a mut Addon, AwsError> {
    let (cluster_name, name) = (text(call.json(), "clusterName"), text(call.json(), "addonName"));
    let now = world.now;
    let lag = read_lag(world, &format!("{}/{cluster_name}/addon/{name}", call.region));
    let cluster = cluster::find(world, &call.region, cluster_name)?;
    let addon = cluster.addons.get_mut(name).filter(|addon| now >= addon.created + lag);
    addon.ok_or_else(|| unknown(cluster_name, name))
}

fn unknown(cluster: &str, name: &str) -> AwsError {
    not_found(format!("No addon: {name} found in cluster: {cluster}"))
        .member("clusterName", cluster)
        .member("addonName", name)
}

/// facts/aws.md §2.6.
fn unsupported() -> AwsError {
    invalid_parameter("Addon version specified is not supported")
}

fn version(offer: &Offer, minor: u32, wanted: Option<&str>) -> Result<String, AwsError> {
    match wanted {
        Some(wanted) if offer.supports(minor, wanted) => Ok(wanted.to_owned()),
        Some(_) => Err(unsupported()),
        None => offer.default_version(minor).map(str::to_owned).ok_or_else(unsupported),
    }
}

/// `configurationValues` is JSON or YAML, an object, and as the add-on's schema says.
fn check_values(name: &str, input: &Value) -> Result<(), AwsError> {
    let Some(values) = sent(input, "configurationValues").filter(|values| !values.trim().is_empty()) else {
        return Ok(());
    };
    match serde_saphyr::from_str::<Value>(values) {
        Ok(values @ Value::Object(_)) => addon_schema::check(name, &values),
        // The beginning is the service's, from memory (U).
        _ => Err(invalid_parameter(
            "ConfigurationValue provided in request is not supported: it is not an object",
        )),
    }
}

fn check_roles(world: &mut World, input: &Value) -> Result<(), AwsError> {
    for (_, arn) in associations(input) {
        role::check_pod_identity(world, &arn)?;
    }
    let Some(arn) = sent(input, "serviceAccountRoleArn") else { return Ok(()) };
    if role::name(arn).is_none() {
        return Err(invalid_parameter(format!("Invalid Role Arn: '{arn}'")));
    }
    if !role::principal_exists(world, arn) {
        return Err(invalid_parameter(format!("roleArn, {arn}, does not exist")));
    }
    Ok(())
}

/// Service accounts and their roles.
fn associations(input: &Value) -> Vec<(String, String)> {
    let list = input["podIdentityAssociations"].as_array().into_iter().flatten();
    list.map(|it| (text(it, "serviceAccount").to_owned(), text(it, "roleArn").to_owned())).collect()
}

/// `…:addon/<cluster>/<name>/<uuid>`: an ARN names one add-on for good.
fn by_arn<'a>(world: &'a mut World, arn: &str) -> Option<&'a mut Addon> {
    let name = arn.split('/').nth(2)?;
    cluster_of(world, arn)?.addons.get_mut(name).filter(|addon| addon.arn == arn)
}

fn cluster_of<'a>(world: &'a mut World, arn: &str) -> Option<&'a mut Cluster> {
    world.region(region(arn)).eks.cluster_mut(arn.split('/').nth(1)?)
}

fn region(arn: &str) -> &str {
    arn.split(':').nth(3).unwrap_or_default()
}

fn set(world: &mut World, arn: &str, status: Status, issues: Vec<Issue>) {
    let now = world.now;
    let Some(addon) = by_arn(world, arn).filter(|addon| addon.status != Status::Deleting) else { return };
    addon.status = status;
    addon.issues = issues;
    addon.modified = now;
    if status == Status::Active {
        let id = arn.split('/').skip(1).take(2).collect::<Vec<_>>().join("|");
        world.ledger.ready("AWS::EKS::Addon", &id, region(arn), now);
    }
}

/// Gives an add-on that needs nodes the status that the cluster's nodes give it. Without nodes a new one
/// stays in CREATING until EKS's patience ends (facts/aws.md §1.2, failures.md C17).
fn assess(world: &mut World, arn: &str, patience_over: bool) {
    let now = world.now;
    let Some(addon) = by_arn(world, arn) else { return };
    let status = addon.status;
    if Offer::find(&addon.name).is_none_or(|offer| offer.workload == Workload::DaemonSet) {
        return;
    }
    // coredns runs on Fargate only if its configuration says so (facts/eksctl.md §1.3, step 7).
    let on_fargate = addon.name != "coredns" || addon.compute_type().is_some_and(|it| it == "Fargate");
    let namespace = addon.namespace.clone();
    let Some(cluster) = cluster_of(world, arn) else { return };
    let mut nodes = cluster.nodegroups.values().flat_map(|group| &group.nodes);
    let host = nodes.any(|node| node.is_ready(now) && node.lets_addons_in());
    let takes = |profile: &FargateProfile| profile.takes(&namespace);
    let schedulable = host || on_fargate && cluster.fargate_profiles.values().any(takes);
    match status {
        Status::Creating | Status::Degraded if schedulable => set(world, arn, Status::Active, Vec::new()),
        Status::Creating if !patience_over => {}
        Status::Creating | Status::Active if !schedulable => {
            // facts/aws.md §2.6
            let message = "The add-on is unhealthy because it doesn't have the desired number of replicas.";
            let issue = Issue::new("InsufficientNumberOfReplicas", message, Vec::new());
            set(world, arn, Status::Degraded, vec![issue]);
        }
        _ => {}
    }
}

/// Nodes or Fargate profiles came or went: add-ons that need them follow, after a while.
pub(super) fn nodes_changed(world: &mut World, region: &str, cluster: &str) {
    let Some(cluster) = world.region(region).eks.cluster(cluster) else { return };
    let arns: Vec<String> = cluster.addons.values().map(|addon| addon.arn.clone()).collect();
    for arn in arns {
        let place = arn.split('/').skip(1).take(2).collect::<Vec<_>>().join("/");
        let takes = world.duration(Timing::AddonDeploymentCreate, &format!("{region}/{place}"));
        world.after(takes, move |world| {
            let creating = by_arn(world, &arn).is_some_and(|addon| addon.status == Status::Creating);
            assess(world, &arn, !creating);
        });
    }
}
