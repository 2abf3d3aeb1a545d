//! What a reader of a plan sees.

use std::collections::BTreeMap;

use super::world::{self, NAME};
use crate::observe::Observed;
use crate::plan::{Goal, Plan, Recent, Verdict, contents, decide, notes, version_of};
use crate::spec::Cluster;

pub(super) fn plan(spec: &Cluster, observed: &Observed) -> Plan {
    let goal = Goal::Create {
        name: NAME.to_owned(),
        spec: Some(Box::new(spec.clone())),
        options: Default::default(),
    };
    let Ok(Verdict::Decided(decision)) = decide(&goal, observed, &Recent::default(), 0) else {
        panic!("not decided")
    };
    let mut plan = Plan::new("create", NAME, "us-west-2", decision.steps, &BTreeMap::new());
    plan.version = version_of(Some(spec), observed);
    plan.contents = contents(Some(spec), observed);
    plan.notes = notes(Some(spec), observed);
    plan
}

/// With the times of express mode.
#[cfg(feature = "ec2")]
#[test]
fn a_create_of_everything() {
    insta::assert_snapshot!(plan(&world::spec(), &world::nothing()).to_string());
}

#[test]
fn nothing_left_to_do() {
    let plan = plan(&world::spec(), &world::everything());
    assert!(plan.is_empty());
    assert!(plan.to_string().ends_with("Nothing is left to do."), "{plan}");
}

#[test]
fn json_has_the_same_and_comes_back() {
    let plan = plan(&world::spec(), &world::nothing());
    let json = serde_json::to_string(&plan).expect("JSON");
    assert_eq!(serde_json::from_str::<Plan>(&json).expect("a plan"), plan);
    assert!(json.contains(r#""criticalPath":["createFoundation","createCluster""#), "{json}");
}

/// A `t2.micro` holds four pods (facts/eksctl.md), of which two are the node's own.
#[test]
fn the_note_on_pods_counts_and_warns() {
    let spec = |kind: &str, count: u32| {
        let yaml = format!(
            "name: {NAME}\nnodeGroups: [{{name: web, instanceTypes: [{kind}], scaling: {{min: {count}, max: {count}}}}}]"
        );
        Cluster::from_yaml(&yaml).expect("valid")
    };
    let note = |kind, count| notes(Some(&spec(kind, count)), &world::nothing());
    let two = note("t2.micro", 2);
    assert_eq!(two, ["pods: web: 2 × t2.micro hold 8; 6 places are taken by the cluster's own, 2 are free"]);
    let one = note("t2.micro", 1);
    assert!(one[0].ends_with("0 are free") || one[0].contains("too few"), "{one:?}");
}
