//! Pod identity associations.

use aws_sdk_eks::operation::create_pod_identity_association::builders::CreatePodIdentityAssociationInputBuilder as Input;

use super::{eks_tags, gone_is_done};
use crate::aws::{Refusal, Service, Wire};
use crate::plan::{CreatePodIdentityAssociation, UpdatePodIdentityAssociation};

pub(super) async fn create(
    wire: &Wire,
    request: &CreatePodIdentityAssociation,
    token: &str,
) -> Result<(), Refusal> {
    let resource = format!("pod identity association {}", request.spec.key());
    let call = Service::Eks.mutate("CreatePodIdentityAssociation", resource);
    wire.send(&call, || input(request, token).send_with(wire.eks())).await.map(drop)
}

pub(super) fn input(request: &CreatePodIdentityAssociation, token: &str) -> Input {
    let spec = &request.spec;
    Input::default()
        .cluster_name(&request.cluster)
        .namespace(&spec.namespace)
        .service_account(&spec.service_account)
        .role_arn(&request.role_arn)
        .set_target_role_arn(spec.target_role_arn.clone())
        .set_disable_session_tags(spec.disable_session_tags)
        .set_tags(eks_tags(&request.tags))
        .client_request_token(token)
}

pub(super) async fn update(
    wire: &Wire,
    request: &UpdatePodIdentityAssociation,
    token: &str,
) -> Result<(), Refusal> {
    let resource = format!("pod identity association {}", request.association);
    let call = Service::Eks.mutate("UpdatePodIdentityAssociation", resource);
    let update = wire
        .eks()
        .update_pod_identity_association()
        .cluster_name(&request.cluster)
        .association_id(&request.id)
        .role_arn(&request.role_arn)
        .set_target_role_arn(request.target_role_arn.clone())
        .set_disable_session_tags(request.disable_session_tags)
        .client_request_token(token);
    wire.send(&call, || update.send()).await.map(drop)
}

pub(super) async fn delete(wire: &Wire, cluster: &str, id: &str, association: &str) -> Result<(), Refusal> {
    let resource = format!("pod identity association {association}");
    let call = Service::Eks.mutate("DeletePodIdentityAssociation", resource);
    let request = wire.eks().delete_pod_identity_association().cluster_name(cluster).association_id(id);
    gone_is_done(wire.send(&call, || request.send()).await)
}
