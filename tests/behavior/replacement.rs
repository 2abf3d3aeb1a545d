//! What AWS lets nobody change of a thing that is there: another one is made beside it, where the caller lets that happen.

use eks_core::simulator::Effect;
use eks_core::{
    ApplyOptions, Cluster, ClusterInfo, Error, ErrorKind, FargateProfile, NodeGroup, Replaceable, Scaling,
    Selector, Taint,
};
use tests::{Stage, accepted_writes, left, said, writes};

fn cluster() -> Result<Cluster, Error> {
    let orders = NodeGroup::builder().name("orders").scaling(Scaling::between(1, 4).desired(2));
    let orders = orders.instance_type("m5.large").taint(Taint::no_schedule("app", "orders")).build()?;
    let rest = NodeGroup::builder().name("rest").build()?;
    let web = FargateProfile::builder().name("web").namespace("web").build()?;
    Cluster::builder().name("shop").node_group(orders).node_group(rest).fargate_profile(web).build()
}

fn group(cluster: &mut Cluster) -> &mut NodeGroup {
    &mut cluster.node_groups.as_mut().expect("it has two")[0]
}

fn of_type(instance_type: &str) -> Result<Cluster, Error> {
    let mut cluster = cluster()?;
    group(&mut cluster).instance_types = vec![instance_type.to_owned()];
    Ok(cluster)
}

/// Another instance type, and labels on it; another namespace.
fn changed() -> Result<Cluster, Error> {
    let mut cluster = of_type("c5.xlarge")?;
    group(&mut cluster).labels.insert("tier".to_owned(), "orders".to_owned());
    cluster.fargate_profiles[0].selectors =
        vec![Selector { namespace: "shop".to_owned(), ..cluster.fargate_profiles[0].selectors[0].clone() }];
    Ok(cluster)
}

fn orders() -> ApplyOptions {
    ApplyOptions::default().allow_replace(Replaceable::node_group("orders"))
}

fn both() -> ApplyOptions {
    orders().allow_replace(Replaceable::fargate_profile("web"))
}

fn stage() -> Result<Stage, Error> {
    let stage = Stage::default();
    stage.create(&cluster()?)?;
    Ok(stage)
}

fn apply(stage: &Stage, cluster: &Cluster, options: ApplyOptions) -> Result<ClusterInfo, Error> {
    let operation = stage.eks.apply_with(cluster, options);
    stage.run(move || operation)
}

/// The names of node groups in the spec and in AWS.
fn names(info: &ClusterInfo) -> Vec<(String, String)> {
    info.node_groups.iter().map(|group| (group.name.clone(), group.physical_name.clone())).collect()
}

/// Groups, profiles and stacks that are there, but for the cluster's own.
fn things(stage: &Stage) -> Vec<String> {
    let kinds = ["AWS::EKS::Nodegroup", "AWS::EKS::FargateProfile", "AWS::CloudFormation::Stack"];
    left(&stage.sim).into_iter().filter(|it| kinds.iter().any(|kind| it.starts_with(kind))).collect()
}

#[test]
fn what_needs_another_group_is_refused_unless_that_is_allowed_by_name() -> Result<(), Error> {
    let stage = stage()?;
    let before = writes(&stage.sim).len();
    for options in
        [ApplyOptions::default(), ApplyOptions::default().allow_replace(Replaceable::node_group("rest"))]
    {
        let error = apply(&stage, &of_type("c5.xlarge")?, options).expect_err("not this one");
        assert_eq!(error.kind(), ErrorKind::InvalidSpec);
        assert!(error.message().contains("nodeGroups[0].instanceTypes[0]"), "{error}");
        assert!(error.hint().is_some_and(|hint| hint.contains("allow_replace")), "{error}");
    }
    let calls = || stage.sim.with_world(|world| world.ledger().client_calls().count());
    let asked = calls();
    let options = ApplyOptions::default().allow_replace(Replaceable::fargate_profile("orders"));
    let error = apply(&stage, &of_type("c5.xlarge")?, options).expect_err("there is no such profile");
    insta::assert_snapshot!(said(&error));
    assert_eq!((writes(&stage.sim).len(), calls()), (before, asked));
    Ok(())
}

#[test]
fn another_group_and_another_profile_come_before_the_old_ones_go() -> Result<(), Error> {
    let stage = stage()?;
    let eks = stage.eks.clone();
    let plan = stage.run(move || async move { eks.plan_with(&changed()?, both()).await })?;
    insta::assert_snapshot!(plan.to_string());
    let first = accepted_writes(&stage.sim).len();
    let info = apply(&stage, &changed()?, both())?;
    let new = names(&info);
    assert_eq!(new.len(), 2, "{new:?}");
    let (name, in_aws) = &new[0];
    assert!(name == "orders" && in_aws.starts_with("orders-") && in_aws.len() == 13, "{new:?}");
    assert_eq!(new[1], ("rest".to_owned(), "rest".to_owned()));
    assert_eq!(info.node_groups[0].instance_types, ["c5.xlarge"]);
    assert_eq!(info.nodes.iter().filter(|node| node.node_group.as_ref() == Some(in_aws)).count(), 2);
    assert!(info.nodes.iter().all(|node| node.ready && node.node_group.as_deref() != Some("orders")));
    let sent: Vec<String> = accepted_writes(&stage.sim).split_off(first);
    let at = |operation: &str| {
        let at = sent.iter().position(|it| it.ends_with(operation));
        at.unwrap_or_else(|| panic!("{operation}: {sent:?}"))
    };
    assert!(at("CreateNodegroup") < at("DeleteNodegroup"), "{sent:?}");
    assert!(at("CreateFargateProfile") < at("DeleteFargateProfile"), "{sent:?}");
    assert_eq!(sent.iter().filter(|it| it.ends_with("UpdateStack")).count(), 1, "the spec is written down");
    // A second apply is nothing, with the permission or without it; and so is a create.
    let before = writes(&stage.sim).len();
    let after = stage.another_process();
    assert!(after.plan(&changed()?)?.is_empty(), "{}", after.plan(&changed()?)?);
    apply(&after, &changed()?, both())?;
    after.create(&changed()?)?;
    assert_eq!(writes(&stage.sim)[before..], [] as [String; 0]);
    // Everything else goes by the name that the spec knows.
    let mut other = changed()?;
    group(&mut other).labels.insert("tier".to_owned(), "two".to_owned());
    apply(&after, &other, ApplyOptions::default())?;
    let scaled = after.eks.scale("shop", "orders", &Scaling::between(1, 4).desired(3));
    let scaled = after.run(move || scaled)?;
    assert_eq!((scaled.name.as_str(), &scaled.physical_name, scaled.desired), ("orders", in_aws, 3));
    let eks = after.eks.clone();
    let spec = after.run(move || async move { eks.spec_of("shop").await })?;
    assert_eq!(spec.node_groups.as_ref().expect("two")[0].name.as_deref(), Some("orders"));
    assert_eq!(spec.fargate_profiles[0].name, "web");
    assert!(after.plan(&spec)?.is_empty(), "{}", after.plan(&spec)?);
    stage.delete("shop")?;
    stage.sim.advance(std::time::Duration::from_secs(600));
    assert_eq!(left(&stage.sim), Vec::<String>::new());
    Ok(())
}

/// A third one, and the first one's type again: each has a name that none had before.
#[test]
fn what_was_replaced_is_replaced_again() -> Result<(), Error> {
    let stage = stage()?;
    let mut seen = vec!["orders".to_owned()];
    for instance_type in ["c5.xlarge", "m5.large", "c5.xlarge"] {
        let info = apply(&stage.another_process(), &of_type(instance_type)?, orders())?;
        let in_aws = names(&info)[0].1.clone();
        assert!(!seen.contains(&in_aws), "{in_aws}: {seen:?}");
        assert_eq!(info.node_groups[0].instance_types, [instance_type]);
        assert!(stage.another_process().plan(&of_type(instance_type)?)?.is_empty());
        seen.push(in_aws);
    }
    // Two groups, one profile, the foundation and two stacks.
    assert_eq!(things(&stage).len(), 6, "{:?}", things(&stage));
    // Without the group, and with a pruning: its name is free again.
    let mut without = cluster()?;
    without.node_groups.as_mut().expect("two").remove(0);
    apply(&stage, &without, ApplyOptions::default().prune(true))?;
    assert!(stage.another_process().plan(&without)?.is_empty());
    let info = apply(&stage.another_process(), &cluster()?, ApplyOptions::default())?;
    assert_eq!(names(&info)[0], ("orders".to_owned(), "orders".to_owned()));
    Ok(())
}

/// The policies of a group's own role are the new one's.
#[test]
fn policies_go_to_the_one_that_is_there() -> Result<(), Error> {
    let read = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";
    let stage = stage()?;
    let mut spec = cluster()?;
    group(&mut spec).policy_arns = vec!["arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy".to_owned()];
    apply(&stage, &spec, orders())?;
    let attach = stage.eks.attach_policy("shop", "orders", read);
    stage.run(move || attach)?;
    group(&mut spec).policy_arns.push(read.to_owned());
    let plan = stage.another_process().plan(&spec)?;
    assert!(plan.is_empty(), "{plan}");
    Ok(())
}

/// A cluster that others made: the group that is named goes, though it was never tagged as ours.
#[test]
fn a_group_that_others_made_is_replaced() -> Result<(), Error> {
    let stage = Stage::default();
    stage.made_by_others();
    let eks = stage.eks.clone();
    let mut spec = stage.run(move || async move { eks.spec_of("theirs").await })?;
    let group = &mut spec.node_groups.as_mut().expect("it has some")[0];
    let name = group.name.clone().expect("a name");
    group.instance_types = vec!["c5.xlarge".to_owned()];
    let options = ApplyOptions::default().adopt(true).allow_replace(Replaceable::node_group(name.as_str()));
    let info = apply(&stage, &spec, options)?;
    let replaced: Vec<_> = info.node_groups.iter().filter(|it| it.name == name).collect();
    assert_eq!(replaced.len(), 1, "{:?}", names(&info));
    assert_ne!(replaced[0].physical_name, name);
    assert!(stage.another_process().plan(&spec)?.is_empty());
    Ok(())
}

/// Killed at every third call, and gone on with by the same call: one other group, one other profile, nothing else.
#[test]
fn killed_on_the_way_to_another() -> Result<(), Error> {
    let stage = stage()?;
    let calls = |stage: &Stage| stage.sim.with_world(|world| world.ledger().client_calls().count()) as u64;
    let first = calls(&stage);
    let whole = names(&apply(&stage, &changed()?, both())?);
    let all = first..calls(&stage);
    assert!(all.clone().count() > 30, "{all:?}");
    for call in all.step_by(3) {
        let stage = self::stage()?;
        stage.die_at(call, &Effect::DieAfterAccept);
        let operation = stage.eks.apply_with(&changed()?, both());
        let dead = stage.sim.run(move || operation);
        assert!(dead.is_err(), "call {call} is not one of these");
        stage.sim.clear_faults();
        let after = stage.another_process();
        let info = apply(&after, &changed()?, both())?;
        assert_eq!(names(&info), whole, "call {call}");
        assert!(after.plan(&changed()?)?.is_empty(), "call {call}");
        assert_eq!(things(&after).len(), 6, "call {call}: {:?}", things(&after));
    }
    Ok(())
}
