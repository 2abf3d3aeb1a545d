use std::time::Duration;

use crate::settings::Settings;
use crate::wire::{AwsError, Params, Service, Xml};
use crate::world::World;

const REGION: &str = "us-west-2";

fn call(world: &mut World, service: Service, operation: &str, params: Params) -> Result<Xml, AwsError> {
    world.call_internal("test", service, REGION, operation, params).map(crate::wire::Answer::xml)
}

/// A VPC that leads to the internet, and a subnet in it.
fn network(world: &mut World) -> (String, String) {
    let mut ec2 = |operation: &str, pairs: &[(&str, &str)]| {
        let params = pairs.iter().fold(Params::new(), |params, (name, value)| params.set(*name, *value));
        call(world, Service::Ec2, operation, params).unwrap()
    };
    let vpc = ec2("CreateVpc", &[("CidrBlock", "10.0.0.0/16")]).at("vpc/vpcId").to_owned();
    let gateway = ec2("CreateInternetGateway", &[]);
    let gateway = gateway.at("internetGateway/internetGatewayId");
    ec2("AttachInternetGateway", &[("VpcId", &vpc), ("InternetGatewayId", gateway)]);
    let subnet = ec2("CreateSubnet", &[("VpcId", &vpc), ("CidrBlock", "10.0.0.0/24")]);
    (vpc, subnet.at("subnet/subnetId").to_owned())
}

fn web(subnet: &str) -> Params {
    Params::new()
        .set("LoadBalancerName", "web")
        .set("Subnets.member.1", subnet)
        .set("Listeners.member.1.Protocol", "TCP")
        .set("Listeners.member.1.LoadBalancerPort", "80")
        .set("Listeners.member.1.InstancePort", "30080")
}

/// facts/aws.md §9: subnets and the internet gateway are held until the interfaces are gone.
#[test]
fn a_load_balancer_holds_its_network_for_a_while_after_it_is_gone() {
    let mut world = World::new(Settings::default());
    let (_, subnet) = network(&mut world);
    call(&mut world, Service::Elb, "CreateLoadBalancer", web(&subnet)).unwrap();
    let ec2 = |world: &mut World, operation: &str, name: &str, id: &str| {
        call(world, Service::Ec2, operation, Params::new().set(name, id)).map_err(|error| error.code)
    };
    let interfaces = call(&mut world, Service::Ec2, "DescribeNetworkInterfaces", Params::new()).unwrap();
    let interface = interfaces.all("networkInterfaceSet/item")[0].clone();
    let shown = ["description", "requesterId", "requesterManaged", "attachment/instanceOwnerId", "status"];
    assert_eq!(
        shown.map(|path| interface.at(path)),
        ["ELB web", "amazon-elb", "true", "amazon-elb", "in-use"]
    );
    assert!(interface.at("association/publicIp").starts_with("198."));

    call(&mut world, Service::Elb, "DeleteLoadBalancer", Params::new().set("LoadBalancerName", "web"))
        .unwrap();
    assert_eq!(ec2(&mut world, "DeleteSubnet", "SubnetId", &subnet).unwrap_err(), "DependencyViolation");
    let soon = world.now() + Duration::from_secs(59);
    world.settle(soon);
    assert_eq!(ec2(&mut world, "DeleteSubnet", "SubnetId", &subnet).unwrap_err(), "DependencyViolation");
    world.settle(soon + Duration::from_secs(1));
    ec2(&mut world, "DeleteSubnet", "SubnetId", &subnet).unwrap();
}

#[test]
fn the_same_again_is_no_duplicate() {
    let mut world = World::new(Settings::default());
    let (_, subnet) = network(&mut world);
    let mut create = |params| call(&mut world, Service::Elb, "CreateLoadBalancer", params);
    let first = create(web(&subnet)).unwrap();
    assert_eq!(create(web(&subnet)).unwrap(), first);
    let other = web(&subnet).set("Listeners.member.1.LoadBalancerPort", "81");
    assert_eq!(create(other).unwrap_err().code, "DuplicateLoadBalancerName");
}
