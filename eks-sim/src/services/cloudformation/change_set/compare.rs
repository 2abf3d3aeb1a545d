//! What a blueprint would change of a stack: one change for each resource that it touches.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::property::{self, Detail, Side};
use crate::services::cloudformation::intrinsic::Scope;
use crate::services::cloudformation::stack::{Blueprint, Resource};
use crate::services::cloudformation::template::{Definition, Retain};
use crate::services::cloudformation::{Key, graph, scope, stack, tags};
use crate::world::World;

/// What would become of one resource.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    pub(super) action: Action,
    pub(super) logical_id: String,
    /// Empty for one that is not there yet.
    pub(super) physical_id: String,
    pub(super) kind: &'static str,
    pub(super) replacement: Option<Replacement>,
    pub(super) policy: Option<&'static str>,
    pub(super) details: Vec<Detail>,
    /// Properties and metadata as JSON.
    pub(super) before: Option<Value>,
    pub(super) after: Option<Value>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    Add,
    Modify,
    Remove,
}

/// Whether a new resource takes the place of the old one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Replacement {
    True,
    False,
    /// Only the update will tell.
    Conditional,
}

impl Change {
    /// The attributes that change, each once.
    pub(super) fn scope(&self) -> BTreeSet<&'static str> {
        self.details.iter().map(|detail| detail.attribute).collect()
    }

    /// Its physical id may be another one afterwards.
    pub(super) fn moves(&self) -> bool {
        matches!(self.replacement, Some(Replacement::True | Replacement::Conditional))
    }
}

/// Everything that making `blueprint` of the stack would do to its resources, by logical id.
pub(super) fn changes(world: &mut World, key: &Key, blueprint: &Blueprint) -> Vec<Change> {
    let scope = scope::of(world, key, blueprint);
    let Some(stack) = stack(world, key) else { return Vec::new() };
    let mut found: BTreeMap<String, Change> = BTreeMap::new();
    for name in ordered(blueprint) {
        let definition = &blueprint.template.resources[&name];
        let new = Side { blueprint, definition };
        let Some(resource) = stack.resources.get(&name).filter(|resource| !resource.status.gone()) else {
            found.insert(name.clone(), added(&name, &new, &scope));
            continue;
        };
        let before = stack.blueprint.template.resources.get(&name).unwrap_or(definition);
        let old = Side { blueprint: &stack.blueprint, definition: before };
        let mut details = property::details(&old, &new, resource, &scope, &found);
        let properties = property::resolved(&new, &scope);
        let wanted =
            tags::under(stack, &blueprint.tags, definition.kind.tagging, &name, &Value::Object(properties));
        if wanted != resource.applied.tags && !details.iter().any(|detail| detail.attribute == "Tags") {
            details.push(Detail::of_attribute("Tags"));
        }
        if !details.is_empty() {
            found.insert(name, modified(resource, details, &old, &new, &scope));
        }
    }
    let active: BTreeSet<&String> = blueprint.active().collect();
    for (name, resource) in &stack.resources {
        if !active.contains(name) && !resource.status.gone() {
            let definition = stack.blueprint.template.resources.get(name);
            let old = definition.map(|definition| Side { blueprint: &stack.blueprint, definition });
            found.insert(name.clone(), removed(resource, old.as_ref()));
        }
    }
    found.into_values().collect()
}

/// The resources, each behind those that it refers to: what becomes of them may be why it changes.
fn ordered(blueprint: &Blueprint) -> Vec<String> {
    let mut open: BTreeMap<String, BTreeSet<String>> = blueprint
        .active()
        .map(|name| {
            let needs = graph::dependencies(&blueprint.template, name, Some(&blueprint.conditions));
            (name.clone(), needs.into_keys().collect())
        })
        .collect();
    let mut ordered = Vec::new();
    while !open.is_empty() {
        let free = |needs: &BTreeSet<String>| needs.iter().all(|need| !open.contains_key(need));
        let next: Vec<String> =
            open.iter().filter(|(_, needs)| free(needs)).map(|(name, _)| name.clone()).collect();
        // There are no circles: a template with one is refused.
        if next.is_empty() {
            break;
        }
        open.retain(|name, _| !next.contains(name));
        ordered.extend(next);
    }
    ordered
}

fn added(name: &str, new: &Side, scope: &Scope) -> Change {
    Change {
        action: Action::Add,
        logical_id: name.to_owned(),
        physical_id: String::new(),
        kind: new.definition.kind.name,
        replacement: None,
        policy: None,
        details: Vec::new(),
        before: None,
        after: Some(context(property::shown(new, scope), new.definition)),
    }
}

fn modified(resource: &Resource, details: Vec<Detail>, old: &Side, new: &Side, scope: &Scope) -> Change {
    let replacement = replacement(&details);
    let policy = if resource.retain_replaced { "ReplaceAndRetain" } else { "ReplaceAndDelete" };
    Change {
        action: Action::Modify,
        logical_id: resource.logical_id.clone(),
        physical_id: resource.physical_id.clone(),
        kind: resource.kind.name,
        replacement: Some(replacement),
        policy: (replacement != Replacement::False).then_some(policy),
        details,
        before: Some(context(property::masked(old, resource), old.definition)),
        after: Some(context(property::shown(new, scope), new.definition)),
    }
}

fn removed(resource: &Resource, old: Option<&Side>) -> Change {
    Change {
        action: Action::Remove,
        logical_id: resource.logical_id.clone(),
        physical_id: resource.physical_id.clone(),
        kind: resource.kind.name,
        replacement: None,
        policy: Some(if resource.retain == Retain::Never { "Delete" } else { "Retain" }),
        details: Vec::new(),
        before: old.map(|old| context(property::masked(old, resource), old.definition)),
        after: None,
    }
}

/// What changes most decides; what only the update tells decides nothing yet (V, model).
fn replacement(details: &[Detail]) -> Replacement {
    let mut renewing = details.iter().filter(|detail| detail.recreates).peekable();
    match (renewing.peek().is_some(), renewing.any(|detail| !detail.dynamic)) {
        (false, _) => Replacement::False,
        (true, true) => Replacement::True,
        (true, false) => Replacement::Conditional,
    }
}

fn context(properties: Map<String, Value>, definition: &Definition) -> Value {
    let mut context = Map::new();
    if !properties.is_empty() {
        context.insert("Properties".to_owned(), Value::Object(properties));
    }
    context.extend(definition.metadata.clone().map(|metadata| ("Metadata".to_owned(), metadata)));
    Value::Object(context)
}
