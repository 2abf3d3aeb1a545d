//! The steps to a cluster as its spec wants it: one file of `create/` for each kind of thing.

mod access_entries;
mod addons;
mod cluster;
mod fargate_profiles;
mod foundation;
mod launches;
mod node_groups;
mod questions;
mod subnets;

use std::collections::BTreeMap;

use super::decide::Verdict;
use super::draft::Draft;
use super::goal::CreateOptions;
use super::recent::Recent;
use super::step::StepKind;
use super::{ownership, tag};
use crate::observe::{ClusterState, Observed, StackState};
use crate::spec::Cluster;
use crate::{Error, ErrorKind, Result};

pub(super) use node_groups::{desired, group_name, lets_addons_in, node_groups};
pub(crate) use questions::everything;
use questions::unseen;

pub(crate) fn decide(
    name: &str,
    given: Option<&Cluster>,
    options: &CreateOptions,
    observed: &Observed,
    recent: &Recent,
    now: i64,
) -> Result<Verdict> {
    if observed.foundation.is_unknown() || observed.cluster.is_unknown() || observed.caller.is_none() {
        return Ok(Verdict::Blind(everything(name, given, options, observed)));
    }
    let foundation = observed.foundation.present();
    let cluster = observed.cluster.present();
    refuse_foreign(name, foundation, cluster, recent)?;
    let spec = match (foundation, given) {
        (Some(stack), _) => ownership::stored_spec(name, stack, given)?,
        (None, Some(given)) => given.clone(),
        (None, None) => {
            return Err(Error::new(
                ErrorKind::NotFound,
                "no create of this name was ever begun in this region",
            )
            .with_resource(format!("cluster {name}"))
            .with_hint("Give the spec, or check the region and the account"));
        }
    };
    let wanted = spec.defaulted();
    let unseen = unseen(name, &wanted, observed);
    if !unseen.is_empty() {
        return Ok(Verdict::Blind(unseen));
    }
    let draft = Draft::new(recent, now, Some(&wanted));
    let mut create = Create { name, given: &spec, spec: &wanted, options, observed, draft };
    create.foundation()?;
    create.cluster()?;
    create.node_group_stacks();
    create.fargate_profiles();
    create.addons_before_nodes();
    create.api_server();
    create.node_groups()?;
    create.addons_on_nodes();
    create.access_entries();
    Ok(Verdict::Decided(create.draft.finish()))
}

/// Nothing that is not ours is touched, and nothing that is being deleted is created.
fn refuse_foreign(
    name: &str,
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
        if !ownership::owns_cluster(cluster) {
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
    } else if let Some(cluster) = cluster {
        return Err(Error::new(ErrorKind::Failed, "the cluster's foundation stack is gone")
            .with_resource(format!("cluster {}", cluster.name))
            .with_hint("Delete the cluster and create it again"));
    }
    Ok(())
}

/// A create in the making: one method for each kind of step, in the order of the plan.
struct Create<'a> {
    name: &'a str,
    /// The spec as it was given: what the foundation's metadata keeps.
    given: &'a Cluster,
    /// The spec with its defaults filled in.
    spec: &'a Cluster,
    options: &'a CreateOptions,
    observed: &'a Observed,
    draft: Draft<'a>,
}

impl Create<'_> {
    /// The tags of everything of ours: the spec's and the one that says whose it is.
    fn tags(&self) -> BTreeMap<String, String> {
        let mut tags = self.spec.tags.clone();
        tags.insert(tag::CLUSTER.to_owned(), self.name.to_owned());
        tags
    }
}
