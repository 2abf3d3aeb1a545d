//! Every call, every resource ever made, what is left, what it cost.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;

use crate::instant::Instant;
use crate::timing::Timing;

/// How a call ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "CallOutcome"))]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    /// The service did as asked.
    Accepted,
    /// The service did as asked and the answer was lost.
    AcceptedButCut,
    /// The connection broke before the service saw the request.
    Cut,
    /// The service refused, with this code.
    Refused(String),
}

/// One call.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct CallRecord {
    /// Its place among the calls of clients, from 0; calls between services have none.
    pub index: Option<u64>,
    /// When the service saw it.
    pub at: Instant,
    /// The service's signing name, such as `eks`.
    pub service: String,
    /// The operation, such as `CreateCluster`.
    pub operation: String,
    /// The region it was signed for.
    pub region: String,
    /// The IAM action that the caller needs, such as `eks:CreateCluster`.
    pub action: String,
    /// Who called: an ARN, or the service's name for calls between services.
    pub principal: String,
    /// How it ended.
    pub outcome: Outcome,
}

/// One resource that was made.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ResourceRecord {
    /// CloudFormation's name of the type, such as `AWS::EC2::Subnet`.
    pub kind: String,
    /// Its id, name or ARN, unique within kind and region.
    pub id: String,
    /// Where it is; `global` for IAM.
    pub region: String,
    /// When it was made.
    pub created: Instant,
    /// When it could first be used.
    pub ready: Option<Instant>,
    /// When its deletion was asked for.
    pub deleting: Option<Instant>,
    /// When it was gone.
    pub deleted: Option<Instant>,
    /// What it costs in US dollars an hour.
    pub price_per_hour: f64,
}

impl ResourceRecord {
    /// What it has cost until `now`, in US dollars.
    pub fn cost(&self, now: Instant) -> f64 {
        let end = self.deleted.unwrap_or(now);
        end.since(self.created).as_secs_f64() / 3600.0 * self.price_per_hour
    }
}

/// Every call and every resource since the account's time began.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Ledger {
    /// Calls, in the order in which the services saw them.
    pub calls: Vec<CallRecord>,
    /// Resources ever made, in the order of their creation; one that was made, deleted and made again under
    /// the same id has two records.
    pub resources: Vec<ResourceRecord>,
    /// How many seconds AWS takes by itself for what has begun, by timing and by the name of what is timed;
    /// API calls are left out. What no client can hasten: so much of a lifecycle is AWS's.
    pub durations: BTreeMap<Timing, BTreeMap<String, f64>>,
    #[serde(skip)]
    alive: BTreeMap<(String, String, String), usize>,
}

impl Ledger {
    /// Resources that are still there, in the order of their creation.
    pub fn left(&self) -> Vec<&ResourceRecord> {
        self.resources.iter().filter(|resource| resource.deleted.is_none()).collect()
    }

    /// Calls that clients made; those between services are left out.
    pub fn client_calls(&self) -> impl Iterator<Item = &CallRecord> {
        self.calls.iter().filter(|call| call.index.is_some())
    }

    /// What everything has cost until `now`, in US dollars.
    pub fn cost(&self, now: Instant) -> f64 {
        self.resources.iter().map(|resource| resource.cost(now)).sum()
    }

    /// The living record of a resource.
    pub fn find(&self, kind: &str, id: &str) -> Option<&ResourceRecord> {
        self.resources.iter().rev().find(|resource| resource.kind == kind && resource.id == id)
    }

    pub(crate) fn takes(&mut self, timing: Timing, key: &str, takes: Duration) {
        let known = self.durations.entry(timing).or_default();
        if !known.contains_key(key) {
            known.insert(key.to_owned(), takes.as_secs_f64());
        }
    }

    pub(crate) fn created(&mut self, kind: &str, id: &str, region: &str, now: Instant, price_per_hour: f64) {
        self.alive.insert((kind.to_owned(), id.to_owned(), region.to_owned()), self.resources.len());
        self.resources.push(ResourceRecord {
            kind: kind.to_owned(),
            id: id.to_owned(),
            region: region.to_owned(),
            created: now,
            ready: None,
            deleting: None,
            deleted: None,
            price_per_hour,
        });
    }

    pub(crate) fn ready(&mut self, kind: &str, id: &str, region: &str, now: Instant) {
        if let Some(resource) = self.alive(kind, id, region) {
            resource.ready.get_or_insert(now);
        }
    }

    pub(crate) fn deleting(&mut self, kind: &str, id: &str, region: &str, now: Instant) {
        if let Some(resource) = self.alive(kind, id, region) {
            resource.deleting.get_or_insert(now);
        }
    }

    pub(crate) fn deleted(&mut self, kind: &str, id: &str, region: &str, now: Instant) {
        if let Some(resource) = self.alive(kind, id, region) {
            resource.deleting.get_or_insert(now);
            resource.deleted = Some(now);
        }
        self.alive.remove(&(kind.to_owned(), id.to_owned(), region.to_owned()));
    }

    fn alive(&mut self, kind: &str, id: &str, region: &str) -> Option<&mut ResourceRecord> {
        let index = *self.alive.get(&(kind.to_owned(), id.to_owned(), region.to_owned()))?;
        self.resources.get_mut(index)
    }
}
