use super::network::{network, role};
use super::*;

fn physical(world: &mut World, logical_id: &str) -> String {
    resource(world, "net", logical_id).at("PhysicalResourceId").to_owned()
}

fn made(template: &Value) -> World {
    let mut world = world();
    create(&mut world, "net", template).expect("it is accepted");
    settle(&mut world, 240);
    assert_eq!(status(&mut world, "net"), "CREATE_COMPLETE", "{:?}", reasons(&mut world, "net"));
    world
}

fn update(world: &mut World, params: Params) -> String {
    cloudformation(world, "UpdateStack", params).expect("it is accepted");
    assert_eq!(status(world, "net"), "UPDATE_IN_PROGRESS");
    settle(world, 400);
    status(world, "net")
}

#[test]
fn changes_in_place_keep_the_resources() {
    let mut world = made(&network());
    let (group, template, subnet) =
        (physical(&mut world, "Group"), physical(&mut world, "Template"), physical(&mut world, "PublicA"));
    let mut changed = network();
    changed["Resources"]["Group"]["Properties"]["SecurityGroupIngress"][0]["CidrIp"] = json!("172.16.0.0/12");
    changed["Resources"]["Template"]["Properties"]["LaunchTemplateData"]["InstanceType"] = json!("m5.large");
    changed["Resources"]["PublicA"]["Properties"]["Tags"][0]["Value"] = json!("renamed");
    changed["Resources"]["Role"]["Properties"]["ManagedPolicyArns"] =
        json!(["arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy"]);
    assert_eq!(update(&mut world, with(about("net"), &changed)), "UPDATE_COMPLETE");
    assert_eq!(
        (group.clone(), template, subnet.clone()),
        (physical(&mut world, "Group"), physical(&mut world, "Template"), physical(&mut world, "PublicA"))
    );
    let outputs = describe(&mut world, "net");
    let version =
        outputs.all("Outputs/member").into_iter().find(|one| one.at("OutputKey") == "TemplateVersion");
    assert_eq!(version.expect("it is there").at("OutputValue"), "2");
    let rules = ec2(&mut world, "DescribeSecurityGroups", Params::new().set("GroupId.1", group));
    assert_eq!(rules.at("securityGroupInfo/item/ipPermissions/item/ipRanges/item/cidrIp"), "172.16.0.0/12");
    let shown = ec2(&mut world, "DescribeSubnets", Params::new().set("SubnetId.1", subnet));
    let tags = shown.all("subnetSet/item/tagSet/item");
    assert!(tags.iter().any(|tag| tag.at("value") == "renamed"));
    let name = physical(&mut world, "Role");
    let attached = iam(&mut world, "ListAttachedRolePolicies", Params::new().set("RoleName", name));
    let attached = attached.all("AttachedPolicies/member/PolicyName");
    assert_eq!(attached.iter().map(|name| name.value()).collect::<Vec<_>>(), ["AmazonEKSWorkerNodePolicy"]);
    let touched = events(&mut world, "net").into_iter().filter(|event| event.ends_with(" UPDATE_COMPLETE"));
    let touched: Vec<String> = touched.filter(|event| !event.starts_with("net ")).collect();
    assert_eq!(touched.len(), 4, "{touched:?}");
}

#[test]
fn tags_of_the_stack_reach_its_resources() {
    let mut world = made(&network());
    let tagged = about("net")
        .set("UsePreviousTemplate", "true")
        .set("Capabilities.member.1", "CAPABILITY_IAM")
        .set("Tags.member.1.Key", "stage")
        .set("Tags.member.1.Value", "two");
    assert_eq!(update(&mut world, tagged), "UPDATE_COMPLETE");
    let vpc = physical(&mut world, "Vpc");
    let shown = ec2(&mut world, "DescribeVpcs", Params::new().set("VpcId.1", vpc));
    let tags = shown.all("vpcSet/item/tagSet/item");
    assert!(tags.iter().any(|tag| (tag.at("key"), tag.at("value")) == ("stage", "two")));
    let name = physical(&mut world, "Role");
    let tags = iam(&mut world, "ListRoleTags", Params::new().set("RoleName", name));
    assert!(tags.all("Tags/member").iter().any(|tag| tag.at("Key") == "stage"));
}

#[test]
fn replaced_and_removed_resources_go_in_the_cleanup() {
    let mut world = made(&network());
    let before = physical(&mut world, "PrivateB");
    let mut changed = network();
    changed["Resources"]["PrivateB"]["Properties"]["CidrBlock"] = json!("192.168.128.0/19");
    let resources = changed["Resources"].as_object_mut().expect("it is an object");
    resources.remove("GroupItself");
    resources.insert("More".to_owned(), role("ec2.amazonaws.com"));
    assert_eq!(update(&mut world, with(about("net"), &changed)), "UPDATE_COMPLETE");
    assert_ne!(physical(&mut world, "PrivateB"), before);
    assert!(physical(&mut world, "GroupItself").is_empty());
    assert_eq!(resource(&mut world, "net", "More").at("ResourceStatus"), "CREATE_COMPLETE");
    let order = events(&mut world, "net");
    let position = |event: &str| order.iter().rposition(|one| one == event).expect("it happened");
    assert!(position("net UPDATE_COMPLETE_CLEANUP_IN_PROGRESS") < position("PrivateB DELETE_IN_PROGRESS"));
    assert!(position("PrivateB DELETE_COMPLETE") < position("net UPDATE_COMPLETE"));
    cloudformation(&mut world, "DeleteStack", about("net")).expect("it is accepted");
    settle(&mut world, 400);
    assert!(left(&world).is_empty(), "{:?}", left(&world));
}

#[test]
fn a_replacement_is_refused_while_rollback_is_disabled() {
    let mut world = made(&network());
    let mut changed = network();
    changed["Resources"]["PrivateB"]["Properties"]["CidrBlock"] = json!("192.168.128.0/19");
    let before = physical(&mut world, "PrivateB");
    let request = with(about("net"), &changed).set("DisableRollback", "true");
    assert_eq!(update(&mut world, request), "UPDATE_FAILED");
    let reasons = reasons(&mut world, "net");
    assert!(reasons.iter().any(|reason| {
        reason.contains("Replacement type updates not supported on stack with disable-rollback")
    }));
    assert_eq!(physical(&mut world, "PrivateB"), before);
    let error =
        cloudformation(&mut world, "UpdateStack", with(about("net"), &network())).expect_err("it failed");
    assert!(error.message.ends_with("is in UPDATE_FAILED state and can not be updated."));
    cloudformation(&mut world, "RollbackStack", about("net")).expect("it is accepted");
    settle(&mut world, 120);
    assert_eq!(status(&mut world, "net"), "UPDATE_ROLLBACK_COMPLETE");
}

#[test]
fn a_failed_update_rolls_back() {
    let mut world = made(&network());
    world.settings.quotas.elastic_addresses = 1;
    let mut changed = network();
    changed["Resources"]["PublicA"]["Properties"]["Tags"][0]["Value"] = json!("renamed");
    changed["Resources"]["PrivateB"]["Properties"]["CidrBlock"] = json!("192.168.128.0/19");
    changed["Resources"]["Second"] = json!({ "Type": "AWS::EC2::EIP", "DependsOn": ["PrivateB", "PublicA"], "Properties": { "Domain": "vpc" } });
    let (before, all) = (physical(&mut world, "PrivateB"), left(&world).len());
    assert_eq!(update(&mut world, with(about("net"), &changed)), "UPDATE_ROLLBACK_COMPLETE");
    assert_eq!(physical(&mut world, "PrivateB"), before);
    assert_eq!(left(&world).len(), all, "{:?}", left(&world));
    let subnet = physical(&mut world, "PublicA");
    let shown = ec2(&mut world, "DescribeSubnets", Params::new().set("SubnetId.1", subnet));
    let tags = shown.all("subnetSet/item/tagSet/item");
    assert!(tags.iter().any(|tag| tag.at("value") == "net/0"));
    let error =
        cloudformation(&mut world, "UpdateStack", with(about("net"), &network())).expect_err("as it was");
    assert_eq!(error.message, "No updates are to be performed.");
}

#[test]
fn an_update_can_be_cancelled() {
    let mut world = made(&network());
    let mut changed = network();
    changed["Resources"]["More"] = role("ec2.amazonaws.com");
    cloudformation(&mut world, "UpdateStack", with(about("net"), &changed)).expect("it is accepted");
    settle(&mut world, 8);
    let error = cloudformation(&mut world, "DeleteStack", about("net")).expect_err("it is busy");
    assert!(error.message.ends_with("cannot be deleted while in status UPDATE_IN_PROGRESS"));
    cloudformation(&mut world, "CancelUpdateStack", about("net")).expect("it is accepted");
    settle(&mut world, 120);
    assert_eq!(status(&mut world, "net"), "UPDATE_ROLLBACK_COMPLETE");
    assert!(physical(&mut world, "More").is_empty());
    let error = cloudformation(&mut world, "CancelUpdateStack", about("net")).expect_err("nothing to cancel");
    assert_eq!(error.message, "CancelUpdateStack cannot be called from current stack status");
}
