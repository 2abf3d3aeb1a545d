//! Security groups that the spec names: that they exist, and lie in the VPC of the subnets.

use crate::Violation;
use crate::observe::{Observed, Seen};
use crate::plan::create::node_groups::node_groups;
use crate::spec::{Cluster, Network};

/// Every security group that the spec names, with the field that names it.
pub(in crate::plan::create) fn named_security_groups(spec: &Cluster) -> Vec<(String, &str)> {
    let mut named = Vec::new();
    if let Network::Given(network) = &spec.network {
        let ids = network.security_groups.iter();
        named.extend(ids.map(|id| ("network.securityGroups".to_owned(), id.as_str())));
    }
    for (index, group) in node_groups(spec).enumerate() {
        let ids = group.security_groups.iter();
        named.extend(ids.map(|id| (format!("nodeGroups[{index}].securityGroups"), id.as_str())));
    }
    named
}

/// Every rule that they break. EKS refuses the control plane's; a node group would end as CREATE_FAILED.
pub(super) fn inspect(spec: &Cluster, vpc: &str, observed: &Observed) -> Vec<Violation> {
    let broken = named_security_groups(spec).into_iter().filter_map(|(field, id)| {
        let rule = match observed.security_groups.get(id) {
            Some(Seen::Present(home)) if home != vpc => format!("lie in VPC {vpc}, and lies in {home}"),
            Some(Seen::Absent) => "be a security group of this region and account".to_owned(),
            // Nobody could look: EC2 is not compiled in.
            _ => return None,
        };
        Some(Violation::new(field, id, rule))
    });
    broken.collect()
}
