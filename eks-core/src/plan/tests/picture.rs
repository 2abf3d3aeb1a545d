//! A plan as pictures.

use std::collections::BTreeMap;

use serde_json::json;

use super::outline::plan;
use super::world::{self, NAME};
use crate::observe::{Observed, Seen, SubnetState};
use crate::plan::{Actual, DeleteOptions, Goal, Plan, Recent, Verdict, cluster_map, decide};
use crate::spec::{
    AccessEntry, Cluster, FargateProfile, GivenNetwork, IpFamily, LogType, Nat, NewNetwork, NodeGroup,
    NodeSubnets, Selector,
};

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

/// Where subnets are given, zones stand under each other, and what is in some of them is drawn in those alone.
#[test]
fn a_map_shows_which_subnets_nodes_are_in() {
    let seen = |(id, zone): (&str, &str)| {
        let words =
            json!({ "id": id, "vpc": "vpc-1", "zone": zone, "zoneId": "usw2-az1", "freeAddresses": 200 });
        let subnet: SubnetState = serde_json::from_value(words).expect("a subnet");
        (id.to_owned(), Seen::Present(subnet))
    };
    let private =
        [("subnet-a", world::ZONES[0]), ("subnet-b", world::ZONES[1]), ("subnet-c", world::ZONES[2])];
    let public = [("subnet-y", world::ZONES[1]), ("subnet-z", world::ZONES[2])];
    let mut observed = world::nothing();
    observed.subnets = private.into_iter().chain(public).map(seen).collect();
    let network = GivenNetwork::builder()
        .private_subnet("subnet-a")
        .private_subnet("subnet-b")
        .private_subnet("subnet-c")
        .public_subnet("subnet-y")
        .public_subnet("subnet-z")
        .build()
        .expect("valid");
    let group = |name: &str| NodeGroup::builder().name(name).instance_type("m5.large");
    let spec = Cluster::builder()
        .name(NAME)
        .node_group(group("outer").subnet("subnet-a").subnet("subnet-c").build().expect("valid"))
        .node_group(group("edge").subnet("subnet-z").build().expect("valid"))
        .network(network)
        .build()
        .expect("valid");
    let plan = Plan { map: cluster_map(Some(&spec), &observed), ..plan(&world::spec(), &world::nothing()) };
    let svg = plan.map_svg().expect("a create has a map");
    // Where the frame of each text, or its subnet, begins.
    let left = |text: &str| -> Vec<&str> {
        let lines = svg.lines().filter(|line| line.contains(text));
        lines.filter_map(|line| line.split('"').nth(1)).collect()
    };
    let columns: Vec<&str> =
        private.iter().flat_map(|(id, _)| left(&format!("private subnet {id}<"))).collect();
    assert_eq!(columns.len(), 3, "{svg}");
    assert_eq!([left("public subnet subnet-y<"), left("public subnet subnet-z<")].concat(), columns[1..]);
    let at = |column: &str| column.parse::<f64>().expect("a number") + 24.0;
    let places = |text: &str| -> Vec<f64> {
        left(text).iter().map(|place| place.parse().expect("a number")).collect()
    };
    assert_eq!(places(">node group outer<"), [at(columns[0]), at(columns[2])], "apart, a frame for each");
    assert_eq!(places(">the same, here too<"), [at(columns[2])], "and not twice as many nodes");
    assert_eq!(places(">node group edge<"), [at(columns[2])]);
    let mermaid = plan.map_mermaid().expect("a create has a map");
    assert!(mermaid.contains("<br/>in subnet-a, subnet-c\""), "{mermaid}");
}

/// Everything that matters of a spec and is no step is on its map.
#[test]
fn a_map_forgets_nothing() {
    let own = NodeGroup::builder().name("own").instance_type("m5.large").own_role(true).build();
    let jobs = Selector::namespace("jobs").label("tier", "batch");
    let network = NewNetwork::builder().endpoint("s3").endpoint("ecr.api").build().expect("valid");
    let cluster = Cluster::builder()
        .name(NAME)
        .node_group(own.expect("valid"))
        .fargate_profile(FargateProfile::builder().name("jobs").selector(jobs).build().expect("valid"))
        .logging([LogType::Api, LogType::ControllerManager])
        .ip_family(IpFamily::Ipv6)
        .network(network)
        .build()
        .expect("valid");
    let plan = Plan {
        map: cluster_map(Some(&cluster), &world::nothing()),
        ..plan(&world::spec(), &world::nothing())
    };
    let pictures = [plan.map_svg(), plan.map_mermaid()].map(|it| it.expect("a create has a map"));
    for words in [
        "logs: api, controllerManager",
        "IPv6 for pods and services",
        "egress-only internet gateway",
        "cluster and nodes (EKS makes it)",
        "role of node group own",
        "pods of jobs (tier=batch)",
        "ecr.api",
    ] {
        for picture in &pictures {
            assert!(picture.contains(words), "{words} is missing in\n{picture}");
        }
    }
}

/// Of what nobody has looked at no zone is known; its nodes have a ground all the same.
#[test]
fn a_map_without_zones_has_grounds() {
    let observed = Observed { zones: None, ..world::nothing() };
    let plan =
        Plan { map: cluster_map(Some(&world::spec()), &observed), ..plan(&world::spec(), &world::nothing()) };
    let svg = plan.map_svg().expect("a create has a map");
    assert!(svg.contains(">public subnets<") && svg.contains(">private subnets<"), "{svg}");
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
    observed.node_group_stacks = BTreeMap::from([(long.clone(), Seen::Absent)]);
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
        began_seconds: Some(began),
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
            ("createNodeGroup/web".to_owned(), actual(600.0, Some(640.0))),
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

/// What AWS refuses until now, what it refused because it was there, and what ended nobody knows when.
#[test]
fn what_never_began_has_no_bar_of_its_own() {
    let refused =
        Actual { began_seconds: None, ended_seconds: None, refused_seconds: Some(20.0), refusals: 3 };
    let begun = Actual { began_seconds: Some(1.0), refused_seconds: None, refusals: 0, ..refused };
    let actual = [("createFoundation", begun), ("createCluster", refused)];
    let of = |plan: Plan| Plan {
        elapsed_seconds: 50.0,
        actual: actual.map(|(id, it)| (id.to_owned(), it)).into(),
        ..plan
    };
    let under_way = of(plan(&world::spec(), &world::nothing())).progress_svg();
    assert!(under_way.contains("create network and roles: actual from 1s to 50s"), "{under_way}");
    assert!(!under_way.contains("create the control plane: actual"), "{under_way}");
    assert!(under_way.contains(">refused<"), "{under_way}");
    // The legend's, the one of the control plane, and its word.
    assert_eq!(under_way.matches("#c4320a").count(), 5, "{under_way}");

    let over = of(plan(&world::spec(), &world::everything())).progress_svg();
    assert!(!over.contains(": actual from "), "{over}");
    assert!(over.contains(">done<"), "begun by this operation\n{over}");
}
