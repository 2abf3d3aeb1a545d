//! An account with a network and roles, driven through the services' wire operations.

use std::time::Duration;

use serde_json::{Value, json};

use crate::services;
use crate::settings::Settings;
use crate::wire::{AwsError, Call, Input, Params, Service, Xml};
use crate::world::World;

pub(super) const REGION: &str = "us-east-1";

/// A world with a VPC of two public and two private subnets, a NAT gateway, and roles.
pub(super) struct Setting {
    pub(super) world: World,
    pub(super) public: Vec<String>,
    pub(super) private: Vec<String>,
    pub(super) vpc: String,
}

impl Setting {
    pub(super) fn new() -> Self {
        Self::with(Settings::default())
    }

    pub(super) fn with(settings: Settings) -> Self {
        let world = World::new(settings);
        let mut setting = Self { world, public: Vec::new(), private: Vec::new(), vpc: String::new() };
        let vpc = setting.ec2("CreateVpc", &[("CidrBlock", "192.168.0.0/16")]).at("vpc/vpcId").to_owned();
        setting.vpc.clone_from(&vpc);
        let gateway = setting.ec2("CreateInternetGateway", &[]);
        let gateway = gateway.at("internetGateway/internetGatewayId").to_owned();
        setting.ec2("AttachInternetGateway", &[("InternetGatewayId", &gateway), ("VpcId", &vpc)]);
        for (index, zone) in ["us-east-1a", "us-east-1b", "us-east-1a", "us-east-1b"].into_iter().enumerate()
        {
            let block = format!("192.168.{}.0/24", index * 10);
            let made = setting
                .ec2("CreateSubnet", &[("VpcId", &vpc), ("CidrBlock", &block), ("AvailabilityZone", zone)]);
            let subnet = made.at("subnet/subnetId").to_owned();
            if index < 2 {
                setting.ec2(
                    "ModifySubnetAttribute",
                    &[("SubnetId", &subnet), ("MapPublicIpOnLaunch.Value", "true")],
                );
                setting.public.push(subnet);
            } else {
                setting.private.push(subnet);
            }
        }
        let out = [("DestinationCidrBlock", "0.0.0.0/0"), ("GatewayId", gateway.as_str())];
        setting.route(&setting.public.clone(), &out);
        let address = setting.ec2("AllocateAddress", &[("Domain", "vpc")]).at("allocationId").to_owned();
        let first = setting.public[0].clone();
        let nat = setting.ec2("CreateNatGateway", &[("SubnetId", &first), ("AllocationId", &address)]);
        let nat = nat.at("natGateway/natGatewayId").to_owned();
        setting.pass(300);
        let out = [("DestinationCidrBlock", "0.0.0.0/0"), ("NatGatewayId", nat.as_str())];
        setting.route(&setting.private.clone(), &out);
        setting.role("cluster", "eks.amazonaws.com", "AmazonEKSClusterPolicy");
        setting.role("node", "ec2.amazonaws.com", "AmazonEKSWorkerNodePolicy");
        setting.role("pods", "eks-fargate-pods.amazonaws.com", "AmazonEKSFargatePodExecutionRolePolicy");
        setting.pass(60);
        setting
    }

    fn route(&mut self, subnets: &[String], out: &[(&str, &str)]) {
        let vpc = self.vpc.clone();
        let table = self.ec2("CreateRouteTable", &[("VpcId", &vpc)]);
        let table = table.at("routeTable/routeTableId").to_owned();
        let route: Vec<(&str, &str)> =
            out.iter().copied().chain([("RouteTableId", table.as_str())]).collect();
        self.ec2("CreateRoute", &route);
        for subnet in subnets {
            self.ec2("AssociateRouteTable", &[("RouteTableId", &table), ("SubnetId", subnet)]);
        }
    }

    pub(super) fn role(&mut self, name: &str, principal: &str, policy: &str) {
        let trust = json!({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Principal": {"Service": principal}, "Action": "sts:AssumeRole"}
        ]});
        let trust = trust.to_string();
        self.iam("CreateRole", &[("RoleName", name), ("AssumeRolePolicyDocument", &trust)]);
        let arn = format!("arn:aws:iam::aws:policy/{policy}");
        self.iam("AttachRolePolicy", &[("RoleName", name), ("PolicyArn", &arn)]);
    }

    pub(super) fn ec2(&mut self, operation: &str, params: &[(&str, &str)]) -> Xml {
        self.query(Service::Ec2, operation, params)
    }

    pub(super) fn iam(&mut self, operation: &str, params: &[(&str, &str)]) -> Xml {
        self.query(Service::Iam, operation, params)
    }

    /// A call of Auto Scaling.
    pub(super) fn autoscaling(&mut self, operation: &str, params: &[(&str, &str)]) -> Result<Xml, AwsError> {
        self.ask(Service::AutoScaling, operation, params)
    }

    fn query(&mut self, service: Service, operation: &str, params: &[(&str, &str)]) -> Xml {
        match self.ask(service, operation, params) {
            Ok(answer) => answer,
            Err(error) => panic!("{operation}: {error}"),
        }
    }

    fn ask(&mut self, service: Service, operation: &str, params: &[(&str, &str)]) -> Result<Xml, AwsError> {
        let params = params.iter().fold(Params::new(), |params, (name, value)| params.set(*name, *value));
        let call = call(service, operation, Input::Params(params));
        services::call(&mut self.world, &call).map(|answer| answer.xml())
    }

    /// An EKS call.
    pub(super) fn eks(&mut self, operation: &str, input: Value) -> Result<Value, AwsError> {
        let call = call(Service::Eks, operation, Input::Json(input));
        services::call(&mut self.world, &call).map(|answer| answer.json())
    }

    /// An EKS call that must succeed.
    pub(super) fn ok(&mut self, operation: &str, input: Value) -> Value {
        match self.eks(operation, input) {
            Ok(body) => body,
            Err(error) => panic!("{operation}: {error}"),
        }
    }

    /// A call of CloudWatch Logs that must succeed.
    pub(super) fn logs(&mut self, operation: &str, input: Value) -> Value {
        let call = call(Service::Logs, operation, Input::Json(input));
        match services::call(&mut self.world, &call) {
            Ok(answer) => answer.json(),
            Err(error) => panic!("{operation}: {error}"),
        }
    }

    /// An EKS call that must be refused: `Code: message`.
    pub(super) fn refused(&mut self, operation: &str, input: Value) -> String {
        match self.eks(operation, input) {
            Ok(body) => panic!("{operation}: {body}"),
            Err(error) => error.to_string(),
        }
    }

    /// Lets seconds pass.
    pub(super) fn pass(&mut self, seconds: u64) {
        let now = self.world.now();
        self.world.settle(now + Duration::from_secs(seconds));
    }

    /// The request of a cluster `c`, with `more` members.
    pub(super) fn cluster_request(&self, more: Value) -> Value {
        let subnets: Vec<&String> = self.public.iter().chain(&self.private).collect();
        let request = json!({
            "name": "c",
            "roleArn": "arn:aws:iam::123456789012:role/cluster",
            "resourcesVpcConfig": {"subnetIds": subnets},
        });
        merged(request, more)
    }

    /// A cluster `c` that is ACTIVE.
    pub(super) fn cluster(&mut self, more: Value) {
        let request = self.cluster_request(more);
        self.ok("CreateCluster", request);
        self.pass(1000);
        assert_eq!(self.status("DescribeCluster", json!({"name": "c"})), "ACTIVE");
    }

    /// The request of a node group `n` in the private subnets.
    pub(super) fn nodegroup_request(&self, more: Value) -> Value {
        let request = json!({
            "clusterName": "c",
            "nodegroupName": "n",
            "nodeRole": "arn:aws:iam::123456789012:role/node",
            "subnets": self.private,
            "scalingConfig": {"minSize": 1, "maxSize": 4, "desiredSize": 2},
        });
        merged(request, more)
    }

    /// The request of a Fargate profile `f` for `kube-system`.
    pub(super) fn profile_request(&self, more: Value) -> Value {
        let request = json!({
            "clusterName": "c",
            "fargateProfileName": "f",
            "podExecutionRoleArn": "arn:aws:iam::123456789012:role/pods",
            "subnets": self.private,
            "selectors": [{"namespace": "kube-system"}],
        });
        merged(request, more)
    }

    /// The status that a description shows.
    pub(super) fn status(&mut self, operation: &str, input: Value) -> String {
        let body = self.ok(operation, input);
        let resource = body.as_object().and_then(|body| body.values().next()).cloned().unwrap_or_default();
        resource["status"].as_str().unwrap_or_default().to_owned()
    }

    /// What is left in the ledger of a service's resources, by kind.
    pub(super) fn left(&self, prefix: &str) -> Vec<String> {
        let left = self.world.ledger().left();
        left.iter().filter(|it| it.kind.starts_with(prefix)).map(|it| it.kind.clone()).collect()
    }
}

fn call(service: Service, operation: &str, input: Input) -> Call {
    Call { service, operation: operation.to_owned(), region: REGION.to_owned(), input, failure: None }
}

pub(super) fn merged(mut base: Value, more: Value) -> Value {
    if let (Value::Object(base), Value::Object(more)) = (&mut base, more) {
        base.extend(more);
    }
    base
}
