//! A stack of the foundation's name in every state that CloudFormation has (facts/aws.md §2.8). Those that the
//! simulator comes to are met in `tests/behavior/bad_input/leftover_stack.rs`, too.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::world;
use crate::observe::{Caller, ClusterState, ClusterStatus, Observed, Seen, StackState, StackStatus};
use crate::plan::foundation::id;
use crate::plan::{Goal, Recent, Verdict, decide, names, tag};
use crate::spec::Cluster;

const NAMES: [&str; 22] = [
    "CREATE_IN_PROGRESS",
    "CREATE_COMPLETE",
    "CREATE_FAILED",
    "ROLLBACK_IN_PROGRESS",
    "ROLLBACK_COMPLETE",
    "ROLLBACK_FAILED",
    "UPDATE_IN_PROGRESS",
    "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
    "UPDATE_COMPLETE",
    "UPDATE_FAILED",
    "UPDATE_ROLLBACK_IN_PROGRESS",
    "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
    "UPDATE_ROLLBACK_COMPLETE",
    "UPDATE_ROLLBACK_FAILED",
    "DELETE_IN_PROGRESS",
    "DELETE_FAILED",
    "REVIEW_IN_PROGRESS",
    "IMPORT_IN_PROGRESS",
    "IMPORT_COMPLETE",
    "IMPORT_ROLLBACK_IN_PROGRESS",
    "IMPORT_ROLLBACK_COMPLETE",
    "IMPORT_ROLLBACK_FAILED",
];

fn spec() -> Cluster {
    Cluster::builder().name("web").no_node_groups().no_addons().build().expect("valid")
}

/// A stack that is whole has every resource that a create asks for, another one none yet. None has a VPC, which a
/// delete would have to sweep first.
fn stack(status_name: &str, owner: Option<&str>) -> StackState {
    let status = StackStatus::from_name(status_name).expect(status_name);
    let mut resources = world::foundation_stack(status).resources;
    resources.remove(id::VPC);
    let zones = (tag::ZONES.to_owned(), world::ZONES.join(" "));
    let owner = owner.map(|owner| (tag::CLUSTER.to_owned(), owner.to_owned()));
    StackState {
        name: names::foundation_stack("web"),
        id: "arn:aws:cloudformation:us-west-2:111122223333:stack/eks-web/1".to_owned(),
        status,
        status_name: status_name.to_owned(),
        reason: None,
        protected: false,
        tags: owner.into_iter().chain([zones]).collect(),
        outputs: BTreeMap::new(),
        resources: if status == StackStatus::Complete { resources } else { BTreeMap::new() },
        spec: Some(spec().to_json().expect("JSON")),
        names: None,
        created_at: 0,
    }
}

fn observed(stack: StackState) -> Observed {
    let arn = "arn:aws:iam::111122223333:user/me".to_owned();
    Observed {
        caller: Some(Caller { account: "111122223333".to_owned(), arn }),
        versions: world::nothing().versions,
        foundation: Seen::Present(stack),
        cluster: Seen::Absent,
        ..Observed::default()
    }
}

/// The state of a step with what it sends, or what is said instead.
fn decided(goal: &Goal, observed: &Observed, step: &str) -> String {
    match decide(goal, observed, &Recent::default(), 0) {
        Err(error) => format!("{:?}: {error}", error.kind()),
        Ok(Verdict::Blind(looks)) => format!("looks at {looks:?}"),
        Ok(Verdict::Decided(decision)) => {
            let state = decision.steps.iter().find(|it| it.id == step).map(|it| &it.state);
            let sends = decision.requests.get(step).map(|request| format!(" {}", request.kind()));
            format!("{:?}{}", state.expect(step), sends.unwrap_or_default())
        }
    }
}

fn create() -> Goal {
    Goal::Create { name: "web".to_owned(), spec: Some(Box::new(spec())), options: Default::default() }
}

fn delete() -> Goal {
    Goal::Delete { name: "web".to_owned(), options: crate::DeleteOptions::default() }
}

#[test]
fn of_ours() {
    let mut table = String::new();
    for name in NAMES {
        let observed = observed(stack(name, Some("web")));
        writeln!(table, "{name}").expect("a String takes text");
        writeln!(table, "  create: {}", decided(&create(), &observed, "createFoundation")).expect("text");
        writeln!(table, "  delete: {}", decided(&delete(), &observed, "deleteFoundation")).expect("text");
    }
    insta::assert_snapshot!(table);
}

#[test]
fn of_others() {
    for name in NAMES {
        for owner in [None, Some("shop")] {
            let observed = observed(stack(name, owner));
            let said = format!(
                "AlreadyExists: stack eks-web-4b5e57f6: a stack of this name exists in state {name} and was not \
                 made by this library. Nothing was touched. Choose another cluster name, or delete that stack if \
                 it is yours"
            );
            assert_eq!(decided(&create(), &observed, "createFoundation"), said);
            assert_eq!(decided(&delete(), &observed, "deleteFoundation"), said);
        }
    }
}

/// Whatever has become of the stack: while a cluster lives in it, a create deletes nothing.
#[test]
fn under_a_living_cluster() {
    for name in NAMES {
        let mut cluster = ClusterState { name: "web".to_owned(), ..world::cluster(ClusterStatus::Active) };
        cluster.tags.insert(tag::CLUSTER.to_owned(), "web".to_owned());
        let observed = Observed { cluster: Seen::Present(cluster), ..observed(stack(name, Some("web"))) };
        let decided = decided(&create(), &observed, "createFoundation");
        assert!(!decided.contains("deleteStack"), "{name}: {decided}");
    }
}
