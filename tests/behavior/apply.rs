//! A spec that changes, and the cluster that follows.

use std::collections::BTreeSet;
use std::time::Duration;

use aws_sdk_eks::config::AsyncSleep;
use eks_core::simulator::{Effect, Fault, SimulatorExt};
use eks_core::{
    Addon, ApplyOptions, Cluster, ErrorKind, EventKind, Handle, LogType, NodeGroup, Outcome, Resumed,
    Scaling, SupportType, Taint, UpdateSettings,
};
use tests::{Stage, said, writes};

fn group() -> Result<NodeGroup, eks_core::Error> {
    NodeGroup::builder()
        .name("orders")
        .scaling(Scaling::between(1, 4).desired(2))
        .label("team", "shop")
        .label("stage", "test")
        .taint(Taint::no_schedule("app", "orders"))
        .build()
}

fn cluster() -> Result<Cluster, eks_core::Error> {
    Cluster::builder()
        .name("web")
        .node_group(group()?)
        .node_group(NodeGroup::builder().name("rest").build()?)
        .tag("cost-center", "4711")
        .build()
}

/// The cluster with everything another that can be without new nodes.
fn changed() -> Result<Cluster, eks_core::Error> {
    let mut cluster = cluster()?;
    let group = &mut cluster.node_groups.as_mut().expect("it has groups")[0];
    group.scaling = Some(Scaling::between(2, 6).desired(3));
    group.labels.remove("stage");
    group.labels.insert("team".to_owned(), "orders".to_owned());
    group.taints = vec![Taint::no_schedule("app", "other"), Taint::no_execute("gpu", "yes")];
    group.update = Some(UpdateSettings { max_unavailable: Some(2), ..UpdateSettings::default() });
    group.tags.insert("app".to_owned(), "orders".to_owned());
    cluster.tags.remove("cost-center");
    cluster.tags.insert("owner".to_owned(), "shop".to_owned());
    cluster.logging = Some(BTreeSet::from([LogType::Api, LogType::Audit]));
    cluster.endpoint_access.private = Some(true);
    cluster.endpoint_access.public_cidrs = Some(vec!["203.0.113.0/24".to_owned(), "0.0.0.0/0".to_owned()]);
    cluster.upgrade_policy = Some(SupportType::Standard);
    cluster.deletion_protection = Some(true);
    Ok(cluster)
}

fn stage() -> Result<Stage, eks_core::Error> {
    let stage = Stage::default();
    stage.create(&cluster()?)?;
    Ok(stage)
}

/// What EKS says of the group, where a client of another kind asks.
fn seen(stage: &Stage, group: &'static str) -> aws_sdk_eks::types::Nodegroup {
    let api = stage.eks_api();
    let answer = stage.run(move || async move {
        api.describe_nodegroup().cluster_name("web").nodegroup_name(group).send().await
    });
    answer.expect("it is there").nodegroup.expect("it is there")
}

#[test]
fn everything_that_can_change_does_and_a_second_apply_is_empty() -> Result<(), eks_core::Error> {
    let stage = stage()?;
    let changed = changed()?;
    let before = writes(&stage.sim).len();
    let plan = stage.plan(&changed)?;
    insta::assert_snapshot!(plan.to_string());
    assert_eq!(writes(&stage.sim).len(), before, "a plan touches nothing");
    let info = stage.apply(&changed)?;
    assert_eq!(info.tags.get("owner").map(String::as_str), Some("shop"));
    assert_eq!(info.tags.get("cost-center"), None);

    let group = seen(&stage, "orders");
    let labels = group.labels.unwrap_or_default();
    assert_eq!(labels.get("team").map(String::as_str), Some("orders"));
    assert_eq!(labels.get("stage"), None);
    let mut taints: Vec<String> = group
        .taints
        .unwrap_or_default()
        .iter()
        .map(|taint| format!("{}={}", taint.key().unwrap_or_default(), taint.value().unwrap_or_default()))
        .collect();
    taints.sort();
    assert_eq!(taints, ["app=other", "gpu=yes"]);
    let sizes = group.scaling_config.expect("it has sizes");
    assert_eq!((sizes.min_size, sizes.max_size, sizes.desired_size), (Some(2), Some(6), Some(3)));
    assert_eq!(group.update_config.and_then(|update| update.max_unavailable), Some(2));
    assert_eq!(group.tags.unwrap_or_default().get("app").map(String::as_str), Some("orders"));
    assert_eq!(info.nodes.iter().filter(|node| node.node_group.as_deref() == Some("orders")).count(), 3);

    let api = stage.eks_api();
    let seen = stage.run(move || async move { api.describe_cluster().name("web").send().await });
    let seen = seen.expect("it is there").cluster.expect("it is there");
    let network = seen.resources_vpc_config.expect("it has one");
    assert!(network.endpoint_private_access && network.endpoint_public_access);
    assert_eq!(network.public_access_cidrs.unwrap_or_default().len(), 2);
    assert_eq!(seen.deletion_protection, Some(true));

    let before = writes(&stage.sim).len();
    assert!(stage.plan(&changed)?.is_empty());
    stage.apply(&changed)?;
    assert!(stage.another_process().plan(&changed)?.is_empty());
    // Whoever goes on with the create of this name finds the spec that holds now.
    let eks = stage.another_process().eks.clone();
    stage.run(move || eks.continue_create("web"))?;
    assert_eq!(writes(&stage.sim)[before..], [] as [String; 0]);
    Ok(())
}

#[test]
fn what_the_spec_does_not_mention_is_left_alone() -> Result<(), eks_core::Error> {
    let stage = stage()?;
    stage.apply(&changed()?)?;
    // A label of somebody else, and a size that an autoscaler chose.
    let (api, time) = (stage.eks_api(), stage.sim.sleep_impl());
    stage.run(move || async move {
        let labels = aws_sdk_eks::types::UpdateLabelsPayload::builder().add_or_update_labels("theirs", "yes");
        let sizes =
            aws_sdk_eks::types::NodegroupScalingConfig::builder().min_size(2).max_size(6).desired_size(5);
        let update = api.update_nodegroup_config().cluster_name("web").nodegroup_name("orders");
        let update = update.labels(labels.build()).scaling_config(sizes.build());
        update.send().await.expect("it can be updated");
        time.sleep(Duration::from_secs(600)).await;
    });
    // Logging, access and protection are not mentioned any more; nor are the groups.
    let mut less = Cluster::builder().name("web").tag("owner", "shop").build()?;
    let before = writes(&stage.sim).len();
    stage.apply(&less)?;
    let group = seen(&stage, "orders");
    assert_eq!(group.labels.unwrap_or_default().get("theirs").map(String::as_str), Some("yes"));
    assert_eq!(group.scaling_config.and_then(|sizes| sizes.desired_size), Some(5));
    assert_eq!(writes(&stage.sim)[before..], [] as [String; 0]);
    less.tags.clear();
    let info = stage.apply(&less)?;
    assert_eq!(info.tags.get("owner"), None);
    Ok(())
}

#[test]
fn what_is_missing_is_made_and_what_is_spare_stays_until_it_is_pruned() -> Result<(), eks_core::Error> {
    let stage = stage()?;
    let mut other = cluster()?;
    let groups = other.node_groups.as_mut().expect("it has groups");
    groups[1] = NodeGroup::builder().name("batch").scaling(Scaling::fixed(1)).build()?;
    let profile = eks_core::FargateProfile::builder().name("jobs").namespace("jobs").build()?;
    other.fargate_profiles.push(profile);
    other.addons = Some(vec![Addon::named("vpc-cni"), Addon::named("coredns")]);
    let names = |info: &eks_core::ClusterInfo| {
        let mut names: Vec<String> = info.node_groups.iter().map(|group| group.name.clone()).collect();
        names.extend(info.fargate_profiles.iter().map(|profile| profile.name.clone()));
        names.extend(info.addons.iter().map(|addon| addon.name.clone()));
        names.sort();
        names
    };
    let everything = |stage: &Stage| {
        let eks = stage.eks.clone();
        stage.run(move || async move { eks.describe("web").await })
    };
    stage.apply(&other)?;
    let all = ["batch", "coredns", "jobs", "kube-proxy", "orders", "rest", "vpc-cni"];
    assert_eq!(names(&everything(&stage)?), all);
    assert!(stage.plan(&other)?.is_empty());

    let prune = ApplyOptions::default().prune(true);
    let (eks, spec, options) = (stage.eks.clone(), other.clone(), prune.clone());
    let plan = stage.run(move || async move { eks.plan_with(&spec, options).await })?;
    let left: Vec<&str> =
        plan.steps.iter().filter(|step| !step.state.is_settled()).map(|step| step.id.as_str()).collect();
    assert_eq!(left, ["deleteNodeGroup/rest", "deleteNodeGroupStack/rest", "deleteAddon/kube-proxy"]);
    let (events, pruned) = stage.watch(stage.eks.apply_with(&other, prune));
    pruned?;
    let done: Vec<String> = events
        .iter()
        .filter_map(|event| match &event.kind {
            EventKind::StepDone { step, .. } => Some(step.clone()),
            _ => None,
        })
        .filter(|step| step.starts_with("delete"))
        .collect();
    assert_eq!(done, ["deleteAddon/kube-proxy", "deleteNodeGroup/rest", "deleteNodeGroupStack/rest"]);
    assert_eq!(names(&everything(&stage)?), ["batch", "coredns", "jobs", "orders", "vpc-cni"]);
    stage.delete("web")?;
    assert_eq!(stage.sim.ledger().left().len(), 0);
    Ok(())
}

#[test]
fn what_cannot_change_is_refused_before_the_first_write() -> Result<(), eks_core::Error> {
    let stage = stage()?;
    let before = writes(&stage.sim).len();
    let mut other = cluster()?;
    other.version = "1.30".into();
    other.service_cidr = Some("10.96.0.0/12".to_owned());
    let groups = other.node_groups.as_mut().expect("it has groups");
    groups[0].instance_types = vec!["m5.xlarge".to_owned()];
    groups[1].ssh_key = Some("mine".to_owned());
    let error = stage.apply(&other).expect_err("none of this can change");
    insta::assert_snapshot!(said(&error));
    assert_eq!(stage.plan(&other).expect_err("nor be planned").to_string(), error.to_string());
    assert_eq!(writes(&stage.sim).len(), before);
    Ok(())
}

#[test]
fn of_nothing_it_is_a_create_and_of_others_it_is_refused() -> Result<(), eks_core::Error> {
    let stage = Stage::default();
    assert!(stage.plan(&cluster()?)?.to_string().starts_with("Create cluster web"));
    stage.apply(&cluster()?)?;
    assert!(stage.plan(&cluster()?)?.is_empty());
    // To name the region in which it is changes nothing.
    let there = Cluster { region: Some("us-west-2".to_owned()), ..cluster()? };
    assert!(stage.plan(&there)?.is_empty());
    stage.disown("web");
    let error = stage.apply(&changed()?).expect_err("not ours");
    assert_eq!(error.kind(), ErrorKind::AlreadyExists, "{error}");
    Ok(())
}

/// Killed at every third call, and gone on with by the same call or from the handle: everything as the new spec wants it,
/// nothing of the old one left.
#[test]
fn killed_on_the_way() -> Result<(), eks_core::Error> {
    let stage = stage()?;
    let calls = |stage: &Stage| stage.sim.with_world(|world| world.ledger().client_calls().count()) as u64;
    let first = calls(&stage);
    stage.apply(&changed()?)?;
    let all = first..calls(&stage);
    assert!(all.clone().count() > 20, "{all:?}");
    for call in all.step_by(3) {
        let stage = self::stage()?;
        stage.die_at(call, &Effect::DieAfterAccept);
        let operation = stage.eks.apply(&changed()?);
        let handle = operation.handle();
        let dead = stage.sim.run(move || operation);
        assert!(dead.is_err(), "call {call} is not one of these");
        stage.sim.clear_faults();
        let after = stage.another_process();
        match handle.filter(|_| call % 2 == 0) {
            Some(handle) => match after.eks.resume(handle) {
                Resumed::Apply(operation) => drop(after.run(move || operation)?),
                _ => panic!("another operation"),
            },
            None => drop(after.apply(&changed()?)?),
        }
        assert!(after.plan(&changed()?)?.is_empty(), "call {call}");
        let labels = seen(&after, "orders").labels.unwrap_or_default();
        assert_eq!(labels.get("stage"), None, "call {call}");
    }
    Ok(())
}

/// What EKS could not change ends the call with EKS's own words, soon; the next call tries again.
#[test]
fn an_update_that_fails_is_told_in_ekss_words() -> Result<(), eks_core::Error> {
    let group = || -> Result<Cluster, eks_core::Error> {
        let mut cluster = cluster()?;
        cluster.node_groups.as_mut().expect("it has groups")[0].labels.insert("a".to_owned(), "b".to_owned());
        Ok(cluster)
    };
    let control_plane = || Ok::<_, eks_core::Error>(Cluster { zonal_shift: Some(true), ..cluster()? });
    let addon = || -> Result<Cluster, eks_core::Error> {
        let mut dns = Addon::named("coredns");
        dns.configuration = Some(serde_json::json!({ "replicaCount": 3 }));
        Ok(Cluster { addons: Some(vec![dns]), ..cluster()? })
    };
    for (operation, changed) in [
        ("UpdateNodegroupConfig", group()?),
        ("UpdateClusterConfig", control_plane()?),
        ("UpdateAddon", addon()?),
    ] {
        let stage = stage()?;
        let (code, message) =
            ("OperationNotPermitted".to_owned(), "Something of yours is in the way".to_owned());
        let effect = Effect::Fail { code, message };
        let operation = Some(operation.to_owned());
        stage.sim.add_fault(Fault { operation: operation.clone(), effect, ..Fault::default() });
        let error = stage.apply(&changed).expect_err("it could not be changed");
        assert_eq!(
            (error.kind(), error.code()),
            (ErrorKind::Failed, Some("OperationNotPermitted")),
            "{error}"
        );
        assert!(error.message().ends_with(": Something of yours is in the way"), "{error}");
        let sent = writes(&stage.sim)
            .iter()
            .filter(|it| operation.as_ref().is_some_and(|op| it.ends_with(op)))
            .count();
        assert_eq!(sent, 1, "{operation:?}");
        stage.sim.clear_faults();
        stage.another_process().apply(&changed)?;
        assert!(stage.plan(&changed)?.is_empty(), "{operation:?}");
    }
    Ok(())
}

/// Throttled, cut off after EKS accepts, with read lag and hidden updates, by ticks, and two at once: in the end everything
/// is as the spec says, and a second apply is empty.
#[test]
fn in_bad_weather() -> Result<(), eks_core::Error> {
    let fault = |effect: Effect, every| Fault { every: Some(every), effect, ..Fault::default() };
    for (name, fault) in [
        ("throttled", Some(fault(Effect::Throttle, 3))),
        ("cut before", Some(fault(Effect::CutBeforeAccept, 5))),
        ("cut after", Some(fault(Effect::CutAfterAccept, 5))),
        ("locked and late", None),
    ] {
        let stage = stage()?;
        match fault {
            Some(fault) => stage.sim.add_fault(fault),
            None => stage.sim.with_world(|world| {
                let trouble = world.trouble();
                (trouble.hidden_update, trouble.hidden_update_seconds) = (1.0, 700.0);
            }),
        }
        stage.apply(&changed()?).unwrap_or_else(|error| panic!("{name}: {}", error.chain()));
        stage.sim.clear_faults();
        assert!(stage.another_process().plan(&changed()?)?.is_empty(), "{name}");
    }
    Ok(())
}

#[test]
fn two_at_once() -> Result<(), eks_core::Error> {
    let stage = stage()?;
    let (one, other) =
        (stage.other_client(1).eks.apply(&changed()?), stage.other_client(2).eks.apply(&changed()?));
    let (one, other) = stage.run(move || async move { tokio::join!(one, other) });
    one?;
    other?;
    assert!(stage.plan(&changed()?)?.is_empty());
    Ok(())
}

/// For whoever is the loop: each tick from what the last one stored.
#[test]
fn by_ticks() -> Result<(), eks_core::Error> {
    let stage = stage()?;
    let (eks, time, changed) = (stage.eks.clone(), stage.sim.clone(), changed()?);
    let outcome: Result<_, eks_core::Error> = stage.run(move || async move {
        let mut handle = eks.apply_handle(&changed, ApplyOptions::default())?;
        loop {
            let tick = time.eks().tick(Handle::from_json(&handle.to_json()?)?).await?;
            let Some(next) = tick.next_at else { return Ok(tick.outcome) };
            let wait = u64::try_from(next - time.now().millis()).unwrap_or(0);
            time.sleep_impl().sleep(Duration::from_millis(wait)).await;
            handle = tick.handle;
        }
    });
    let Some(Outcome::Created(info)) = outcome? else { panic!("another outcome") };
    assert_eq!(info.tags.get("owner").map(String::as_str), Some("shop"));
    assert!(stage.plan(&self::changed()?)?.is_empty());
    Ok(())
}
