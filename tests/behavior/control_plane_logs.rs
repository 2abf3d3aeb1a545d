//! Logs of the control plane: kept as long as was asked for, in a log group that goes with the cluster, and so do the
//! last lines, which come late; without a retention the group is EKS's, and goes as well.

use std::time::Duration;

use eks_core::simulator::{CallOutcome, Effect, Fault};
use eks_core::{Cluster, DeleteOptions, DeleteReport, Error, ErrorKind, GivenNetwork, LogType};
use tests::{Stage, left, living, writes};

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

    let report = stage.delete("web")?;
    assert!(report.deleted.contains(&"log group /aws/eks/web/cluster".to_owned()), "{:?}", report.deleted);
    assert_eq!(report.unchecked, Vec::<String>::new());
    // CloudFormation had deleted it; lines that came late made it again, and that went, too.
    assert_eq!(makers(&stage)[2..], [("eks.amazonaws.com".to_owned(), true)]);
    stage.sim.advance(Duration::from_secs(600));
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
    stage.sim.advance(Duration::from_secs(600));
    assert_eq!(left(&stage.sim), before);
    Ok(())
}

#[test]
fn without_a_retention_the_group_is_eks_own_and_goes_too() -> Result<(), Error> {
    let stage = Stage::default();
    stage.create(&plain()?)?;
    assert_eq!(makers(&stage), [("eks.amazonaws.com".to_owned(), true)]);
    assert!(!kept(&stage));
    stage.delete("web")?;
    // One look, and one call when no more lines come.
    assert_eq!(asked(&stage, "DescribeLogGroups"), 1);
    assert_eq!(asked(&stage, "DeleteLogGroup"), 1);
    stage.sim.advance(Duration::from_secs(600));
    assert_eq!(left(&stage.sim), Vec::<String>::new());
    Ok(())
}

#[test]
fn logs_are_kept_for_who_says_so() -> Result<(), Error> {
    let stage = Stage::default();
    stage.create(&plain()?)?;
    keeping_logs(&stage)?;
    assert_eq!(asked(&stage, "DescribeLogGroups"), 0);
    assert_eq!(left(&stage.sim), [GROUP]);
    Ok(())
}

/// What is part of a stack goes with it: whoever wants it kept is told so before anything is gone.
#[test]
fn a_group_of_the_foundation_cannot_be_kept() -> Result<(), Error> {
    let stage = Stage::default();
    stage.create(&Cluster { log_retention_in_days: Some(7), ..plain()? })?;
    let before = writes(&stage.sim);
    let error = keeping_logs(&stage).expect_err("it is part of the stack");
    assert_eq!(error.kind(), ErrorKind::Conflict);
    assert!(error.message().contains("`logRetentionInDays` was set"), "{error}");
    assert_eq!(writes(&stage.sim), before);
    stage.delete("web")?;
    assert_eq!(left(&stage.sim), Vec::<String>::new());
    Ok(())
}

/// Who may not look for it, or not delete it, goes on, and says so.
#[test]
fn logs_that_nobody_may_touch_keep_nothing_else() -> Result<(), Error> {
    for (operation, said) in [
        ("DescribeLogGroups", "was not looked for"),
        ("DeleteLogGroup", "could not delete the log group of the control plane: log group"),
    ] {
        let stage = Stage::default();
        stage.create(&plain()?)?;
        stage.sim.add_fault(Fault {
            service: Some("logs".to_owned()),
            operation: Some(operation.to_owned()),
            effect: Effect::Error {
                code: "AccessDeniedException".to_owned(),
                message: format!("User: ada is not authorized to perform: logs:{operation}"),
                status: 400,
            },
            ..Fault::default()
        });
        let report = stage.delete("web")?;
        let [unchecked] = &report.unchecked[..] else { panic!("{operation}: {:?}", report.unchecked) };
        for part in ["log group /aws/eks/web/cluster", said, "User: ada is not authorized"] {
            assert!(unchecked.contains(part), "{operation}: {unchecked}");
        }
        assert_eq!(left(&stage.sim), [GROUP]);
    }
    Ok(())
}

/// Wherever a delete dies: the foundation, which says that it was ours, is there until the last lines are gone.
#[test]
fn a_delete_that_dies_leaves_no_logs() -> Result<(), Error> {
    let stage = || -> Result<(Stage, Vec<String>), Error> {
        let stage = Stage::default();
        let network = stage.given_network();
        let before = left(&stage.sim);
        let given =
            network.subnets.iter().fold(GivenNetwork::builder(), |given, id| given.private_subnet(id));
        stage.create(&Cluster { network: given.build()?.into(), ..plain()? })?;
        Ok((stage, before))
    };
    let calls = |stage: &Stage| stage.sim.ledger().client_calls().count() as u64;
    let (undisturbed, _) = stage()?;
    let began = calls(&undisturbed);
    undisturbed.delete("web")?;
    let deaths = [Effect::DieAfterAccept, Effect::DieBeforeAccept];
    for (call, effect) in
        (began..calls(&undisturbed)).flat_map(|call| deaths.iter().map(move |it| (call, it)))
    {
        let case = format!("call {call}, {effect:?}");
        let (stage, before) = stage()?;
        stage.die_at(call, effect);
        let _dead = stage.try_delete("web");
        stage.sim.clear_faults();
        // Somebody comes back when the last lines are written, or at once.
        stage.sim.advance(Duration::from_secs(if call % 2 == 0 { 0 } else { 300 }));
        let stage = stage.another_process();
        stage.delete("web").unwrap_or_else(|error| panic!("{case}: {}", error.chain()));
        stage.sim.advance(Duration::from_secs(600));
        assert_eq!(left(&stage.sim), before, "{case}");
    }
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
    stage.create(&plain()?)?;
    keeping_logs(&stage)?;
    assert_eq!(left(&stage.sim), [GROUP]);
    let error =
        stage.create(&Cluster { log_retention_in_days: Some(7), ..plain()? }).expect_err("in the way");
    let said = tests::said(&error);
    assert!(said.contains("ControlPlaneLogGroup") && said.contains("already exists"), "{said}");
    stage.delete("web")?;
    assert_eq!(left(&stage.sim), [GROUP], "what was there before is there still");

    // A cluster that has written into it makes it no more its own.
    stage.create(&plain()?)?;
    let report = stage.delete("web")?;
    assert_eq!(report.unchecked, ["log group /aws/eks/web/cluster is older than the cluster and was left"]);
    assert_eq!(left(&stage.sim), [GROUP]);
    Ok(())
}

/// A control plane alone, that writes logs.
fn plain() -> Result<Cluster, Error> {
    Cluster::builder().name("web").logging([LogType::Api]).no_node_groups().build()
}

fn keeping_logs(stage: &Stage) -> Result<DeleteReport, Error> {
    let operation = stage.eks.delete_with("web", DeleteOptions::default().keep_logs(true));
    stage.run(move || operation)
}

/// How often the client has called this.
fn asked(stage: &Stage, operation: &str) -> usize {
    stage.sim.ledger().client_calls().filter(|call| call.operation == operation).count()
}

/// Whether CloudFormation has given a group a retention.
fn kept(stage: &Stage) -> bool {
    let ledger = stage.sim.ledger();
    ledger
        .calls
        .iter()
        .any(|call| call.operation == "PutRetentionPolicy" && call.outcome == CallOutcome::Accepted)
}
