//! Logs of the control plane: the last lines come when the cluster is gone.

use serde_json::{Value, json};

use super::setting::Setting;

const NAME: &str = "/aws/eks/c/cluster";

/// A cluster that is gone since a second, and what it wrote.
fn gone(types: &Value) -> Setting {
    let mut setting = Setting::new();
    setting.cluster(json!({ "logging": { "clusterLogging": [{ "types": types, "enabled": true }] } }));
    setting.ok("DeleteCluster", json!({ "name": "c" }));
    setting.pass(181);
    assert!(setting.refused("DescribeCluster", json!({ "name": "c" })).contains("No cluster found"));
    setting
}

fn groups(setting: &mut Setting) -> Vec<Value> {
    let answer = setting.logs("DescribeLogGroups", json!({ "logGroupNamePrefix": NAME }));
    answer["logGroups"].as_array().cloned().unwrap_or_default()
}

#[test]
fn late_lines_make_the_group_again() {
    let mut setting = gone(&json!(["api"]));
    setting.logs("DeleteLogGroup", json!({ "logGroupName": NAME }));
    assert!(groups(&mut setting).is_empty());
    setting.pass(60);
    let again = groups(&mut setting);
    assert_eq!(again.len(), 1);
    assert!(again[0]["retentionInDays"].is_null(), "nobody has said how long");
    setting.logs("DeleteLogGroup", json!({ "logGroupName": NAME }));
    setting.pass(3600);
    assert!(groups(&mut setting).is_empty(), "there is nothing more to write");
}

#[test]
fn a_group_that_is_there_takes_them() {
    let mut setting = gone(&json!(["audit"]));
    let before = groups(&mut setting);
    setting.pass(60);
    assert_eq!(groups(&mut setting), before);
    assert_eq!(before.len(), 1);
}

#[test]
fn who_wrote_nothing_has_no_last_words() {
    let mut setting = gone(&json!([]));
    setting.pass(60);
    assert!(groups(&mut setting).is_empty());
}
