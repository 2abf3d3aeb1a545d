//! Update objects: how an update of a cluster, node group or add-on is getting on (facts/aws.md §2.7).

use serde_json::{Value, json};

use super::cluster::{self, Cluster};
use super::error::not_found;
use super::members::{sent, text};
use super::page::page;
use super::status::Issue;
use super::{addon, nodegroup};
use crate::instant::Instant;
use crate::wire::{AwsError, Call};
use crate::world::World;

/// Whose update it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    Cluster,
    Nodegroup(String),
    Addon(String),
}

/// How it ended.
#[derive(Clone, Debug)]
pub(crate) enum UpdateStatus {
    InProgress,
    Successful,
    /// Its `errors`.
    Failed(Issue),
}

#[derive(Clone, Debug)]
pub(crate) struct Update {
    pub(crate) id: String,
    pub(crate) kind: &'static str,
    pub(crate) owner: Owner,
    pub(crate) params: Vec<(&'static str, String)>,
    pub(crate) created: Instant,
    pub(crate) status: UpdateStatus,
    /// The request's idempotency token.
    pub(crate) token: Option<String>,
}

impl Update {
    pub(super) fn describe(&self) -> Value {
        let params: Vec<Value> =
            self.params.iter().map(|(kind, value)| json!({"type": kind, "value": value})).collect();
        let (status, errors) = match &self.status {
            UpdateStatus::InProgress => ("InProgress", Vec::new()),
            UpdateStatus::Successful => ("Successful", Vec::new()),
            UpdateStatus::Failed(issue) => (
                "Failed",
                vec![json!({
                    "errorCode": issue.code,
                    "errorMessage": issue.message,
                    "resourceIds": issue.resources,
                })],
            ),
        };
        json!({
            "id": self.id,
            "status": status,
            "type": self.kind,
            "params": params,
            "createdAt": self.created.epoch_seconds(),
            "errors": errors,
        })
    }
}

/// Starts an update: the answer `{update}` and the update's id.
pub(super) fn start(
    world: &mut World,
    call: &Call,
    cluster: &str,
    owner: Owner,
    kind: &'static str,
    params: Vec<(&'static str, String)>,
) -> (Value, String) {
    let id = world.uuid();
    let token = sent(call.json(), "clientRequestToken").map(str::to_owned);
    let created = world.now;
    let update =
        Update { id: id.clone(), kind, owner, params, created, status: UpdateStatus::InProgress, token };
    let answer = json!({ "update": update.describe() });
    if let Some(cluster) = world.region(&call.region).eks.cluster_mut(cluster) {
        cluster.updates.push(update);
    }
    (answer, id)
}

/// The answer to a request that was answered before: same token, same owner (facts/aws.md §4).
pub(super) fn repeated(cluster: &Cluster, owner: &Owner, call: &Call) -> Option<Value> {
    let token = sent(call.json(), "clientRequestToken")?;
    let update = cluster.updates.iter().find(|u| u.owner == *owner && u.token.as_deref() == Some(token))?;
    Some(json!({ "update": update.describe() }))
}

/// Ends an update.
pub(super) fn finish(cluster: &mut Cluster, id: &str, status: UpdateStatus) {
    if let Some(update) = cluster.updates.iter_mut().find(|update| update.id == id) {
        update.status = status;
    }
}

/// ListUpdates: of the cluster, or of one node group or add-on.
pub(super) fn list(world: &mut World, call: &Call) -> Result<Value, AwsError> {
    let (cluster, owner) = owned(world, call)?;
    let updates = cluster.updates.iter().enumerate().filter(|(_, update)| update.owner == owner);
    page(
        call.json(),
        "updateIds",
        updates,
        |(index, _)| format!("{index:08}"),
        |(_, update)| json!(update.id),
    )
}

/// DescribeUpdate. An update of a node group or add-on is found only by its owner's name (facts/aws.md §2.7).
pub(super) fn describe(world: &mut World, call: &Call) -> Result<Value, AwsError> {
    let id = text(call.json(), "updateId");
    let (cluster, owner) = owned(world, call)?;
    let update = cluster.updates.iter().find(|update| update.id == id && update.owner == owner);
    let update = update.ok_or_else(|| not_found(format!("No update found for ID: {id}")))?;
    Ok(json!({ "update": update.describe() }))
}

fn owned<'a>(world: &'a mut World, call: &Call) -> Result<(&'a Cluster, Owner), AwsError> {
    let input = call.json();
    let cluster = cluster::find(world, &call.region, text(input, "name"))?;
    let owner = match (sent(input, "nodegroupName"), sent(input, "addonName")) {
        (Some(name), _) => {
            nodegroup::within(cluster, name)?;
            Owner::Nodegroup(name.to_owned())
        }
        (None, Some(name)) => {
            addon::within(cluster, name)?;
            Owner::Addon(name.to_owned())
        }
        (None, None) => Owner::Cluster,
    };
    Ok((cluster, owner))
}
