//! The foundation stack.

use super::Create;
use super::launches::check_launches;
use super::subnets::{
    auto_mode_role_there, check_subnets, cluster_role, cluster_subnets, lacking, log_group_there,
};
use crate::Result;
use crate::observe::{Issue, Look, NatGatewayState, NatGatewayStatus, StackState, StackStatus};
use crate::plan::apply::needs_more;
use crate::plan::draft::Stand;
use crate::plan::foundation::{EXPRESS, id};
use crate::plan::request::{CreateStack, Request};
use crate::plan::stack_stand::{stack_issues, stack_stand};
use crate::plan::step::StepKind;
use crate::plan::{expiry, foundation, names, tag, zones};
use crate::spec::{Cluster, Nat, Network, resolve};

impl Create<'_> {
    pub(super) fn foundation(&mut self) -> Result<()> {
        let stack_name = names::foundation_stack(self.name);
        // Of an adopted cluster it says what there was, which nothing else does any more.
        let looks = vec![Look::Foundation { name: stack_name.clone(), spec: self.adopts }];
        let resource = format!("stack {stack_name}");
        let action = StepKind::CreateFoundation;
        let foundation = self.observed.foundation.present();
        let mut lacking = foundation.map_or(Vec::new(), |stack| lacking(self.spec, stack));
        if self.last.is_some() {
            // Nothing waits for it, and it may be there without the stack.
            lacking.retain(|id| *id != id::LOG_GROUP);
        }
        self.extend_foundation(&lacking)?;
        let stand = match foundation {
            // A template is much to make for nothing.
            None if self.draft.is_pending(&action) => Stand::Running,
            None => {
                let request = self.create_foundation(stack_name)?;
                self.draft.make(&action, request)
            }
            Some(stack) if self.last.is_some() && needs_more(stack, &lacking) => Stand::Blocked,
            Some(stack) => {
                let usable = cluster_role(self.spec, stack).is_some()
                    && cluster_subnets(self.spec, stack).is_some()
                    && log_group_there(self.spec, stack)
                    && auto_mode_role_there(self.spec, stack);
                let lives_in_it = self.observed.cluster.present().is_some();
                match stack_stand(&self.draft, &action, stack, usable, &lacking) {
                    // Nothing is pulled from under a cluster.
                    Stand::Todo(Request::DeleteStack(_)) if lives_in_it => Stand::Failed(stack_issues(stack)),
                    stand => stand,
                }
            }
        };
        self.draft.step(action, resource.clone(), &[], stand, looks.clone());
        let (stand, looks) = match foundation {
            Some(stack) if stack.status == StackStatus::Complete => self.gateways(stack, looks),
            Some(stack)
                if stack.status == StackStatus::CreateFailed || stack.status == StackStatus::UpdateFailed =>
            {
                (Stand::Blocked, looks)
            }
            _ => (Stand::Running, looks),
        };
        self.draft.step(StepKind::CompleteFoundation, resource, &[StepKind::CreateFoundation], stand, looks);
        Ok(())
    }

    /// How the gateways of a complete stack stand: in express mode CloudFormation does not wait for them
    /// (facts/aws.md §2.8).
    fn gateways(&self, stack: &StackState, looks: Vec<Look>) -> (Stand, Vec<Look>) {
        let Some(look) = nat_gateways_look(self.spec, stack) else { return (Stand::Done, looks) };
        let gateways = self.observed.nat_gateways.as_deref();
        let of = |status| gateways.unwrap_or_default().iter().filter(move |it| it.status == status);
        let failed: Vec<Issue> = of(NatGatewayStatus::Failed).map(issue).collect();
        let stand = match gateways {
            Some(_) if !failed.is_empty() => Stand::Failed(failed),
            Some(_) if of(NatGatewayStatus::Pending).next().is_none() => Stand::Done,
            _ => Stand::Running,
        };
        (stand, vec![look])
    }

    fn create_foundation(&self, name: String) -> Result<Request> {
        if let Some(last) = self.recorded {
            return self.adopt_foundation(name, last);
        }
        // What only AWS knows of the spec is checked here, before the first write.
        resolve(&self.spec.version, self.observed.versions.as_deref().unwrap_or_default())?;
        let zones = match &self.spec.network {
            Network::New(network) => zones::choose(self.spec, network, self.observed.zones.as_deref())?,
            Network::Given(_) => {
                check_subnets(self.spec, self.observed)?;
                Vec::new()
            }
        };
        check_launches(self.spec, &zones, self.observed)?;
        let mut tags = self.tags();
        tags.insert(tag::SPEC_HASH.to_owned(), names::spec_hash(self.given));
        tags.insert(tag::VERSION.to_owned(), foundation::LAYOUT.to_owned());
        if !zones.is_empty() {
            tags.insert(tag::ZONES.to_owned(), zones.join(" "));
        }
        if let Some(moment) = expiry::tag_value(self.spec, self.draft.now)? {
            tags.insert(tag::EXPIRES.to_owned(), moment);
        }
        let template = foundation::template(self.given, self.spec, &zones)?;
        Ok(Request::CreateStack(CreateStack { name, template, tags, express: EXPRESS }))
    }
}

/// Where the NAT gateways of the network show, if the foundation makes any and EC2 can be asked.
pub(super) fn nat_gateways_look(spec: &Cluster, stack: &StackState) -> Option<Look> {
    let Network::New(network) = &spec.network else { return None };
    let any = network.nat.unwrap_or_default() != Nat::None;
    (any && EXPRESS)
        .then(|| stack.ready(id::VPC))
        .flatten()
        .map(|vpc| Look::NatGateways { vpc: vpc.to_owned() })
}

fn issue(gateway: &NatGatewayState) -> Issue {
    let (code, message) = gateway.failure.clone().unwrap_or_default();
    Issue { code, message, resources: vec![gateway.id.clone()] }
}
