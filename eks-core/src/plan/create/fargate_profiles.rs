//! Fargate profiles.

use std::collections::BTreeMap;

use super::Create;
use super::subnets::{new_subnets, role_arn};
use crate::observe::{FargateProfileStatus, Look};
use crate::plan::draft::Stand;
use crate::plan::foundation::id;
use crate::plan::request::{CreateFargateProfile, Request};
use crate::plan::step::StepKind;
use crate::spec::{FargateProfile, Network};

impl Create<'_> {
    /// One at a time: EKS refuses a second one while a first is being made (facts/aws.md §2.4).
    pub(super) fn fargate_profiles(&mut self) {
        let none = BTreeMap::new();
        let there = self.observed.fargate_profiles.as_ref().unwrap_or(&none);
        let busy = there.values().any(|profile| {
            matches!(profile.status, FargateProfileStatus::Creating | FargateProfileStatus::Deleting)
        });
        let mut before = vec![StepKind::CreateCluster, StepKind::CompleteFoundation];
        for profile in &self.spec.fargate_profiles {
            let action = StepKind::CreateFargateProfile { profile: profile.name.clone() };
            let next = before.iter().all(|step| self.draft.is_settled(&step.id()));
            let stand = match there.get(&profile.name) {
                // Another process's profile holds it up, or one that is not in the spec.
                None if busy && next => Stand::Held,
                None if busy => Stand::Blocked,
                None => match self.create_fargate_profile(profile) {
                    Some(request) => self.draft.make(&action, request),
                    None => Stand::Blocked,
                },
                Some(seen) => match seen.status {
                    FargateProfileStatus::Active => Stand::Done,
                    // By this call, by one that died over its repair, or by somebody: it is made anew.
                    FargateProfileStatus::Creating | FargateProfileStatus::Deleting => Stand::Running,
                    FargateProfileStatus::CreateFailed | FargateProfileStatus::DeleteFailed => {
                        let (cluster, profile) = (self.name.to_owned(), profile.name.clone());
                        let delete = Request::DeleteFargateProfile { cluster, profile };
                        self.draft.anew(&action, delete, &seen.issues)
                    }
                },
            };
            let looks = match stand {
                Stand::Held => vec![Look::FargateProfiles],
                _ => vec![Look::FargateProfile { name: profile.name.clone() }],
            };
            let resource = format!("Fargate profile {}", profile.name);
            self.draft.step(action.clone(), resource, &before, stand, looks);
            before = vec![action];
        }
    }

    fn create_fargate_profile(&self, profile: &FargateProfile) -> Option<Request> {
        let stack = self.observed.foundation.present()?;
        let role_arn = profile.role_arn.clone().or_else(|| role_arn(stack, id::POD_ROLE))?;
        let subnets = match &self.spec.network {
            _ if !profile.subnets.is_empty() => profile.subnets.clone(),
            Network::New(_) => new_subnets(stack, id::PRIVATE_SUBNET)?,
            Network::Given(network) => network.private_subnets.clone(),
        };
        let mut tags = self.tags();
        tags.extend(profile.tags.clone());
        Some(Request::CreateFargateProfile(CreateFargateProfile {
            cluster: self.name.to_owned(),
            spec: profile.clone(),
            role_arn,
            subnets,
            tags,
        }))
    }

    /// The profile that takes the pods of add-ons.
    pub(super) fn profile_of_addons(&self) -> Option<&FargateProfile> {
        let selects = |profile: &&FargateProfile| {
            profile.selectors.iter().any(|selector| selector.namespace == "kube-system")
        };
        self.spec.fargate_profiles.iter().find(selects)
    }
}
