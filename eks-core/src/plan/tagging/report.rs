//! What carries the tags in the end, and what does not.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::words::unchecked;
use super::{eks_things, is_tagged, stacks};
use crate::observe::{CostTagStatus, OF_AWS, Observed, Part, Tagged, Tags};
use crate::plan::step::{Step, StepKind, StepState};
use crate::spec::TagChange;

/// What of a cluster carries the tags that were asked for, and what billing makes of them.
///
/// `Display` prints it as text, `serde` as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct TagReport {
    /// The cluster's name.
    pub cluster: String,
    /// What is now as it was asked for: has the tags that were set, and not those that were taken away.
    pub tagged: Vec<TaggedThings>,
    /// What is not, or was not looked at, with the reason: what the caller may not do, what has 50 tags already, stacks
    /// that take no update.
    pub untagged: Vec<String>,
    /// The tag that AWS itself puts on instances.
    pub by_aws: AwsOwnTag,
    /// What billing makes of each key that was set, and of AWS's own. Where it could not be asked, each is
    /// [`CostTagStatus::Unchecked`].
    pub billing: BTreeMap<String, CostTagStatus>,
    /// Why billing could not be asked, or has not activated what was to be activated, if so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub billing_problem: Option<String>,
    /// What becomes of things that are made from now on.
    pub later: Vec<String>,
}

/// Things of one kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct TaggedThings {
    /// The kind, such as `instances`.
    pub kind: String,
    /// Their names, ids or ARNs.
    pub names: Vec<String>,
}

/// What `aws:eks:cluster-name` covers: AWS puts it on the instances of every cluster by itself, whoever launched them
/// ([EKS user guide](https://docs.aws.amazon.com/eks/latest/userguide/eks-using-tags.html)).
// facts/aws.md §10
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AwsOwnTag {
    /// `aws:eks:cluster-name`.
    pub key: String,
    /// How many of the cluster's instances have it.
    pub instances: usize,
    /// How many instances the cluster has.
    pub of: usize,
    /// What costs money and does not have it.
    pub not_covered: Vec<String>,
}

impl TagReport {
    pub(crate) fn of(name: &str, change: &TagChange, observed: &Observed, steps: &[Step]) -> Self {
        let billing = observed.cost_tags.clone().unwrap_or_default();
        let keys = change.wanted().into_keys().chain([OF_AWS.to_owned()]);
        let status = |key: &String| billing.keys.get(key).copied().unwrap_or(CostTagStatus::Unchecked);
        Self {
            cluster: name.to_owned(),
            tagged: tagged(name, change, observed),
            untagged: untagged(observed, steps),
            by_aws: by_aws(observed),
            billing: keys.map(|key| (key.clone(), status(&key))).collect(),
            billing_problem: billing
                .unchecked
                .map(|why| format!("billing was not asked: {why}"))
                .or_else(|| skipped(steps, true).next()),
            later: later(change, observed),
        }
    }

    /// Whether everything that was found carries the tags, and everything could be looked at.
    pub fn is_whole(&self) -> bool {
        self.untagged.is_empty()
    }
}

fn tagged(name: &str, change: &TagChange, observed: &Observed) -> Vec<TaggedThings> {
    let mut things: Vec<TaggedThings> = Vec::new();
    let mut add = |kind: &str, name: String| match things.iter_mut().find(|it| it.kind == kind) {
        Some(known) => known.names.push(name),
        None => things.push(TaggedThings { kind: kind.to_owned(), names: vec![name] }),
    };
    if observed.cluster.present().is_some_and(|cluster| is_tagged(change, &cluster.tags, None)) {
        add("cluster", name.to_owned());
    }
    for thing in eks_things(observed) {
        if is_tagged(change, thing.tags, None) {
            let name = thing.arn.rsplit('/').nth(1).unwrap_or(thing.arn);
            add(thing.kind, name.to_owned());
        }
    }
    for (part, tagged) in &observed.tagged {
        for (id, tags) in &tagged.things {
            if is_tagged(change, tags, tagged.kept.get(id)) {
                add(part.name(), id.clone());
            }
        }
    }
    for stack in stacks::own(name, observed) {
        if is_tagged(change, &stack.tags, None) {
            add("stacks", stack.name.clone());
        }
    }
    things
}

fn untagged(observed: &Observed, steps: &[Step]) -> Vec<String> {
    let mut untagged = unchecked(observed);
    untagged.extend(skipped(steps, false));
    untagged
}

/// Why steps were left out: those about billing, or the others.
fn skipped(steps: &[Step], of_billing: bool) -> impl Iterator<Item = String> {
    let steps = steps.iter().filter(move |step| (step.action == StepKind::ActivateCostTags) == of_billing);
    steps.filter_map(|step| match &step.state {
        StepState::Skipped { reason } => Some(reason.trim_end_matches('.').to_owned()),
        _ => None,
    })
}

fn by_aws(observed: &Observed) -> AwsOwnTag {
    let count = |part| observed.tagged.get(&part).map_or(0, |tagged| tagged.things.len());
    let instances = observed.tagged.get(&Part::Instances);
    let with = |tagged: &Tagged| tagged.things.values().filter(|tags| tags.contains_key(OF_AWS)).count();
    let mut not_covered = vec!["the control plane".to_owned()];
    for (part, one) in [(Part::Volumes, "volume"), (Part::LoadBalancers, "load balancer or target group")] {
        let many = if one == "volume" { "volumes" } else { "load balancers and target groups" };
        match count(part) {
            0 => {}
            1 => not_covered.push(format!("1 {one}")),
            count => not_covered.push(format!("{count} {many}")),
        }
    }
    if observed.fargate_profiles.as_ref().is_some_and(|profiles| !profiles.is_empty()) {
        not_covered.push("pods on Fargate".to_owned());
    }
    not_covered.push("NAT gateways, addresses and traffic".to_owned());
    if count(Part::LogGroup) > 0 {
        not_covered.push("logs".to_owned());
    }
    let key = OF_AWS.to_owned();
    AwsOwnTag { key, instances: instances.map_or(0, with), of: count(Part::Instances), not_covered }
}

/// What is made later is tagged by what makes it.
fn later(change: &TagChange, observed: &Observed) -> Vec<String> {
    let mut later = Vec::new();
    if change.wanted().is_empty() {
        return later;
    }
    let of_groups = observed.node_groups.as_ref().is_some_and(|groups| !groups.is_empty());
    if of_groups {
        let groups = observed.tagged.get(&Part::AutoScalingGroups);
        let hand_on = groups.is_some_and(|groups| {
            let mut all = groups.things.iter();
            !groups.things.is_empty() && all.all(|(id, tags)| is_tagged(change, tags, groups.kept.get(id)))
        });
        let from = "from their Auto Scaling groups";
        later.push(match hand_on {
            true => format!("new instances of node groups get the tags {from}"),
            false => format!("new instances of node groups do not get all tags {from}"),
        });
        later.push(
            "their volumes get what the launch template says of volumes, which is fixed when the group is made: send the \
             same call again for them"
                .to_owned(),
        );
    }
    let is_lone = |tags: &Tags| !tags.contains_key("aws:autoscaling:groupName");
    let instances = observed.tagged.get(&Part::Instances).map(|tagged| &tagged.things);
    if instances.is_some_and(|things| things.values().any(is_lone) || things.is_empty() && !of_groups) {
        later.push(
            "instances that Karpenter or Auto Mode launches get the tags of their node class: add these there".to_owned(),
        );
    }
    later.push(
        "load balancers and volumes that Kubernetes makes get none: send the same call again for them"
            .to_owned(),
    );
    if observed.fargate_profiles.as_ref().is_some_and(|profiles| !profiles.is_empty()) {
        later.push("pods on Fargate never get a profile's tags".to_owned());
    }
    later
}

impl fmt::Display for TagReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "Tags of cluster {}\n", self.cluster)?;
        let count = |things: &TaggedThings| match (things.kind.as_str(), things.names.len()) {
            (kind @ ("cluster" | "log group"), _) => kind.to_owned(),
            (kind, 1) => format!("1 {}", kind.strip_suffix('s').unwrap_or(kind)),
            (kind, count) => format!("{count} {kind}"),
        };
        let tagged: Vec<String> = self.tagged.iter().map(count).collect();
        writeln!(
            f,
            "   tagged      {}",
            if tagged.is_empty() { "nothing".to_owned() } else { tagged.join(", ") }
        )?;
        for (at, why) in self.untagged.iter().enumerate() {
            writeln!(f, "   {:11} {why}", if at == 0 { "not tagged" } else { "" })?;
        }
        let AwsOwnTag { key, instances, of, not_covered } = &self.by_aws;
        writeln!(
            f,
            "   AWS's own   {key} is on {instances} of {of} instances, and not on {}",
            not_covered.join(", ")
        )?;
        let mut billing: Vec<String> = Vec::new();
        for (key, status) in &self.billing {
            let status = match status {
                CostTagStatus::Active => "active",
                CostTagStatus::Inactive => "inactive: no costs are split by it until it is activated",
                CostTagStatus::Unseen => {
                    "not known yet, which takes up to 24 hours from its first use; it can be activated only then"
                }
                // The problem says why.
                CostTagStatus::Unchecked => continue,
            };
            billing.push(format!("{key}: {status}"));
        }
        // The line says already what this is about.
        let problem = self.billing_problem.as_deref().map(|why| why.strip_prefix("billing ").unwrap_or(why));
        billing.extend(problem.map(str::to_owned));
        for (at, line) in billing.iter().enumerate() {
            writeln!(f, "   {:11} {line}", if at == 0 { "billing" } else { "" })?;
        }
        for (at, what) in self.later.iter().enumerate() {
            writeln!(f, "   {:11} {what}", if at == 0 { "later" } else { "" })?;
        }
        Ok(())
    }
}
