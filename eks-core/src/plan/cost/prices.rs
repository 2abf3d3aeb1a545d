//! Prices as data: US dollars, with a day and a source. What has none here is asked of AWS's Price List, or unknown.

use crate::observe::Good;
use crate::spec::VersionStatus;

/// When the prices below were read.
pub(super) const AS_OF: &str = "2026-11-22";

/// The region whose prices those of goods are.
const REGION: &str = "us-east-1";

/// Of a control plane for an hour: one price for all regions (aws.amazon.com/eks/pricing, facts/aws.md §10).
pub(super) fn control_plane(status: VersionStatus) -> Option<f64> {
    status.dollars_per_hour()
}

/// Of a public IPv4 address for an hour, in use or idle: one price for all regions (aws.amazon.com/vpc/pricing, since
/// February 2024).
pub(super) const PUBLIC_IPV4: f64 = 0.005;

/// Of a Fargate pod's vCPU and GB for an hour, in us-east-1 (facts/aws.md §10).
pub(super) fn fargate(region: &str) -> Option<(f64, f64)> {
    (region == REGION).then_some((0.040_48, 0.004_445))
}

/// Of a good for its unit, in the region that is known (facts/aws.md §10; endpoints: aws.amazon.com/privatelink/pricing).
pub(super) fn good(region: &str, good: &Good) -> Option<f64> {
    match good {
        _ if region != REGION => None,
        Good::NatGateway => Some(0.045),
        Good::InterfaceEndpoint => Some(0.01),
        Good::Gp3 | Good::Instance(_) => None,
    }
}
