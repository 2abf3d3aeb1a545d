//! Fargate profiles.

use aws_sdk_eks::operation::create_fargate_profile::builders::CreateFargateProfileInputBuilder;
use aws_sdk_eks::types::FargateProfileSelector;

use super::eks_tags;
use crate::aws::{Refusal, Service, Wire};
use crate::plan::CreateFargateProfile;
use crate::spec::Selector;

pub(super) async fn create(wire: &Wire, request: &CreateFargateProfile, token: &str) -> Result<(), Refusal> {
    let call = Service::Eks.mutate("CreateFargateProfile", format!("Fargate profile {}", request.spec.name));
    wire.send(&call, || input(request, token).send_with(wire.eks())).await.map(drop)
}

pub(super) fn input(request: &CreateFargateProfile, token: &str) -> CreateFargateProfileInputBuilder {
    CreateFargateProfileInputBuilder::default()
        .cluster_name(&request.cluster)
        .fargate_profile_name(&request.spec.name)
        .pod_execution_role_arn(&request.role_arn)
        .set_subnets(Some(request.subnets.clone()))
        .set_selectors(Some(request.spec.selectors.iter().map(selector).collect()))
        .set_tags(eks_tags(&request.tags))
        .client_request_token(token)
}

fn selector(selector: &Selector) -> FargateProfileSelector {
    let labels = (!selector.labels.is_empty()).then(|| selector.labels.clone().into_iter().collect());
    FargateProfileSelector::builder().namespace(&selector.namespace).set_labels(labels).build()
}
