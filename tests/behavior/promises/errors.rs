//! Errors say what to do, and the root cause comes first; once it is gone, the same call goes on.

use std::collections::BTreeMap;

use eks_core::simulator::{Effect, Fault, Quotas, Settings, Trouble};
use eks_core::{Cluster, Error, ErrorKind, EventKind, FargateProfile, GivenNetwork, NewNetwork, NodeGroup};
use tests::{Stage, left, made, said};

fn cluster() -> Cluster {
    Cluster::builder().name("web").build().expect("the defaults are valid")
}

fn in_zones(zones: [&str; 3]) -> Cluster {
    let network = zones.iter().fold(NewNetwork::builder(), |network, zone| network.zone(*zone));
    Cluster::builder().name("web").network(network.build().expect("valid")).build().expect("valid")
}

fn troubled(trouble: Trouble) -> Stage {
    Stage::with(Settings { trouble, ..Settings::default() })
}

fn with_quotas(quotas: Quotas) -> Stage {
    Stage::with(Settings { quotas, ..Settings::default() })
}

/// AWS's texts have ids in them that differ from run to run.
fn without_ids(text: &str) -> String {
    let is_id = |word: &str| {
        let end = word.rsplit(['-', '_']).next().unwrap_or_default();
        end.len() >= 10 && end.chars().all(|c| c.is_ascii_hexdigit())
    };
    let words = text.split_inclusive([' ', ',', ')', '\'', '"', ';']);
    words
        .map(|word| if is_id(word.trim_end_matches([' ', ',', ')', '\'', '"', ';'])) { "… " } else { word })
        .collect()
}

/// What a create ends with; then the cause goes, the same call goes on, and a delete leaves nothing.
fn told(stage: &Stage, cluster: &Cluster, kind: ErrorKind, cure: impl FnOnce(&Stage)) -> String {
    let error = stage.create(cluster).expect_err("something is in the way");
    assert_eq!(error.kind(), kind, "{}", error.chain());
    assert!(error.hint().is_some(), "{}", error.chain());
    cure(stage);
    let info = stage.create(cluster).unwrap_or_else(|error| panic!("the cause is gone: {}", error.chain()));
    assert_eq!(info.nodes.iter().filter(|node| node.ready).count(), 2);
    stage.delete("web").unwrap_or_else(|error| panic!("{}", error.chain()));
    assert_eq!(left(&stage.sim), Vec::<String>::new());
    without_ids(&said(&error))
}

#[test]
fn nodes_never_join() {
    let stage = troubled(Trouble { nodes_never_join: true, ..Trouble::default() });
    let text = told(&stage, &cluster(), ErrorKind::Failed, |stage| {
        stage.sim.with_world(|world| world.trouble().nodes_never_join = false);
    });
    insta::assert_snapshot!(text);
    assert_eq!(made(&stage.sim)["AWS::EKS::Nodegroup"], 2, "a group that failed is made anew");
}

#[test]
fn no_capacity() {
    let stage = troubled(Trouble { no_capacity: vec!["m5.large".to_owned()], ..Trouble::default() });
    let text = told(&stage, &cluster(), ErrorKind::NoCapacity, |stage| {
        stage.sim.with_world(|world| world.trouble().no_capacity.clear());
    });
    insta::assert_snapshot!(text);
}

#[test]
fn quotas() {
    let of = Quotas::default;
    let cases = [
        ("VPCs", Quotas { vpcs: 0, ..of() }),
        ("addresses", Quotas { elastic_addresses: 0, ..of() }),
        ("NAT gateways", Quotas { nat_gateways_per_zone: 0, ..of() }),
        ("clusters", Quotas { clusters: 0, ..of() }),
        ("node groups", Quotas { nodegroups_per_cluster: 0, ..of() }),
        ("stacks", Quotas { stacks: 1, ..of() }),
        ("internet gateways", Quotas { internet_gateways: 0, ..of() }),
        ("vCPUs", Quotas { standard_vcpus: 3, ..of() }),
    ];
    let texts = cases.into_iter().map(|(what, quotas)| {
        let stage = with_quotas(quotas);
        let text = told(&stage, &cluster(), ErrorKind::QuotaExceeded, |stage| {
            stage.sim.with_world(|world| *world.quotas() = Quotas::default());
        });
        format!("{what}: {text}\n")
    });
    insta::assert_snapshot!(texts.collect::<String>());
}

#[test]
fn a_zone_without_room_for_a_control_plane_is_done_without() -> Result<(), Error> {
    let full = vec!["us-west-2a".to_owned()];
    let stage = troubled(Trouble { zones_without_control_plane: full, ..Trouble::default() });
    let cluster = in_zones(["us-west-2a", "us-west-2b", "us-west-2c"]);
    let (events, info) = stage.watch(stage.eks.create(&cluster));
    let info = info?;
    assert_eq!(info.subnets.len(), 4, "two in each of the two zones that have room");
    assert_eq!(info.nodes.len(), 2);
    let retried = events.iter().filter_map(|event| match &event.kind {
        EventKind::Retrying { what, error, .. } => Some((what.as_str(), error.as_str())),
        _ => None,
    });
    let of_zones: Vec<_> = retried.filter(|(_, error)| error.contains("availability zone")).collect();
    assert_eq!(of_zones.len(), 1, "{of_zones:?}");
    assert!(of_zones[0].0 == "eks:CreateCluster" && of_zones[0].1.contains("us-west-2a"), "{of_zones:?}");
    stage.delete("web")?;
    assert_eq!(left(&stage.sim), Vec::<String>::new());
    Ok(())
}

#[test]
fn too_few_zones_with_room_for_a_control_plane() -> Result<(), Error> {
    let full = || vec!["us-west-2a".to_owned(), "us-west-2c".to_owned()];
    let stage = troubled(Trouble { zones_without_control_plane: full(), ..Trouble::default() });
    let ours =
        told(&stage, &in_zones(["us-west-2a", "us-west-2b", "us-west-2c"]), ErrorKind::NoCapacity, |stage| {
            stage.sim.with_world(|world| world.trouble().zones_without_control_plane.clear())
        });

    // In a given network nobody chooses but its owner.
    let stage = troubled(Trouble { zones_without_control_plane: full(), ..Trouble::default() });
    let network = stage.given_network();
    let given =
        network.subnets.iter().fold(GivenNetwork::builder(), |it, id| it.private_subnet(id)).build()?;
    let cluster = Cluster::builder().name("web").no_node_groups().network(given).build()?;
    let before = left(&stage.sim);
    let error = stage.create(&cluster).expect_err("one of two zones is full");
    assert_eq!(error.kind(), ErrorKind::NoCapacity);
    assert!(error.message().contains(&network.subnets[0]), "{error}");
    stage.delete("web")?;
    assert_eq!(left(&stage.sim), before);
    insta::assert_snapshot!(format!("{ours}\n{}", without_ids(&said(&error))));
    Ok(())
}

/// A group that failed is deleted and made anew by the next call, and that call can die, too.
#[test]
fn a_repair_that_dies_is_gone_on_with() {
    let stage = troubled(Trouble { no_capacity: vec!["m5.large".to_owned()], ..Trouble::default() });
    stage.create(&cluster()).expect_err("no capacity");
    stage.sim.with_world(|world| world.trouble().no_capacity.clear());
    let operation = Some("DeleteNodegroup".to_owned());
    stage.sim.add_fault(Fault { operation, effect: Effect::DieAfterAccept, ..Fault::default() });
    let died = stage.another_process().try_create(&cluster());
    assert!(died.is_err(), "{died:?}");
    stage.sim.clear_faults();
    let info = stage.another_process().create(&cluster()).unwrap_or_else(|error| panic!("{}", error.chain()));
    assert_eq!(info.nodes.len(), 2);
}

/// What EKS accepts and then could not make ends the call with EKS's own words, and the next one makes it anew;
/// a control plane is the caller's to delete.
#[test]
fn what_eks_could_not_make_is_made_anew_by_the_next_call() -> Result<(), Error> {
    let jobs = FargateProfile::builder().name("jobs").namespace("jobs").build()?;
    let group = NodeGroup::builder().name("workers").build()?;
    let cluster = Cluster::builder().name("web").fargate_profile(jobs).node_group(group).build()?;
    for (operation, kind) in [
        ("CreateAddon", "AWS::EKS::Addon"),
        ("CreateFargateProfile", "AWS::EKS::FargateProfile"),
        ("CreateNodegroup", "AWS::EKS::Nodegroup"),
        ("CreateCluster", "AWS::EKS::Cluster"),
    ] {
        let stage = Stage::default();
        let (code, message) = ("InternalFailure".to_owned(), "Something of ours broke".to_owned());
        let effect = Effect::Fail { code, message };
        let operation = Some(operation.to_owned());
        stage.sim.add_fault(Fault { operation, effect, ..Fault::default() });
        let error = stage.create(&cluster).expect_err("it could not be made");
        assert_eq!((error.kind(), error.code()), (ErrorKind::Failed, Some("InternalFailure")), "{kind}");
        assert!(error.message().ends_with(": Something of ours broke"), "{error}");
        stage.sim.clear_faults();
        let before = made(&stage.sim)[kind];
        let again = stage.another_process().create(&cluster);
        if kind == "AWS::EKS::Cluster" {
            let hint = again.expect_err("it stays failed").hint().map(str::to_owned);
            assert!(hint.is_some_and(|hint| hint.contains("delete the cluster and create it again")));
        } else {
            again?;
            assert!(made(&stage.sim)[kind] > before, "{kind}");
        }
        stage.delete("web")?;
        assert_eq!(left(&stage.sim), Vec::<String>::new(), "{kind}");
    }
    Ok(())
}

/// What one call could not do for its resource's sake ends it at once, not when the budget is used up.
#[test]
fn what_cannot_get_better_ends_at_once() {
    let stage = troubled(Trouble { no_capacity: vec!["m5.large".to_owned()], ..Trouble::default() });
    let began = stage.sim.now();
    stage.create(&cluster()).expect_err("no capacity");
    let minutes = stage.sim.now().since(began).as_secs() / 60;
    assert!(minutes < 15, "{minutes} minutes: the group says so soon after it is asked for");
    let counts: BTreeMap<String, usize> = made(&stage.sim);
    assert_eq!(counts["AWS::EKS::Nodegroup"], 1, "nothing is tried again by itself");
}
