//! The network of eksctl's cluster stack, IPv4 with a new VPC (facts/eksctl.md §1.2, §2.3).

use serde_json::{Map, Value, json};

/// Three zones, as eksctl draws them nearly everywhere, and the suffix of what is in each.
const ZONES: [(&str, &str); 3] =
    [("us-west-2a", "USWEST2A"), ("us-west-2b", "USWEST2B"), ("us-west-2c", "USWEST2C")];

fn name(logical: &str) -> Value {
    json!([{ "Key": "Name", "Value": { "Fn::Sub": format!("${{AWS::StackName}}/{logical}") } }])
}

fn reference(logical: &str) -> Value {
    json!({ "Ref": logical })
}

/// A resource with eksctl's `Name` tag.
pub(super) fn named(logical: &str, kind: &str, mut properties: Value) -> (String, Value) {
    properties["Tags"] = match properties.get("Tags").and_then(Value::as_array) {
        Some(tags) => tags.iter().chain(name(logical).as_array().into_iter().flatten()).cloned().collect(),
        None => name(logical),
    };
    (logical.to_owned(), json!({ "Type": kind, "Properties": properties }))
}

fn plain(logical: &str, kind: &str, properties: Value) -> (String, Value) {
    (logical.to_owned(), json!({ "Type": kind, "Properties": properties }))
}

fn subnet(index: usize, public: bool) -> Vec<(String, Value)> {
    let (zone, suffix) = ZONES[index];
    let (kind, role, table) = match public {
        true => ("Public", "kubernetes.io/role/elb", "PublicRouteTable".to_owned()),
        false => ("Private", "kubernetes.io/role/internal-elb", format!("PrivateRouteTable{suffix}")),
    };
    let logical = format!("Subnet{kind}{suffix}");
    let third = 32 * (index + if public { 0 } else { ZONES.len() });
    let mut properties = json!({
        "AvailabilityZone": zone,
        "CidrBlock": format!("192.168.{third}.0/19"),
        "VpcId": reference("VPC"),
        "Tags": [{ "Key": role, "Value": "1" }],
    });
    if public {
        properties["MapPublicIpOnLaunch"] = json!(true);
    }
    let association = json!({ "SubnetId": reference(&logical), "RouteTableId": reference(&table) });
    let mut made = vec![
        named(&logical, "AWS::EC2::Subnet", properties),
        plain(
            &format!("RouteTableAssociation{kind}{suffix}"),
            "AWS::EC2::SubnetRouteTableAssociation",
            association,
        ),
    ];
    if !public {
        let route = json!({
            "RouteTableId": reference(&table),
            "DestinationCidrBlock": "0.0.0.0/0",
            "NatGatewayId": reference("NATGateway"),
        });
        made.push(named(&table, "AWS::EC2::RouteTable", json!({ "VpcId": reference("VPC") })));
        made.push(plain(&format!("NATPrivateSubnetRoute{suffix}"), "AWS::EC2::Route", route));
    }
    made
}

fn group(logical: &str, description: &str) -> (String, Value) {
    let properties = json!({ "GroupDescription": description, "VpcId": reference("VPC") });
    named(logical, "AWS::EC2::SecurityGroup", properties)
}

fn rule(logical: &str, group: Value, source: Value) -> (String, Value) {
    let properties = json!({
        "GroupId": group,
        "SourceSecurityGroupId": source,
        "IpProtocol": "-1",
        "FromPort": 0,
        "ToPort": 65535,
    });
    plain(logical, "AWS::EC2::SecurityGroupIngress", properties)
}

/// References to the subnets of a kind, `Public` or `Private`.
pub(super) fn subnets(kind: &str) -> Vec<Value> {
    ZONES.iter().map(|(_, suffix)| reference(&format!("Subnet{kind}{suffix}"))).collect()
}

/// Every resource of the network, and the security groups with their rules.
pub(super) fn resources() -> Map<String, Value> {
    let vpc = reference("VPC");
    let shared = reference("ClusterSharedNodeSecurityGroup");
    let of_eks = json!({ "Fn::GetAtt": ["ControlPlane", "ClusterSecurityGroupId"] });
    let block =
        json!({ "CidrBlock": "192.168.0.0/16", "EnableDnsHostnames": true, "EnableDnsSupport": true });
    let attachment = json!({ "InternetGatewayId": reference("InternetGateway"), "VpcId": vpc });
    let nat = json!({
        "AllocationId": { "Fn::GetAtt": ["NATIP", "AllocationId"] },
        "SubnetId": reference(&format!("SubnetPublic{}", ZONES[0].1)),
    });
    let out = json!({
        "DestinationCidrBlock": "0.0.0.0/0",
        "GatewayId": reference("InternetGateway"),
        "RouteTableId": reference("PublicRouteTable"),
    });
    let (public_route, mut route) = plain("PublicSubnetRoute", "AWS::EC2::Route", out);
    route["DependsOn"] = json!(["VPCGatewayAttachment"]);
    let mut made = vec![
        named("VPC", "AWS::EC2::VPC", block),
        named("InternetGateway", "AWS::EC2::InternetGateway", json!({})),
        plain("VPCGatewayAttachment", "AWS::EC2::VPCGatewayAttachment", attachment),
        named("PublicRouteTable", "AWS::EC2::RouteTable", json!({ "VpcId": vpc })),
        (public_route, route),
        named("NATIP", "AWS::EC2::EIP", json!({ "Domain": "vpc" })),
        named("NATGateway", "AWS::EC2::NatGateway", nat),
        group("ControlPlaneSecurityGroup", "Communication between the control plane and worker nodegroups"),
        group("ClusterSharedNodeSecurityGroup", "Communication between all nodes in the cluster"),
        rule("IngressInterNodeGroupSG", shared.clone(), shared.clone()),
        rule("IngressDefaultClusterToNodeSG", shared.clone(), of_eks.clone()),
        rule("IngressNodeToDefaultClusterSG", of_eks, shared),
    ];
    for index in 0..ZONES.len() {
        made.extend(subnet(index, true));
        made.extend(subnet(index, false));
    }
    made.into_iter().collect()
}
