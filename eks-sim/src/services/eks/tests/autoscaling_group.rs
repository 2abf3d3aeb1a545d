//! The Auto Scaling group of a node group, from both sides.

use serde_json::{Value, json};

use super::setting::Setting;
use crate::settings::{Settings, Trouble};
use crate::wire::Xml;

const GROUP: fn() -> Value = || json!({"clusterName": "c", "nodegroupName": "n"});

/// A cluster with a group, and the name of the group's Auto Scaling group.
fn scene() -> (Setting, String) {
    let mut setting = Setting::new();
    setting.cluster(json!({}));
    let request = setting.nodegroup_request(json!({}));
    let made = setting.ok("CreateNodegroup", request);
    assert!(made["nodegroup"]["resources"].is_null(), "not before there is one");
    setting.pass(300);
    let name = group(&mut setting)["resources"]["autoScalingGroups"][0]["name"].as_str().unwrap().to_owned();
    (setting, name)
}

fn group(setting: &mut Setting) -> Value {
    setting.ok("DescribeNodegroup", GROUP())["nodegroup"].clone()
}

fn described(setting: &mut Setting, name: &str) -> Xml {
    setting.autoscaling("DescribeAutoScalingGroups", &[("AutoScalingGroupNames.member.1", name)]).unwrap()
}

/// The ids of the instances in a state.
fn instances(setting: &mut Setting, name: &str, state: &str) -> Vec<String> {
    let answer = described(setting, name);
    let all = answer.all("AutoScalingGroups/member/Instances/member");
    let found = all.into_iter().filter(|it| it.at("LifecycleState") == state);
    found.map(|it| it.at("InstanceId").to_owned()).collect()
}

#[test]
fn it_lives_as_long_as_the_node_group() {
    let (mut setting, name) = scene();
    assert_eq!(instances(&mut setting, &name, "InService").len(), 2);
    let answer = described(&mut setting, &name);
    let at = |path: &str| answer.at(&format!("AutoScalingGroups/member/{path}")).to_owned();
    assert_eq!([at("MinSize"), at("DesiredCapacity"), at("MaxSize")], ["1", "2", "4"]);
    assert_eq!(at("VPCZoneIdentifier"), setting.private.join(","));
    setting.ok("DeleteNodegroup", GROUP());
    setting.pass(120);
    assert_eq!(described(&mut setting, &name).at("AutoScalingGroups/member/Status"), "Delete in progress");
    setting.pass(1000);
    assert!(described(&mut setting, &name).all("AutoScalingGroups/member").is_empty());
    assert!(setting.left("AWS::AutoScaling").is_empty());
}

#[test]
fn an_autoscaler_changes_its_size() {
    let (mut setting, name) = scene();
    let named = ("AutoScalingGroupName", name.as_str());
    setting.autoscaling("SetDesiredCapacity", &[named, ("DesiredCapacity", "4")]).unwrap();
    assert_eq!(instances(&mut setting, &name, "Pending").len(), 2);
    setting.pass(300);
    assert_eq!(instances(&mut setting, &name, "InService").len(), 4);
    assert_eq!(group(&mut setting)["scalingConfig"]["desiredSize"], 4);
    for size in ["5", "0"] {
        let refused = setting.autoscaling("SetDesiredCapacity", &[named, ("DesiredCapacity", size)]);
        assert_eq!(refused.unwrap_err().code, "ValidationError");
    }

    let leaving = instances(&mut setting, &name, "InService")[0].clone();
    let fewer = [("InstanceId", leaving.as_str()), ("ShouldDecrementDesiredCapacity", "true")];
    let answer = setting.autoscaling("TerminateInstanceInAutoScalingGroup", &fewer).unwrap();
    assert_eq!(answer.at("Activity/Description"), format!("Terminating EC2 instance: {leaving}"));
    assert_eq!(instances(&mut setting, &name, "Terminating"), [leaving]);
    assert_eq!(group(&mut setting)["scalingConfig"]["desiredSize"], 3);

    // Without the decrement another takes its place.
    let leaving = instances(&mut setting, &name, "InService")[0].clone();
    let same = [("InstanceId", leaving.as_str()), ("ShouldDecrementDesiredCapacity", "false")];
    setting.autoscaling("TerminateInstanceInAutoScalingGroup", &same).unwrap();
    setting.pass(300);
    assert_eq!(instances(&mut setting, &name, "InService").len(), 3);

    setting.autoscaling("UpdateAutoScalingGroup", &[named, ("MaxSize", "2")]).unwrap();
    assert_eq!(group(&mut setting)["scalingConfig"], json!({"minSize": 1, "maxSize": 2, "desiredSize": 2}));
    setting.autoscaling("UpdateAutoScalingGroup", &[named, ("MinSize", "2")]).unwrap();
    let last = instances(&mut setting, &name, "InService")[0].clone();
    let fewer = [("InstanceId", last.as_str()), ("ShouldDecrementDesiredCapacity", "true")];
    let refused = setting.autoscaling("TerminateInstanceInAutoScalingGroup", &fewer).unwrap_err();
    assert!(refused.message.contains("desiredSize equals minSize (2)"), "{refused}");
    let refused = setting.autoscaling("UpdateAutoScalingGroup", &[named, ("MinSize", "3")]).unwrap_err();
    assert!(refused.message.starts_with("Max bound, 2,"), "{refused}");
}

#[test]
fn its_tags_go_to_instances_that_come_later() {
    let (mut setting, name) = scene();
    let tag = [
        ("Tags.member.1.ResourceId", name.as_str()),
        ("Tags.member.1.ResourceType", "auto-scaling-group"),
        ("Tags.member.1.Key", "team"),
        ("Tags.member.1.Value", "blue"),
        ("Tags.member.1.PropagateAtLaunch", "true"),
    ];
    setting.autoscaling("CreateOrUpdateTags", &tag).unwrap();
    let tagged = |setting: &mut Setting| {
        let filter = [("Filter.1.Name", "tag:team"), ("Filter.1.Value.1", "blue")];
        setting.ec2("DescribeInstances", &filter).all("reservationSet/item/instancesSet/item").len()
    };
    assert_eq!(tagged(&mut setting), 0);
    let more = [("AutoScalingGroupName", name.as_str()), ("DesiredCapacity", "3")];
    setting.autoscaling("SetDesiredCapacity", &more).unwrap();
    assert_eq!(tagged(&mut setting), 1);
    setting.autoscaling("DeleteTags", &tag).unwrap();
    let of = [("Filters.member.1.Name", "key"), ("Filters.member.1.Values.member.1", "team")];
    assert!(setting.autoscaling("DescribeTags", &of).unwrap().all("Tags/member").is_empty());
}

#[test]
fn a_launch_that_ec2_refuses_is_an_activity() {
    let trouble = Trouble { no_capacity: vec!["t3.medium".to_owned()], ..Trouble::default() };
    let mut setting = Setting::with(Settings { trouble, ..Settings::default() });
    setting.cluster(json!({}));
    let request = setting.nodegroup_request(json!({}));
    setting.ok("CreateNodegroup", request);
    setting.pass(1000);
    assert_eq!(group(&mut setting)["status"], "CREATE_FAILED");
    let activities = setting.autoscaling("DescribeScalingActivities", &[]).unwrap();
    assert_eq!(activities.at("Activities/member/StatusCode"), "Failed");
    assert!(activities.at("Activities/member/StatusMessage").contains("do not have sufficient t3.medium"));
}

#[test]
fn without_it_the_node_group_is_degraded_and_can_be_deleted() {
    let (mut setting, name) = scene();
    let named = ("AutoScalingGroupName", name.as_str());
    let held = setting.autoscaling("DeleteAutoScalingGroup", &[named]).unwrap_err();
    assert_eq!(held.code, "ResourceInUse");
    setting.autoscaling("DeleteAutoScalingGroup", &[named, ("ForceDelete", "true")]).unwrap();
    let shown = group(&mut setting);
    assert_eq!(shown["status"], "DEGRADED");
    assert_eq!(shown["health"]["issues"][0]["code"], "AutoScalingGroupNotFound");
    setting.ok("DeleteNodegroup", GROUP());
    setting.pass(1000);
    assert!(setting.left("AWS::AutoScaling").is_empty() && setting.left("AWS::EC2::Instance").is_empty());
    assert!(setting.refused("DescribeNodegroup", GROUP()).starts_with("ResourceNotFoundException"));
}

/// What went before goes once: a group that is deleted terminates what it still has.
#[test]
fn an_instance_is_terminated_once() {
    let (mut setting, name) = scene();
    let leaving = instances(&mut setting, &name, "InService")[0].clone();
    let fewer = [("InstanceId", leaving.as_str()), ("ShouldDecrementDesiredCapacity", "true")];
    setting.autoscaling("TerminateInstanceInAutoScalingGroup", &fewer).unwrap();
    setting.ok("DeleteNodegroup", GROUP());
    setting.pass(120);
    let activities = setting.autoscaling("DescribeScalingActivities", &[]).unwrap();
    let told = activities.all("Activities/member/Description").into_iter().map(|it| it.value().to_owned());
    let mut terminated: Vec<String> = told.filter(|text| text.starts_with("Terminating")).collect();
    assert_eq!(terminated.len(), 2, "{terminated:?}");
    terminated.dedup();
    assert_eq!(terminated.len(), 2, "two instances, each once");
}
