//! Tags of what EKS keeps.

use std::collections::BTreeMap;

use super::merge;
use crate::observe::Look;
use crate::plan::create::{Create, access_entries_look, group_name, node_groups};
use crate::plan::request::Request;
use crate::plan::step::StepKind;
use crate::plan::tag;
use crate::spec::Cluster;

/// Something that has tags.
struct Tagged {
    /// What it is, such as `node group web`.
    resource: String,
    arn: String,
    wanted: BTreeMap<String, String>,
    /// What the last spec wanted.
    last: BTreeMap<String, String>,
    seen: BTreeMap<String, String>,
    look: Look,
}

impl Create<'_> {
    pub(super) fn retag(&mut self) {
        for Tagged { resource, arn, wanted, last, seen, look } in self.tagged() {
            let (set, gone, differences) = merge("tags", &wanted, Some(&last), &seen);
            let action = StepKind::Tag { resource: resource.clone() };
            if !self.concerns(&action, &differences) {
                continue;
            }
            let request = || Request::Retag { arn: arn.clone(), set: set.clone(), gone: gone.clone() };
            let (stand, _) = self.changed(&action, &differences, true, None, request);
            self.draft.step(action, resource, &[], stand, vec![look]);
        }
    }

    fn tagged(&self) -> Vec<Tagged> {
        let Some(last) = self.last else { return Vec::new() };
        let mut tagged = Vec::new();
        if let Some(seen) = self.observed.cluster.present() {
            tagged.push(Tagged {
                resource: format!("cluster {}", self.name),
                arn: seen.arn.clone(),
                wanted: self.tags(),
                last: last.tags.clone(),
                seen: seen.tags.clone(),
                look: Look::Cluster,
            });
        }
        for group in node_groups(self.spec) {
            let name = group_name(group);
            let seen = self.observed.node_groups.as_ref().and_then(|groups| groups.get(name));
            let Some(seen) = seen else { continue };
            let mut wanted = self.tags();
            wanted.extend(group.tags.clone());
            wanted.insert(tag::NODE_GROUP.to_owned(), self.naming.names.node_group_in_spec(name).to_owned());
            tagged.push(Tagged {
                resource: format!("node group {name}"),
                arn: seen.arn.clone(),
                wanted,
                last: with_own(last, self.last_groups.get(name).map(|group| group.tags.clone())),
                seen: seen.tags.clone(),
                look: Look::NodeGroup { name: name.to_owned() },
            });
        }
        for profile in &self.spec.fargate_profiles {
            let seen = self.observed.fargate_profiles.as_ref().and_then(|all| all.get(&profile.name));
            let Some(seen) = seen else { continue };
            let mut wanted = self.tags();
            wanted.extend(profile.tags.clone());
            let was = last.fargate_profiles.iter().find(|was| was.name == profile.name);
            tagged.push(Tagged {
                resource: format!("Fargate profile {}", profile.name),
                arn: seen.arn.clone(),
                wanted,
                last: with_own(last, was.map(|was| was.tags.clone())),
                seen: seen.tags.clone(),
                look: Look::FargateProfile { name: profile.name.clone() },
            });
        }
        for addon in self.spec.addons.iter().flatten() {
            let seen = self.observed.addons.as_ref().and_then(|addons| addons.get(&addon.name));
            let Some(seen) = seen else { continue };
            tagged.push(Tagged {
                resource: format!("add-on {}", addon.name),
                arn: seen.arn.clone(),
                wanted: self.tags(),
                last: last.tags.clone(),
                seen: seen.tags.clone(),
                look: Look::Addon { name: addon.name.clone() },
            });
        }
        for it in &self.spec.pod_identity_associations {
            let key = it.key();
            let seen = self.observed.pod_identity_associations.as_ref().and_then(|all| all.get(&key));
            let Some(seen) = seen else { continue };
            let mut wanted = self.tags();
            wanted.extend(it.tags.clone());
            let was = last.pod_identity_associations.iter().find(|was| was.key() == key);
            tagged.push(Tagged {
                resource: format!("pod identity association {key}"),
                arn: seen.arn.clone(),
                wanted,
                last: with_own(last, was.map(|was| was.tags.clone())),
                seen: seen.tags.clone(),
                look: Look::PodIdentityAssociations,
            });
        }
        for entry in &self.spec.access_entries {
            let principal = &entry.principal_arn;
            let seen = self.observed.access_entries.as_ref().and_then(|all| all.get(principal));
            let Some((arn, seen)) = seen.and_then(|seen| seen.tagged.as_ref()) else { continue };
            // One that others made stays theirs: nothing goes by an entry's owner.
            let ours = seen.get(tag::CLUSTER).is_some_and(|it| it == self.name);
            let mut wanted = if ours { self.tags() } else { BTreeMap::new() };
            wanted.extend(entry.tags.clone());
            let was = last.access_entries.iter().find(|was| was.principal_arn == *principal);
            let was = was.map(|was| was.tags.clone());
            let last = if ours { with_own(last, was) } else { was.unwrap_or_default() };
            tagged.push(Tagged {
                resource: format!("access entry {principal}"),
                arn: arn.clone(),
                wanted,
                last,
                seen: seen.clone(),
                look: access_entries_look(self.spec, self.last),
            });
        }
        tagged
    }
}

fn with_own(last: &Cluster, own: Option<BTreeMap<String, String>>) -> BTreeMap<String, String> {
    let mut tags = last.tags.clone();
    tags.extend(own.unwrap_or_default());
    tags
}
