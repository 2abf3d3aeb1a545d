//! The log group of the control plane: whose it is, when it goes, and what waits for that.

use std::collections::BTreeMap;

use super::world::{self, NAME};
use crate::ErrorKind;
use crate::observe::{
    ClusterState, ClusterStatus, LogGroup, Look, Observed, Seen, StackResource, StackStatus,
};
use crate::plan::{
    Decision, DeleteOptions, Goal, Recent, StepKind, StepState, Verdict, decide, foundation, remember_logs,
};

const NOW: i64 = 10_000_000;

fn verdict(options: DeleteOptions, observed: &Observed, recent: &Recent) -> crate::Result<Verdict> {
    decide(&Goal::Delete { name: NAME.to_owned(), options }, observed, recent, NOW)
}

fn decided(observed: &Observed, recent: &Recent) -> Decision {
    match verdict(DeleteOptions::default(), observed, recent) {
        Ok(Verdict::Decided(decision)) => decision,
        other => panic!("not decided: {other:?}"),
    }
}

fn state(decision: &Decision, kind: &StepKind) -> StepState {
    decision.steps.iter().find(|step| step.action == *kind).expect("in the plan").state.clone()
}

/// The cluster is gone, the foundation is there; the log group was looked at.
fn gone(log_group: Option<LogGroup>) -> Observed {
    Observed {
        cluster: Seen::Absent,
        node_group_stacks: [].into(),
        leftovers: Some(Default::default()),
        log_group,
        ..world::everything()
    }
}

/// In a network that was given the foundation is roles alone.
fn in_a_given_network(observed: Observed) -> Observed {
    let mut stack = world::foundation_stack(StackStatus::Complete);
    stack.outputs.clear();
    stack.resources.remove(foundation::id::VPC);
    Observed { foundation: Seen::Present(stack), ..observed }
}

fn since(born: i64) -> Recent {
    Recent { born: Some(born), ..Recent::default() }
}

fn made_at(created_at: i64) -> Option<LogGroup> {
    Some(LogGroup { created_at: Some(created_at), ..LogGroup::default() })
}

#[test]
fn it_is_looked_for_when_the_cluster_is_gone() {
    let asked = |options, observed: &Observed, recent: &Recent| match verdict(options, observed, recent) {
        Ok(Verdict::Blind(looks)) => looks == [Look::LogGroup { name: "/aws/eks/shop/cluster".to_owned() }],
        Ok(Verdict::Decided(_)) => false,
        Err(error) => panic!("{error}"),
    };
    let options = DeleteOptions::default;
    assert!(asked(options(), &gone(None), &since(1)));
    assert!(!asked(options(), &world::everything(), &since(1)), "it is there");
    assert!(!asked(options(), &gone(Some(LogGroup::default())), &since(1)), "it was looked at");
    assert!(!asked(options(), &gone(None), &Recent::default()), "nothing was ever ours");
    assert!(!asked(options(), &gone(None), &Recent { adopted: true, ..since(1) }), "it was not ours");
    assert!(!asked(options().keep_logs(true), &gone(None), &since(1)));
}

#[test]
fn what_is_older_or_protected_stays() {
    let action = StepKind::DeleteLogGroup;
    let is_left = |group: Option<LogGroup>, born| {
        matches!(state(&decided(&gone(group), &since(born)), &action), StepState::Skipped { .. })
    };
    assert!(is_left(made_at(4), 5));
    assert!(!is_left(made_at(5), 5));
    assert!(is_left(Some(LogGroup { created_at: Some(5), protected: true, ..LogGroup::default() }), 5));
    assert!(is_left(Some(LogGroup { unchecked: Some("denied".to_owned()), ..LogGroup::default() }), 5));
    let denied = BTreeMap::from([(action.id(), "denied".to_owned())]);
    let refused = Recent { denied, ..since(5) };
    let denied = state(&decided(&gone(made_at(6)), &refused), &action);
    assert!(matches!(denied, StepState::Skipped { reason } if reason == "denied"));
    assert!(decided(&gone(made_at(6)), &since(5)).requests.contains_key("deleteLogGroup"));
}

#[test]
fn without_logs_there_is_no_such_step() {
    let has = |observed: &Observed, recent: &Recent| {
        decided(observed, recent).steps.iter().any(|step| step.action == StepKind::DeleteLogGroup)
    };
    assert!(!has(&gone(Some(LogGroup::default())), &since(1)));
    assert!(!has(&world::everything(), &since(1)));
    // Its stack has deleted it, and late lines make it again.
    let wrote = Recent { writes_logs: true, ..since(1) };
    assert!(has(&gone(Some(LogGroup::default())), &wrote));
    assert!(has(&world::everything(), &wrote), "the plan says so from the beginning");
    // It was there when a process came that knew nothing of logs; what was done stays in the plan.
    let sent = world::sent(NOW, 1_000, &[("deleteLogGroup", &["deleteLogGroup"])]);
    assert!(has(&gone(Some(LogGroup::default())), &Recent { born: Some(1), ..sent }));
}

/// It takes a minute until no more lines come, and the stack of a network as long; one of roles is gone at once, and
/// with it what says whose the group was.
#[test]
fn a_stack_of_roles_waits_for_it() {
    let requests =
        |observed: Observed| -> Vec<String> { decided(&observed, &since(1)).requests.into_keys().collect() };
    assert_eq!(requests(gone(made_at(2))), ["deleteFoundation", "deleteLogGroup"]);
    assert_eq!(requests(in_a_given_network(gone(made_at(2)))), ["deleteLogGroup"]);
    assert_eq!(requests(in_a_given_network(gone(Some(LogGroup::default())))), ["deleteFoundation"]);
}

#[test]
fn late_lines_are_waited_for_once() {
    let mut recent = Recent::default();
    let held = |recent: &Recent| recent.attempt("deleteLogGroup").map(|attempt| attempt.not_before);
    let writes =
        ClusterState { logging: [crate::spec::LogType::Api].into(), ..world::cluster(ClusterStatus::Active) };
    remember_logs(
        NAME,
        &Observed { cluster: Seen::Present(writes), ..world::everything() },
        &mut recent,
        NOW,
    );
    assert_eq!((recent.writes_logs, recent.born, held(&recent)), (true, Some(0), None));
    remember_logs(NAME, &gone(None), &mut recent, NOW + 1);
    assert_eq!(held(&recent), Some(NOW + 60_001));
    remember_logs(NAME, &gone(made_at(2)), &mut recent, NOW + 30_000);
    assert_eq!(held(&recent), Some(NOW + 60_001));
}

#[test]
fn another_process_waits_for_them_too() {
    let mut recent = Recent::default();
    remember_logs(NAME, &gone(None), &mut recent, NOW);
    assert_eq!(recent.attempt("deleteLogGroup"), None);
    remember_logs(NAME, &gone(made_at(2)), &mut recent, NOW);
    assert_eq!(recent.attempt("deleteLogGroup").map(|attempt| attempt.not_before), Some(NOW + 60_000));
}

#[test]
fn a_cluster_of_others_keeps_its_logs() {
    let mut foreign = world::cluster(ClusterStatus::Active);
    foreign.tags.clear();
    let observed = Observed { cluster: Seen::Present(foreign), ..world::everything() };
    let mut recent = Recent::default();
    remember_logs(NAME, &observed, &mut recent, NOW);
    assert!(recent.adopted);
}

#[test]
fn what_is_part_of_a_stack_cannot_be_kept() {
    let mut stack = world::foundation_stack(StackStatus::Complete);
    let group = StackResource { physical_id: None, status: "CREATE_COMPLETE".to_owned(), reason: None };
    stack.resources.insert(foundation::id::LOG_GROUP.to_owned(), group);
    let observed = Observed { foundation: Seen::Present(stack.clone()), ..world::everything() };
    let keep = || DeleteOptions::default().keep_logs(true);
    let error = verdict(keep(), &observed, &since(1)).expect_err("refused");
    assert_eq!(error.kind(), ErrorKind::Conflict);
    assert!(verdict(DeleteOptions::default(), &observed, &since(1)).is_ok());
    // Too late to refuse it.
    stack.status = StackStatus::Deleting;
    assert!(verdict(keep(), &Observed { foundation: Seen::Present(stack), ..observed }, &since(1)).is_ok());
}
