//! Add-ons.

use std::collections::BTreeMap;

use super::Create;
use super::node_groups::{group_name, node_groups};
use crate::observe::{AddonStatus, Look};
use crate::plan::draft::Stand;
use crate::plan::estimate::is_daemon_set;
use crate::plan::request::{CreateAddon, Request};
use crate::plan::step::{StepKind, StepState};

/// How long an add-on may stay DEGRADED with nodes there before that is a failure, in milliseconds
/// (facts/aws.md §1.2: up to twenty minutes).
const DEGRADED_BUDGET: i64 = 1_200_000;

impl Create<'_> {
    /// Add-ons of daemon sets: as soon as the control plane is there.
    pub(super) fn addons_before_nodes(&mut self) {
        // The first Fargate profile goes before the add-ons, which can lock the cluster (design §4).
        let first = self.spec.fargate_profiles.first();
        let first = first.map(|profile| StepKind::CreateFargateProfile { profile: profile.name.clone() });
        let waits = first.is_some_and(|first| {
            matches!(self.draft.state(&first.id()), Some(StepState::Ready | StepState::Blocked))
        });
        self.addons(&[StepKind::CreateCluster], is_daemon_set, waits);
    }

    /// Add-ons that run on nodes: when the first node is Ready, or at once on Fargate.
    pub(super) fn addons_on_nodes(&mut self) {
        let waits = self.expects_nodes() && self.ready_nodes(None) == 0;
        let groups: Vec<StepKind> = if waits {
            node_groups(self.spec).map(|g| StepKind::NodesReady { group: group_name(g).to_owned() }).collect()
        } else {
            vec![StepKind::CreateCluster]
        };
        self.addons(&groups, |addon| !is_daemon_set(addon), waits);
    }

    fn addons(&mut self, after: &[StepKind], wanted: impl Fn(&str) -> bool, waits: bool) {
        let none = BTreeMap::new();
        let there = self.observed.addons.as_ref().unwrap_or(&none);
        for addon in self.spec.addons.iter().flatten().filter(|addon| wanted(&addon.name)) {
            let action = StepKind::CreateAddon { addon: addon.name.clone() };
            let stand = match there.get(&addon.name) {
                None if waits => Stand::Blocked,
                None => {
                    let request = CreateAddon {
                        cluster: self.name.to_owned(),
                        spec: addon.clone(),
                        configuration: addon.configuration_text().or_else(|| self.on_fargate(&addon.name)),
                        tags: self.tags(),
                    };
                    self.draft.make(&action, Request::CreateAddon(request))
                }
                Some(seen) => match seen.status {
                    AddonStatus::Active => Stand::Done,
                    // Without a node it cannot become ACTIVE, and the spec wants no node (facts/aws.md §1.2).
                    AddonStatus::Creating | AddonStatus::Degraded | AddonStatus::Updating
                        if !is_daemon_set(&addon.name)
                            && !self.expects_nodes()
                            && !self.runs_on_fargate() =>
                    {
                        Stand::Skipped("it waits for nodes, and the spec has none".to_owned())
                    }
                    AddonStatus::Creating | AddonStatus::Updating | AddonStatus::Deleting => Stand::Running,
                    AddonStatus::Degraded => {
                        let began = self.draft.recent.active_since.unwrap_or(self.draft.now);
                        if self.draft.now - began > DEGRADED_BUDGET {
                            Stand::Failed(seen.issues.clone())
                        } else {
                            Stand::Running
                        }
                    }
                    AddonStatus::CreateFailed | AddonStatus::DeleteFailed => {
                        let (cluster, addon) = (self.name.to_owned(), addon.name.clone());
                        self.draft.anew(&action, Request::DeleteAddon { cluster, addon }, &seen.issues)
                    }
                    AddonStatus::UpdateFailed => Stand::Failed(seen.issues.clone()),
                },
            };
            let looks = vec![Look::Addon { name: addon.name.clone() }];
            self.draft.step(action, format!("add-on {}", addon.name), after, stand, looks);
        }
    }

    /// coredns must be told to run on Fargate (facts/eksctl.md §1.3, step 7).
    fn on_fargate(&self, addon: &str) -> Option<String> {
        let alone = addon == "coredns" && !self.expects_nodes() && self.runs_on_fargate();
        alone.then(|| r#"{"computeType":"Fargate"}"#.to_owned())
    }
}
