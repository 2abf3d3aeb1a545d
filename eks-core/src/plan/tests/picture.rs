//! A plan as pictures.

use std::collections::BTreeMap;

use super::outline::plan;
use super::world::{self, NAME};
use crate::plan::{Actual, DeleteOptions, Goal, Plan, Recent, Verdict, cluster_map, decide};
use crate::spec::{AccessEntry, Cluster, FargateProfile, Nat, NewNetwork, NodeGroup, NodeSubnets};

/// With the times of express mode.
#[cfg(feature = "ec2")]
#[test]
fn the_timeline_of_a_create() {
    let plan = plan(&world::spec(), &world::nothing());
    insta::assert_snapshot!("timeline_svg", plan.timeline_svg());
    insta::assert_snapshot!("timeline_mermaid", plan.timeline_mermaid());
}

#[cfg(feature = "ec2")]
#[test]
fn the_map_of_a_create() {
    let plan = Plan {
        map: cluster_map(Some(&world::spec()), &world::nothing()),
        ..plan(&world::spec(), &world::nothing())
    };
    insta::assert_snapshot!("map_svg", plan.map_svg().expect("a create has a map"));
    insta::assert_snapshot!("map_mermaid", plan.map_mermaid().expect("a create has a map"));
}

/// Everything that runs pods is on the map, where it runs.
#[test]
fn a_map_has_private_nodes_apart_from_public_ones() {
    let group = |name: &str, subnets: NodeSubnets| {
        NodeGroup::builder().name(name).subnets(subnets).instance_type("m5.large").build().expect("valid")
    };
    let spec = Cluster::builder()
        .name(NAME)
        .node_group(group("inside", NodeSubnets::Private))
        .node_group(group("outside", NodeSubnets::Public))
        .fargate_profile(FargateProfile::builder().name("jobs").namespace("jobs").build().expect("valid"))
        .network(NewNetwork::builder().nat(Nat::PerZone).build().expect("valid"))
        .build()
        .expect("valid");
    let map = cluster_map(Some(&spec), &world::nothing()).expect("a map");
    let places: Vec<(&str, bool, bool)> =
        map.computers.iter().map(|it| (it.what.as_str(), it.public, it.serverless)).collect();
    assert_eq!(
        places,
        [
            ("node group inside", false, false),
            ("node group outside", true, false),
            ("Fargate profile jobs", false, true)
        ]
    );
    assert!(map.public_subnets.iter().all(|subnet| subnet.nat_gateway));
    assert_eq!(map.public_subnets.len(), map.private_subnets.len());
    assert_eq!(cluster_map(None, &world::nothing()), None, "of a name alone");
}

#[test]
fn of_what_is_done_no_bar_is_drawn() {
    let plan = plan(&world::spec(), &world::everything());
    let svg = plan.timeline_svg();
    assert!(svg.contains("Nothing is left to do"), "{svg}");
    assert!(!svg.contains(": from "), "{svg}");
    let done = plan.timeline_mermaid().lines().filter(|line| line.contains(":done, milestone, ")).count();
    assert_eq!(done, plan.steps.len());
}

/// Every step that takes time has a bar, and every one that the end waits for is marked in both pictures.
#[test]
fn the_critical_path_is_marked() {
    let plan = plan(&world::spec(), &world::nothing());
    let marked = plan.timeline_mermaid().lines().filter(|line| line.contains(":crit, ")).count();
    assert_eq!(marked, plan.critical_path.len());
    let svg = plan.timeline_svg();
    assert_eq!(svg.matches(": from ").count(), plan.steps.len());
    // A step's bar carries a tip, the legend's does not.
    let strong = svg.lines().filter(|line| line.contains("#3538cd") && line.contains(": from ")).count();
    assert_eq!(strong, plan.critical_path.len());
}

#[test]
fn long_names_are_cut_and_arns_shortened() {
    let long = "g".repeat(63);
    let principal = "arn:aws:iam::111122223333:role/admin";
    let spec = Cluster::builder()
        .name(NAME)
        .node_group(NodeGroup::builder().name(&long).instance_type("m5.large").build().expect("valid"))
        .access_entry(AccessEntry::builder().principal_arn(principal).build().expect("valid"))
        .build()
        .expect("valid");
    let mut observed = world::nothing();
    observed.node_group_stacks = BTreeMap::from([(long.clone(), crate::observe::Seen::Absent)]);
    let plan = plan(&spec, &observed);
    let svg = plan.timeline_svg();
    assert!(svg.contains(&format!("…<title>create node group {long}</title>")), "{svg}");
    assert!(svg.contains(">give access to role/admin<"), "{svg}");
    let mermaid = plan.timeline_mermaid();
    assert!(mermaid.contains("give access to role/admin :"), "{mermaid}");
}

/// A delete has the same picture; its end waits for something, too.
#[test]
fn a_delete_has_a_timeline() {
    let goal = Goal::Delete { name: NAME.to_owned(), options: DeleteOptions::default() };
    let Ok(Verdict::Decided(decision)) = decide(&goal, &world::everything(), &Recent::default(), 0) else {
        panic!("not decided")
    };
    let plan = Plan::new("delete", NAME, "us-west-2", decision.steps, &BTreeMap::new());
    let svg = plan.timeline_svg();
    assert!(svg.contains(">Delete cluster shop<"), "{svg}");
    let strong = svg.lines().filter(|line| line.contains("#3538cd") && line.contains(": from ")).count();
    assert!(strong > 0 && strong == plan.critical_path.len(), "{svg}");
}

/// A create that has ended: what took how long, beside what was expected.
#[test]
fn expected_stands_beside_actual() {
    let plan = plan(&world::spec(), &world::everything());
    let actual = |began: f64, ended: Option<f64>| Actual {
        began_seconds: began,
        ended_seconds: ended,
        refused_seconds: None,
        refusals: 0,
    };
    let refused = Actual { refused_seconds: Some(8.0), refusals: 2, ..actual(10.0, Some(600.0)) };
    let ended = Plan {
        elapsed_seconds: 650.0,
        actual: [
            ("createFoundation".to_owned(), actual(0.0, Some(9.0))),
            ("createCluster".to_owned(), refused),
            // Begun by an operation before this one.
            ("completeFoundation".to_owned(), actual(-30.0, Some(60.0))),
            ("createNodeGroup/web".to_owned(), actual(600.0, None)),
        ]
        .into(),
        ..plan.clone()
    };
    let svg = ended.progress_svg();
    assert!(svg.contains("Took 10m50s, and "), "{svg}");
    assert!(svg.contains("create the control plane: actual from 10s to 10m00s"), "{svg}");
    assert!(svg.contains(">there before<"), "what this operation did not do\n{svg}");
    assert_eq!(svg.matches(": expected from ").count(), plan.steps.len());
    assert_eq!(svg.matches(": actual from ").count(), 4);
    // The legend's, and the one of the control plane: a line and its end each.
    assert_eq!(svg.matches("#c4320a").count(), 4);
    assert!(plan.progress_svg().contains("Nothing has begun"));
}
