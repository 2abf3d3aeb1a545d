//! What an accepted request says of what was seen before it: what was at rest, or had failed, is at work again.
//!
//! Without this a decision in the same tick would take the old failure for the outcome of the new request.

use crate::observe::{
    AddonStatus, ChangeSetState, ChangeSetStatus, ClusterStatus, FargateProfileStatus, LogGroup,
    NodeGroupStatus, Observed, Seen, StackState, StackStatus,
};
use crate::plan::{CreateChangeSet, Request};

/// Changes what was seen by what AWS has just accepted.
pub(super) fn begin(observed: &mut Observed, request: &Request) {
    match request {
        Request::DeleteStack(request) => {
            stacks(observed, |stack| stack.id == request.id, StackStatus::Deleting, "DELETE_IN_PROGRESS");
        }
        Request::DisableTerminationProtection { stack } => {
            for seen in all_stacks(observed).filter(|seen| seen.id == *stack) {
                seen.protected = false;
            }
        }
        Request::UpdateStack(request) => {
            stacks(observed, |stack| stack.name == request.name, StackStatus::Updating, "UPDATE_IN_PROGRESS");
            // What it is for is read again.
            if let Seen::Present(stack) = &mut observed.identity_stack
                && stack.name == request.name
            {
                stack.spec = None;
            }
        }
        Request::ExecuteChangeSet(set) => {
            stacks(observed, |stack| stack.id == set.stack, StackStatus::Updating, "UPDATE_IN_PROGRESS");
        }
        Request::CreateChangeSet(CreateChangeSet { set, .. }) => {
            let comparing =
                ChangeSetState { status: ChangeSetStatus::Comparing, reason: None, changes: Vec::new() };
            observed.change_sets.insert(set.name.clone(), Seen::Present(comparing));
        }
        Request::DeleteNodeGroup { group, .. } => {
            let groups = observed.node_groups.iter_mut().flatten().map(|(_, seen)| seen);
            for seen in groups.filter(|seen| seen.name == *group) {
                seen.status = NodeGroupStatus::Deleting;
                seen.issues.clear();
            }
        }
        Request::DeleteFargateProfile { profile, .. } => {
            let profiles = observed.fargate_profiles.as_mut();
            if let Some(seen) = profiles.and_then(|profiles| profiles.get_mut(profile)) {
                seen.status = FargateProfileStatus::Deleting;
                seen.issues.clear();
            }
        }
        Request::UpdateNodeGroup(request) => {
            let groups = observed.node_groups.iter_mut().flatten().map(|(_, seen)| seen);
            for seen in groups.filter(|seen| seen.name == request.group) {
                seen.status = NodeGroupStatus::Updating;
            }
        }
        Request::UpdateNodeGroupVersion(request) => {
            let groups = observed.node_groups.iter_mut().flatten().map(|(_, seen)| seen);
            for seen in groups.filter(|seen| seen.name == request.group) {
                seen.status = NodeGroupStatus::Updating;
            }
        }
        Request::PutLogRetention { days, .. } => {
            if let Some(group) = &mut observed.log_group {
                group.retention = Some(*days);
            }
        }
        Request::UpdateClusterConfig(_) => {
            if let Seen::Present(cluster) = &mut observed.cluster {
                cluster.status = ClusterStatus::Updating;
            }
        }
        Request::UpdateAddon(request) => {
            let addons = observed.addons.as_mut();
            if let Some(seen) = addons.and_then(|addons| addons.get_mut(&request.addon)) {
                seen.status = AddonStatus::Updating;
                seen.issues.clear();
            }
        }
        Request::DeleteAddon { addon, .. } | Request::RemoveAddon { addon, .. } => {
            let addons = observed.addons.as_mut();
            if let Some(seen) = addons.and_then(|addons| addons.get_mut(addon)) {
                seen.status = AddonStatus::Deleting;
                seen.issues.clear();
            }
        }
        Request::DeleteLogGroup { .. } => observed.log_group = Some(LogGroup::default()),
        Request::DeleteCluster { .. } => {
            if let Seen::Present(cluster) = &mut observed.cluster {
                cluster.status = ClusterStatus::Deleting;
            }
        }
        _ => {}
    }
}

fn stacks(observed: &mut Observed, is: impl Fn(&StackState) -> bool, status: StackStatus, name: &str) {
    for stack in all_stacks(observed).filter(|stack| is(stack)) {
        stack.status = status;
        name.clone_into(&mut stack.status_name);
        // It was about what came before.
        stack.reason = None;
    }
}

fn all_stacks(observed: &mut Observed) -> impl Iterator<Item = &mut StackState> {
    let single = [&mut observed.foundation, &mut observed.identity_stack];
    let ours = single.into_iter().chain(observed.node_group_stacks.values_mut());
    let of_eksctl = observed.eksctl_stacks.iter_mut().flat_map(|stacks| stacks.values_mut());
    ours.chain(of_eksctl).filter_map(|seen| match seen {
        Seen::Present(stack) => Some(stack),
        Seen::Unknown | Seen::Absent => None,
    })
}
