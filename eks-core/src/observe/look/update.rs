//! Updates.

use aws_sdk_eks::types::{Update, UpdateStatus};

use super::issue;
use crate::aws::{Refusal, Service, Wire};
use crate::observe::{Issue, UpdateOf, UpdateState};

pub(super) async fn look(
    wire: &Wire,
    cluster: &str,
    id: &str,
    of: &UpdateOf,
) -> Result<UpdateState, Refusal> {
    let call = Service::Eks.read("DescribeUpdate", format!("update {id}"));
    let request = wire.eks().describe_update().name(cluster).update_id(id);
    let request = match of {
        UpdateOf::Cluster => request,
        UpdateOf::NodeGroup(name) => request.nodegroup_name(name),
        UpdateOf::Addon(name) => request.addon_name(name),
    };
    let answer = wire.send(&call, || request.send()).await?;
    let update = answer.update.ok_or_else(|| Refusal::nonsense(&call, "the answer has no update"))?;
    Ok(state(&update))
}

fn state(update: &Update) -> UpdateState {
    match update.status {
        Some(UpdateStatus::Failed) => {
            UpdateState::Failed(issue::ranked(update.errors().iter().map(|error| issue::Found {
                code: error.error_code().map(|code| code.as_str()),
                message: error.error_message(),
                resources: error.resource_ids(),
            })))
        }
        Some(UpdateStatus::Cancelled) => UpdateState::Failed(vec![Issue {
            code: "Cancelled".to_owned(),
            message: "the update was cancelled".to_owned(),
            resources: Vec::new(),
        }]),
        Some(UpdateStatus::Successful) => UpdateState::Successful,
        _ => UpdateState::InProgress,
    }
}
