//! Pod identity associations: which role the pods of a service account get (EKS's model,
//! `CreatePodIdentityAssociation`).

use serde_json::{Value, json};

use super::cluster::{self, Cluster, ClusterKey, read_lag};
use super::error::{in_use, invalid_parameter, invalid_request, limit_exceeded, not_found};
use super::members::{Tags, sent, text, text_map};
use super::page::page;
use super::{conflict, role, tags};
use crate::instant::Instant;
use crate::timing::Timing;
use crate::wire::{AwsError, Call};
use crate::world::World;

const KIND: &str = "AWS::EKS::PodIdentityAssociation";

/// facts/aws.md §3.2: fixed.
const MOST: usize = 1000;

/// An association.
#[derive(Clone, Debug)]
pub(crate) struct PodIdentity {
    pub(crate) id: String,
    pub(crate) arn: String,
    pub(crate) namespace: String,
    pub(crate) service_account: String,
    pub(crate) role: String,
    /// Assumed by way of the role, and the id by which its trust policy knows this association.
    target: Option<(String, String)>,
    disable_session_tags: bool,
    policy: Option<String>,
    pub(crate) tags: Tags,
    created: Instant,
    modified: Instant,
    /// The ARN of the add-on that it belongs to.
    owner: Option<String>,
    token: Option<String>,
}

impl PodIdentity {
    fn describe(&self, cluster: &str) -> Value {
        let mut association = self.summary(cluster);
        association["roleArn"] = json!(self.role);
        association["tags"] = json!(self.tags);
        association["createdAt"] = json!(self.created.epoch_seconds());
        association["modifiedAt"] = json!(self.modified.epoch_seconds());
        association["disableSessionTags"] = json!(self.disable_session_tags);
        if let Some((target, external_id)) = &self.target {
            association["targetRoleArn"] = json!(target);
            association["externalId"] = json!(external_id);
        }
        if let Some(policy) = &self.policy {
            association["policy"] = json!(policy);
        }
        association
    }

    fn summary(&self, cluster: &str) -> Value {
        let mut summary = json!({
            "clusterName": cluster,
            "namespace": self.namespace,
            "serviceAccount": self.service_account,
            "associationArn": self.arn,
            "associationId": self.id,
        });
        if let Some(owner) = &self.owner {
            summary["ownerArn"] = json!(owner);
        }
        summary
    }
}

/// CreatePodIdentityAssociation.
pub(super) fn create(world: &mut World, call: &Call) -> Result<Value, AwsError> {
    let input = call.json();
    let name = text(input, "clusterName");
    let (namespace, service_account) = (text(input, "namespace"), text(input, "serviceAccount"));
    let token = sent(input, "clientRequestToken");
    let cluster = cluster::find(world, &call.region, name)?;
    conflict::running(cluster)?;
    let key = cluster.key();
    if let Some(there) = cluster.pod_identity(namespace, service_account) {
        if token.is_some() && there.token.as_deref() == token {
            return Ok(json!({ "association": there.describe(name) }));
        }
        return Err(already(&there.id).member("clusterName", name));
    }
    if cluster.pod_identities.len() >= MOST {
        // The exception is the model's, the text from memory (U).
        let message = format!("Pod identity association limit of {MOST} exceeded for cluster {name}");
        return Err(limit_exceeded(message).member("clusterName", name));
    }
    let mut members = ["namespace", "serviceAccount"].into_iter();
    if let Some(member) = members.find(|member| text(input, member).is_empty()) {
        return Err(invalid_parameter(format!("{member} can't be empty")));
    }
    tags::check(&text_map(input, "tags"))?;
    role::check_pod_identity(world, text(input, "roleArn"))?;
    check_policy(input, input["disableSessionTags"] == true)?;
    let mut association = fresh(world, &key, namespace, service_account, text(input, "roleArn"));
    if let Some(target) = sent(input, "targetRoleArn") {
        association.target = Some((target_role(target)?, world.uuid()));
    }
    association.disable_session_tags = input["disableSessionTags"] == true;
    association.policy = sent(input, "policy").map(str::to_owned);
    association.tags = text_map(input, "tags");
    association.token = token.map(str::to_owned);
    let answer = json!({ "association": association.describe(name) });
    add(world, &key, association);
    Ok(answer)
}

/// DescribePodIdentityAssociation.
pub(super) fn describe(world: &mut World, call: &Call) -> Result<Value, AwsError> {
    let association = find(world, call)?;
    Ok(json!({ "association": association.describe(text(call.json(), "clusterName")) }))
}

/// ListPodIdentityAssociations.
pub(super) fn list(world: &mut World, call: &Call) -> Result<Value, AwsError> {
    let input = call.json();
    let name = text(input, "clusterName");
    let cluster = cluster::find(world, &call.region, name)?;
    let fits = |member: &str, value: &str| sent(input, member).is_none_or(|wanted| wanted == value);
    let associations = cluster
        .pod_identities
        .values()
        .filter(|it| fits("namespace", &it.namespace) && fits("serviceAccount", &it.service_account));
    page(input, "associations", associations, |it| it.id.clone(), |it| it.summary(name))
}

/// UpdatePodIdentityAssociation.
pub(super) fn update(world: &mut World, call: &Call) -> Result<Value, AwsError> {
    let input = call.json();
    let name = text(input, "clusterName");
    let now = world.now;
    let before = find(world, call)?.clone();
    refuse_owned(&before, "updated")?;
    let members = ["roleArn", "targetRoleArn", "disableSessionTags", "policy"];
    if members.iter().all(|member| input[*member].is_null()) {
        // The model: "You must change at least one of these in an update." The text is not recorded (U).
        return Err(invalid_parameter(
            "At least one of roleArn, targetRoleArn and disableSessionTags must be given",
        ));
    }
    if let Some(arn) = sent(input, "roleArn") {
        role::check_pod_identity(world, arn)?;
    }
    let disable = input["disableSessionTags"].as_bool().unwrap_or(before.disable_session_tags);
    check_policy(input, disable)?;
    let target = match sent(input, "targetRoleArn") {
        // The id stays while the target does.
        Some(arn) if before.target.as_ref().is_some_and(|(was, _)| was == arn) => before.target.clone(),
        // An empty one takes it away, as it does in the console's requests (U).
        Some("") => None,
        Some(arn) => Some((target_role(arn)?, world.uuid())),
        None => before.target.clone(),
    };
    let association = find(world, call)?;
    association.target = target;
    association.disable_session_tags = disable;
    association.modified = now;
    if let Some(arn) = sent(input, "roleArn") {
        arn.clone_into(&mut association.role);
    }
    if let Some(policy) = sent(input, "policy") {
        association.policy = Some(policy.to_owned()).filter(|policy| !policy.is_empty());
    }
    Ok(json!({ "association": association.describe(name) }))
}

/// DeletePodIdentityAssociation.
pub(super) fn delete(world: &mut World, call: &Call) -> Result<Value, AwsError> {
    let name = text(call.json(), "clusterName");
    let association = find(world, call)?.clone();
    refuse_owned(&association, "deleted")?;
    let key = cluster::find(world, &call.region, name)?.key();
    remove(world, &key, &association.id);
    Ok(json!({ "association": association.describe(name) }))
}

/// What an add-on is to have instead of what it has: of each service account the role. `None` if a service account has an
/// association that is not the add-on's.
pub(super) fn check_owned(
    cluster: &Cluster,
    owner: Option<&str>,
    namespace: &str,
    wanted: &[(String, String)],
) -> Result<(), AwsError> {
    let strange = wanted.iter().find_map(|(service_account, _)| {
        let there = cluster.pod_identity(namespace, service_account)?;
        (there.owner.as_deref() != owner).then(|| already(&there.id))
    });
    strange.map_or(Ok(()), Err)
}

/// Gives an add-on these associations and takes its others away (EKS's model, `UpdateAddon`): their ARNs.
pub(super) fn own(
    world: &mut World,
    key: &ClusterKey,
    owner: &str,
    namespace: &str,
    wanted: &[(String, String)],
) -> Vec<String> {
    let Some(cluster) = key.get(world) else { return Vec::new() };
    let owned = cluster.pod_identities.values().filter(|it| it.owner.as_deref() == Some(owner));
    let spare = owned.filter(|it| !wanted.iter().any(|(account, _)| *account == it.service_account));
    let spare: Vec<String> = spare.map(|it| it.id.clone()).collect();
    for id in spare {
        remove(world, key, &id);
    }
    let now = world.now;
    let mut arns = Vec::new();
    for (service_account, role) in wanted {
        let there = key.get(world).and_then(|cluster| cluster.pod_identity_mut(namespace, service_account));
        if let Some(there) = there {
            role.clone_into(&mut there.role);
            there.modified = now;
            arns.push(there.arn.clone());
            continue;
        }
        let mut association = fresh(world, key, namespace, service_account, role);
        association.owner = Some(owner.to_owned());
        arns.push(association.arn.clone());
        add(world, key, association);
    }
    arns
}

fn fresh(
    world: &mut World,
    key: &ClusterKey,
    namespace: &str,
    service_account: &str,
    role: &str,
) -> PodIdentity {
    let id = format!("a-{}", world.hex_id(17));
    let account = &world.settings.account;
    PodIdentity {
        arn: format!("arn:aws:eks:{}:{account}:podidentityassociation/{}/{id}", key.region, key.name),
        id,
        namespace: namespace.to_owned(),
        service_account: service_account.to_owned(),
        role: role.to_owned(),
        target: None,
        disable_session_tags: false,
        policy: None,
        tags: Tags::new(),
        created: world.now,
        modified: world.now,
        owner: None,
        token: None,
    }
}

fn add(world: &mut World, key: &ClusterKey, association: PodIdentity) {
    let place = format!("{}/{}", key.region, association.arn);
    let effective_at = world.now + world.duration(Timing::PodIdentityEffective, &place);
    world.ledger.created(KIND, &association.arn, &key.region, association.created, 0.0);
    world.ledger.ready(KIND, &association.arn, &key.region, effective_at);
    if let Some(cluster) = key.get(world) {
        cluster.pod_identities.insert(association.id.clone(), association);
    }
}

fn remove(world: &mut World, key: &ClusterKey, id: &str) {
    let now = world.now;
    let Some(gone) = key.get(world).and_then(|cluster| cluster.pod_identities.remove(id)) else { return };
    world.ledger.deleted(KIND, &gone.arn, &key.region, now);
}

/// Notes that what a cluster had is gone with it.
pub(super) fn gone_with(world: &mut World, cluster: &Cluster) {
    let now = world.now;
    for association in cluster.pod_identities.values() {
        world.ledger.deleted(KIND, &association.arn, &cluster.region, now);
    }
}

impl Cluster {
    fn pod_identity(&self, namespace: &str, service_account: &str) -> Option<&PodIdentity> {
        let mut all = self.pod_identities.values();
        all.find(|it| it.namespace == namespace && it.service_account == service_account)
    }

    fn pod_identity_mut(&mut self, namespace: &str, service_account: &str) -> Option<&mut PodIdentity> {
        let mut all = self.pod_identities.values_mut();
        all.find(|it| it.namespace == namespace && it.service_account == service_account)
    }
}

fn find<'a>(world: &'a mut World, call: &Call) -> Result<&'a mut PodIdentity, AwsError> {
    let (name, id) = (text(call.json(), "clusterName"), text(call.json(), "associationId"));
    let now = world.now;
    let lag = read_lag(world, &format!("{}/{name}/pod-identity-association/{id}", call.region));
    let cluster = cluster::find(world, &call.region, name)?;
    let association = cluster.pod_identities.get_mut(id).filter(|it| now >= it.created + lag);
    // From memory (U).
    association
        .ok_or_else(|| not_found(format!("No association found for ID: {id}")).member("clusterName", name))
}

/// Quoted from EKS (awslabs/crossplane-on-eks#168).
fn already(id: &str) -> AwsError {
    in_use(format!("Association already exists: {id}"))
}

/// What belongs to an add-on is changed through it (UG: add-ons-iam); the text is not recorded (U).
fn refuse_owned(association: &PodIdentity, verb: &str) -> Result<(), AwsError> {
    let Some(owner) = &association.owner else { return Ok(()) };
    Err(invalid_request(format!(
        "Association {} cannot be {verb} because it is owned by {owner}",
        association.id
    )))
}

/// The model: with a policy, `disableSessionTags` must be true. The texts are not recorded (U).
fn check_policy(input: &Value, disable_session_tags: bool) -> Result<(), AwsError> {
    let Some(policy) = sent(input, "policy").filter(|policy| !policy.is_empty()) else { return Ok(()) };
    if !disable_session_tags {
        return Err(invalid_parameter("disableSessionTags must be true when a policy is given"));
    }
    match serde_json::from_str::<Value>(policy) {
        Ok(Value::Object(_)) => Ok(()),
        _ => Err(invalid_parameter("The policy is not valid JSON")),
    }
}

/// It may be in another account, where nobody can look.
fn target_role(arn: &str) -> Result<String, AwsError> {
    role::name(arn).ok_or_else(|| invalid_parameter(format!("Invalid Role Arn: '{arn}'")))?;
    Ok(arn.to_owned())
}
