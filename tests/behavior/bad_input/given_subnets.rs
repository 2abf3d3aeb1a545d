//! Given subnets that exist and will not do: EKS would say so a quarter of an hour later, or never.

use examples::PrivateNetwork;
use serde_json::{Value, json};
use tests::Stage;

use super::{broken, refused, unchecked};

fn network(stage: &Stage) -> PrivateNetwork {
    stage.given_network()
}

/// Opens the VPC's main route table to an internet gateway.
fn open(stage: &Stage, vpc: &str) {
    let (ec2, vpc) = (stage.ec2(), vpc.to_owned());
    stage.run(move || async move {
        let gateway = ec2.create_internet_gateway().send().await.expect("a gateway");
        let gateway = gateway.internet_gateway.and_then(|it| it.internet_gateway_id).expect("an id");
        let attach = ec2.attach_internet_gateway().internet_gateway_id(&gateway).vpc_id(&vpc);
        attach.send().await.expect("attached");
        let filter = aws_sdk_ec2::types::Filter::builder().name("vpc-id").values(&vpc).build();
        let tables = ec2.describe_route_tables().filters(filter).send().await.expect("tables");
        let table = tables.route_tables()[0].route_table_id().expect("an id").to_owned();
        let route = ec2.create_route().route_table_id(table).destination_cidr_block("0.0.0.0/0");
        route.gateway_id(gateway).send().await.expect("a route");
    });
}

fn spec(network: Value, groups: Value) -> eks_core::Cluster {
    unchecked(json!({ "name": "web", "nodeGroups": groups, "network": network }))
}

#[test]
fn private_ones_that_lead_to_the_internet() {
    let stage = Stage::default();
    let network = network(&stage);
    open(&stage, &network.vpc);
    let error = refused(&stage, &spec(json!({ "privateSubnets": network.subnets }), json!([])));
    let rule = "be given as public: its route table leads to an internet gateway";
    let expected: Vec<_> =
        network.subnets.iter().map(|id| ("network.privateSubnets", id.as_str(), rule)).collect();
    assert_eq!(broken(&error), expected);
}

#[test]
fn public_ones_that_do_not() {
    let stage = Stage::default();
    let network = network(&stage);
    let error = refused(&stage, &spec(json!({ "publicSubnets": network.subnets }), json!([])));
    let rule = "be given as private: its route table leads to no internet gateway";
    let expected: Vec<_> =
        network.subnets.iter().map(|id| ("network.publicSubnets", id.as_str(), rule)).collect();
    assert_eq!(broken(&error), expected);
}

#[test]
fn public_ones_that_give_nodes_no_public_address() {
    let stage = Stage::default();
    let network = network(&stage);
    open(&stage, &network.vpc);
    let error =
        refused(&stage, &spec(json!({ "publicSubnets": network.subnets }), json!([{ "subnets": "public" }])));
    let broken = broken(&error);
    assert_eq!(broken.len(), 2);
    assert!(broken.iter().all(|(field, _, _)| *field == "nodeGroups[0].subnets"));
    assert!(
        broken[0].2.starts_with("give its instances public addresses (`mapPublicIpOnLaunch`)"),
        "{error}"
    );
}

/// Nothing leads out: no NAT gateway, no endpoints. Then with endpoints, from which the API server is still closed.
#[test]
fn private_ones_without_a_way_out_for_nodes() {
    let stage = Stage::default();
    let network = network(&stage);
    let private = || json!({ "privateSubnets": network.subnets });
    let error = refused(&stage, &spec(private(), json!([{}])));
    let found = broken(&error);
    assert_eq!(found.len(), 2);
    assert_eq!((found[0].0, found[0].1), ("nodeGroups[0].subnets", network.subnets[0].as_str()));
    assert!(found[0].2.contains("endpoints for ec2, ecr.api, ecr.dkr, s3, sts"), "{error}");

    let (ec2, vpc) = (stage.ec2(), network.vpc.clone());
    stage.run(move || async move {
        for service in ["ec2", "ecr.api", "ecr.dkr", "sts"] {
            let endpoint = ec2.create_vpc_endpoint().vpc_id(&vpc);
            let endpoint = endpoint.service_name(format!("com.amazonaws.us-west-2.{service}"));
            let kind = aws_sdk_ec2::types::VpcEndpointType::Interface;
            endpoint.vpc_endpoint_type(kind).send().await.expect("an endpoint");
        }
        let s3 = ec2.create_vpc_endpoint().vpc_id(&vpc).service_name("com.amazonaws.us-west-2.s3");
        s3.send().await.expect("an endpoint");
    });
    let error = refused(&stage, &spec(private(), json!([{}])));
    assert!(broken(&error)[0].2.contains("`endpointAccess.private` on"), "{error}");
    // No nodes, no need of a way out.
    stage.plan(&spec(private(), json!([]))).expect("a plan");
}

#[test]
fn too_few_free_addresses_for_the_nodes_or_the_control_plane() {
    let stage = Stage::default();
    let network = network(&stage);
    let (ec2, vpc) = (stage.ec2(), network.vpc.clone());
    let small = stage.run(move || async move {
        let mut small = Vec::new();
        for (zone, block) in [("us-west-2a", "10.20.200.0/28"), ("us-west-2b", "10.20.201.0/28")] {
            let subnet = ec2.create_subnet().vpc_id(&vpc).availability_zone(zone).cidr_block(block);
            let subnet = subnet.send().await.expect("a subnet").subnet.and_then(|it| it.subnet_id);
            small.extend(subnet);
        }
        // Eleven are free: five are AWS's. Six more are taken.
        for _ in 0..6 {
            ec2.create_network_interface().subnet_id(&small[0]).send().await.expect("an interface");
        }
        small
    });
    let error = refused(&stage, &spec(json!({ "privateSubnets": small }), json!([])));
    let rule = "have 6 free addresses for the control plane, and has 5";
    assert_eq!(broken(&error), [("network.privateSubnets", small[0].as_str(), rule)]);

    let many = json!([{ "subnets": small, "scaling": { "desired": 30, "max": 30 } }]);
    let error = refused(&stage, &spec(json!({ "privateSubnets": network.subnets }), many));
    let rule = "have free addresses for 30 nodes, and have 16";
    assert!(broken(&error).iter().any(|it| it.2 == rule), "{error}");

    // Each alone would fit, both together do not.
    let both = json!(["blue", "green"].map(|name| json!({
        "name": name, "subnets": small, "scaling": { "desired": 9, "max": 9 }
    })));
    let error = refused(&stage, &spec(json!({ "privateSubnets": network.subnets }), both));
    let mut sorted = small.clone();
    sorted.sort();
    let rule = "have free addresses for 18 nodes, and have 16";
    assert!(broken(&error).contains(&("nodeGroups", sorted.join(", ").as_str(), rule)), "{error}");
}

/// The API server's private endpoint is a name.
#[test]
fn ones_in_a_vpc_without_names() {
    let stage = Stage::default();
    let network = network(&stage);
    let (ec2, vpc) = (stage.ec2(), network.vpc.clone());
    stage.run(move || async move {
        let off = aws_sdk_ec2::types::AttributeBooleanValue::builder().value(false).build();
        let hostnames = ec2.modify_vpc_attribute().vpc_id(vpc).enable_dns_hostnames(off);
        hostnames.send().await.expect("off");
    });
    let spec = |public: bool| {
        unchecked(json!({
            "name": "web",
            "nodeGroups": [],
            "network": { "privateSubnets": network.subnets },
            "endpointAccess": { "private": true, "public": public },
        }))
    };
    let error = refused(&stage, &spec(false));
    let rule = "lie in a VPC with `enableDnsSupport` and `enableDnsHostnames` on: the API server's private endpoint is \
                found by name";
    let expected: Vec<_> =
        network.subnets.iter().map(|id| ("network.privateSubnets", id.as_str(), rule)).collect();
    assert_eq!(broken(&error), expected);
    // With the public one beside it a plan says so, and what else one may expect and not get.
    let plan = stage.plan(&spec(true)).expect("a plan");
    let off = format!(
        "{}: `enableDnsHostnames` is off, which EKS asks to be on, and the API server is reached by its public \
         address from inside, too",
        network.vpc
    );
    assert!(plan.notes.contains(&off), "{:?}", plan.notes);
    let untagged = format!(
        "{}: internal load balancers are put there once tagged `kubernetes.io/role/internal-elb=1`",
        network.subnets.join(", ")
    );
    assert!(plan.notes.contains(&untagged), "{:?}", plan.notes);
}

#[test]
fn ones_without_an_ipv6_block_for_an_ipv6_cluster() {
    let stage = Stage::default();
    let network = network(&stage);
    let error = refused(
        &stage,
        &unchecked(json!({
            "name": "web",
            "ipFamily": "ipv6",
            "nodeGroups": [],
            "network": { "privateSubnets": network.subnets },
        })),
    );
    let rule = "have an IPv6 block: `ipFamily` is `ipv6`";
    let expected: Vec<_> =
        network.subnets.iter().map(|id| ("network.privateSubnets", id.as_str(), rule)).collect();
    assert_eq!(broken(&error), expected);
}

#[test]
fn ones_of_the_control_plane_alone_that_will_not_do() {
    let stage = Stage::default();
    let network = network(&stage);
    let (ec2, vpc) = (stage.ec2(), network.vpc.clone());
    let own = stage.run(move || async move {
        let mut own = Vec::new();
        for block in ["10.20.200.0/28", "10.20.201.0/28"] {
            let subnet = ec2.create_subnet().vpc_id(&vpc).availability_zone("us-west-2a").cidr_block(block);
            own.extend(subnet.send().await.expect("a subnet").subnet.and_then(|it| it.subnet_id));
        }
        own
    });
    let with = |ids: &[String]| {
        spec(json!({ "privateSubnets": network.subnets, "controlPlaneSubnets": ids }), json!([]))
    };
    let field = "network.controlPlaneSubnets";
    let error = refused(&stage, &with(&own));
    let rule = "lie in at least two zones, and all lie in us-west-2a";
    assert_eq!(broken(&error), [(field, own.join(", ").as_str(), rule)]);
    let error = refused(&stage, &with(&[own[0].clone(), "subnet-0123456789abcdef0".to_owned()]));
    let rule = "be a subnet of this region and account";
    assert!(broken(&error).contains(&(field, "subnet-0123456789abcdef0", rule)), "{error}");
}

#[test]
fn security_groups_that_are_not_there_or_elsewhere() {
    let stage = Stage::default();
    let network = network(&stage);
    let (ec2, vpc) = (stage.ec2(), network.vpc.clone());
    let (here, there, other) = stage.run(move || async move {
        let other = ec2.create_vpc().cidr_block("10.9.0.0/16").send().await.expect("a VPC").vpc;
        let other = other.and_then(|vpc| vpc.vpc_id).expect("an id");
        let mut groups = Vec::new();
        for vpc in [&vpc, &other] {
            let group = ec2.create_security_group().vpc_id(vpc).group_name("more").description("More");
            groups.extend(group.send().await.expect("a group").group_id);
        }
        (groups.remove(0), groups.remove(0), other)
    });
    let with = |plane: Value, nodes: Value| {
        let groups = json!([{ "securityGroups": nodes, "scaling": { "desired": 0, "min": 0, "max": 1 } }]);
        spec(json!({ "privateSubnets": network.subnets, "securityGroups": plane }), groups)
    };
    stage.plan(&with(json!([here]), json!([here]))).expect("a plan");
    let error = refused(&stage, &with(json!([here, "sg-0123456789abcdef0"]), json!([there])));
    let elsewhere = format!("lie in VPC {}, and lies in {other}", network.vpc);
    assert_eq!(
        broken(&error),
        [
            (
                "network.securityGroups",
                "sg-0123456789abcdef0",
                "be a security group of this region and account"
            ),
            ("nodeGroups[0].securityGroups", there.as_str(), elsewhere.as_str()),
        ]
    );
}
