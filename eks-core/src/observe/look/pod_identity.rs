//! Pod identity associations.

use std::collections::BTreeMap;

use aws_sdk_eks::types::PodIdentityAssociation;
use futures_util::future::try_join_all;

use super::{patiently, seen};
use crate::aws::{Refusal, Service, Wire};
use crate::observe::{PodIdentityAssociationState, Seen};

/// Those that belong to no add-on, by namespace and service account.
pub(super) async fn list(
    wire: &Wire,
    cluster: &str,
) -> Result<BTreeMap<String, PodIdentityAssociationState>, Refusal> {
    let call = Service::Eks.read("ListPodIdentityAssociations", format!("cluster {cluster}"));
    let pages = || wire.eks().list_pod_identity_associations().cluster_name(cluster).into_paginator().send();
    let Seen::Present(pages) = seen(wire.pages(&call, pages).await)? else { return Ok(BTreeMap::new()) };
    let all = pages.into_iter().filter_map(|page| page.associations).flatten();
    let ids = all.filter(|it| it.owner_arn.is_none()).filter_map(|it| it.association_id);
    let states = try_join_all(ids.map(async |id| patiently(|| look(wire, cluster, &id)).await)).await?;
    let present = states.into_iter().filter_map(|state| state.present().cloned());
    Ok(present.map(|it| (format!("{}/{}", it.namespace, it.service_account), it)).collect())
}

/// The role of each service account, by the ARNs of their associations.
pub(super) async fn roles(
    wire: &Wire,
    cluster: &str,
    arns: &[String],
) -> Result<BTreeMap<String, String>, Refusal> {
    let ids = arns.iter().map(|arn| arn.rsplit('/').next().unwrap_or(arn));
    let states = try_join_all(ids.map(async |id| patiently(|| look(wire, cluster, id)).await)).await?;
    let present = states.into_iter().filter_map(|state| state.present().cloned());
    Ok(present.map(|it| (it.service_account, it.role_arn)).collect())
}

async fn look(wire: &Wire, cluster: &str, id: &str) -> Result<Seen<PodIdentityAssociationState>, Refusal> {
    let call = Service::Eks.read("DescribePodIdentityAssociation", format!("pod identity association {id}"));
    let request = wire.eks().describe_pod_identity_association().cluster_name(cluster).association_id(id);
    let Seen::Present(answer) = seen(wire.send(&call, || request.send()).await)? else {
        return Ok(Seen::Absent);
    };
    let association =
        answer.association.ok_or_else(|| Refusal::nonsense(&call, "the answer has no association"))?;
    Ok(Seen::Present(state(association)))
}

fn state(association: PodIdentityAssociation) -> PodIdentityAssociationState {
    PodIdentityAssociationState {
        id: association.association_id.unwrap_or_default(),
        arn: association.association_arn.unwrap_or_default(),
        namespace: association.namespace.unwrap_or_default(),
        service_account: association.service_account.unwrap_or_default(),
        role_arn: association.role_arn.unwrap_or_default(),
        target_role_arn: association.target_role_arn,
        disable_session_tags: association.disable_session_tags.unwrap_or_default(),
        tags: association.tags.into_iter().flatten().collect(),
    }
}
