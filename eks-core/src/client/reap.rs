//! Deleting what has expired, in one region or all.

use futures_util::future::join_all;
use serde::{Deserialize, Serialize};

use super::Eks;
#[cfg(not(feature = "ec2"))]
use crate::ErrorKind;
use crate::observe::{Look, Observed, all_stacks, look};
use crate::operation::{DeleteReport, now};
use crate::plan::{Expired, Word, expired, word};
use crate::spec::Cluster;
use crate::{Error, Result};

/// Where [`Eks::reap`] looks, and whether it deletes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct ReapOptions {
    /// The regions. Unset: those that the client's guards allow; without such a guard all that the account has
    /// enabled (`ec2:DescribeRegions`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub regions: Option<Vec<String>>,
    /// Whether to say only what would be deleted. Default false.
    pub dry_run: bool,
}

impl ReapOptions {
    /// Looks in this region, and in no other that is not named, too.
    #[must_use]
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.regions.get_or_insert_default().push(region.into());
        self
    }

    /// Says only what would be deleted.
    #[must_use]
    pub fn dry_run(mut self, dry_run: bool) -> Self {
        self.dry_run = dry_run;
        self
    }
}

/// What [`Eks::reap`] found and did.
#[derive(Debug, Default, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ReapReport {
    /// Every cluster whose time was over, by region and name.
    pub clusters: Vec<Reaped>,
    /// The regions that could not be looked at.
    pub failed_regions: Vec<FailedRegion>,
}

impl ReapReport {
    /// Whether everything could be looked at, and deleted where it was to be.
    pub fn is_clean(&self) -> bool {
        let failed = |it: &Reaped| matches!(it.outcome, ReapOutcome::Failed { .. });
        self.failed_regions.is_empty() && !self.clusters.iter().any(failed)
    }
}

/// A cluster whose time was over.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Reaped {
    /// Its name.
    pub name: String,
    /// Its region.
    pub region: String,
    /// Since when its time was over, as RFC 3339 in UTC.
    pub expired: String,
    /// What became of it.
    pub outcome: ReapOutcome,
}

/// What became of a cluster whose time was over.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", tag = "outcome")]
#[non_exhaustive]
pub enum ReapOutcome {
    /// Nothing is left of it.
    Deleted {
        /// What was deleted.
        report: DeleteReport,
    },
    /// It stays.
    Kept {
        /// Why.
        reason: String,
    },
    /// It could not be deleted, or not all of it. The next `reap` goes on.
    Failed {
        /// Why.
        error: Error,
    },
}

/// A region that could not be looked at.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct FailedRegion {
    /// The region.
    pub region: String,
    /// Why.
    pub error: Error,
}

impl Eks {
    /// Deletes every cluster of this library's whose [`expires`](crate::Cluster::expires) has passed, as
    /// [`Eks::delete`] does, all at once: also what is left of one that died half-way. What has no such mark is not
    /// touched, nor is a cluster whose `eks-lifecycle/expires` tag was moved into the future or taken away by hand.
    ///
    /// Whatever happens to one cluster or region is told in the report and stops no other. A reap that is dropped or
    /// killed is continued by the next one.
    ///
    /// # Errors
    ///
    /// Regions are neither named nor can be asked for: [`ErrorKind::AccessDenied`](crate::ErrorKind::AccessDenied) and other failures to look;
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) without the feature `ec2`.
    pub async fn reap(&self, options: ReapOptions) -> Result<ReapReport> {
        let mut regions = match options.regions {
            Some(regions) => regions,
            None => match &self.0.guards.regions {
                Some(allowed) => allowed.iter().cloned().collect(),
                None => self.enabled_regions().await?,
            },
        };
        regions.sort();
        regions.dedup();
        let dry_run = options.dry_run;
        let all =
            join_all(regions.iter().map(async |region| (region, self.reap_region(region, dry_run).await)));
        let mut report = ReapReport::default();
        for (region, reaped) in all.await {
            match reaped {
                Ok(clusters) => report.clusters.extend(clusters),
                Err(error) => report.failed_regions.push(FailedRegion { region: region.clone(), error }),
            }
        }
        Ok(report)
    }

    async fn reap_region(&self, region: &str, dry_run: bool) -> Result<Vec<Reaped>> {
        let here = self.in_region(region);
        Cluster { region: Some(region.to_owned()), ..Cluster::default() }.check()?;
        let wire = here.wire(region)?;
        let asked = wire.clone();
        let stacks =
            self.run(async move { all_stacks(&asked).await.map_err(|refusal| refusal.error) }).await?;
        let mut due = expired(&stacks, now(&wire));
        due.sort_by(|a, b| a.name.cmp(&b.name));
        let reaped = join_all(due.into_iter().map(async |it| here.reap_cluster(region, it, dry_run).await));
        Ok(reaped.await.into_iter().flatten().collect())
    }

    /// `None` if it has more time after all.
    async fn reap_cluster(&self, region: &str, it: Expired, dry_run: bool) -> Option<Reaped> {
        let outcome = match self.word_of(region, &it.name).await {
            Ok(Word::Prolonged) => return None,
            Ok(Word::Kept) => kept("the mark of its expiry was taken off the cluster"),
            Ok(Word::Foreign) => kept("the cluster of this name is not ours"),
            Ok(Word::Expired) if dry_run => kept("this is a dry run"),
            Ok(Word::Expired) => match self.delete(&it.name).await {
                Ok(report) => ReapOutcome::Deleted { report },
                Err(error) => ReapOutcome::Failed { error },
            },
            Err(error) => ReapOutcome::Failed { error },
        };
        Some(Reaped { name: it.name, region: region.to_owned(), expired: it.since, outcome })
    }

    /// What the cluster itself says of its expiry.
    async fn word_of(&self, region: &str, name: &str) -> Result<Word> {
        let eyes = self.eyes(region, name)?;
        self.run(async move {
            let mut observed = Observed::default();
            let answer = look(&eyes, &Look::Cluster, &observed).await.map_err(|refusal| refusal.error)?;
            answer.apply(&mut observed);
            Ok(word(observed.cluster.present(), now(&eyes.wire)))
        })
        .await
    }

    #[cfg(feature = "ec2")]
    pub(super) async fn enabled_regions(&self) -> Result<Vec<String>> {
        let region = self.region().unwrap_or(Self::DEFAULT_REGION);
        let wire = self.wire(region)?;
        self.run(async move { crate::observe::regions(&wire).await.map_err(|refusal| refusal.error) }).await
    }

    #[cfg(not(feature = "ec2"))]
    pub(super) async fn enabled_regions(&self) -> Result<Vec<String>> {
        Err(Error::new(ErrorKind::Unsupported, "the account's regions are not known: EC2 is not compiled in")
            .with_hint("Name the regions"))
    }
}

fn kept(reason: &str) -> ReapOutcome {
    ReapOutcome::Kept { reason: reason.to_owned() }
}
