//! When keys are known, and who may switch them on.

use std::time::Duration;

use serde_json::{Value, json};

use crate::settings::{Settings, Trouble};
use crate::wire::{Answer, AwsError, Params, Service};
use crate::world::World;

fn ask(world: &mut World, operation: &str, input: Value) -> Result<Value, AwsError> {
    world.call_internal("test", Service::CostExplorer, "us-east-1", operation, input).map(Answer::json)
}

fn tag(world: &mut World, key: &str) {
    let vpc = Params::new().set("CidrBlock", "10.0.0.0/16");
    let vpc = vpc.set("TagSpecification.1.ResourceType", "vpc").set("TagSpecification.1.Tag.1.Key", key);
    world.call_internal("test", Service::Ec2, "us-west-2", "CreateVpc", vpc).expect("a VPC");
}

fn keys(world: &mut World, input: Value) -> Vec<(String, String)> {
    let answer = ask(world, "ListCostAllocationTags", input).expect("a list");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let keys = answer["CostAllocationTags"].as_array().cloned().unwrap_or_default();
    keys.iter().map(|key| (text(&key["TagKey"]), text(&key["Status"]))).collect()
}

fn set(key: &str, status: &str) -> Value {
    json!({ "CostAllocationTagsStatus": [{ "TagKey": key, "Status": status }] })
}

#[test]
fn a_key_is_known_hours_after_its_first_use() {
    let mut world = World::new(Settings::default());
    tag(&mut world, "team");
    assert!(keys(&mut world, json!({})).is_empty());
    let refused = ask(&mut world, "UpdateCostAllocationTagsStatus", set("team", "Active")).expect("answered");
    assert_eq!(refused["Errors"][0]["Code"], "TagKeysNotFoundException");
    world.settle(world.now() + Duration::from_secs(24 * 3600));
    let named = json!({ "TagKeys": ["team", "other"] });
    assert_eq!(keys(&mut world, named.clone()), [("team".to_owned(), "Inactive".to_owned())]);
    assert_eq!(
        ask(&mut world, "UpdateCostAllocationTagsStatus", set("team", "Active")).ok(),
        Some(json!({}))
    );
    assert_eq!(keys(&mut world, named), [("team".to_owned(), "Active".to_owned())]);
    assert!(keys(&mut world, json!({ "Status": "Inactive", "TagKeys": ["team"] })).is_empty());
}

#[test]
fn requests_are_held_to_the_model() {
    let mut world = World::new(Settings::default());
    for (operation, input) in [
        ("ListCostAllocationTags", json!({ "Status": "On" })),
        ("ListCostAllocationTags", json!({ "TagKeys": [] })),
        ("ListCostAllocationTags", json!({ "MaxResults": 0 })),
        ("UpdateCostAllocationTagsStatus", json!({})),
        ("UpdateCostAllocationTagsStatus", json!({ "CostAllocationTagsStatus": [] })),
        ("UpdateCostAllocationTagsStatus", set("team", "On")),
    ] {
        let error = ask(&mut world, operation, input.clone()).expect_err("refused");
        assert_eq!(error.code, "ValidationException", "{input}");
    }
}

#[test]
fn a_member_account_has_no_say() {
    let trouble = Trouble { linked_account: true, ..Trouble::default() };
    let mut world = World::new(Settings { trouble, ..Settings::default() });
    for (operation, input) in
        [("ListCostAllocationTags", json!({})), ("UpdateCostAllocationTagsStatus", set("team", "Active"))]
    {
        let error = ask(&mut world, operation, input).expect_err("refused");
        assert_eq!(error.code, "AccessDeniedException");
        assert!(error.message.ends_with("Linked account doesn't have access to cost allocation tags."));
    }
}
