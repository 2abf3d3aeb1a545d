//! Auto Mode: on, off, and which of EKS's node pools there are.

use super::{ClusterChange, one};
use crate::observe::ClusterState;
use crate::plan::difference::Difference;
use crate::plan::request::{AutoModeConfig, ClusterConfig};
use crate::spec::AutoMode;

/// All of it in one request, also where only the node pools change. What is not mentioned of one that is on stays.
pub(super) fn auto_mode(asked: &AutoMode, seen: &ClusterState, role: Option<String>) -> ClusterChange {
    let on = asked.is_on();
    let field = "autoMode.enabled";
    let mut differences = one(on != seen.auto_mode, field, Some(seen.auto_mode), on);
    let pools: Vec<String> = if on && seen.auto_mode && asked.node_pools.is_none() {
        seen.node_pools.clone()
    } else {
        asked.pools().iter().map(|pool| pool.name().to_owned()).collect()
    };
    if on && differences.is_empty() {
        differences.extend(changed_pools(&seen.node_pools, &pools));
    }
    // EKS takes no role where it has no node pool to make (terraform-aws-modules/terraform-aws-eks#3238), and no other
    // one than it has.
    let role = asked.node_role_arn.clone().or_else(|| seen.node_pool_role.clone()).or(role);
    let role = role.filter(|_| !pools.is_empty());
    ClusterChange {
        setting: "autoMode",
        differences,
        config: ClusterConfig::AutoMode(on.then_some(AutoModeConfig { pools, role })),
    }
}

fn changed_pools(was: &[String], is: &[String]) -> Option<Difference> {
    let sorted = |pools: &[String]| {
        let mut pools = pools.to_vec();
        pools.sort();
        if pools.is_empty() { "none".to_owned() } else { pools.join(" ") }
    };
    let (was, is) = (sorted(was), sorted(is));
    (was != is).then(|| Difference::new("autoMode.nodePools", was, is))
}
