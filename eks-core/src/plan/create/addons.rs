//! Add-ons.

use std::collections::BTreeMap;

use super::Create;
use super::identity::makes_roles;
use super::node_groups::{desired, group_name, lets_addons_in, node_groups};
use crate::observe::{AddonStatus, Look};
use crate::plan::draft::Stand;
use crate::plan::estimate::is_daemon_set;
use crate::plan::request::{CreateAddon, Request};
use crate::plan::step::{StepKind, StepState};
use crate::spec::{AutoMode, NodeGroup};

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

    /// Add-ons that run on nodes: when the first of them is Ready. On Fargate, when it takes them: a pod that was
    /// admitted before its profile was there stays pending.
    pub(super) fn addons_on_nodes(&mut self) {
        let hosts: Vec<&str> = self.hosts().map(group_name).collect();
        let waits = !hosts.is_empty() && hosts.iter().all(|group| self.ready_nodes(group) == 0);
        let profile = self.profile_of_addons().filter(|_| hosts.is_empty());
        let nodes: Vec<StepKind> =
            hosts.iter().map(|group| StepKind::NodesReady { group: (*group).to_owned() }).collect();
        // Between the first node and the last one it waits for none of these steps any more.
        let told = waits || nodes.iter().all(|step| self.draft.is_settled(&step.id()));
        let after: Vec<StepKind> = if !nodes.is_empty() && told {
            nodes
        } else if let Some(profile) = profile {
            vec![StepKind::CreateFargateProfile { profile: profile.name.clone() }]
        } else {
            vec![StepKind::CreateCluster]
        };
        self.addons(&after, |addon| !is_daemon_set(addon), waits);
    }

    fn addons(&mut self, after: &[StepKind], wanted: impl Fn(&str) -> bool, waits: bool) {
        let none = BTreeMap::new();
        let there = self.observed.addons.as_ref().unwrap_or(&none);
        for addon in self.spec.addons.iter().flatten().filter(|addon| wanted(&addon.name)) {
            let action = StepKind::CreateAddon { addon: addon.name.clone() };
            let stand = match there.get(&addon.name) {
                None if waits => Stand::Blocked,
                None => match self.identities(addon) {
                    // Its roles are being made.
                    None if addon.pod_identity_associations.is_some() => Stand::Blocked,
                    identities => {
                        let request = CreateAddon {
                            cluster: self.name.to_owned(),
                            spec: addon.clone(),
                            configuration: addon
                                .configuration_text()
                                .or_else(|| self.on_fargate(&addon.name)),
                            identities: identities.unwrap_or_default(),
                            tags: self.tags(),
                        };
                        self.draft.make(&action, Request::CreateAddon(Box::new(request)))
                    }
                },
                Some(seen) => match seen.status {
                    AddonStatus::Active => Stand::Done,
                    // Without a node it cannot become ACTIVE, and the spec wants no node (facts/aws.md §1.2).
                    AddonStatus::Creating | AddonStatus::Degraded | AddonStatus::Updating
                        if !is_daemon_set(&addon.name)
                            && self.hosts().next().is_none()
                            && self.profile_of_addons().is_none()
                            && !self.auto_mode_hosts() =>
                    {
                        Stand::Skipped(self.why_no_host().to_owned())
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
                    // An apply updates it again.
                    AddonStatus::UpdateFailed if self.last.is_some() => Stand::Done,
                    AddonStatus::UpdateFailed => Stand::Failed(seen.issues.clone()),
                },
            };
            let looks = vec![Look::Addon { name: addon.name.clone() }];
            let roles = [StepKind::CreateIdentityStack, StepKind::UpdateIdentityStack];
            let roles = roles.into_iter().filter(|_| makes_roles(addon));
            let after: Vec<StepKind> = after.iter().cloned().chain(roles).collect();
            self.draft.step(action, format!("add-on {}", addon.name), &after, stand, looks);
        }
    }

    /// The groups on whose nodes add-ons can run.
    fn hosts(&self) -> impl Iterator<Item = &NodeGroup> {
        node_groups(self.spec).filter(|group| desired(group) > 0 && lets_addons_in(group))
    }

    /// Whether Auto Mode launches a node for pods of add-ons.
    fn auto_mode_hosts(&self) -> bool {
        self.spec.auto_mode().is_some_and(AutoMode::launches_nodes)
    }

    fn why_no_host(&self) -> &'static str {
        if self.expects_nodes() {
            "it waits for nodes that let it in, and every group of the spec has taints"
        } else {
            "it waits for nodes, and the spec has none"
        }
    }

    /// coredns must be told to run on Fargate (facts/eksctl.md §1.3, step 7).
    fn on_fargate(&self, addon: &str) -> Option<String> {
        let alone = addon == "coredns" && self.hosts().next().is_none() && self.profile_of_addons().is_some();
        alone.then(|| r#"{"computeType":"Fargate"}"#.to_owned())
    }
}
