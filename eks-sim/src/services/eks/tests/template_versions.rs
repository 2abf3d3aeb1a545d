//! Another version of a launch template, and the nodes that come of it.

use serde_json::{Value, json};

use super::setting::Setting;

const GROUP: fn() -> Value = || json!({"clusterName": "c", "nodegroupName": "n"});

/// A group of a launch template that has a second version.
fn setting() -> (Setting, String) {
    let mut setting = Setting::new();
    setting.cluster(json!({}));
    let size = "LaunchTemplateData.BlockDeviceMapping.1.Ebs.VolumeSize";
    let device = ("LaunchTemplateData.BlockDeviceMapping.1.DeviceName", "/dev/xvda");
    let made = setting.ec2("CreateLaunchTemplate", &[("LaunchTemplateName", "nodes"), device, (size, "80")]);
    let id = made.at("launchTemplate/launchTemplateId").to_owned();
    let template = json!({"launchTemplate": {"id": id, "version": "1"}});
    let request = setting.nodegroup_request(template);
    setting.ok("CreateNodegroup", request);
    setting.pass(300);
    setting.ec2("CreateLaunchTemplateVersion", &[("LaunchTemplateId", &id), device, (size, "120")]);
    (setting, id)
}

/// The versions of the launch template that the nodes come of.
fn sources(setting: &mut Setting) -> Vec<String> {
    let cluster = setting.world.region("us-east-1").eks.cluster("c").expect("there");
    let label = "eks.amazonaws.com/sourceLaunchTemplateVersion";
    cluster.nodes().map(|node| node.labels[label].clone()).collect()
}

fn shown(setting: &mut Setting) -> Value {
    setting.ok("DescribeNodegroup", GROUP())["nodegroup"]["launchTemplate"]["version"].clone()
}

#[test]
fn its_nodes_are_replaced_and_it_reads_as_before_until_they_are() {
    let (mut setting, id) = setting();
    let mut request = GROUP();
    request["launchTemplate"] = json!({"id": id, "version": "2"});
    let update = setting.ok("UpdateNodegroupVersion", request)["update"].clone();
    let params = update["params"].as_array().expect("a list").clone();
    let version = params.iter().find(|it| it["type"] == "LaunchTemplateVersion").expect("it says so");
    assert_eq!((&update["type"], &version["value"]), (&json!("VersionUpdate"), &json!("2")));
    setting.pass(60);
    assert_eq!(
        (setting.status("DescribeNodegroup", GROUP()).as_str(), shown(&mut setting)),
        ("UPDATING", json!("1"))
    );
    setting.pass(3600);
    assert_eq!(
        (setting.status("DescribeNodegroup", GROUP()).as_str(), shown(&mut setting)),
        ("ACTIVE", json!("2"))
    );
    assert_eq!(sources(&mut setting), ["2", "2"]);
    assert_eq!(setting.left("AWS::EC2::Instance").len(), 2);
}

/// Of an update that cannot go on the new nodes go, also where version and release are those of the old ones.
#[test]
fn where_new_nodes_cannot_join_the_old_ones_stay() {
    let (mut setting, id) = setting();
    setting.world.trouble().nodes_never_join = true;
    let mut request = GROUP();
    request["launchTemplate"] = json!({"id": id, "version": "2"});
    let update = setting.ok("UpdateNodegroupVersion", request)["update"]["id"].clone();
    setting.pass(7200);
    let described = json!({"name": "c", "updateId": update, "nodegroupName": "n"});
    let described = setting.ok("DescribeUpdate", described)["update"].clone();
    assert_eq!(
        (&described["status"], &described["errors"][0]["errorCode"]),
        (&json!("Failed"), &json!("NodeCreationFailure"))
    );
    assert_eq!((sources(&mut setting), shown(&mut setting)), (vec!["1".to_owned(); 2], json!("1")));
}
