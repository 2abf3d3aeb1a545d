use super::network::{network, role};
use super::*;

fn seconds_between(world: &mut World, name: &str, from: &str, to: &str) -> f64 {
    let answer = cloudformation(world, "DescribeStackEvents", about(name)).expect("the stack is there");
    let events = answer.all("StackEvents/member");
    // Events come newest first; the first of its kind counts.
    let at = |wanted: &str| {
        let event = events.iter().rev().find(|event| {
            format!("{} {}", event.at("LogicalResourceId"), event.at("ResourceStatus")) == wanted
        });
        crate::instant::Instant::parse(event.expect("it happened").at("Timestamp")).expect("it is a time")
    };
    at(to).since(at(from)).as_secs_f64()
}

#[test]
fn a_network_is_made_and_deleted_without_a_trace() {
    let mut world = world();
    let request =
        with(about("net"), &network()).set("Tags.member.1.Key", "owner").set("Tags.member.1.Value", "me");
    cloudformation(&mut world, "CreateStack", request).expect("it is accepted");
    settle(&mut world, 60);
    assert_eq!(status(&mut world, "net"), "CREATE_IN_PROGRESS", "the NAT gateway is awaited");
    for ready in ["Vpc", "PrivateA", "PublicB", "PublicRoute", "Role", "Group", "Template"] {
        assert_eq!(resource(&mut world, "net", ready).at("ResourceStatus"), "CREATE_COMPLETE", "{ready}");
    }
    // What refers to the NAT gateway does not wait until it is available.
    assert_eq!(resource(&mut world, "net", "Nat").at("ResourceStatus"), "CREATE_IN_PROGRESS");
    assert_eq!(resource(&mut world, "net", "PrivateRoute").at("ResourceStatus"), "CREATE_COMPLETE");
    settle(&mut world, 120);
    assert_eq!(status(&mut world, "net"), "CREATE_COMPLETE");
    let made = seconds_between(&mut world, "net", "Nat CREATE_COMPLETE", "net CREATE_COMPLETE");
    assert!(made < 10.0, "the stack follows its last resource by {made} s");

    let subnet = resource(&mut world, "net", "PrivateA").at("PhysicalResourceId").to_owned();
    let shown = ec2(&mut world, "DescribeSubnets", Params::new().set("SubnetId.1", &subnet));
    let tags: Vec<(String, String)> = shown
        .all("subnetSet/item/tagSet/item")
        .into_iter()
        .map(|tag| (tag.at("key").to_owned(), tag.at("value").to_owned()))
        .collect();
    for (key, value) in [
        ("Name", "net/2"),
        ("owner", "me"),
        ("aws:cloudformation:logical-id", "PrivateA"),
        ("aws:cloudformation:stack-name", "net"),
    ] {
        assert!(tags.contains(&(key.to_owned(), value.to_owned())), "{key} in {tags:?}");
    }
    assert_eq!(shown.at("subnetSet/item/cidrBlock"), "192.168.64.0/19");
    let stack = describe(&mut world, "net");
    assert_eq!(stack.all("Outputs/member").len(), 4);

    cloudformation(&mut world, "DeleteStack", about("net")).expect("it is accepted");
    let id = stack.at("StackId").to_owned();
    settle(&mut world, 300);
    assert_eq!(status(&mut world, &id), "DELETE_COMPLETE", "{:?}", reasons(&mut world, &id));
    assert!(left(&world).is_empty(), "{:?}", left(&world));
    let order = events(&mut world, &id);
    let position = |event: &str| order.iter().position(|one| one == event).expect("it happened");
    assert!(position("Nat DELETE_COMPLETE") < position("Address DELETE_IN_PROGRESS"));
    assert!(position("Address DELETE_COMPLETE") < position("Attachment DELETE_IN_PROGRESS"));
    assert!(position("PrivateA DELETE_COMPLETE") < position("Vpc DELETE_IN_PROGRESS"));
}

#[test]
fn express_mode_awaits_no_readiness() {
    let mut world = world();
    let request = with(about("net"), &network()).set("DeploymentConfig.Mode", "EXPRESS");
    cloudformation(&mut world, "CreateStack", request).expect("it is accepted");
    settle(&mut world, 30);
    assert_eq!(status(&mut world, "net"), "CREATE_COMPLETE", "{:?}", events(&mut world, "net"));
    let nat = resource(&mut world, "net", "Nat").at("PhysicalResourceId").to_owned();
    let state = |world: &mut World| {
        let answer = ec2(world, "DescribeNatGateways", Params::new().set("NatGatewayId.1", &nat));
        answer.at("natGatewaySet/item/state").to_owned()
    };
    assert_eq!(state(&mut world), "pending");
    settle(&mut world, 120);
    assert_eq!(state(&mut world), "available");
}

#[test]
fn a_role_counts_as_created_after_its_hold() {
    let mut world = world();
    let template = json!({ "Resources": { "Role": role("ec2.amazonaws.com") } });
    create(&mut world, "role", &template).expect("it is accepted");
    settle(&mut world, 60);
    let held = seconds_between(&mut world, "role", "Role CREATE_IN_PROGRESS", "Role CREATE_COMPLETE");
    assert!((held - 17.0).abs() < 0.01, "{held} s");
    let order = events(&mut world, "role");
    assert_eq!(order.iter().filter(|event| *event == "Role CREATE_IN_PROGRESS").count(), 3);
    let answer = cloudformation(&mut world, "DescribeStackEvents", about("role")).expect("it is there");
    let detailed = answer.all("StackEvents/member/DetailedStatus");
    assert!(detailed.iter().any(|detailed| detailed.value() == "CONFIGURATION_COMPLETE"));
}

#[test]
fn without_rollback_a_failure_leaves_the_other_branches() {
    let mut world = world();
    world.settings.quotas.elastic_addresses = 0;
    let request = with(about("net"), &network()).set("DisableRollback", "true");
    cloudformation(&mut world, "CreateStack", request).expect("it is accepted");
    settle(&mut world, 90);
    let stack = describe(&mut world, "net");
    assert_eq!(stack.at("StackStatus"), "CREATE_FAILED");
    assert_eq!(stack.at("StackStatusReason"), "The following resource(s) failed to create: [Address]. ");
    let address = resource(&mut world, "net", "Address");
    assert!(address.at("ResourceStatusReason").contains("The maximum number of addresses has been reached."));
    assert!(address.at("ResourceStatusReason").contains("ServiceLimitExceeded"));
    for there in ["PrivateA", "PublicB", "PublicRoute", "Role", "Template", "GroupItself"] {
        assert_eq!(resource(&mut world, "net", there).at("ResourceStatus"), "CREATE_COMPLETE", "{there}");
    }
    assert!(resource(&mut world, "net", "Nat").at("ResourceStatus").is_empty());

    let error =
        cloudformation(&mut world, "UpdateStack", with(about("net"), &network())).expect_err("it failed");
    assert!(error.message.ends_with("is in CREATE_FAILED state and can not be updated."), "{error}");
    world.settings.quotas.elastic_addresses = 5;
    let retry = with(about("net"), &network()).set("DisableRollback", "true");
    let subnet = resource(&mut world, "net", "PrivateA").at("PhysicalResourceId").to_owned();
    cloudformation(&mut world, "UpdateStack", retry).expect("it is accepted");
    settle(&mut world, 300);
    assert_eq!(status(&mut world, "net"), "UPDATE_COMPLETE", "{:?}", reasons(&mut world, "net"));
    assert_eq!(resource(&mut world, "net", "PrivateA").at("PhysicalResourceId"), subnet);
    assert_eq!(resource(&mut world, "net", "Nat").at("ResourceStatus"), "CREATE_COMPLETE");
}

#[test]
fn rollback_stack_deletes_what_was_never_complete() {
    let mut world = world();
    world.settings.quotas.elastic_addresses = 0;
    let request = with(about("net"), &network()).set("OnFailure", "DO_NOTHING");
    let id =
        cloudformation(&mut world, "CreateStack", request).expect("it is accepted").at("StackId").to_owned();
    settle(&mut world, 90);
    cloudformation(&mut world, "RollbackStack", about("net")).expect("it is accepted");
    settle(&mut world, 200);
    assert_eq!(status(&mut world, &id), "DELETE_COMPLETE");
    assert!(left(&world).is_empty(), "{:?}", left(&world));
}

#[test]
fn with_rollback_a_failure_takes_everything_along() {
    let mut world = world();
    world.settings.quotas.elastic_addresses = 0;
    create(&mut world, "net", &network()).expect("it is accepted");
    settle(&mut world, 300);
    assert_eq!(status(&mut world, "net"), "ROLLBACK_COMPLETE");
    assert!(left(&world).is_empty(), "{:?}", left(&world));
    let reasons = reasons(&mut world, "net");
    assert!(reasons.iter().any(|reason| reason == "Resource creation cancelled"), "{reasons:?}");
    assert!(reasons.iter().any(|reason| reason.starts_with("The following resource(s) failed to create: [")
        && reason.ends_with("Rollback requested by user.")));
    let error = create(&mut world, "net", &network()).expect_err("the name is taken");
    assert_eq!(error.message, "Stack [net] already exists");
    let error =
        cloudformation(&mut world, "UpdateStack", with(about("net"), &network())).expect_err("it is dead");
    assert!(error.message.ends_with("is in ROLLBACK_COMPLETE state and can not be updated."));
    cloudformation(&mut world, "DeleteStack", about("net")).expect("it is accepted");
    settle(&mut world, 60);
    create(&mut world, "net", &network()).expect("the name is free");
}

#[test]
fn a_stack_can_be_deleted_while_it_is_made() {
    for seconds in [1, 4, 5, 6, 8, 10, 12, 15, 20, 40, 100] {
        let mut world = world();
        let id = create(&mut world, "net", &network()).expect("it is accepted");
        settle(&mut world, seconds);
        cloudformation(&mut world, "DeleteStack", about("net")).expect("it is accepted");
        settle(&mut world, 500);
        assert_eq!(status(&mut world, &id), "DELETE_COMPLETE", "{seconds} s: {:?}", reasons(&mut world, &id));
        assert!(left(&world).is_empty(), "{seconds} s: {:?}", left(&world));
    }
}

#[test]
fn wrong_properties_fail_the_resource() {
    let mut world = world();
    let template = json!({ "Resources": {
        "Vpc": { "Type": "AWS::EC2::VPC", "Properties": { "CidrBlock": "10.0.0.0/16", "Colour": "red" } },
    } });
    create(&mut world, "net", &template).expect("it is accepted");
    settle(&mut world, 60);
    assert_eq!(status(&mut world, "net"), "ROLLBACK_COMPLETE");
    assert!(reasons(&mut world, "net").iter().any(|reason| reason.contains("extraneous key [Colour]")));
}

#[test]
fn whatever_the_durations_nothing_is_left() {
    for seed in 0..25 {
        let mut world = World::new(Settings { seed, drawn: true, ..Settings::default() });
        let id = create(&mut world, "net", &network()).expect("it is accepted");
        settle(&mut world, 600);
        assert_eq!(
            status(&mut world, "net"),
            "CREATE_COMPLETE",
            "seed {seed}: {:?}",
            reasons(&mut world, "net")
        );
        cloudformation(&mut world, "DeleteStack", about("net")).expect("it is accepted");
        settle(&mut world, 900);
        assert_eq!(status(&mut world, &id), "DELETE_COMPLETE", "seed {seed}: {:?}", reasons(&mut world, &id));
        assert!(left(&world).is_empty(), "seed {seed}: {:?}", left(&world));
    }
}

#[test]
fn what_needs_the_issuer_is_made_in_a_stack_of_its_own() {
    let mut world = world();
    let template = json!({ "Resources": {
        "Provider": { "Type": "AWS::IAM::OIDCProvider", "Properties": {
            "Url": "https://oidc.eks.us-west-2.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF",
            "ClientIdList": ["sts.amazonaws.com"],
            "Tags": [{ "Key": "owner", "Value": "me" }],
        } },
        "Role": role("pods.eks.amazonaws.com"),
        "Policy": { "Type": "AWS::IAM::ManagedPolicy", "Properties": {
            "PolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [{ "Effect": "Allow", "Action": "s3:Get*", "Resource": "*" }],
            },
            "Roles": [{ "Ref": "Role" }],
        } },
        "Group": { "Type": "AWS::EC2::SecurityGroup", "Properties": {
            "GroupDescription": "x",
            "SecurityGroupEgress": [{ "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": "0.0.0.0/0" }],
        } },
        "Egress": { "Type": "AWS::EC2::SecurityGroupEgress", "Properties": {
            "GroupId": { "Fn::GetAtt": ["Group", "GroupId"] },
            "IpProtocol": "udp", "FromPort": 53, "ToPort": 53, "CidrIp": "10.0.0.0/8", "Description": "names",
        } },
    } });
    let id = create(&mut world, "pods", &template).expect("it is accepted");
    settle(&mut world, 60);
    assert_eq!(status(&mut world, "pods"), "CREATE_COMPLETE", "{:?}", reasons(&mut world, "pods"));
    let provider = resource(&mut world, "pods", "Provider").at("PhysicalResourceId").to_owned();
    let shown =
        iam(&mut world, "GetOpenIDConnectProvider", Params::new().set("OpenIDConnectProviderArn", &provider));
    assert_eq!(shown.at("ClientIDList/member"), "sts.amazonaws.com");
    let group = resource(&mut world, "pods", "Group").at("PhysicalResourceId").to_owned();
    let shown = ec2(&mut world, "DescribeSecurityGroups", Params::new().set("GroupId.1", group));
    assert_eq!(shown.all("securityGroupInfo/item/ipPermissionsEgress/item").len(), 2);
    cloudformation(&mut world, "DeleteStack", about("pods")).expect("it is accepted");
    settle(&mut world, 60);
    assert_eq!(status(&mut world, &id), "DELETE_COMPLETE", "{:?}", reasons(&mut world, &id));
    assert!(left(&world).is_empty(), "{:?}", left(&world));
}
