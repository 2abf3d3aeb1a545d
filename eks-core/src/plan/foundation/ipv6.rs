//! The IPv6 half of a new network: a block from Amazon, a /64 for each subnet, and the ways out
//! (facts/eksctl.md §2.5).

use serde_json::{Map, Value, json};

use super::{id, named, reference, resource};
use crate::spec::NewNetwork;

/// The block's logical id.
const BLOCK: &str = "IPv6CidrBlock";

pub(super) fn add(resources: &mut Map<String, Value>, network: &NewNetwork, zones: &[String]) {
    let block = json!({ "VpcId": reference(id::VPC), "AmazonProvidedIpv6CidrBlock": true });
    resources.insert(BLOCK.to_owned(), resource("AWS::EC2::VPCCidrBlock", block));
    // As eksctl does: of 2n+2 parts, public index i, private index i+n.
    let parts = 2 * zones.len() + 2;
    let whole = json!({ "Fn::Select": [0, { "Fn::GetAtt": [id::VPC, "Ipv6CidrBlocks"] }] });
    for (kind, first) in [(id::PUBLIC_SUBNET, 0), (id::PRIVATE_SUBNET, zones.len())] {
        for (index, zone) in zones.iter().enumerate() {
            let Some(subnet) = resources.get_mut(&id::in_zone(kind, zone)) else { continue };
            subnet["DependsOn"] = json!(BLOCK);
            let part = json!({ "Fn::Select": [first + index, { "Fn::Cidr": [whole, parts, 64] }] });
            subnet["Properties"]["Ipv6CidrBlock"] = part;
            subnet["Properties"]["AssignIpv6AddressOnCreation"] = json!(true);
        }
    }
    if network.is_private() {
        return;
    }
    let mut route = |id: &str, table: &str, target: &str, gateway: &str| {
        let mut route = resource(
            "AWS::EC2::Route",
            json!({
                "RouteTableId": reference(table),
                "DestinationIpv6CidrBlock": "::/0",
                target: reference(gateway),
            }),
        );
        if target == "GatewayId" {
            route["DependsOn"] = json!("VPCGatewayAttachment");
        }
        resources.insert(id.to_owned(), route);
    };
    route("PublicSubnetIPv6DefaultRoute", "PublicRouteTable", "GatewayId", "InternetGateway");
    let gateway = "EgressOnlyInternetGateway";
    for zone in zones {
        let (id, table) =
            (id::in_zone("PrivateSubnetDefaultIpv6Route", zone), id::in_zone("PrivateRouteTable", zone));
        route(&id, &table, "EgressOnlyInternetGatewayId", gateway);
    }
    let properties = json!({ "VpcId": reference(id::VPC), "Tags": named(gateway, &[]) });
    resources.insert(gateway.to_owned(), resource("AWS::EC2::EgressOnlyInternetGateway", properties));
}

/// What the CNI may do for IPv6: AmazonEKS_CNI_Policy has IPv4's calls only (facts/aws.md §11.2,
/// <https://docs.aws.amazon.com/eks/latest/userguide/cni-iam-role.html>).
pub(super) fn cni_policy() -> Value {
    json!([{
        "PolicyName": "AmazonEKS_CNI_IPv6_Policy",
        "PolicyDocument": {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Action": [
                        "ec2:AssignIpv6Addresses",
                        "ec2:UnassignIpv6Addresses",
                        "ec2:DescribeInstances",
                        "ec2:DescribeTags",
                        "ec2:DescribeNetworkInterfaces",
                        "ec2:DescribeInstanceTypes",
                        "ec2:DescribeSubnets",
                        "ec2:DescribeSecurityGroups",
                    ],
                    "Resource": "*",
                },
                {
                    "Effect": "Allow",
                    "Action": ["ec2:CreateTags"],
                    "Resource": { "Fn::Sub": "arn:${AWS::Partition}:ec2:*:*:network-interface/*" },
                },
            ],
        },
    }])
}
