use super::network::{network, subnet};
use super::*;

const SET: &str = "ChangeSetName";

fn set(stack: &str, name: &str) -> Params {
    about(stack).set(SET, name)
}

fn propose(world: &mut World, params: Params) -> String {
    let answer = cloudformation(world, "CreateChangeSet", params).expect("it is accepted");
    settle(world, 20);
    answer.at("Id").to_owned()
}

fn shown(world: &mut World, stack: &str, name: &str) -> Xml {
    cloudformation(world, "DescribeChangeSet", set(stack, name)).expect("it is there")
}

/// `LogicalId Action Replacement scope` of every change.
fn changes(shown: &Xml) -> Vec<String> {
    let changes = shown.all("Changes/member/ResourceChange").into_iter();
    changes
        .map(|change| {
            let scope = change.all("Scope/member").into_iter().map(Xml::value).collect::<Vec<_>>().join(",");
            let [name, action, replacement] =
                ["LogicalResourceId", "Action", "Replacement"].map(|member| change.at(member));
            format!("{name} {action} {replacement} {scope}").trim_end().to_owned()
        })
        .collect()
}

/// `attribute property source cause evaluation` of every detail of a resource.
fn details(shown: &Xml, name: &str) -> Vec<String> {
    let changes = shown.all("Changes/member/ResourceChange").into_iter();
    let of_name = changes.filter(|change| change.at("LogicalResourceId") == name);
    of_name
        .flat_map(|change| change.all("Details/member"))
        .map(|detail| {
            let members = ["Target/Attribute", "Target/Name", "ChangeSource", "CausingEntity", "Evaluation"];
            members.map(|member| detail.at(member)).join(" ")
        })
        .collect()
}

fn refusal(world: &mut World, operation: &str, params: Params) -> (String, String) {
    let error = cloudformation(world, operation, params).expect_err("it is refused");
    (error.code, error.message)
}

#[test]
fn a_stack_is_reviewed_before_it_is_made() {
    let mut world = world();
    let request = with(set("net", "first"), &subnet()).set("ChangeSetType", "CREATE");
    let answer = cloudformation(&mut world, "CreateChangeSet", request).expect("it is accepted");
    assert_eq!(status(&mut world, "net"), "REVIEW_IN_PROGRESS");
    let early = shown(&mut world, "net", "first");
    assert_eq!((early.at("Status"), early.at("ExecutionStatus")), ("CREATE_IN_PROGRESS", "UNAVAILABLE"));
    let (code, message) = refusal(&mut world, "ExecuteChangeSet", set("net", "first"));
    assert_eq!(code, "InvalidChangeSetStatus");
    assert!(
        message.ends_with("cannot be executed in its current status of [CREATE_IN_PROGRESS]"),
        "{message}"
    );
    settle(&mut world, 20);
    let told = shown(&mut world, "net", "first");
    assert_eq!((told.at("Status"), told.at("ExecutionStatus")), ("CREATE_COMPLETE", "AVAILABLE"));
    assert_eq!(changes(&told), ["Subnet Add", "Vpc Add"]);
    assert!(left(&world).is_empty());
    let by_id = Params::new().set(SET, answer.at("Id"));
    cloudformation(&mut world, "ExecuteChangeSet", by_id.clone()).expect("it is accepted");
    assert_eq!(status(&mut world, "net"), "CREATE_IN_PROGRESS");
    settle(&mut world, 200);
    let stack = describe(&mut world, "net");
    assert_eq!((stack.at("StackStatus"), stack.at("ChangeSetId")), ("CREATE_COMPLETE", answer.at("Id")));
    let done = cloudformation(&mut world, "DescribeChangeSet", by_id).expect("it is there");
    assert_eq!((done.at("Status"), done.at("ExecutionStatus")), ("CREATE_COMPLETE", "EXECUTE_COMPLETE"));
    assert_eq!(events(&mut world, "net")[0], "net REVIEW_IN_PROGRESS");
}

#[test]
fn a_review_ends_without_a_trace() {
    let mut world = world();
    let request = with(set("net", "first"), &subnet()).set("ChangeSetType", "CREATE");
    let id = propose(&mut world, request);
    let taken = create(&mut world, "net", &subnet()).expect_err("the name is taken");
    assert_eq!(taken.code, "AlreadyExistsException");
    assert_eq!(
        refusal(&mut world, "CreateChangeSet", with(set("net", "second"), &subnet())).1,
        "Stack [net] does not exist"
    );
    cloudformation(&mut world, "DeleteStack", about("net")).expect("it is accepted");
    settle(&mut world, 60);
    let (code, message) = refusal(&mut world, "DescribeChangeSet", Params::new().set(SET, &id));
    assert_eq!((code.as_str(), message), ("ChangeSetNotFound", format!("ChangeSet [{id}] does not exist")));
    create(&mut world, "net", &subnet()).expect("the name is free");
}

#[test]
fn what_changes_is_told_with_its_causes() {
    let mut world = world();
    let mut template = network();
    template["Parameters"] = json!({ "Owner": { "Type": "String", "Default": "blue" } });
    template["Resources"]["Group"]["Properties"]["Tags"] =
        json!([{ "Key": "owner", "Value": { "Ref": "Owner" } }]);
    create(&mut world, "net", &template).expect("it is accepted");
    settle(&mut world, 300);
    let resources = &mut template["Resources"];
    // In place, by a new one, gone, new; what refers to the new one may change, too.
    resources["PublicA"]["Properties"]["MapPublicIpOnLaunch"] = json!(false);
    resources["PrivateB"]["Properties"]["CidrBlock"] = json!("192.168.128.0/19");
    resources["Role"]["Properties"]["Description"] = json!("ours");
    resources.as_object_mut().expect("resources").remove("GroupItself");
    resources["Handle"] = json!({ "Type": "AWS::CloudFormation::WaitConditionHandle" });
    let request = with(set("net", "more"), &template)
        .set("Parameters.member.1.ParameterKey", "Owner")
        .set("Parameters.member.1.ParameterValue", "red");
    propose(&mut world, request);
    let told = shown(&mut world, "net", "more");
    assert_eq!(
        changes(&told),
        [
            "Group Modify False Tags",
            "GroupItself Remove",
            "Handle Add",
            "PrivateAssociationB Modify Conditional Properties",
            "PrivateB Modify True Properties",
            "PublicA Modify False Properties",
            "Role Modify False Properties",
        ]
    );
    assert_eq!(
        details(&told, "Group"),
        ["Tags  DirectModification  Dynamic", "Tags  ParameterReference Owner Static"]
    );
    assert_eq!(details(&told, "PrivateB"), ["Properties CidrBlock DirectModification  Static"]);
    assert_eq!(
        details(&told, "PrivateAssociationB"),
        ["Properties SubnetId ResourceReference PrivateB Dynamic"]
    );
    // It does what it says.
    let before = resource(&mut world, "net", "PrivateB").at("PhysicalResourceId").to_owned();
    let kept = resource(&mut world, "net", "PublicA").at("PhysicalResourceId").to_owned();
    cloudformation(&mut world, "ExecuteChangeSet", set("net", "more")).expect("it is accepted");
    settle(&mut world, 400);
    assert_eq!(status(&mut world, "net"), "UPDATE_COMPLETE", "{:?}", reasons(&mut world, "net"));
    assert_ne!(resource(&mut world, "net", "PrivateB").at("PhysicalResourceId"), before);
    assert_eq!(resource(&mut world, "net", "PublicA").at("PhysicalResourceId"), kept);
    let listed = cloudformation(&mut world, "ListChangeSets", about("net")).expect("it lists");
    assert!(listed.all("Summaries/member").is_empty());
}

#[test]
fn values_are_shown_to_who_asks_but_no_secrets() {
    let mut world = world();
    let mut template = subnet();
    template["Parameters"] = json!({ "Key": { "Type": "String", "NoEcho": true, "Default": "hush" } });
    template["Resources"]["Vpc"]["Properties"]["Tags"] = json!([{ "Key": "k", "Value": { "Ref": "Key" } }]);
    create(&mut world, "net", &template).expect("it is accepted");
    settle(&mut world, 200);
    template["Resources"]["Vpc"]["Properties"]["CidrBlock"] = json!("10.1.0.0/16");
    let request = with(set("net", "more"), &template)
        .set("Parameters.member.1.ParameterKey", "Key")
        .set("Parameters.member.1.ParameterValue", "hushhush");
    propose(&mut world, request);
    let asked = set("net", "more").set("IncludePropertyValues", "true");
    let told = cloudformation(&mut world, "DescribeChangeSet", asked).expect("it is there");
    let change = told.all("Changes/member/ResourceChange").pop().expect("the VPC").clone();
    assert_eq!(change.at("LogicalResourceId"), "Vpc");
    assert_eq!(change.at("PolicyAction"), "ReplaceAndDelete");
    let target = change.all("Details/member/Target")[0];
    assert_eq!((target.at("BeforeValue"), target.at("AfterValue")), ("10.0.0.0/16", "10.1.0.0/16"));
    assert_eq!(change.at("BeforeContext"), r#"{"Properties":{"CidrBlock":"10.0.0.0/16","Tags":"****"}}"#);
    assert!(!format!("{told:?}").contains("hush"));
    let subnet = told.all("Changes/member/ResourceChange")[0];
    let vpc = subnet.all("Details/member/Target")[0];
    assert_eq!((vpc.at("Name"), vpc.at("AfterValue")), ("VpcId", "{{changeSet:KNOWN_AFTER_APPLY}}"));
}

#[test]
fn one_without_changes_fails_and_tags_may_come_twice() {
    let mut world = world();
    create(&mut world, "web", &handle()).expect("it is accepted");
    settle(&mut world, 60);
    let same = set("web", "none").set("UsePreviousTemplate", "true");
    propose(&mut world, same);
    let told = shown(&mut world, "web", "none");
    assert_eq!((told.at("Status"), told.at("ExecutionStatus")), ("FAILED", "UNAVAILABLE"));
    assert_eq!(
        told.at("StatusReason"),
        "The submitted information didn't contain changes. Submit different information to create a change set."
    );
    let (_, message) = refusal(&mut world, "ExecuteChangeSet", set("web", "none"));
    assert!(message.ends_with("cannot be executed in its current status of [FAILED]"), "{message}");
    let mut template = handle();
    template["Resources"]["Other"] = template["Resources"]["Handle"].clone();
    let mut twice = with(set("web", "tags"), &template);
    for (index, value) in ["one", "two"].iter().enumerate() {
        twice.insert(format!("Tags.member.{}.Key", index + 1), "stage");
        twice.insert(format!("Tags.member.{}.Value", index + 1), *value);
    }
    propose(&mut world, twice);
    assert_eq!(shown(&mut world, "web", "tags").at("Tags/member/Value"), "two");
}

#[test]
fn others_go_with_the_one_that_is_executed_and_age_with_an_update() {
    let mut world = world();
    create(&mut world, "web", &handle()).expect("it is accepted");
    settle(&mut world, 60);
    let two = |name: &str| {
        let mut template = handle();
        template["Resources"][name] = template["Resources"]["Handle"].clone();
        template
    };
    propose(&mut world, with(set("web", "a"), &two("A")));
    propose(&mut world, with(set("web", "b"), &two("B")));
    // The same request again is the same change set; another one of the name is refused.
    let again = propose(&mut world, with(set("web", "a"), &two("A")));
    assert_eq!(shown(&mut world, "web", "a").at("ChangeSetId"), again);
    let (code, message) = refusal(&mut world, "CreateChangeSet", with(set("web", "a"), &two("C")));
    assert_eq!(code, "AlreadyExistsException");
    assert_eq!(message, "ChangeSet a cannot be created due to a mismatch with existing attribute Template");
    cloudformation(&mut world, "ExecuteChangeSet", set("web", "a")).expect("it is accepted");
    let (code, _) = refusal(&mut world, "DescribeChangeSet", set("web", "b"));
    assert_eq!(code, "ChangeSetNotFound");
    let (code, _) = refusal(&mut world, "DeleteChangeSet", set("web", "a"));
    assert_eq!(code, "InvalidChangeSetStatus");
    settle(&mut world, 60);
    assert_eq!(status(&mut world, "web"), "UPDATE_COMPLETE");
    // The name is free.
    propose(&mut world, with(set("web", "a"), &two("B")));
    cloudformation(&mut world, "UpdateStack", with(about("web"), &two("C"))).expect("it is accepted");
    settle(&mut world, 60);
    let (code, message) = refusal(&mut world, "ExecuteChangeSet", set("web", "a"));
    assert_eq!(code, "InvalidChangeSetStatus");
    assert!(message.ends_with("in its current execution status of [OBSOLETE]"), "{message}");
    cloudformation(&mut world, "DeleteChangeSet", set("web", "a")).expect("it is deleted");
    cloudformation(&mut world, "DeleteChangeSet", set("web", "never")).expect("nothing is to do");
}

#[test]
fn a_failed_creation_is_told_by_its_change_set_and_undone_as_wished() {
    let mut world = World::new(Settings {
        quotas: crate::quota::Quotas { elastic_addresses: 0, ..Default::default() },
        ..Settings::default()
    });
    let template = json!({ "Resources": { "Address": { "Type": "AWS::EC2::EIP" } } });
    for (wish, end) in [("ROLLBACK", "ROLLBACK_COMPLETE"), ("DO_NOTHING", "CREATE_FAILED")] {
        let name = wish.replace('_', "-");
        let request = with(set(&name, "first"), &template).set("ChangeSetType", "CREATE");
        let id = propose(&mut world, request.set("OnStackFailure", wish));
        cloudformation(&mut world, "ExecuteChangeSet", set(&name, "first")).expect("it is accepted");
        settle(&mut world, 120);
        assert_eq!(status(&mut world, &name), end);
        let told = cloudformation(&mut world, "DescribeChangeSet", Params::new().set(SET, id));
        assert_eq!(told.expect("it is there").at("ExecutionStatus"), "EXECUTE_FAILED");
    }
}
