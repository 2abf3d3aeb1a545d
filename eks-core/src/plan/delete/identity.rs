//! The stack of the OIDC provider and the roles of service accounts.

use super::Delete;
use crate::observe::Seen;
use crate::plan::create::identity_look;
use crate::plan::draft::Stand;
use crate::plan::ownership;
use crate::plan::step::StepKind;

impl Delete<'_> {
    /// It goes when no pod is left that could need its role, such as one that takes load balancers away. Associations go
    /// with the cluster.
    pub(super) fn identity_stack(&mut self) {
        let action = StepKind::DeleteIdentityStack;
        let (stand, name, stack) = match &self.observed.identity_stack {
            Seen::Present(stack) if ownership::owns_stack(self.name, stack) => {
                (self.delete_stack(&action, stack), stack.name.clone(), Some(stack))
            }
            // What is gone stays in the plan: it was done.
            Seen::Absent if self.draft.recent.attempt(&action.id()).is_some() => {
                (Stand::Done, crate::plan::names::identity_stack(self.name), None)
            }
            _ => return,
        };
        let mut after = self.inhabitants();
        after.push(StepKind::ReleaseLoadBalancers);
        after.extend(stack.and_then(|stack| self.policies(stack, &after)));
        let looks = vec![identity_look(self.name, false)];
        self.draft.step(action, format!("stack {name}"), &after, stand, looks);
    }
}
