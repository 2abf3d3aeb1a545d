//! The foundation of a cluster whose spec changes: what it lacks comes first, the new spec itself is written down last.
//!
//! Until everything is as the new spec wants it, the foundation keeps the last one: who is killed on the way still
//! finds out what that one had and this one has not.

use std::collections::BTreeMap;

use crate::Result;
use crate::observe::{Look, StackResource, StackState, StackStatus};
use crate::plan::create::Create;
use crate::plan::draft::Stand;
use crate::plan::foundation::{Kept, id, output};
use crate::plan::request::{Request, UpdateStack};
use crate::plan::stack_stand::stack_issues;
use crate::plan::step::StepKind;
use crate::plan::{change_set, foundation, names, ownership, tag};

/// Whether a whole stack lacks what a changed spec needs of it.
pub(in crate::plan) fn needs_more(stack: &StackState, lacking: &[&str]) -> bool {
    let whole = stack.status == StackStatus::Complete;
    whole && !lacking.is_empty() && stack.resources.values().all(StackResource::is_complete)
}

impl Create<'_> {
    /// What the new spec wants of the foundation and the last one did not: roles, their policies, the log group.
    pub(in crate::plan) fn extend_foundation(&mut self, lacking: &[&str]) -> Result<()> {
        let (Some(last), Some(stack)) = (self.recorded, self.observed.foundation.present()) else {
            return Ok(());
        };
        let action = StepKind::UpdateFoundation;
        let executed = self.draft.recent.has_sent(&action.id(), "executeChangeSet");
        let mut looks = Vec::new();
        let stand = match stack.status {
            StackStatus::Updating if executed => Stand::Running,
            // Of a process that died, or of somebody.
            StackStatus::Updating if *last != *self.given && !self.records() => Stand::Running,
            StackStatus::UpdateFailed if executed => Stand::Failed(stack_issues(stack)),
            StackStatus::Complete if needs_more(stack, lacking) || self.wants_other_resources(stack)? => {
                let zones = zones(stack);
                let kept = self.kept(stack);
                let template = foundation::template_keeping(last, self.given, self.spec, &zones, &kept)?;
                let tags = self.stack_tags(stack);
                let (stand, shown) =
                    change_set::stand(&self.draft, self.observed, &action, stack, template, tags);
                looks = shown;
                stand
            }
            _ if executed => Stand::Done,
            _ => return Ok(()),
        };
        looks.push(look(&stack.name));
        self.draft.step(action, format!("stack {}", stack.name), &[], stand, looks);
        Ok(())
    }

    /// Whether this operation has begun to write the new spec down: everything else is done.
    fn records(&self) -> bool {
        self.draft.recent.has_sent(&StepKind::RecordSpec.id(), "updateStack")
    }

    /// Whether the stack was made of other resources than the spec makes. Where it does not say, the last spec tells.
    fn wants_other_resources(&self, stack: &StackState) -> Result<bool> {
        if stack.outputs.get(output::RESOURCES_SPEC) == Some(&names::spec_hash(self.given)) {
            return Ok(false);
        }
        let (zones, kept) = (zones(stack), self.kept(stack));
        let wanted = foundation::resources_hash(self.spec, &zones, &kept)?;
        if let Some(told) = stack.outputs.get(output::RESOURCES_HASH) {
            return Ok(*told != wanted);
        }
        let Some(last) = self.last else { return Ok(false) };
        Ok(foundation::resources_hash(&last.defaulted(), &zones, &kept)? != wanted)
    }

    fn kept(&self, stack: &StackState) -> Kept {
        let there = |id: &&str| stack.resources.contains_key(*id);
        Kept {
            roles: id::ROLES.into_iter().filter(there).collect(),
            without_log_group: self.has_log_group_outside(stack),
            auto_mode: self.last.is_some_and(|last| last.auto_mode().is_some()),
            names: self.naming.before.clone(),
        }
    }

    /// The spec that holds from now on, once everything is as it says.
    pub(super) fn record(&mut self) -> Result<()> {
        let (Some(last), Some(stack)) = (self.recorded, self.observed.foundation.present()) else {
            return Ok(());
        };
        let action = StepKind::RecordSpec;
        let attempted = self.draft.recent.has_sent(&action.id(), "updateStack");
        // The hash is as fresh as the stack's status; its metadata was read when the operation began.
        let is_known = last == self.given || ownership::has_hash(stack, self.given);
        let differs = !is_known || self.stack_tags(stack) != stack.tags;
        let stand = match stack.status {
            // By this operation, or by somebody.
            StackStatus::Updating if attempted || differs => Stand::Running,
            _ if !differs && attempted => Stand::Done,
            _ if !differs => return Ok(()),
            StackStatus::Complete
                if attempted && !self.draft.recent.just_sent(&action.id(), self.draft.now) =>
            {
                Stand::Failed(stack_issues(stack))
            }
            StackStatus::Complete => {
                let names = self.naming.names.clone();
                let (zones, kept) = (zones(stack), Kept { auto_mode: false, names, ..self.kept(stack) });
                let template =
                    foundation::template_keeping(self.given, self.given, self.spec, &zones, &kept)?;
                self.draft.todo(&action, update(stack, template, self.stack_tags(stack)))
            }
            _ => Stand::Blocked,
        };
        let left = |action: &&StepKind| !self.draft.is_settled(&action.id());
        let after: Vec<StepKind> = self.draft.actions().filter(left).cloned().collect();
        let resource = format!("stack {}", stack.name);
        self.draft.step(action, resource, &after, stand, vec![look(&stack.name)]);
        Ok(())
    }

    /// The stack's tags with those of the new spec. What it was made with and is nobody's wish (zones, layout, the first
    /// spec's hash) stays: with other tags CloudFormation goes through every resource.
    pub(super) fn stack_tags(&self, stack: &StackState) -> BTreeMap<String, String> {
        let mut tags = stack.tags.clone();
        for key in self.last.into_iter().flat_map(|last| last.tags.keys()) {
            if !self.spec.tags.contains_key(key) {
                tags.remove(key);
            }
        }
        tags.extend(self.tags());
        tags
    }
}

fn update(stack: &StackState, template: String, tags: BTreeMap<String, String>) -> Request {
    // Rollback stays on: the stack was whole (design §4).
    Request::UpdateStack(UpdateStack {
        name: stack.name.clone(),
        template: Some(template),
        tags,
        disable_rollback: false,
    })
}

fn zones(stack: &StackState) -> Vec<String> {
    let zones = stack.tags.get(tag::ZONES).map(String::as_str).unwrap_or_default();
    zones.split_whitespace().map(str::to_owned).collect()
}

fn look(stack: &str) -> Look {
    Look::Foundation { name: stack.to_owned(), spec: true }
}
