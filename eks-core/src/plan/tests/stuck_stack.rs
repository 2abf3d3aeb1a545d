//! Stacks that stay in DELETE_FAILED.

use super::world::{self, NAME};
use crate::ErrorKind;
use crate::observe::{Leftovers, Observed, Seen, StackState, StackStatus};
use crate::plan::foundation::id;
use crate::plan::{DeleteOptions, Goal, Recent, Request, Verdict, decide, remember_retained, retained};

const NOW: i64 = 10_000_000;

/// The foundation alone is left, and these of its resources are in these states.
fn failed(resources: &[(&str, &str)]) -> Observed {
    let mut stack = world::foundation_stack(StackStatus::DeleteFailed);
    for (logical, status) in resources {
        let resource = stack.resources.get_mut(*logical).expect("there");
        (*status).clone_into(&mut resource.status);
        resource.reason = Some("it is in use".to_owned());
    }
    Observed {
        cluster: Seen::Absent,
        node_group_stacks: [].into(),
        leftovers: Some(Leftovers::default()),
        foundation: Seen::Present(stack),
        ..world::everything()
    }
}

fn sent(kinds: &[&str]) -> Recent {
    Recent { vpc: Some("vpc-1".to_owned()), ..world::sent(NOW, 1_000_000, &[("deleteFoundation", kinds)]) }
}

/// What is sent for the foundation: its kind, and what it leaves behind.
fn sends(retain: bool, observed: &Observed, recent: &Recent) -> crate::Result<(&'static str, Vec<String>)> {
    let options = DeleteOptions::default().retain_what_is_stuck(retain);
    match decide(&Goal::Delete { name: NAME.to_owned(), options }, observed, recent, NOW)? {
        Verdict::Decided(mut decision) => match decision.requests.remove("deleteFoundation") {
            Some(request @ Request::DeleteStack(_)) => {
                let kind = request.kind();
                let Request::DeleteStack(stack) = request else { unreachable!("it is one") };
                Ok((kind, stack.retain))
            }
            other => panic!("{other:?}"),
        },
        Verdict::Blind(looks) => panic!("blind: {looks:?}"),
    }
}

#[test]
fn after_the_last_try_what_is_stuck_is_left_behind_if_the_caller_says_so() {
    let observed = failed(&[(id::VPC, "DELETE_FAILED"), (id::CLUSTER_ROLE, "DELETE_COMPLETE")]);
    let (three, four) = (sent(&["deleteStack"; 3]), sent(&["deleteStack"; 4]));
    for retain in [false, true] {
        let again = sends(retain, &observed, &three).expect("again");
        assert_eq!(again, ("deleteStack", Vec::new()), "{retain}");
    }
    let error = sends(false, &observed, &four).expect_err("the end");
    assert_eq!((error.kind(), error.code()), (ErrorKind::Failed, Some("DELETE_FAILED")));
    assert!(error.message().contains("VPC: it is in use"), "{error}");
    assert!(error.hint().is_some_and(|hint| hint.contains("`retain_what_is_stuck`")), "{error}");
    let left = sends(true, &observed, &four).expect("without the VPC");
    assert_eq!(left, ("deleteStackRetaining", vec!["VPC".to_owned()]));
}

#[test]
fn what_was_left_behind_is_named_again_in_the_next_round_and_there_is_a_last_one() {
    let observed = failed(&[(id::SECURITY_GROUP, "DELETE_SKIPPED"), (id::VPC, "DELETE_FAILED")]);
    let rounds = |rounds| {
        let kinds = [vec!["deleteStack"; 4], vec!["deleteStackRetaining"; rounds]].concat();
        sends(true, &observed, &sent(&kinds))
    };
    let both = vec![id::SECURITY_GROUP.to_owned(), id::VPC.to_owned()];
    assert_eq!(rounds(1).expect("again").1, both);
    assert_eq!(rounds(3).expect("again").1, both);
    assert_eq!(rounds(4).expect_err("the end").kind(), ErrorKind::Failed);
}

/// The stack alone says that it failed: there is nothing to be named.
#[test]
fn nothing_is_left_behind_blindly() {
    let error = sends(true, &failed(&[]), &sent(&["deleteStack"; 4])).expect_err("the end");
    assert_eq!(error.kind(), ErrorKind::Failed);
}

#[test]
fn it_is_named_with_its_id() {
    let observed = failed(&[(id::VPC, "DELETE_FAILED")]);
    let name = observed.foundation.present().map(|stack| stack.name.clone()).expect("there");
    let words = vec![format!("VPC vpc-1 of stack {name}")];
    let Some(StackState { id: arn, .. }) = observed.foundation.present() else { panic!("there") };
    let request = crate::plan::DeleteStack { id: arn.clone(), retain: vec!["VPC".to_owned()] };
    assert_eq!(retained(&request, &observed), words);
    // Another process sees what its stack leaves out.
    let mut recent = Recent::default();
    remember_retained(NAME, &observed, &mut recent);
    assert!(recent.retained.is_empty());
    for _ in 0..2 {
        remember_retained(NAME, &failed(&[(id::VPC, "DELETE_SKIPPED")]), &mut recent);
        assert_eq!(recent.retained, words);
    }
}
