//! Auto Scaling groups in stacks, such as those of eksctl's self-managed nodes (facts/eksctl.md §2.7).

use super::*;

fn template(desired: u32) -> Value {
    json!({ "Resources": {
        "Vpc": { "Type": "AWS::EC2::VPC", "Properties": { "CidrBlock": "10.0.0.0/16" } },
        "Subnet": { "Type": "AWS::EC2::Subnet", "Properties": {
            "VpcId": { "Ref": "Vpc" }, "CidrBlock": "10.0.0.0/24",
        }},
        "Template": { "Type": "AWS::EC2::LaunchTemplate", "Properties": {
            "LaunchTemplateName": { "Ref": "AWS::StackName" },
            "LaunchTemplateData": { "ImageId": "ami-0a1b2c3d4e5f60718", "InstanceType": "m5.large" },
        }},
        "Nodes": { "Type": "AWS::AutoScaling::AutoScalingGroup",
            "UpdatePolicy": { "AutoScalingRollingUpdate": {} },
            "Properties": {
                "DesiredCapacity": desired.to_string(),
                "LaunchTemplate": {
                    "LaunchTemplateName": { "Ref": "AWS::StackName" },
                    "Version": { "Fn::GetAtt": ["Template", "LatestVersionNumber"] },
                },
                "MaxSize": "3",
                "MinSize": "1",
                "Tags": [{ "Key": "Name", "Value": "node", "PropagateAtLaunch": "true" }],
                "VPCZoneIdentifier": [{ "Ref": "Subnet" }],
            },
        },
    }})
}

fn group(world: &mut World) -> Xml {
    let answer = call(world, Service::AutoScaling, "DescribeAutoScalingGroups", Params::new());
    answer.expect("listed").all("AutoScalingGroups/member").first().map(|it| (*it).clone()).expect("one")
}

fn running(world: &mut World) -> usize {
    let filter = Params::new().set("Filter.1.Name", "instance-state-name").set("Filter.1.Value.1", "running");
    let filter = filter.set("Filter.2.Name", "tag:Name").set("Filter.2.Value.1", "node");
    ec2(world, "DescribeInstances", filter).all("reservationSet/item/instancesSet/item").len()
}

#[test]
fn its_instances_come_with_it_follow_its_size_and_go_before_it() {
    let mut world = world();
    let id = create(&mut world, "own", &template(2)).expect("it is accepted");
    settle(&mut world, 120);
    assert_eq!(status(&mut world, "own"), "CREATE_COMPLETE", "{:?}", reasons(&mut world, "own"));
    let shown = group(&mut world);
    assert_eq!((shown.at("DesiredCapacity"), shown.at("LaunchTemplate/LaunchTemplateName")), ("2", "own"));
    assert_eq!((shown.all("Instances/member").len(), running(&mut world)), (2, 2));

    cloudformation(&mut world, "UpdateStack", with(about("own"), &template(1))).expect("it is accepted");
    settle(&mut world, 300);
    assert_eq!(status(&mut world, "own"), "UPDATE_COMPLETE", "{:?}", reasons(&mut world, "own"));
    assert_eq!(running(&mut world), 1);
    let name = resource(&mut world, "own", "Nodes").at("PhysicalResourceId").to_owned();
    let named = Params::new().set("AutoScalingGroupName", &name);
    let three = named.clone().set("DesiredCapacity", "3");
    call(&mut world, Service::AutoScaling, "SetDesiredCapacity", three).expect("it is within bounds");
    settle(&mut world, 120);
    assert_eq!(running(&mut world), 3);
    let refused =
        call(&mut world, Service::AutoScaling, "DeleteAutoScalingGroup", named).expect_err("in use");
    assert_eq!(refused.code, "ResourceInUse");

    cloudformation(&mut world, "DeleteStack", about("own")).expect("it is accepted");
    settle(&mut world, 400);
    assert_eq!(status(&mut world, &id), "DELETE_COMPLETE", "{:?}", reasons(&mut world, &id));
    assert!(left(&world).is_empty(), "{:?}", left(&world));
}
