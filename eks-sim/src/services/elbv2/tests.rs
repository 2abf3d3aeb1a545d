use std::time::Duration;

use crate::settings::Settings;
use crate::wire::{AwsError, Params, Service, Xml};
use crate::world::World;

const REGION: &str = "us-west-2";

struct Account(World);

impl Account {
    fn call(&mut self, service: Service, operation: &str, pairs: &[(&str, &str)]) -> Result<Xml, AwsError> {
        let params = pairs.iter().fold(Params::new(), |params, (name, value)| params.set(*name, *value));
        self.0.call_internal("test", service, REGION, operation, params).map(crate::wire::Answer::xml)
    }

    fn v2(&mut self, operation: &str, pairs: &[(&str, &str)]) -> Result<Xml, AwsError> {
        self.call(Service::ElbV2, operation, pairs)
    }

    fn ec2(&mut self, operation: &str, pairs: &[(&str, &str)]) -> Xml {
        self.call(Service::Ec2, operation, pairs).unwrap()
    }

    /// A VPC that leads to the internet, and a subnet in two of its zones.
    fn network(&mut self) -> (String, [String; 2]) {
        let vpc = self.ec2("CreateVpc", &[("CidrBlock", "10.0.0.0/16")]).at("vpc/vpcId").to_owned();
        let gateway = self.ec2("CreateInternetGateway", &[]);
        let gateway = gateway.at("internetGateway/internetGatewayId");
        self.ec2("AttachInternetGateway", &[("VpcId", &vpc), ("InternetGatewayId", gateway)]);
        let subnets = [("10.0.0.0/24", "us-west-2a"), ("10.0.1.0/24", "us-west-2b")].map(|(block, zone)| {
            let place = [("VpcId", vpc.as_str()), ("CidrBlock", block), ("AvailabilityZone", zone)];
            self.ec2("CreateSubnet", &place).at("subnet/subnetId").to_owned()
        });
        (vpc, subnets)
    }

    /// The ARN of a load balancer of a kind.
    fn load_balancer(&mut self, name: &str, kind: &str, [a, b]: &[String; 2]) -> String {
        let pairs = [("Name", name), ("Type", kind), ("Subnets.member.1", a), ("Subnets.member.2", b)];
        let made = self.v2("CreateLoadBalancer", &pairs).unwrap();
        made.at("LoadBalancers/member/LoadBalancerArn").to_owned()
    }
}

#[test]
fn a_protected_load_balancer_stays() {
    let mut account = Account(World::new(Settings::default()));
    let (_, subnets) = account.network();
    let arn = account.load_balancer("web", "application", &subnets);
    let protect = |account: &mut Account, value: &str| {
        let key = ("Attributes.member.1.Key", "deletion_protection.enabled");
        let value = ("Attributes.member.1.Value", value);
        account.v2("ModifyLoadBalancerAttributes", &[("LoadBalancerArn", &arn), key, value]).unwrap();
        account.v2("DeleteLoadBalancer", &[("LoadBalancerArn", &arn)]).map_err(|error| error.code)
    };
    assert_eq!(protect(&mut account, "true").unwrap_err(), "OperationNotPermitted");
    protect(&mut account, "false").unwrap();
    let gone = account.v2("DescribeLoadBalancers", &[("LoadBalancerArns.member.1", &arn)]);
    assert_eq!(gone.unwrap_err().code, "LoadBalancerNotFound");
    account.v2("DeleteLoadBalancer", &[("LoadBalancerArn", &arn)]).unwrap();
}

#[test]
fn a_target_group_in_use_stays_until_its_listener_is_gone() {
    let mut account = Account(World::new(Settings::default()));
    let (vpc, subnets) = account.network();
    let balancers = ["one", "two"].map(|name| account.load_balancer(name, "network", &subnets));
    let group = [("Name", "web"), ("Protocol", "TCP"), ("Port", "80"), ("VpcId", &vpc)];
    let group = account.v2("CreateTargetGroup", &group).unwrap();
    let group = group.at("TargetGroups/member/TargetGroupArn").to_owned();
    let listen = |account: &mut Account, at: &str| {
        let (kind, target) =
            (("DefaultActions.member.1.Type", "forward"), "DefaultActions.member.1.TargetGroupArn");
        let place =
            [("LoadBalancerArn", at), ("Protocol", "TCP"), ("Port", "80"), kind, (target, group.as_str())];
        account.v2("CreateListener", &place).map_err(|error| error.code)
    };
    listen(&mut account, &balancers[0]).unwrap();
    assert_eq!(listen(&mut account, &balancers[0]).unwrap_err(), "DuplicateListener");
    assert_eq!(listen(&mut account, &balancers[1]).unwrap_err(), "TargetGroupAssociationLimit");
    let delete = |account: &mut Account| {
        account.v2("DeleteTargetGroup", &[("TargetGroupArn", &group)]).map_err(|error| error.code)
    };
    assert_eq!(delete(&mut account).unwrap_err(), "ResourceInUse");
    account.v2("DeleteLoadBalancer", &[("LoadBalancerArn", &balancers[0])]).unwrap();
    delete(&mut account).unwrap();
}

/// facts/aws.md §1.1: a minute, typically.
#[test]
fn interfaces_go_after_their_load_balancer() {
    let mut account = Account(World::new(Settings::default()));
    let (vpc, subnets) = account.network();
    let arn = account.load_balancer("web", "network", &subnets);
    let interfaces = |account: &mut Account| {
        let filter = [("Filter.1.Name", "vpc-id"), ("Filter.1.Value.1", vpc.as_str())];
        let found = account.ec2("DescribeNetworkInterfaces", &filter);
        let of = |item: &&Xml| {
            item.at("interfaceType") == "network_load_balancer" && item.at("groupSet/item/groupId").is_empty()
        };
        found.all("networkInterfaceSet/item").into_iter().filter(of).count()
    };
    assert_eq!(interfaces(&mut account), 2);
    account.v2("DeleteLoadBalancer", &[("LoadBalancerArn", &arn)]).unwrap();
    assert_eq!(interfaces(&mut account), 2);
    let later = account.0.now() + Duration::from_secs(60);
    account.0.settle(later);
    assert_eq!(interfaces(&mut account), 0);
}
