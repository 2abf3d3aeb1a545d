//! The network, and from where the API server can be reached.

use serde_json::{Map, Value, json};

use super::super::eksctl::MORE_ENDPOINTS;
use super::texts;
use crate::spec::{Cluster, ControlPlaneSubnets, GivenNetwork, Nat, Network, NewNetwork};

pub(super) fn network(cluster: &Cluster) -> Map<String, Value> {
    let (mut vpc, zones, private) = match &cluster.network {
        Network::New(network) => (new(network, cluster), json!(network.zones), private(network, cluster)),
        Network::Given(network) => (given(network), Value::Null, Value::Null),
    };
    let access = &cluster.endpoint_access;
    if private.is_null() {
        vpc["clusterEndpoints"] = json!({ "publicAccess": access.public, "privateAccess": access.private });
    }
    vpc["publicAccessCIDRs"] = json!(access.public_cidrs);
    let keys = [("vpc", vpc), ("availabilityZones", zones), ("privateCluster", private)];
    keys.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

fn new(network: &NewNetwork, cluster: &Cluster) -> Value {
    let nat = network.nat.map(|nat| match nat {
        Nat::None => "Disable",
        Nat::Single => "Single",
        Nat::PerZone => "HighlyAvailable",
    });
    // eksctl has one gateway there, and no key for it.
    let said = !(network.is_private() || cluster.is_ipv6() && network.nat == Some(Nat::Single));
    json!({
        "cidr": network.cidr,
        "nat": { "gateway": nat.filter(|_| said) },
        "controlPlaneOnPrivateSubnets": control_plane_on_private(network.control_plane_subnets.as_ref()),
    })
}

/// eksctl makes some of the endpoints anyway; logs' where there are logs.
fn private(network: &NewNetwork, cluster: &Cluster) -> Value {
    if !network.is_private() {
        return Value::Null;
    }
    let logs = cluster.logging.as_ref().is_some_and(|types| !types.is_empty());
    let can_be_asked = |name: &&String| MORE_ENDPOINTS.contains(&name.as_str()) && !(logs && *name == "logs");
    let more: Vec<String> = network.endpoints.iter().filter(can_be_asked).cloned().collect();
    json!({ "enabled": true, "additionalEndpointServices": texts(&more) })
}

fn given(network: &GivenNetwork) -> Value {
    let subnets = |ids: &[String]| -> Value {
        let named: Map<String, Value> = ids.iter().map(|id| (id.clone(), json!({ "id": id }))).collect();
        Value::Object(named)
    };
    let own = match &network.control_plane_subnets {
        Some(ControlPlaneSubnets::Given(ids)) => Some(ids),
        _ => None,
    };
    json!({
        "id": network.vpc,
        "subnets": {
            "private": subnets(&network.private_subnets),
            "public": subnets(&network.public_subnets),
        },
        "controlPlaneSubnetIDs": own,
        "controlPlaneOnPrivateSubnets": control_plane_on_private(network.control_plane_subnets.as_ref()),
        "controlPlaneSecurityGroupIDs": texts(&network.security_groups),
    })
}

fn control_plane_on_private(subnets: Option<&ControlPlaneSubnets>) -> Option<bool> {
    matches!(subnets, Some(ControlPlaneSubnets::Private)).then_some(true)
}
