//! Where a region's STS is, and what may be signed into a request to it.

use crate::{Error, Result, Violation};

/// DNS suffixes of the partitions other than `amazonaws.com`'s, by region prefix
/// (facts/aws.md §8; botocore `endpoints.json`). API servers accept their own partition's hosts only.
const SUFFIXES: [(&str, &str); 6] = [
    ("cn-", "amazonaws.com.cn"),
    ("eusc-", "amazonaws.eu"),
    ("us-iso-", "c2s.ic.gov"),
    ("us-isob-", "sc2s.sgov.gov"),
    ("us-isof-", "csp.hci.ic.gov"),
    ("eu-isoe-", "cloud.adc-e.uk"),
];

/// The host of the region's own STS, which is the only right one outside `aws` and the better one in it.
pub(super) fn host(region: &str) -> Result<String> {
    let legal = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if region.is_empty() || !region.chars().all(legal) {
        return Err(violation("region", region, "be the name of an AWS region, such as `us-west-2`"));
    }
    let suffix = SUFFIXES
        .iter()
        .find_map(|(prefix, suffix)| region.starts_with(prefix).then_some(*suffix))
        .unwrap_or("amazonaws.com");
    Ok(format!("sts.{region}.{suffix}"))
}

/// A cluster's name, or an Outpost cluster's id, travels as a header: nothing else may get in.
pub(super) fn check_cluster(cluster: &str) -> Result<()> {
    let legal = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    // facts/aws.md §3.1: 1 to 100 letters, digits, hyphens and underscores.
    if cluster.is_empty() || cluster.len() > 100 || !cluster.chars().all(legal) {
        let rule = "be 1 to 100 letters, digits, hyphens and underscores";
        return Err(violation("cluster", cluster, rule));
    }
    Ok(())
}

fn violation(field: &str, value: &str, rule: &str) -> Error {
    Error::invalid(vec![Violation::new(field, value, rule)])
}
