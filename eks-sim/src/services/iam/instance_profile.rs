//! Instance profiles.

use crate::instant::Instant;
use crate::wire::{Answer, AwsError, Params, Xml};
use crate::world::World;

use super::tags::{self, Tags};
use super::{
    already_exists, arn, created, delete_conflict, deleted, limit_exceeded, no_such, page, path, role,
    unique_id,
};

const KIND: &str = "AWS::IAM::InstanceProfile";

/// An instance profile: it holds one role at most.
pub(super) struct InstanceProfile {
    pub(super) arn: String,
    pub(super) id: String,
    pub(super) role: Option<String>,
    path: String,
    created: Instant,
    tags: Tags,
}

fn find_mut<'world>(world: &'world mut World, name: &str) -> Result<&'world mut InstanceProfile, AwsError> {
    world.iam.instance_profiles.get_mut(name).ok_or_else(|| missing(name))
}

/// facts/aws.md §2.10 has the code; the text is as IAM's for roles, with its own noun.
fn missing(name: &str) -> AwsError {
    AwsError::new("NoSuchEntity", format!("Instance Profile {name} cannot be found.")).status(404)
}

pub(super) fn create(world: &mut World, params: &Params) -> Result<Answer, AwsError> {
    let name = params.required("InstanceProfileName")?;
    let tags = tags::read(params)?;
    if world.iam.instance_profiles.is_taken(name) {
        let message = format!("Instance Profile {name} already exists.");
        return Err(AwsError { message, ..already_exists("Instance Profile", name) });
    }
    let path = path(params);
    let profile = InstanceProfile {
        arn: arn(world, "instance-profile", &path, name),
        id: unique_id(world, "AIPA"),
        role: None,
        path,
        created: world.now,
        tags,
    };
    world.iam.instance_profiles.insert(name.to_owned(), profile);
    created(world, KIND, name);
    shown(world, name)
}

pub(super) fn get(world: &mut World, params: &Params) -> Result<Answer, AwsError> {
    shown(world, params.required("InstanceProfileName")?)
}

pub(super) fn delete(world: &mut World, params: &Params) -> Result<Answer, AwsError> {
    let name = params.required("InstanceProfileName")?;
    if find_mut(world, name)?.role.is_some() {
        return Err(delete_conflict("Cannot delete entity, must remove roles from instance profile first."));
    }
    world.iam.instance_profiles.remove(name);
    deleted(world, KIND, name);
    Ok(Answer::Nothing)
}

pub(super) fn list(world: &mut World, params: &Params) -> Result<Answer, AwsError> {
    let prefix = params.get("PathPrefix").unwrap_or("/");
    let profiles = world.iam.instance_profiles.iter().filter(|(_, profile)| profile.path.starts_with(prefix));
    let shown = profiles.map(|(name, profile)| Xml::new("member").children(members(world, name, profile)));
    page::answer(params, "InstanceProfiles", shown.collect())
}

pub(super) fn list_for_role(world: &mut World, params: &Params) -> Result<Answer, AwsError> {
    let role = params.required("RoleName")?;
    let names = &role::find(world, role)?.instance_profiles;
    let profiles = names.iter().filter_map(|name| world.iam.instance_profiles.get_key_value(name));
    let shown =
        profiles.map(|(name, profile)| Xml::new("member").children(members(world, name, profile))).collect();
    page::answer(params, "InstanceProfiles", shown)
}

pub(super) fn add_role(world: &mut World, params: &Params) -> Result<Answer, AwsError> {
    let role = params.required("RoleName")?;
    let name = params.required("InstanceProfileName")?;
    find_mut(world, name)?;
    role::find(world, role)?;
    let profile = find_mut(world, name)?;
    if profile.role.is_some() {
        let message = "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1".to_owned();
        return Err(limit_exceeded(message));
    }
    profile.role = Some(role.to_owned());
    role::find_mut(world, role)?.instance_profiles.insert(name.to_owned());
    Ok(Answer::Nothing)
}

pub(super) fn remove_role(world: &mut World, params: &Params) -> Result<Answer, AwsError> {
    let role = params.required("RoleName")?;
    let name = params.required("InstanceProfileName")?;
    let profile = find_mut(world, name)?;
    if profile.role.as_deref() != Some(role) {
        return Err(no_such("role", role));
    }
    profile.role = None;
    role::find_mut(world, role)?.instance_profiles.remove(name);
    Ok(Answer::Nothing)
}

fn shown(world: &World, name: &str) -> Result<Answer, AwsError> {
    let profile = world.iam.instance_profiles.get(name).ok_or_else(|| missing(name))?;
    Ok(Answer::Xml(vec![Xml::new("InstanceProfile").children(members(world, name, profile))]))
}

fn members(world: &World, name: &str, profile: &InstanceProfile) -> Vec<Xml> {
    let role = profile.role.as_ref().and_then(|name| Some((name, world.iam.roles.get(name)?)));
    vec![
        Xml::text("Path", &profile.path),
        Xml::text("InstanceProfileName", name),
        Xml::text("InstanceProfileId", &profile.id),
        Xml::text("Arn", &profile.arn),
        Xml::text("CreateDate", profile.created.iso()),
        Xml::list("Roles", "member", role.map(|(name, role)| role::brief(name, role))),
        Xml::new("Tags").children(tags::members(&profile.tags)),
    ]
}
