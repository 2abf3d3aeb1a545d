//! The foundation stack.

use std::collections::BTreeMap;

use super::Create;
use super::subnets::{check_subnets, cluster_role, cluster_subnets};
use crate::Result;
use crate::observe::{Look, StackStatus};
use crate::plan::draft::Stand;
use crate::plan::request::{CreateStack, Request};
use crate::plan::stack_stand::{StackStand, stack_stand};
use crate::plan::step::StepKind;
use crate::plan::{foundation, names, tag, zones};
use crate::spec::{Network, resolve};

impl Create<'_> {
    pub(super) fn foundation(&mut self) -> Result<()> {
        let stack_name = names::foundation_stack(self.name);
        let looks = vec![Look::Foundation { name: stack_name.clone(), spec: false }];
        let resource = format!("stack {stack_name}");
        let action = StepKind::CreateFoundation;
        let foundation = self.observed.foundation.present();
        let stand = match foundation {
            None => {
                let request = self.create_foundation(stack_name)?;
                self.draft.todo(&action, request)
            }
            Some(stack) => {
                let usable =
                    cluster_role(self.spec, stack).is_some() && cluster_subnets(self.spec, stack).is_some();
                match stack_stand(&self.draft, &action, stack, usable) {
                    StackStand::Usable | StackStand::Complete => Stand::Done,
                    StackStand::Moving => Stand::Running,
                    StackStand::Send(request) => Stand::Todo(request),
                    StackStand::Failed(issues) => Stand::Failed(issues),
                }
            }
        };
        self.draft.step(action, resource.clone(), &[], stand, looks.clone());
        let complete = foundation.is_some_and(|stack| stack.status == StackStatus::Complete);
        let rest = match foundation {
            Some(stack)
                if stack.status == StackStatus::CreateFailed || stack.status == StackStatus::UpdateFailed =>
            {
                Stand::Blocked
            }
            _ if complete => Stand::Done,
            _ => Stand::Running,
        };
        self.draft.step(StepKind::CompleteFoundation, resource, &[StepKind::CreateFoundation], rest, looks);
        Ok(())
    }

    fn create_foundation(&self, name: String) -> Result<Request> {
        // What only AWS knows of the spec is checked here, before the first write.
        resolve(&self.spec.version, self.observed.versions.as_deref().unwrap_or_default())?;
        let zones = match &self.spec.network {
            Network::New(network) => zones::choose(self.spec, network, self.observed.zones.as_deref())?,
            Network::Given(_) => {
                check_subnets(self.spec, self.observed)?;
                Vec::new()
            }
        };
        let mut tags = self.tags();
        tags.insert(tag::SPEC_HASH.to_owned(), names::spec_hash(self.given));
        tags.insert(tag::VERSION.to_owned(), foundation::LAYOUT.to_owned());
        if !zones.is_empty() {
            tags.insert(tag::ZONES.to_owned(), zones.join(" "));
        }
        let template = foundation::template(self.given, self.spec, &zones)?;
        Ok(Request::CreateStack(CreateStack { name, template, tags, express: false }))
    }
}
