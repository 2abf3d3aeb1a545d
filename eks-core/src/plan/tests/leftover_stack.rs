//! A stack of the foundation's name in every state that CloudFormation has (facts/aws.md §2.8). Those that the
//! simulator comes to are met in `tests/behavior/bad_input/leftover_stack.rs`, too.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::super::{Goal, Recent, Verdict, decide, names, tag};
use crate::observe::{Caller, ClusterState, ClusterStatus, Observed, Seen, StackState, StackStatus};
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

fn stack(status_name: &str, owner: Option<&str>) -> StackState {
    StackState {
        name: names::foundation_stack("web"),
        id: "arn:aws:cloudformation:us-west-2:111122223333:stack/eks-web/1".to_owned(),
        status: StackStatus::from_name(status_name).expect(status_name),
        status_name: status_name.to_owned(),
        reason: None,
        tags: owner.map(|owner| (tag::CLUSTER.to_owned(), owner.to_owned())).into_iter().collect(),
        outputs: BTreeMap::new(),
        resources: BTreeMap::new(),
        spec: Some(spec().to_json().expect("JSON")),
        created_at: 0,
    }
}

fn observed(stack: StackState) -> Observed {
    let arn = "arn:aws:iam::111122223333:user/me".to_owned();
    Observed {
        caller: Some(Caller { account: "111122223333".to_owned(), arn }),
        versions: Some(Vec::new()),
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
    Goal::Create { name: "web".to_owned(), spec: Some(Box::new(spec())) }
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
        let cluster = ClusterState {
            name: "web".to_owned(),
            arn: "arn:aws:eks:us-west-2:111122223333:cluster/web".to_owned(),
            created_at: 0,
            status: ClusterStatus::Active,
            version: "1.36".to_owned(),
            platform_version: None,
            endpoint: None,
            certificate_authority: None,
            role_arn: String::new(),
            vpc: None,
            subnets: Vec::new(),
            security_group: None,
            issuer: None,
            public_access: true,
            access_entries: true,
            deletion_protection: false,
            tags: BTreeMap::from([(tag::CLUSTER.to_owned(), "web".to_owned())]),
            issues: Vec::new(),
        };
        let observed = Observed { cluster: Seen::Present(cluster), ..observed(stack(name, Some("web"))) };
        let decided = decided(&create(), &observed, "createFoundation");
        assert!(!decided.contains("deleteStack"), "{name}: {decided}");
    }
}
