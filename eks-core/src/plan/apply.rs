//! From what a cluster is to what a changed spec wants: one file of `apply/` for each kind of thing that can change.
//!
//! An apply is a create that goes on: what is missing is made by the steps of `create/`, what differs is changed by
//! those of this folder. What the spec does not mention is left alone; of maps and lists that it does mention, what
//! the last spec had and this one has not goes, and what others put there stays.

mod access_entry;
mod addon;
mod adopt;
mod cluster;
mod fixed;
mod foundation;
mod identity;
mod log_retention;
mod node_group;
mod node_group_stack;
mod prune;
mod tags;

use std::collections::BTreeMap;

use super::contents::{Content, contents};
use super::create::{
    Aim, Create, addon_roles, association_role, group_name, named_groups, node_groups, wanted_groups,
};
use super::decide::Decision;
use super::difference::Difference;
use super::draft::Stand;
use super::goal::Goal;
use super::replacement::Naming;
use super::request::Request;
use super::step::StepKind;
use super::update;
use crate::Result;
use crate::observe::{Look, Observed, Seen, UpdateOf};
use crate::spec::Cluster;

pub(super) use adopt::mentioned;
pub(super) use cluster::changes_network;
pub(super) use fixed::{fixed_of_group, fixed_of_profile, refuse_fixed};
pub(super) use foundation::needs_more;

impl Create<'_> {
    /// What is changed once everything is there, and what goes.
    pub(super) fn change(&mut self) -> Result<()> {
        if self.last.is_none() {
            return Ok(());
        }
        self.update_cluster();
        self.update_addons();
        self.update_access_entries();
        self.update_pod_identity_associations();
        self.put_log_retention();
        self.retag();
        self.prune();
        self.record()
    }

    /// The change of one group's stack, and the spec that says so from now on.
    pub(super) fn change_group_stack(mut self, name: &str) -> Result<Decision> {
        if let Some(group) = node_groups(self.spec).find(|group| group_name(group) == name) {
            self.update_node_group_stack(group);
        }
        self.record()?;
        Ok(self.draft.finish())
    }

    /// How a change stands, and what else shows that: `differences` are left to be made by `request`, while the thing is
    /// at rest or is not.
    fn changed(
        &self,
        action: &StepKind,
        differences: &[Difference],
        at_rest: bool,
        of: Option<UpdateOf>,
        request: impl FnOnce() -> Request,
    ) -> (Stand, Option<Look>) {
        if differences.is_empty() {
            let ours = !at_rest && self.draft.recent.attempt(&action.id()).is_some();
            return (if ours { Stand::Running } else { Stand::Done }, None);
        }
        if !at_rest {
            return (Stand::Running, None);
        }
        update::stand(&self.draft, self.observed, action, request(), of, || {
            let left: Vec<String> = differences.iter().map(ToString::to_string).collect();
            format!("this is left: {}", left.join(", "))
        })
    }

    /// Whether a step belongs into the plan: something differs, or this operation has seen to it.
    fn concerns(&self, action: &StepKind, differences: &[Difference]) -> bool {
        !differences.is_empty() || self.draft.recent.attempt(&action.id()).is_some()
    }
}

/// The spec that was applied last, if the goal is an apply of one to what is there; with the names in AWS.
pub(crate) fn last_spec(goal: &Goal, observed: &Observed) -> Option<Cluster> {
    named(goal, observed).map(|(_, last, naming)| naming.before.in_aws(&last))
}

/// What an apply wants with what it leaves unset as it is; with the names in AWS.
pub(crate) fn whole_spec(goal: &Goal, observed: &Observed) -> Option<Cluster> {
    named(goal, observed).map(|(spec, last, naming)| naming.names.in_aws(&spec.after(&last)))
}

/// What an apply makes where there is nothing, and what it changes where there is something.
pub(crate) fn applied(goal: &Goal, observed: &Observed) -> Vec<Content> {
    let Some((given, last, naming)) = named(goal, observed) else { return contents(goal.spec(), observed) };
    let (asked, last) = (naming.names.in_aws(given), naming.before.in_aws(&last));
    let replaced = naming.replacements.iter().flat_map(|it| it.contents(&asked.after(&last)));
    adopt::contents(observed).into_iter().chain(replaced).chain(changes(&asked, &last, observed)).collect()
}

/// The spec of an apply, the last one, and their names.
fn named<'a>(goal: &'a Goal, observed: &Observed) -> Option<(&'a Cluster, Cluster, Naming)> {
    let Goal::Apply { name, spec, options } = goal else { return None };
    let aim = Aim::apply(name, spec, options);
    let last = aim.last(observed).ok().flatten()?;
    let naming = aim.naming(Some(&last), &spec.after(&last), observed);
    Some((spec, last, naming))
}

/// What an apply changes, each field as it is and as it will be.
fn changes(asked: &Cluster, last: &Cluster, observed: &Observed) -> Vec<Content> {
    let mut contents = Vec::new();
    let mut push = |what: String, differences: Vec<Difference>| {
        let changes = differences.iter().map(|it| Content { what: what.clone(), how: it.to_string() });
        contents.extend(changes);
    };
    if let Some(seen) = observed.cluster.present() {
        let (_, _, differences) = merge("tags", &asked.tags, Some(&last.tags), &seen.tags);
        push("everything".to_owned(), differences);
        let all = cluster::changes(asked, last, seen, observed).into_iter();
        push("control plane".to_owned(), all.flat_map(|change| change.differences).collect());
        push("control plane".to_owned(), log_retention::changes(asked, last, observed));
    }
    let last_groups = named_groups(last);
    let (will, before) = (wanted_groups(&asked.after(last)), wanted_groups(last));
    for (name, group) in named_groups(asked) {
        let seen = observed.node_groups.as_ref().and_then(|groups| groups.get(&name));
        if let Some(seen) = seen {
            let was = last_groups.get(&name).copied();
            push(format!("node group {name}"), node_group::change(group, was, seen).differences);
            let (_, _, tags) = merge("tags", &group.tags, was.map(|was| &was.tags), &seen.tags);
            push(format!("node group {name}"), tags);
            let stack = observed.node_group_stacks.get(&name).and_then(Seen::present);
            if let Some(will) = will.get(&name) {
                let of_stack = node_group_stack::shown(will, before.get(&name), seen, stack);
                push(format!("node group {name}"), of_stack);
            }
        }
    }
    for wanted in asked.addons.iter().flatten() {
        let seen = observed.addons.as_ref().and_then(|addons| addons.get(&wanted.name));
        if let Some(seen) = seen {
            let roles = addon_roles(wanted, observed.identity_stack.present());
            push(format!("add-on {}", wanted.name), addon::differences(wanted, roles.as_ref(), seen));
        }
    }
    for entry in &asked.access_entries {
        let seen = observed.access_entries.as_ref().and_then(|entries| entries.get(&entry.principal_arn));
        if let Some(seen) = seen {
            let change = access_entry::change(entry, access_entry::last(last, &entry.principal_arn), seen);
            push(format!("access of {}", entry.principal_arn), change.differences());
            if let Some((_, seen)) = &seen.tagged {
                let was = access_entry::last(last, &entry.principal_arn).map(|was| &was.tags);
                push(format!("access of {}", entry.principal_arn), merge("tags", &entry.tags, was, seen).2);
            }
        }
    }
    for wanted in &asked.pod_identity_associations {
        let key = wanted.key();
        let seen = observed.pod_identity_associations.as_ref().and_then(|all| all.get(&key));
        if let Some(seen) = seen {
            let role = association_role(wanted, observed.identity_stack.present());
            push(format!("pod identity of {key}"), identity::differences(wanted, role.as_deref(), seen));
        }
    }
    for (role, differences) in identity::changed_roles(asked, last) {
        push(role, differences);
    }
    contents
}

/// What is to be set and what is to go of a map of which others may have put some of the entries there.
fn merge(
    field: &str,
    asked: &BTreeMap<String, String>,
    last: Option<&BTreeMap<String, String>>,
    seen: &BTreeMap<String, String>,
) -> (BTreeMap<String, String>, Vec<String>, Vec<Difference>) {
    let set: BTreeMap<String, String> = asked
        .iter()
        .filter(|(key, value)| seen.get(*key) != Some(value))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    let goes = |key: &&String| !asked.contains_key(*key) && seen.contains_key(*key);
    let gone: Vec<String> = last.into_iter().flat_map(BTreeMap::keys).filter(goes).cloned().collect();
    let path = |key: &str| format!("{field}.{key}");
    let changed = set.iter().map(|(key, value)| Difference::of(path(key), seen.get(key), Some(value)));
    let removed = gone.iter().map(|key| Difference::of(path(key), seen.get(key), None));
    let differences = changed.chain(removed).collect();
    (set, gone, differences)
}
