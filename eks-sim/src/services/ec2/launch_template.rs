//! Launch templates and their versions.

use std::collections::BTreeMap;

use crate::instant::Instant;
use crate::wire::{Answer, AwsError, Call, Params, Xml};
use crate::world::World;

use super::kind::Kind;
use super::launch_template_data as data;
use super::listing::{Listing, paged};
use super::state::{self, State};
use super::table::Placed;
use super::tags;

/// A launch template.
pub(super) struct LaunchTemplate {
    name: String,
    created: Instant,
    creator: String,
    default: u64,
    latest: u64,
    versions: BTreeMap<u64, Version>,
}

struct Version {
    description: Option<String>,
    created: Instant,
    creator: String,
    /// What was sent as `LaunchTemplateData`.
    data: Params,
}

impl Placed for LaunchTemplate {
    /// Callers ask for templates by name; no two share one.
    fn place(&self) -> &str {
        &self.name
    }
}

const LISTING: Listing = Listing {
    kind: &Kind::LAUNCH_TEMPLATE,
    ids: "LaunchTemplateId",
    id: "launchTemplateId",
    set: "launchTemplates",
    filters: &[("create-time", "createTime"), ("launch-template-name", "launchTemplateName")],
    page: 200,
};

const VERSIONS: Listing = Listing {
    kind: &Kind::LAUNCH_TEMPLATE,
    ids: "",
    id: "launchTemplateId",
    set: "launchTemplateVersionSet",
    filters: &[
        ("create-time", "createTime"),
        ("image-id", "launchTemplateData/imageId"),
        ("instance-type", "launchTemplateData/instanceType"),
        ("is-default-version", "defaultVersion"),
    ],
    page: 200,
};

pub(super) fn create(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let params = call.params();
    let name = params.ec2_required("LaunchTemplateName")?.to_owned();
    let legal = |letter: char| letter.is_ascii_alphanumeric() || "().-/_".contains(letter);
    if !(3..=128).contains(&name.len()) || !name.chars().all(legal) {
        let message = "Launch template names must be between 3 and 128 characters in length, and may contain \
                       letters, numbers, and the following characters: - ( ) . / _";
        return Err(AwsError::new("InvalidLaunchTemplateName.MalformedException", message));
    }
    let templates = &state::of(world, &call.region).launch_templates;
    if templates.in_place(&name).next().is_some() {
        let message = "Launch template name already in use.";
        return Err(AwsError::new("InvalidLaunchTemplateName.AlreadyExistsException", message));
    }
    let version = version(world, params, Params::new())?;
    let id = Kind::LAUNCH_TEMPLATE.make(world, call, 0.0);
    Kind::LAUNCH_TEMPLATE.ready(world, &call.region, &id);
    let template = LaunchTemplate {
        name,
        created: world.now,
        creator: world.caller_arn(),
        default: 1,
        latest: 1,
        versions: BTreeMap::from([(1, version)]),
    };
    let state = state::of(world, &call.region);
    state.launch_templates.insert(id.clone(), template);
    Ok(Answer::Xml(vec![Xml::new("launchTemplate").children(members(state, &id))]))
}

pub(super) fn create_version(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let params = call.params();
    let state = state::of(world, &call.region);
    let id = named(state, params)?;
    let source = match params.get("SourceVersion") {
        None => Params::new(),
        Some(source) => {
            let template = Kind::LAUNCH_TEMPLATE.find(&state.launch_templates, &id)?;
            template.versions[&resolve(template, &id, source)?].data.clone()
        }
    };
    let version = version(world, params, source)?;
    let state = state::of(world, &call.region);
    let template = Kind::LAUNCH_TEMPLATE.find_mut(&mut state.launch_templates, &id)?;
    template.latest += 1;
    let number = template.latest;
    template.versions.insert(number, version);
    let shown = version_members(template, &id, number);
    Ok(Answer::Xml(vec![Xml::new("launchTemplateVersion").children(shown)]))
}

fn version(world: &World, params: &Params, source: Params) -> Result<Version, AwsError> {
    let data = data::merged(source, &params.under("LaunchTemplateData"));
    let malformed = |message| AwsError::new("InvalidUserData.Malformed", message);
    if let Some(user_data) = data.get("UserData") {
        use base64::Engine as _;
        let decoded = base64::engine::general_purpose::STANDARD.decode(user_data);
        match decoded {
            Err(_) => return Err(malformed("Invalid BASE64 encoding of user data.")),
            Ok(bytes) if bytes.len() > 16 * 1024 => {
                return Err(malformed("User data is limited to 16384 bytes"));
            }
            Ok(_) => {}
        }
    }
    Ok(Version {
        description: params.get("VersionDescription").map(str::to_owned),
        created: world.now,
        creator: world.caller_arn(),
        data,
    })
}

pub(super) fn modify(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let params = call.params();
    let state = state::of(world, &call.region);
    let id = named(state, params)?;
    let template = Kind::LAUNCH_TEMPLATE.find_mut(&mut state.launch_templates, &id)?;
    if let Some(version) = params.get("SetDefaultVersion").or_else(|| params.get("DefaultVersion")) {
        template.default = resolve(template, &id, version)?;
    }
    Ok(Answer::Xml(vec![Xml::new("launchTemplate").children(members(state, &id))]))
}

pub(super) fn delete(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let state = state::of(world, &call.region);
    let id = named(state, call.params())?;
    let shown = Xml::new("launchTemplate").children(members(state, &id));
    state.launch_templates.remove(&id);
    Kind::LAUNCH_TEMPLATE.forget(world, &call.region, &id);
    Ok(Answer::Xml(vec![shown]))
}

pub(super) fn delete_versions(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let params = call.params();
    let state = state::of(world, &call.region);
    let id = named(state, params)?;
    let template = Kind::LAUNCH_TEMPLATE.find_mut(&mut state.launch_templates, &id)?;
    let (mut deleted, mut refused) = (Vec::new(), Vec::new());
    for text in params.list("LaunchTemplateVersion") {
        let mut item =
            vec![Xml::text("launchTemplateId", &id), Xml::text("launchTemplateName", &template.name)];
        item.push(Xml::text("versionNumber", text));
        let number = text.parse::<u64>().ok();
        let error = match number {
            Some(number) if number == template.default => {
                Some(("unexpectedError", "Cannot delete default version."))
            }
            Some(number) if template.versions.remove(&number).is_some() => None,
            _ => Some(("launchTemplateVersionDoesNotExist", "Version does not exist.")),
        };
        match error {
            None => deleted.push(item),
            Some((code, message)) => {
                let error = [Xml::text("code", code), Xml::text("message", message)];
                item.push(Xml::new("responseError").children(error));
                refused.push(item);
            }
        }
    }
    Ok(Answer::Xml(vec![
        Xml::list("successfullyDeletedLaunchTemplateVersionSet", "item", deleted),
        Xml::list("unsuccessfullyDeletedLaunchTemplateVersionSet", "item", refused),
    ]))
}

pub(super) fn describe(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let names = call.params().list("LaunchTemplateName");
    let state = state::of(world, &call.region);
    let templates = &state.launch_templates;
    if let Some(absent) = names.iter().find(|name| templates.in_place(name).next().is_none()) {
        return Err(unknown_name(absent));
    }
    let candidates = LISTING.candidates(call, templates, |filter, value| {
        (filter == "launch-template-name").then(|| templates.in_place(value).map(|(id, _)| id).collect())
    });
    let shown = candidates
        .iter()
        .filter_map(|id| templates.get_key_value(id))
        .filter(|(_, template)| names.is_empty() || names.contains(&template.name.as_str()))
        .map(|(id, _)| Xml::new("item").children(members(state, id)))
        .collect();
    LISTING.answer(world, call, shown)
}

pub(super) fn describe_versions(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let params = call.params();
    let wanted = params.list("LaunchTemplateVersion");
    let state = state::of(world, &call.region);
    let item = |template, id: &str, number| Xml::new("item").children(version_members(template, id, number));
    let mut shown = Vec::new();
    if params.get("LaunchTemplateId").is_some() || params.get("LaunchTemplateName").is_some() {
        let id = named(state, params)?;
        let template = Kind::LAUNCH_TEMPLATE.find(&state.launch_templates, &id)?;
        let least: u64 = params.number("MinVersion").unwrap_or(1);
        let most: u64 = params.number("MaxVersion").unwrap_or(u64::MAX);
        let numbers = if wanted.is_empty() {
            template.versions.keys().rev().copied().filter(|number| (least..=most).contains(number)).collect()
        } else {
            wanted.iter().map(|text| resolve(template, &id, text)).collect::<Result<Vec<u64>, _>>()?
        };
        shown.extend(numbers.into_iter().map(|number| item(template, &id, number)));
    } else if wanted.is_empty() || wanted.iter().any(|text| text.parse::<u64>().is_ok()) {
        let message = "Either launch template ID or launch template name must be specified";
        return Err(AwsError::new("MissingParameter", message));
    } else {
        for (id, template) in state.launch_templates.iter() {
            for text in &wanted {
                shown.push(item(template, id, resolve(template, id, text)?));
            }
        }
    }
    let shown = VERSIONS.select(world, call, shown)?;
    paged(call, VERSIONS.set, shown, VERSIONS.page)
}

/// The template that a request names by id or by name.
fn named(state: &State, params: &Params) -> Result<String, AwsError> {
    match (params.get("LaunchTemplateId"), params.get("LaunchTemplateName")) {
        (Some(_), Some(_)) => {
            let message = "Only one of launch template ID or launch template name may be specified";
            Err(AwsError::new("InvalidParameterCombination", message))
        }
        (Some(id), None) => {
            Kind::LAUNCH_TEMPLATE.find(&state.launch_templates, id)?;
            Ok(id.to_owned())
        }
        (None, Some(name)) => {
            let found = state.launch_templates.in_place(name).next();
            found.map(|(id, _)| id.clone()).ok_or_else(|| unknown_name(name))
        }
        (None, None) => {
            let message = "Either launch template ID or launch template name must be specified";
            Err(AwsError::new("MissingParameter", message))
        }
    }
}

fn unknown_name(name: &str) -> AwsError {
    let message = format!("The specified launch template, with template name {name}, does not exist.");
    AwsError::new("InvalidLaunchTemplateName.NotFoundException", message)
}

fn resolve(template: &LaunchTemplate, id: &str, text: &str) -> Result<u64, AwsError> {
    let number = match text {
        "$Latest" => template.versions.keys().next_back().copied(),
        "$Default" => Some(template.default),
        _ => text.parse().ok(),
    };
    number.filter(|number| template.versions.contains_key(number)).ok_or_else(|| {
        let message = format!("Could not find launch template version {text} for template ID {id}.");
        AwsError::new("InvalidLaunchTemplateId.VersionNotFound", message)
    })
}

/// The data that a launch with `LaunchTemplate.…` stands for, with id and version number.
pub(super) fn for_launch(state: &State, params: &Params) -> Result<Option<(String, u64, Params)>, AwsError> {
    let specification = params.under("LaunchTemplate");
    if specification.is_empty() {
        return Ok(None);
    }
    let id = named(state, &specification)?;
    let template = Kind::LAUNCH_TEMPLATE.find(&state.launch_templates, &id)?;
    let number = resolve(template, &id, specification.get("Version").unwrap_or("$Default"))?;
    Ok(Some((id, number, template.versions[&number].data.clone())))
}

fn members(state: &State, id: &str) -> Vec<Xml> {
    let Some(template) = state.launch_templates.get(id) else { return Vec::new() };
    vec![
        Xml::text("launchTemplateId", id),
        Xml::text("launchTemplateName", &template.name),
        Xml::text("createTime", template.created.iso()),
        Xml::text("createdBy", &template.creator),
        Xml::text("defaultVersionNumber", template.default),
        Xml::text("latestVersionNumber", template.latest),
        tags::set(state, id),
    ]
}

fn version_members(template: &LaunchTemplate, id: &str, number: u64) -> Vec<Xml> {
    let Some(version) = template.versions.get(&number) else { return Vec::new() };
    let mut members = vec![
        Xml::text("launchTemplateId", id),
        Xml::text("launchTemplateName", &template.name),
        Xml::text("versionNumber", number),
        Xml::text("createTime", version.created.iso()),
        Xml::text("createdBy", &version.creator),
        Xml::text("defaultVersion", template.default == number),
        Xml::new("launchTemplateData").children(data::shown(&version.data)),
    ];
    members.extend(version.description.iter().map(|text| Xml::text("versionDescription", text)));
    members
}
