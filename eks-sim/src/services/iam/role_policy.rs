//! Policies of roles: attached and inline.

use crate::wire::{Answer, AwsError, Params, Xml};
use crate::world::World;

use super::role::{find, find_mut};
use super::{document, limit_exceeded, page, policy};

/// Attached policies of a role (IAM user guide, "IAM and AWS STS quotas"; 20 on request).
const MOST: usize = 10;

pub(super) fn attach(world: &mut World, params: &Params) -> Result<Answer, AwsError> {
    let policy = params.required("PolicyArn")?.to_owned();
    let role = find(world, params.required("RoleName")?)?;
    let attached = role.attached.contains(&policy);
    policy::check_exists(world, &policy)?;
    let role = find_mut(world, params.required("RoleName")?)?;
    if attached {
        return Ok(Answer::Nothing);
    }
    if role.attached.len() >= MOST {
        return Err(limit_exceeded(format!("Cannot exceed quota for PoliciesPerRole: {MOST}")));
    }
    role.attached.push(policy);
    Ok(Answer::Nothing)
}

pub(super) fn detach(world: &mut World, params: &Params) -> Result<Answer, AwsError> {
    let policy = params.required("PolicyArn")?;
    let role = find_mut(world, params.required("RoleName")?)?;
    let before = role.attached.len();
    role.attached.retain(|attached| attached != policy);
    if role.attached.len() == before {
        let message = format!("Policy {policy} was not found.");
        return Err(AwsError::new("NoSuchEntity", message).status(404));
    }
    Ok(Answer::Nothing)
}

pub(super) fn list_attached(world: &mut World, params: &Params) -> Result<Answer, AwsError> {
    let role = find(world, params.required("RoleName")?)?;
    let prefix = params.get("PathPrefix").unwrap_or("/");
    let shown = role
        .attached
        .iter()
        .filter(|arn| policy::path_of(arn).starts_with(prefix))
        .map(|arn| {
            let name = arn.rsplit('/').next().unwrap_or_default();
            Xml::new("member").children([Xml::text("PolicyName", name), Xml::text("PolicyArn", arn)])
        })
        .collect();
    page::answer(params, "AttachedPolicies", shown)
}

pub(super) fn put(world: &mut World, params: &Params) -> Result<Answer, AwsError> {
    let (name, text) = (params.required("PolicyName")?, params.required("PolicyDocument")?);
    let role = find_mut(world, params.required("RoleName")?)?;
    document::check_permissions(text)?;
    let others: usize =
        role.inline.iter().filter(|(other, _)| *other != name).map(|(_, text)| text.len()).sum();
    // 10,240 characters for all inline policies of a role (IAM user guide, "IAM and AWS STS quotas").
    if others + text.len() > 10_240 {
        let role = params.required("RoleName")?;
        return Err(limit_exceeded(format!("Maximum policy size of 10240 bytes exceeded for role {role}")));
    }
    role.inline.insert(name.to_owned(), text.to_owned());
    Ok(Answer::Nothing)
}

pub(super) fn get(world: &mut World, params: &Params) -> Result<Answer, AwsError> {
    let (role, name) = (params.required("RoleName")?, params.required("PolicyName")?);
    let text = find(world, role)?.inline.get(name).ok_or_else(|| missing(name))?;
    Ok(Answer::Xml(vec![
        Xml::text("RoleName", role),
        Xml::text("PolicyName", name),
        Xml::text("PolicyDocument", document::encoded(text)),
    ]))
}

pub(super) fn delete(world: &mut World, params: &Params) -> Result<Answer, AwsError> {
    let name = params.required("PolicyName")?;
    let role = find_mut(world, params.required("RoleName")?)?;
    role.inline.remove(name).ok_or_else(|| missing(name))?;
    Ok(Answer::Nothing)
}

pub(super) fn list(world: &mut World, params: &Params) -> Result<Answer, AwsError> {
    let role = find(world, params.required("RoleName")?)?;
    let shown = role.inline.keys().map(|name| Xml::text("member", name)).collect();
    page::answer(params, "PolicyNames", shown)
}

fn missing(name: &str) -> AwsError {
    let message = format!("The role policy with name {name} cannot be found.");
    AwsError::new("NoSuchEntity", message).status(404)
}
