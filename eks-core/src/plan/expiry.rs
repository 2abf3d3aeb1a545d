//! When a cluster expires, and which have: what `reap` deletes.
//!
//! The moment is a tag of the foundation stack, drawn once, when that is made, and of the cluster, where it can be
//! moved or taken away by hand: the cluster's rules while there is one.

use std::collections::BTreeMap;

use super::{names, ownership, tag};
use crate::observe::{ClusterState, StackState};
use crate::spec::{Cluster, millis, rfc3339};
use crate::{Error, Result, Violation};

/// The tag of what is made now from this spec; `None` if it does not expire.
///
/// # Errors
///
/// [`crate::ErrorKind::InvalidSpec`] for a moment that has passed: it would be deleted at once.
pub(super) fn tag_value(spec: &Cluster, now: i64) -> Result<Option<String>> {
    let Some(expires) = &spec.expires else { return Ok(None) };
    let moment = expires.moment(now).filter(|moment| *moment > now).and_then(rfc3339);
    match moment {
        Some(moment) => Ok(Some(moment)),
        None => Err(Error::invalid(vec![Violation::new("expires", expires, "be a moment to come")])),
    }
}

/// When what carries these tags expires, as RFC 3339 in UTC.
pub(crate) fn expires(tags: &BTreeMap<String, String>) -> Option<String> {
    moment(tags).and_then(rfc3339)
}

fn moment(tags: &BTreeMap<String, String>) -> Option<i64> {
    tags.get(tag::EXPIRES).and_then(|moment| millis(moment))
}

/// A cluster of ours whose time is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Expired {
    /// The cluster's name.
    pub(crate) name: String,
    /// Since when, as RFC 3339 in UTC.
    pub(crate) since: String,
}

/// The clusters of ours, by the foundations among these stacks, whose time was over at `now`. What bears no mark
/// of ours, or another name than ours, is nobody's to reap.
pub(crate) fn expired(stacks: &[StackState], now: i64) -> Vec<Expired> {
    let of_ours = stacks.iter().filter_map(|stack| {
        let name = stack.tags.get(tag::CLUSTER)?;
        let is_foundation = stack.name == names::foundation_stack(name);
        let over = moment(&stack.tags).filter(|moment| *moment <= now)?;
        is_foundation.then(|| Some(Expired { name: name.clone(), since: rfc3339(over)? })).flatten()
    });
    of_ours.collect()
}

/// What the cluster itself says of its expiry, which its foundation says has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Word {
    /// The same, or there is no cluster (any more): what is left goes.
    Expired,
    /// It was given more time by hand.
    Prolonged,
    /// The mark was taken off it by hand.
    Kept,
    /// It is not ours.
    Foreign,
}

/// What the cluster says, if there is one.
pub(crate) fn word(cluster: Option<&ClusterState>, now: i64) -> Word {
    let Some(cluster) = cluster else { return Word::Expired };
    if !ownership::owns_cluster(cluster) {
        return Word::Foreign;
    }
    match moment(&cluster.tags) {
        Some(moment) if moment > now => Word::Prolonged,
        Some(_) => Word::Expired,
        // A delete that has begun is finished, whatever became of the mark.
        None if ownership::is_marked_for_deletion(cluster) => Word::Expired,
        None => Word::Kept,
    }
}
