//! What the ledger says, in the words of assertions.

use std::collections::BTreeMap;

use eks_core::simulator::{CallOutcome, Simulator};

/// What is left of everything that was made: kinds and ids.
pub fn left(sim: &Simulator) -> Vec<String> {
    sim.ledger().left().iter().map(|resource| format!("{} {}", resource.kind, resource.id)).collect()
}

/// How many resources of each kind are there.
pub fn living(sim: &Simulator) -> BTreeMap<String, usize> {
    count(sim.ledger().left().iter().map(|resource| resource.kind.clone()))
}

/// How many resources of each kind were ever made.
pub fn made(sim: &Simulator) -> BTreeMap<String, usize> {
    count(sim.ledger().resources.iter().map(|resource| resource.kind.clone()))
}

/// Every call by which a client tried to change something, refused ones too, as `service:Operation`.
pub fn writes(sim: &Simulator) -> Vec<String> {
    let ledger = sim.ledger();
    let calls = ledger.client_calls().map(|call| (call.service.as_str(), call.operation.as_str()));
    calls
        .filter(|(_, operation)| is_write(operation))
        .map(|(service, op)| format!("{service}:{op}"))
        .collect()
}

/// Every call by which a client changed something, as `service:Operation`.
pub fn accepted_writes(sim: &Simulator) -> Vec<String> {
    let ledger = sim.ledger();
    let writes = ledger.client_calls().filter(|call| is_write(&call.operation));
    let accepted = writes.filter(|call| call.outcome == CallOutcome::Accepted);
    accepted.map(|call| format!("{}:{}", call.service, call.operation)).collect()
}

/// Every refused attempt of a client to change something, as `service:Operation Code`.
pub fn refused_writes(sim: &Simulator) -> Vec<String> {
    let ledger = sim.ledger();
    let writes = ledger.client_calls().filter(|call| is_write(&call.operation));
    let refused = writes.filter_map(|call| match &call.outcome {
        CallOutcome::Refused(code) => Some(format!("{}:{} {code}", call.service, call.operation)),
        _ => None,
    });
    refused.collect()
}

fn is_write(operation: &str) -> bool {
    !is_read(operation)
}

/// Whether an operation changes nothing.
pub fn is_read(operation: &str) -> bool {
    ["Describe", "List", "Get"].iter().any(|verb| operation.starts_with(verb))
}

fn count(kinds: impl Iterator<Item = String>) -> BTreeMap<String, usize> {
    kinds.fold(BTreeMap::new(), |mut counted, kind| {
        *counted.entry(kind).or_default() += 1;
        counted
    })
}
