//! How the change of a stack stands by what its change set is.

use super::world::{self, NAME};
use crate::observe::{
    Change, ChangeAction, ChangeSetState, ChangeSetStatus, Look, Observed, Seen, StackStatus,
};
use crate::plan::draft::Draft;
use crate::plan::draft::Stand;
use crate::plan::step::StepKind;
use crate::plan::{Recent, change_set};

const NOW: i64 = 10_000_000;

/// What is done of a change of the group's stack whose change set was seen so, after these requests.
fn stand(seen: Seen<ChangeSetState>, sent: &[&'static str], ago: i64) -> String {
    let action = StepKind::UpdateNodeGroupStack { group: "web".to_owned() };
    let recent = match sent {
        [] => Recent::default(),
        sent => world::sent(NOW, ago, &[("updateNodeGroupStack/web", sent)]),
    };
    let stack = world::group_stack(StackStatus::Complete);
    let decide = |observed: &Observed| {
        let draft = Draft::new(&recent, NOW, None);
        change_set::stand(&draft, observed, &action, &stack, "{}".to_owned(), stack.tags.clone())
    };
    let (_, looks) = decide(&Observed::default());
    let Look::ChangeSet { name, .. } = &looks[0] else { panic!("{looks:?}") };
    let observed = Observed { change_sets: [(name.clone(), seen)].into(), ..Observed::default() };
    match decide(&observed).0 {
        Stand::Todo(request) => request.kind().to_owned(),
        Stand::Running => "running".to_owned(),
        Stand::Failed(issues) => format!("failed: {}", issues[0].message),
        _ => panic!("of {NAME} another stand"),
    }
}

fn set(status: ChangeSetStatus, action: ChangeAction) -> Seen<ChangeSetState> {
    let change = Change {
        resource: "NodeInstanceRole".to_owned(),
        kind: "AWS::IAM::Role".to_owned(),
        physical_id: Some("role-1".to_owned()),
        action,
    };
    Seen::Present(ChangeSetState { status, reason: Some("no changes".to_owned()), changes: vec![change] })
}

#[test]
fn it_is_made_read_and_only_then_executed() {
    use ChangeAction::{Add, Modify, Remove, Replace};
    use ChangeSetStatus::{Available, Comparing, Executing, Failed, Over};
    let replaced = "failed: NodeInstanceRole (AWS::IAM::Role) would be replaced by another one";
    let removed = "failed: NodeInstanceRole (AWS::IAM::Role) would be deleted";
    let lost = "failed: the stack is in Complete";
    let (soon, late) = (1_000, 300_000);
    for (seen, sent, ago, expected) in [
        (Seen::Unknown, &[][..], 0, "createChangeSet"),
        (Seen::Absent, &[], 0, "createChangeSet"),
        (Seen::Absent, &["createChangeSet"], soon, "running"),
        (Seen::Absent, &["createChangeSet"], late, "createChangeSet"),
        (
            Seen::Absent,
            &["createChangeSet", "createChangeSet", "createChangeSet", "deleteChangeSet"],
            soon,
            lost,
        ),
        (set(Comparing, Modify), &["createChangeSet"], soon, "running"),
        (set(Available, Modify), &["createChangeSet"], soon, "executeChangeSet"),
        (set(Available, Add), &[], 0, "executeChangeSet"),
        (set(Available, Replace), &["createChangeSet"], soon, "deleteChangeSet"),
        (set(Available, Remove), &[], 0, "deleteChangeSet"),
        (set(Available, Replace), &["createChangeSet", "deleteChangeSet"], soon, replaced),
        (set(Available, Remove), &["deleteChangeSet"], soon, removed),
        (set(Failed, Modify), &["createChangeSet"], soon, "deleteChangeSet"),
        (set(Failed, Modify), &["createChangeSet", "deleteChangeSet"], soon, "failed: no changes"),
        (set(Executing, Modify), &[], 0, "running"),
        (set(Executing, Modify), &["createChangeSet", "executeChangeSet"], late, "running"),
        (set(Over, Modify), &[], 0, "deleteChangeSet"),
        (set(Over, Modify), &["createChangeSet", "executeChangeSet"], late, lost),
        (Seen::Absent, &["createChangeSet", "executeChangeSet"], soon, "running"),
        (Seen::Absent, &["createChangeSet", "executeChangeSet"], late, lost),
    ] {
        assert_eq!(stand(seen.clone(), sent, ago), expected, "{seen:?} after {sent:?}, {ago} ms ago");
    }
}
