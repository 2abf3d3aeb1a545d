use super::network::{role, subnet};
use super::*;

/// A network interface of somebody else in the stack's subnet.
fn squatter(world: &mut World) -> String {
    let subnet = resource(world, "net", "Subnet").at("PhysicalResourceId").to_owned();
    let answer = ec2(world, "CreateNetworkInterface", Params::new().set("SubnetId", subnet));
    answer.at("networkInterface/networkInterfaceId").to_owned()
}

fn made(template: &Value) -> (World, String) {
    let mut world = world();
    let id = create(&mut world, "net", template).expect("it is accepted");
    settle(&mut world, 60);
    assert_eq!(status(&mut world, "net"), "CREATE_COMPLETE", "{:?}", reasons(&mut world, "net"));
    (world, id)
}

#[test]
fn a_dependency_is_waited_for_and_then_given_up() {
    let (mut world, id) = made(&subnet());
    squatter(&mut world);
    cloudformation(&mut world, "DeleteStack", about("net")).expect("it is accepted");
    settle(&mut world, 1000);
    assert_eq!(status(&mut world, "net"), "DELETE_IN_PROGRESS");
    settle(&mut world, 120);
    let stack = describe(&mut world, "net");
    assert_eq!(stack.at("StackStatus"), "DELETE_FAILED");
    assert_eq!(stack.at("StackStatusReason"), "The following resource(s) failed to delete: [Subnet]. ");
    assert!(
        resource(&mut world, "net", "Subnet")
            .at("ResourceStatusReason")
            .contains("has dependencies and cannot be deleted")
    );
    assert_eq!(
        resource(&mut world, "net", "Vpc").at("ResourceStatus"),
        "CREATE_COMPLETE",
        "it was never tried"
    );

    let retain =
        about("net").set("RetainResources.member.1", "Subnet").set("RetainResources.member.2", "Vpc");
    cloudformation(&mut world, "DeleteStack", retain).expect("it is accepted");
    settle(&mut world, 60);
    assert_eq!(status(&mut world, &id), "DELETE_COMPLETE");
    assert_eq!(left(&world), ["AWS::EC2::VPC", "AWS::EC2::Subnet", "AWS::EC2::NetworkInterface"]);
}

#[test]
fn a_dependency_that_goes_in_time_does_no_harm() {
    let (mut world, id) = made(&subnet());
    let interface = squatter(&mut world);
    cloudformation(&mut world, "DeleteStack", about("net")).expect("it is accepted");
    settle(&mut world, 600);
    ec2(&mut world, "DeleteNetworkInterface", Params::new().set("NetworkInterfaceId", interface));
    settle(&mut world, 60);
    assert_eq!(status(&mut world, &id), "DELETE_COMPLETE");
    assert!(left(&world).is_empty());
}

#[test]
fn force_leaves_behind_what_cannot_be_deleted() {
    let (mut world, id) = made(&subnet());
    squatter(&mut world);
    cloudformation(&mut world, "DeleteStack", about("net")).expect("it is accepted");
    settle(&mut world, 1300);
    assert_eq!(status(&mut world, "net"), "DELETE_FAILED");
    let force = about("net").set("DeletionMode", "FORCE_DELETE_STACK");
    cloudformation(&mut world, "DeleteStack", force).expect("it is accepted");
    settle(&mut world, 2400);
    assert_eq!(status(&mut world, &id), "DELETE_COMPLETE");
    assert_eq!(left(&world), ["AWS::EC2::VPC", "AWS::EC2::Subnet", "AWS::EC2::NetworkInterface"]);
}

#[test]
fn a_policy_that_somebody_else_attached_fails_the_delete_at_once() {
    let (mut world, _) = made(&json!({ "Resources": { "Role": role("ec2.amazonaws.com") } }));
    let name = resource(&mut world, "net", "Role").at("PhysicalResourceId").to_owned();
    let foreign = Params::new()
        .set("RoleName", &name)
        .set("PolicyArn", "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore");
    iam(&mut world, "AttachRolePolicy", foreign.clone());
    cloudformation(&mut world, "DeleteStack", about("net")).expect("it is accepted");
    settle(&mut world, 60);
    assert_eq!(status(&mut world, "net"), "DELETE_FAILED");
    let role = resource(&mut world, "net", "Role");
    assert!(
        role.at("ResourceStatusReason").contains("Cannot delete entity, must detach all policies first.")
    );
    iam(&mut world, "DetachRolePolicy", foreign);
    cloudformation(&mut world, "DeleteStack", about("net")).expect("it is accepted");
    settle(&mut world, 60);
    assert!(left(&world).is_empty());
}

#[test]
fn what_is_gone_counts_as_deleted_and_what_is_retained_stays() {
    let mut template = subnet();
    template["Resources"]["Group"] = json!({
        "Type": "AWS::EC2::SecurityGroup",
        "DeletionPolicy": "Retain",
        "Properties": { "GroupDescription": "x" },
    });
    let (mut world, id) = made(&template);
    let subnet = resource(&mut world, "net", "Subnet").at("PhysicalResourceId").to_owned();
    ec2(&mut world, "DeleteSubnet", Params::new().set("SubnetId", subnet));
    cloudformation(&mut world, "DeleteStack", about("net")).expect("it is accepted");
    settle(&mut world, 60);
    assert_eq!(status(&mut world, &id), "DELETE_COMPLETE", "{:?}", reasons(&mut world, &id));
    assert_eq!(left(&world), ["AWS::EC2::SecurityGroup"]);
    assert!(events(&mut world, &id).contains(&"Group DELETE_SKIPPED".to_owned()));
}

/// What is deleted cannot be retained (rebuy-de/aws-nuke#270); the rest can, once a delete has failed.
#[test]
fn only_what_is_there_can_be_retained() {
    let (mut world, id) = made(&subnet());
    let vpc = resource(&mut world, "net", "Vpc").at("PhysicalResourceId").to_owned();
    let group = Params::new().set("GroupName", "mine").set("GroupDescription", "d").set("VpcId", vpc);
    ec2(&mut world, "CreateSecurityGroup", group);
    cloudformation(&mut world, "DeleteStack", about("net")).expect("it is accepted");
    settle(&mut world, 3000);
    assert_eq!(status(&mut world, "net"), "DELETE_FAILED");
    let retaining = |name: &str| about("net").set("RetainResources.member.1", name);
    let refused = cloudformation(&mut world, "DeleteStack", retaining("Subnet")).expect_err("it is gone");
    assert_eq!(
        (refused.code.as_str(), refused.message.as_str()),
        (
            "ValidationError",
            "The specified resources to retain must be in a valid state. Do not specify resources that are in the \
             DELETE_COMPLETE state."
        )
    );
    cloudformation(&mut world, "DeleteStack", retaining("Vpc")).expect("it is accepted");
    settle(&mut world, 60);
    assert_eq!(status(&mut world, &id), "DELETE_COMPLETE");
    assert_eq!(left(&world), ["AWS::EC2::VPC", "AWS::EC2::SecurityGroup"]);
}
