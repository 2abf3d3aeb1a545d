//! Specs that break a rule which needs no account: refused before the first call.

use eks_core::{Cluster, DeleteOptions, Error, ErrorKind};
use serde_json::{Value, json};
use tests::Stage;

use super::{broken, refused, unchecked};

const NAME: &str = "be 1 to 100 characters: letters, digits, `-` and `_`, beginning with a letter or digit";
const GROUP_NAME: &str =
    "be 1 to 63 characters: letters, digits, `-` and `_`, beginning with a letter or digit";
const KEY: &str = "be a Kubernetes key: an optional DNS prefix of at most 253 characters and `/`, \
                   then 1 to 63 letters, digits, `-`, `_` and `.` that begin and end with a letter or digit";

/// A cluster with one node group.
fn group(keys: Value) -> Value {
    json!({ "name": "web", "nodeGroups": [keys] })
}

/// A cluster in this network.
fn network(keys: Value) -> Value {
    json!({ "name": "web", "network": keys })
}

#[test]
fn nothing_is_called_for_a_spec_that_breaks_a_rule() {
    let (long, longer) = ("x".repeat(101), "x".repeat(64));
    let taints: Vec<Value> =
        (0..51).map(|n| json!({ "key": format!("t{n}"), "effect": "NoSchedule" })).collect();
    let cases = [
        (json!({ "name": "-web" }), ("name", "-web", NAME)),
        (json!({ "name": "web.example" }), ("name", "web.example", NAME)),
        (json!({ "name": long }), ("name", long.as_str(), NAME)),
        // A struct of plain data, in which nothing was chosen.
        (json!({}), ("name", "", NAME)),
        (group(json!({ "name": longer })), ("nodeGroups[0].name", longer.as_str(), GROUP_NAME)),
        (
            group(json!({ "scaling": { "min": 3, "max": 2 } })),
            ("nodeGroups[0].scaling.min", "3", "be at most `max` (2)"),
        ),
        (group(json!({ "scaling": { "max": 0 } })), ("nodeGroups[0].scaling.max", "0", "be at least 1")),
        (group(json!({ "taints": taints })), ("nodeGroups[0].taints", "51", "be at most 50 taints")),
        (
            json!({ "name": "web", "nodeGroups": [{ "name": "a" }, { "name": "a" }] }),
            ("nodeGroups[1].name", "a", "be given once; it is also at `nodeGroups[0].name`"),
        ),
        (group(json!({ "labels": { "-key": "" } })), ("nodeGroups[0].labels.-key", "-key", KEY)),
        (
            group(json!({ "taints": [{ "key": "a/b/c", "effect": "NoSchedule" }] })),
            ("nodeGroups[0].taints[0].key", "a/b/c", KEY),
        ),
        (
            network(json!({ "privateSubnets": ["subnet-1"] })),
            ("network.privateSubnets", "subnet-1", "be at least two subnets, in two availability zones"),
        ),
        (
            group(json!({ "subnets": ["subnet-1"] })),
            (
                "nodeGroups[0].subnets",
                "subnet-1",
                "be left to the library: the network is a new one, and these cannot be in it",
            ),
        ),
        (network(json!({ "zones": ["us-west-2a"] })), ("network.zones", "1", "be two to eight zones")),
        (
            network(json!({ "cidr": "10.0.0.0/8" })),
            ("network.cidr", "10.0.0.0/8", "have a prefix length of 16 to 24"),
        ),
        (
            json!({ "name": "web", "serviceCidr": "172.20.0.0/16", "network": { "cidr": "172.20.64.0/18" } }),
            ("serviceCidr", "172.20.0.0/16", "not overlap the VPC's block, 172.20.64.0/18"),
        ),
        (
            json!({ "name": "web", "region": "Oregon" }),
            ("region", "Oregon", "be a region, such as `us-west-2`"),
        ),
        // The client's region is us-west-2.
        (
            network(json!({ "zones": ["us-east-1a", "us-east-1b"] })),
            ("network.zones[0]", "us-east-1a", "be a zone of `region` (us-west-2)"),
        ),
    ];
    for (spec, rule) in cases {
        let stage = Stage::default();
        let cluster = unchecked(spec.clone());
        assert_eq!(broken(&refused(&stage, &cluster))[0], rule, "{spec}");
        let no_handle = stage.eks.create_handle(&cluster).expect_err("no handle of what cannot be");
        assert_eq!(broken(&no_handle)[0], rule, "{spec}");
        assert_eq!(stage.sim.ledger().calls.len(), 0, "{spec}");
    }
}

#[test]
fn nothing_is_called_for_a_name_that_no_cluster_can_have() {
    let stage = Stage::default();
    let long = "x".repeat(101);
    for name in ["", "-web", "web.example", "../web", "arn:aws:eks:us-west-2:1:cluster/web", long.as_str()] {
        let (eks, owned) = (stage.eks.clone(), name.to_owned());
        let described = stage.run(move || async move { eks.describe(&owned).await.map(drop) });
        let (eks, owned) = (stage.eks.clone(), name.to_owned());
        let planned = stage.run(move || async move { eks.plan_delete(&owned).await.map(drop) });
        let operation = stage.eks.continue_create(name);
        let continued = stage.run(move || operation).map(drop);
        let handle = stage.eks.delete_handle(name, DeleteOptions::default()).map(drop);
        let deleted = stage.delete(name).map(drop);
        for answer in [described, planned, continued, handle, deleted] {
            assert_eq!(broken(&answer.expect_err(name)), [("name", name, NAME)]);
        }
    }
    assert_eq!(stage.sim.ledger().calls.len(), 0);
}

#[test]
fn misspelt_keys_come_with_a_suggestion() {
    let cases = [
        ("name: web\nnodGroups: []", "nodGroups", "did you mean `nodeGroups`?"),
        ("name: web\nnodeGroups: [{scalling: {}}]", "nodeGroups[0].scalling", "did you mean `scaling`?"),
    ];
    for (yaml, field, suggestion) in cases {
        let error = Cluster::from_yaml(yaml).expect_err(yaml);
        assert_eq!(error.kind(), ErrorKind::InvalidSpec);
        let violations = error.violations();
        assert_eq!(violations.len(), 1, "{error}");
        assert_eq!(violations[0].field, field);
        assert!(violations[0].rule.contains(suggestion), "{error}");
    }
}

#[test]
fn handles_that_are_none() -> Result<(), Error> {
    let stage = Stage::default();
    let handle = stage.eks.create_handle(&Cluster::builder().name("web").build()?)?.to_json()?;
    let later = handle.replace(r#""version":1"#, r#""version":2,"more":true"#);
    assert_ne!(later, handle);
    let cases = [
        ("", "this is no handle of an operation"),
        ("{}", "this is no handle of an operation"),
        (r#"{"name": "web"}"#, "this is no handle of an operation"),
        (later.as_str(), "the handle has version 2, and this library reads up to 1"),
    ];
    for (text, message) in cases {
        let error = eks_core::Handle::from_json(text).expect_err(text);
        assert_eq!((error.kind(), error.message()), (ErrorKind::InvalidSpec, message));
    }
    Ok(())
}
