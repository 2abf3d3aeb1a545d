//! Roles.

use std::collections::{BTreeMap, BTreeSet};

use crate::instant::Instant;
use crate::wire::{Answer, AwsError, Params, Xml};
use crate::world::World;

use super::document;
use super::page;
use super::tags::{self, Tags};
use super::{already_exists, arn, created, delete_conflict, deleted, no_such, path, unique_id};
use crate::services::query::breach;

/// Its name in the ledger.
pub(super) const KIND: &str = "AWS::IAM::Role";

/// A role.
pub(super) struct Role {
    pub(super) arn: String,
    pub(super) path: String,
    pub(super) id: String,
    pub(super) created: Instant,
    /// When EKS can first assume it as it now is.
    pub(super) effective: Instant,
    /// Who may assume it: a policy document.
    pub(super) trust: String,
    pub(super) description: Option<String>,
    pub(super) session_seconds: u32,
    pub(super) boundary: Option<String>,
    pub(super) tags: Tags,
    /// ARNs of attached policies.
    pub(super) attached: Vec<String>,
    /// Inline policies by name.
    pub(super) inline: BTreeMap<String, String>,
    /// Names of the instance profiles that hold it.
    pub(super) instance_profiles: BTreeSet<String>,
}

/// The role `name`, or the error for one that is not there.
pub(super) fn find<'world>(world: &'world World, name: &str) -> Result<&'world Role, AwsError> {
    world.iam.roles.get(name).ok_or_else(|| no_such("role", name))
}

/// The same, to be changed.
pub(super) fn find_mut<'world>(world: &'world mut World, name: &str) -> Result<&'world mut Role, AwsError> {
    world.iam.roles.get_mut(name).ok_or_else(|| no_such("role", name))
}

pub(super) fn create(world: &mut World, params: &Params) -> Result<Answer, AwsError> {
    let name = params.required("RoleName")?.to_owned();
    let trust = params.required("AssumeRolePolicyDocument")?.to_owned();
    let session_seconds = session_seconds(params)?.unwrap_or(3600);
    let tags = tags::read(params)?;
    // Names differ by more than case (IAM user guide, "IAM and AWS STS quotas").
    if world.iam.roles.is_taken(&name) {
        return Err(already_exists("Role", &name));
    }
    document::check_trust(&trust)?;
    let path = path(params);
    let role = Role {
        arn: arn(world, "role", &path, &name),
        path,
        id: unique_id(world, "AROA"),
        created: world.now,
        effective: effective(world, &name),
        trust,
        description: params.get("Description").map(str::to_owned),
        session_seconds,
        boundary: params.get("PermissionsBoundary").map(str::to_owned),
        tags,
        attached: Vec::new(),
        inline: BTreeMap::new(),
        instance_profiles: BTreeSet::new(),
    };
    let shown = Xml::new("Role").children(members(&name, &role));
    world.iam.roles.insert(name.clone(), role);
    created(world, KIND, &name);
    Ok(Answer::Xml(vec![shown]))
}

/// When a change to a role that is made now has reached EKS (facts/aws.md §2.3).
pub(super) fn effective(world: &mut World, name: &str) -> Instant {
    if world.settings.trouble.iam_propagation {
        world.now + world.duration(crate::timing::Timing::IamPropagation, name)
    } else {
        world.now
    }
}

pub(super) fn get(world: &mut World, params: &Params) -> Result<Answer, AwsError> {
    let name = params.required("RoleName")?;
    let role = find(world, name)?;
    let mut shown = members(name, role);
    shown.push(Xml::new("RoleLastUsed"));
    Ok(Answer::Xml(vec![Xml::new("Role").children(shown)]))
}

pub(super) fn delete(world: &mut World, params: &Params) -> Result<Answer, AwsError> {
    let name = params.required("RoleName")?;
    let role = find(world, name)?;
    if role.path.starts_with("/aws-service-role/") {
        let message = format!(
            "Cannot perform the operation on the protected role '{name}' - this role is only modifiable by AWS"
        );
        return Err(AwsError::new("UnmodifiableEntity", message));
    }
    // facts/aws.md §2.10
    if !role.instance_profiles.is_empty() {
        return Err(delete_conflict("Cannot delete entity, must remove roles from instance profile first."));
    }
    if !role.attached.is_empty() {
        return Err(delete_conflict("Cannot delete entity, must detach all policies first."));
    }
    if !role.inline.is_empty() {
        return Err(delete_conflict("Cannot delete entity, must delete policies first."));
    }
    world.iam.roles.remove(name);
    deleted(world, KIND, name);
    Ok(Answer::Nothing)
}

pub(super) fn list(world: &mut World, params: &Params) -> Result<Answer, AwsError> {
    let prefix = params.get("PathPrefix").unwrap_or("/");
    let roles = world.iam.roles.iter().filter(|(_, role)| role.path.starts_with(prefix));
    // ListRoles leaves out tags and boundary (API reference).
    let shown = roles.map(|(name, role)| Xml::new("member").children(brief(name, role))).collect();
    page::answer(params, "Roles", shown)
}

pub(super) fn update(world: &mut World, params: &Params) -> Result<Answer, AwsError> {
    let session_seconds = session_seconds(params)?;
    let role = find_mut(world, params.required("RoleName")?)?;
    if let Some(description) = params.get("Description") {
        role.description = Some(description.to_owned());
    }
    if let Some(seconds) = session_seconds {
        role.session_seconds = seconds;
    }
    Ok(Answer::EMPTY)
}

pub(super) fn update_description(world: &mut World, params: &Params) -> Result<Answer, AwsError> {
    let name = params.required("RoleName")?;
    let role = find_mut(world, name)?;
    role.description = params.get("Description").map(str::to_owned);
    Ok(Answer::Xml(vec![Xml::new("Role").children(members(name, role))]))
}

pub(super) fn update_assume_role_policy(world: &mut World, params: &Params) -> Result<Answer, AwsError> {
    let name = params.required("RoleName")?;
    let trust = params.required("PolicyDocument")?;
    let effective = effective(world, name);
    let role = find_mut(world, name)?;
    document::check_trust(trust)?;
    if role.trust != trust {
        role.trust = trust.to_owned();
        role.effective = effective;
    }
    Ok(Answer::Nothing)
}

pub(super) fn tag(world: &mut World, params: &Params) -> Result<Answer, AwsError> {
    let role = find_mut(world, params.required("RoleName")?)?;
    tags::add(&mut role.tags, params)?;
    Ok(Answer::Nothing)
}

pub(super) fn untag(world: &mut World, params: &Params) -> Result<Answer, AwsError> {
    let role = find_mut(world, params.required("RoleName")?)?;
    tags::remove(&mut role.tags, params);
    Ok(Answer::Nothing)
}

pub(super) fn list_tags(world: &mut World, params: &Params) -> Result<Answer, AwsError> {
    let role = find(world, params.required("RoleName")?)?;
    page::answer(params, "Tags", tags::members(&role.tags))
}

fn session_seconds(params: &Params) -> Result<Option<u32>, AwsError> {
    let Some(text) = params.get("MaxSessionDuration") else { return Ok(None) };
    match text.parse::<u32>() {
        Ok(seconds) if seconds < 3600 => {
            let constraint = "Member must have value greater than or equal to 3600";
            Err(breach(text, "maxSessionDuration", constraint))
        }
        Ok(seconds) if seconds <= 43200 => Ok(Some(seconds)),
        _ => Err(breach(text, "maxSessionDuration", "Member must have value less than or equal to 43200")),
    }
}

/// A role as the operations on one role show it.
pub(super) fn members(name: &str, role: &Role) -> Vec<Xml> {
    let mut members = brief(name, role);
    if let Some(boundary) = &role.boundary {
        members.push(Xml::new("PermissionsBoundary").children([
            Xml::text("PermissionsBoundaryType", "PermissionsBoundaryPolicy"),
            Xml::text("PermissionsBoundaryArn", boundary),
        ]));
    }
    if !role.tags.is_empty() {
        members.push(Xml::new("Tags").children(tags::members(&role.tags)));
    }
    members
}

/// A role as lists show it.
pub(super) fn brief(name: &str, role: &Role) -> Vec<Xml> {
    let mut members = vec![
        Xml::text("Path", &role.path),
        Xml::text("RoleName", name),
        Xml::text("RoleId", &role.id),
        Xml::text("Arn", &role.arn),
        Xml::text("CreateDate", role.created.iso()),
        Xml::text("AssumeRolePolicyDocument", document::encoded(&role.trust)),
        Xml::text("MaxSessionDuration", role.session_seconds),
    ];
    members.extend(role.description.iter().map(|text| Xml::text("Description", text)));
    members
}
