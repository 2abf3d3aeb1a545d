//! IAM: roles, policies, instance profiles and identity providers, as far as EKS lifecycles touch them.

mod check;
mod document;
mod instance_profile;
mod managed_policies;
mod named;
mod open_id_connect;
mod operations;
mod page;
mod policy;
mod role;
mod role_policy;
mod service_linked_role;
mod tags;
#[cfg(test)]
mod tests;
mod view;

use std::collections::BTreeMap;

use crate::services::unknown_operation;
use crate::wire::{Answer, AwsError, Call, Params};
use crate::world::World;
use named::Named;

pub(crate) use view::{NotAssumable, RoleView, assumable, instance_profile, role};

/// What the service knows: it is global, so there is one for the account.
#[derive(Default)]
pub(crate) struct State {
    roles: Named<role::Role>,
    instance_profiles: Named<instance_profile::InstanceProfile>,
    /// Policies of the account, by ARN; AWS's own are in `managed_policies`.
    policies: BTreeMap<String, policy::Policy>,
    /// By ARN.
    open_id_connect_providers: BTreeMap<String, open_id_connect::OpenIdConnectProvider>,
}

/// Where IAM's resources are in the ledger.
const REGION: &str = "global";

pub(crate) fn operations() -> impl Iterator<Item = &'static str> {
    operations::names()
}

pub(crate) fn call(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let operation = operations::find(&call.operation).ok_or_else(|| unknown_operation(call))?;
    let params = call.params();
    for name in operation.required {
        if params.under(name).is_empty() {
            params.required(name)?;
        }
    }
    check::members(params)?;
    (operation.run)(world, params)
}

fn created(world: &mut World, kind: &str, id: &str) {
    let now = world.now;
    world.ledger.created(kind, id, REGION, now, 0.0);
    world.ledger.ready(kind, id, REGION, now);
}

fn deleted(world: &mut World, kind: &str, id: &str) {
    let now = world.now;
    world.ledger.deleted(kind, id, REGION, now);
}

fn already_exists(what: &str, name: &str) -> AwsError {
    AwsError::new("EntityAlreadyExists", format!("{what} with name {name} already exists.")).status(409)
}

fn no_such(what: &str, name: &str) -> AwsError {
    AwsError::new("NoSuchEntity", format!("The {what} with name {name} cannot be found.")).status(404)
}

fn delete_conflict(message: &str) -> AwsError {
    AwsError::new("DeleteConflict", message).status(409)
}

fn limit_exceeded(message: String) -> AwsError {
    AwsError::new("LimitExceeded", message).status(409)
}

/// A fresh id such as `AROA…`: the prefix says what it is of.
fn unique_id(world: &mut World, prefix: &str) -> String {
    format!("{prefix}{}", world.hex_id(17).to_uppercase())
}

/// The path of a request, `/` unless it says otherwise.
fn path(params: &Params) -> String {
    params.get("Path").unwrap_or("/").to_owned()
}

fn arn(world: &World, kind: &str, path: &str, name: &str) -> String {
    format!("arn:aws:iam::{}:{kind}{path}{name}", world.settings.account)
}
