//! Change sets.

use aws_sdk_cloudformation::operation::create_change_set::builders::CreateChangeSetInputBuilder;
use aws_sdk_cloudformation::types::{Capability, ChangeSetType};

use super::gone_is_done;
use super::stack::tags;
use crate::aws::{Refusal, Service, Wire};
use crate::plan::{ChangeSetName, CreateChangeSet};

pub(super) async fn create(wire: &Wire, request: &CreateChangeSet) -> Result<(), Refusal> {
    let call = Service::CloudFormation.mutate("CreateChangeSet", resource(&request.set));
    wire.send(&call, || input(request).send_with(wire.cloudformation())).await.map(drop)
}

/// Its name says what it holds, so the name is its token, too: whoever asks for the same again, after whatever became of
/// the first one who did, gets the same one.
pub(super) fn input(request: &CreateChangeSet) -> CreateChangeSetInputBuilder {
    CreateChangeSetInputBuilder::default()
        .stack_name(&request.set.stack)
        .change_set_name(&request.set.name)
        .change_set_type(ChangeSetType::Update)
        .template_body(&request.template)
        .capabilities(Capability::CapabilityNamedIam)
        .set_tags(tags(&request.tags))
        .client_token(&request.set.name)
}

/// Rollback stays on: the stack was whole (design §4).
pub(super) async fn execute(wire: &Wire, set: &ChangeSetName, token: &str) -> Result<(), Refusal> {
    let call = Service::CloudFormation.mutate("ExecuteChangeSet", resource(set));
    let request =
        wire.cloudformation().execute_change_set().stack_name(&set.stack).change_set_name(&set.name);
    wire.send(&call, || request.client_request_token(token).send()).await.map(drop)
}

pub(super) async fn delete(wire: &Wire, set: &ChangeSetName) -> Result<(), Refusal> {
    let call = Service::CloudFormation.mutate("DeleteChangeSet", resource(set));
    let request = wire.cloudformation().delete_change_set().stack_name(&set.stack).change_set_name(&set.name);
    gone_is_done(wire.send(&call, || request.send()).await)
}

fn resource(set: &ChangeSetName) -> String {
    format!("change set {}", set.name)
}
