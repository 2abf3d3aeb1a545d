//! Whether given subnets will do, as far as looking can tell: zones, free addresses, and where their routes lead.

use std::collections::BTreeMap;

use crate::Violation;
use crate::observe::{Observed, SubnetState, WITHOUT_CONTROL_PLANES, Way};
use crate::plan::create::node_groups::{desired, node_groups};
use crate::spec::{Cluster, GivenNetwork, NEEDED_ENDPOINTS, NodeSubnets};

/// Addresses that a control plane needs in each subnet (facts/aws.md §3.2; 16 are recommended).
const OF_CONTROL_PLANE: u32 = 6;

/// Every rule that a given network breaks. The subnets exist and lie in one VPC: that was checked before.
pub(super) fn inspect(spec: &Cluster, network: &GivenNetwork, observed: &Observed) -> Vec<Violation> {
    let control_plane = network.of_control_plane();
    let mut violations = Vec::new();
    for (field, ids) in [
        ("network.privateSubnets", &network.private_subnets[..]),
        ("network.publicSubnets", &network.public_subnets[..]),
        ("network.controlPlaneSubnets", network.control_plane_only()),
    ] {
        for subnet in observed.present_subnets(ids) {
            let hosts = control_plane.contains(&subnet.id);
            let mut require = |holds: bool, rule: String| {
                if !holds {
                    violations.push(Violation::new(field, &subnet.id, rule));
                }
            };
            require(
                !hosts || !WITHOUT_CONTROL_PLANES.contains(&subnet.zone_id.as_str()),
                format!("lie in a zone that hosts control planes, and {} does not", subnet.zone_id),
            );
            require(
                !hosts || subnet.free_addresses >= OF_CONTROL_PLANE,
                format!(
                    "have {OF_CONTROL_PLANE} free addresses for the control plane, and has {}",
                    subnet.free_addresses
                ),
            );
            require(
                finds_api_server(spec, subnet),
                "lie in a VPC with `enableDnsSupport` and `enableDnsHostnames` on: the API server's private endpoint \
                 is found by name"
                    .to_owned(),
            );
            require(subnet.ipv6 || !spec.is_ipv6(), "have an IPv6 block: `ipFamily` is `ipv6`".to_owned());
            match (field, subnet.way) {
                ("network.privateSubnets", Some(Way::InternetGateway)) => require(
                    false,
                    "be given as public: its route table leads to an internet gateway".to_owned(),
                ),
                ("network.publicSubnets", Some(Way::Nowhere | Way::Elsewhere)) => require(
                    false,
                    "be given as private: its route table leads to no internet gateway".to_owned(),
                ),
                _ => {}
            }
        }
    }
    let mut taken = Demand::default();
    for (index, group) in node_groups(spec).enumerate().filter(|(_, group)| desired(group) > 0) {
        let ids = match &group.subnets {
            Some(NodeSubnets::Given(ids)) => ids,
            Some(NodeSubnets::Public) => &network.public_subnets,
            Some(NodeSubnets::Private) | None => &network.private_subnets,
        };
        let subnets: Vec<_> = observed.present_subnets(ids).collect();
        let field = format!("nodeGroups[{index}].subnets");
        violations.extend(subnets.iter().filter_map(|subnet| {
            let rule = unfit_for_nodes(spec, subnet)?;
            Some(Violation::new(field.clone(), &subnet.id, rule))
        }));
        let free: u32 = subnets.iter().map(|subnet| subnet.free_addresses).sum();
        if !subnets.is_empty() && free < desired(group) {
            let rule = format!("have free addresses for {} nodes, and have {free}", desired(group));
            violations.push(Violation::new(field, ids.join(", "), rule));
        }
        taken.add(desired(group), &subnets);
    }
    violations.extend(taken.excess());
    violations
}

/// What all groups want together of the subnets that any of them has.
#[derive(Default)]
struct Demand<'a> {
    groups: usize,
    nodes: u32,
    free: BTreeMap<&'a str, u32>,
    unseen: bool,
}

impl<'a> Demand<'a> {
    fn add(&mut self, nodes: u32, subnets: &[&'a SubnetState]) {
        self.groups += 1;
        self.nodes += nodes;
        self.unseen |= subnets.is_empty();
        self.free.extend(subnets.iter().map(|subnet| (subnet.id.as_str(), subnet.free_addresses)));
    }

    /// A group alone was weighed already.
    fn excess(&self) -> Option<Violation> {
        let free: u32 = self.free.values().sum();
        let rule = format!("have free addresses for {} nodes, and have {free}", self.nodes);
        let ids: Vec<&str> = self.free.keys().copied().collect();
        (self.groups > 1 && !self.unseen && free < self.nodes)
            .then(|| Violation::new("nodeGroups", ids.join(", "), rule))
    }
}

/// A private endpoint is a name in a private zone, which resolves with both attributes on (EKS's user guide, "Cluster
/// API server endpoint"). Where there is a public one beside it, that is found instead.
fn finds_api_server(spec: &Cluster, subnet: &SubnetState) -> bool {
    let private_alone =
        spec.endpoint_access.private == Some(true) && spec.endpoint_access.public == Some(false);
    !private_alone || subnet.dns.is_none_or(|dns| dns.support && dns.hostnames)
}

/// Why a node in this subnet could not join: EKS says so after twenty minutes (facts/failures.md C15).
fn unfit_for_nodes(spec: &Cluster, subnet: &SubnetState) -> Option<String> {
    match subnet.way? {
        Way::InternetGateway if !subnet.public_addresses => Some(
            "give its instances public addresses (`mapPublicIpOnLaunch`): its route table leads to an internet \
             gateway, and nodes could not join without"
                .to_owned(),
        ),
        Way::Nowhere => {
            let missing: Vec<&str> =
                NEEDED_ENDPOINTS.into_iter().filter(|name| !subnet.endpoints.contains(*name)).collect();
            if !missing.is_empty() {
                let missing = missing.join(", ");
                return Some(format!(
                    "lead out through a NAT gateway, or have its VPC have endpoints for {missing}: nodes could not \
                     join"
                ));
            }
            let closed = spec.endpoint_access.private != Some(true);
            closed.then(|| {
                "lead out, or have `endpointAccess.private` on: nodes could not reach the API server".to_owned()
            })
        }
        Way::InternetGateway | Way::Elsewhere => None,
    }
}
