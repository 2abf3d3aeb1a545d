//! What can change of an access entry that is there: groups, user name, and its policies with their scopes.

use std::collections::BTreeSet;

use crate::observe::{AccessEntryState, KubernetesIdentity};
use crate::plan::create::{Create, access_entries_look};
use crate::plan::difference::Difference;
use crate::plan::request::{Request, UpdateAccessEntry};
use crate::plan::step::StepKind;
use crate::spec::{AccessEntry, AccessPolicy, AccessScope, Cluster};

/// What is left to be changed of an entry.
#[derive(Default)]
pub(super) struct AccessChange {
    /// Policies that it lacks, which the step sees to that makes entries.
    added: Vec<Difference>,
    /// All else.
    changed: Vec<Difference>,
    groups: Option<BTreeSet<String>>,
    username: Option<String>,
    scopes: Vec<AccessPolicy>,
    gone: Vec<String>,
}

impl AccessChange {
    /// All that is another.
    pub(super) fn differences(self) -> Vec<Difference> {
        self.added.into_iter().chain(self.changed).collect()
    }
}

impl Create<'_> {
    pub(super) fn update_access_entries(&mut self) {
        let Some(spec) = self.last else { return };
        for entry in &self.asked.access_entries {
            let principal = &entry.principal_arn;
            let seen = self.observed.access_entries.as_ref().and_then(|entries| entries.get(principal));
            let Some(seen) = seen else { continue };
            let change = change(entry, last(spec, principal), seen);
            let action = StepKind::UpdateAccessEntry { principal: principal.clone() };
            if !self.concerns(&action, &change.changed) {
                continue;
            }
            let request = || {
                Request::UpdateAccessEntry(UpdateAccessEntry {
                    cluster: self.name.to_owned(),
                    principal: principal.clone(),
                    groups: change.groups.clone(),
                    username: change.username.clone(),
                    policies: change.scopes.clone(),
                    policies_gone: change.gone.clone(),
                })
            };
            let (stand, _) = self.changed(&action, &change.changed, true, None, request);
            let looks = vec![access_entries_look(self.spec, self.last)];
            let after = [StepKind::CreateAccessEntry { principal: principal.clone() }];
            self.draft.step(action, format!("access entry {principal}"), &after, stand, looks);
        }
    }
}

/// The entry of this principal as the last spec wanted it.
pub(super) fn last<'a>(last: &'a Cluster, principal: &str) -> Option<&'a AccessEntry> {
    last.access_entries.iter().find(|entry| entry.principal_arn == principal)
}

pub(super) fn change(
    asked: &AccessEntry,
    last: Option<&AccessEntry>,
    seen: &AccessEntryState,
) -> AccessChange {
    let mut change = AccessChange::default();
    if let Some(identity) = &seen.identity {
        change_identity(&mut change, asked, last, identity);
    }
    for policy in &asked.policies {
        let arn = &policy.policy_arn;
        match seen.policies.get(arn) {
            None => change.added.push(Difference::of(path(arn), None, Some(shown(&policy.scope)))),
            Some(scope) if !same(scope, &policy.scope) => {
                change.changed.push(Difference::new(path(arn), shown(scope), shown(&policy.scope)));
                change.scopes.push(policy.clone());
            }
            Some(_) => {}
        }
    }
    let wanted = |arn: &String| asked.policies.iter().any(|policy| policy.policy_arn == *arn);
    let before = last.into_iter().flat_map(|last| &last.policies).map(|policy| &policy.policy_arn);
    for arn in before.filter(|arn| !wanted(arn)) {
        if let Some(scope) = seen.policies.get(arn) {
            change.changed.push(Difference::of(path(arn), Some(shown(scope)), None));
            change.gone.push(arn.clone());
        }
    }
    change
}

/// Groups that others have put the principal into stay; EKS takes all of them in one list.
fn change_identity(
    change: &mut AccessChange,
    asked: &AccessEntry,
    last: Option<&AccessEntry>,
    seen: &KubernetesIdentity,
) {
    let wanted: BTreeSet<&String> = asked.kubernetes_groups.iter().collect();
    let before = last.into_iter().flat_map(|last| &last.kubernetes_groups);
    let gone: BTreeSet<&String> = before.filter(|group| !wanted.contains(group)).collect();
    let groups = seen.groups.iter().filter(|group| !gone.contains(group)).chain(wanted);
    let groups: BTreeSet<String> = groups.cloned().collect();
    let path = |group: &String| format!("kubernetesGroups.{group}");
    let member = |is: bool| is.then_some("member");
    let other = seen.groups.symmetric_difference(&groups);
    change.changed.extend(other.map(|group| {
        Difference::of(path(group), member(seen.groups.contains(group)), member(groups.contains(group)))
    }));
    if groups != seen.groups {
        change.groups = Some(groups);
    }
    if let Some(username) = asked.username.as_ref().filter(|username| **username != seen.username) {
        change.changed.push(Difference::new("username", &seen.username, username));
        change.username = Some(username.clone());
    }
}

/// Whether both say the same; the order of namespaces says nothing.
fn same(one: &AccessScope, other: &AccessScope) -> bool {
    let namespaces = |scope: &AccessScope| match scope {
        AccessScope::Cluster => None,
        AccessScope::Namespaces(namespaces) => Some(namespaces.iter().cloned().collect::<BTreeSet<_>>()),
    };
    namespaces(one) == namespaces(other)
}

fn shown(scope: &AccessScope) -> String {
    match scope {
        AccessScope::Cluster => "cluster".to_owned(),
        AccessScope::Namespaces(namespaces) => format!("namespaces {}", namespaces.join(" ")),
    }
}

fn path(arn: &str) -> String {
    format!("policies.{}", arn.rsplit('/').next().unwrap_or(arn))
}
