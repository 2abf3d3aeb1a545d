//! Clusters, node groups and access entries in stacks, as eksctl makes them (facts/eksctl.md §2).

use super::network::role;
use super::*;
use crate::wire::Answer;

fn eks(world: &mut World, operation: &str, input: Value) -> Result<Value, AwsError> {
    world.call_internal("test", Service::Eks, REGION, operation, input).map(Answer::json)
}

fn with_policy(service: &str, policy: &str) -> Value {
    let mut role = role(service);
    role["Properties"]["ManagedPolicyArns"] =
        json!([{ "Fn::Sub": format!("arn:${{AWS::Partition}}:iam::aws:policy/{policy}") }]);
    role
}

fn subnet(index: u8) -> Value {
    json!({ "Type": "AWS::EC2::Subnet", "Properties": {
        "VpcId": { "Ref": "VPC" },
        "CidrBlock": format!("192.168.{index}.0/24"),
        "AvailabilityZone": { "Fn::Select": [index, { "Fn::GetAZs": "" }] },
        "MapPublicIpOnLaunch": true,
    }})
}

fn cluster() -> Value {
    let exported = |value: Value, name: &str| json!({ "Value": value, "Export": { "Name": { "Fn::Sub": format!("${{AWS::StackName}}::{name}") } } });
    json!({
        "Resources": {
            "VPC": { "Type": "AWS::EC2::VPC", "Properties": {
                "CidrBlock": "192.168.0.0/16", "EnableDnsSupport": true, "EnableDnsHostnames": true,
            }},
            "SubnetA": subnet(0),
            "SubnetB": subnet(1),
            "Gateway": { "Type": "AWS::EC2::InternetGateway" },
            "Attachment": { "Type": "AWS::EC2::VPCGatewayAttachment", "Properties": {
                "InternetGatewayId": { "Ref": "Gateway" }, "VpcId": { "Ref": "VPC" },
            }},
            "Table": { "Type": "AWS::EC2::RouteTable", "Properties": { "VpcId": { "Ref": "VPC" } } },
            "Route": { "Type": "AWS::EC2::Route", "DependsOn": ["Attachment"], "Properties": {
                "RouteTableId": { "Ref": "Table" },
                "DestinationCidrBlock": "0.0.0.0/0",
                "GatewayId": { "Ref": "Gateway" },
            }},
            "RoutesA": { "Type": "AWS::EC2::SubnetRouteTableAssociation", "Properties": {
                "SubnetId": { "Ref": "SubnetA" }, "RouteTableId": { "Ref": "Table" },
            }},
            "RoutesB": { "Type": "AWS::EC2::SubnetRouteTableAssociation", "Properties": {
                "SubnetId": { "Ref": "SubnetB" }, "RouteTableId": { "Ref": "Table" },
            }},
            "Shared": { "Type": "AWS::EC2::SecurityGroup", "Properties": {
                "GroupDescription": "nodes", "VpcId": { "Ref": "VPC" },
            }},
            "FromCluster": { "Type": "AWS::EC2::SecurityGroupIngress", "Properties": {
                "GroupId": { "Ref": "Shared" },
                "SourceSecurityGroupId": { "Fn::GetAtt": ["ControlPlane", "ClusterSecurityGroupId"] },
                "IpProtocol": "-1", "FromPort": 0, "ToPort": 65535,
            }},
            "ServiceRole": with_policy("eks.amazonaws.com", "AmazonEKSClusterPolicy"),
            "ControlPlane": { "Type": "AWS::EKS::Cluster", "Properties": {
                "Name": "web",
                "RoleArn": { "Fn::GetAtt": ["ServiceRole", "Arn"] },
                "AccessConfig": { "AuthenticationMode": "API_AND_CONFIG_MAP" },
                "BootstrapSelfManagedAddons": true,
                "Logging": { "ClusterLogging": { "EnabledTypes": [{ "Type": "api" }] } },
                "ResourcesVpcConfig": { "SubnetIds": [{ "Ref": "SubnetA" }, { "Ref": "SubnetB" }] },
                "Tags": [{ "Key": "Name", "Value": { "Fn::Sub": "${AWS::StackName}/ControlPlane" } }],
            }},
        },
        "Outputs": {
            "SubnetA": exported(json!({ "Ref": "SubnetA" }), "SubnetA"),
            "Endpoint": exported(json!({ "Fn::GetAtt": ["ControlPlane", "Endpoint"] }), "Endpoint"),
        },
    })
}

fn group() -> Value {
    json!({ "Resources": {
        "Role": with_policy("ec2.amazonaws.com", "AmazonEKSWorkerNodePolicy"),
        "Group": { "Type": "AWS::EKS::Nodegroup", "Properties": {
            "ClusterName": "web",
            "NodegroupName": "workers",
            "NodeRole": { "Fn::GetAtt": ["Role", "Arn"] },
            "Subnets": [{ "Fn::ImportValue": "net::SubnetA" }],
            "ScalingConfig": { "MinSize": 1, "MaxSize": 2, "DesiredSize": 1 },
            "Labels": { "Tier": "Front" },
            "Tags": { "Owner": "me" },
        }},
    }})
}

/// A world with the cluster's stack.
fn bare() -> World {
    let mut world = world();
    let tags = about("net").set("Tags.member.1.Key", "team").set("Tags.member.1.Value", "green");
    cloudformation(&mut world, "CreateStack", with(tags, &cluster())).expect("it is accepted");
    settle(&mut world, 1500);
    assert_eq!(status(&mut world, "net"), "CREATE_COMPLETE", "{:?}", reasons(&mut world, "net"));
    world
}

/// With the stack of its node group, too.
fn made() -> World {
    let mut world = bare();
    create(&mut world, "workers", &group()).expect("it is accepted");
    settle(&mut world, 600);
    assert_eq!(status(&mut world, "workers"), "CREATE_COMPLETE", "{:?}", reasons(&mut world, "workers"));
    world
}

#[test]
fn they_are_those_of_eks() {
    let mut world = made();
    let cluster =
        eks(&mut world, "DescribeCluster", json!({ "name": "web" })).expect("there")["cluster"].clone();
    assert_eq!(cluster["status"], "ACTIVE");
    assert_eq!(cluster["logging"]["clusterLogging"][0]["types"], json!(["api"]));
    let tags = &cluster["tags"];
    assert_eq!((&tags["team"], &tags["Name"]), (&json!("green"), &json!("net/ControlPlane")));
    assert_eq!(tags["aws:cloudformation:logical-id"], "ControlPlane");
    let outputs = describe(&mut world, "net");
    let endpoint = outputs.all("Outputs/member/OutputValue");
    assert!(endpoint.iter().any(|it| it.value() == cluster["endpoint"]), "{outputs:?}");
    let group = json!({ "clusterName": "web", "nodegroupName": "workers" });
    let group = eks(&mut world, "DescribeNodegroup", group).expect("there")["nodegroup"].clone();
    assert_eq!((&group["status"], &group["labels"]["Tier"]), (&json!("ACTIVE"), &json!("Front")));
    assert_eq!(group["tags"]["Owner"], "me");
    assert_eq!(resource(&mut world, "workers", "Group").at("PhysicalResourceId"), "web/workers");
}

#[test]
fn they_go_with_their_stacks_in_the_right_order() {
    let mut world = made();
    // The export is in use: nothing happens.
    cloudformation(&mut world, "DeleteStack", about("net")).expect("it is accepted");
    settle(&mut world, 60);
    assert_eq!(status(&mut world, "net"), "CREATE_COMPLETE");
    let id = describe(&mut world, "workers").at("StackId").to_owned();
    cloudformation(&mut world, "DeleteStack", about("workers")).expect("it is accepted");
    settle(&mut world, 900);
    assert_eq!(status(&mut world, &id), "DELETE_COMPLETE", "{:?}", reasons(&mut world, &id));
    let id = describe(&mut world, "net").at("StackId").to_owned();
    cloudformation(&mut world, "DeleteStack", about("net")).expect("it is accepted");
    settle(&mut world, 900);
    assert_eq!(status(&mut world, &id), "DELETE_COMPLETE", "{:?}", reasons(&mut world, &id));
    assert_eq!(left(&world), ["AWS::Logs::LogGroup"]);
}

/// CloudFormation does not wait for what holds a cluster (facts/aws.md §2.8).
#[test]
fn a_cluster_that_is_in_use_fails_the_delete_at_once() {
    let mut world = bare();
    let trust = role("ec2.amazonaws.com")["Properties"]["AssumeRolePolicyDocument"].to_string();
    let role = Params::new().set("RoleName", "nodes").set("AssumeRolePolicyDocument", trust);
    let role = iam(&mut world, "CreateRole", role).at("Role/Arn").to_owned();
    settle(&mut world, 60);
    let subnet = resource(&mut world, "net", "SubnetA").at("PhysicalResourceId").to_owned();
    let more =
        json!({ "clusterName": "web", "nodegroupName": "more", "nodeRole": role, "subnets": [subnet] });
    eks(&mut world, "CreateNodegroup", more).expect("accepted");
    settle(&mut world, 600);
    cloudformation(&mut world, "DeleteStack", about("net")).expect("it is accepted");
    settle(&mut world, 60);
    let cluster = resource(&mut world, "net", "ControlPlane");
    assert_eq!(cluster.at("ResourceStatus"), "DELETE_FAILED");
    // Nodes' addresses hold the gateway, which is tried for as long as ever.
    assert_eq!(status(&mut world, "net"), "DELETE_IN_PROGRESS");
    settle(&mut world, 1300);
    assert_eq!(status(&mut world, "net"), "DELETE_FAILED");
    assert!(cluster.at("ResourceStatusReason").contains("Cluster has nodegroups attached"), "{cluster:?}");
}

#[test]
fn an_access_entry_with_its_policies() {
    let mut world = made();
    let policy = |name: &str| format!("arn:aws:eks::aws:cluster-access-policy/{name}");
    let entry = |name: &str| {
        json!({ "Resources": { "AccessEntry": { "Type": "AWS::EKS::AccessEntry", "Properties": {
            "ClusterName": "web",
            "PrincipalArn": { "Fn::Sub": "arn:aws:iam::${AWS::AccountId}:user/ops" },
            "AccessPolicies": [{ "PolicyArn": policy(name), "AccessScope": { "Type": "cluster" } }],
        }}}})
    };
    create(&mut world, "entry", &entry("AmazonEKSViewPolicy")).expect("it is accepted");
    settle(&mut world, 60);
    assert_eq!(status(&mut world, "entry"), "CREATE_COMPLETE", "{:?}", reasons(&mut world, "entry"));
    let update = with(about("entry"), &entry("AmazonEKSEditPolicy"));
    cloudformation(&mut world, "UpdateStack", update).expect("it is accepted");
    settle(&mut world, 60);
    let id = resource(&mut world, "entry", "AccessEntry").at("PhysicalResourceId").to_owned();
    let (principal, cluster) = id.split_once('|').expect("both");
    let name = json!({ "clusterName": cluster, "principalArn": principal });
    let policies = eks(&mut world, "ListAssociatedAccessPolicies", name).expect("there");
    assert_eq!(policies["associatedAccessPolicies"][0]["policyArn"], json!(policy("AmazonEKSEditPolicy")));
    assert_eq!(policies["associatedAccessPolicies"].as_array().map(Vec::len), Some(1));
}
