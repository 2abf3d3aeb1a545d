//! Load balancers that Kubernetes made: it takes them away first, while the nodes are there; what is left goes after
//! them.

use std::collections::BTreeMap;

use super::world::{self, NAME};
use crate::ErrorKind;
use crate::observe::{
    ClusterStatus, Exposed, ExposedObject, Leftovers, LoadBalancer, LoadBalancers, Look, Observed, Seen,
};
use crate::plan::{Decision, DeleteOptions, Goal, Recent, StepKind, StepState, Verdict, decide, tag};

const NOW: i64 = 10_000_000;

fn verdict(observed: &Observed, recent: &Recent) -> crate::Result<Verdict> {
    decide(&Goal::Delete { name: NAME.to_owned(), options: DeleteOptions::default() }, observed, recent, NOW)
}

fn decided(observed: &Observed, recent: &Recent) -> Decision {
    match verdict(observed, recent) {
        Ok(Verdict::Decided(decision)) => decision,
        other => panic!("not decided: {other:?}"),
    }
}

fn sends(observed: &Observed, recent: &Recent) -> Vec<String> {
    decided(observed, recent).requests.into_keys().collect()
}

fn state(decision: &Decision, kind: &StepKind) -> StepState {
    decision.steps.iter().find(|step| step.action == *kind).expect("in the plan").state.clone()
}

/// One load balancer that was seen just now, and a delete that has been marked.
fn marked() -> Observed {
    let mut cluster = world::cluster(ClusterStatus::Active);
    cluster.tags.insert(tag::GOAL.to_owned(), "delete".to_owned());
    let one = LoadBalancer { id: "a1b2".to_owned(), protected: false };
    let balancers = LoadBalancers { seen_at: NOW, ours: vec![one], ..LoadBalancers::default() };
    Observed { cluster: Seen::Present(cluster), load_balancers: Some(balancers), ..world::everything() }
}

fn exposed(leaving: bool) -> Exposed {
    let object = ExposedObject {
        name: "Service default/shop".to_owned(),
        path: "/api/v1/namespaces/default/services/shop".to_owned(),
        leaving,
    };
    Exposed { objects: vec![object], problem: None }
}

/// Kubernetes was asked so long ago.
fn asked(ago: i64) -> Recent {
    Recent {
        vpc: Some("vpc-1".to_owned()),
        ..world::sent(NOW, ago, &[("releaseLoadBalancers", &["deleteExposed"])])
    }
}

#[cfg(feature = "ec2")]
#[test]
fn they_are_asked_about_before_anything_is_decided() {
    let observed = Observed { load_balancers: None, ..marked() };
    let Ok(Verdict::Blind(looks)) = verdict(&observed, &Recent::default()) else { panic!("decided") };
    assert!(matches!(&looks[..], [Look::LoadBalancers { ours: true, .. }]), "{looks:?}");
}

#[test]
fn without_any_the_plan_has_no_such_step() {
    let none = Observed { load_balancers: Some(LoadBalancers::default()), ..marked() };
    let steps = decided(&none, &Recent::default()).steps;
    assert!(!steps.iter().any(|step| step.id.contains("LoadBalancers")));
}

#[test]
fn kubernetes_takes_them_away_before_the_nodes_go() {
    let with = |exposed| Observed { exposed, ..marked() };
    let no_recent = Recent::default();
    let release = StepKind::ReleaseLoadBalancers;
    // It is asked, first what there is, then to delete it.
    let decision = decided(&with(None), &no_recent);
    assert_eq!(state(&decision, &release), StepState::Running);
    assert_eq!(decision.looks[&release.id()], [Look::Exposed]);
    assert_eq!(sends(&with(Some(exposed(false))), &no_recent), ["releaseLoadBalancers"]);
    // Then it is waited for, for two minutes, as long as it is at it.
    let groups = ["deleteFargateProfile/jobs", "deleteNodeGroup/web"];
    assert_eq!(sends(&with(Some(exposed(true))), &asked(60_000)), Vec::<String>::new());
    assert_eq!(sends(&with(Some(exposed(true))), &asked(120_000)), groups);
    assert_eq!(sends(&with(Some(exposed(false))), &asked(1_000)), groups, "it was refused");
    assert_eq!(sends(&with(Some(Exposed::default())), &asked(1_000)), groups);
    // Or it is not there at all.
    let away = Exposed { problem: Some("no answer".to_owned()), ..Exposed::default() };
    assert_eq!(sends(&with(Some(away)), &no_recent), groups);
}

/// The nodes are gone, and what Kubernetes was asked.
fn empty(load_balancers: LoadBalancers) -> Observed {
    Observed {
        node_groups: Some(BTreeMap::new()),
        fargate_profiles: Some(BTreeMap::new()),
        leftovers: Some(Leftovers::default()),
        load_balancers: Some(load_balancers),
        exposed: Some(Exposed::default()),
        ..marked()
    }
}

#[test]
fn what_is_left_goes_after_the_nodes_and_before_the_network() {
    let seen = marked().load_balancers.expect("one");
    let recent = Recent { load_balancers: vec!["a1b2".to_owned()], ..asked(60_000) };
    let sent = sends(&empty(seen.clone()), &recent);
    assert_eq!(sent, ["deleteCluster", "deleteLoadBalancers", "deleteNodeGroupStack/web"]);
    // What was seen long ago is looked at again first.
    let old = empty(LoadBalancers { seen_at: NOW - 31_000, ..seen });
    assert!(matches!(verdict(&old, &recent), Ok(Verdict::Blind(looks)) if looks.len() == 1));
    // Their interfaces are waited for, but not for ever.
    let interfaces = LoadBalancers { interfaces: vec!["eni-1".to_owned()], ..LoadBalancers::default() };
    let gone = Observed { cluster: Seen::Absent, node_group_stacks: BTreeMap::new(), ..empty(interfaces) };
    let since = |ago: i64| {
        let mut recent = recent.clone();
        recent.attempts.entry("deleteLoadBalancers".to_owned()).or_default().started = Some(NOW - ago);
        recent
    };
    assert_eq!(sends(&gone, &since(60_000)), Vec::<String>::new());
    assert_eq!(sends(&gone, &since(900_000)), ["deleteFoundation"]);
}

#[test]
fn in_a_given_network_they_go_before_the_cluster() {
    let seen = marked().load_balancers.expect("one");
    let recent = Recent { load_balancers: vec!["a1b2".to_owned()], ..asked(60_000) };
    let observed = Observed { foundation: Seen::Absent, ..empty(seen) };
    assert!(!sends(&observed, &recent).contains(&"deleteCluster".to_owned()));
}

#[test]
fn a_protected_one_is_refused() {
    let mut observed = marked();
    let balancers = observed.load_balancers.as_mut().expect("one");
    balancers.ours[0].protected = true;
    let error = verdict(&observed, &Recent::default()).expect_err("refused");
    assert_eq!((error.kind(), error.resource()), (ErrorKind::Conflict, Some("load balancer a1b2")));
}

#[test]
fn what_could_not_be_looked_at_is_said() {
    let unchecked = LoadBalancers { unchecked: vec!["denied".to_owned()], ..LoadBalancers::default() };
    let recent = Recent { vpc: Some("vpc-1".to_owned()), ..Recent::default() };
    let decision = decided(&empty(unchecked), &recent);
    let skipped = StepState::Skipped { reason: "denied".to_owned() };
    assert_eq!(state(&decision, &StepKind::DeleteLoadBalancers), skipped);
}
