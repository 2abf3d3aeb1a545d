//! Logs of the control plane: kept as long as was asked for, in a log group that goes with the cluster; without a
//! retention the group is EKS's, and stays.

use eks_core::simulator::{CallOutcome, Effect, Fault};
use eks_core::{Cluster, Error, ErrorKind, GivenNetwork, LogType};
use tests::{Stage, left, living};

const GROUP: &str = "AWS::Logs::LogGroup /aws/eks/web/cluster";

/// Who made a log group, or tried to, and whether they did, in order.
fn makers(stage: &Stage) -> Vec<(String, bool)> {
    let ledger = stage.sim.ledger();
    let calls = ledger.calls.iter().filter(|call| call.operation == "CreateLogGroup");
    calls.map(|call| (call.principal.clone(), call.outcome == CallOutcome::Accepted)).collect()
}

#[test]
fn kept_for_days_the_group_is_of_the_foundation_and_goes_with_it() -> Result<(), Error> {
    let stage = Stage::default();
    let cluster = Cluster::builder().name("web").logging([LogType::Api]).log_retention_in_days(30).build()?;
    let plan = stage.plan(&cluster)?;
    let how = plan.contents.iter().find(|it| it.what == "control plane").map(|it| it.how.as_str());
    assert_eq!(how, Some("logs kept for 30 days"));

    stage.create(&cluster)?;
    // EKS has come second, and takes what is there.
    let expected =
        [("cloudformation.amazonaws.com".to_owned(), true), ("eks.amazonaws.com".to_owned(), false)];
    assert_eq!(makers(&stage), expected);
    assert!(kept(&stage));
    assert!(stage.plan(&cluster)?.is_empty());

    let other = Cluster { log_retention_in_days: Some(60), ..cluster };
    let error = stage.create(&other).expect_err("another spec");
    assert_eq!(error.kind(), ErrorKind::AlreadyExists);
    assert!(error.message().contains("logRetentionInDays was 30 and is now 60"), "{error}");

    stage.delete("web")?;
    assert_eq!(left(&stage.sim), Vec::<String>::new());
    Ok(())
}

#[test]
fn in_a_given_network_too() -> Result<(), Error> {
    let stage = Stage::default();
    let network = stage.given_network();
    let before = left(&stage.sim);
    let given = network.subnets.iter().fold(GivenNetwork::builder(), |given, id| given.private_subnet(id));
    let cluster = Cluster::builder()
        .name("web")
        .network(given.build()?)
        .no_node_groups()
        .logging([LogType::Audit])
        .log_retention_in_days(1)
        .build()?;
    stage.create(&cluster)?;
    assert_eq!(makers(&stage)[0], ("cloudformation.amazonaws.com".to_owned(), true));
    stage.delete("web")?;
    assert_eq!(left(&stage.sim), before);
    Ok(())
}

#[test]
fn without_a_retention_the_group_is_the_accounts_and_stays() -> Result<(), Error> {
    let stage = Stage::default();
    let cluster = Cluster::builder().name("web").logging([LogType::Api]).no_node_groups().build()?;
    stage.create(&cluster)?;
    assert_eq!(makers(&stage), [("eks.amazonaws.com".to_owned(), true)]);
    assert!(!kept(&stage));
    stage.delete("web")?;
    assert_eq!(left(&stage.sim), [GROUP]);
    Ok(())
}

#[test]
fn without_logs_there_is_no_group() -> Result<(), Error> {
    let stage = Stage::default();
    stage.create(&Cluster::builder().name("web").no_node_groups().build()?)?;
    assert!(makers(&stage).is_empty());
    assert!(!living(&stage.sim).contains_key("AWS::Logs::LogGroup"));
    Ok(())
}

#[test]
fn a_client_that_dies_leaves_nothing_that_the_next_one_does_not_know() -> Result<(), Error> {
    let cluster = Cluster::builder()
        .name("web")
        .no_node_groups()
        .logging([LogType::Api])
        .log_retention_in_days(7)
        .build()?;
    let stage = Stage::default();
    stage.sim.add_fault(Fault {
        operation: Some("CreateCluster".to_owned()),
        effect: Effect::DieBeforeAccept,
        ..Fault::default()
    });
    assert!(stage.try_create(&cluster).is_err(), "the client dies");
    stage.sim.clear_faults();
    let next = stage.another_process();
    next.create(&cluster)?;
    assert!(kept(&next));
    next.delete("web")?;
    assert_eq!(left(&next.sim), Vec::<String>::new());
    Ok(())
}

#[test]
fn a_group_of_an_earlier_cluster_is_nobodys_to_take() -> Result<(), Error> {
    let stage = Stage::default();
    let plain = Cluster::builder().name("web").logging([LogType::Api]).no_node_groups().build()?;
    stage.create(&plain)?;
    stage.delete("web")?;
    assert_eq!(left(&stage.sim), [GROUP]);
    let error = stage.create(&Cluster { log_retention_in_days: Some(7), ..plain }).expect_err("in the way");
    let said = tests::said(&error);
    assert!(said.contains("ControlPlaneLogGroup") && said.contains("already exists"), "{said}");
    stage.delete("web")?;
    assert_eq!(left(&stage.sim), [GROUP], "what was there before is there still");
    Ok(())
}

/// Whether CloudFormation has given a group a retention.
fn kept(stage: &Stage) -> bool {
    let ledger = stage.sim.ledger();
    ledger
        .calls
        .iter()
        .any(|call| call.operation == "PutRetentionPolicy" && call.outcome == CallOutcome::Accepted)
}
