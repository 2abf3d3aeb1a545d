//! Which Kubernetes versions EKS offers.

use aws_sdk_eks::types::ClusterVersionInformation;
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;

use crate::aws::{Class, Refusal, Service, Wire};
use crate::spec::{VersionOffer, VersionStatus};

/// None at all from an endpoint that does not have the operation, as emulators (facts/aws.md §12): a version that is
/// named is then taken at its word.
pub(super) async fn look(wire: &Wire) -> Result<Vec<VersionOffer>, Refusal> {
    let call = Service::Eks.read("DescribeClusterVersions", "");
    let pages = || wire.eks().describe_cluster_versions().include_all(true).into_paginator().send();
    let pages = match wire.pages(&call, pages).await {
        Err(refusal) if refusal.class == Class::Unsupported => return Ok(Vec::new()),
        pages => pages?,
    };
    Ok(pages.into_iter().filter_map(|page| page.cluster_versions).flatten().filter_map(offer).collect())
}

/// `None` for versions of other kinds of clusters (local ones on Outposts).
fn offer(version: ClusterVersionInformation) -> Option<VersionOffer> {
    if version.cluster_type.as_deref().is_some_and(|kind| kind != "eks") {
        return None;
    }
    // `status` is the deprecated spelling of `versionStatus`; older emulators have only that.
    let status =
        version.version_status.as_ref().map(|status| status.as_str().to_lowercase().replace('_', "-"));
    let status = status.or(version.status.as_ref().map(|status| status.as_str().to_owned()));
    Some(VersionOffer {
        version: version.cluster_version?,
        default: version.default_version,
        status: match status.as_deref() {
            Some("standard-support") => VersionStatus::Standard,
            Some("extended-support") => VersionStatus::Extended,
            _ => VersionStatus::Unsupported,
        },
        end_of_standard: version.end_of_standard_support_date.as_ref().and_then(day),
        end_of_extended: version.end_of_extended_support_date.as_ref().and_then(day),
    })
}

/// The day, as `yyyy-mm-dd`.
fn day(date: &DateTime) -> Option<String> {
    date.fmt(Format::DateTime).ok()?.get(..10).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use aws_sdk_eks::types::{ClusterVersionStatus, VersionStatus as Status};

    use super::*;

    #[test]
    fn an_offer_has_its_days_and_its_status_in_either_spelling() {
        let version = ClusterVersionInformation::builder()
            .cluster_version("1.34")
            .cluster_type("eks")
            .default_version(true)
            .end_of_standard_support_date(DateTime::from_secs(1_796_169_600));
        let expected = VersionOffer {
            version: "1.34".to_owned(),
            default: true,
            status: VersionStatus::Standard,
            end_of_standard: Some("2026-12-02".to_owned()),
            end_of_extended: None,
        };
        let new = version.clone().version_status(Status::StandardSupport).build();
        let old = version.clone().status(ClusterVersionStatus::StandardSupport).build();
        assert_eq!(offer(new), Some(expected.clone()));
        assert_eq!(offer(old), Some(expected));
        assert_eq!(offer(version.clone().cluster_type("eks-local-outposts").build()), None);
        assert_eq!(offer(version.build()).map(|offer| offer.status), Some(VersionStatus::Unsupported));
    }
}
