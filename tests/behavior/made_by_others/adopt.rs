//! A cluster that others made becomes this library's, and theirs stays theirs.

use std::collections::BTreeMap;

use eks_core::simulator::Effect;
use eks_core::{
    ApplyOptions, Cluster, ClusterInfo, Error, ErrorKind, Handle, LogType, NodeGroup, Outcome, Plan, Resumed,
    Scaling,
};
use tests::{Stage, THEIRS, accepted_writes, left, living, refused_writes, said, writes};

use super::spec_of::{group, spec_of};

fn adopting() -> ApplyOptions {
    ApplyOptions::default().adopt(true)
}

fn plan(stage: &Stage, spec: &Cluster, options: ApplyOptions) -> Result<Plan, Error> {
    let (eks, spec) = (stage.eks.clone(), spec.clone());
    stage.run(move || async move { eks.plan_with(&spec, options).await })
}

fn adopt(stage: &Stage, spec: &Cluster) -> Result<ClusterInfo, Error> {
    let operation = stage.eks.apply_with(spec, adopting());
    stage.run(move || operation)
}

fn bare() -> Cluster {
    Cluster::builder().name(THEIRS).build().expect("valid")
}

fn since(stage: &Stage, before: usize) -> Vec<String> {
    writes(&stage.sim).split_off(before)
}

#[test]
fn its_spec_plans_to_nothing_but_the_adoption() -> Result<(), Error> {
    let stage = Stage::default();
    stage.made_by_others();
    let spec = spec_of(&stage, THEIRS)?;
    let before = writes(&stage.sim).len();
    let refused = stage.apply(&spec).expect_err("it is somebody else's");
    assert_eq!(refused.kind(), ErrorKind::AlreadyExists);
    insta::assert_snapshot!("refused", said(&refused));
    let planned = plan(&stage, &spec, adopting())?;
    insta::assert_snapshot!("plan", planned.to_string());
    assert_eq!(since(&stage, before), [""; 0], "a plan touches nothing");

    let info = adopt(&stage, &spec)?;
    assert_eq!(info.tags.get("team").map(String::as_str), Some("platform"), "what they put there stays");
    let tags = vec!["eks:TagResource"; 7];
    let mut wrote = since(&stage, before);
    wrote.sort();
    assert_eq!(wrote, [vec!["cloudformation:CreateStack"], tags].concat());
    assert_eq!(refused_writes(&stage.sim), [""; 0]);

    // From then on it is one of ours: no `adopt`, nothing to do, whoever asks.
    let before = writes(&stage.sim).len();
    assert!(plan(&stage, &spec, ApplyOptions::default())?.is_empty());
    stage.another_process().apply(&spec)?;
    adopt(&stage, &spec)?;
    assert_eq!(spec_of(&stage, THEIRS)?, spec);
    let eks = stage.eks.clone();
    stage.run(move || eks.continue_create(THEIRS))?;
    assert_eq!(since(&stage, before), [""; 0]);
    Ok(())
}

#[test]
fn nothing_need_be_said_of_it_but_its_name() -> Result<(), Error> {
    let stage = Stage::default();
    stage.made_by_others();
    let was = spec_of(&stage, THEIRS)?;
    adopt(&stage, &bare())?;
    assert_eq!(group(&spec_of(&stage, THEIRS)?, "workers"), group(&was, "workers"));
    assert!(plan(&stage, &bare(), ApplyOptions::default())?.is_empty());
    assert_eq!(refused_writes(&stage.sim), [""; 0]);
    Ok(())
}

/// The spec with everything another that can be, and a node group more.
fn changed(spec: &Cluster) -> Cluster {
    let mut spec = spec.clone();
    let groups = spec.node_groups.as_mut().expect("it has groups");
    let workers = groups.iter_mut().find(|it| it.name.as_deref() == Some("workers")).expect("it has workers");
    workers.scaling = Some(Scaling::between(2, 6).desired(3));
    workers.labels.insert("team".to_owned(), "orders".to_owned());
    workers.tags.insert("cost-center".to_owned(), "4712".to_owned());
    groups.push(NodeGroup::builder().name("ours").scaling(Scaling::fixed(1)).build().expect("valid"));
    spec.logging = Some([LogType::Api].into());
    spec.tags.insert("owner".to_owned(), "shop".to_owned());
    spec
}

#[test]
fn a_changed_spec_is_followed_as_of_a_cluster_of_ours() -> Result<(), Error> {
    let stage = Stage::default();
    stage.made_by_others();
    let spec = spec_of(&stage, THEIRS)?;
    let changed = changed(&spec);
    // At once with the adoption; the plan says both.
    let planned = plan(&stage, &changed, adopting())?.to_string();
    for line in
        ["adopted: tagged as ours", "min 1 → 2", "labels.team shop → orders", "logging Api Audit → Api"]
    {
        assert!(planned.contains(line), "{line}: {planned}");
    }
    let info = adopt(&stage, &changed)?;
    assert_eq!(
        info.node_groups.iter().map(|it| it.name.as_str()).collect::<Vec<_>>(),
        ["batch", "ours", "workers"]
    );
    assert_eq!(info.nodes.len(), 1 + 1 + 3);
    assert!(plan(&stage, &changed, ApplyOptions::default())?.is_empty());

    // What the adopted spec had goes with its next one; what it never had is theirs.
    let mut next = changed.clone();
    let workers = next.node_groups.as_mut().expect("it has groups");
    let workers =
        workers.iter_mut().find(|it| it.name.as_deref() == Some("workers")).expect("it has workers");
    workers.labels.remove("stage");
    next.tags.remove("owner");
    let info = stage.apply(&next)?;
    assert_eq!(info.tags.get("owner"), None);
    assert_eq!(info.tags.get("team").map(String::as_str), Some("platform"));
    assert!(!group(&spec_of(&stage, THEIRS)?, "workers").labels.contains_key("stage"));
    // EKS makes no node group while it changes the cluster's logs, and says so.
    assert!(refused_writes(&stage.sim).iter().all(|it| it == "eks:CreateNodegroup InvalidRequestException"));
    Ok(())
}

#[test]
fn what_they_put_there_stays_where_the_spec_does_not_mention_it() -> Result<(), Error> {
    let stage = Stage::default();
    stage.made_by_others();
    let workers = NodeGroup::builder().name("workers").scaling(Scaling::between(1, 4).desired(2)).build()?;
    let mut spec = Cluster::builder().name(THEIRS).node_group(workers).build()?;
    let before = writes(&stage.sim).len();
    spec.node_groups.as_mut().expect("it has one")[0].instance_types = vec!["m5.large".to_owned()];
    let refused = adopt(&stage, &spec).expect_err("its nodes are of another type");
    assert_eq!(refused.kind(), ErrorKind::InvalidSpec, "{refused}");
    assert_eq!(since(&stage, before), [""; 0], "nothing was touched");
    spec.node_groups.as_mut().expect("it has one")[0].instance_types = Vec::new();
    // With `prune`, too: what others made is nobody's to prune.
    let operation = stage.eks.apply_with(&spec, adopting().prune(true));
    stage.run(move || operation)?;
    let seen = spec_of(&stage, THEIRS)?;
    let names: Vec<_> = seen.node_groups.iter().flatten().filter_map(|it| it.name.as_deref()).collect();
    assert_eq!(names, ["workers", "batch"]);
    let api = stage.eks_api();
    let asked = stage.run(move || async move {
        api.describe_nodegroup().cluster_name(THEIRS).nodegroup_name("workers").send().await
    });
    let asked = asked.expect("there").nodegroup.expect("there");
    assert_eq!(asked.labels.map(|it| it.len()), Some(2));
    assert_eq!(asked.taints.map(|it| it.len()), Some(1));
    assert_eq!(seen.fargate_profiles.len(), 1);
    Ok(())
}

/// What belongs to others is never changed or deleted: neither by the adoption, nor by the delete.
#[test]
fn a_later_delete_leaves_what_others_made() -> Result<(), Error> {
    let stage = Stage::default();
    let there = |stage: &Stage| {
        let kinds = ["AWS::EC2::VPC", "AWS::EC2::Subnet", "AWS::IAM::Role", "AWS::EC2::LaunchTemplate"];
        let more = ["AWS::EC2::InternetGateway", "AWS::EC2::RouteTable"];
        let is = |id: &&String| kinds.iter().chain(&more).any(|kind| id.starts_with(&format!("{kind} ")));
        left(&stage.sim).iter().filter(is).cloned().collect::<Vec<_>>()
    };
    stage.made_by_others();
    let theirs = there(&stage);
    let spec = spec_of(&stage, THEIRS)?;
    let refused = stage.delete(THEIRS).expect_err("it is not ours yet");
    assert_eq!(refused.kind(), ErrorKind::AlreadyExists);
    adopt(&stage, &changed(&spec))?;
    let report = stage.delete(THEIRS)?;
    assert!(report.found && report.unchecked.is_empty(), "{report:?}");
    assert_eq!(report.detached, [""; 0]);
    assert_eq!(there(&stage), theirs, "{:?}", living(&stage.sim));
    assert_eq!(living(&stage.sim).get("AWS::EKS::Cluster"), None);
    assert_eq!(living(&stage.sim).get("AWS::CloudFormation::Stack"), None);
    let ec2 = accepted_writes(&stage.sim).into_iter().filter(|it| it.starts_with("ec2:Delete"));
    assert_eq!(ec2.collect::<Vec<_>>(), [""; 0]);
    Ok(())
}

#[test]
fn killed_at_any_call_it_goes_on() -> Result<(), Error> {
    let wanted = {
        let stage = Stage::default();
        stage.made_by_others();
        let spec = changed(&spec_of(&stage, THEIRS)?);
        let begins = stage.sim.ledger().client_calls().count() as u64;
        adopt(&stage, &spec)?;
        (begins, stage.sim.ledger().client_calls().count() as u64, living(&stage.sim))
    };
    let (begins, ends, wanted) = wanted;
    let deaths = [Effect::DieBeforeAccept, Effect::DieAfterAccept];
    // Every third call, by turns before and after it is accepted.
    for (call, effect) in (begins..ends).step_by(3).zip(deaths.iter().cycle()) {
        let stage = Stage::default();
        stage.made_by_others();
        let spec = changed(&spec_of(&stage, THEIRS)?);
        stage.die_at(call, effect);
        let operation = stage.eks.apply_with(&spec, adopting());
        let _dead = stage.sim.run(move || operation);
        stage.sim.clear_faults();
        let stage = stage.another_process();
        adopt(&stage, &spec).unwrap_or_else(|error| panic!("call {call}, {effect:?}: {}", error.chain()));
        assert_eq!(living(&stage.sim), wanted, "call {call}, {effect:?}");
        let info = plan(&stage, &spec, ApplyOptions::default())?;
        assert!(info.is_empty(), "call {call}, {effect:?}: {info}");
        let seen = spec_of(&stage, THEIRS)?;
        assert_eq!(group(&seen, "workers").scaling, Some(Scaling::between(2, 6).desired(3)), "call {call}");
    }
    Ok(())
}

#[test]
fn by_ticks_and_from_a_handle() -> Result<(), Error> {
    let stage = Stage::default();
    stage.made_by_others();
    let spec = spec_of(&stage, THEIRS)?;
    let handle = stage.eks.apply_handle(&spec, adopting())?;
    let handle = Handle::from_json(&handle.to_json()?)?;
    let Resumed::Apply(operation) = stage.eks.resume(handle.clone()) else { panic!("it is an apply") };
    stage.run(move || operation)?;
    // The handle of an adoption that is over finds it done.
    let eks = stage.eks.clone();
    let tick = stage.run(move || async move { eks.tick(handle).await })?;
    assert!(matches!(tick.outcome, Some(Outcome::Created(_))));
    Ok(())
}

/// A cluster of ours that somebody took the tags off, and one whose foundation is gone, are adopted again.
#[test]
fn one_that_was_ours_is_taken_back() -> Result<(), Error> {
    let stage = Stage::default();
    let spec = Cluster::builder().name("web").node_group(NodeGroup::builder().name("a").build()?).build()?;
    stage.create(&spec)?;
    stage.disown("web");
    assert_eq!(stage.apply(&spec).expect_err("its tags are gone").kind(), ErrorKind::AlreadyExists);
    adopt(&stage, &spec)?;
    assert!(plan(&stage, &spec, ApplyOptions::default())?.is_empty());
    stage.delete("web")?;
    assert_eq!(left(&stage.sim), [""; 0]);
    Ok(())
}

/// What an adopted spec cannot be is refused before anything is touched, by field.
#[test]
fn what_cannot_be_is_refused_before_the_first_write() -> Result<(), Error> {
    let stage = Stage::default();
    stage.made_by_others();
    let spec = spec_of(&stage, THEIRS)?;
    let before = writes(&stage.sim).len();
    let mut other = spec.clone();
    other.node_groups.as_mut().expect("it has groups")[0].role_arn =
        Some("arn:aws:iam::123456789012:role/x".to_owned());
    other.tags = BTreeMap::new();
    let refused = adopt(&stage, &other).expect_err("another role is another group");
    assert_eq!(refused.kind(), ErrorKind::InvalidSpec);
    assert!(refused.message().contains("nodeGroups[0].roleArn"), "{refused}");
    let elsewhere = Cluster { network: Cluster::default().network, ..bare() };
    assert!(
        plan(&stage, &elsewhere, adopting()).is_ok(),
        "a network that is not mentioned is the one it has"
    );
    assert_eq!(since(&stage, before), [""; 0]);
    Ok(())
}
