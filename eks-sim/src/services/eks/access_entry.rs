//! Access entries: who may speak to the API server (facts/aws.md §3.1).

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::cluster::{self, Cluster, ClusterKey, read_lag};
use super::error::{in_use, invalid_parameter, invalid_request, not_found};
use super::members::{Tags, sent, text, text_map, texts};
use super::page::page;
use super::{access_policy, conflict, role, tags};
use crate::instant::Instant;
use crate::timing::Timing;
use crate::wire::{AwsError, Call};
use crate::world::World;

/// Types that a request may name.
pub(super) const TYPES: &[&str] =
    &["STANDARD", "FARGATE_LINUX", "EC2_LINUX", "EC2_WINDOWS", "EC2", "HYBRID_LINUX", "HYPERPOD_LINUX"];

/// Prefixes that neither groups nor user names may have.
const RESERVED: [&str; 5] = ["system:", "eks:", "aws:", "amazon:", "iam:"];

/// An entry, with the access policies that are associated with it.
#[derive(Clone, Debug)]
pub(crate) struct AccessEntry {
    pub(crate) principal: String,
    pub(crate) arn: String,
    pub(crate) kind: String,
    pub(crate) username: String,
    pub(crate) groups: Vec<String>,
    pub(crate) tags: Tags,
    pub(crate) created: Instant,
    pub(crate) modified: Instant,
    /// When the API server honours it (facts/aws.md §1.1).
    pub(crate) effective_at: Instant,
    /// By the policy's ARN.
    pub(crate) policies: BTreeMap<String, AssociatedPolicy>,
    /// EKS made it, for the nodes of its groups or for the cluster's creator.
    pub(super) automatic: bool,
}

/// An access policy that an entry has.
#[derive(Clone, Debug)]
pub(crate) struct AssociatedPolicy {
    pub(crate) scope: AccessScope,
    pub(crate) associated: Instant,
    pub(crate) modified: Instant,
    /// When the API server honours it.
    pub(crate) effective_at: Instant,
}

/// Where an access policy holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum AccessScope {
    Cluster,
    Namespaces(Vec<String>),
}

impl AccessEntry {
    fn describe(&self, cluster: &str) -> Value {
        json!({
            "clusterName": cluster,
            "principalArn": self.principal,
            "kubernetesGroups": self.groups,
            "accessEntryArn": self.arn,
            "createdAt": self.created.epoch_seconds(),
            "modifiedAt": self.modified.epoch_seconds(),
            "tags": self.tags,
            "username": self.username,
            "type": self.kind,
        })
    }
}

/// CreateAccessEntry.
pub(super) fn create(world: &mut World, call: &Call) -> Result<Value, AwsError> {
    let input = call.json();
    let name = text(input, "clusterName");
    let principal = text(input, "principalArn");
    let kind = sent(input, "type").unwrap_or("STANDARD");
    let groups = texts(input, "kubernetesGroups");
    let cluster = cluster::find(world, &call.region, name)?;
    let key = cluster.key();
    check_cluster(cluster)?;
    if cluster.access_entries.contains_key(principal) {
        return Err(in_use("The specified access entry resource is already in use on this cluster.")
            .member("clusterName", name));
    }
    if !principal.starts_with("arn:aws") || !principal.contains(":iam::") {
        return Err(invalid_parameter("The principalArn parameter format is not valid"));
    }
    check_names(kind, &groups, sent(input, "username"))?;
    tags::check(&text_map(input, "tags"))?;
    if !role::principal_exists(world, principal) {
        return Err(invalid_parameter("The specified principalArn is invalid: invalid principal."));
    }
    let mut entry = entry(world, &key, principal, kind);
    entry.tags = text_map(input, "tags");
    if let Some(username) = sent(input, "username") {
        entry.username = username.to_owned();
    }
    if kind == "STANDARD" {
        entry.groups = groups;
    }
    let answer = json!({ "accessEntry": entry.describe(name) });
    let id = format!("{name}|{principal}");
    world.ledger.created("AWS::EKS::AccessEntry", &id, &call.region, entry.created, 0.0);
    world.ledger.ready("AWS::EKS::AccessEntry", &id, &call.region, entry.effective_at);
    if let Some(cluster) = key.get(world) {
        cluster.access_entries.insert(principal.to_owned(), entry);
    }
    Ok(answer)
}

/// DescribeAccessEntry.
pub(super) fn describe(world: &mut World, call: &Call) -> Result<Value, AwsError> {
    let entry = find(world, call)?;
    Ok(json!({ "accessEntry": entry.describe(text(call.json(), "clusterName")) }))
}

/// ListAccessEntries.
pub(super) fn list(world: &mut World, call: &Call) -> Result<Value, AwsError> {
    let input = call.json();
    let cluster = cluster::find(world, &call.region, text(input, "clusterName"))?;
    check_cluster(cluster)?;
    let wanted = sent(input, "associatedPolicyArn");
    let entries = cluster
        .access_entries
        .values()
        .filter(|entry| wanted.is_none_or(|policy| entry.policies.contains_key(policy)));
    page(input, "accessEntries", entries, |entry| entry.principal.clone(), |entry| json!(entry.principal))
}

/// UpdateAccessEntry.
pub(super) fn update(world: &mut World, call: &Call) -> Result<Value, AwsError> {
    let input = call.json();
    let now = world.now;
    let entry = find(world, call)?;
    if entry.kind != "STANDARD" {
        return Err(not_standard());
    }
    let groups = texts(input, "kubernetesGroups");
    check_names(&entry.kind, &groups, sent(input, "username"))?;
    if !input["kubernetesGroups"].is_null() {
        entry.groups = groups;
    }
    if let Some(username) = sent(input, "username") {
        entry.username = username.to_owned();
    }
    entry.modified = now;
    Ok(json!({ "accessEntry": entry.describe(text(input, "clusterName")) }))
}

/// DeleteAccessEntry.
pub(super) fn delete(world: &mut World, call: &Call) -> Result<Value, AwsError> {
    let name = text(call.json(), "clusterName");
    let principal = text(call.json(), "principalArn");
    find(world, call)?;
    let now = world.now;
    cluster::find(world, &call.region, name)?.access_entries.remove(principal);
    world.ledger.deleted("AWS::EKS::AccessEntry", &format!("{name}|{principal}"), &call.region, now);
    Ok(json!({}))
}

/// The entry that the request names.
pub(super) fn find<'a>(world: &'a mut World, call: &Call) -> Result<&'a mut AccessEntry, AwsError> {
    let name = text(call.json(), "clusterName");
    let principal = text(call.json(), "principalArn");
    let now = world.now;
    let lag = read_lag(world, &format!("{}/{name}/access-entry/{principal}", call.region));
    let cluster = cluster::find(world, &call.region, name)?;
    check_cluster(cluster)?;
    cluster.access_entries.get_mut(principal).filter(|entry| now >= entry.created + lag).ok_or_else(|| {
        not_found(
            "The specified principalArn could not be found. You can view your available access entries with \
             'list-access-entries'.",
        )
        .member("clusterName", name)
    })
}

/// Access entries are for clusters that run, and whose mode has the API.
fn check_cluster(cluster: &Cluster) -> Result<(), AwsError> {
    conflict::running(cluster)?;
    if cluster.has_access_entries() {
        return Ok(());
    }
    Err(invalid_request(
        "The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to perform this \
         operation.",
    )
    .member("clusterName", cluster.name.as_str()))
}

fn check_names(kind: &str, groups: &[String], username: Option<&str>) -> Result<(), AwsError> {
    if kind != "STANDARD" && (!groups.is_empty() || username.is_some()) {
        return Err(not_standard());
    }
    let reserved = |name: &str| RESERVED.iter().find(|prefix| name.starts_with(**prefix)).copied();
    for group in groups {
        if let Some(prefix) = reserved(group) {
            return Err(invalid_parameter(format!(
                "The kubernetes group name {group} is invalid, it cannot start with {prefix}"
            )));
        }
    }
    match username.and_then(reserved) {
        Some(prefix) => {
            Err(invalid_parameter(format!("The username is invalid, it cannot start with {prefix}")))
        }
        None => Ok(()),
    }
}

/// facts/aws.md §3.1.
pub(super) fn not_standard() -> AwsError {
    invalid_parameter("This operation can only be performed on Access Entries with a type of \"STANDARD\".")
}

/// A fresh entry with what its type implies.
fn entry(world: &mut World, key: &ClusterKey, principal: &str, kind: &str) -> AccessEntry {
    let account = principal.split(':').nth(4).unwrap_or_default();
    let name = principal.rsplit('/').next().unwrap_or_default();
    let (sort, username) = match principal.contains(":role/") {
        true => ("role", format!("arn:aws:sts::{account}:assumed-role/{name}/{{{{SessionName}}}}")),
        false => ("user", principal.to_owned()),
    };
    let (username, groups): (String, &[&str]) = match kind {
        "EC2_LINUX" | "EC2" | "HYPERPOD_LINUX" => {
            ("system:node:{{EC2PrivateDNSName}}".to_owned(), &["system:nodes"])
        }
        "EC2_WINDOWS" => {
            ("system:node:{{EC2PrivateDNSName}}".to_owned(), &["eks:kube-proxy-windows", "system:nodes"])
        }
        "FARGATE_LINUX" => (
            "system:node:{{SessionName}}".to_owned(),
            &["system:bootstrappers", "system:node-proxier", "system:nodes"],
        ),
        "HYBRID_LINUX" => ("system:node:{{SessionName}}".to_owned(), &["system:nodes"]),
        _ => (username, &[]),
    };
    let id = world.uuid();
    let now = world.now;
    let place = format!("{}/{}/{principal}", key.region, key.name);
    let owner = &world.settings.account;
    AccessEntry {
        arn: format!(
            "arn:aws:eks:{}:{owner}:access-entry/{}/{sort}/{account}/{name}/{id}",
            key.region, key.name
        ),
        principal: principal.to_owned(),
        kind: kind.to_owned(),
        username,
        groups: groups.iter().map(|group| (*group).to_owned()).collect(),
        tags: Tags::new(),
        created: now,
        modified: now,
        effective_at: now + world.duration(Timing::AccessEntryEffective, &place),
        policies: BTreeMap::new(),
        automatic: false,
    }
}

/// The entry that the cluster's creator has, once the mode has the API.
pub(super) fn for_creator(world: &mut World, key: &ClusterKey) {
    let Some(cluster) = key.get(world).filter(|cluster| cluster.has_access_entries()) else { return };
    let Some(creator) = cluster.creator_admin.take() else { return };
    if cluster.access_entries.contains_key(&creator) {
        return;
    }
    let mut entry = entry(world, key, &creator, "STANDARD");
    entry.automatic = true;
    let administrator = AssociatedPolicy {
        scope: AccessScope::Cluster,
        associated: entry.created,
        modified: entry.created,
        effective_at: entry.created,
    };
    entry.effective_at = entry.created;
    entry.policies.insert(access_policy::arn("AmazonEKSClusterAdminPolicy"), administrator);
    if let Some(cluster) = key.get(world) {
        cluster.access_entries.insert(creator, entry);
    }
}

/// The entry of the role of Auto Mode's nodes, which EKS makes with its node pools (UG: auto-create-node-class; the
/// policy's association from memory, U).
pub(super) fn for_auto_mode(world: &mut World, key: &ClusterKey) {
    let Some(cluster) = key.get(world) else { return };
    let compute = cluster.options.get("computeConfig").unwrap_or(&Value::Null);
    let Some(role) = compute["nodeRoleArn"].as_str().filter(|_| compute["enabled"] == true) else { return };
    let role = role.to_owned();
    for_role(world, key, &role, "EC2");
    let now = world.now;
    let Some(entry) = key.get(world).and_then(|cluster| cluster.access_entries.get_mut(&role)) else {
        return;
    };
    if entry.automatic && entry.policies.is_empty() {
        let policy = AssociatedPolicy {
            scope: AccessScope::Cluster,
            associated: now,
            modified: now,
            effective_at: now,
        };
        entry.policies.insert(access_policy::arn("AmazonEKSAutoNodePolicy"), policy);
    }
}

/// The entry of the given type that EKS makes for a role, unless it has one.
pub(super) fn for_role(world: &mut World, key: &ClusterKey, role: &str, kind: &str) {
    let wanted = key
        .get(world)
        .is_some_and(|cluster| cluster.has_access_entries() && !cluster.access_entries.contains_key(role));
    if !wanted {
        return;
    }
    let mut entry = entry(world, key, role, kind);
    entry.automatic = true;
    if let Some(cluster) = key.get(world) {
        cluster.access_entries.insert(role.to_owned(), entry);
    }
}

/// Removes the entry that EKS made for a role which nothing uses any more.
pub(super) fn drop_automatic(cluster: &mut Cluster, role: &str) {
    let compute = cluster.options.get("computeConfig").unwrap_or(&Value::Null);
    let used = compute["nodeRoleArn"] == role
        || cluster.nodegroups.values().any(|group| group.role == role)
        || cluster.fargate_profiles.values().any(|profile| profile.role == role);
    if !used && cluster.access_entries.get(role).is_some_and(|entry| entry.automatic) {
        cluster.access_entries.remove(role);
    }
}

/// An assumed role's session counts as the role.
pub(super) fn canonical(arn: &str) -> String {
    let session = arn.split_once(":sts::").and_then(|(partition, rest)| {
        let (account, session) = rest.split_once(":assumed-role/")?;
        let role = session.split('/').next()?;
        Some(format!("{partition}:iam::{account}:role/{role}"))
    });
    session.unwrap_or_else(|| arn.to_owned())
}
