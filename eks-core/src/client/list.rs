//! The clusters of one region, some, or all.

use std::fmt;

use futures_util::future::join_all;
use serde::{Deserialize, Serialize};

use super::{Eks, FailedRegion};
use crate::observe::list_clusters;
use crate::operation::ClusterSummary;
use crate::spec::Cluster;
use crate::{Error, ErrorKind, Result};

/// Where [`Eks::list_with`] looks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct ListOptions {
    /// The regions. Unset: the client's alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub regions: Option<Vec<String>>,
    /// All regions that the account has enabled (`ec2:DescribeRegions`), besides those of `regions`. Default false.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub all_regions: bool,
}

impl ListOptions {
    /// Looks in this region, and in no other that is not named, too.
    #[must_use]
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.regions.get_or_insert_default().push(region.into());
        self
    }

    /// Looks in every region that the account has enabled.
    #[must_use]
    pub fn all_regions(mut self) -> Self {
        self.all_regions = true;
        self
    }
}

/// What [`Eks::list_with`] found, and where it could not look.
#[derive(Debug, Default, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ClusterList {
    /// Every cluster, whoever made it, by region and name.
    pub clusters: Vec<ClusterSummary>,
    /// The regions that could not be looked at, each with the reason: what is there is not known.
    pub failed_regions: Vec<FailedRegion>,
}

impl ClusterList {
    /// Whether every region could be looked at.
    pub fn is_complete(&self) -> bool {
        self.failed_regions.is_empty()
    }
}

impl fmt::Display for ClusterList {
    /// A line for each cluster, then one for each region that could not be looked at.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for cluster in &self.clusters {
            writeln!(f, "{cluster}")?;
        }
        for failed in &self.failed_regions {
            writeln!(f, "{}  not looked at: {}", failed.region, failed.error)?;
        }
        Ok(())
    }
}

impl Eks {
    /// The clusters of the client's region, whoever made them. [`Eks::list_with`] looks in other regions, or in all.
    ///
    /// A call of `eks:ListClusters` for each hundred, and one of `eks:DescribeCluster` for each cluster.
    ///
    /// # Errors
    ///
    /// A failure to look.
    pub async fn list(&self) -> Result<Vec<ClusterSummary>> {
        let region = self.known_region()?;
        self.list_region(&region).await
    }

    /// The clusters of several regions, asked all at once. What goes wrong in one region (it is not enabled, or closed by
    /// a policy) is told in the list and hides no other. Where no region is named it is [`Eks::list`], whose failure is one.
    ///
    /// ```no_run
    /// # async fn example(eks: eks_core::Eks) -> eks_core::Result<()> {
    /// use eks_core::ListOptions;
    ///
    /// let list = eks.list_with(ListOptions::default().all_regions()).await?;
    /// print!("{list}");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// No region is known, or the account's cannot be asked for: [`ErrorKind::AccessDenied`] and other failures to look;
    /// [`ErrorKind::Unsupported`] without the feature `ec2`.
    pub async fn list_with(&self, options: ListOptions) -> Result<ClusterList> {
        let alone = options == ListOptions::default();
        let mut regions = match (options.regions, options.all_regions) {
            (Some(mut regions), all) => {
                if all {
                    regions.extend(self.enabled_regions().await?);
                }
                regions
            }
            (None, true) => self.enabled_regions().await?,
            (None, false) => vec![self.known_region()?],
        };
        regions.sort();
        regions.dedup();
        let all = join_all(regions.iter().map(async |region| (region, self.list_region(region).await))).await;
        let any = all.iter().any(|(_, listed)| listed.is_ok());
        let mut list = ClusterList::default();
        for (region, listed) in all {
            match listed {
                Ok(clusters) => list.clusters.extend(clusters),
                Err(error) if alone => return Err(error),
                Err(error) => {
                    let error = if any { disabled(error, region) } else { error };
                    list.failed_regions.push(FailedRegion { region: region.clone(), error });
                }
            }
        }
        list.clusters.sort_by(|one, two| (&one.region, &one.name).cmp(&(&two.region, &two.name)));
        Ok(list)
    }

    async fn list_region(&self, region: &str) -> Result<Vec<ClusterSummary>> {
        Cluster { region: Some(region.to_owned()), ..Cluster::default() }.check()?;
        let wire = self.wire(region)?;
        let region = region.to_owned();
        self.run(async move {
            let clusters = list_clusters(&wire).await.map_err(|refusal| refusal.error)?;
            let summaries = clusters.into_iter().map(|cluster| ClusterSummary {
                ours: crate::plan::owns_cluster(&cluster),
                eksctl: crate::observe::has_eksctl_tag(&cluster.name, &cluster.tags),
                expires: crate::plan::expires(&cluster.tags),
                name: cluster.name,
                region: region.clone(),
                status: cluster.status,
                version: cluster.version,
            });
            Ok(summaries.collect())
        })
        .await
    }
}

/// A region that the account has not enabled knows none of its keys (IAM's user guide, "Enable or disable AWS Regions in
/// your account"): where others know them, the keys are good.
fn disabled(error: Error, region: &str) -> Error {
    match error.kind() {
        ErrorKind::NoCredentials => error.with_hint(format!(
            "Other regions know these credentials: {region} is probably not enabled in this account (account:EnableRegion)"
        )),
        _ => error,
    }
}
