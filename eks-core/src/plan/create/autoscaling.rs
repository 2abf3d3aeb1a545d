//! Tags of Auto Scaling groups for the cluster autoscaler: by which it finds them, and knows what nodes of an empty group
//! would be like.

use std::collections::{BTreeMap, BTreeSet};

use super::Create;
use super::node_groups::{group_name, node_groups};
use crate::observe::{Look, NodeGroupState, NodeGroupStatus, Observed, Part, TagsOf};
use crate::plan::draft::Stand;
use crate::plan::request::{Request, TagThings};
use crate::plan::step::StepKind;
use crate::spec::{Cluster, NODE_TEMPLATE, NodeGroup, Taint, owned_by};

/// The longest key of a tag (facts/aws.md §3.1): of a longer label the autoscaler hears through EKS alone.
const LONGEST: usize = 128;

impl Create<'_> {
    pub(super) fn autoscaler_tags(&mut self) {
        if !self.spec.has_cluster_autoscaler() {
            return;
        }
        for group in node_groups(self.spec) {
            let name = group_name(group);
            let action = StepKind::TagAutoScalingGroup { group: name.to_owned() };
            let seen = self.observed.node_groups.as_ref().and_then(|groups| groups.get(name));
            let stand = match seen {
                Some(seen) if matches!(seen.status, NodeGroupStatus::Active | NodeGroupStatus::Updating) => {
                    self.autoscaler_stand(&action, group, seen)
                }
                _ => Stand::Blocked,
            };
            let after = [StepKind::CreateNodeGroup { group: name.to_owned() }];
            let looks = look(self.spec, self.observed).into_iter().collect();
            self.draft.step(action, format!("Auto Scaling group of {name}"), &after, stand, looks);
        }
    }

    fn autoscaler_stand(&self, action: &StepKind, group: &NodeGroup, seen: &NodeGroupState) -> Stand {
        let Some(tagged) = self.observed.tagged.get(&Part::AutoScalingGroups) else { return Stand::Held };
        if let Some(why) = tagged.unchecked.first() {
            return Stand::Skipped(why.clone());
        }
        let wanted = tags(self.name, group);
        let was =
            self.last_wanted.get(group_name(group)).map(|last| tags(self.name, last)).unwrap_or_default();
        let (mut ids, mut set, mut gone) = (Vec::new(), BTreeMap::new(), BTreeSet::new());
        for id in &seen.autoscaling_groups {
            // One that was made since is looked at again.
            let Some(own) = tagged.things.get(id) else { return Stand::Held };
            let lacks = wanted.iter().filter(|(key, value)| own.get(*key) != Some(value));
            let lacks: BTreeMap<String, String> =
                lacks.map(|(key, value)| (key.clone(), value.clone())).collect();
            let spare = was.keys().filter(|key| !wanted.contains_key(*key) && own.contains_key(*key));
            let spare: BTreeSet<String> = spare.cloned().collect();
            if !(lacks.is_empty() && spare.is_empty()) {
                ids.push(id.clone());
                set.extend(lacks);
                gone.extend(spare);
            }
        }
        if ids.is_empty() {
            return Stand::Done;
        }
        let things = TagThings { part: Part::AutoScalingGroups, ids, set, gone, for_instances: false };
        self.draft.todo(action, Request::TagThings(things))
    }
}

/// The question for the tags, once it is known whose.
pub(super) fn look(spec: &Cluster, observed: &Observed) -> Option<Look> {
    if !spec.has_cluster_autoscaler() {
        return None;
    }
    let groups = observed.node_groups.as_ref()?;
    let own = node_groups(spec).filter_map(|group| groups.get(group_name(group)));
    let names: Vec<String> = own.flat_map(|group| group.autoscaling_groups.iter().cloned()).collect();
    (!names.is_empty()).then_some(Look::Tags(TagsOf::AutoScalingGroups { names }))
}

/// The tags of a group (Cluster Autoscaler on AWS, "Auto-Discovery Setup" and "Scaling a node group to 0"): a taint's value
/// has its effect in it, which eksctl leaves out (facts/eksctl.md §8).
fn tags(cluster: &str, group: &NodeGroup) -> BTreeMap<String, String> {
    let labels =
        group.labels.iter().map(|(key, value)| (format!("{NODE_TEMPLATE}/label/{key}"), value.clone()));
    let taint = |taint: &Taint| {
        let value = taint.value.as_deref().unwrap_or_default();
        (format!("{NODE_TEMPLATE}/taint/{}", taint.key), format!("{value}:{:?}", taint.effect))
    };
    let found = [
        ("k8s.io/cluster-autoscaler/enabled".to_owned(), "true".to_owned()),
        (owned_by(cluster), "owned".to_owned()),
    ];
    let all = found.into_iter().chain(labels).chain(group.taints.iter().map(taint));
    all.filter(|(key, _)| key.chars().count() <= LONGEST).collect()
}
