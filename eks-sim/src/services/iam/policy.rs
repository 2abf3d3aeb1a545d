//! Managed policies: the account's and AWS's.

use crate::instant::Instant;
use crate::wire::{Answer, AwsError, Params, Xml};
use crate::world::World;

use super::managed_policies::MANAGED_POLICIES;
use super::tags::{self, Tags};
use super::{arn, created, delete_conflict, deleted, document, page, path, unique_id};

const KIND: &str = "AWS::IAM::ManagedPolicy";
const OF_AWS: &str = "arn:aws:iam::aws:policy";

/// A policy of the account.
pub(super) struct Policy {
    id: String,
    created: Instant,
    document: String,
    description: Option<String>,
    tags: Tags,
}

/// The ARN of AWS's policy at `path` such as `/service-role/AmazonEBSCSIDriverPolicy`.
fn of_aws(path: &str) -> String {
    format!("{OF_AWS}{path}")
}

/// The path of a policy's ARN, from the first slash to the last.
pub(super) fn path_of(arn: &str) -> &str {
    match (arn.find('/'), arn.rfind('/')) {
        (Some(first), Some(last)) => &arn[first..=last],
        _ => "/",
    }
}

pub(super) fn check_exists(world: &World, arn: &str) -> Result<(), AwsError> {
    let known = MANAGED_POLICIES.iter().any(|path| of_aws(path) == arn);
    if known || world.iam.policies.contains_key(arn) {
        return Ok(());
    }
    Err(missing(arn))
}

fn missing(arn: &str) -> AwsError {
    let message = format!("Policy {arn} does not exist or is not attachable.");
    AwsError::new("NoSuchEntity", message).status(404)
}

pub(super) fn create(world: &mut World, params: &Params) -> Result<Answer, AwsError> {
    let (name, text) = (params.required("PolicyName")?, params.required("PolicyDocument")?.to_owned());
    let tags = tags::read(params)?;
    let arn = arn(world, "policy", &path(params), name);
    if world.iam.policies.keys().any(|other| other.rsplit('/').next() == Some(name)) {
        let message = format!("A policy called {name} already exists. Duplicate names are not allowed.");
        return Err(AwsError::new("EntityAlreadyExists", message).status(409));
    }
    document::check_permissions(&text)?;
    let policy = Policy {
        id: unique_id(world, "ANPA"),
        created: world.now,
        document: text,
        description: params.get("Description").map(str::to_owned),
        tags,
    };
    world.iam.policies.insert(arn.clone(), policy);
    created(world, KIND, &arn);
    Ok(Answer::Xml(vec![Xml::new("Policy").children(members(world, &arn))]))
}

pub(super) fn get(world: &mut World, params: &Params) -> Result<Answer, AwsError> {
    let arn = params.required("PolicyArn")?;
    check_exists(world, arn).map_err(|_| not_found(arn))?;
    Ok(Answer::Xml(vec![Xml::new("Policy").children(members(world, arn))]))
}

pub(super) fn delete(world: &mut World, params: &Params) -> Result<Answer, AwsError> {
    let arn = params.required("PolicyArn")?;
    if !world.iam.policies.contains_key(arn) {
        return Err(not_found(arn));
    }
    if attachments(world, arn) > 0 {
        return Err(delete_conflict("Cannot delete a policy attached to entities."));
    }
    world.iam.policies.remove(arn);
    deleted(world, KIND, arn);
    Ok(Answer::Nothing)
}

pub(super) fn list(world: &mut World, params: &Params) -> Result<Answer, AwsError> {
    let scope = params.get("Scope").unwrap_or("All");
    let prefix = params.get("PathPrefix").unwrap_or("/");
    let only_attached = params.flag("OnlyAttached") == Some(true);
    let of_aws = MANAGED_POLICIES.iter().map(|path| of_aws(path)).filter(|_| scope != "Local");
    let own = world.iam.policies.keys().filter(|_| scope != "AWS").cloned();
    let shown = of_aws
        .chain(own)
        .filter(|arn| path_of(arn).starts_with(prefix))
        .filter(|arn| !only_attached || attachments(world, arn) > 0)
        .map(|arn| Xml::new("member").children(members(world, &arn)))
        .collect();
    page::answer(params, "Policies", shown)
}

pub(super) fn get_version(world: &mut World, params: &Params) -> Result<Answer, AwsError> {
    let (arn, version) = (params.required("PolicyArn")?, params.required("VersionId")?);
    let policy = world.iam.policies.get(arn).filter(|_| version == "v1").ok_or_else(|| {
        let message = format!("Policy {arn} version {version} does not exist or is not attachable.");
        AwsError::new("NoSuchEntity", message).status(404)
    })?;
    let text = document::encoded(&policy.document);
    let mut shown = version_members(policy.created);
    shown.push(Xml::text("Document", text));
    Ok(Answer::Xml(vec![Xml::new("PolicyVersion").children(shown)]))
}

pub(super) fn list_versions(world: &mut World, params: &Params) -> Result<Answer, AwsError> {
    let arn = params.required("PolicyArn")?;
    check_exists(world, arn).map_err(|_| not_found(arn))?;
    let created = world.iam.policies.get(arn).map_or(world.settings.start, |policy| policy.created);
    page::answer(params, "Versions", vec![Xml::new("member").children(version_members(created))])
}

fn version_members(created: Instant) -> Vec<Xml> {
    vec![
        Xml::text("VersionId", "v1"),
        Xml::text("IsDefaultVersion", true),
        Xml::text("CreateDate", created.iso()),
    ]
}

fn not_found(arn: &str) -> AwsError {
    AwsError::new("NoSuchEntity", format!("Policy {arn} was not found.")).status(404)
}

fn attachments(world: &World, arn: &str) -> usize {
    let roles = world.iam.roles.values();
    roles.filter(|role| role.attached.iter().any(|attached| attached == arn)).count()
}

fn members(world: &World, arn: &str) -> Vec<Xml> {
    let own = world.iam.policies.get(arn);
    let created = own.map_or(world.settings.start, |policy| policy.created).iso();
    let name = arn.rsplit('/').next().unwrap_or_default();
    // AWS's policies have ids too; nothing reads them, so they follow from the name.
    let id = own.map_or_else(|| format!("ANPA{}", name.to_uppercase()), |policy| policy.id.clone());
    let mut members = vec![
        Xml::text("PolicyName", name),
        Xml::text("PolicyId", id),
        Xml::text("Arn", arn),
        Xml::text("Path", path_of(arn)),
        Xml::text("DefaultVersionId", "v1"),
        Xml::text("AttachmentCount", attachments(world, arn)),
        Xml::text("PermissionsBoundaryUsageCount", 0),
        Xml::text("IsAttachable", true),
        Xml::text("CreateDate", &created),
        Xml::text("UpdateDate", &created),
    ];
    if let Some(policy) = own {
        members.extend(policy.description.iter().map(|text| Xml::text("Description", text)));
        members.push(Xml::new("Tags").children(tags::members(&policy.tags)));
    }
    members
}
