//! Fargate profiles: one at a time, in private subnets (facts/aws.md §2.4).

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::cluster::{self, Cluster, read_lag};
use super::error::{in_use, invalid_parameter, limit_exceeded, not_found};
use super::members::{Tags, sent, text, text_map, texts};
use super::network::{self, Egress};
use super::page::page;
use super::status::{Issue, Status, health};
use super::{access_entry, addon, conflict, role, tags};
use crate::instant::Instant;
use crate::timing::Timing;
use crate::wire::{AwsError, Call};
use crate::world::World;

/// Which pods a profile takes.
#[derive(Clone, Debug)]
pub(crate) struct Selector {
    pub(crate) namespace: String,
    pub(crate) labels: BTreeMap<String, String>,
}

#[derive(Clone, Debug)]
pub(crate) struct FargateProfile {
    pub(crate) name: String,
    pub(crate) arn: String,
    pub(crate) cluster: String,
    pub(crate) created: Instant,
    pub(crate) role: String,
    pub(crate) subnets: Vec<String>,
    pub(crate) selectors: Vec<Selector>,
    pub(crate) status: Status,
    pub(crate) tags: Tags,
    issues: Vec<Issue>,
    token: Option<String>,
}

impl FargateProfile {
    /// Whether any pod of the namespace can run here.
    pub(crate) fn takes(&self, namespace: &str) -> bool {
        self.status == Status::Active && self.selectors.iter().any(|it| matches(&it.namespace, namespace))
    }

    fn describe(&self) -> Value {
        let selectors: Vec<Value> = self
            .selectors
            .iter()
            .map(|selector| json!({"namespace": selector.namespace, "labels": selector.labels}))
            .collect();
        json!({
            "fargateProfileName": self.name,
            "fargateProfileArn": self.arn,
            "clusterName": self.cluster,
            "createdAt": self.created.epoch_seconds(),
            "podExecutionRoleArn": self.role,
            "subnets": self.subnets,
            "selectors": selectors,
            "status": self.status.name(),
            "tags": self.tags,
            "health": health(&self.issues),
        })
    }
}

/// Selectors may have `*` and `?`.
fn matches(pattern: &str, text: &str) -> bool {
    match pattern.chars().next() {
        None => text.is_empty(),
        Some('*') => {
            let rest = &pattern[1..];
            (0..=text.len()).filter(|at| text.is_char_boundary(*at)).any(|at| matches(rest, &text[at..]))
        }
        Some(wanted) => text.chars().next().is_some_and(|c| {
            (wanted == '?' || wanted == c) && matches(&pattern[wanted.len_utf8()..], &text[c.len_utf8()..])
        }),
    }
}

/// CreateFargateProfile.
pub(super) fn create(world: &mut World, call: &Call) -> Result<Value, AwsError> {
    let input = call.json();
    let (cluster_name, name) = (text(input, "clusterName"), text(input, "fargateProfileName"));
    let error =
        |error: AwsError| error.member("clusterName", cluster_name).member("fargateProfileName", name);
    let quotas = world.settings.quotas.clone();
    let token = sent(input, "clientRequestToken");
    let now = world.now;
    let cluster = cluster::find(world, &call.region, cluster_name)?;
    if let Some(profile) = cluster.fargate_profiles.get(name) {
        if token.is_some() && profile.token.as_deref() == token && profile.status != Status::Deleting {
            return Ok(json!({ "fargateProfile": profile.describe() }));
        }
        return Err(in_use("A Fargate Profile already exists with this name in this cluster.")
            .member("clusterName", cluster_name));
    }
    conflict::any_update(cluster, &format!("Cannot Create Fargate Profile {name}"), now)?;
    conflict::active(cluster)?;
    check_alone(cluster, &format!("Cannot create Fargate Profile {name}"))?;
    if cluster.fargate_profiles.len() >= quotas.fargate_profiles_per_cluster {
        return Err(error(limit_exceeded(format!(
            "Number of Fargate Profiles per cluster exceeds the limit of {}",
            quotas.fargate_profiles_per_cluster
        ))));
    }
    let (key, arn_start, vpc) =
        (cluster.key(), cluster.child_arn("fargateprofile", name), cluster.vpc.clone());
    check_name(name).map_err(error)?;
    let selectors = selectors(input, quotas.selectors_per_fargate_profile).map_err(error)?;
    tags::check(&text_map(input, "tags")).map_err(error)?;
    let role = text(input, "podExecutionRoleArn");
    role::check_pod_execution(world, role).map_err(error)?;
    let mut subnets = texts(input, "subnets");
    if subnets.is_empty() {
        subnets = private_subnets(world, call, &vpc.subnets)?;
    }
    check_subnets(world, call, &subnets, &vpc.vpc).map_err(error)?;
    let profile = FargateProfile {
        name: name.to_owned(),
        arn: format!("{arn_start}/{}", world.uuid()),
        cluster: cluster_name.to_owned(),
        created: now,
        role: role.to_owned(),
        subnets,
        selectors,
        status: Status::Creating,
        tags: text_map(input, "tags"),
        issues: Vec::new(),
        token: token.map(str::to_owned),
    };
    let answer = json!({ "fargateProfile": profile.describe() });
    let arn = profile.arn.clone();
    let id = format!("{cluster_name}|{name}");
    world.ledger.created("AWS::EKS::FargateProfile", &id, &call.region, now, 0.0);
    if let Some(cluster) = key.get(world) {
        cluster.fargate_profiles.insert(name.to_owned(), profile);
    }
    access_entry::for_role(world, &key, role, "FARGATE_LINUX");
    let takes =
        world.duration(Timing::FargateProfileCreate, &format!("{}/{cluster_name}/{name}", call.region));
    let failure = Issue::of_fault(call);
    world.after(takes, move |world| {
        let now = world.now;
        let Some(profile) = by_arn(world, &arn).filter(|it| it.status == Status::Creating) else { return };
        if let Some(issue) = failure {
            profile.status = Status::CreateFailed;
            return profile.issues.push(issue);
        }
        profile.status = Status::Active;
        world.ledger.ready("AWS::EKS::FargateProfile", &id, &key.region, now);
        // The cluster's side of it may go on unseen (facts/aws.md §2.4).
        conflict::perhaps_hidden_update(world, &key.region, &key.name, &arn);
        addon::nodes_changed(world, &key.region, &key.name);
    });
    Ok(answer)
}

/// DescribeFargateProfile.
pub(super) fn describe(world: &mut World, call: &Call) -> Result<Value, AwsError> {
    Ok(json!({ "fargateProfile": find(world, call)?.describe() }))
}

/// ListFargateProfiles.
pub(super) fn list(world: &mut World, call: &Call) -> Result<Value, AwsError> {
    let cluster = cluster::find(world, &call.region, text(call.json(), "clusterName"))?;
    let names = cluster.fargate_profiles.keys();
    page(call.json(), "fargateProfileNames", names, |name| (*name).clone(), |name| json!(name))
}

/// DeleteFargateProfile.
pub(super) fn delete(world: &mut World, call: &Call) -> Result<Value, AwsError> {
    let (cluster_name, name) = (text(call.json(), "clusterName"), text(call.json(), "fargateProfileName"));
    let now = world.now;
    find(world, call)?;
    let cluster = cluster::find(world, &call.region, cluster_name)?;
    let action = format!("Cannot Delete Fargate Profile {name}");
    conflict::any_update(cluster, &action, now)?;
    check_alone(cluster, &action)?;
    let profile = find(world, call)?;
    profile.status = Status::Deleting;
    let answer = json!({ "fargateProfile": profile.describe() });
    let (arn, role) = (profile.arn.clone(), profile.role.clone());
    let id = format!("{cluster_name}|{name}");
    world.ledger.deleting("AWS::EKS::FargateProfile", &id, &call.region, now);
    let takes =
        world.duration(Timing::FargateProfileDelete, &format!("{}/{cluster_name}/{name}", call.region));
    let (region, cluster_name, name) = (call.region.clone(), cluster_name.to_owned(), name.to_owned());
    world.after(takes, move |world| {
        if by_arn(world, &arn).is_none() {
            return;
        }
        if let Some(cluster) = world.region(&region).eks.cluster_mut(&cluster_name) {
            cluster.fargate_profiles.remove(&name);
            access_entry::drop_automatic(cluster, &role);
        }
        world.ledger.deleted("AWS::EKS::FargateProfile", &id, &region, world.now);
        conflict::perhaps_hidden_update(world, &region, &cluster_name, &format!("{arn}/deleted"));
        addon::nodes_changed(world, &region, &cluster_name);
    });
    Ok(answer)
}

fn find<'a>(world: &'a mut World, call: &Call) -> Result<&'a mut FargateProfile, AwsError> {
    let (cluster_name, name) = (text(call.json(), "clusterName"), text(call.json(), "fargateProfileName"));
    let now = world.now;
    let lag = read_lag(world, &format!("{}/{cluster_name}/fargate-profile/{name}", call.region));
    let cluster = cluster::find(world, &call.region, cluster_name)?;
    let profile = cluster.fargate_profiles.get_mut(name).filter(|profile| now >= profile.created + lag);
    profile.ok_or_else(|| {
        not_found(format!("No Fargate Profile found with name: {name}."))
            .member("clusterName", cluster_name)
            .member("fargateProfileName", name)
    })
}

/// `…:fargateprofile/<cluster>/<name>/<uuid>`: an ARN names one profile for good.
fn by_arn<'a>(world: &'a mut World, arn: &str) -> Option<&'a mut FargateProfile> {
    let region = arn.split(':').nth(3)?;
    let mut path = arn.split('/').skip(1);
    let (cluster, name) = (path.next()?, path.next()?);
    let cluster = world.region(region).eks.cluster_mut(cluster)?;
    cluster.fargate_profiles.get_mut(name).filter(|profile| profile.arn == arn)
}

/// Profiles are serial: no other one may be CREATING or DELETING.
fn check_alone(cluster: &Cluster, action: &str) -> Result<(), AwsError> {
    let mut profiles = cluster.fargate_profiles.values();
    match profiles.find(|profile| matches!(profile.status, Status::Creating | Status::Deleting)) {
        None => Ok(()),
        Some(profile) => Err(in_use(format!(
            "{action} because cluster {} currently has Fargate profile {} in status {}",
            cluster.name,
            profile.name,
            profile.status.name()
        ))
        .member("clusterName", cluster.name.as_str())),
    }
}

/// At most 100 characters; `eks-` is AWS's (facts/aws.md §3.1; the texts are not recorded).
fn check_name(name: &str) -> Result<(), AwsError> {
    if name.is_empty() || name.chars().count() > 100 {
        return Err(invalid_parameter("fargateProfileName must have 1 to 100 characters"));
    }
    if name.starts_with("eks-") {
        return Err(invalid_parameter("fargateProfileName can't start with the reserved prefix eks-"));
    }
    Ok(())
}

fn selectors(input: &Value, quota: usize) -> Result<Vec<Selector>, AwsError> {
    let selectors: Vec<Selector> = input["selectors"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|it| Selector { namespace: text(it, "namespace").to_owned(), labels: text_map(it, "labels") })
        .collect();
    if selectors.is_empty() {
        return Err(invalid_parameter("Fargate Profile requires at least one selector."));
    }
    if selectors.len() > quota {
        return Err(invalid_parameter(format!("Request contains more than {quota} Selectors")));
    }
    if selectors.iter().any(|selector| selector.namespace.is_empty()) {
        return Err(invalid_parameter("Fargate Profile selector requires a namespace."));
    }
    if selectors.iter().any(|selector| selector.labels.len() > 5) {
        return Err(invalid_parameter("Request contains Selector with more than 5 Label pairs"));
    }
    Ok(selectors)
}

/// The private ones among the cluster's subnets: what a profile gets that names none.
fn private_subnets(world: &mut World, call: &Call, ids: &[String]) -> Result<Vec<String>, AwsError> {
    let mut private = Vec::new();
    for subnet in network::subnets(world, &call.region, ids)? {
        if network::egress(world, &call.region, &subnet)? != Egress::InternetGateway {
            private.push(subnet.id);
        }
    }
    Ok(private)
}

/// Of the cluster's VPC, and without a route to an internet gateway.
fn check_subnets(world: &mut World, call: &Call, ids: &[String], vpc: &str) -> Result<(), AwsError> {
    for subnet in network::subnets(world, &call.region, ids)? {
        if subnet.vpc != vpc {
            let message = format!("Subnet {} is not in the VPC of the cluster", subnet.id);
            return Err(invalid_parameter(message));
        }
        if network::egress(world, &call.region, &subnet)? == Egress::InternetGateway {
            return Err(invalid_parameter(format!(
                "Subnet {} provided in Fargate Profile is not a private subnet",
                subnet.id
            )));
        }
    }
    Ok(())
}
