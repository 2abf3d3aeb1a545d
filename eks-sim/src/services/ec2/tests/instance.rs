use super::Account;
use crate::wire::{AwsError, Xml};

fn run(account: &mut Account, more: &[(&str, &str)]) -> Result<Vec<String>, AwsError> {
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

fn described(account: &mut Account, id: &str) -> Xml {
    let answer = account.ok("DescribeInstances", &[("InstanceId.1", id)]);
    answer.all("reservationSet/item/instancesSet/item")[0].clone()
}

fn state(account: &mut Account, id: &str) -> String {
    described(account, id).at("instanceState/name").to_owned()
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
    let seen = described(&mut account, id);
    let name = seen.at("privateDnsName");
    assert!(name.starts_with("ip-10-0-0-") && name.ends_with(".ec2.internal"), "{name}");
    assert_eq!(seen.at("placement/availabilityZone"), "us-east-1a");
    assert_eq!(seen.at("placement/availabilityZoneId"), "use1-az1");
    assert!(seen.all("ipAddress").is_empty());
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
    let instance = described(&mut account, item.at("instanceId"));
    let tag = |key: &str| {
        let tags = instance.all("tagSet/item");
        tags.iter().find(|tag| tag.at("key") == key).map(|tag| tag.at("value").to_owned())
    };
    assert_eq!(tag("Name").as_deref(), Some("node"));
    assert_eq!(tag("aws:ec2launchtemplate:id"), Some(id));
    // A default subnet maps public addresses.
    assert!(!instance.at("ipAddress").is_empty());
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
