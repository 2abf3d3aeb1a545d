//! Networks that only an account can know to be wrong: refused after looking, before the first write.

use eks_core::{Cluster, Error, ErrorKind, Nat};
use examples::PrivateNetwork;
use serde_json::json;
use tests::{Stage, said};

use super::{broken, refused, unchecked};

/// A network of somebody else's.
fn network(stage: &Stage, zones: &'static [&'static str]) -> PrivateNetwork {
    let config = stage.sdk();
    stage.run(move || async move { PrivateNetwork::make_in(&config, zones).await }).expect("a network")
}

fn in_subnets(subnets: &[&str]) -> Cluster {
    unchecked(json!({ "name": "web", "nodeGroups": [], "network": { "privateSubnets": subnets } }))
}

#[test]
fn two_subnets_in_one_zone() {
    let stage = Stage::default();
    let network = network(&stage, &["us-west-2a", "us-west-2a"]);
    let [one, other] = [network.subnets[0].as_str(), network.subnets[1].as_str()];
    let error = refused(&stage, &in_subnets(&[one, other]));
    let both = format!("{one}, {other}");
    let rule = "lie in at least two zones, and all lie in us-west-2a";
    assert_eq!(broken(&error), [("network", both.as_str(), rule)]);
}

#[test]
fn subnets_that_do_not_exist() {
    let stage = Stage::default();
    let network = network(&stage, &["us-west-2a", "us-west-2b"]);
    let (there, gone) = (network.subnets[0].as_str(), "subnet-0123456789abcdef0");
    let error = refused(&stage, &in_subnets(&[there, gone]));
    assert_eq!(broken(&error)[0], ("network", gone, "be a subnet of this region and account"));
}

#[test]
fn subnets_of_two_vpcs_and_of_another_vpc() {
    let stage = Stage::default();
    let one = network(&stage, &["us-west-2a", "us-west-2b"]);
    let other = network(&stage, &["us-west-2a", "us-west-2b"]);
    let error = refused(&stage, &in_subnets(&[&one.subnets[0], &other.subnets[1]]));
    let rule = format!("lie in VPC {}, and lies in {}", one.vpc, other.vpc);
    assert_eq!(broken(&error), [("network", other.subnets[1].as_str(), rule.as_str())]);

    let spec = json!({
        "name": "web",
        "nodeGroups": [],
        "network": { "vpc": other.vpc, "privateSubnets": one.subnets },
    });
    let error = refused(&stage, &unchecked(spec));
    let rule = format!("lie in VPC {}, and lies in {}", other.vpc, one.vpc);
    let expected: Vec<_> = one.subnets.iter().map(|id| ("network", id.as_str(), rule.as_str())).collect();
    assert_eq!(broken(&error), expected);
}

/// Nodes and Fargate pods may have subnets of their own: EKS would refuse them a quarter of an hour later.
#[test]
fn subnets_of_node_groups_and_fargate_profiles() {
    let stage = Stage::default();
    let one = network(&stage, &["us-west-2a", "us-west-2b"]);
    let other = network(&stage, &["us-west-2a", "us-west-2b"]);
    let gone = "subnet-0123456789abcdef0";
    let spec = json!({
        "name": "web",
        "nodeGroups": [{ "name": "a", "subnets": [gone] }, { "name": "b", "subnets": [other.subnets[0]] }],
        "fargateProfiles": [{ "name": "c", "selectors": [{ "namespace": "c" }], "subnets": [other.subnets[1]] }],
        "network": { "privateSubnets": one.subnets },
    });
    let error = refused(&stage, &unchecked(spec));
    let rule = format!("lie in VPC {}, and lies in {}", one.vpc, other.vpc);
    assert_eq!(
        broken(&error),
        [
            ("nodeGroups[0].subnets", gone, "be a subnet of this region and account"),
            ("nodeGroups[1].subnets", other.subnets[0].as_str(), rule.as_str()),
            ("fargateProfiles[0].subnets", other.subnets[1].as_str(), rule.as_str()),
        ]
    );
}

#[test]
fn zones_that_host_no_control_plane() -> Result<(), Error> {
    // use1-az3 is us-east-1e in the simulated account; facts/aws.md §2.2.
    let stage = Stage::default();
    let spec = json!({
        "name": "web",
        "region": "us-east-1",
        "network": { "zones": ["us-east-1a", "us-east-1e"], "nat": Nat::None },
    });
    let error = refused(&stage, &unchecked(spec));
    let rule = "be a zone of the region that hosts control planes: \
                us-east-1a, us-east-1b, us-east-1c, us-east-1d, us-east-1f";
    assert_eq!(broken(&error), [("network.zones", "us-east-1e", rule)]);
    Ok(())
}

#[test]
fn an_instance_type_that_fewer_than_two_zones_offer() {
    let stage = Stage::default();
    let spec = json!({ "name": "web", "nodeGroups": [{ "instanceTypes": ["m5.large", "m5.37xlarge"] }] });
    let error = refused(&stage, &unchecked(spec));
    assert_eq!(error.kind(), ErrorKind::InvalidSpec);
    insta::assert_snapshot!(said(&error));
}
