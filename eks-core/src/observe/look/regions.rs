//! The regions that the account has enabled.

use crate::aws::{Refusal, Service, Wire};

/// Those that need no opting in and those that the account has opted in to: without `AllRegions` EC2 tells no
/// others. The operation has no pages.
pub(super) async fn look(wire: &Wire) -> Result<Vec<String>, Refusal> {
    let call = Service::Ec2.read("DescribeRegions", "");
    let answer = wire.send(&call, || wire.ec2().describe_regions().send()).await?;
    Ok(answer.regions.into_iter().flatten().filter_map(|region| region.region_name).collect())
}
