//! What a template says: sections, parsed and checked (facts/aws.md §3.1 for the limits).

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::parameter::Declaration;
use super::resource::{self, Kind};
use super::{graph, invalid, yaml};
use crate::wire::AwsError;

const SECTIONS: [&str; 12] = [
    "AWSTemplateFormatVersion",
    "Conditions",
    "Description",
    "Globals",
    "Hooks",
    "Mappings",
    "Metadata",
    "Outputs",
    "Parameters",
    "Resources",
    "Rules",
    "Transform",
];

/// The transform that gives `Fn::FindInMap` its default value; the only one here.
const LANGUAGE_EXTENSIONS: &str = "AWS::LanguageExtensions";

const RESOURCE_MEMBERS: [&str; 9] = [
    "Condition",
    "CreationPolicy",
    "DeletionPolicy",
    "DependsOn",
    "Metadata",
    "Properties",
    "Type",
    "UpdatePolicy",
    "UpdateReplacePolicy",
];

/// A template whose form is right; the default one is that of a stack that has none yet.
#[derive(Clone, Debug, Default)]
pub(crate) struct Template {
    pub(crate) body: String,
    pub(crate) version: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) metadata: Option<Value>,
    pub(crate) transforms: Vec<String>,
    pub(crate) parameters: BTreeMap<String, Declaration>,
    pub(crate) mappings: Value,
    pub(crate) conditions: BTreeMap<String, Value>,
    pub(crate) resources: BTreeMap<String, Definition>,
    pub(crate) outputs: BTreeMap<String, OutputDefinition>,
}

/// A resource as the template defines it.
#[derive(Clone, Debug)]
pub(crate) struct Definition {
    pub(crate) kind: &'static Kind,
    pub(crate) properties: Value,
    pub(crate) condition: Option<String>,
    pub(crate) depends_on: Vec<String>,
    pub(crate) retain: Retain,
    /// UpdateReplacePolicy: whether the old resource stays when it is replaced.
    pub(crate) retain_replaced: bool,
    pub(crate) metadata: Option<Value>,
}

/// What becomes of a resource when its stack is deleted: its DeletionPolicy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Retain {
    #[default]
    Never,
    Always,
    ExceptOnCreate,
}

/// An output as the template defines it.
#[derive(Clone, Debug)]
pub(crate) struct OutputDefinition {
    pub(crate) value: Value,
    pub(crate) description: Option<String>,
    pub(crate) export: Option<Value>,
    pub(crate) condition: Option<String>,
}

impl Template {
    /// Reads JSON or YAML.
    pub(crate) fn parse(body: &str) -> Result<Self, AwsError> {
        let Value::Object(sections) = read(body)? else {
            return Err(format_error("unsupported structure."));
        };
        let unknown: Vec<&str> =
            sections.keys().map(String::as_str).filter(|name| !SECTIONS.contains(name)).collect();
        if !unknown.is_empty() {
            return Err(invalid(format!("Invalid template property or properties [{}]", unknown.join(", "))));
        }
        let resources = members(&sections, "Resources")?;
        if resources.is_empty() {
            return Err(format_error("At least one Resources member must be defined."));
        }
        let template = Self {
            body: body.to_owned(),
            version: text(sections.get("AWSTemplateFormatVersion")),
            description: text(sections.get("Description")),
            metadata: sections.get("Metadata").cloned(),
            transforms: transforms(sections.get("Transform"))?,
            parameters: members(&sections, "Parameters")?
                .iter()
                .map(|(name, value)| Ok((name.clone(), Declaration::parse(name, value)?)))
                .collect::<Result<_, AwsError>>()?,
            mappings: sections.get("Mappings").cloned().unwrap_or_default(),
            conditions: members(&sections, "Conditions")?.into_iter().collect(),
            resources: definitions(&resources)?,
            outputs: members(&sections, "Outputs")?
                .iter()
                .map(|(name, value)| Ok((name.clone(), output(name, value)?)))
                .collect::<Result<_, AwsError>>()?,
        };
        template.check_sizes()?;
        graph::check_names(&template)?;
        Ok(template)
    }

    fn check_sizes(&self) -> Result<(), AwsError> {
        for (what, count, most) in [
            ("resources", self.resources.len(), 500),
            ("parameters", self.parameters.len(), 200),
            ("outputs", self.outputs.len(), 200),
        ] {
            if count > most {
                return Err(format_error(&format!(
                    "Number of {what}, {count}, is greater than maximum allowed, {most}"
                )));
            }
        }
        Ok(())
    }

    /// Whether nobody may see the parameter called `name`.
    pub(crate) fn hides(&self, name: &str) -> bool {
        self.parameters.get(name).is_some_and(|declaration| declaration.no_echo)
    }

    /// Whether the template may use what `AWS::LanguageExtensions` adds to the language.
    pub(crate) fn extended(&self) -> bool {
        self.transforms.iter().any(|name| name == LANGUAGE_EXTENSIONS)
    }

    /// The capability that the template needs for its resources, and the types that need it.
    pub(crate) fn capability(&self) -> Option<(&'static str, Vec<&'static str>)> {
        let mut kinds = Vec::new();
        let mut named = false;
        for definition in self.resources.values() {
            if let Some(name) = definition.kind.capability {
                kinds.push(definition.kind.name);
                named |= definition.properties.get(name).is_some();
            }
        }
        kinds.sort_unstable();
        kinds.dedup();
        let capability = if named { "CAPABILITY_NAMED_IAM" } else { "CAPABILITY_IAM" };
        (!kinds.is_empty()).then_some((capability, kinds))
    }
}

/// `Template format error: …`
pub(crate) fn format_error(text: &str) -> AwsError {
    invalid(format!("Template format error: {text}"))
}

fn read(body: &str) -> Result<Value, AwsError> {
    if body.trim_start().starts_with('{') {
        return serde_json::from_str(body).map_err(|error| {
            let (line, column) = (error.line(), error.column());
            format_error(&format!("JSON not well-formed. (line {line}, column {column})"))
        });
    }
    yaml::read(body).map_err(|error| format_error(&format!("YAML not well-formed. ({error})")))
}

fn members(sections: &Map<String, Value>, name: &str) -> Result<Map<String, Value>, AwsError> {
    match sections.get(name) {
        None => Ok(Map::new()),
        Some(Value::Object(members)) => Ok(members.clone()),
        Some(_) => Err(format_error(&format!("{name} must be an object."))),
    }
}

/// The names of a template's transforms: one, or a list.
fn transforms(section: Option<&Value>) -> Result<Vec<String>, AwsError> {
    let names: Vec<String> = match section {
        None => Vec::new(),
        Some(Value::Array(all)) => all.iter().filter_map(|name| text(Some(name))).collect(),
        Some(one) => text(Some(one)).into_iter().collect(),
    };
    match names.iter().find(|name| *name != LANGUAGE_EXTENSIONS) {
        Some(unknown) => Err(invalid(format!("No transform named {unknown} found."))),
        None => Ok(names),
    }
}

fn definitions(resources: &Map<String, Value>) -> Result<BTreeMap<String, Definition>, AwsError> {
    let mut unknown = Vec::new();
    let mut definitions = BTreeMap::new();
    for (name, value) in resources {
        if !name.chars().all(|letter| letter.is_ascii_alphanumeric()) {
            return Err(format_error(&format!("Resource name {name} is non alphanumeric.")));
        }
        let Value::Object(members) = value else {
            return Err(format_error("Any Resources member must be an object."));
        };
        if let Some(member) = members.keys().find(|member| !RESOURCE_MEMBERS.contains(&member.as_str())) {
            return Err(invalid(format!("Invalid template resource property '{member}'")));
        }
        let Some(kind) = members.get("Type").and_then(Value::as_str) else {
            return Err(format_error(&format!(
                "[/Resources/{name}] Every Resources object must contain a Type member."
            )));
        };
        match resource::kind(kind) {
            Some(kind) => {
                definitions.insert(name.clone(), definition(name, kind, members)?);
            }
            None => unknown.push(kind.to_owned()),
        }
    }
    if unknown.is_empty() {
        return Ok(definitions);
    }
    unknown.sort();
    unknown.dedup();
    Err(format_error(&format!("Unrecognized resource types: [{}]", unknown.join(", "))))
}

fn definition(name: &str, kind: &'static Kind, members: &Map<String, Value>) -> Result<Definition, AwsError> {
    let depends_on = match members.get("DependsOn") {
        None => Vec::new(),
        Some(Value::String(other)) => vec![other.clone()],
        Some(Value::Array(others)) => others.iter().filter_map(|other| text(Some(other))).collect(),
        Some(_) => return Err(format_error("DependsOn must be a string or list of strings.")),
    };
    let policy = |member: &str| -> Result<Retain, AwsError> {
        match members.get(member).map(Value::as_str) {
            None | Some(Some("Delete")) => Ok(Retain::Never),
            Some(Some("Retain")) => Ok(Retain::Always),
            Some(Some("RetainExceptOnCreate")) => Ok(Retain::ExceptOnCreate),
            Some(other) => Err(format_error(&format!(
                "Unrecognized {member} {} for resource {name}",
                other.unwrap_or_default()
            ))),
        }
    };
    let properties = match members.get("Properties") {
        None => Value::Object(Map::new()),
        Some(properties @ Value::Object(_)) => properties.clone(),
        Some(_) => {
            return Err(format_error(&format!(
                "[/Resources/{name}/Properties] 'null' values are not allowed in templates"
            )));
        }
    };
    Ok(Definition {
        kind,
        properties,
        condition: text(members.get("Condition")),
        depends_on,
        retain: policy("DeletionPolicy")?,
        retain_replaced: policy("UpdateReplacePolicy")? != Retain::Never,
        metadata: members.get("Metadata").cloned(),
    })
}

fn output(name: &str, value: &Value) -> Result<OutputDefinition, AwsError> {
    let Some(of) = value.get("Value") else {
        return Err(format_error(&format!(
            "Output {name} is malformed. The Value field of every Outputs member must be specified."
        )));
    };
    Ok(OutputDefinition {
        value: of.clone(),
        description: text(value.get("Description")),
        export: value.get("Export").and_then(|export| export.get("Name")).cloned(),
        condition: text(value.get("Condition")),
    })
}

fn text(value: Option<&Value>) -> Option<String> {
    value.and_then(Value::as_str).map(str::to_owned)
}
