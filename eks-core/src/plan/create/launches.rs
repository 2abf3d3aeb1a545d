//! What launches name that is the user's: nodes without it would fail a quarter of an hour later.

use super::node_groups::node_groups;
use crate::observe::Observed;
use crate::spec::Cluster;
use crate::{Error, Result, Violation};

/// Every key pair that the spec names, with the field that names it.
pub(super) fn named_key_pairs(spec: &Cluster) -> Vec<(String, &str)> {
    let groups = node_groups(spec).enumerate();
    let named = groups.filter_map(|(index, group)| {
        Some((format!("nodeGroups[{index}].sshKey"), group.ssh_key.as_deref()?))
    });
    named.collect()
}

/// What only AWS knows of it. Where EC2 is not compiled in, nobody could look.
pub(super) fn check_launches(spec: &Cluster, observed: &Observed) -> Result<()> {
    let missing =
        named_key_pairs(spec).into_iter().filter(|(_, name)| observed.key_pairs.get(*name) == Some(&false));
    let rule = "be an EC2 key pair of this region and account";
    let violations: Vec<Violation> = missing.map(|(field, name)| Violation::new(field, name, rule)).collect();
    if violations.is_empty() { Ok(()) } else { Err(Error::invalid(violations)) }
}
