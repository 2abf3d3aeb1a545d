//! What can change of the control plane. EKS takes one kind of change in a request, and one update at a time
//! (facts/aws.md §3.1): the steps follow each other.

mod auto_mode;
mod network;

use std::collections::BTreeSet;

use crate::observe::{ClusterState, ClusterStatus, Look, Observed, UpdateOf};
use crate::plan::create::{Create, auto_mode_role};
use crate::plan::difference::Difference;
use crate::plan::request::{ClusterConfig, Request, UpdateClusterConfig};
use crate::plan::step::StepKind;
use crate::spec::{AuthenticationMode, Cluster, LogType, SecretsEncryption};

pub(in crate::plan) use network::changes as changes_network;

/// One kind of change.
pub(super) struct ClusterChange {
    /// The member of the spec.
    pub(super) setting: &'static str,
    pub(super) differences: Vec<Difference>,
    config: ClusterConfig,
}

impl Create<'_> {
    pub(super) fn update_cluster(&mut self) {
        let Some(seen) = self.observed.cluster.present() else { return };
        let at_rest = match seen.status {
            ClusterStatus::Active => true,
            ClusterStatus::Updating => false,
            _ => return,
        };
        let Some(last) = self.last else { return };
        // It has what Auto Mode needs of roles; and once logs are on EKS makes their group, and the foundation could make none.
        let mut after = vec![StepKind::CreateCluster, StepKind::UpdateFoundation];
        for change in changes(self.asked, last, seen, self.observed) {
            let action = StepKind::UpdateClusterConfig { setting: change.setting.to_owned() };
            if !self.concerns(&action, &change.differences) {
                continue;
            }
            let request = || {
                Request::UpdateClusterConfig(UpdateClusterConfig {
                    cluster: self.name.to_owned(),
                    config: change.config.clone(),
                })
            };
            let of = Some(UpdateOf::Cluster);
            let (stand, look) = self.changed(&action, &change.differences, at_rest, of, request);
            let resource = format!("cluster {}", self.name);
            self.draft.step(
                action.clone(),
                resource,
                &after,
                stand,
                std::iter::once(Look::Cluster).chain(look).collect(),
            );
            after = vec![action];
        }
    }
}

/// Every kind of change that the spec mentions, also those of which nothing is left to be done.
pub(super) fn changes(
    asked: &Cluster,
    last: &Cluster,
    seen: &ClusterState,
    observed: &Observed,
) -> Vec<ClusterChange> {
    let mut changes = Vec::new();
    let stack = observed.foundation.present();
    if let Some(mode) = asked.access_config.authentication_mode {
        let shown = |mode: AuthenticationMode| format!("{mode:?}");
        let differs = seen.authentication_mode != Some(mode);
        let was = seen.authentication_mode.map(shown);
        changes.push(ClusterChange {
            setting: "accessConfig",
            differences: one(differs, "accessConfig.authenticationMode", was, shown(mode)),
            config: ClusterConfig::AuthenticationMode(mode),
        });
    }
    changes.extend(endpoint_access(asked, seen));
    if let Some(logging) = &asked.logging {
        changes.push(ClusterChange {
            setting: "logging",
            differences: one(*logging != seen.logging, "logging", Some(logs(&seen.logging)), logs(logging)),
            config: ClusterConfig::Logging {
                on: logging.difference(&seen.logging).copied().collect(),
                off: seen.logging.difference(logging).copied().collect(),
            },
        });
    }
    if let Some(policy) = asked.upgrade_policy {
        let was = seen.upgrade_policy.map(|policy| format!("{policy:?}"));
        changes.push(ClusterChange {
            setting: "upgradePolicy",
            differences: one(
                seen.upgrade_policy != Some(policy),
                "upgradePolicy",
                was,
                format!("{policy:?}"),
            ),
            config: ClusterConfig::UpgradePolicy(policy),
        });
    }
    if let Some(on) = asked.zonal_shift {
        changes.push(ClusterChange {
            setting: "zonalShift",
            differences: one(seen.zonal_shift != on, "zonalShift", Some(seen.zonal_shift), on),
            config: ClusterConfig::ZonalShift(on),
        });
    }
    if let Some(on) = asked.deletion_protection {
        let was = seen.deletion_protection;
        changes.push(ClusterChange {
            setting: "deletionProtection",
            differences: one(was != on, "deletionProtection", Some(was), on),
            config: ClusterConfig::DeletionProtection(on),
        });
    }
    changes.extend(network::network(asked, last, seen, stack));
    if let Some(mode) = &asked.auto_mode {
        let role = stack.and_then(|stack| auto_mode_role(asked, stack));
        changes.push(auto_mode::auto_mode(mode, seen, role));
    }
    changes.extend(asked.secrets_encryption.as_ref().map(|wanted| encryption(wanted, seen)));
    changes
}

/// The longest of them comes last. Another key than the one that is there has been refused by `fixed`.
fn encryption(wanted: &SecretsEncryption, seen: &ClusterState) -> ClusterChange {
    let lacks = seen.encryption_key.is_none();
    ClusterChange {
        setting: "secretsEncryption",
        differences: one(lacks, "secretsEncryption.keyArn", None, wanted.key_arn.clone()),
        config: ClusterConfig::SecretsEncryption(wanted.clone()),
    }
}

fn endpoint_access(asked: &Cluster, seen: &ClusterState) -> Option<ClusterChange> {
    let (asked, was) = (&asked.endpoint_access, &seen.endpoint_access);
    let (public, private) = (asked.public.or(was.public), asked.private.or(was.private));
    let set = |cidrs: &Option<Vec<String>>| cidrs.iter().flatten().cloned().collect::<BTreeSet<_>>();
    let mut differences = Vec::new();
    if asked.public.is_some() {
        let differs = asked.public != was.public;
        differences.extend(one(differs, "endpointAccess.public", was.public, public.unwrap_or_default()));
    }
    if asked.private.is_some() {
        let differs = asked.private != was.private;
        differences.extend(one(differs, "endpointAccess.private", was.private, private.unwrap_or_default()));
    }
    // EKS keeps no blocks for an endpoint that is not there.
    if asked.public_cidrs.is_some() && public != Some(false) {
        let (is, old) = (set(&asked.public_cidrs), set(&was.public_cidrs));
        let shown = |cidrs: &BTreeSet<String>| cidrs.iter().cloned().collect::<Vec<_>>().join(" ");
        differences.extend(one(is != old, "endpointAccess.publicCidrs", Some(shown(&old)), shown(&is)));
    }
    let mentioned = asked.public.is_some() || asked.private.is_some() || asked.public_cidrs.is_some();
    mentioned.then(|| ClusterChange {
        setting: "endpointAccess",
        differences,
        config: ClusterConfig::EndpointAccess(asked.clone()),
    })
}

/// The one difference, if there is one.
fn one<T: ToString>(differs: bool, field: &str, was: Option<T>, is: T) -> Vec<Difference> {
    if differs { vec![Difference::of(field, was, Some(is))] } else { Vec::new() }
}

fn logs(logging: &BTreeSet<LogType>) -> String {
    if logging.is_empty() {
        return "none".to_owned();
    }
    logging.iter().map(|kind| format!("{kind:?}")).collect::<Vec<_>>().join(" ")
}
