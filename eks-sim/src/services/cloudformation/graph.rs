//! Who refers to whom: dependencies, names that do not exist, circles.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::invalid;
use super::template::{Template, format_error};
use crate::wire::AwsError;

/// A mention of a parameter or resource.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Reference {
    pub(crate) name: String,
    /// The attribute, for `Fn::GetAtt` and `${Name.Attribute}`.
    pub(crate) attribute: Option<String>,
}

/// Every mention in `value`. With `conditions`, `Fn::If` counts only the branch that holds.
pub(crate) fn references(value: &Value, conditions: Option<&BTreeMap<String, bool>>) -> BTreeSet<Reference> {
    let mut found = BTreeSet::new();
    collect(value, conditions, &mut found);
    found
}

fn collect(value: &Value, conditions: Option<&BTreeMap<String, bool>>, found: &mut BTreeSet<Reference>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(item, conditions, found)),
        Value::Object(members) => {
            let mut entries = members.iter();
            match (entries.next(), entries.next()) {
                (Some((function, argument)), None) => call(function, argument, conditions, found),
                _ => members.values().for_each(|member| collect(member, conditions, found)),
            }
        }
        _ => {}
    }
}

fn call(
    function: &str,
    argument: &Value,
    conditions: Option<&BTreeMap<String, bool>>,
    found: &mut BTreeSet<Reference>,
) {
    match (function, argument) {
        ("Ref", Value::String(name)) => {
            found.insert(Reference { name: name.clone(), attribute: None });
        }
        ("Fn::GetAtt", _) => {
            if let Some((name, attribute)) = get_att(argument) {
                found.insert(Reference { name, attribute: Some(attribute) });
            }
        }
        ("Fn::Sub", Value::String(text)) => found.extend(variables(text)),
        ("Fn::Sub", Value::Array(parts)) => {
            let own = parts.get(1).and_then(Value::as_object);
            if let Some(text) = parts.first().and_then(Value::as_str) {
                found.extend(
                    variables(text)
                        .into_iter()
                        .filter(|variable| !own.is_some_and(|own| own.contains_key(&variable.full()))),
                );
            }
            own.into_iter().flat_map(|own| own.values()).for_each(|part| collect(part, conditions, found));
        }
        ("Fn::If", Value::Array(parts)) => {
            let holds = conditions.and_then(|known| known.get(parts.first()?.as_str()?));
            let taken = match holds {
                Some(true) => parts.get(1..2),
                Some(false) => parts.get(2..3),
                None => parts.get(1..),
            };
            taken.unwrap_or_default().iter().for_each(|part| collect(part, conditions, found));
        }
        _ => collect(argument, conditions, found),
    }
}

impl Reference {
    /// As it stands between the braces of `Fn::Sub`.
    pub(crate) fn full(&self) -> String {
        match &self.attribute {
            Some(attribute) => format!("{}.{attribute}", self.name),
            None => self.name.clone(),
        }
    }
}

/// Resource and attribute of a `Fn::GetAtt`, in either of its forms.
pub(crate) fn get_att(argument: &Value) -> Option<(String, String)> {
    match argument {
        Value::Array(parts) => {
            Some((parts.first()?.as_str()?.to_owned(), parts.get(1)?.as_str()?.to_owned()))
        }
        Value::String(path) => path.split_once('.').map(|(name, rest)| (name.to_owned(), rest.to_owned())),
        _ => None,
    }
}

/// The `${…}` of a `Fn::Sub` text; `${!…}` stands for itself.
fn variables(text: &str) -> Vec<Reference> {
    text.split("${")
        .skip(1)
        .filter_map(|rest| rest.split_once('}'))
        .map(|(name, _)| name.trim())
        .filter(|name| !name.starts_with('!'))
        .map(|name| match name.split_once('.') {
            Some((name, attribute)) => {
                Reference { name: name.to_owned(), attribute: Some(attribute.to_owned()) }
            }
            None => Reference { name: name.to_owned(), attribute: None },
        })
        .collect()
}

/// Refuses references to what the template does not define.
pub(crate) fn check_names(template: &Template) -> Result<(), AwsError> {
    for condition in template.conditions.values() {
        let bad = references(condition, None)
            .into_iter()
            .filter(|found| !known_parameter(template, &found.name))
            .map(|found| found.name)
            .collect::<Vec<_>>();
        if !bad.is_empty() {
            return Err(format_error(&format!(
                "Unresolved dependencies [{}]. Cannot reference resources in the Conditions block of the template",
                bad.join(", ")
            )));
        }
        check_condition(template, condition)?;
    }
    let mut unresolved = BTreeSet::new();
    for definition in template.resources.values() {
        unresolved.extend(check_references(template, &definition.properties)?);
        unresolved
            .extend(definition.depends_on.iter().filter(|on| !template.resources.contains_key(*on)).cloned());
        check_condition(template, &definition.properties)?;
        if let Some(condition) = &definition.condition {
            check_defined(template, condition)?;
        }
    }
    refuse_unresolved(&unresolved, "Resources")?;
    let mut unresolved = BTreeSet::new();
    for output in template.outputs.values() {
        unresolved.extend(check_references(template, &output.value)?);
        check_condition(template, &output.value)?;
        if let Some(condition) = &output.condition {
            check_defined(template, condition)?;
        }
    }
    refuse_unresolved(&unresolved, "Outputs")?;
    check_circles(template)
}

fn refuse_unresolved(unresolved: &BTreeSet<String>, block: &str) -> Result<(), AwsError> {
    if unresolved.is_empty() {
        return Ok(());
    }
    let names = unresolved.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
    Err(format_error(&format!(
        "Unresolved resource dependencies [{names}] in the {block} block of the template"
    )))
}

/// The names in `value` that are neither parameter nor resource.
fn check_references(template: &Template, value: &Value) -> Result<Vec<String>, AwsError> {
    let mut unresolved = Vec::new();
    for reference in references(value, None) {
        match (&reference.attribute, template.resources.get(&reference.name)) {
            (Some(attribute), Some(definition)) => {
                if !definition.kind.has_attribute(attribute) {
                    return Err(invalid(format!(
                        "Template error: resource {} does not support attribute type {attribute} in Fn::GetAtt",
                        reference.name
                    )));
                }
            }
            (Some(_), None) => {
                return Err(invalid(format!(
                    "Template error: instance of Fn::GetAtt references undefined resource {}",
                    reference.name
                )));
            }
            (None, Some(_)) => {}
            (None, None) if known_parameter(template, &reference.name) => {}
            (None, None) => unresolved.push(reference.name),
        }
    }
    Ok(unresolved)
}

fn known_parameter(template: &Template, name: &str) -> bool {
    name.starts_with("AWS::") || template.parameters.contains_key(name)
}

/// Refuses conditions in `Fn::If` and `Condition` that the template does not define.
fn check_condition(template: &Template, value: &Value) -> Result<(), AwsError> {
    match value {
        Value::Array(items) => items.iter().try_for_each(|item| check_condition(template, item)),
        Value::Object(members) => members.iter().try_for_each(|(name, member)| {
            let condition = match (name.as_str(), member) {
                ("Fn::If", Value::Array(parts)) => parts.first().and_then(Value::as_str),
                ("Condition", Value::String(condition)) if members.len() == 1 => Some(condition.as_str()),
                _ => None,
            };
            if let Some(condition) = condition {
                check_defined(template, condition)?;
            }
            check_condition(template, member)
        }),
        _ => Ok(()),
    }
}

fn check_defined(template: &Template, condition: &str) -> Result<(), AwsError> {
    if template.conditions.contains_key(condition) {
        return Ok(());
    }
    Err(format_error(&format!(
        "Unresolved condition dependency {condition} in the Resources block of the template"
    )))
}

/// The resources that `name` needs: `true` for those that it names in `DependsOn`, and where one of the two is patient.
pub(crate) fn dependencies(
    template: &Template,
    name: &str,
    conditions: Option<&BTreeMap<String, bool>>,
) -> BTreeMap<String, bool> {
    let Some(definition) = template.resources.get(name) else { return BTreeMap::new() };
    let mentioned = references(&definition.properties, conditions)
        .into_iter()
        .filter(|reference| template.resources.contains_key(&reference.name))
        .map(|reference| {
            let patient = definition.kind.patient || template.resources[&reference.name].kind.patient;
            (reference.name, patient)
        });
    let named = definition.depends_on.iter().map(|on| (on.clone(), true));
    mentioned.chain(named).collect()
}

fn check_circles(template: &Template) -> Result<(), AwsError> {
    let mut open: BTreeMap<&str, BTreeSet<String>> = template
        .resources
        .keys()
        .map(|name| (name.as_str(), dependencies(template, name, None).into_keys().collect()))
        .collect();
    loop {
        let free: Vec<&str> = open.iter().filter(|(_, on)| on.is_empty()).map(|(name, _)| *name).collect();
        if free.is_empty() {
            break;
        }
        for name in free {
            open.remove(name);
            open.values_mut().for_each(|on| {
                on.remove(name);
            });
        }
    }
    // What only hangs on a circle is not part of it.
    loop {
        let needed: BTreeSet<String> = open.values().flatten().cloned().collect();
        let before = open.len();
        open.retain(|name, _| needed.contains(*name));
        if open.len() == before {
            break;
        }
    }
    if open.is_empty() {
        return Ok(());
    }
    let names = open.into_keys().collect::<Vec<_>>().join(", ");
    Err(invalid(format!("Circular dependency between resources: [{names}]")))
}
