//! Access entries, with their policies.

use aws_sdk_eks::operation::create_access_entry::builders::CreateAccessEntryInputBuilder;
use aws_sdk_eks::types::{AccessScope as Scope, AccessScopeType};

use super::{eks_tags, gone_is_done};
use crate::aws::{Class, Refusal, Service, Wire};
use crate::plan::{CreateAccessEntry, UpdateAccessEntry};
use crate::spec::{AccessEntryType, AccessPolicy, AccessScope};

/// An entry that is there already is fine: a process that died between entry and policies comes back here.
/// Associating a policy twice is allowed.
pub(super) async fn create(wire: &Wire, request: &CreateAccessEntry, token: &str) -> Result<(), Refusal> {
    let principal = &request.spec.principal_arn;
    let call = Service::Eks.mutate("CreateAccessEntry", format!("access entry {principal}"));
    match wire.send(&call, || input(request, token).send_with(wire.eks())).await {
        Err(refusal) if refusal.class != Class::AlreadyThere => return Err(refusal),
        _ => {}
    }
    for policy in &request.spec.policies {
        associate(wire, &request.cluster, principal, policy).await?;
    }
    Ok(())
}

/// One that the entry has already gets the new scope.
async fn associate(
    wire: &Wire,
    cluster: &str,
    principal: &str,
    policy: &AccessPolicy,
) -> Result<(), Refusal> {
    let call = Service::Eks.mutate("AssociateAccessPolicy", format!("access entry {principal}"));
    let associate = wire
        .eks()
        .associate_access_policy()
        .cluster_name(cluster)
        .principal_arn(principal)
        .policy_arn(&policy.policy_arn)
        .access_scope(scope(&policy.scope));
    wire.send(&call, || associate.send()).await.map(drop)
}

/// Each of its calls is safe to repeat.
pub(super) async fn update(wire: &Wire, request: &UpdateAccessEntry, token: &str) -> Result<(), Refusal> {
    let UpdateAccessEntry { cluster, principal, groups, username, policies, policies_gone } = request;
    if groups.is_some() || username.is_some() {
        let call = Service::Eks.mutate("UpdateAccessEntry", format!("access entry {principal}"));
        let update = wire
            .eks()
            .update_access_entry()
            .cluster_name(cluster)
            .principal_arn(principal)
            .set_kubernetes_groups(groups.as_ref().map(|groups| groups.iter().cloned().collect()))
            .set_username(username.clone())
            .client_request_token(token);
        wire.send(&call, || update.send()).await?;
    }
    for policy in policies {
        associate(wire, cluster, principal, policy).await?;
    }
    let call = Service::Eks.mutate("DisassociateAccessPolicy", format!("access entry {principal}"));
    for policy in policies_gone {
        let disassociate = wire.eks().disassociate_access_policy().cluster_name(cluster);
        let disassociate = disassociate.principal_arn(principal).policy_arn(policy);
        gone_is_done(wire.send(&call, || disassociate.send()).await)?;
    }
    Ok(())
}

pub(super) fn input(request: &CreateAccessEntry, token: &str) -> CreateAccessEntryInputBuilder {
    let spec = &request.spec;
    let groups = (!spec.kubernetes_groups.is_empty()).then(|| spec.kubernetes_groups.clone());
    CreateAccessEntryInputBuilder::default()
        .cluster_name(&request.cluster)
        .principal_arn(&spec.principal_arn)
        .set_kubernetes_groups(groups)
        .set_username(spec.username.clone())
        .set_type(spec.entry_type.map(|kind| entry_type(kind).to_owned()))
        .set_tags(eks_tags(&request.tags))
        .client_request_token(token)
}

pub(super) fn scope(scope: &AccessScope) -> Scope {
    match scope {
        AccessScope::Cluster => Scope::builder().r#type(AccessScopeType::Cluster).build(),
        AccessScope::Namespaces(namespaces) => Scope::builder()
            .r#type(AccessScopeType::Namespace)
            .set_namespaces(Some(namespaces.clone()))
            .build(),
    }
}

fn entry_type(kind: AccessEntryType) -> &'static str {
    match kind {
        AccessEntryType::Standard => "STANDARD",
        AccessEntryType::Ec2 => "EC2",
        AccessEntryType::Ec2Linux => "EC2_LINUX",
        AccessEntryType::Ec2Windows => "EC2_WINDOWS",
        AccessEntryType::FargateLinux => "FARGATE_LINUX",
        AccessEntryType::HybridLinux => "HYBRID_LINUX",
        AccessEntryType::HyperpodLinux => "HYPERPOD_LINUX",
    }
}
