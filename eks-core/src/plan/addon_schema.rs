//! Configuration values of add-ons against the schemas that EKS has of them, before the first write.

use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use jsonschema::{JsonType, ValidationError};
use serde_json::Value;

use crate::observe::{AddonSchema, AddonState, Look, Observed};
use crate::spec::{Addon, Cluster, nearest, resolve};
use crate::{Error, Result, Violation};

/// Whether values are still to be held against their schemas: of a create that goes on, its beginning has done so.
fn concerns(applies: bool, observed: &Observed) -> bool {
    applies || observed.foundation.present().is_none()
}

/// What must be asked before something is written: once for each add-on whose configuration is to be another.
pub(super) fn unseen(spec: &Cluster, applies: bool, observed: &Observed) -> Vec<Look> {
    if !concerns(applies, observed) {
        return Vec::new();
    }
    let kubernetes = match observed.cluster.present() {
        Some(cluster) => Some(cluster.version.clone()),
        None => resolve(&spec.version, observed.versions.as_deref().unwrap_or_default()).ok(),
    };
    let Some(kubernetes) = kubernetes else { return Vec::new() };
    let unknown =
        changed(spec, observed).filter(|(_, addon)| !observed.addon_schemas.contains_key(&addon.name));
    let look = |(_, addon): (usize, &Addon)| Look::AddonSchema {
        addon: addon.name.clone(),
        version: addon.version.clone().or_else(|| there(addon, observed).map(|seen| seen.version.clone())),
        kubernetes: kubernetes.clone(),
    };
    unknown.map(look).collect()
}

/// Refuses values that break their schema; also versions that EKS does not have.
pub(super) fn check(spec: &Cluster, applies: bool, observed: &Observed) -> Result<()> {
    if !concerns(applies, observed) {
        return Ok(());
    }
    let mut violations = Vec::new();
    for (index, addon) in changed(spec, observed) {
        let field = format!("addons[{index}]");
        match observed.addon_schemas.get(&addon.name) {
            Some(AddonSchema::Schema { version, text }) => {
                violations.extend(broken(&format!("{field}.configuration"), addon, version, text));
            }
            Some(AddonSchema::NotOffered) => violations.push(not_offered(&field, addon)),
            Some(AddonSchema::Unknown) | None => {}
        }
    }
    if violations.is_empty() { Ok(()) } else { Err(Error::invalid(violations)) }
}

/// Add-ons with configuration that is not there as it is, each with its place in the spec.
fn changed<'a>(spec: &'a Cluster, observed: &'a Observed) -> impl Iterator<Item = (usize, &'a Addon)> {
    spec.addons.iter().flatten().enumerate().filter(|(_, addon)| {
        let Some(wanted) = values(addon) else { return false };
        there(addon, observed).is_none_or(|seen| {
            let same_version = addon.version.as_ref().is_none_or(|version| *version == seen.version);
            let same_values =
                seen.configuration.0.as_deref().and_then(crate::spec::tree).as_ref() == Some(&wanted);
            !(same_version && same_values)
        })
    })
}

fn there<'a>(addon: &Addon, observed: &'a Observed) -> Option<&'a AddonState> {
    observed.addons.as_ref()?.get(&addon.name)
}

/// Values that are no JSON and no YAML are EKS's to refuse.
fn values(addon: &Addon) -> Option<Value> {
    crate::spec::tree(&addon.configuration_text()?)
}

fn not_offered(field: &str, addon: &Addon) -> Violation {
    match &addon.version {
        Some(version) => {
            let rule = format!("be a version of {} that EKS has", addon.name);
            Violation::new(format!("{field}.version"), version, rule)
        }
        None => {
            let rule = "be an add-on that EKS has for this version of Kubernetes";
            Violation::new(format!("{field}.name"), &addon.name, rule)
        }
    }
}

/// Every rule that the values break. A schema that cannot be read, or refers to another, refuses nothing; nor do formats,
/// of which EKS's schemas have some that are nobody's (`boolean` of a string).
fn broken(field: &str, addon: &Addon, version: &str, text: &str) -> Vec<Violation> {
    let (Some(values), Ok(schema)) = (values(addon), serde_json::from_str::<Value>(text)) else {
        return Vec::new();
    };
    let Ok(validator) = jsonschema::options().should_validate_formats(false).build(&schema) else {
        return Vec::new();
    };
    let what = format!("{} {version}", addon.name);
    validator.iter_errors(&values).flat_map(|error| violations(field, &what, &schema, &error)).collect()
}

/// Values are nobody's to read: they can hold passwords.
const HIDDEN: &str = "a value";

fn violations(field: &str, what: &str, schema: &Value, error: &ValidationError<'_>) -> Vec<Violation> {
    let path = path(field, error.instance_path().as_str());
    let rule = match error.kind() {
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            let known = known(schema, error.schema_path().as_str());
            return unexpected.iter().map(|key| unknown_key(&path, what, key, &known)).collect();
        }
        Kind::Required { property } => {
            let key = property.as_str().unwrap_or_default();
            return vec![Violation::new(format!("{path}.{key}"), "", format!("be given: {what} needs it"))];
        }
        Kind::Type { kind: TypeKind::Single(kind) } => format!("be {}", named(*kind)),
        Kind::Type { kind: TypeKind::Multiple(kinds) } => {
            let kinds: Vec<&str> = kinds.into_iter().map(named).collect();
            format!("be {}", kinds.join(" or "))
        }
        Kind::Enum { options } => format!("be one of {}", listed(options)),
        Kind::Constant { expected_value } => format!("be {expected_value}"),
        Kind::Pattern { pattern } => format!("match `{pattern}`"),
        Kind::Maximum { limit } => format!("be at most {limit}"),
        Kind::Minimum { limit } => format!("be at least {limit}"),
        Kind::MaxLength { limit } => format!("have at most {limit} characters"),
        Kind::MinLength { limit } => format!("have at least {limit} characters"),
        _ => format!("follow the schema: {}", error.masked_with(HIDDEN)),
    };
    vec![Violation::new(path, HIDDEN, format!("{rule}, for {what}"))]
}

fn unknown_key(path: &str, what: &str, key: &str, known: &[String]) -> Violation {
    let mut rule = match known {
        [] => format!("be left out: {what} takes nothing here"),
        known => format!("be a known key of {what} ({})", known.join(", ")),
    };
    if let Some(meant) = nearest(key, known) {
        rule.push_str(&format!("; did you mean `{meant}`?"));
    }
    Violation::new(format!("{path}.{key}"), key, rule)
}

/// The keys that are allowed where the keyword at this place of the schema has refused one.
fn known(schema: &Value, keyword: &str) -> Vec<String> {
    let place = keyword.rsplit_once('/').map_or("", |(place, _)| place);
    let properties = schema.pointer(place).and_then(|place| place.get("properties"));
    properties.and_then(Value::as_object).into_iter().flat_map(|keys| keys.keys().cloned()).collect()
}

/// `/env/0/NAME` as this library writes paths.
fn path(field: &str, pointer: &str) -> String {
    let steps = pointer.split('/').skip(1).map(|step| step.replace("~1", "/").replace("~0", "~"));
    steps.fold(field.to_owned(), |path, step| match step.parse::<usize>() {
        Ok(index) => format!("{path}[{index}]"),
        Err(_) => format!("{path}.{step}"),
    })
}

fn listed(options: &Value) -> String {
    let options = options.as_array().into_iter().flatten();
    let shown = options.map(|option| match option {
        Value::String(text) => format!("`{text}`"),
        other => format!("`{other}`"),
    });
    shown.collect::<Vec<_>>().join(", ")
}

/// In words that a reader of YAML knows.
fn named(kind: JsonType) -> &'static str {
    match kind {
        JsonType::Null => "null",
        JsonType::Boolean => "`true` or `false`",
        JsonType::Integer => "a whole number",
        JsonType::Number => "a number",
        JsonType::String => "a string",
        JsonType::Array => "a list",
        JsonType::Object => "a mapping",
    }
}
