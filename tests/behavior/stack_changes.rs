//! Changes that live in stacks: role policies, launch templates, how long logs are kept. CloudFormation says first what it
//! would do, and nothing that a cluster lives on is replaced or taken away.

use std::collections::BTreeSet;
use std::time::Duration;

use eks_core::simulator::{Effect, Fault};
use eks_core::{
    ApplyOptions, Cluster, ClusterInfo, Disk, Error, ErrorKind, EventKind, LogType, NodeGroup, Scaling,
};
use tests::{Stage, accepted_writes, left, said, writes};

const READ: &str = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";
const LOGS: &str = "arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy";
const THEIRS: &str = "arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess";

fn cluster() -> Result<Cluster, Error> {
    let group = NodeGroup::builder().name("orders").scaling(Scaling::between(1, 4).desired(2));
    let group = group.policy_arn(READ).build()?;
    Cluster::builder().name("web").node_group(group).build()
}

fn group(cluster: &mut Cluster) -> &mut NodeGroup {
    &mut cluster.node_groups.as_mut().expect("it has one")[0]
}

/// Another disk, another policy, and logs that are kept.
fn changed() -> Result<Cluster, Error> {
    let mut cluster = cluster()?;
    group(&mut cluster).disk = Some(Disk { size_gib: Some(120), ..Disk::default() });
    group(&mut cluster).policy_arns = vec![LOGS.to_owned()];
    cluster.log_retention_in_days = Some(30);
    cluster.logging = Some([LogType::Api].into());
    Ok(cluster)
}

fn stage() -> Result<Stage, Error> {
    let stage = Stage::default();
    stage.create(&cluster()?)?;
    Ok(stage)
}

/// The role of the group's nodes.
fn role(stage: &Stage) -> String {
    let call = stage.eks_api().describe_nodegroup().cluster_name("web").nodegroup_name("orders");
    let seen = stage.run(move || call.send()).expect("it is there").nodegroup.expect("it is there");
    seen.node_role.unwrap_or_default().rsplit('/').next().unwrap_or_default().to_owned()
}

/// Those of its policies that nodes do not need.
fn policies(stage: &Stage) -> BTreeSet<String> {
    let iam = aws_sdk_iam::Client::new(&stage.sdk());
    let call = iam.list_attached_role_policies().role_name(role(stage));
    let all = stage.run(move || call.send()).expect("it is there").attached_policies.unwrap_or_default();
    let arns = all.into_iter().filter_map(|policy| policy.policy_arn);
    arns.filter(|arn| [READ, LOGS, THEIRS].contains(&arn.as_str())).collect()
}

fn nodes(info: &ClusterInfo) -> BTreeSet<String> {
    info.nodes.iter().map(|node| node.name.clone()).collect()
}

/// The versions of the launch template that the instances come of.
fn versions(stage: &Stage) -> Vec<String> {
    let call = stage.ec2().describe_instances();
    let seen = stage.run(move || call.send()).expect("instances").reservations.unwrap_or_default();
    let living = seen.iter().flat_map(|reservation| reservation.instances()).filter(|instance| {
        instance.state().and_then(|state| state.name()).is_some_and(|name| name.as_str() == "running")
    });
    let tag = |instance: &aws_sdk_ec2::types::Instance| {
        let tags = instance.tags().iter();
        let version = tags.filter(|tag| tag.key() == Some("aws:ec2launchtemplate:version"));
        version.filter_map(|tag| tag.value().map(str::to_owned)).next()
    };
    living.filter_map(tag).collect()
}

fn sent(stage: &Stage, operation: &str) -> usize {
    accepted_writes(&stage.sim).iter().filter(|it| it.ends_with(operation)).count()
}

#[test]
fn policies_follow_without_new_nodes_and_those_of_others_stay() -> Result<(), Error> {
    let stage = stage()?;
    let iam = aws_sdk_iam::Client::new(&stage.sdk());
    let attach = iam.attach_role_policy().role_name(role(&stage)).policy_arn(THEIRS);
    stage.run(move || attach.send()).expect("attached");
    let eks = stage.eks.clone();
    let before = stage.run(move || async move { eks.describe("web").await })?;
    // A tag by itself is worth no new nodes, and rides along with nothing.
    let mut other = cluster()?;
    group(&mut other).tags.insert("team".to_owned(), "shop".to_owned());
    stage.apply(&other)?;
    group(&mut other).policy_arns = vec![LOGS.to_owned()];
    let plan = stage.plan(&other)?.to_string();
    assert!(plan.contains("policyArns.AmazonS3ReadOnlyAccess attached → unset"), "{plan}");
    assert!(plan.contains("policyArns.CloudWatchAgentServerPolicy unset → attached"), "{plan}");
    assert!(!plan.contains("replace the nodes"), "{plan}");
    let after = stage.apply(&other)?;
    assert_eq!(policies(&stage), [LOGS, THEIRS].map(str::to_owned).into());
    assert_eq!(nodes(&after), nodes(&before));
    assert!(stage.another_process().plan(&other)?.is_empty());
    // The role stays the group's own when the last of them goes.
    group(&mut other).policy_arns = Vec::new();
    stage.apply(&other)?;
    assert_eq!(policies(&stage), [THEIRS.to_owned()].into());
    assert!(stage.another_process().plan(&other)?.is_empty());
    assert_eq!(nodes(&stage.apply(&other)?), nodes(&before));
    assert_eq!((sent(&stage, "UpdateNodegroupVersion"), sent(&stage, "ExecuteChangeSet")), (0, 2));
    Ok(())
}

#[test]
fn a_launch_template_gets_a_new_version_and_then_new_nodes() -> Result<(), Error> {
    let stage = stage()?;
    let eks = stage.eks.clone();
    let before = stage.run(move || async move { eks.describe("web").await })?;
    let plan = stage.plan(&changed()?)?;
    insta::assert_snapshot!(plan.to_string());
    let (events, info) = stage.watch(stage.eks.apply(&changed()?));
    let info = info?;
    assert!(nodes(&info).is_disjoint(&nodes(&before)), "every node is a new one");
    assert_eq!((nodes(&info).len(), versions(&stage)), (2, vec!["2".to_owned(); 2]));
    assert!(info.nodes.iter().all(|node| node.ready));
    let done: Vec<&str> = events
        .iter()
        .filter_map(|event| match &event.kind {
            EventKind::StepDone { step, .. } => Some(step.as_str()),
            _ => None,
        })
        .collect();
    let at =
        |step: &str| done.iter().position(|it| *it == step).unwrap_or_else(|| panic!("{step}: {done:?}"));
    assert!(at("updateNodeGroupStack/orders") < at("rollNodeGroup/orders"));
    assert!(at("rollNodeGroup/orders") < at("recordSpec"));
    let before = writes(&stage.sim).len();
    assert!(stage.another_process().plan(&changed()?)?.is_empty());
    stage.apply(&changed()?)?;
    assert_eq!(writes(&stage.sim)[before..], [] as [String; 0]);
    // And back again: the former content is a third version.
    let mut former = cluster()?;
    group(&mut former).disk = Some(Disk { size_gib: Some(80), ..Disk::default() });
    stage.apply(&former)?;
    assert_eq!(versions(&stage), ["3", "3"]);
    stage.delete("web")?;
    stage.sim.advance(Duration::from_secs(600));
    assert_eq!(left(&stage.sim), Vec::<String>::new());
    Ok(())
}

/// A default that is said aloud is no change.
#[test]
fn what_makes_no_other_launch_template_replaces_nothing() -> Result<(), Error> {
    let stage = stage()?;
    let mut same = cluster()?;
    group(&mut same).disk = Some(Disk { size_gib: Some(80), ..Disk::default() });
    group(&mut same).metadata_options =
        Some(eks_core::MetadataOptions { http_put_response_hop_limit: Some(2), ..Default::default() });
    stage.apply(&same)?;
    assert_eq!(versions(&stage), ["1", "1"]);
    assert_eq!(sent(&stage, "CreateChangeSet"), 0);
    Ok(())
}

#[test]
fn a_key_pair_that_is_not_there_is_refused_before_the_first_write() -> Result<(), Error> {
    let stage = stage()?;
    let mut other = cluster()?;
    group(&mut other).ssh_key = Some("mine".to_owned());
    let before = writes(&stage.sim).len();
    let error = stage.apply(&other).expect_err("there is no such key");
    assert_eq!(error.kind(), ErrorKind::InvalidSpec);
    assert!(error.message().contains("nodeGroups[0].sshKey: `mine`"), "{error}");
    assert_eq!(writes(&stage.sim).len(), before);
    let call = stage.ec2().create_key_pair().key_name("mine");
    stage.run(move || call.send()).expect("a key");
    stage.another_process().apply(&other)?;
    assert_eq!(versions(&stage), ["2", "2"]);
    Ok(())
}

/// A pod that nothing may evict keeps the old nodes; with `force` it does not.
#[test]
fn a_disruption_budget_keeps_nodes_unless_they_are_forced() -> Result<(), Error> {
    let stage = stage()?;
    let message = "Reached max retries while trying to evict pods from nodes in node group orders".to_owned();
    stage.sim.add_fault(Fault {
        operation: Some("UpdateNodegroupVersion".to_owned()),
        effect: Effect::Fail { code: "PodEvictionFailure".to_owned(), message },
        ..Fault::default()
    });
    let error = stage.apply(&changed()?).expect_err("no pod may go");
    insta::assert_snapshot!(said(&error));
    assert_eq!((error.kind(), error.code()), (ErrorKind::Failed, Some("PodEvictionFailure")));
    assert_eq!((sent(&stage, "UpdateNodegroupVersion"), versions(&stage)), (1, vec!["1".to_owned(); 2]));
    let after = stage.another_process();
    let plan = after.plan(&changed()?)?.to_string();
    assert!(plan.contains("2 as they are → 2 new ones, 1 at a time"), "{plan}");
    let operation = after.eks.apply_with(&changed()?, ApplyOptions::default().force(true));
    after.run(move || operation)?;
    assert_eq!(versions(&stage), ["2", "2"]);
    assert!(after.plan(&changed()?)?.is_empty());
    Ok(())
}

/// Where EKS has made the log group, CloudFormation could not: it is told directly, and goes with the cluster all the same.
#[test]
fn logs_are_kept_whoever_made_their_group() -> Result<(), Error> {
    for logs_before in [true, false] {
        let stage = Stage::default();
        let mut spec = cluster()?;
        spec.logging = logs_before.then(|| [LogType::Api].into());
        stage.create(&spec)?;
        spec.logging = Some([LogType::Api].into());
        for days in [30, 90] {
            spec.log_retention_in_days = Some(days);
            let plan = stage.plan(&spec)?.to_string();
            assert!(plan.contains(&format!("→ {days}")), "{plan}");
            stage.apply(&spec)?;
            assert_eq!(kept_for(&stage), Some(days), "{logs_before}");
            assert!(stage.another_process().plan(&spec)?.is_empty(), "{logs_before}");
        }
        let told = sent(&stage, "PutRetentionPolicy");
        assert_eq!(told, if logs_before { 2 } else { 0 });
        stage.delete("web")?;
        stage.sim.advance(Duration::from_secs(600));
        assert_eq!(left(&stage.sim), Vec::<String>::new(), "{logs_before}");
    }
    Ok(())
}

/// For how many days the logs of the control plane are kept.
fn kept_for(stage: &Stage) -> Option<u32> {
    let logs = aws_sdk_cloudwatchlogs::Client::new(&stage.sdk());
    let call = logs.describe_log_groups().log_group_name_prefix("/aws/eks/web/cluster");
    let groups = stage.run(move || call.send()).expect("groups").log_groups.unwrap_or_default();
    groups[0].retention_in_days().and_then(|days| u32::try_from(days).ok())
}

/// Somebody has added to a group's template what this library would not put there, and would take away.
#[test]
fn what_would_take_away_what_is_there_is_refused_by_name() -> Result<(), Error> {
    let stage = stage()?;
    let (api, time) = (stage.cloudformation(), stage.sim.clone());
    stage.run(move || async move {
        use aws_smithy_async::rt::sleep::AsyncSleep;
        let stacks = api.describe_stacks().send().await.expect("stacks").stacks.unwrap_or_default();
        let own = |stack: &&aws_sdk_cloudformation::types::Stack| {
            stack.stack_name().is_some_and(|name| name.contains("orders"))
        };
        let stack = stacks.iter().find(own).and_then(|stack| stack.stack_id.clone()).expect("it is there");
        let template = api.get_template().stack_name(&stack).send().await.expect("a template");
        let mut template: serde_json::Value =
            serde_json::from_str(&template.template_body.unwrap_or_default()).expect("JSON");
        template["Resources"]["Theirs"] = serde_json::json!({
            "Type": "AWS::Logs::LogGroup", "Properties": { "LogGroupName": "theirs" }
        });
        let update = api.update_stack().stack_name(&stack).template_body(template.to_string());
        let update = update.capabilities(aws_sdk_cloudformation::types::Capability::CapabilityNamedIam);
        update.send().await.expect("it can be updated");
        time.sleep_impl().sleep(Duration::from_secs(300)).await;
    });
    let error = stage.apply(&changed()?).expect_err("it would go");
    insta::assert_snapshot!(said(&error));
    assert_eq!((error.kind(), error.code()), (ErrorKind::Conflict, Some("ReplacementRefused")));
    let done = writes(&stage.sim);
    assert!(done.iter().any(|it| it.ends_with("DeleteChangeSet")), "{done:?}");
    assert!(left(&stage.sim).iter().any(|it| it.contains("theirs")));
    assert_eq!(versions(&stage), ["1", "1"]);
    Ok(())
}

/// A group that the spec has no more, and that stays, keeps the role that it shares.
#[test]
fn roles_of_what_stays_stay() -> Result<(), Error> {
    let stage = Stage::default();
    let shared = NodeGroup::builder().name("rest").build()?;
    let mut spec = cluster()?;
    spec.node_groups.as_mut().expect("it has one").push(shared);
    stage.create(&spec)?;
    let roles = || left(&stage.sim).into_iter().filter(|it| it.starts_with("AWS::IAM::Role")).count();
    let before = roles();
    stage.apply(&cluster()?)?;
    assert_eq!(roles(), before);
    assert!(stage.another_process().plan(&cluster()?)?.is_empty());
    Ok(())
}

/// Killed at every third call, and gone on with by the same call: everything as the spec wants it, nothing twice.
#[test]
fn killed_on_the_way() -> Result<(), Error> {
    let stage = stage()?;
    let calls = |stage: &Stage| stage.sim.with_world(|world| world.ledger().client_calls().count()) as u64;
    let first = calls(&stage);
    stage.apply(&changed()?)?;
    let all = first..calls(&stage);
    assert!(all.clone().count() > 30, "{all:?}");
    for call in all.step_by(3) {
        let stage = self::stage()?;
        stage.die_at(call, &Effect::DieAfterAccept);
        let operation = stage.eks.apply(&changed()?);
        let dead = stage.sim.run(move || operation);
        assert!(dead.is_err(), "call {call} is not one of these");
        stage.sim.clear_faults();
        let after = stage.another_process();
        after.apply(&changed()?)?;
        assert!(after.plan(&changed()?)?.is_empty(), "call {call}");
        assert_eq!((versions(&after), policies(&after)), (vec!["2".to_owned(); 2], [LOGS.to_owned()].into()));
        assert!(sent(&after, "UpdateNodegroupVersion") <= 1, "call {call}");
    }
    Ok(())
}

/// The same for the change of a stack alone, at every call.
#[test]
fn killed_while_a_stack_changes() -> Result<(), Error> {
    let changed = || -> Result<Cluster, Error> {
        let mut cluster = cluster()?;
        group(&mut cluster).policy_arns = vec![LOGS.to_owned()];
        Ok(cluster)
    };
    let stage = stage()?;
    let calls = |stage: &Stage| stage.sim.with_world(|world| world.ledger().client_calls().count()) as u64;
    let first = calls(&stage);
    stage.apply(&changed()?)?;
    for call in first..calls(&stage) {
        for effect in [Effect::DieBeforeAccept, Effect::DieAfterAccept] {
            let stage = self::stage()?;
            stage.die_at(call, &effect);
            let operation = stage.eks.apply(&changed()?);
            assert!(stage.sim.run(move || operation).is_err(), "call {call} is not one of these");
            stage.sim.clear_faults();
            let after = stage.another_process();
            after.apply(&changed()?)?;
            assert!(after.plan(&changed()?)?.is_empty(), "call {call} {effect:?}");
            assert_eq!(policies(&after), [LOGS.to_owned()].into(), "call {call} {effect:?}");
            // The call that the client died of counts for nothing.
            assert!(sent(&after, "ExecuteChangeSet") <= 1, "call {call} {effect:?}");
        }
    }
    Ok(())
}

/// Throttled, cut off, and two at once.
#[test]
fn in_bad_weather() -> Result<(), Error> {
    let fault = |effect: Effect, every| Fault { every: Some(every), effect, ..Fault::default() };
    for (name, fault) in [
        ("throttled", fault(Effect::Throttle, 3)),
        ("cut before", fault(Effect::CutBeforeAccept, 5)),
        ("cut after", fault(Effect::CutAfterAccept, 5)),
    ] {
        let stage = stage()?;
        stage.sim.add_fault(fault);
        stage.apply(&changed()?).unwrap_or_else(|error| panic!("{name}: {}", error.chain()));
        stage.sim.clear_faults();
        assert!(stage.another_process().plan(&changed()?)?.is_empty(), "{name}");
    }
    let stage = stage()?;
    let (one, other) =
        (stage.other_client(1).eks.apply(&changed()?), stage.other_client(2).eks.apply(&changed()?));
    let (one, other) = stage.run(move || async move { tokio::join!(one, other) });
    one?;
    other?;
    assert!(stage.plan(&changed()?)?.is_empty());
    assert_eq!(versions(&stage), ["2", "2"]);
    Ok(())
}
