//! How long AWS takes for a step, as data: minimum, typical and 95th percentile in seconds.
//!
//! Sources: facts/aws.md §1.1 for single resources; for stacks the sum along their longest chain of
//! resources and CloudFormation's own overhead.

use super::create::{desired, group_name, node_groups};
use super::foundation::EXPRESS;
use super::step::{Expected, StepKind};
use crate::spec::{Cluster, Nat, Network, UpdateStrategy};

const fn expected(min: f64, typical: f64, p95: f64) -> Expected {
    Expected { min, typical, p95 }
}

/// Whether AWS makes this add-on out of daemon sets only, which are ready without a node.
pub(crate) fn is_daemon_set(addon: &str) -> bool {
    matches!(addon, "vpc-cni" | "kube-proxy" | "eks-pod-identity-agent")
}

/// The time of a step. `spec` has its defaults filled in; `None` for a delete of what nobody described.
pub(crate) fn estimate(action: &StepKind, spec: Option<&Cluster>) -> Expected {
    let nat = spec.is_none_or(|spec| match &spec.network {
        Network::New(network) => network.nat.unwrap_or_default() != Nat::None,
        Network::Given(_) => false,
    });
    match action {
        // Network, then subnets. In standard mode roles are the longest: CloudFormation lets a fresh one settle.
        StepKind::CreateFoundation if EXPRESS => expected(6.0, 12.0, 30.0),
        StepKind::CreateFoundation => expected(15.0, 26.0, 45.0),
        StepKind::CompleteFoundation if nat => expected(75.0, 105.0, 170.0),
        StepKind::CompleteFoundation => expected(2.0, 10.0, 30.0),
        StepKind::CreateCluster => expected(420.0, 580.0, 960.0),
        StepKind::CreateNodeGroupStack { .. } => expected(4.0, 8.0, 25.0),
        // Launch, register, Ready, settle.
        StepKind::CreateNodeGroup { .. } => expected(75.0, 125.0, 300.0),
        StepKind::UpdateFoundation => expected(10.0, 25.0, 60.0),
        // CloudFormation compares, then changes.
        StepKind::UpdateNodeGroupStack { .. } => expected(6.0, 15.0, 60.0),
        StepKind::RollNodeGroup { group } => roll(group, spec),
        // An update that touches no resource.
        StepKind::RecordSpec => expected(1.0, 5.0, 20.0),
        StepKind::UpdateAddon { .. } => expected(15.0, 45.0, 180.0),
        StepKind::DeleteAddon { .. } => expected(5.0, 30.0, 120.0),
        StepKind::UpdateAccessEntry { .. }
        | StepKind::DeleteAccessEntry { .. }
        | StepKind::Tag { .. }
        | StepKind::PutLogRetention => expected(0.3, 1.0, 2.0),
        StepKind::CostTag { .. } | StepKind::TagAutoScalingGroup { .. } | StepKind::ActivateCostTags => {
            expected(0.3, 1.0, 2.0)
        }
        // CloudFormation goes through every resource.
        StepKind::TagStack { .. } => expected(10.0, 40.0, 120.0),
        // facts/aws.md §1.1: UpdateNodegroupConfig.
        StepKind::ScaleNodeGroup { .. } | StepKind::UpdateNodeGroup { .. } => expected(5.0, 20.0, 90.0),
        StepKind::NodesReady { .. } => expected(65.0, 115.0, 280.0),
        StepKind::CreateFargateProfile { .. } => expected(20.0, 60.0, 345.0),
        StepKind::CreateAddon { addon } if is_daemon_set(addon) => expected(5.0, 30.0, 120.0),
        StepKind::CreateAddon { .. } => expected(15.0, 45.0, 180.0),
        // In standard mode CloudFormation lets fresh roles settle.
        StepKind::CreateIdentityStack => expected(15.0, 26.0, 45.0),
        StepKind::UpdateIdentityStack | StepKind::DeleteServiceAccountRoles => expected(5.0, 25.0, 60.0),
        StepKind::DeleteIdentityStack => expected(4.0, 8.0, 25.0),
        StepKind::CreatePodIdentityAssociation { .. }
        | StepKind::UpdatePodIdentityAssociation { .. }
        | StepKind::DeletePodIdentityAssociation { .. } => expected(0.3, 1.0, 2.0),
        StepKind::CreateAccessEntry { .. } | StepKind::MarkForDeletion => expected(0.3, 1.0, 2.0),
        // facts/failures.md C20: ready-at = active-at + up to 90 s.
        StepKind::ReachApiServer => expected(1.0, 20.0, 90.0),
        // facts/aws.md §1.1: AssociateEncryptionConfig, which goes through everything that the API server stores.
        StepKind::UpdateClusterConfig { setting } if setting == "secretsEncryption" => {
            expected(600.0, 1500.0, 2700.0)
        }
        // facts/aws.md §1.1: Auto Mode, on or off.
        StepKind::UpdateClusterConfig { setting } if setting == "autoMode" => expected(60.0, 300.0, 1200.0),
        // facts/aws.md §1.1: UpdateClusterConfig.
        StepKind::DisableDeletionProtection | StepKind::UpdateClusterConfig { .. } => {
            expected(60.0, 180.0, 900.0)
        }
        StepKind::DeleteNodeGroup { .. } => expected(120.0, 200.0, 600.0),
        StepKind::DeleteFargateProfile { .. } => expected(60.0, 130.0, 1200.0),
        StepKind::DeleteCluster => expected(90.0, 180.0, 600.0),
        StepKind::DetachPolicies { .. } => expected(0.5, 1.0, 5.0),
        // facts/aws.md §1.1: deletion of load balancers, interfaces released; Kubernetes waits for that, too.
        StepKind::ReleaseLoadBalancers => expected(5.0, 65.0, 120.0),
        StepKind::DeleteLoadBalancers => expected(30.0, 60.0, 300.0),
        // Late lines are waited for.
        StepKind::DeleteLogGroup => expected(0.5, 60.0, 65.0),
        StepKind::DeleteLeftovers => expected(0.5, 2.0, 10.0),
        StepKind::DeleteNodeGroupStack { .. } => expected(4.0, 8.0, 25.0),
        StepKind::DisableTerminationProtection { .. } | StepKind::DeleteOidcProvider => {
            expected(0.3, 1.0, 2.0)
        }
        // The cluster, then its network; a node group, then its role and launch template; a role.
        StepKind::DeleteStack { stack } if stack.ends_with("-cluster") => expected(135.0, 265.0, 800.0),
        StepKind::DeleteStack { stack } if stack.contains("-nodegroup-") => expected(124.0, 210.0, 625.0),
        StepKind::DeleteStack { .. } => expected(4.0, 10.0, 30.0),
        StepKind::DeleteFoundation if nat => expected(45.0, 85.0, 200.0),
        StepKind::DeleteFoundation => expected(4.0, 10.0, 30.0),
    }
}

/// facts/aws.md §1.1: new nodes first, then old ones go batch by batch, then surplus ones one by one.
fn roll(name: &str, spec: Option<&Cluster>) -> Expected {
    let group = spec.and_then(|spec| node_groups(spec).find(|group| group_name(group) == name));
    let nodes = group.map_or(2, desired);
    let update = group.and_then(|group| group.update.clone()).unwrap_or_default();
    let batches = f64::from(nodes.div_ceil(update.at_once(nodes)));
    // As many as there are, up to twice the zones (facts/aws.md §1.2).
    let surplus = if update.strategy == Some(UpdateStrategy::Minimal) { 0 } else { nodes.min(SURPLUS) };
    let takes = |setup: f64, batch: f64, down: f64| setup + batch * batches + down * f64::from(surplus);
    expected(takes(120.0, 120.0, 60.0), takes(330.0, 300.0, 120.0), takes(600.0, 900.0, 300.0))
}

/// Twice three zones.
const SURPLUS: u32 = 6;
