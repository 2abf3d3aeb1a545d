//! ACTIVE is not permission: a cluster can be locked by an update that no status shows, or by somebody else's
//! (facts/failures.md, finding 1).

use std::time::Duration;

use eks_core::simulator::{CallOutcome, Settings, Trouble};
use eks_core::{Cluster, Error, FargateProfile};
use tests::{Stage, left, made};

fn cluster() -> Cluster {
    let profile = |name: &str| FargateProfile::builder().name(name).namespace(name).build().expect("valid");
    let cluster = Cluster::builder().name("web").fargate_profile(profile("a")).fargate_profile(profile("b"));
    cluster.build().expect("valid")
}

/// The longest time in which one operation was refused again and again as a conflict, in seconds.
fn longest_conflict(stage: &Stage) -> u64 {
    let ledger = stage.sim.ledger();
    let refused: Vec<_> = ledger
        .client_calls()
        .filter(|call| call.outcome == CallOutcome::Refused("ResourceInUseException".to_owned()))
        .collect();
    refused
        .chunk_by(|one, other| one.operation == other.operation)
        .map(|run| run[run.len() - 1].at.since(run[0].at).as_secs())
        .max()
        .unwrap_or_default()
}

#[test]
fn hidden_updates_of_more_than_ten_minutes() {
    let mut longest = 0;
    for seed in 0..4 {
        let trouble = Trouble { hidden_update: 1.0, hidden_update_seconds: 1500.0, ..Trouble::default() };
        let stage = Stage::with(Settings { seed, trouble, ..Settings::default() });
        let info = stage.create(&cluster()).unwrap_or_else(|error| panic!("seed {seed}: {}", error.chain()));
        assert_eq!(info.fargate_profiles.len(), 2);
        assert_eq!(made(&stage.sim)["AWS::EKS::FargateProfile"], 2, "seed {seed}");
        stage.delete("web").unwrap_or_else(|error| panic!("seed {seed}: {}", error.chain()));
        assert_eq!(left(&stage.sim), Vec::<String>::new(), "seed {seed}");
        longest = longest.max(longest_conflict(&stage));
    }
    assert!(longest > 600, "the longest conflict lasted {longest} s: too easy");
}

/// AWS scales a control plane, or an operator changes its logging: DeleteCluster is refused meanwhile.
#[test]
fn somebody_elses_update() -> Result<(), Error> {
    let stage = Stage::default();
    let cluster = Cluster::builder().name("web").no_node_groups().build()?;
    stage.create(&cluster)?;
    let setup = aws_sdk_eks::types::LogSetup::builder().types("api".into()).enabled(true).build();
    let logging = aws_sdk_eks::types::Logging::builder().cluster_logging(setup).build();
    let update = stage.eks_api().update_cluster_config().name("web").logging(logging);
    stage.run(move || update.send()).expect("accepted");
    let began = stage.sim.now();
    stage.delete("web")?;
    assert!(stage.sim.now().since(began) > Duration::from_secs(180), "the update came first");
    // The logs that it brought go with the cluster that wrote them.
    assert_eq!(left(&stage.sim), Vec::<String>::new());
    Ok(())
}

/// Fargate profiles are made one at a time, whoever makes them.
#[test]
fn somebody_elses_fargate_profile() -> Result<(), Error> {
    let stage = Stage::default();
    let profile = FargateProfile::builder().name("a").namespace("a").build()?;
    let cluster = Cluster::builder().name("web").fargate_profile(profile).build()?;
    // Until the control plane is nearly there; it comes while nobody looks.
    let operation = stage.eks.create(&cluster);
    stage.drive(operation, Duration::from_secs(500), |operation| async move { drop(operation) });
    stage.sim.advance(Duration::from_secs(200));
    let eks = stage.eks.clone();
    let info = stage.run(move || async move { eks.describe("web").await })?;
    let role = info.role_arn.rsplit_once("/").map(|(start, _)| start.to_owned()).expect("an ARN");
    let roles: Vec<String> = stage
        .sim
        .ledger()
        .left()
        .iter()
        .filter(|it| it.kind == "AWS::IAM::Role" && it.id.contains("FargatePod"))
        .map(|it| format!("{role}/{}", it.id))
        .collect();
    let selector = aws_sdk_eks::types::FargateProfileSelector::builder().namespace("other").build();
    let call = stage.eks_api().create_fargate_profile().cluster_name("web").fargate_profile_name("other");
    let call = call.pod_execution_role_arn(&roles[0]).selectors(selector);
    stage.run(move || call.send()).expect("somebody makes a profile");
    let info = stage.create(&cluster)?;
    assert_eq!(info.fargate_profiles.len(), 2);
    stage.delete("web")?;
    assert_eq!(left(&stage.sim), Vec::<String>::new(), "whoever made it, it goes with the cluster");
    Ok(())
}
