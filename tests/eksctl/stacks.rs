//! Templates after eksctl's (facts/eksctl.md §2.3 to §2.8).

use serde_json::{Map, Value, json};

use super::network::{self, named, subnets};

fn managed(policy: &str) -> Value {
    json!({ "Fn::Sub": format!("arn:${{AWS::Partition}}:iam::aws:policy/{policy}") })
}

fn trust(principal: Value, actions: &[&str]) -> Value {
    let statement = json!({ "Effect": "Allow", "Principal": principal, "Action": actions });
    json!({ "Version": "2012-10-17", "Statement": [statement] })
}

fn service(name: &str) -> Value {
    json!({ "Service": [name] })
}

fn role(trust: Value, policies: &[&str]) -> Value {
    let policies: Vec<Value> = policies.iter().map(|policy| managed(policy)).collect();
    json!({ "AssumeRolePolicyDocument": trust, "ManagedPolicyArns": policies })
}

fn exported(value: Value, output: &str) -> Value {
    json!({ "Value": value, "Export": { "Name": { "Fn::Sub": format!("${{AWS::StackName}}::{output}") } } })
}

fn attribute(logical: &str, name: &str) -> Value {
    json!({ "Fn::GetAtt": [logical, name] })
}

fn template(description: &str, resources: Map<String, Value>, outputs: Value) -> Value {
    json!({
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": format!("{description} [created and managed by eksctl]"),
        "Resources": resources,
        "Outputs": outputs,
    })
}

pub(super) fn cluster(name: &str) -> Value {
    let mut resources = network::resources();
    let service_role = role(
        trust(service("eks.amazonaws.com"), &["sts:AssumeRole", "sts:TagSession"]),
        &["AmazonEKSClusterPolicy", "AmazonEKSVPCResourceController"],
    );
    let all: Vec<Value> = subnets("Public").into_iter().chain(subnets("Private")).collect();
    let control_plane = json!({
        "Name": name,
        "Version": "1.35",
        "RoleArn": attribute("ServiceRole", "Arn"),
        "AccessConfig": {
            "AuthenticationMode": "API_AND_CONFIG_MAP",
            "BootstrapClusterCreatorAdminPermissions": true,
        },
        "BootstrapSelfManagedAddons": false,
        "KubernetesNetworkConfig": { "IpFamily": "ipv4" },
        "ResourcesVpcConfig": {
            "EndpointPublicAccess": true,
            "EndpointPrivateAccess": false,
            "SecurityGroupIds": [{ "Ref": "ControlPlaneSecurityGroup" }],
            "SubnetIds": all,
        },
    });
    resources.extend([
        named("ServiceRole", "AWS::IAM::Role", service_role),
        named("ControlPlane", "AWS::EKS::Cluster", control_plane),
    ]);
    let joined = |kind: &str| json!({ "Fn::Join": [",", subnets(kind)] });
    let outputs = json!({
        "ARN": exported(attribute("ControlPlane", "Arn"), "ARN"),
        "CertificateAuthorityData": { "Value": attribute("ControlPlane", "CertificateAuthorityData") },
        "ClusterSecurityGroupId":
            exported(attribute("ControlPlane", "ClusterSecurityGroupId"), "ClusterSecurityGroupId"),
        "ClusterStackName": { "Value": { "Ref": "AWS::StackName" } },
        "Endpoint": exported(attribute("ControlPlane", "Endpoint"), "Endpoint"),
        "FeatureNATMode": { "Value": "Single" },
        "SecurityGroup": exported(json!({ "Ref": "ControlPlaneSecurityGroup" }), "SecurityGroup"),
        "ServiceRoleARN": exported(attribute("ServiceRole", "Arn"), "ServiceRoleARN"),
        "SharedNodeSecurityGroup":
            exported(json!({ "Ref": "ClusterSharedNodeSecurityGroup" }), "SharedNodeSecurityGroup"),
        "SubnetsPrivate": exported(joined("Private"), "SubnetsPrivate"),
        "SubnetsPublic": exported(joined("Public"), "SubnetsPublic"),
        "VPC": exported(json!({ "Ref": "VPC" }), "VPC"),
    });
    template("EKS cluster (dedicated VPC: true, dedicated IAM: true)", resources, outputs)
}

fn node_role() -> (String, Value) {
    let mut properties = role(
        trust(service("ec2.amazonaws.com"), &["sts:AssumeRole"]),
        &[
            "AmazonEC2ContainerRegistryPullOnly",
            "AmazonEKSWorkerNodePolicy",
            "AmazonEKS_CNI_Policy",
            "AmazonSSMManagedInstanceCore",
        ],
    );
    properties["Path"] = json!("/");
    named("NodeInstanceRole", "AWS::IAM::Role", properties)
}

pub(super) fn managed_group(cluster: &str, group: &str, subnets: &[&str]) -> Value {
    let imported = json!({ "Fn::ImportValue": format!("eksctl-{cluster}-cluster::ClusterSecurityGroupId") });
    let tag = |kind: &str| {
        let tags = json!([
            { "Key": "Name", "Value": format!("{cluster}-{group}-Node") },
            { "Key": "alpha.eksctl.io/nodegroup-name", "Value": group },
        ]);
        json!({ "ResourceType": kind, "Tags": tags })
    };
    let launch_template = json!({
        "LaunchTemplateName": { "Fn::Sub": "${AWS::StackName}" },
        "LaunchTemplateData": {
            "BlockDeviceMappings": [{
                "DeviceName": "/dev/xvda",
                "Ebs": { "Iops": 3000, "Throughput": 125, "VolumeSize": 80, "VolumeType": "gp3" },
            }],
            "MetadataOptions": { "HttpPutResponseHopLimit": 2, "HttpTokens": "required" },
            "SecurityGroupIds": [imported],
            "TagSpecifications": [tag("instance"), tag("volume"), tag("network-interface")],
        },
    });
    let labels = json!({
        "alpha.eksctl.io/cluster-name": cluster,
        "alpha.eksctl.io/nodegroup-name": group,
    });
    let node_group = json!({
        "AmiType": "AL2023_x86_64_STANDARD",
        "ClusterName": cluster,
        "InstanceTypes": ["m5.large"],
        "Labels": labels,
        "LaunchTemplate": { "Id": { "Ref": "LaunchTemplate" } },
        "NodeRole": attribute("NodeInstanceRole", "Arn"),
        "NodegroupName": group,
        "ScalingConfig": { "DesiredSize": 2, "MaxSize": 2, "MinSize": 2 },
        "Subnets": subnets,
        "Tags": { "alpha.eksctl.io/nodegroup-name": group, "alpha.eksctl.io/nodegroup-type": "managed" },
    });
    let resources = [
        node_role(),
        (
            "LaunchTemplate".to_owned(),
            json!({ "Type": "AWS::EC2::LaunchTemplate", "Properties": launch_template }),
        ),
        ("ManagedNodeGroup".to_owned(), json!({ "Type": "AWS::EKS::Nodegroup", "Properties": node_group })),
    ];
    template("EKS Managed Nodes (SSH access: false)", resources.into_iter().collect(), json!({}))
}

/// facts/eksctl.md §2.7. Its user data is what makes nodes of instances; here it is left out.
pub(super) fn self_managed_group(cluster: &str, group: &str, subnets: &[&str]) -> Value {
    let import = |output: &str| json!({ "Fn::ImportValue": format!("eksctl-{cluster}-cluster::{output}") });
    let owned = format!("kubernetes.io/cluster/{cluster}");
    let rule = |group: Value, peer: (&str, Value), from: u16, to: u16| json!({ "GroupId": group, peer.0: peer.1, "IpProtocol": "tcp", "FromPort": from, "ToPort": to });
    let (own, control_plane) = (json!({ "Ref": "SG" }), import("SecurityGroup"));
    let ingress = |from: u16, to: u16| json!({ "SourceSecurityGroupId": control_plane, "IpProtocol": "tcp", "FromPort": from, "ToPort": to });
    let security_group = json!({
        "GroupDescription": "Communication between the control plane and worker nodes",
        "VpcId": import("VPC"),
        "SecurityGroupIngress": [ingress(1025, 65535), ingress(443, 443)],
        "Tags": [{ "Key": owned, "Value": "owned" }],
    });
    let launch_template = json!({
        "LaunchTemplateName": { "Fn::Sub": "${AWS::StackName}" },
        "LaunchTemplateData": {
            "IamInstanceProfile": { "Arn": attribute("NodeInstanceProfile", "Arn") },
            "ImageId": "ami-0a1b2c3d4e5f60718",
            "InstanceType": "m5.large",
            "MetadataOptions": { "HttpPutResponseHopLimit": 2, "HttpTokens": "required" },
            "SecurityGroupIds": [own, import("SharedNodeSecurityGroup")],
        },
    });
    let tag = |key: &str, value: &str| json!({ "Key": key, "Value": value, "PropagateAtLaunch": "true" });
    let auto_scaling_group = json!({
        "DesiredCapacity": "2",
        "LaunchTemplate": {
            "LaunchTemplateName": { "Fn::Sub": "${AWS::StackName}" },
            "Version": attribute("NodeGroupLaunchTemplate", "LatestVersionNumber"),
        },
        "MaxSize": "2",
        "MinSize": "2",
        "Tags": [tag("Name", &format!("{cluster}-{group}-Node")), tag(&owned, "owned")],
        "VPCZoneIdentifier": subnets,
    });
    let entry = json!({
        "ClusterName": cluster,
        "PrincipalArn": attribute("NodeInstanceRole", "Arn"),
        "Type": "EC2_LINUX",
    });
    let typed = |logical: &str, kind: &str, properties: Value| {
        (logical.to_owned(), json!({ "Type": kind, "Properties": properties }))
    };
    let (name, mut nodes) = typed("NodeGroup", "AWS::AutoScaling::AutoScalingGroup", auto_scaling_group);
    nodes["UpdatePolicy"] = json!({ "AutoScalingRollingUpdate": {} });
    let egress =
        |from, to| rule(control_plane.clone(), ("DestinationSecurityGroupId", own.clone()), from, to);
    let resources = [
        node_role(),
        typed(
            "NodeInstanceProfile",
            "AWS::IAM::InstanceProfile",
            json!({ "Path": "/", "Roles": [{ "Ref": "NodeInstanceRole" }] }),
        ),
        named("SG", "AWS::EC2::SecurityGroup", security_group),
        typed("EgressInterCluster", "AWS::EC2::SecurityGroupEgress", egress(1025, 65535)),
        typed("EgressInterClusterAPI", "AWS::EC2::SecurityGroupEgress", egress(443, 443)),
        typed(
            "IngressInterClusterCP",
            "AWS::EC2::SecurityGroupIngress",
            rule(control_plane.clone(), ("SourceSecurityGroupId", own.clone()), 443, 443),
        ),
        named("AccessEntry", "AWS::EKS::AccessEntry", entry),
        typed("NodeGroupLaunchTemplate", "AWS::EC2::LaunchTemplate", launch_template),
        (name, nodes),
    ];
    let outputs = json!({
        "FeatureLocalSecurityGroup": { "Value": "true" },
        "FeaturePrivateNetworking": { "Value": "false" },
        "FeatureSharedSecurityGroup": { "Value": "true" },
        "InstanceProfileARN": exported(attribute("NodeInstanceProfile", "Arn"), "InstanceProfileARN"),
        "InstanceRoleARN": exported(attribute("NodeInstanceRole", "Arn"), "InstanceRoleARN"),
        "NodeGroupUsesAccessEntry": { "Value": "true" },
    });
    template(
        "EKS nodes (AMI family: AmazonLinux2023, SSH access: false)",
        resources.into_iter().collect(),
        outputs,
    )
}

/// Roles of pods are called so in every stack, and have no `Name` tag.
fn pod_role(properties: Value, description: &str) -> Value {
    let resources = [("Role1".to_owned(), json!({ "Type": "AWS::IAM::Role", "Properties": properties }))];
    let outputs = json!({ "Role1": { "Value": attribute("Role1", "Arn") } });
    template(description, resources.into_iter().collect(), outputs)
}

pub(super) fn service_account(issuer: &str, namespace: &str, name: &str) -> Value {
    let issuer = issuer.trim_start_matches("https://");
    let provider = format!("arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:oidc-provider/{issuer}");
    let mut trust =
        trust(json!({ "Federated": { "Fn::Sub": provider } }), &["sts:AssumeRoleWithWebIdentity"]);
    let mut equals = Map::new();
    equals.insert(format!("{issuer}:aud"), json!("sts.amazonaws.com"));
    equals.insert(format!("{issuer}:sub"), json!(format!("system:serviceaccount:{namespace}:{name}")));
    trust["Statement"][0]["Condition"] = json!({ "StringEquals": equals });
    pod_role(role(trust, &["AmazonS3ReadOnlyAccess"]), "IAM role for serviceaccount")
}

pub(super) fn pod_identity() -> Value {
    let trust = trust(service("pods.eks.amazonaws.com"), &["sts:AssumeRole", "sts:TagSession"]);
    pod_role(role(trust, &["AmazonS3ReadOnlyAccess"]), "IAM role for pod identity association")
}

pub(super) fn access_entry(cluster: &str, user: &str) -> Value {
    let properties = json!({
        "PrincipalArn": { "Fn::Sub": format!("arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:user/{user}") },
        "ClusterName": cluster,
        "AccessPolicies": [{
            "PolicyArn": "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy",
            "AccessScope": { "Type": "cluster" },
        }],
    });
    let resources = [named("AccessEntry", "AWS::EKS::AccessEntry", properties)];
    template("Access entry", resources.into_iter().collect(), json!({}))
}

pub(super) fn fargate(cluster: &str) -> Value {
    let mut trust = trust(service("eks-fargate-pods.amazonaws.com"), &["sts:AssumeRole"]);
    let source = "arn:${AWS::Partition}:eks:${AWS::Region}:${AWS::AccountId}:fargateprofile";
    trust["Statement"][0]["Condition"] =
        json!({ "ArnLike": { "aws:SourceArn": { "Fn::Sub": format!("{source}/{cluster}/*") } } });
    let properties = role(trust, &["AmazonEKSFargatePodExecutionRolePolicy"]);
    let resources = [named("FargatePodExecutionRole", "AWS::IAM::Role", properties)];
    let outputs = json!({
        "FargatePodExecutionRoleARN":
            exported(attribute("FargatePodExecutionRole", "Arn"), "FargatePodExecutionRoleARN"),
    });
    template("IAM role for Fargate pods", resources.into_iter().collect(), outputs)
}
