//! Node groups and Fargate profiles of which something was wanted that only another one has: beside the old one another is
//! made under a name of its own, and the old one goes when that is ready.
//!
//! AWS lets no thing have another name, and no two of a cluster the same. So what was replaced once has two: the one
//! that the spec knows it by, and the one in AWS. The foundation keeps which those are, and everything that is planned goes
//! by AWS's.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::apply::{fixed_of_group, fixed_of_profile};
use super::contents::Content;
use super::create::{desired, group_name, node_groups, wanted_groups};
use super::difference::Difference;
use super::foundation::output;
use super::step::StepKind;
use super::{names, ownership};
use crate::observe::StackState;
use crate::spec::Cluster;

/// How many hexadecimal digits tell the name of another one from the first one's.
const MARK: usize = 6;

/// What an apply may make anew, by the name that the spec knows it by.
///
/// In JSON: `{"nodeGroup": "orders"}`, `{"fargateProfile": "web"}`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Replaceable {
    /// A node group: another is made beside it, and when its nodes are Ready, the old one's are drained and it goes.
    NodeGroup(String),
    /// A Fargate profile: another is made beside it, then it goes with its pods, which start anew under the other one.
    FargateProfile(String),
}

impl Replaceable {
    /// A node group of the spec.
    pub fn node_group(name: impl Into<String>) -> Self {
        Self::NodeGroup(name.into())
    }

    /// A Fargate profile of the spec.
    pub fn fargate_profile(name: impl Into<String>) -> Self {
        Self::FargateProfile(name.into())
    }

    /// The name that the spec knows it by.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::NodeGroup(name) | Self::FargateProfile(name) => name,
        }
    }

    /// What it is, for messages.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::NodeGroup(_) => "node group",
            Self::FargateProfile(_) => "Fargate profile",
        }
    }

    pub(crate) fn is_in(&self, spec: &Cluster) -> bool {
        match self {
            Self::NodeGroup(name) => wanted_groups(spec).contains_key(name),
            Self::FargateProfile(name) => spec.fargate_profiles.iter().any(|profile| profile.name == *name),
        }
    }

    /// The name in AWS of another one in place of `old`: legal, and never one that was there before.
    fn next_name(&self, old: &str, differences: &[Difference]) -> String {
        // facts/aws.md §3.1.
        let longest = match self {
            Self::NodeGroup(_) => 63,
            Self::FargateProfile(_) => 100,
        };
        let wish: Vec<String> = differences.iter().map(|it| format!("{} {}", it.field, it.is)).collect();
        let mark = names::hash(&format!("{old} {}", wish.join(" ")), MARK);
        let name: String = self.name().chars().take(longest - MARK - 1).collect();
        format!("{name}-{mark}")
    }
}

/// The names in AWS of what was replaced, by those that the spec knows it by. What was not has one name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct AwsNames {
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    node_groups: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    fargate_profiles: BTreeMap<String, String>,
}

/// A thing that is made anew.
#[derive(Clone, Debug)]
pub(crate) struct Replacement {
    pub(crate) thing: Replaceable,
    /// The names in AWS of the old one and the new one.
    pub(crate) old: String,
    pub(crate) new: String,
    /// Why.
    pub(crate) differences: Vec<Difference>,
}

impl Replacement {
    /// The steps that end with the new one being of use.
    pub(crate) fn is_ready(&self) -> Vec<StepKind> {
        let name = || self.new.clone();
        match self.thing {
            // Where Kubernetes is not asked, the first tells alone.
            Replaceable::NodeGroup(_) => {
                vec![StepKind::CreateNodeGroup { group: name() }, StepKind::NodesReady { group: name() }]
            }
            Replaceable::FargateProfile(_) => vec![StepKind::CreateFargateProfile { profile: name() }],
        }
    }

    /// What its reader is told. `spec` has the names in AWS.
    pub(crate) fn contents(&self, spec: &Cluster) -> Vec<Content> {
        let (what, new) = (format!("{} {}", self.thing.kind(), self.old), &self.new);
        let ends = match self.thing {
            Replaceable::NodeGroup(_) => {
                let nodes = wanted_groups(spec).get(new).map(desired).unwrap_or_default();
                let nodes = if nodes == 1 { "1 node".to_owned() } else { format!("{nodes} nodes") };
                format!("{new}, {nodes}; when Ready, the old ones are drained and {} goes", self.old)
            }
            Replaceable::FargateProfile(_) => {
                format!("{new}; then {} goes, and its pods start anew under the other", self.old)
            }
        };
        let replaced = Content { what: what.clone(), how: format!("replaced by {ends}") };
        let reasons = self.differences.iter().map(|it| Content { what: what.clone(), how: it.to_string() });
        std::iter::once(replaced).chain(reasons).collect()
    }
}

impl AwsNames {
    /// The names that the foundation keeps, of the spec that it keeps; or of the one that was `given`, if that is the one. An
    /// update changes the metadata when it begins, and the outputs when it ends.
    pub(crate) fn of(foundation: &StackState, given: Option<&Cluster>) -> Self {
        let by_hash = given.is_some_and(|given| ownership::has_hash(foundation, given));
        let kept = if by_hash || foundation.spec.is_none() {
            foundation.outputs.get(output::REPLACED)
        } else {
            foundation.names.as_ref()
        };
        kept.and_then(|kept| serde_json::from_str(kept).ok()).unwrap_or_default()
    }

    /// What the foundation is to keep; `None` where every name is AWS's.
    pub(crate) fn kept(&self) -> Option<String> {
        (*self != Self::default()).then(|| json!(self).to_string())
    }

    /// The spec, with the names that its things have in AWS.
    pub(crate) fn in_aws(&self, spec: &Cluster) -> Cluster {
        let mut spec = spec.clone();
        if !self.node_groups.is_empty() {
            let named = spec.defaulted();
            let names: Vec<&str> = node_groups(&named).map(group_name).collect();
            for (group, name) in spec.node_groups.iter_mut().flatten().zip(names) {
                group.name = self.node_groups.get(name).cloned().or_else(|| group.name.take());
            }
        }
        for profile in &mut spec.fargate_profiles {
            if let Some(name) = self.fargate_profiles.get(&profile.name) {
                profile.name.clone_from(name);
            }
        }
        spec
    }

    /// The spec of things with AWS's names, with those that the caller knows them by.
    pub(crate) fn in_spec(&self, spec: &Cluster) -> Cluster {
        let mut spec = spec.clone();
        for group in spec.node_groups.iter_mut().flatten() {
            let name = group.name.as_deref().map(|name| self.node_group_in_spec(name).to_owned());
            group.name = name;
        }
        for profile in &mut spec.fargate_profiles {
            profile.name = known_as(&self.fargate_profiles, &profile.name).to_owned();
        }
        spec
    }

    /// Forgets what the spec has no more.
    pub(crate) fn keep_those_of(&mut self, spec: &Cluster) {
        self.node_groups.retain(|name, _| Replaceable::node_group(name).is_in(spec));
        self.fargate_profiles.retain(|name, _| Replaceable::fargate_profile(name).is_in(spec));
    }

    /// A node group's name in AWS.
    pub(crate) fn node_group<'n>(&'n self, name: &'n str) -> &'n str {
        self.node_groups.get(name).map_or(name, String::as_str)
    }

    /// The name that the spec knows a node group by.
    pub(crate) fn node_group_in_spec<'n>(&'n self, name: &'n str) -> &'n str {
        known_as(&self.node_groups, name)
    }

    /// The names that there will be, and what gets another one: what of `allowed` is wanted otherwise than a change in place
    /// can make it. The same wish after a crash gets the same name.
    pub(crate) fn replacing(
        &self,
        last: &Cluster,
        spec: &Cluster,
        allowed: &BTreeSet<Replaceable>,
    ) -> (Self, Vec<Replacement>) {
        let mut names = self.clone();
        // As nearly always.
        if allowed.is_empty() {
            return (names, Vec::new());
        }
        let (last, spec) = (last.defaulted(), spec.defaulted());
        let mut replacements = Vec::new();
        for thing in allowed {
            let (names, differences) = match thing {
                Replaceable::NodeGroup(name) => {
                    let of = |spec| node_groups(spec).find(|group| group_name(group) == name);
                    (
                        &mut names.node_groups,
                        of(&last).zip(of(&spec)).map(|(was, is)| fixed_of_group("", was, is)),
                    )
                }
                Replaceable::FargateProfile(name) => {
                    let of =
                        |spec: &'_ Cluster| spec.fargate_profiles.iter().find(|it| it.name == *name).cloned();
                    let differences =
                        of(&last).zip(of(&spec)).map(|(was, is)| fixed_of_profile("", &was, &is));
                    (&mut names.fargate_profiles, differences)
                }
            };
            let Some(differences) = differences.filter(|differences| !differences.is_empty()) else {
                continue;
            };
            let old = names.get(thing.name()).map_or_else(|| thing.name().to_owned(), Clone::clone);
            let new = thing.next_name(&old, &differences);
            names.insert(thing.name().to_owned(), new.clone());
            replacements.push(Replacement { thing: thing.clone(), old, new, differences });
        }
        (names, replacements)
    }
}

/// The names that are, those that there will be, and what gets another one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Naming {
    pub(crate) before: AwsNames,
    pub(crate) names: AwsNames,
    pub(crate) replacements: Vec<Replacement>,
}

impl Naming {
    pub(crate) fn replaces(&self) -> bool {
        !self.replacements.is_empty()
    }

    /// The node groups that go, by their names in AWS.
    pub(crate) fn old_groups(&self) -> impl Iterator<Item = &str> {
        let groups = self.replacements.iter().filter(|it| matches!(it.thing, Replaceable::NodeGroup(_)));
        groups.map(|it| it.old.as_str())
    }

    /// What comes in place of a node group of that name in AWS.
    pub(crate) fn in_place_of_group(&self, name: &str) -> Option<&Replacement> {
        self.replacements.iter().find(|it| matches!(it.thing, Replaceable::NodeGroup(_)) && it.old == name)
    }

    /// What comes in place of a Fargate profile of that name in AWS.
    pub(crate) fn in_place_of_profile(&self, name: &str) -> Option<&Replacement> {
        self.replacements
            .iter()
            .find(|it| matches!(it.thing, Replaceable::FargateProfile(_)) && it.old == name)
    }
}

fn known_as<'n>(names: &'n BTreeMap<String, String>, in_aws: &'n str) -> &'n str {
    names.iter().find(|(_, name)| *name == in_aws).map_or(in_aws, |(name, _)| name)
}
