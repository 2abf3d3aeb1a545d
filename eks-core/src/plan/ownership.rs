//! What is ours, and whether it is what the caller means.

use serde_json::Value;

use super::difference::{Difference, differences};
use super::foundation::output;
use super::names;
use super::tag;
use crate::observe::{ClusterState, ClusterStatus, Observed, StackState, StackStatus};
use crate::spec::Cluster;
use crate::{Error, ErrorKind, Result};

/// Whether the stack carries our tag for this cluster.
pub(crate) fn owns_stack(cluster: &str, stack: &StackState) -> bool {
    stack.tags.get(tag::CLUSTER).is_some_and(|name| name == cluster)
}

/// Whether the cluster carries our tag.
pub(crate) fn owns_cluster(cluster: &ClusterState) -> bool {
    cluster.tags.get(tag::CLUSTER).is_some_and(|name| *name == cluster.name)
}

/// Whether a delete has begun.
pub(crate) fn is_marked_for_deletion(cluster: &ClusterState) -> bool {
    cluster.status == ClusterStatus::Deleting
        || cluster.tags.get(tag::GOAL).is_some_and(|goal| goal == "delete")
}

/// The cluster of that name is somebody else's.
pub(crate) fn foreign_cluster(cluster: &ClusterState, verb: &str) -> Error {
    let error = Error::new(
        ErrorKind::AlreadyExists,
        format!("a cluster of this name exists and was not made by this library (ARN {})", cluster.arn),
    )
    .with_resource(format!("cluster {}", cluster.name));
    match verb {
        "delete" => error.with_hint("Nothing was touched. To delete it all the same, set `adopt`"),
        _ => error.with_hint(
            "Nothing was touched. Choose another name; or have it managed from now on: `apply` its spec, which `spec_of` \
             tells, with `adopt`",
        ),
    }
}

/// The stack of that name is somebody else's.
pub(crate) fn foreign_stack(stack: &StackState) -> Error {
    Error::new(
        ErrorKind::AlreadyExists,
        format!(
            "a stack of this name exists in state {} and was not made by this library",
            stack.status_name
        ),
    )
    .with_resource(format!("stack {}", stack.name))
    .with_hint("Nothing was touched. Choose another cluster name, or delete that stack if it is yours")
}

/// A delete is at work on what the caller wants to have.
pub(crate) fn being_deleted(cluster: &str) -> Error {
    Error::new(ErrorKind::Conflict, "this cluster is being deleted")
        .with_resource(format!("cluster {cluster}"))
        .with_hint("Call delete to finish that, then create it again")
        .retryable(true)
}

/// The cluster that is to be changed, whoever made it: one that is not there yet, or soon no longer, takes no change.
pub(crate) fn living<'a>(name: &str, observed: &'a Observed) -> Result<&'a ClusterState> {
    let cluster = observed.cluster.present().ok_or_else(|| {
        Error::new(ErrorKind::NotFound, "there is no such cluster in this region")
            .with_resource(format!("cluster {name}"))
            .with_hint("Check the name, the region and the account")
    })?;
    if is_marked_for_deletion(cluster) {
        return Err(being_deleted(&cluster.name));
    }
    if cluster.status == ClusterStatus::Creating {
        return Err(Error::new(ErrorKind::Conflict, "the cluster is still being created")
            .with_resource(format!("cluster {}", cluster.name))
            .with_hint("Send the same call again when the create has ended")
            .retryable(true));
    }
    Ok(cluster)
}

/// What a create had made is gone, and it was not the create that removed it.
pub(crate) fn vanished(cluster: &str, what: &str) -> Error {
    Error::new(ErrorKind::Conflict, format!("the {what} was deleted while it was being created"))
        .with_resource(format!("cluster {cluster}"))
        .with_hint("Call delete to remove what is left, then create it again")
        .retryable(true)
}

/// The stack's deletion has begun or has failed half-way.
pub(crate) fn is_going(stack: &StackState) -> bool {
    matches!(stack.status, StackStatus::Deleting | StackStatus::DeleteFailed)
}

/// The spec that an earlier call left in the foundation. `given` must be the same, if there is one.
pub(crate) fn stored_spec(name: &str, foundation: &StackState, given: Option<&Cluster>) -> Result<Cluster> {
    let stored = foundation.spec.as_deref().map(Cluster::from_json).transpose()?;
    match (stored, given) {
        (Some(stored), None) => Ok(stored),
        (None, Some(given)) if has_hash(foundation, given) => Ok(given.clone()),
        (Some(stored), Some(given)) if stored == *given => Ok(stored),
        (Some(stored), Some(given)) => Err(other_spec(name, &stored, given)),
        (None, _) => Err(Error::new(
            ErrorKind::AlreadyExists,
            "the stack carries our tag and no spec that this version can read",
        )
        .with_resource(format!("stack {}", foundation.name))
        .with_hint("Delete the cluster, or go on with the version of the library that made it")),
    }
}

/// Whether this very spec was the last one that the foundation was made or changed for.
pub(crate) fn has_hash(foundation: &StackState, given: &Cluster) -> bool {
    // A stack that is being created has no outputs yet; its tags stay those that it was made with.
    let hash = foundation.outputs.get(output::SPEC_HASH).or_else(|| foundation.tags.get(tag::SPEC_HASH));
    hash.is_some_and(|hash| *hash == names::spec_hash(given))
}

fn other_spec(name: &str, stored: &Cluster, given: &Cluster) -> Error {
    let tree = |spec: &Cluster| serde_json::to_value(spec).unwrap_or(Value::Null);
    let difference = differences("", &tree(stored), &tree(given)).into_iter().next();
    let Difference { field, was, is } = difference.unwrap_or_else(|| Difference::new("spec", "?", "?"));
    Error::new(
        ErrorKind::AlreadyExists,
        format!("this cluster was begun with another spec: {field} was {was} and is now {is}"),
    )
    .with_resource(format!("cluster {name}"))
    .with_hint(
        "Create it with the spec that it was begun with (its name alone is enough), `apply` this one to it, or choose \
         another name",
    )
}
