//! The foundation stack's template: network, roles, security group, and the spec itself.
//!
//! Logical ids are eksctl's (facts/eksctl.md §2.3), so that its users find their way.

mod endpoints;
mod ipv6;
mod log_group;

use serde_json::{Map, Value, json};

use super::names;
use super::replacement::AwsNames;
use crate::spec::{AutoMode, Cluster, Nat, Network, NewNetwork, NodeGroup, cut};
use crate::{Error, ErrorKind, Result};

/// The version of the template's layout, kept in a tag and in the metadata.
pub(crate) const LAYOUT: &str = "1";

/// Express mode ends a stack when its configuration is applied; what it does not wait for is looked at through
/// EC2 (facts/aws.md §2.8). Where that is not compiled in, CloudFormation has to wait.
pub(crate) const EXPRESS: bool = cfg!(feature = "ec2");

/// CloudFormation takes at most this many bytes in a request (facts/aws.md §3.1).
pub(super) const LARGEST_TEMPLATE: usize = 51_200;

/// Logical ids that requests refer to.
pub(crate) mod id {
    pub(crate) const VPC: &str = "VPC";
    pub(crate) const CLUSTER_ROLE: &str = "ServiceRole";
    pub(crate) const NODE_ROLE: &str = "NodeInstanceRole";
    pub(crate) const AUTO_MODE_NODE_ROLE: &str = "AutoModeNodeRole";
    pub(crate) const POD_ROLE: &str = "FargatePodExecutionRole";
    /// Every role that a stack of ours can have.
    pub(crate) const ROLES: [&str; 4] = [CLUSTER_ROLE, NODE_ROLE, AUTO_MODE_NODE_ROLE, POD_ROLE];
    pub(crate) const SECURITY_GROUP: &str = "ControlPlaneSecurityGroup";
    pub(crate) const LOG_GROUP: &str = "ControlPlaneLogGroup";
    pub(crate) const PUBLIC_SUBNET: &str = "SubnetPublic";
    pub(crate) const PRIVATE_SUBNET: &str = "SubnetPrivate";

    /// The one of a kind that is in a zone: `SubnetPublicUSWEST2A`.
    pub(crate) fn in_zone(kind: &str, zone: &str) -> String {
        format!("{kind}{}", zone.replace('-', "").to_uppercase())
    }
}

/// Outputs that decisions read.
pub(crate) mod output {
    /// The hash of the spec in the metadata, so that another one shows without reading the template. It also makes a
    /// change of the spec alone one that CloudFormation takes: metadata by itself is `No updates are to be performed.`
    /// (facts/aws.md §2.8).
    pub(crate) const SPEC_HASH: &str = "SpecHash";
    /// The hash of the template's resources: whether a spec wants others of them.
    pub(crate) const RESOURCES_HASH: &str = "ResourcesHash";
    /// The hash of the spec that wants them: a later version of this library may make others of the same spec, and that is
    /// no wish to change them.
    pub(crate) const RESOURCES_SPEC: &str = "ResourcesSpec";
    /// The names in AWS of what was replaced, as JSON; not there where nothing was.
    pub(crate) const REPLACED: &str = "Replaced";
}

/// What a stack that is there keeps, whatever its spec says now.
#[derive(Clone, Debug, Default)]
pub(crate) struct Kept {
    /// Roles that it has: a group or profile that the spec has no more may still be there.
    pub(crate) roles: Vec<&'static str>,
    /// The log group is there without the stack, which could not make it.
    pub(crate) without_log_group: bool,
    /// The control plane's role has what Auto Mode needs, until that is off.
    pub(crate) auto_mode: bool,
    /// The names of what was replaced.
    pub(crate) names: AwsNames,
}

/// The template's text.
///
/// `given` is the spec as the caller gave it, which the metadata keeps; `spec` has the defaults filled in;
/// `zones` are those of a new network.
pub(crate) fn template(given: &Cluster, spec: &Cluster, zones: &[String]) -> Result<String> {
    template_keeping(given, given, spec, zones, &Kept::default())
}

/// [`template`], for a stack that is there. Its metadata has `given`; its resources are those of `made_of`, which is `spec`
/// without its defaults.
pub(crate) fn template_keeping(
    given: &Cluster,
    made_of: &Cluster,
    spec: &Cluster,
    zones: &[String],
    kept: &Kept,
) -> Result<String> {
    let (resources, mut outputs) = parts(spec, zones, kept)?;
    outputs.insert(output::SPEC_HASH.to_owned(), output(json!(names::spec_hash(given))));
    outputs.insert(output::RESOURCES_SPEC.to_owned(), output(json!(names::spec_hash(made_of))));
    outputs.extend(kept.names.kept().map(|names| (output::REPLACED.to_owned(), output(json!(names)))));
    let mut metadata = json!({ "version": LAYOUT, "spec": given });
    if let Some(names) = kept.names.kept() {
        metadata["names"] = json!(names);
    }
    let name = spec.name.as_deref().unwrap_or_default();
    let template = json!({
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": format!("Foundation of EKS cluster {name}: network and roles"),
        "Metadata": { "EksLifecycle": metadata },
        "Resources": resources,
        "Outputs": outputs,
    });
    let text = template.to_string();
    if text.len() > LARGEST_TEMPLATE {
        return Err(Error::new(
            ErrorKind::InvalidSpec,
            format!(
                "the spec makes a template of {} bytes, and CloudFormation takes {LARGEST_TEMPLATE}",
                text.len()
            ),
        )
        .with_hint("Shorten tags, labels or add-on configurations"));
    }
    Ok(text)
}

/// The hash of the resources that the template has.
pub(crate) fn resources_hash(spec: &Cluster, zones: &[String], kept: &Kept) -> Result<String> {
    Ok(hash(&parts(spec, zones, kept)?.0))
}

fn hash(resources: &Map<String, Value>) -> String {
    names::hash(&json!(resources).to_string(), 16)
}

/// Resources and outputs.
fn parts(spec: &Cluster, zones: &[String], kept: &Kept) -> Result<(Map<String, Value>, Map<String, Value>)> {
    let mut resources = Map::new();
    let mut outputs = Map::new();
    if let Network::New(network) = &spec.network {
        add_network(&mut resources, &mut outputs, network, zones)?;
        if spec.is_ipv6() {
            ipv6::add(&mut resources, network, zones);
        }
    }
    add_roles(&mut resources, &mut outputs, spec, kept);
    if !kept.without_log_group {
        log_group::add(&mut resources, spec);
    }
    // A stack needs a resource; this one is nothing.
    resources.insert("Handle".to_owned(), json!({ "Type": "AWS::CloudFormation::WaitConditionHandle" }));
    outputs.insert(output::RESOURCES_HASH.to_owned(), output(json!(hash(&resources))));
    Ok((resources, outputs))
}

fn resource(kind: &str, properties: Value) -> Value {
    json!({ "Type": kind, "Properties": properties })
}

fn output(value: Value) -> Value {
    json!({ "Value": value })
}

fn reference(id: &str) -> Value {
    json!({ "Ref": id })
}

fn named(id: &str, tags: &[(&str, &str)]) -> Value {
    let name = json!({ "Key": "Name", "Value": { "Fn::Sub": format!("${{AWS::StackName}}/{id}") } });
    let rest = tags.iter().map(|(key, value)| json!({ "Key": key, "Value": value }));
    Value::Array(std::iter::once(name).chain(rest).collect())
}

fn add_network(
    resources: &mut Map<String, Value>,
    outputs: &mut Map<String, Value>,
    network: &NewNetwork,
    zones: &[String],
) -> Result<()> {
    let mut add = |id: &str, value: Value| resources.insert(id.to_owned(), value);
    let block = network.block()?;
    let subnets = cut(block, zones.len())?;
    add(
        id::VPC,
        resource(
            "AWS::EC2::VPC",
            json!({
                "CidrBlock": block.to_string(),
                "EnableDnsSupport": true,
                "EnableDnsHostnames": true,
                "Tags": named(id::VPC, &[]),
            }),
        ),
    );
    if !network.is_private() {
        add_public_route(resources);
    }
    let mut add = |id: &str, value: Value| resources.insert(id.to_owned(), value);
    for (zone, pair) in zones.iter().zip(&subnets) {
        let [public, private, table] =
            [id::PUBLIC_SUBNET, id::PRIVATE_SUBNET, "PrivateRouteTable"].map(|kind| id::in_zone(kind, zone));
        if !network.is_private() {
            add(
                &public,
                resource(
                    "AWS::EC2::Subnet",
                    json!({
                        "VpcId": reference(id::VPC),
                        "AvailabilityZone": zone,
                        "CidrBlock": pair.public.to_string(),
                        "MapPublicIpOnLaunch": true,
                        "Tags": named(&public, &[("kubernetes.io/role/elb", "1")]),
                    }),
                ),
            );
        }
        add(
            &private,
            resource(
                "AWS::EC2::Subnet",
                json!({
                    "VpcId": reference(id::VPC),
                    "AvailabilityZone": zone,
                    "CidrBlock": pair.private.to_string(),
                    "Tags": named(&private, &[("kubernetes.io/role/internal-elb", "1")]),
                }),
            ),
        );
        add(
            &table,
            resource(
                "AWS::EC2::RouteTable",
                json!({ "VpcId": reference(id::VPC), "Tags": named(&table, &[]) }),
            ),
        );
        let associations = [
            ("RouteTableAssociationPrivate", &private, table.as_str()),
            ("RouteTableAssociationPublic", &public, "PublicRouteTable"),
        ];
        let count = if network.is_private() { 1 } else { 2 };
        for (association, subnet, table) in associations.into_iter().take(count) {
            add(
                &id::in_zone(association, zone),
                resource(
                    "AWS::EC2::SubnetRouteTableAssociation",
                    json!({ "SubnetId": reference(subnet), "RouteTableId": reference(table) }),
                ),
            );
        }
    }
    add_nat(resources, network.nat.unwrap_or_default(), zones);
    endpoints::add(resources, network, &block.to_string(), zones);
    resources.insert(
        id::SECURITY_GROUP.to_owned(),
        resource(
            "AWS::EC2::SecurityGroup",
            json!({
                "GroupDescription": "Between the control plane and what it is told to reach",
                "VpcId": reference(id::VPC),
                "Tags": named(id::SECURITY_GROUP, &[]),
            }),
        ),
    );
    outputs.insert("VPC".to_owned(), output(reference(id::VPC)));
    let kinds = [("SubnetsPrivate", id::PRIVATE_SUBNET), ("SubnetsPublic", id::PUBLIC_SUBNET)];
    for (name, kind) in kinds.into_iter().take(if network.is_private() { 1 } else { 2 }) {
        let ids: Vec<Value> = zones.iter().map(|zone| reference(&id::in_zone(kind, zone))).collect();
        outputs.insert(name.to_owned(), output(json!({ "Fn::Join": [",", ids] })));
    }
    Ok(())
}

/// The public subnets' way to the internet.
fn add_public_route(resources: &mut Map<String, Value>) {
    let mut add = |id: &str, value: Value| resources.insert(id.to_owned(), value);
    add(
        "InternetGateway",
        resource("AWS::EC2::InternetGateway", json!({ "Tags": named("InternetGateway", &[]) })),
    );
    add(
        "VPCGatewayAttachment",
        resource(
            "AWS::EC2::VPCGatewayAttachment",
            json!({ "VpcId": reference(id::VPC), "InternetGatewayId": reference("InternetGateway") }),
        ),
    );
    add(
        "PublicRouteTable",
        resource(
            "AWS::EC2::RouteTable",
            json!({ "VpcId": reference(id::VPC), "Tags": named("PublicRouteTable", &[]) }),
        ),
    );
    let mut route = resource(
        "AWS::EC2::Route",
        json!({
            "RouteTableId": reference("PublicRouteTable"),
            "DestinationCidrBlock": "0.0.0.0/0",
            "GatewayId": reference("InternetGateway"),
        }),
    );
    route["DependsOn"] = json!("VPCGatewayAttachment");
    add("PublicSubnetRoute", route);
}

/// NAT gateways and the private subnets' way out through them.
fn add_nat(resources: &mut Map<String, Value>, nat: Nat, zones: &[String]) {
    let of = |kind: &str, zone: &str| match nat {
        Nat::PerZone => id::in_zone(kind, zone),
        Nat::Single | Nat::None => kind.to_owned(),
    };
    let hosts: &[String] = match nat {
        Nat::None => &[],
        Nat::Single => &zones[..zones.len().min(1)],
        Nat::PerZone => zones,
    };
    for zone in hosts {
        let (address, nat_gateway) = (of("NATIP", zone), of("NATGateway", zone));
        // The attachment is needed before an address of this VPC can be used; eksctl leaves it out.
        let mut allocation =
            resource("AWS::EC2::EIP", json!({ "Domain": "vpc", "Tags": named(&address, &[]) }));
        allocation["DependsOn"] = json!("VPCGatewayAttachment");
        resources.insert(address.clone(), allocation);
        resources.insert(
            nat_gateway.clone(),
            resource(
                "AWS::EC2::NatGateway",
                json!({
                    "AllocationId": { "Fn::GetAtt": [address, "AllocationId"] },
                    "SubnetId": reference(&id::in_zone(id::PUBLIC_SUBNET, zone)),
                    "Tags": named(&nat_gateway, &[]),
                }),
            ),
        );
    }
    if nat == Nat::None {
        return;
    }
    for zone in zones {
        resources.insert(
            id::in_zone("NATPrivateSubnetRoute", zone),
            resource(
                "AWS::EC2::Route",
                json!({
                    "RouteTableId": reference(&id::in_zone("PrivateRouteTable", zone)),
                    "DestinationCidrBlock": "0.0.0.0/0",
                    "NatGatewayId": reference(&of("NATGateway", zone)),
                }),
            ),
        );
    }
}

/// What the control plane's role may do in Auto Mode, beside what it may everywhere (facts/aws.md §11.2).
const AUTO_MODE_POLICIES: [&str; 4] = [
    "AmazonEKSComputePolicy",
    "AmazonEKSBlockStoragePolicy",
    "AmazonEKSLoadBalancingPolicy",
    "AmazonEKSNetworkingPolicy",
];

/// The roles that the spec does not bring (facts/aws.md §11.2, facts/eksctl.md §1.1).
fn add_roles(
    resources: &mut Map<String, Value>,
    outputs: &mut Map<String, Value>,
    spec: &Cluster,
    kept: &Kept,
) {
    let stays = |id: &str| kept.roles.contains(&id);
    let auto_mode = kept.auto_mode || spec.auto_mode().is_some();
    let mut add = |id: &str, role: Value| {
        resources.insert(id.to_owned(), role);
        outputs.insert(format!("{id}ARN"), output(json!({ "Fn::GetAtt": [id, "Arn"] })));
    };
    if spec.role_arn.is_none() {
        let mut policies = vec!["AmazonEKSClusterPolicy", "AmazonEKSVPCResourceController"];
        if auto_mode {
            policies.extend(AUTO_MODE_POLICIES);
        }
        add(id::CLUSTER_ROLE, role("eks.amazonaws.com", &["sts:AssumeRole", "sts:TagSession"], &policies));
    }
    if spec.node_groups.iter().flatten().any(NodeGroup::shares_role) || stays(id::NODE_ROLE) {
        add(id::NODE_ROLE, node_role(spec, &[]));
    }
    if spec.auto_mode().is_some_and(AutoMode::needs_role) || stays(id::AUTO_MODE_NODE_ROLE) {
        let policies = ["AmazonEKSWorkerNodeMinimalPolicy", "AmazonEC2ContainerRegistryPullOnly"];
        add(id::AUTO_MODE_NODE_ROLE, role("ec2.${AWS::URLSuffix}", &["sts:AssumeRole"], &policies));
    }
    if spec.fargate_profiles.iter().any(|profile| profile.role_arn.is_none()) || stays(id::POD_ROLE) {
        let policies = ["AmazonEKSFargatePodExecutionRolePolicy"];
        add(id::POD_ROLE, role("eks-fargate-pods.amazonaws.com", &["sts:AssumeRole"], &policies));
    }
}

/// The role of nodes, with further policies by their ARNs.
pub(super) fn node_role(spec: &Cluster, further: &[String]) -> Value {
    let policies = [
        "AmazonEKSWorkerNodePolicy",
        "AmazonEC2ContainerRegistryPullOnly",
        "AmazonEKS_CNI_Policy",
        "AmazonSSMManagedInstanceCore",
    ];
    // EC2's principal differs in China; `AWS::URLSuffix` is the part that differs.
    let mut role = role("ec2.${AWS::URLSuffix}", &["sts:AssumeRole"], &policies);
    if let Some(attached) = role["Properties"]["ManagedPolicyArns"].as_array_mut() {
        attached.extend(further.iter().map(|arn| json!(arn)));
    }
    if spec.is_ipv6() {
        role["Properties"]["Policies"] = ipv6::cni_policy();
    }
    role
}

fn role(principal: &str, actions: &[&str], policies: &[&str]) -> Value {
    let policies: Vec<Value> = policies
        .iter()
        .map(|policy| json!({ "Fn::Sub": format!("arn:${{AWS::Partition}}:iam::aws:policy/{policy}") }))
        .collect();
    resource(
        "AWS::IAM::Role",
        json!({
            "AssumeRolePolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [{
                    "Effect": "Allow",
                    "Principal": { "Service": { "Fn::Sub": principal } },
                    "Action": actions,
                }],
            },
            "ManagedPolicyArns": policies,
        }),
    )
}
