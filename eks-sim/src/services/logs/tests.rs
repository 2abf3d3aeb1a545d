//! What CloudFormation and EKS make of log groups.

use serde_json::{Value, json};

use crate::settings::Settings;
use crate::wire::{AwsError, Service};
use crate::world::World;

const REGION: &str = "us-west-2";

fn logs(world: &mut World, operation: &str, input: Value) -> Result<Value, AwsError> {
    world.call_internal("test", Service::Logs, REGION, operation, input).map(crate::wire::Answer::json)
}

fn code(answer: Result<Value, AwsError>) -> String {
    answer.expect_err("refused").code
}

#[test]
fn a_name_is_taken_until_its_group_is_deleted() {
    let mut world = World::new(Settings::default());
    let named = || json!({ "logGroupName": "/aws/eks/web/cluster" });
    logs(&mut world, "CreateLogGroup", named()).expect("made");
    assert_eq!(code(logs(&mut world, "CreateLogGroup", named())), "ResourceAlreadyExistsException");
    logs(&mut world, "DeleteLogGroup", named()).expect("deleted");
    assert!(world.ledger().left().is_empty());
    assert_eq!(code(logs(&mut world, "DeleteLogGroup", named())), "ResourceNotFoundException");
    logs(&mut world, "CreateLogGroup", named()).expect("made again");
    assert_eq!(world.ledger().left().len(), 1);
}

#[test]
fn names_and_days_are_the_models() {
    let mut world = World::new(Settings::default());
    for name in ["", "a b", "aws/eks", &"a".repeat(513), "ä"] {
        let refused = logs(&mut world, "CreateLogGroup", json!({ "logGroupName": name }));
        assert_eq!(code(refused), "InvalidParameterException", "{name}");
    }
    logs(&mut world, "CreateLogGroup", json!({ "logGroupName": "a#b" })).expect("made");
    for (days, taken) in [(0, false), (2, false), (7, true), (1096, true), (3653, true), (-7, false)] {
        let put = json!({ "logGroupName": "a#b", "retentionInDays": days });
        assert_eq!(logs(&mut world, "PutRetentionPolicy", put).is_ok(), taken, "{days}");
    }
    let shown = logs(&mut world, "DescribeLogGroups", json!({})).expect("shown");
    assert_eq!(shown["logGroups"][0]["retentionInDays"], 3653);
}
