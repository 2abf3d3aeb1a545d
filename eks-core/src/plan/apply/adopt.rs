//! A cluster that others made becomes one of ours: a foundation stack says what it was like when it came, and the rest is an
//! apply like any other. Its network, roles and launch templates stay what they are to others.

use std::collections::BTreeMap;

use crate::Result;
use crate::observe::Observed;
use crate::plan::contents::Content;
use crate::plan::create::Create;
use crate::plan::request::{CreateStack, Request};
use crate::plan::{foundation, names, ownership, tag};
use crate::spec::{Cluster, NodeGroup};

impl Create<'_> {
    /// The stack in which the cluster is written down as it was found, with what the new spec needs beside it. It goes
    /// first, and nothing is touched before it is whole: who is killed on the way still knows what there was.
    pub(in crate::plan) fn adopt_foundation(&self, name: String, last: &Cluster) -> Result<Request> {
        let mut tags = self.tags();
        tags.insert(tag::SPEC_HASH.to_owned(), names::spec_hash(last));
        tags.insert(tag::VERSION.to_owned(), foundation::LAYOUT.to_owned());
        let template = foundation::template(last, self.spec, &[])?;
        Ok(Request::CreateStack(CreateStack { name, template, tags, express: foundation::EXPRESS }))
    }
}

/// What was found, as far as the caller's spec mentions it: what an adopted cluster has beside that was never the caller's,
/// so that nothing goes which others put there.
pub(in crate::plan) fn mentioned(found: Cluster, given: &Cluster) -> Cluster {
    let mut last = found;
    only(&mut last.tags, &given.tags);
    if let (Some(groups), Some(given)) = (&mut last.node_groups, &given.node_groups) {
        let of = |group: &NodeGroup| given.iter().find(|it| it.name == group.name);
        groups.retain(|group| of(group).is_some());
        for group in groups {
            let Some(given) = of(group) else { continue };
            only(&mut group.labels, &given.labels);
            only(&mut group.tags, &given.tags);
            let is = |taint: &crate::spec::Taint| {
                given.taints.iter().any(|it| it.key == taint.key && it.effect == taint.effect)
            };
            group.taints.retain(is);
        }
    }
    last.fargate_profiles.retain(|profile| given.fargate_profiles.iter().any(|it| it.name == profile.name));
    for profile in &mut last.fargate_profiles {
        let given = given.fargate_profiles.iter().find(|it| it.name == profile.name);
        given.into_iter().for_each(|given| only(&mut profile.tags, &given.tags));
    }
    if let (Some(addons), Some(given)) = (&mut last.addons, &given.addons) {
        addons.retain(|addon| given.iter().any(|it| it.name == addon.name));
    }
    let named = |key: &str| given.pod_identity_associations.iter().find(|it| it.key() == key);
    last.pod_identity_associations.retain(|it| named(&it.key()).is_some());
    for it in &mut last.pod_identity_associations {
        named(&it.key()).into_iter().for_each(|given| only(&mut it.tags, &given.tags));
    }
    let of = |principal: &str| given.access_entries.iter().find(|it| it.principal_arn == principal);
    last.access_entries.retain(|entry| of(&entry.principal_arn).is_some());
    for entry in &mut last.access_entries {
        let Some(given) = of(&entry.principal_arn) else { continue };
        only(&mut entry.tags, &given.tags);
        entry.policies.retain(|policy| given.policies.iter().any(|it| it.policy_arn == policy.policy_arn));
    }
    last
}

fn only(found: &mut BTreeMap<String, String>, given: &BTreeMap<String, String>) {
    found.retain(|key, _| given.contains_key(key));
}

/// What an adoption does, in words.
pub(super) fn contents(observed: &Observed) -> Vec<Content> {
    let foreign = observed.cluster.present().filter(|cluster| !ownership::owns_cluster(cluster));
    let content = foreign.map(|cluster| Content {
        what: format!("cluster {}", cluster.name),
        how: "adopted: tagged as ours, its spec kept in a stack; its network, roles and launch templates stay as they are"
            .to_owned(),
    });
    content.into_iter().collect()
}
