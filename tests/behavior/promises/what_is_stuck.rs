//! A stack that CloudFormation cannot delete goes without what is stuck, if the caller says so, and what stays is named.

use eks_core::simulator::Effect;
use eks_core::{Cluster, DeleteOptions, DeleteReport, Error, ErrorKind};
use tests::{Stage, left};

/// A control plane in a VPC of ours, in which somebody has a printer.
fn scene() -> Result<(Stage, String), Error> {
    let stage = Stage::default();
    let info = stage.create(&Cluster::builder().name("web").no_node_groups().build()?)?;
    let subnet = info.subnets[0].clone();
    let call = stage.ec2().create_network_interface().subnet_id(&subnet).description("a printer");
    stage.run(move || call.send()).expect("made");
    Ok((stage, subnet))
}

fn retaining(stage: &Stage) -> Result<DeleteReport, Error> {
    let options = DeleteOptions::default().retain_what_is_stuck(true);
    let operation = stage.eks.delete_with("web", options);
    stage.run(move || operation)
}

/// What is left of the kinds that stay with the printer: its subnet and VPC, with the group that every VPC has.
fn check(stage: &Stage, subnet: &str) {
    let left = left(&stage.sim);
    let mut kinds: Vec<&str> = left.iter().filter_map(|it| it.split(' ').next()).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, ["AWS::EC2::NetworkInterface", "AWS::EC2::Subnet", "AWS::EC2::VPC"], "{left:?}");
    assert!(left.iter().any(|it| it.ends_with(subnet)), "{left:?}");
}

#[test]
fn a_network_that_somebody_uses() -> Result<(), Error> {
    let (stage, subnet) = scene()?;
    let report = retaining(&stage)?;
    check(&stage, &subnet);
    let [one, other] = &report.retained[..] else { panic!("{:?}", report.retained) };
    assert!(one.contains(&format!("{subnet} of stack eks-web-")), "{one}");
    assert!(other.starts_with("VPC vpc-"), "{other}");
    assert!(report.deleted.iter().any(|it| it.starts_with("stack eks-web-")), "{:?}", report.deleted);

    // The name is free, and nothing is remembered.
    assert!(!stage.delete("web")?.found);
    stage.create(&Cluster::builder().name("web").no_node_groups().build()?)?;
    assert_eq!(stage.delete("web")?.retained, Vec::<String>::new());
    Ok(())
}

/// Nobody asked for it: the delete ends, and says that one can. Then somebody does.
#[test]
fn only_if_the_caller_says_so() -> Result<(), Error> {
    let (stage, subnet) = scene()?;
    let error = stage.delete("web").expect_err("a printer is in the way");
    assert_eq!(error.kind(), ErrorKind::Failed);
    assert!(error.hint().is_some_and(|hint| hint.contains("`retain_what_is_stuck`")), "{error}");
    let asked = |stage: &Stage| {
        let ledger = stage.sim.ledger();
        ledger.client_calls().filter(|call| call.operation == "DeleteStack").count()
    };
    assert_eq!(asked(&stage), 1);
    retaining(&stage)?;
    check(&stage, &subnet);
    Ok(())
}

/// Dead after any of its writes, and called again.
#[test]
fn a_delete_that_dies_on_the_way() -> Result<(), Error> {
    let (undisturbed, _) = scene()?;
    retaining(&undisturbed)?;
    let ledger = undisturbed.sim.ledger();
    let deletes: Vec<u64> = ledger
        .client_calls()
        .enumerate()
        .filter(|(_, call)| call.operation == "DeleteStack")
        .map(|(index, _)| index as u64)
        .collect();
    assert!(deletes.len() >= 3, "one that fails, then the subnet is left, then its VPC: {deletes:?}");
    let last = deletes.last().copied();
    for call in deletes {
        let (stage, subnet) = scene()?;
        stage.die_at(call, &Effect::DieAfterAccept);
        let operation = stage.eks.delete_with("web", DeleteOptions::default().retain_what_is_stuck(true));
        let _dead = stage.sim.run(move || operation);
        stage.sim.clear_faults();
        let stage = stage.another_process();
        let report = retaining(&stage)?;
        check(&stage, &subnet);
        // Whoever comes when CloudFormation has it all names what it sees left out by then.
        let vpc = report.retained.iter().any(|it| it.starts_with("VPC vpc-"));
        assert!(vpc || Some(call) == last, "call {call}: {:?}", report.retained);
        assert!(report.retained.iter().any(|it| it.contains(&subnet)), "call {call}: {:?}", report.retained);
    }
    Ok(())
}
