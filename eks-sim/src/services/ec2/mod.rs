//! EC2: networks, launch templates and instances, as far as EKS lifecycles touch them.
//!
//! Each kind of resource has a file with its structure, its operations and its `Listing`: what Describe shows,
//! by which ids and filters. `kind` has what all kinds share: ids, error texts, tags, the ledger.

mod address;
mod capacity_block;
mod data;
mod egress_only_internet_gateway;
mod filter;
mod image;
mod instance;
mod instance_members;
mod instance_type;
mod instance_type_table;
mod internet_gateway;
mod key_pair;
mod kind;
mod launch_template;
mod launch_template_data;
mod listing;
mod nat_gateway;
mod network_interface;
mod operations;
mod region;
mod route_table;
mod security_group;
mod security_group_rule;
mod state;
mod subnet;
mod table;
mod tags;
#[cfg(test)]
mod tests;
mod vcpu_quota;
mod volume;
mod vpc;
mod vpc_endpoint;

use crate::services::unknown_operation;
use crate::wire::{Answer, AwsError, Call, Params};
use crate::world::World;

pub(crate) use instance_type::{PricedInstanceType, priced_instance_types};
pub(crate) use state::State;

/// The names of all regions.
pub(crate) fn region_names() -> impl Iterator<Item = &'static str> {
    data::regions().map(|(name, _)| name)
}

/// Whether the account has a region: one that must be opted in to it has not. What is in no table is another partition's.
pub(crate) fn is_enabled(region: &str) -> bool {
    data::regions().all(|(name, given)| given || name != region)
}

pub(crate) fn operations() -> impl Iterator<Item = &'static str> {
    operations::names()
}

pub(crate) fn call(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let operation = operations::find(&call.operation).ok_or_else(|| unknown_operation(call))?;
    let params = call.params();
    for name in operation.required {
        let sent = params.get(name).is_some() || !params.under(name).is_empty();
        if !sent {
            params.ec2_required(name)?;
        }
    }
    tags::check(params)?;
    if params.flag("DryRun") == Some(true) {
        let message = "Request would have succeeded, but DryRun flag is set.";
        return Err(AwsError::new("DryRunOperation", message).status(412));
    }
    state::of(world, &call.region);
    match params.get("ClientToken") {
        Some(token) if operation.idempotent => once(world, call, token, operation.run),
        _ => (operation.run)(world, call),
    }
}

/// Runs an operation once for each client token (facts/aws.md §4).
fn once(world: &mut World, call: &Call, token: &str, run: operations::Run) -> Result<Answer, AwsError> {
    let mut asked = Params::new();
    for (name, value) in call.params().iter().filter(|(name, _)| !["Action", "Version"].contains(name)) {
        asked.insert(name, value);
    }
    let key = (call.operation.clone(), token.to_owned());
    if let Some((before, answer)) = state::of(world, &call.region).tokens.get(&key) {
        return if *before == asked { Ok(answer.clone()) } else { Err(token_mismatch()) };
    }
    let answer = run(world, call)?;
    state::of(world, &call.region).tokens.insert(key, (asked, answer.clone()));
    Ok(answer)
}

/// facts/aws.md §2.10
fn token_mismatch() -> AwsError {
    AwsError::new(
        "IdempotentParameterMismatch",
        "Arguments on this idempotent request are inconsistent with arguments used in previous request(s).",
    )
}

/// Whether AWS's own services ask, who may do what callers may not: only what comes over the wire has an action.
fn from_service(params: &Params) -> bool {
    params.get("Action").is_none()
}
