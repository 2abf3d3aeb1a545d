//! The network, and from where the API server can be reached.

use serde_json::{Value, json};

use super::super::eksctl::ENDPOINTS;
use super::value::{list, text, texts};
use crate::spec::{
    ControlPlaneSubnets, EndpointAccess, Findings, GivenNetwork, Nat, Network, NewNetwork, item,
};

pub(super) fn network(document: &Value, findings: &mut Findings) -> Network {
    let vpc = &document["vpc"];
    if !is_private(document) {
        beside_open(&document["privateCluster"], findings);
    }
    let control_plane_subnets = control_plane_subnets(vpc, findings);
    if is_given(vpc) {
        beside_given(document, findings);
        return Network::Given(GivenNetwork {
            private_subnets: subnets("private", vpc, findings),
            public_subnets: subnets("public", vpc, findings),
            security_groups: security_groups(vpc, findings),
            vpc: text(&vpc["id"]),
            control_plane_subnets,
        });
    }
    beside_new(document, findings);
    let private = is_private(document);
    let zones = texts(&document["availabilityZones"]);
    Network::New(NewNetwork {
        zones: (!zones.is_empty()).then_some(zones),
        cidr: text(&vpc["cidr"]),
        nat: if private { Some(Nat::None) } else { nat(&vpc["nat"]["gateway"]) },
        endpoints: if private { endpoints(document) } else { Vec::new() },
        control_plane_subnets,
        ..NewNetwork::default()
    })
}

/// From inside alone, in a private cluster; eksctl switches the public endpoint off in the end.
pub(super) fn endpoint_access(document: &Value, findings: &mut Findings) -> EndpointAccess {
    let vpc = &document["vpc"];
    let access = &vpc["clusterEndpoints"];
    let cidrs = texts(&vpc["publicAccessCIDRs"]);
    let public_cidrs = (!cidrs.is_empty()).then_some(cidrs);
    if !is_private(document) {
        let (public, private) = (access["publicAccess"].as_bool(), access["privateAccess"].as_bool());
        return EndpointAccess { public, private, public_cidrs };
    }
    let rule = "be left out: the endpoint of a private cluster is private";
    for key in ["publicAccess", "privateAccess"] {
        let field = format!("vpc.clusterEndpoints.{key}");
        findings.require(access[key].is_null(), &field, &access[key], rule);
    }
    EndpointAccess { public_cidrs, ..EndpointAccess::private_only() }
}

/// Subnets by their ids, or by their names in `vpc.subnets`.
pub(super) fn named_subnets(value: &Value, document: &Value) -> Vec<String> {
    let id = |name: String| {
        let kinds = ["private", "public"].iter();
        let mut found = kinds.filter_map(|kind| text(&document["vpc"]["subnets"][kind][&name]["id"]));
        found.next().unwrap_or(name)
    };
    texts(value).into_iter().map(id).collect()
}

fn is_given(vpc: &Value) -> bool {
    let subnets = vpc["subnets"].as_object();
    text(&vpc["id"]).is_some() || subnets.is_some_and(|kinds| kinds.values().any(|kind| !kind.is_null()))
}

fn is_private(document: &Value) -> bool {
    document["privateCluster"]["enabled"] == json!(true)
}

fn nat(value: &Value) -> Option<Nat> {
    Some(match value.as_str()? {
        "HighlyAvailable" => Nat::PerZone,
        "Disable" => Nat::None,
        _ => Nat::Single,
    })
}

/// Those that eksctl always makes, those that are asked for, and that for logs where there are any.
fn endpoints(document: &Value) -> Vec<String> {
    let mut services: Vec<String> = ENDPOINTS.map(str::to_owned).into();
    services.extend(texts(&document["privateCluster"]["additionalEndpointServices"]));
    let logs = !list(&document["cloudWatch"]["clusterLogging"]["enableTypes"]).is_empty();
    if logs && !services.iter().any(|service| service == "logs") {
        services.push("logs".to_owned());
    }
    services
}

fn subnets(kind: &str, vpc: &Value, findings: &mut Findings) -> Vec<String> {
    let named = vpc["subnets"][kind].as_object();
    let mut ids = Vec::new();
    for (name, subnet) in named.into_iter().flatten() {
        let id = text(&subnet["id"]);
        let rule = "be given: a subnet is known by its id";
        findings.require(id.is_some(), &format!("vpc.subnets.{kind}.{name}.id"), "", rule);
        ids.extend(id);
    }
    ids
}

fn security_groups(vpc: &Value, findings: &mut Findings) -> Vec<String> {
    let mut groups = texts(&vpc["controlPlaneSecurityGroupIDs"]);
    if let Some(group) = text(&vpc["securityGroup"]) {
        let rule = "be left out where `vpc.controlPlaneSecurityGroupIDs` are given";
        findings.require(groups.is_empty(), "vpc.securityGroup", &group, rule);
        groups.push(group);
    }
    groups
}

fn control_plane_subnets(vpc: &Value, findings: &mut Findings) -> Option<ControlPlaneSubnets> {
    let ids = texts(&vpc["controlPlaneSubnetIDs"]);
    let private = vpc["controlPlaneOnPrivateSubnets"] == json!(true);
    let rule = "be left out where `vpc.controlPlaneSubnetIDs` are given";
    findings.require(!private || ids.is_empty(), "vpc.controlPlaneOnPrivateSubnets", "true", rule);
    match (ids.is_empty(), private) {
        (false, _) => Some(ControlPlaneSubnets::Given(ids)),
        (true, true) => Some(ControlPlaneSubnets::Private),
        (true, false) => None,
    }
}

/// What cannot be said of a cluster that is not private.
fn beside_open(private: &Value, findings: &mut Findings) {
    for key in ["skipEndpointCreation", "additionalEndpointServices"] {
        let says = private[key] == json!(true) || !list(&private[key]).is_empty();
        let rule = "be left out unless `enabled` is `true`";
        findings.require(!says, &format!("privateCluster.{key}"), &private[key], rule);
    }
}

/// What cannot be said beside given subnets.
fn beside_given(document: &Value, findings: &mut Findings) {
    let vpc = &document["vpc"];
    let mut unset = |field: &str, value: &Value, rule: &str| {
        let shown = value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
        findings.require(value.is_null(), field, shown, rule);
    };
    unset("vpc.cidr", &vpc["cidr"], "be left out: EC2 says which block a VPC has");
    let zones = &document["availabilityZones"];
    unset("availabilityZones", zones, "be left out: the subnets are given");
    if vpc["nat"]["gateway"] != json!("Disable") {
        unset("vpc.nat.gateway", &vpc["nat"]["gateway"], "be `Disable` or left out: the subnets are given");
    }
    if !is_private(document) {
        return;
    }
    let private = &document["privateCluster"];
    let skipped = private["skipEndpointCreation"] == json!(true);
    let rule = "be `true`: endpoints are not made in a VPC that is given";
    findings.require(skipped, "privateCluster.skipEndpointCreation", "", rule);
    for (index, name) in list(&private["additionalEndpointServices"]).iter().enumerate() {
        let field = item("privateCluster.additionalEndpointServices", index);
        findings.require(
            false,
            &field,
            name.as_str().unwrap_or_default(),
            "be left out: no endpoints are made",
        );
    }
}

/// What cannot be said of a new VPC.
fn beside_new(document: &Value, findings: &mut Findings) {
    let vpc = &document["vpc"];
    let rule = "be left out: the network is a new one, and these cannot be in it";
    for (key, groups) in [
        ("vpc.securityGroup", text(&vpc["securityGroup"])),
        ("vpc.controlPlaneSecurityGroupIDs", Some(texts(&vpc["controlPlaneSecurityGroupIDs"]).join(", "))),
    ] {
        let groups = groups.unwrap_or_default();
        findings.require(groups.is_empty(), key, &groups, rule);
    }
    if !is_private(document) {
        return;
    }
    let private = &document["privateCluster"];
    let rule = "be left out: nothing else leads from a new private VPC to AWS";
    let skipped = private["skipEndpointCreation"] == json!(true);
    findings.require(!skipped, "privateCluster.skipEndpointCreation", "true", rule);
    let nat = text(&vpc["nat"]["gateway"]).filter(|mode| mode != "Disable").unwrap_or_default();
    let rule = "be `Disable` or left out: a private cluster has no NAT gateway";
    findings.require(nat.is_empty(), "vpc.nat.gateway", &nat, rule);
}
