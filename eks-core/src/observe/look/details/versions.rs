//! Until when AWS supports a Kubernetes version.

use super::super::{checked, patiently, versions};
use crate::aws::{Refusal, Wire};
use crate::spec::VersionOffer;

/// What EKS says of this version; `None` if it does not know it, or says nothing of versions.
pub(crate) async fn version_offer(
    wire: &Wire,
    version: &str,
) -> Result<Result<Option<VersionOffer>, String>, Refusal> {
    let offers = checked(patiently(|| versions::look(wire))).await?;
    Ok(offers.map(|offers| offers.into_iter().find(|offer| offer.version == version)))
}
