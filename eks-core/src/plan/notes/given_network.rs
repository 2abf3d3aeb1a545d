//! What a given network lets one expect that is no reason to refuse it.

use std::collections::BTreeSet;

use crate::observe::{Observed, SubnetState};
use crate::spec::{Cluster, GivenNetwork};

pub(super) fn notes(spec: &Cluster, network: &GivenNetwork, observed: &Observed) -> Vec<String> {
    let private: Vec<_> = observed.present_subnets(&network.private_subnets).collect();
    let public: Vec<_> = observed.present_subnets(&network.public_subnets).collect();
    let mut notes = Vec::new();
    notes.extend(resolver(spec, private.iter().chain(&public).copied()));
    // eksctl tags the subnets that it makes, and neither it nor we change those of others.
    let untagged = |subnets: &[&SubnetState], tagged: fn(&SubnetState) -> bool, kind: &str, key: &str| {
        let ids: Vec<&str> =
            subnets.iter().filter(|it| !tagged(it)).map(|subnet| subnet.id.as_str()).collect();
        (!ids.is_empty())
            .then(|| format!("{}: {kind} load balancers are put there once tagged `{key}=1`", ids.join(", ")))
    };
    let key = "kubernetes.io/role/internal-elb";
    notes.extend(untagged(&private, |it| it.takes_internal_load_balancers, "internal", key));
    let key = "kubernetes.io/role/elb";
    notes.extend(untagged(&public, |it| it.takes_public_load_balancers, "internet-facing", key));
    notes
}

/// EKS's user guide, "Amazon EKS VPC and subnet considerations": both attributes are asked for. What cannot work
/// without them was refused before (`create/subnets/fitness.rs`).
fn resolver<'a>(spec: &Cluster, subnets: impl Iterator<Item = &'a SubnetState>) -> Vec<String> {
    let lacking: BTreeSet<(&str, &str)> = subnets
        .filter_map(|subnet| {
            let dns = subnet.dns?;
            let attribute = if !dns.support {
                "enableDnsSupport"
            } else if !dns.hostnames {
                "enableDnsHostnames"
            } else {
                return None;
            };
            Some((subnet.vpc.as_str(), attribute))
        })
        .collect();
    let outside = if spec.endpoint_access.private == Some(true) {
        ", and the API server is reached by its public address from inside, too"
    } else {
        ""
    };
    lacking
        .iter()
        .map(|(vpc, attribute)| format!("{vpc}: `{attribute}` is off, which EKS asks to be on{outside}"))
        .collect()
}
