//! What the account has no room for is told before the first write.

use eks_core::simulator::{Effect, Fault, Quotas, Settings};
use eks_core::{
    Capacity, Cluster, CreateOptions, Error, ErrorKind, Nat, NewNetwork, NodeGroup, Preflight, QuotaSource,
    Scaling,
};
use tests::{Stage, said, writes};

fn stage(quotas: Quotas) -> Stage {
    Stage::with(Settings { quotas, ..Settings::default() })
}

fn cluster() -> Cluster {
    Cluster::builder().name("web").build().expect("the defaults are valid")
}

fn preflight(stage: &Stage, cluster: &Cluster) -> Result<Preflight, Error> {
    let (eks, cluster) = (stage.eks.clone(), cluster.clone());
    stage.run(move || async move { eks.preflight(&cluster).await })
}

fn create(stage: &Stage, cluster: &Cluster) -> Result<(), Error> {
    let create = stage.eks.create_with(cluster, CreateOptions::default().preflight(true));
    stage.run(move || create).map(drop)
}

#[test]
fn an_empty_account_has_room() -> Result<(), Error> {
    let stage = Stage::default();
    let report = preflight(&stage, &cluster())?;
    // The default VPC with its gateway is one of each.
    insta::assert_snapshot!(report.to_string(), @r"
    ok       EKS clusters: 1 needed, 0 of 100 in use
    ok       node groups of a cluster: 1 needed, 0 of 30 in use
    ok       nodes of a node group: 2 needed, 0 of 450 in use
    ok       VPCs: 1 needed, 1 of 5 in use
    ok       internet gateways: 1 needed, 1 of 5 in use
    ok       elastic IP addresses: 1 needed, 0 of 5 in use
    ok       NAT gateways of a zone: 1 needed, 0 of 5 in use
    ok       vCPUs of standard on-demand instances (A, C, D, H, I, M, R, T, Z): 4 needed, 0 of 1152 in use
    ok       CloudFormation stacks: 2 needed, 0 of 2000 in use
    ");
    assert!(report.is_clear());
    assert_eq!(writes(&stage.sim), [""; 0]);
    create(&stage, &cluster())?;
    // What is there is not needed once more.
    let there = preflight(&stage, &cluster())?;
    assert!(there.is_clear());
    assert!(there.quotas.iter().all(|it| !["VPCs", "EKS clusters"].contains(&it.what.as_str())), "{there}");
    Ok(())
}

#[test]
fn a_private_network_needs_no_way_out() -> Result<(), Error> {
    let stage = stage(Quotas { internet_gateways: 0, elastic_addresses: 0, ..Quotas::default() });
    let network = NewNetwork::builder().nat(Nat::None).private_endpoints().build()?;
    let cluster = Cluster::builder().name("web").network(network).build()?;
    let report = preflight(&stage, &cluster)?;
    assert!(report.is_clear(), "{report}");
    create(&stage, &cluster)
}

#[test]
fn everything_that_is_exceeded_is_in_one_error() {
    let quotas =
        Quotas { vpcs: 1, elastic_addresses: 0, standard_vcpus: 3, clusters: 0, ..Quotas::default() };
    let stage = stage(quotas);
    let error = create(&stage, &cluster()).expect_err("no room");
    assert_eq!(error.kind(), ErrorKind::QuotaExceeded);
    insta::assert_snapshot!(said(&error), @r"
    QuotaExceeded
      resource: cluster web
      message: the account has no room for it: EKS clusters: 1 needed, 0 of 0 in use; VPCs: 1 needed, 1 of 1 in use; elastic IP addresses: 1 needed, 0 of 0 in use; vCPUs of standard on-demand instances (A, C, D, H, I, M, R, T, Z): 4 needed, 0 of 3 in use
      hint: Nothing was touched. Free some, or ask AWS for more: aws service-quotas request-service-quota-increase --service-code eks --quota-code L-1194D53C --desired-value 1; aws service-quotas request-service-quota-increase --service-code vpc --quota-code L-F678F1CE --desired-value 2; aws service-quotas request-service-quota-increase --service-code ec2 --quota-code L-0263D0A3 --desired-value 1; aws service-quotas request-service-quota-increase --service-code ec2 --quota-code L-1216C47A --desired-value 4
    ");
    assert_eq!(writes(&stage.sim), [""; 0]);
    stage.sim.with_world(|world| *world.quotas() = Quotas::default());
    create(&stage, &cluster()).expect("there is room now");
}

#[test]
fn spot_and_on_demand_are_counted_apart() -> Result<(), Error> {
    let group = |name: &str, capacity| {
        let group = NodeGroup::builder().name(name).capacity(capacity).scaling(Scaling::fixed(3));
        group.instance_type("m5.xlarge").instance_type("m5.large").build()
    };
    let spec = Cluster::builder().name("web");
    let spec =
        spec.node_group(group("a", Capacity::OnDemand)?).node_group(group("b", Capacity::Spot)?).build()?;
    let stage = stage(Quotas { standard_spot_vcpus: 5, ..Quotas::default() });
    let report = preflight(&stage, &spec)?;
    let needed = |code: &str| report.quotas.iter().find(|it| it.code == code).map(|it| it.needed);
    // Three of the smallest type that each may have.
    assert_eq!((needed("L-1216C47A"), needed("L-34B43A08")), (Some(6), Some(6)));
    let exceeded: Vec<&str> = report.exceeded().map(|it| it.code.as_str()).collect();
    assert_eq!(exceeded, ["L-34B43A08"]);
    Ok(())
}

/// What runs already is counted, with what has other quotas left out.
#[test]
fn what_is_in_use_is_counted() -> Result<(), Error> {
    let stage = stage(Quotas { standard_vcpus: 7, ..Quotas::default() });
    stage.create(&cluster())?;
    let other = Cluster { name: Some("other".to_owned()), ..cluster() };
    let report = preflight(&stage, &other)?;
    let found = |code: &str| report.quotas.iter().find(|it| it.code == code).expect("it is needed");
    let vcpus = found("L-1216C47A");
    assert_eq!((vcpus.needed, vcpus.in_use, vcpus.quota), (4, Some(4), 7));
    assert!(vcpus.is_exceeded());
    assert_eq!(found("L-1194D53C").in_use, Some(1));
    assert_eq!(found("L-0485CB21").in_use, Some(2));
    assert_eq!(found("L-0263D0A3").in_use, Some(1));
    Ok(())
}

/// NAT gateways are counted in the zones that the network will have.
#[test]
fn nat_gateways_are_counted_zone_by_zone() -> Result<(), Error> {
    let with = |name: &str, nat, zones: &[&str]| {
        let network = zones.iter().fold(NewNetwork::builder().nat(nat), |network, zone| network.zone(*zone));
        Cluster::builder().name(name).network(network.build()?).no_node_groups().build()
    };
    let stage = stage(Quotas { nat_gateways_per_zone: 1, ..Quotas::default() });
    let first = with("first", Nat::Single, &[])?;
    let map = stage.plan(&first)?.map.expect("a create has a map");
    stage.create(&first)?;
    let zones: Vec<&str> = map.public_subnets.iter().map(|subnet| subnet.zone.as_str()).collect();
    let [full, b, c] = zones[..] else { panic!("three zones: {zones:?}") };
    let exceeded = |nat, zones: &[&str]| {
        let report = preflight(&stage, &with("second", nat, zones)?)?;
        let found = report.quotas.iter().find(|it| it.code == "L-FE5A380F").cloned().expect("it is needed");
        let addresses = report.quotas.iter().find(|it| it.code == "L-0263D0A3").map(|it| it.needed);
        assert_eq!(addresses, Some(if nat == Nat::PerZone { zones.len() as u64 } else { 1 }));
        Ok::<_, Error>((found.in_use, found.is_exceeded()))
    };
    assert_eq!(exceeded(Nat::PerZone, &[full, b])?, (Some(1), true));
    assert_eq!(exceeded(Nat::PerZone, &[b, c])?, (Some(0), false));
    assert_eq!(exceeded(Nat::Single, &[b, c])?, (Some(0), false));
    assert_eq!(exceeded(Nat::Single, &[full, c])?, (Some(1), true));
    Ok(())
}

#[test]
fn without_rights_defaults_are_assumed_and_what_is_unknown_is_named() -> Result<(), Error> {
    let stage = stage(Quotas { clusters: 200, ..Quotas::default() });
    let deny = |service: &str, operation: Option<&str>, code: &str| {
        stage.sim.add_fault(Fault {
            service: Some(service.to_owned()),
            operation: operation.map(str::to_owned),
            effect: Effect::Error { code: code.to_owned(), message: "not you".to_owned(), status: 403 },
            ..Fault::default()
        });
    };
    deny("servicequotas", None, "AccessDeniedException");
    deny("ec2", Some("DescribeInstances"), "UnauthorizedOperation");
    let report = preflight(&stage, &cluster())?;
    let clusters = report.quotas.iter().find(|it| it.code == "L-1194D53C").expect("it is needed");
    assert_eq!((clusters.quota, clusters.source), (100, QuotaSource::Assumed));
    assert!(report.unchecked.iter().any(|it| it.contains("node group")), "{:?}", report.unchecked);
    assert!(report.unchecked.iter().any(|it| it.contains("DescribeInstances")), "{:?}", report.unchecked);
    assert!(report.is_clear());
    Ok(())
}
