use super::super::view;
use super::{Account, REGION};

fn run(account: &mut Account, more: &[(&str, &str)]) -> Result<Vec<String>, crate::wire::AwsError> {
    let mut sent = vec![
        ("MinCount", "1"),
        ("MaxCount", "1"),
        ("ImageId", "ami-0123456789abcdef0"),
        ("InstanceType", "m5.large"),
    ];
    sent.extend(more);
    let answer = account.call("RunInstances", &sent)?;
    Ok(answer.all("instancesSet/item/instanceId").iter().map(|id| id.value().to_owned()).collect())
}

fn state(account: &mut Account, id: &str) -> String {
    let path = "reservationSet/item/instancesSet/item/instanceState/name";
    account.get("DescribeInstances", &[("InstanceId.1", id)], path)
}

#[test]
fn an_instance_lives_and_dies() {
    let mut account = Account::new();
    let vpc = account.vpc();
    let subnet = account.subnet(&vpc, "10.0.0.0/24");
    let ids = run(&mut account, &[("SubnetId", &subnet), ("MaxCount", "2")]).unwrap();
    assert_eq!(ids.len(), 2);
    let id = &ids[0];
    assert_eq!(state(&mut account, id), "pending");
    account.pass(12);
    assert_eq!(state(&mut account, id), "running");
    let seen = view::instance(&mut account.world, REGION, id).unwrap();
    assert!(
        seen.private_dns_name.starts_with("ip-10-0-0-") && seen.private_dns_name.ends_with(".ec2.internal")
    );
    assert_eq!((seen.zone.as_str(), seen.zone_id.as_str(), seen.public_ip), ("us-east-1a", "use1-az1", None));
    let grouped = account.ok("DescribeInstances", &[("Filter.1.Name", "vpc-id"), ("Filter.1.Value.1", &vpc)]);
    assert_eq!(grouped.all("reservationSet/item").len(), 1);
    let answer = account.ok("TerminateInstances", &[("InstanceId.1", id), ("InstanceId.2", &ids[1])]);
    assert_eq!(answer.at("instancesSet/item/currentState/name"), "shutting-down");
    assert_eq!(answer.at("instancesSet/item/previousState/name"), "running");
    assert_eq!(account.code("DeleteSubnet", &[("SubnetId", &subnet)]), "DependencyViolation");
    account.pass(45);
    assert_eq!(state(&mut account, id), "terminated");
    account.ok("DeleteSubnet", &[("SubnetId", &subnet)]);
    account.pass(3600);
    assert_eq!(account.code("DescribeInstances", &[("InstanceId.1", id)]), "InvalidInstanceID.NotFound");
    let record = account.world.ledger().find("AWS::EC2::Instance", id).unwrap();
    assert!((record.cost(account.world.now()) - 57.0 / 3600.0 * 0.096).abs() < 1e-9);
}

#[test]
fn a_launch_template_gives_what_the_call_does_not() {
    let mut account = Account::new();
    let template = [
        ("LaunchTemplateName", "nodes"),
        ("LaunchTemplateData.ImageId", "ami-00000000000000001"),
        ("LaunchTemplateData.InstanceType", "c5.large"),
        ("LaunchTemplateData.TagSpecification.1.ResourceType", "instance"),
        ("LaunchTemplateData.TagSpecification.1.Tag.1.Key", "Name"),
        ("LaunchTemplateData.TagSpecification.1.Tag.1.Value", "node"),
    ];
    let id = account.get("CreateLaunchTemplate", &template, "launchTemplate/launchTemplateId");
    let sent = [
        ("MinCount", "1"),
        ("MaxCount", "1"),
        ("LaunchTemplate.LaunchTemplateName", "nodes"),
        ("InstanceType", "m5.large"),
    ];
    let answer = account.ok("RunInstances", &sent);
    let item = answer.all("instancesSet/item")[0];
    assert_eq!((item.at("imageId"), item.at("instanceType")), ("ami-00000000000000001", "m5.large"));
    let instance = view::instance(&mut account.world, REGION, item.at("instanceId")).unwrap();
    assert_eq!(instance.tags["Name"], "node");
    assert_eq!(instance.tags["aws:ec2launchtemplate:id"], id);
    // A default subnet maps public addresses.
    assert!(instance.public_ip.is_some());
}

#[test]
fn launches_are_refused_as_ec2_does() {
    let mut account = Account::new();
    account.world.trouble().no_capacity = vec!["c5.large".to_owned()];
    let vpc = account.vpc();
    let small = account.subnet(&vpc, "10.0.0.0/28");
    let old = account.get(
        "CreateSubnet",
        &[("VpcId", &vpc), ("CidrBlock", "10.0.1.0/24"), ("AvailabilityZone", "us-east-1e")],
        "subnet/subnetId",
    );
    for (more, code) in [
        (vec![("SubnetId", small.as_str()), ("InstanceType", "c5.large")], "InsufficientInstanceCapacity"),
        (vec![("SubnetId", old.as_str())], "Unsupported"),
        (vec![("SubnetId", small.as_str()), ("InstanceType", "z9.huge")], "InvalidParameterValue"),
        (
            vec![("SubnetId", small.as_str()), ("MinCount", "12"), ("MaxCount", "12")],
            "InsufficientFreeAddressesInSubnet",
        ),
        (vec![("SubnetId", small.as_str()), ("MinCount", "3")], "InvalidParameterCombination"),
        (vec![("ImageId", "image")], "InvalidAMIID.Malformed"),
        (vec![("SubnetId", small.as_str()), ("IamInstanceProfile.Name", "nobody")], "InvalidParameterValue"),
    ] {
        assert_eq!(run(&mut account, &more).unwrap_err().code, code, "{more:?}");
    }
    let most = run(&mut account, &[("SubnetId", &small), ("MaxCount", "20")]).unwrap();
    assert_eq!(most.len(), 11);
}
