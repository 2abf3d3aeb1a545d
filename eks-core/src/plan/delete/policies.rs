//! What others hung on roles of ours: it is taken away before the stack of the role is deleted, which would fail for it
//! (facts/failures.md D11), and reported.

use std::collections::BTreeMap;

use super::Delete;
use crate::observe::{ForeignPolicies, Look, StackState, StackStatus};
use crate::plan::draft::Stand;
use crate::plan::foundation::id;
use crate::plan::identity_stack;
use crate::plan::request::Request;
use crate::plan::step::StepKind;

impl Delete<'_> {
    /// The step that a stack's deletion waits for, if its roles hold anything of others. `after`: what needs the roles.
    pub(super) fn policies(&mut self, stack: &StackState, after: &[StepKind]) -> Option<StepKind> {
        let roles = roles(stack);
        let needed =
            after.iter().any(|step| self.draft.state(&step.id()).is_some_and(|state| !state.is_settled()));
        if roles.is_empty() || needed {
            return None;
        }
        let action = StepKind::DetachPolicies { stack: stack.name.clone() };
        let look = Look::ForeignPolicies { stack: stack.id.clone(), roles };
        let asked = self.draft.recent.attempt(&action.id()).is_some();
        let stand = match self.observed.foreign_policies.get(&stack.id) {
            // Too late to ask, and nothing to be done about it.
            None if stack.status == StackStatus::Deleting && asked => Stand::Done,
            None if stack.status == StackStatus::Deleting => return None,
            None => {
                self.unseen.push(look);
                return None;
            }
            Some(ForeignPolicies { problem: Some(problem), .. }) => Stand::Skipped(problem.clone()),
            Some(seen) if !seen.found.is_empty() => {
                Stand::Todo(Request::DetachPolicies { stack: stack.id.clone(), policies: seen.found.clone() })
            }
            Some(_) if asked => Stand::Done,
            Some(_) => return None,
        };
        self.draft.step(action.clone(), format!("roles of stack {}", stack.name), after, stand, vec![look]);
        Some(action)
    }
}

/// What eksctl's templates call roles (facts/eksctl.md §2.3 to §2.8).
const EKSCTL_ROLES: [&str; 7] = [
    "ServiceRole",
    "NodeInstanceRole",
    "Role1",
    "FargatePodExecutionRole",
    "AutoModeNodeRole",
    "KarpenterNodeRole",
    "HybridNodesSSMRole",
];

/// The names of the stack's roles, by logical id.
fn roles(stack: &StackState) -> BTreeMap<String, String> {
    let is_role = |logical: &str| {
        id::ROLES.contains(&logical) || EKSCTL_ROLES.contains(&logical) || identity_stack::is_role(logical)
    };
    let roles = stack.resources.iter().filter(|(logical, _)| is_role(logical));
    roles.filter_map(|(logical, role)| Some((logical.clone(), role.physical_id.clone()?))).collect()
}
