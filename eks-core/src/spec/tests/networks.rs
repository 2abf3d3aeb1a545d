//! Private networks and IPv6: what they imply, and what they rule out.

use super::super::{Cluster, NewNetwork, NodeSubnets};
use super::refusal;

fn read(yaml: &str) -> Cluster {
    Cluster::from_yaml(yaml).expect(yaml).defaulted()
}

const PRIVATE: &str = "network: {nat: none, endpoints: [ec2, ecr.api, ecr.dkr, s3, sts]}";

#[test]
fn a_private_network_puts_nodes_and_their_way_to_the_api_server_inside() {
    let cluster = read(PRIVATE);
    assert!(cluster.network.as_new().is_some_and(NewNetwork::is_private));
    assert_eq!(cluster.endpoint_access.private, Some(true));
    let groups = cluster.node_groups.expect("a default group");
    assert_eq!(groups[0].subnets, Some(NodeSubnets::Private));
}

#[test]
fn endpoints_beside_nat_change_nothing_else() {
    let cluster = read("network: {endpoints: [s3]}");
    assert!(!cluster.network.as_new().is_some_and(NewNetwork::is_private));
    assert_eq!(cluster.endpoint_access.private, Some(false));
    assert_eq!(cluster.node_groups.expect("a default group")[0].subnets, Some(NodeSubnets::Public));
}

#[test]
fn what_is_refused() {
    for (yaml, said) in [
        (
            "network: {nat: none, endpoints: [s3, ec2]}".to_owned(),
            "network.endpoints: `s3, ec2` must have ecr.api, ecr.dkr, sts, without which no node joins",
        ),
        ("network: {endpoints: [com.amazonaws.us-west-2.s3]}".to_owned(), "be the name of an AWS service"),
        ("network: {vpc: vpc-1, endpoints: [s3]}".to_owned(), "either a new VPC"),
        (format!("{{{PRIVATE}, nodeGroups: [{{subnets: public}}]}}"), "the network has no public subnet"),
        (
            format!("{{{PRIVATE}, endpointAccess: {{private: false, public: true}}}}"),
            "endpointAccess.private",
        ),
        ("{ipFamily: ipv6, serviceCidr: 10.100.0.0/16}".to_owned(), "EKS chooses the block of services"),
        ("{ipFamily: ipv6, region: cn-north-1}".to_owned(), "cn-north-1 has no IPv6 clusters"),
        (
            "{ipFamily: ipv6, nodeGroups: [{instanceTypes: [m4.large]}]}".to_owned(),
            "be built on the Nitro System",
        ),
        ("{ipFamily: ipv6, addons: [{name: coredns}]}".to_owned(), "have vpc-cni, kube-proxy, which IPv6"),
        ("ipFamily: ipv5".to_owned(), "ipFamily"),
    ] {
        let refusal = refusal(&yaml);
        assert!(refusal.contains(said), "{yaml}\n{refusal}");
    }
}
