//! The steps to a cluster as its spec wants it: one file of `create/` for each kind of thing.

mod access_entries;
mod addons;
mod autoscaling;
mod cluster;
mod fargate_profiles;
mod foundation;
mod identity;
mod launches;
mod node_groups;
mod questions;
mod subnets;

use std::collections::{BTreeMap, BTreeSet};

use super::apply::{changes_network, mentioned, refuse_fixed};
use super::decide::Verdict;
use super::draft::Draft;
use super::found::{found, found_looks};
use super::goal::{ApplyOptions, CreateOptions};
use super::recent::Recent;
use super::replacement::{AwsNames, Naming, Replaceable};
use super::step::StepKind;
use super::{addon_schema, names, ownership, tag};
use crate::observe::{ClusterState, Observed, StackState};
use crate::spec::{Cluster, NodeGroup};
use crate::{Error, ErrorKind, Result};

pub(super) use access_entries::access_entries_look;
pub(crate) use identity::identity_look;
pub(super) use identity::{addon_roles, association_role};
use launches::check_launches;
pub(super) use node_groups::{
    desired, group_name, group_stack_look, lets_addons_in, named_groups, node_groups, wanted_groups,
};
pub(crate) use questions::everything;
pub(super) use questions::log_group_look;
use questions::unseen;
use subnets::check_placement;
pub(super) use subnets::{auto_mode_role, cluster_subnets, role_arn};

/// What a create is about, or an apply, which is a create that goes on.
#[derive(Clone, Copy)]
pub(crate) struct Aim<'a> {
    name: &'a str,
    /// The spec that the caller gave.
    given: Option<&'a Cluster>,
    without_kubernetes: bool,
    /// Whether the spec may be another than the last one.
    applies: bool,
    prune: bool,
    /// Whether a cluster that others made becomes ours.
    adopt: bool,
    force: bool,
    allow_replace: &'a BTreeSet<Replaceable>,
}

/// What a create replaces.
const NOTHING: &BTreeSet<Replaceable> = &BTreeSet::new();

impl<'a> Aim<'a> {
    pub(crate) fn create(name: &'a str, given: Option<&'a Cluster>, options: &CreateOptions) -> Self {
        Self {
            name,
            given,
            without_kubernetes: options.without_kubernetes,
            applies: false,
            prune: false,
            adopt: false,
            force: false,
            allow_replace: NOTHING,
        }
    }

    pub(crate) fn apply(name: &'a str, given: &'a Cluster, options: &'a ApplyOptions) -> Self {
        let ApplyOptions { without_kubernetes, prune, adopt, force, ref allow_replace, .. } = *options;
        let given = Some(given);
        Self { name, given, without_kubernetes, applies: true, prune, adopt, force, allow_replace }
    }

    /// The names in AWS of what the spec has, and what gets another one.
    pub(super) fn naming(&self, last: Option<&Cluster>, spec: &Cluster, observed: &Observed) -> Naming {
        let before = observed.foundation.present().map(|stack| AwsNames::of(stack, self.given));
        let before = before.unwrap_or_default();
        let (mut names, replacements) = match last {
            Some(last) => before.replacing(last, spec, self.allow_replace),
            None => (before.clone(), Vec::new()),
        };
        // What is pruned may come again, by its own name.
        if self.prune {
            names.keep_those_of(spec);
        }
        Naming { before, names, replacements }
    }

    /// The cluster that is to be adopted and is not yet: it has no foundation.
    fn adoptee<'b>(&self, observed: &'b Observed) -> Option<&'b ClusterState> {
        observed.cluster.present().filter(|_| self.adopt && observed.foundation.is_absent())
    }

    /// The spec that was applied last, if that is known; of a cluster that is to be adopted what it is like.
    pub(super) fn last(&self, observed: &Observed) -> Result<Option<Cluster>> {
        let Some(given) = self.given else { return Ok(None) };
        if let Some(cluster) = self.adoptee(observed) {
            let known = found_looks(observed).is_empty();
            let found = known.then(|| found(cluster, observed)).transpose()?;
            return Ok(found.map(|found| mentioned(found, given)));
        }
        let Some(stack) = observed.foundation.present() else { return Ok(None) };
        if ownership::has_hash(stack, given) {
            return Ok(Some(given.clone()));
        }
        stack.spec.as_ref().map(|_| ownership::stored_spec(self.name, stack, None)).transpose()
    }
}

pub(crate) fn decide(aim: Aim<'_>, observed: &Observed, recent: &Recent, now: i64) -> Result<Verdict> {
    let Aim { name, given, .. } = aim;
    if observed.foundation.is_unknown() || observed.cluster.is_unknown() || observed.caller.is_none() {
        return Ok(Verdict::Blind(everything(aim, observed)));
    }
    let foundation = observed.foundation.present();
    let cluster = observed.cluster.present();
    refuse_foreign(aim, foundation, cluster, recent)?;
    if aim.adoptee(observed).is_some() {
        let unseen = found_looks(observed);
        if !unseen.is_empty() {
            return Ok(Verdict::Blind(unseen));
        }
    }
    let last = if aim.applies { aim.last(observed)? } else { None };
    let spec = match (foundation, given, &last) {
        (_, Some(given), Some(last)) => given.after(last),
        (Some(_), Some(_), None) if aim.applies => {
            return Ok(Verdict::Blind(vec![names::foundation_look(name)]));
        }
        (Some(stack), ..) => ownership::stored_spec(name, stack, given)?,
        (None, Some(given), None) => given.clone(),
        (None, None, _) => {
            return Err(Error::new(
                ErrorKind::NotFound,
                "no create of this name was ever begun in this region",
            )
            .with_resource(format!("cluster {name}"))
            .with_hint("Give the spec, or check the region and the account"));
        }
    };
    let naming = aim.naming(last.as_ref(), &spec, observed);
    let recorded = last;
    let last = recorded.as_ref().map(|last| naming.before.in_aws(last));
    let in_aws = naming.names.in_aws(&spec);
    if let Some(last) = &last {
        refuse_fixed(name, last, &in_aws, observed)?;
        // What each says alone may not go together.
        if given != recorded.as_ref() {
            spec.check()?;
        }
    }
    let wanted = in_aws.defaulted();
    let mut unseen = unseen(aim, &wanted, last.as_ref(), observed);
    if (aim.prune || naming.replaces()) && observed.cluster.present().is_some() {
        unseen.extend(questions::spare(name, &wanted, last.as_ref(), observed));
        unseen.extend(questions::replaced(name, &naming, observed));
    }
    if !unseen.is_empty() {
        return Ok(Verdict::Blind(unseen));
    }
    let schemas = addon_schema::unseen(&wanted, aim.applies, observed);
    if !schemas.is_empty() {
        return Ok(Verdict::Blind(schemas));
    }
    addon_schema::check(&wanted, aim.applies, observed)?;
    if last.as_ref().is_some_and(|last| changes_network(last, &in_aws)) {
        check_placement(&in_aws, observed)?;
    }
    if last.is_some() {
        check_launches(&wanted, &[], observed)?;
    }
    let draft = Draft::new(recent, now, Some(&wanted));
    let asked = given.map_or_else(|| in_aws.clone(), |given| naming.names.in_aws(given));
    let asked = &asked;
    let mut create = Create {
        name,
        given: &spec,
        recorded: recorded.as_ref(),
        naming,
        spec: &wanted,
        asked,
        last: last.as_ref(),
        asked_groups: if aim.applies { named_groups(asked) } else { BTreeMap::new() },
        last_groups: last.as_ref().map(named_groups).unwrap_or_default(),
        last_wanted: last.as_ref().map(wanted_groups).unwrap_or_default(),
        without_kubernetes: aim.without_kubernetes,
        prune: aim.prune,
        adopts: aim.adopt,
        force: aim.force,
        observed,
        draft,
    };
    create.foundation()?;
    if aim.adoptee(observed).is_some() {
        create.draft.gate(&StepKind::CompleteFoundation);
    }
    create.cluster()?;
    create.node_group_stacks();
    create.identity_stack()?;
    create.fargate_profiles();
    create.addons_before_nodes();
    create.api_server();
    create.node_groups()?;
    create.autoscaler_tags();
    create.addons_on_nodes();
    create.access_entries();
    create.pod_identity_associations();
    create.change()?;
    Ok(Verdict::Decided(create.draft.finish()))
}

/// Nothing that is not ours is touched, and nothing that is being deleted is created.
fn refuse_foreign(
    Aim { name, adopt, .. }: Aim<'_>,
    foundation: Option<&StackState>,
    cluster: Option<&ClusterState>,
    recent: &Recent,
) -> Result<()> {
    let cleared = recent.has_sent(&StepKind::CreateFoundation.id(), "deleteStack");
    if cluster.is_none() && recent.seen_cluster {
        return Err(ownership::vanished(name, "cluster"));
    }
    if foundation.is_none() && cluster.is_none() && recent.seen_foundation && !cleared {
        return Err(ownership::vanished(name, "foundation stack"));
    }
    if let Some(cluster) = cluster {
        if !(adopt || ownership::owns_cluster(cluster)) {
            return Err(ownership::foreign_cluster(cluster, "create"));
        }
        if ownership::is_marked_for_deletion(cluster) {
            return Err(ownership::being_deleted(name));
        }
    }
    if let Some(stack) = foundation {
        if !ownership::owns_stack(name, stack) {
            return Err(ownership::foreign_stack(stack));
        }
        // A dead stack that this operation is clearing away is going, and that is as it should be.
        if ownership::is_going(stack) && !cleared {
            return Err(ownership::being_deleted(name));
        }
    } else if let Some(cluster) = cluster.filter(|_| !adopt) {
        return Err(Error::new(ErrorKind::Failed, "the cluster's foundation stack is gone")
            .with_resource(format!("cluster {}", cluster.name))
            .with_hint("Delete the cluster and create it again; or `apply` its spec with `adopt`, which makes another"));
    }
    Ok(())
}

/// A create in the making: one method for each kind of step, in the order of the plan.
pub(super) struct Create<'a> {
    pub(super) name: &'a str,
    /// The spec as it was given, with what it leaves unset as the last one had it: what the foundation's metadata keeps.
    pub(super) given: &'a Cluster,
    /// The one that it keeps now, if this is an apply.
    pub(super) recorded: Option<&'a Cluster>,
    /// The names in AWS, by which all that follows goes.
    pub(super) naming: Naming,
    /// The spec with its defaults filled in.
    pub(super) spec: &'a Cluster,
    /// The spec as it was given: what it leaves unset is left alone.
    pub(super) asked: &'a Cluster,
    /// The spec that was applied last, if this is an apply.
    pub(super) last: Option<&'a Cluster>,
    /// The groups of those two, by their names in AWS.
    pub(super) asked_groups: BTreeMap<String, &'a NodeGroup>,
    pub(super) last_groups: BTreeMap<String, &'a NodeGroup>,
    /// The latter with their defaults filled in.
    pub(super) last_wanted: BTreeMap<String, NodeGroup>,
    without_kubernetes: bool,
    /// Whether what the spec has no more goes.
    pub(super) prune: bool,
    /// Whether a cluster that others made becomes ours.
    adopts: bool,
    /// Whether pods that cannot be evicted keep no node from being replaced.
    pub(super) force: bool,
    pub(super) observed: &'a Observed,
    pub(super) draft: Draft<'a>,
}

impl<'a> Create<'a> {
    /// For a change of one thing of a cluster that is there: nothing else is looked at.
    pub(super) fn of_one_change(
        name: &'a str,
        (recorded, given): (&'a Cluster, &'a Cluster),
        (last, spec): (&'a Cluster, &'a Cluster),
        names: AwsNames,
        observed: &'a Observed,
        recent: &'a Recent,
        now: i64,
    ) -> Self {
        Self {
            name,
            given,
            recorded: Some(recorded),
            naming: Naming { before: names.clone(), names, replacements: Vec::new() },
            spec,
            asked: spec,
            last: Some(last),
            asked_groups: named_groups(spec),
            last_groups: named_groups(last),
            last_wanted: wanted_groups(last),
            without_kubernetes: true,
            prune: false,
            adopts: false,
            force: false,
            observed,
            draft: Draft::new(recent, now, Some(spec)),
        }
    }
}

impl Create<'_> {
    /// The tags of everything of ours: the spec's and the one that says whose it is.
    pub(super) fn tags(&self) -> BTreeMap<String, String> {
        let mut tags = self.spec.tags.clone();
        tags.insert(tag::CLUSTER.to_owned(), self.name.to_owned());
        tags
    }
}
