//! Tags of AWS resources.

use std::collections::BTreeMap;

use super::check::Findings;

/// How many of AWS's 50 tags per resource this library needs for its own.
pub const OWN_TAGS: usize = 5;

/// How many tags of others a resource can have beside those.
pub(super) const MOST: usize = 50 - OWN_TAGS;

/// The rule for how many.
pub(super) fn most() -> String {
    format!("be at most {MOST} tags (AWS allows 50, {OWN_TAGS} are used for ownership)")
}

/// Checks the tags of one resource. (facts/aws.md §3.1)
pub(crate) fn inspect(tags: &BTreeMap<String, String>, findings: &mut Findings) {
    findings.require(tags.len() <= MOST, "tags", tags.len(), most());
    findings.within("tags", |findings| {
        for (key, value) in tags {
            let length = key.chars().count();
            findings.require((1..=128).contains(&length), key, key, "be a key of 1 to 128 characters");
            findings.require(
                !key.to_ascii_lowercase().starts_with("aws:"),
                key,
                key,
                "not begin with `aws:`, which is reserved for AWS",
            );
            findings.require(
                value.chars().count() <= 256,
                key,
                value,
                "be a value of at most 256 characters",
            );
        }
    });
}

/// Checks that the cluster's tags and those of a piece fit on one resource.
pub(crate) fn inspect_union(
    cluster: &BTreeMap<String, String>,
    piece: &BTreeMap<String, String>,
    findings: &mut Findings,
) {
    let together = cluster.len() + piece.keys().filter(|key| !cluster.contains_key(*key)).count();
    if cluster.len() <= MOST && piece.len() <= MOST {
        let rule = format!("be at most {MOST} tags together with those of the cluster");
        findings.require(together <= MOST, "tags", together, rule);
    }
}
