//! A cluster with everything around it.

mod images;
mod shown;
mod unread;

use futures_util::future::try_join3;
use serde::{Deserialize, Serialize};

use super::Eks;
use crate::Result;
use crate::aws::{Refusal, Wire};
use crate::observe::{ClusterState, ImageInfo, NetworkInfo, Observed, RoleInfo, role_infos, version_offer};
use crate::operation::ClusterInfo;
use crate::spec::{EndpointAccess, VersionOffer};
use unread::Unread;

/// A cluster with everything around it, as it was when it was looked at. `Display` shows it as text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ClusterDetails {
    /// The cluster itself, with what EKS keeps in it and its nodes.
    pub cluster: ClusterInfo,
    /// Whether this library made or adopted it.
    pub ours: bool,
    /// Until when AWS supports its version, and at what price; `None` if that may not be read, or EKS does not say it.
    pub support: Option<VersionOffer>,
    /// From where the API server can be reached.
    pub endpoint_access: EndpointAccess,
    /// The images of its node groups, and how far they are behind.
    pub images: Vec<ImageInfo>,
    /// The roles of control plane, nodes, pods and add-ons, with their policies.
    pub roles: Vec<RoleInfo>,
    /// Its VPC; `None` if that may not be read.
    pub network: Option<NetworkInfo>,
    /// What could not be read, with the reason: each line says what is not known.
    pub unknown: Vec<String>,
}

impl Eks {
    /// [`Eks::describe`], and what is around the cluster: until when AWS supports its version, how far the images of its node
    /// groups are behind, its roles with their policies, its VPC with subnets, free addresses, routes, gateways, security
    /// groups and endpoints. Whoever made it. Reads AWS and changes nothing.
    ///
    /// What the caller may not read is unknown, and [`ClusterDetails::unknown`] says what and why; only the cluster itself
    /// must be readable.
    ///
    /// Beside those of `describe` (seven, and one for each node group, Fargate profile and add-on) it costs one call for the
    /// version, two for each role, seven for the network, and one for each kind of image.
    ///
    /// ```no_run
    /// # async fn example(eks: eks_core::Eks) -> eks_core::Result<()> {
    /// let details = eks.describe_in_full("web").await?;
    /// print!("{details}");
    /// for image in details.images.iter().filter(|image| image.days_behind > Some(30)) {
    ///     println!("{} has images of last month", image.node_group);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Eks::describe`], and failures to look other than refusals.
    pub async fn describe_in_full(&self, name: &str) -> Result<ClusterDetails> {
        let region = self.region_of(name)?;
        let eyes = self.eyes(&region, name)?;
        let name = name.to_owned();
        self.run(async move {
            let mut unread = Unread::default();
            let observed = unread::survey(&eyes, &mut unread).await?;
            let described = ClusterInfo::of(&observed, &region, eyes.profile.as_deref());
            let (Some(cluster), Some(state)) = (described, observed.cluster.present()) else {
                return Err(super::read::no_such_cluster(&name, &region));
            };
            let wire = &eyes.wire;
            let (support, (roles, denied), (network, images)) = try_join3(
                version_offer(wire, &state.version),
                role_infos(wire, roles(state, &observed)),
                around(wire, state, &observed),
            )
            .await
            .map_err(|refusal| refusal.error)?;
            unread.extend(denied.map(|why| format!("policies of roles: {why}")));
            Ok(ClusterDetails {
                ours: crate::plan::owns_cluster(state),
                support: unread.part("support of the version", support).flatten(),
                endpoint_access: state.endpoint_access.clone(),
                images: images::infos(&observed, images, &mut unread),
                roles,
                network: unread.part("network", network).flatten(),
                unknown: unread.lines(),
                cluster,
            })
        })
        .await
    }
}

/// Every role, once, with what uses it.
fn roles(cluster: &ClusterState, observed: &Observed) -> Vec<RoleInfo> {
    let mut roles = Vec::<RoleInfo>::new();
    let mut add = |arn: &str, user: String| {
        if let Some(known) = roles.iter_mut().find(|role| role.arn == arn) {
            known.used_by.push(user);
        } else if !arn.is_empty() {
            roles.push(RoleInfo { arn: arn.to_owned(), used_by: vec![user], ..RoleInfo::default() });
        }
    };
    add(&cluster.role_arn, "control plane".to_owned());
    let auto_mode = cluster.node_pool_role.as_ref();
    auto_mode.into_iter().for_each(|arn| add(arn, "nodes of Auto Mode".to_owned()));
    for (name, group) in observed.node_groups.iter().flatten() {
        group.role_arn.iter().for_each(|arn| add(arn, format!("node group {name}")));
    }
    for (name, profile) in observed.fargate_profiles.iter().flatten() {
        profile.role_arn.iter().for_each(|arn| add(arn, format!("Fargate profile {name}")));
    }
    for (name, addon) in observed.addons.iter().flatten() {
        addon.service_account_role_arn.iter().for_each(|arn| add(arn, format!("add-on {name}")));
    }
    roles
}

type Around = (std::result::Result<Option<NetworkInfo>, String>, images::Published);

/// What EC2 knows.
#[cfg(feature = "ec2")]
async fn around(
    wire: &Wire,
    cluster: &ClusterState,
    observed: &Observed,
) -> std::result::Result<Around, Refusal> {
    futures_util::future::try_join(
        crate::observe::network_info(wire, cluster),
        images::published(wire, observed),
    )
    .await
}

#[cfg(not(feature = "ec2"))]
async fn around(_: &Wire, _: &ClusterState, _: &Observed) -> std::result::Result<Around, Refusal> {
    Ok((Err(unread::WITHOUT_EC2.to_owned()), images::Published::new()))
}
