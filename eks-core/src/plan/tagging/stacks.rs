//! Our stacks: CloudFormation hands their tags on to what is in them (network, roles, launch templates).

use super::Tagging;
use super::parts::own_group_stacks;
use crate::observe::{Look, Observed, StackState, StackStatus};
use crate::plan::draft::Stand;
use crate::plan::ownership;
use crate::plan::request::{Request, UpdateStack};
use crate::plan::step::StepKind;
use crate::plan::{names, tag};

/// The foundation and the stacks of node groups, as far as they are ours.
pub(super) fn own<'a>(cluster: &'a str, observed: &'a Observed) -> Vec<&'a StackState> {
    let foundation = observed.foundation.present();
    let foundation = foundation.filter(|stack| ownership::owns_stack(cluster, stack));
    foundation.into_iter().chain(own_group_stacks(cluster, observed)).collect()
}

impl Tagging<'_> {
    pub(super) fn stacks(&mut self) {
        let observed = self.observed;
        for stack in own(self.name, observed) {
            let action = StepKind::TagStack { stack: stack.name.clone() };
            let stand = self.stack_stand(&action, stack);
            self.draft.step(action, format!("stack {}", stack.name), &[], stand, vec![self.look(stack)]);
        }
    }

    fn look(&self, stack: &StackState) -> Look {
        match stack.tags.get(tag::NODE_GROUP) {
            Some(group) if stack.name != names::foundation_stack(self.name) => {
                Look::NodeGroupStack { group: group.clone(), name: stack.name.clone() }
            }
            _ => Look::Foundation { name: stack.name.clone(), spec: false },
        }
    }

    fn stack_stand(&self, action: &StepKind, stack: &StackState) -> Stand {
        let mut tags = stack.tags.clone();
        tags.extend(self.change.wanted());
        self.change.unwanted().for_each(|key| drop(tags.remove(key)));
        let id = action.id();
        let attempted = self.draft.recent.has_sent(&id, "updateStack");
        match stack.status {
            StackStatus::Creating | StackStatus::Updating => Stand::Running,
            StackStatus::Complete if tags == stack.tags => Stand::Done,
            // It was rolled back: the caller, whose permissions CloudFormation uses, may not tag what is in it.
            StackStatus::Complete if attempted && !self.draft.recent.just_sent(&id, self.draft.now) => {
                let reason = stack.reason.as_deref().unwrap_or("see its events");
                Stand::Skipped(format!(
                    "stack {} was taken back to its last tags ({}): {reason}",
                    stack.name, stack.status_name
                ))
            }
            StackStatus::Complete => {
                let update = UpdateStack {
                    name: stack.name.clone(),
                    template: None,
                    tags,
                    // It is whole (design §4).
                    disable_rollback: false,
                };
                self.draft.todo(action, Request::UpdateStack(update))
            }
            _ => Stand::Skipped(format!(
                "stack {} was left as it is: it is in {}, and takes no update",
                stack.name, stack.status_name
            )),
        }
    }
}
