//! Which properties of a resource change, and why.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::compare::{Action, Change};
use crate::services::cloudformation::describe::HIDDEN;
use crate::services::cloudformation::graph::{Reference, references};
use crate::services::cloudformation::intrinsic::{Scope, resolve};
use crate::services::cloudformation::stack::{Blueprint, Resource};
use crate::services::cloudformation::template::Definition;

/// What stands for a value that only the update will tell.
const UNKNOWN: &str = "{{changeSet:KNOWN_AFTER_APPLY}}";

/// A resource as one of two blueprints defines it.
pub(super) struct Side<'a> {
    pub(super) blueprint: &'a Blueprint,
    pub(super) definition: &'a Definition,
}

/// A change of one property or attribute, with one of its causes.
#[derive(Clone, Debug)]
pub(super) struct Detail {
    /// Such as `Properties` or `Tags`.
    pub(super) attribute: &'static str,
    /// The property.
    pub(super) name: Option<String>,
    /// A change makes a new resource.
    pub(super) recreates: bool,
    /// Only the update will tell the value, or whether it changes at all.
    pub(super) dynamic: bool,
    pub(super) source: &'static str,
    /// A parameter, a resource, or a resource and its attribute.
    pub(super) cause: Option<String>,
    /// As text.
    pub(super) before: Option<String>,
    pub(super) after: Option<String>,
}

impl Detail {
    pub(super) fn of_attribute(attribute: &'static str) -> Self {
        Self {
            attribute,
            name: None,
            recreates: false,
            dynamic: false,
            source: "DirectModification",
            cause: None,
            before: None,
            after: None,
        }
    }
}

impl Side<'_> {
    fn property(&self, name: &str) -> Option<&Value> {
        self.definition.properties.get(name)
    }

    /// The parameters and resources that a property names.
    fn references(&self, name: &str) -> BTreeSet<Reference> {
        let value = self.property(name);
        value.map(|value| references(value, Some(&self.blueprint.conditions))).unwrap_or_default()
    }

    /// The property has something that nobody may see.
    fn hides(&self, name: &str) -> bool {
        self.references(name).iter().any(|reference| self.blueprint.template.hides(&reference.name))
    }
}

/// Why and how `resource` changes; `others` are the changes of what it refers to.
pub(super) fn details(
    old: &Side,
    new: &Side,
    resource: &Resource,
    scope: &Scope,
    others: &BTreeMap<String, Change>,
) -> Vec<Detail> {
    let applied = &resource.applied.properties;
    let keys = |value: &Value| value.as_object().into_iter().flat_map(Map::keys).cloned().collect::<Vec<_>>();
    let names: BTreeSet<String> = keys(applied).into_iter().chain(keys(&new.definition.properties)).collect();
    let mut details = Vec::new();
    for name in &names {
        let wanted = new.property(name).map(|value| resolve(value, scope));
        let known = wanted.clone().and_then(Result::ok).filter(|value| !value.is_null());
        let unknown = matches!(wanted, Some(Err(_)));
        let is_tags = name == "Tags";
        let value = Detail {
            attribute: if is_tags { "Tags" } else { "Properties" },
            name: (!is_tags).then(|| name.clone()),
            recreates: resource.kind.properties.iter().any(|known| known.name == name && known.replaces),
            before: applied.get(name).map(|value| text(old, name, value)),
            after: if unknown {
                Some(UNKNOWN.to_owned())
            } else {
                known.as_ref().map(|value| text(new, name, value))
            },
            ..Detail::of_attribute("Properties")
        };
        let differs = unknown || known.as_ref() != applied.get(name);
        details.extend(causes(old, new, name, differs, others).into_iter().map(|cause| Detail {
            source: cause.source,
            dynamic: cause.dynamic,
            // What a resource will be called is not known before it is there.
            after: if cause.entity.is_some() && !differs {
                Some(UNKNOWN.to_owned())
            } else {
                value.after.clone()
            },
            cause: cause.entity,
            ..value.clone()
        }));
    }
    let attributes = [
        ("Metadata", old.definition.metadata != new.definition.metadata),
        ("DeletionPolicy", resource.retain != new.definition.retain),
        ("UpdateReplacePolicy", resource.retain_replaced != new.definition.retain_replaced),
    ];
    let changed = attributes.iter().filter(|(_, differs)| *differs);
    details.extend(changed.map(|(attribute, _)| Detail::of_attribute(attribute)));
    details
}

/// Why a property changes.
struct Cause {
    source: &'static str,
    entity: Option<String>,
    dynamic: bool,
}

fn causes(
    old: &Side,
    new: &Side,
    name: &str,
    differs: bool,
    others: &BTreeMap<String, Change>,
) -> Vec<Cause> {
    let mut causes = Vec::new();
    let direct = |dynamic: bool| Cause { source: "DirectModification", entity: None, dynamic };
    let changed = |parameter: &String| {
        let value = new.blueprint.parameters.get(parameter);
        value.is_some() && value != old.blueprint.parameters.get(parameter)
    };
    for reference in new.references(name) {
        let other = others.get(&reference.name).filter(|other| other.action == Action::Modify);
        match (other, &reference.attribute) {
            (None, _) if differs && changed(&reference.name) => {
                // The template may say something else besides: AWS names both, the certain one second.
                causes.push(direct(true));
                causes.push(Cause {
                    source: "ParameterReference",
                    entity: Some(reference.name),
                    dynamic: false,
                });
            }
            (Some(other), None) if other.moves() => {
                causes.push(Cause {
                    source: "ResourceReference",
                    entity: Some(reference.name),
                    dynamic: true,
                });
            }
            // Every attribute of what changes may change with it.
            (Some(_), Some(_)) => {
                causes.push(Cause {
                    source: "ResourceAttribute",
                    entity: Some(reference.full()),
                    dynamic: true,
                });
            }
            _ => {}
        }
    }
    let said = old.property(name) != new.property(name);
    if differs
        && (causes.is_empty() || said && !causes.iter().any(|cause| cause.source == "DirectModification"))
    {
        causes.insert(0, direct(false));
    }
    causes
}

/// The properties of a side as far as they are known, for whoever must know the truth.
pub(super) fn resolved(side: &Side, scope: &Scope) -> Map<String, Value> {
    let properties = side.definition.properties.as_object().into_iter().flatten();
    properties
        .filter_map(|(name, value)| Some((name.clone(), resolve(value, scope).ok()?)))
        .filter(|(_, value)| !value.is_null())
        .collect()
}

/// The properties of a side, for everybody.
pub(super) fn shown(side: &Side, scope: &Scope) -> Map<String, Value> {
    let properties = side.definition.properties.as_object().into_iter().flatten();
    properties
        .map(|(name, value)| {
            let value = resolve(value, scope).unwrap_or_else(|_| Value::from(UNKNOWN));
            (name.clone(), mask(side, name, value))
        })
        .filter(|(_, value)| !value.is_null())
        .collect()
}

/// The properties that a resource has, for everybody.
pub(super) fn masked(side: &Side, resource: &Resource) -> Map<String, Value> {
    let properties = resource.applied.properties.as_object().into_iter().flatten();
    properties.map(|(name, value)| (name.clone(), mask(side, name, value.clone()))).collect()
}

fn mask(side: &Side, name: &str, value: Value) -> Value {
    if side.hides(name) { Value::from(HIDDEN) } else { value }
}

fn text(side: &Side, name: &str, value: &Value) -> String {
    match mask(side, name, value.clone()) {
        Value::String(text) => text,
        other => other.to_string(),
    }
}
