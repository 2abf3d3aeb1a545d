use std::time::Duration;

use serde_json::{Value, json};

use super::*;

#[test]
fn a_stack_lives_and_dies() {
    let mut world = world();
    let id = create(&mut world, "web", &handle()).expect("it is accepted");
    assert!(id.starts_with("arn:aws:cloudformation:us-west-2:123456789012:stack/web/"));
    assert_eq!(status(&mut world, "web"), "CREATE_IN_PROGRESS");
    settle(&mut world, 60);
    assert_eq!(status(&mut world, "web"), "CREATE_COMPLETE");
    assert_eq!(
        events(&mut world, "web"),
        [
            "web CREATE_IN_PROGRESS",
            "Handle CREATE_IN_PROGRESS",
            "Handle CREATE_IN_PROGRESS",
            "Handle CREATE_COMPLETE",
            "web CREATE_COMPLETE",
        ]
    );
    assert_eq!(resource(&mut world, "web", "Handle").at("ResourceStatus"), "CREATE_COMPLETE");
    cloudformation(&mut world, "DeleteStack", about("web")).expect("it is accepted");
    assert_eq!(status(&mut world, "web"), "DELETE_IN_PROGRESS");
    settle(&mut world, 60);
    let error = cloudformation(&mut world, "DescribeStacks", about("web")).expect_err("it is gone");
    assert_eq!(
        (error.code.as_str(), error.message.as_str()),
        ("ValidationError", "Stack with id web does not exist")
    );
    assert_eq!(status(&mut world, &id), "DELETE_COMPLETE");
    assert!(world.ledger().left().is_empty());
    settle(&mut world, 91 * 24 * 3600);
    assert!(cloudformation(&mut world, "DescribeStacks", about(&id)).is_err());
}

#[test]
fn refusals() {
    let mut world = world();
    let id = create(&mut world, "web", &handle()).expect("it is accepted");
    let role =
        json!({ "Resources": { "A": { "Type": "AWS::IAM::Role", "Properties": { "RoleName": "x" } } } });
    let busy = format!("Stack:{id} is in CREATE_IN_PROGRESS state and can not be updated.");
    let table = [
        (
            "CreateStack",
            with(about("web"), &handle()),
            "AlreadyExistsException",
            "Stack [web] already exists",
        ),
        ("UpdateStack", with(about("no"), &handle()), "ValidationError", "Stack [no] does not exist"),
        ("UpdateStack", with(about("web"), &handle()), "ValidationError", busy.as_str()),
        (
            "CreateStack",
            about("iam").set("TemplateBody", role.to_string()).set("Capabilities.member.1", "CAPABILITY_IAM"),
            "InsufficientCapabilitiesException",
            "Requires capabilities : [CAPABILITY_NAMED_IAM]",
        ),
        (
            "CreateStack",
            with(about("1web"), &handle()),
            "ValidationError",
            "1 validation error detected: Value '1web' at 'stackName' failed to satisfy constraint: Member must \
             satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*",
        ),
        (
            "CreateStack",
            about("x").set("TemplateBody", handle().to_string()).set("OnFailure", "PANIC"),
            "ValidationError",
            "1 validation error detected: Value 'PANIC' at 'onFailure' failed to satisfy constraint: Member must \
             satisfy enum value set: [DO_NOTHING, ROLLBACK, DELETE]",
        ),
        (
            "DescribeStackResource",
            about("web").set("LogicalResourceId", "Nobody"),
            "ValidationError",
            "Resource Nobody does not exist for stack web",
        ),
        ("DeleteStack", about("web").set("DeletionMode", "FORCE_DELETE_STACK"), "ValidationError", ""),
        ("RollbackStack", about("web"), "ValidationError", ""),
        ("DescribeStackResources", Params::new(), "ValidationError", ""),
    ];
    for (operation, params, code, message) in table {
        let error = cloudformation(&mut world, operation, params).expect_err("it is refused");
        assert_eq!(error.code, code, "{operation}: {error}");
        assert!(message.is_empty() || error.message == message, "{operation}: {error}");
    }
    settle(&mut world, 60);
    let error =
        cloudformation(&mut world, "UpdateStack", with(about("web"), &handle())).expect_err("no change");
    assert_eq!(error.message, "No updates are to be performed.");
    let mut long = handle();
    long["Description"] = Value::from("x".repeat(51_200));
    assert!(create(&mut world, "long", &long).expect_err("it is too long").message.contains("51200"));
    let tags = (1..=51).fold(with(about("tags"), &handle()), |params, index| {
        params
            .set(format!("Tags.member.{index}.Key"), format!("k{index}"))
            .set(format!("Tags.member.{index}.Value"), "v")
    });
    assert!(cloudformation(&mut world, "CreateStack", tags).is_err());
    cloudformation(&mut world, "DeleteStack", about("nobody")).expect("deleting nothing succeeds");
}

#[test]
fn a_token_is_taken_once_for_a_name() {
    let mut world = world();
    let request = with(about("web"), &handle()).set("ClientRequestToken", "T-1");
    cloudformation(&mut world, "CreateStack", request.clone()).expect("it is accepted");
    settle(&mut world, 60);
    cloudformation(&mut world, "DeleteStack", about("web")).expect("it is accepted");
    settle(&mut world, 60);
    let error = cloudformation(&mut world, "CreateStack", request).expect_err("the token is used");
    assert_eq!(error.code, "TokenAlreadyExistsException");
    assert_eq!(
        error.message,
        "The client request token T-1 has already been used for this stack. Retry the request with a different \
         client request token"
    );
    create(&mut world, "web", &handle()).expect("without it the name is free");
}

#[test]
fn protection_parameters_outputs_and_exports() {
    let mut world = world();
    let template = json!({
        "Parameters": {
            "Name": { "Type": "String", "AllowedValues": ["a", "b"] },
            "Secret": { "Type": "String", "NoEcho": true, "Default": "s" },
        },
        "Resources": { "Handle": { "Type": "AWS::CloudFormation::WaitConditionHandle" } },
        "Outputs": {
            "Greeting": { "Value": { "Fn::Sub": "${AWS::StackName}-${Name}" }, "Export": { "Name": "greeting" } },
        },
    });
    let error = create(&mut world, "one", &template).expect_err("a value is missing");
    assert_eq!(error.message, "Parameters: [Name] must have values");
    let request = with(about("one"), &template)
        .set("Parameters.member.1.ParameterKey", "Name")
        .set("Parameters.member.1.ParameterValue", "a")
        .set("EnableTerminationProtection", "true");
    cloudformation(&mut world, "CreateStack", request).expect("it is accepted");
    settle(&mut world, 60);
    let stack = describe(&mut world, "one");
    assert_eq!(stack.at("Outputs/member/OutputValue"), "one-a");
    let exports = cloudformation(&mut world, "ListExports", Params::new()).expect("it lists");
    assert_eq!(exports.at("Exports/member/Value"), "one-a");
    let shown: Vec<&str> =
        stack.all("Parameters/member/ParameterValue").into_iter().map(|value| value.value()).collect();
    assert_eq!(shown, ["a", "****"]);
    let error = cloudformation(&mut world, "DeleteStack", about("one")).expect_err("it is protected");
    assert!(error.message.ends_with("cannot be deleted while TerminationProtection is enabled"));

    let second = with(about("two"), &template)
        .set("Parameters.member.1.ParameterKey", "Name")
        .set("Parameters.member.1.ParameterValue", "b");
    cloudformation(&mut world, "CreateStack", second).expect("it is accepted");
    settle(&mut world, 60);
    assert_eq!(status(&mut world, "two"), "ROLLBACK_COMPLETE");
    let reason = reasons(&mut world, "two");
    assert!(
        reason
            .iter()
            .any(|reason| reason.contains("Export with name greeting is already exported by stack one"))
    );
    let error = create(&mut world, "two", &handle()).expect_err("the name is taken");
    assert_eq!(error.code, "AlreadyExistsException");

    let update = about("one")
        .set("UsePreviousTemplate", "true")
        .set("Parameters.member.1.ParameterKey", "Name")
        .set("Parameters.member.1.ParameterValue", "b");
    cloudformation(&mut world, "UpdateStack", update).expect("an output changes");
    settle(&mut world, 60);
    assert_eq!(status(&mut world, "one"), "UPDATE_COMPLETE");
    assert_eq!(describe(&mut world, "one").at("Outputs/member/OutputValue"), "one-b");
    let unlock = about("one").set("EnableTerminationProtection", "false");
    cloudformation(&mut world, "UpdateTerminationProtection", unlock).expect("it is accepted");
    cloudformation(&mut world, "DeleteStack", about("one")).expect("it is no longer protected");
}

#[test]
fn wait_conditions_take_signals_and_time_out() {
    let mut world = world();
    let template = json!({ "Resources": {
        "Handle": { "Type": "AWS::CloudFormation::WaitConditionHandle" },
        "Wait": {
            "Type": "AWS::CloudFormation::WaitCondition",
            "Properties": { "Handle": { "Ref": "Handle" }, "Timeout": "300", "Count": 1 },
        },
    } });
    create(&mut world, "signalled", &template).expect("it is accepted");
    create(&mut world, "forgotten", &template).expect("it is accepted");
    settle(&mut world, 60);
    assert_eq!(status(&mut world, "signalled"), "CREATE_IN_PROGRESS");
    let signal =
        about("signalled").set("LogicalResourceId", "Wait").set("UniqueId", "one").set("Status", "SUCCESS");
    cloudformation(&mut world, "SignalResource", signal).expect("it is accepted");
    settle(&mut world, 30);
    assert_eq!(status(&mut world, "signalled"), "CREATE_COMPLETE");
    settle(&mut world, 400);
    assert_eq!(status(&mut world, "forgotten"), "ROLLBACK_COMPLETE");
    let reasons = reasons(&mut world, "forgotten");
    assert!(
        reasons.iter().any(|reason| reason.contains("Received 0 conditions when expecting 1")),
        "{reasons:?}"
    );
}

#[test]
fn a_creation_has_a_time_limit_and_on_failure_deletes() {
    let mut world = world();
    let template = json!({ "Resources": {
        "Handle": { "Type": "AWS::CloudFormation::WaitConditionHandle" },
        "Wait": {
            "Type": "AWS::CloudFormation::WaitCondition",
            "Properties": { "Handle": { "Ref": "Handle" }, "Timeout": "3000" },
        },
    } });
    let request = with(about("slow"), &template).set("TimeoutInMinutes", "2").set("OnFailure", "DELETE");
    let answer = cloudformation(&mut world, "CreateStack", request).expect("it is accepted");
    settle(&mut world, 110);
    assert_eq!(status(&mut world, "slow"), "CREATE_IN_PROGRESS");
    settle(&mut world, 60);
    assert_eq!(status(&mut world, answer.at("StackId")), "DELETE_COMPLETE");
}

#[test]
fn templates_are_summed_up() {
    let mut world = world();
    let mut template = handle();
    template["Metadata"] = json!({ "spec": { "name": "web" } });
    template["Parameters"] = json!({ "Size": { "Type": "Number", "Default": 3 } });
    create(&mut world, "web", &template).expect("it is accepted");
    let body = cloudformation(&mut world, "GetTemplate", about("web")).expect("it is there");
    assert_eq!(body.at("TemplateBody"), template.to_string());
    let summary = cloudformation(&mut world, "GetTemplateSummary", about("web")).expect("it is there");
    assert_eq!(summary.at("Metadata"), r#"{"spec":{"name":"web"}}"#);
    assert_eq!(summary.at("Parameters/member/DefaultValue"), "3");
    let valid = Params::new().set("TemplateBody", template.to_string());
    let valid = cloudformation(&mut world, "ValidateTemplate", valid).expect("it is valid");
    assert_eq!(valid.at("Parameters/member/DefaultValue"), "3");
    // The model has one character at least.
    assert!(valid.all("Parameters/member/Description").is_empty());
    let bad = Params::new().set("TemplateBody", "{}");
    assert!(cloudformation(&mut world, "ValidateTemplate", bad).is_err());
}

#[test]
fn the_language_extensions_are_asked_for_and_allowed() {
    let mut world = world();
    let mut template = handle();
    template["Mappings"] = json!({ "Sizes": { "small": { "cpu": "2" } } });
    template["Outputs"]["Cpu"]["Value"] =
        json!({ "Fn::FindInMap": ["Sizes", "big", "cpu", { "DefaultValue": "1" }] });
    template["Transform"] = json!("AWS::LanguageExtensions");
    let error = create(&mut world, "web", &template).expect_err("it needs another capability");
    assert_eq!(error.message, "Requires capabilities : [CAPABILITY_AUTO_EXPAND]");
    let request = with(about("web"), &template).set("Capabilities.member.2", "CAPABILITY_AUTO_EXPAND");
    cloudformation(&mut world, "CreateStack", request).expect("it is accepted");
    settle(&mut world, 60);
    assert_eq!(describe(&mut world, "web").at("Outputs/member/OutputValue"), "1");
    let summary = cloudformation(&mut world, "GetTemplateSummary", about("web")).expect("it is there");
    assert_eq!(summary.at("DeclaredTransforms/member"), "AWS::LanguageExtensions");
    template["Transform"] = json!(["AWS::LanguageExtensions", "Mine"]);
    let error = create(&mut world, "other", &template).expect_err("it is unknown");
    assert_eq!(error.message, "No transform named Mine found.");
}

#[test]
fn lists_come_in_pages_and_quotas_hold() {
    let mut world = World::new(Settings {
        quotas: crate::quota::Quotas { stacks: 120, ..Default::default() },
        ..Settings::default()
    });
    for number in 0..120 {
        create(&mut world, &format!("s{number}"), &handle()).expect("it is accepted");
        let soon = world.now() + Duration::from_millis(100);
        world.settle(soon);
    }
    let error = create(&mut world, "toomany", &handle()).expect_err("the quota is reached");
    assert_eq!(error.code, "LimitExceededException");
    let first = cloudformation(&mut world, "ListStacks", Params::new()).expect("it lists");
    assert_eq!(first.all("StackSummaries/member").len(), 100);
    assert_eq!(first.at("StackSummaries/member/StackName"), "s119");
    let more = Params::new().set("NextToken", first.at("NextToken"));
    let second = cloudformation(&mut world, "ListStacks", more).expect("it lists");
    assert_eq!(second.all("StackSummaries/member").len(), 20);
    assert!(second.at("NextToken").is_empty());
}
