//! The steps to tags on everything that costs money: of any cluster, whoever made it.
//!
//! EKS hands no tag on to what it makes (facts/aws.md §10), so each thing is tagged by itself: what EKS keeps, what AWS and
//! controllers keep for it, and, of what CloudFormation keeps, the stacks that are ours, which hand their tags on. What the
//! caller may not look at or tag is told and holds up nothing else; the cluster itself is what it is all about.

mod billing;
mod parts;
mod report;
mod stacks;
mod words;

pub use report::{AwsOwnTag, TagReport, TaggedThings};
pub(crate) use words::{tag_contents, tag_notes};

use std::collections::{BTreeMap, BTreeSet};

use super::decide::Verdict;
use super::draft::{Draft, Stand};
use super::goal::TagOptions;
use super::recent::Recent;
use super::request::Request;
use super::step::StepKind;
use super::{names, ownership, update};
use crate::Result;
use crate::observe::{
    AddonStatus, ClusterState, FargateProfileStatus, Look, NodeGroupStatus, Observed, Tags, TagsOf,
};
use crate::spec::TagChange;

/// Everything that a tag is about. What other answers name is asked about once those are there.
pub(crate) fn everything(name: &str, change: &TagChange, observed: &Observed) -> Vec<Look> {
    let mut looks = vec![
        Look::Cluster,
        Look::NodeGroups,
        Look::FargateProfiles,
        Look::Addons,
        Look::Foundation { name: names::foundation_stack(name), spec: false },
        Look::NodeGroupStacks { prefix: names::node_group_stack_prefix(name) },
        Look::Tags(TagsOf::Instances { cluster: name.to_owned() }),
        billing::look(change),
    ];
    looks.extend(parts::named(name, observed).into_iter().map(Look::Tags));
    looks
}

pub(crate) fn decide(
    name: &str,
    change: &TagChange,
    options: &TagOptions,
    observed: &Observed,
    recent: &Recent,
    now: i64,
) -> Result<Verdict> {
    if observed.cluster.is_unknown() {
        return Ok(Verdict::Blind(everything(name, change, observed)));
    }
    let cluster = ownership::living(name, observed)?;
    let unseen = unseen(name, change, observed);
    if !unseen.is_empty() {
        return Ok(Verdict::Blind(unseen));
    }
    let mut tagging = Tagging { name, change, observed, draft: Draft::new(recent, now, None) };
    tagging.of_eks(cluster);
    tagging.of_aws();
    tagging.stacks();
    tagging.billing(options);
    Ok(Verdict::Decided(tagging.draft.finish()))
}

/// What must be known before anything can be said, and nobody has looked.
fn unseen(name: &str, change: &TagChange, observed: &Observed) -> Vec<Look> {
    let is_seen = |look: &Look| match look {
        Look::NodeGroups => observed.node_groups.is_some(),
        Look::FargateProfiles => observed.fargate_profiles.is_some(),
        Look::Addons => observed.addons.is_some(),
        Look::Foundation { .. } => !observed.foundation.is_unknown(),
        Look::Tags(of) => observed.tagged.contains_key(&of.part()),
        Look::CostTags { .. } => observed.cost_tags.is_some(),
        // Asked beside the cluster, which is there.
        _ => true,
    };
    everything(name, change, observed).into_iter().filter(|look| !is_seen(look)).collect()
}

/// What of a change a thing with these tags lacks: what is to be set, and what is to go. `kept`: tags that it is to hand on
/// and does not.
fn lacking(
    change: &TagChange,
    seen: &Tags,
    kept: Option<&BTreeSet<String>>,
) -> (BTreeMap<String, String>, BTreeSet<String>) {
    let mut set = change.wanted();
    set.retain(|key, value| seen.get(key) != Some(value) || kept.is_some_and(|kept| kept.contains(key)));
    let gone = change.unwanted().filter(|key| seen.contains_key(*key)).cloned().collect();
    (set, gone)
}

/// Whether a thing with these tags is as the change wants it.
fn is_tagged(change: &TagChange, seen: &Tags, kept: Option<&BTreeSet<String>>) -> bool {
    let (set, gone) = lacking(change, seen, kept);
    set.is_empty() && gone.is_empty()
}

/// A thing that EKS keeps.
struct EksThing<'a> {
    /// What it is, such as `node groups`.
    kind: &'static str,
    /// Its name, such as `node group web`.
    resource: String,
    arn: &'a str,
    tags: &'a Tags,
    look: Look,
}

/// What EKS keeps of the cluster and is not on its way out: node groups, Fargate profiles and add-ons.
fn eks_things(observed: &Observed) -> Vec<EksThing<'_>> {
    let mut things = Vec::new();
    for (name, group) in observed.node_groups.iter().flatten() {
        if group.status != NodeGroupStatus::Deleting {
            things.push(EksThing {
                kind: "node groups",
                resource: format!("node group {name}"),
                arn: &group.arn,
                tags: &group.tags,
                look: Look::NodeGroup { name: name.clone() },
            });
        }
    }
    for (name, profile) in observed.fargate_profiles.iter().flatten() {
        if profile.status != FargateProfileStatus::Deleting {
            things.push(EksThing {
                kind: "Fargate profiles",
                resource: format!("Fargate profile {name}"),
                arn: &profile.arn,
                tags: &profile.tags,
                look: Look::FargateProfile { name: name.clone() },
            });
        }
    }
    for (name, addon) in observed.addons.iter().flatten() {
        if addon.status != AddonStatus::Deleting {
            things.push(EksThing {
                kind: "add-ons",
                resource: format!("add-on {name}"),
                arn: &addon.arn,
                tags: &addon.tags,
                look: Look::Addon { name: name.clone() },
            });
        }
    }
    things
}

/// A tag in the making.
struct Tagging<'a> {
    name: &'a str,
    change: &'a TagChange,
    observed: &'a Observed,
    draft: Draft<'a>,
}

impl Tagging<'_> {
    /// The cluster and what EKS keeps of it. Only the cluster cannot be left out.
    fn of_eks(&mut self, cluster: &ClusterState) {
        let resource = format!("cluster {}", self.name);
        let action = StepKind::Tag { resource: resource.clone() };
        self.retag(action, resource, &cluster.arn, &cluster.tags, Look::Cluster);
        for EksThing { resource, arn, tags, look, .. } in eks_things(self.observed) {
            self.retag(StepKind::CostTag { resource: resource.clone() }, resource, arn, tags, look);
        }
    }

    fn retag(&mut self, action: StepKind, resource: String, arn: &str, tags: &Tags, look: Look) {
        let (set, gone) = lacking(self.change, tags, None);
        let request = (!(set.is_empty() && gone.is_empty())).then(|| Request::Retag {
            arn: arn.to_owned(),
            set,
            gone: gone.into_iter().collect(),
        });
        let stand = self.stand(&action, request, &resource);
        self.draft.step(action, resource, &[], stand, vec![look]);
    }

    /// How a step stands whose things this would tag; `None`: they are as they are to be.
    fn stand(&self, action: &StepKind, request: Option<Request>, what: &str) -> Stand {
        let Some(request) = request else { return Stand::Done };
        let left = || format!("{what}: the tags are not there");
        update::stand(&self.draft, self.observed, action, request, None, left).0
    }

    /// What AWS and controllers keep for the cluster: one request for all things of a kind.
    fn of_aws(&mut self) {
        let mut asked = vec![TagsOf::Instances { cluster: self.name.to_owned() }];
        asked.extend(parts::named(self.name, self.observed));
        asked.sort_by_key(TagsOf::part);
        for of in asked {
            let Some(tagged) = self.observed.tagged.get(&of.part()) else { continue };
            if tagged.things.is_empty() {
                continue;
            }
            let part = of.part();
            let action = StepKind::CostTag { resource: part.name().to_owned() };
            let resource = parts::words(part, tagged);
            let stand = self.stand(&action, parts::request(part, self.change, tagged), part.name());
            self.draft.step(action, resource, &[], stand, vec![Look::Tags(of)]);
        }
    }
}
