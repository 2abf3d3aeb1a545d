//! UpdateNodegroupConfig: labels, taints, sizes.

use serde_json::{Value, json};

use super::cluster;
use super::error::{in_use, invalid_parameter};
use super::members::{text, texts};
use super::node::{self, Taint};
use super::nodegroup::{self, Nodegroup, Scaling, by_arn};
use super::nodegroup_rules as rules;
use super::status::{Issue, Status};
use super::update::{self, Owner, UpdateStatus};
use crate::timing::Timing;
use crate::wire::{AwsError, Call};
use crate::world::World;

/// UpdateNodegroupConfig.
pub(super) fn update(world: &mut World, call: &Call) -> Result<Value, AwsError> {
    let input = call.json();
    let (cluster_name, name) = (text(input, "clusterName"), text(input, "nodegroupName"));
    let error = |error: AwsError| error.member("clusterName", cluster_name).member("nodegroupName", name);
    let quota = world.settings.quotas.nodes_per_nodegroup;
    let owner = Owner::Nodegroup(name.to_owned());
    let cluster = cluster::find(world, &call.region, cluster_name)?;
    if let Some(answer) = update::repeated(cluster, &owner, call) {
        return Ok(answer);
    }
    let group = nodegroup::find(world, call)?;
    check_active(group).map_err(error)?;
    let arn = group.arn.clone();
    let mut changed = group.clone();
    let params = change(&mut changed, input, quota).map_err(error)?;
    if params.is_empty() {
        return Err(error(invalid_parameter("No changes were specified in the request")));
    }
    group.status = Status::Updating;
    let (answer, id) = update::start(world, call, cluster_name, owner, "ConfigUpdate", params);
    let takes = world.duration(Timing::NodegroupConfigUpdate, &format!("{}/{id}", call.region));
    let fails = Issue::of_fault(call);
    world.after(takes, move |world| match fails {
        Some(issue) => fail(world, &arn, &id, issue),
        None => apply(world, &arn, changed, &id),
    });
    Ok(answer)
}

/// facts/aws.md §2.5.
pub(super) fn check_active(group: &Nodegroup) -> Result<(), AwsError> {
    if group.status == Status::Active {
        return Ok(());
    }
    Err(in_use("Nodegroup cannot be updated as it is currently not in Active State"))
}

/// Changes the group as the request says; the parameters of the update.
fn change(
    group: &mut Nodegroup,
    input: &Value,
    quota: usize,
) -> Result<Vec<(&'static str, String)>, AwsError> {
    let mut params = Vec::new();
    let labels = &input["labels"];
    let added = rules::labels(labels, "addOrUpdateLabels")?;
    if !added.is_empty() {
        params.push(("LabelsToAdd", json!(added).to_string()));
        group.labels.extend(added);
    }
    let removed = texts(labels, "removeLabels");
    if !removed.is_empty() {
        params.push(("LabelsToRemove", json!(removed).to_string()));
        group.labels.retain(|key, _| !removed.contains(key));
    }
    let taints = &input["taints"];
    let added = rules::taints(&taints["addOrUpdateTaints"])?;
    let same = |left: &Taint, right: &Taint| left.key == right.key && left.effect == right.effect;
    if !added.is_empty() {
        params.push(("TaintsToAdd", taints["addOrUpdateTaints"].to_string()));
        group.taints.retain(|taint| !added.iter().any(|added| same(added, taint)));
        group.taints.extend(added);
    }
    let removed: Vec<Taint> =
        taints["removeTaints"].as_array().into_iter().flatten().map(Taint::read).collect();
    if !removed.is_empty() {
        params.push(("TaintsToRemove", taints["removeTaints"].to_string()));
        group.taints.retain(|taint| !removed.iter().any(|removed| same(removed, taint)));
    }
    let scaling = &input["scalingConfig"];
    if scaling.is_object() {
        group.scaling = rules::changed_scaling(group.scaling, scaling, quota)?;
        let sizes = [("minSize", "MinSize"), ("maxSize", "MaxSize"), ("desiredSize", "DesiredSize")];
        params.extend(
            sizes.into_iter().filter_map(|(name, param)| Some((param, scaling[name].as_u64()?.to_string()))),
        );
    }
    let config = &input["updateConfig"];
    if config.is_object() {
        rules::check_update_config(config)?;
        let names =
            [("maxUnavailable", "MaxUnavailable"), ("maxUnavailablePercentage", "MaxUnavailablePercentage")];
        params.extend(
            names.into_iter().filter_map(|(name, param)| Some((param, config[name].as_u64()?.to_string()))),
        );
        if let Some(strategy) = config["updateStrategy"].as_str() {
            params.push(("UpdateStrategy", strategy.to_owned()));
        }
        group.options.insert("updateConfig".to_owned(), config.clone());
    }
    let repair = &input["nodeRepairConfig"];
    if repair.is_object() {
        rules::check_repair_config(repair)?;
        params.push(("NodeRepairConfig", repair.to_string()));
        group.options.insert("nodeRepairConfig".to_owned(), repair.clone());
    }
    let pool = &input["warmPoolConfig"];
    if pool.is_object() {
        params.push(("WarmPoolEnabled", (pool["enabled"] == true).to_string()));
        group.options.insert("warmPoolConfig".to_owned(), pool.clone());
    }
    Ok(params)
}

/// Ends the update: the group stays as it was.
fn fail(world: &mut World, arn: &str, update: &str, issue: Issue) {
    if let Some(group) = by_arn(world, arn) {
        group.status = Status::Active;
    }
    if let Some(cluster) = nodegroup::cluster(world, arn) {
        update::finish(cluster, update, UpdateStatus::Failed(issue));
    }
}

/// Ends the update: nodes get labels and taints, and the group its size; instances come and go later
/// (facts/aws.md §1.1).
fn apply(world: &mut World, arn: &str, changed: Nodegroup, update: &str) {
    let now = world.now;
    let Some(group) = by_arn(world, arn) else { return };
    let (old, scaling) = (group.labels.clone(), changed.scaling);
    for node in &mut group.nodes {
        node.labels.retain(|key, _| !old.contains_key(key) || changed.labels.contains_key(key));
        node.labels.extend(changed.labels.clone());
        node.taints.clone_from(&changed.taints);
    }
    group.labels = changed.labels;
    group.taints = changed.taints;
    group.options = changed.options;
    group.scaling = scaling;
    group.status = Status::Active;
    group.modified = now;
    if let Some(cluster) = nodegroup::cluster(world, arn) {
        update::finish(cluster, update, UpdateStatus::Successful);
    }
    resize(world, arn, scaling);
}

/// Launches or terminates instances until there are as many as wanted.
pub(super) fn resize(world: &mut World, arn: &str, scaling: Scaling) {
    let Some(group) = by_arn(world, arn) else { return };
    let present: Vec<String> = group.present().map(|node| node.instance.clone()).collect();
    let wanted = scaling.desired as usize;
    if present.len() > wanted {
        return node::terminate(world, arn, &present[wanted..]);
    }
    if let Err(issue) = node::launch(world, arn, (wanted - present.len()) as u32)
        && let Some(group) = by_arn(world, arn)
    {
        group.status = Status::Degraded;
        group.issues.push(issue);
    }
}
