//! Add-ons.

use aws_sdk_eks::operation::create_addon::builders::CreateAddonInputBuilder;
use aws_sdk_eks::types::{AddonPodIdentityAssociations as Identity, ResolveConflicts as Resolve};

use super::{Begun, begun, eks_tags};
use crate::aws::{Refusal, Service, Wire};
use crate::plan::{CreateAddon, UpdateAddon};
use crate::spec::ResolveConflicts;

pub(super) async fn create(wire: &Wire, request: &CreateAddon, token: &str) -> Result<(), Refusal> {
    let call = Service::Eks.mutate("CreateAddon", format!("add-on {}", request.spec.name));
    wire.send(&call, || input(request, token).send_with(wire.eks())).await.map(drop)
}

pub(super) async fn update(wire: &Wire, request: &UpdateAddon, token: &str) -> Result<Begun, Refusal> {
    let call = Service::Eks.mutate("UpdateAddon", format!("add-on {}", request.addon));
    let update = wire
        .eks()
        .update_addon()
        .cluster_name(&request.cluster)
        .addon_name(&request.addon)
        .addon_version(&request.version)
        .set_configuration_values(request.configuration.clone())
        .set_service_account_role_arn(request.service_account_role_arn.clone())
        .set_pod_identity_associations(request.identities.as_deref().map(identities))
        .set_resolve_conflicts(request.resolve_conflicts.map(resolve))
        .client_request_token(token);
    wire.send(&call, || update.send()).await.map(|answer| begun(answer.update))
}

pub(super) fn input(request: &CreateAddon, token: &str) -> CreateAddonInputBuilder {
    let spec = &request.spec;
    CreateAddonInputBuilder::default()
        .cluster_name(&request.cluster)
        .addon_name(&spec.name)
        .set_addon_version(spec.version.clone())
        .set_service_account_role_arn(spec.service_account_role_arn.clone())
        .set_resolve_conflicts(spec.resolve_conflicts.map(resolve))
        .set_configuration_values(request.configuration.clone())
        .set_pod_identity_associations(
            (!request.identities.is_empty()).then(|| identities(&request.identities)),
        )
        .set_tags(eks_tags(&request.tags))
        .client_request_token(token)
}

/// Both members that the builder asks for are there.
fn identities(identities: &[(String, String)]) -> Vec<Identity> {
    let identity = |(account, role): &(String, String)| {
        Identity::builder().service_account(account).role_arn(role).build().ok()
    };
    identities.iter().filter_map(identity).collect()
}

fn resolve(conflicts: ResolveConflicts) -> Resolve {
    match conflicts {
        ResolveConflicts::None => Resolve::None,
        ResolveConflicts::Overwrite => Resolve::Overwrite,
        ResolveConflicts::Preserve => Resolve::Preserve,
    }
}
