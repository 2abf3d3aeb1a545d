//! A template as a cluster needs it.

use serde_json::{Value, json};

/// A VPC with two subnets of each kind, one NAT gateway, a security group, a role and a launch template.
pub(super) fn network() -> Value {
    let reference = |name: &str| json!({ "Ref": name });
    let zone = |index: usize| json!({ "Fn::Select": [index, { "Fn::GetAZs": "" }] });
    let block = |index: usize| json!({ "Fn::Select": [index, { "Fn::Cidr": [{ "Fn::GetAtt": ["Vpc", "CidrBlock"] }, 4, 13] }] });
    let subnet = |index: usize, public: bool| {
        json!({
            "Type": "AWS::EC2::Subnet",
            "Properties": {
                "VpcId": reference("Vpc"),
                "CidrBlock": block(index),
                "AvailabilityZone": zone(index % 2),
                "MapPublicIpOnLaunch": public,
                "Tags": [{ "Key": "Name", "Value": { "Fn::Sub": format!("${{AWS::StackName}}/{index}") } }],
            },
        })
    };
    let association = |subnet: &str, table: &str| {
        json!({
            "Type": "AWS::EC2::SubnetRouteTableAssociation",
            "Properties": { "SubnetId": reference(subnet), "RouteTableId": reference(table) },
        })
    };
    let table = || json!({ "Type": "AWS::EC2::RouteTable", "Properties": { "VpcId": reference("Vpc") } });
    json!({ "Resources": {
        "Vpc": { "Type": "AWS::EC2::VPC", "Properties": { "CidrBlock": "192.168.0.0/16", "EnableDnsHostnames": true, "EnableDnsSupport": true } },
        "Gateway": { "Type": "AWS::EC2::InternetGateway" },
        "Attachment": {
            "Type": "AWS::EC2::VPCGatewayAttachment",
            "Properties": { "VpcId": reference("Vpc"), "InternetGatewayId": reference("Gateway") },
        },
        "PublicA": subnet(0, true),
        "PublicB": subnet(1, true),
        "PrivateA": subnet(2, false),
        "PrivateB": subnet(3, false),
        "PublicTable": table(),
        "PrivateTable": table(),
        "PublicRoute": {
            "Type": "AWS::EC2::Route",
            "DependsOn": "Attachment",
            "Properties": { "RouteTableId": reference("PublicTable"), "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": reference("Gateway") },
        },
        "PublicAssociationA": association("PublicA", "PublicTable"),
        "PublicAssociationB": association("PublicB", "PublicTable"),
        "PrivateAssociationA": association("PrivateA", "PrivateTable"),
        "PrivateAssociationB": association("PrivateB", "PrivateTable"),
        "Address": { "Type": "AWS::EC2::EIP", "DependsOn": "Attachment", "Properties": { "Domain": "vpc" } },
        "Nat": {
            "Type": "AWS::EC2::NatGateway",
            "Properties": { "SubnetId": reference("PublicA"), "AllocationId": { "Fn::GetAtt": ["Address", "AllocationId"] } },
        },
        "PrivateRoute": {
            "Type": "AWS::EC2::Route",
            "Properties": { "RouteTableId": reference("PrivateTable"), "DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": reference("Nat") },
        },
        "Group": {
            "Type": "AWS::EC2::SecurityGroup",
            "Properties": {
                "GroupDescription": "nodes",
                "VpcId": reference("Vpc"),
                "SecurityGroupIngress": [{ "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": "10.0.0.0/8" }],
            },
        },
        "GroupItself": {
            "Type": "AWS::EC2::SecurityGroupIngress",
            "Properties": { "GroupId": reference("Group"), "IpProtocol": "-1", "SourceSecurityGroupId": reference("Group") },
        },
        "Role": role("eks.amazonaws.com"),
        "RolePolicy": {
            "Type": "AWS::IAM::Policy",
            "Properties": {
                "PolicyName": "inline",
                "PolicyDocument": { "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": "s3:Get*", "Resource": "*" }] },
                "Roles": [reference("Role")],
            },
        },
        "Profile": { "Type": "AWS::IAM::InstanceProfile", "Properties": { "Roles": [reference("Role")] } },
        "Template": {
            "Type": "AWS::EC2::LaunchTemplate",
            "Properties": { "LaunchTemplateData": {
                "InstanceType": "t3.medium",
                "BlockDeviceMappings": [{ "DeviceName": "/dev/xvda", "Ebs": { "VolumeSize": 80, "VolumeType": "gp3" } }],
                "SecurityGroupIds": [reference("Group")],
                "TagSpecifications": [{ "ResourceType": "instance", "Tags": [{ "Key": "Name", "Value": "node" }] }],
            } },
        },
    }, "Outputs": {
        "VpcId": { "Value": reference("Vpc") },
        "RoleArn": { "Value": { "Fn::GetAtt": ["Role", "Arn"] } },
        "Subnets": { "Value": { "Fn::Join": [",", [reference("PrivateA"), reference("PrivateB")]] } },
        "TemplateVersion": { "Value": { "Fn::GetAtt": ["Template", "LatestVersionNumber"] } },
    } })
}

/// A role that `service` can assume.
pub(super) fn role(service: &str) -> Value {
    json!({
        "Type": "AWS::IAM::Role",
        "Properties": {
            "AssumeRolePolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [{ "Effect": "Allow", "Principal": { "Service": service }, "Action": "sts:AssumeRole" }],
            },
            "ManagedPolicyArns": ["arn:aws:iam::aws:policy/AmazonEKSClusterPolicy"],
        },
    })
}

/// A VPC and one subnet.
pub(super) fn subnet() -> Value {
    json!({ "Resources": {
        "Vpc": { "Type": "AWS::EC2::VPC", "Properties": { "CidrBlock": "10.0.0.0/16" } },
        "Subnet": { "Type": "AWS::EC2::Subnet", "Properties": { "VpcId": { "Ref": "Vpc" }, "CidrBlock": "10.0.0.0/24" } },
    } })
}
