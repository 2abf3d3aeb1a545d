//! Policies of the roles of node groups: one more, or one less.

use std::collections::BTreeSet;

use eks_core::simulator::Effect;
use eks_core::{Cluster, Error, ErrorKind, NodeGroup, Scaling};
use tests::{Stage, accepted_writes, said};

const READ: &str = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";
const LOGS: &str = "arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy";

fn cluster() -> Result<Cluster, Error> {
    let group = |name: &str| NodeGroup::builder().name(name).scaling(Scaling::fixed(1));
    Cluster::builder()
        .name("web")
        .node_group(group("orders").policy_arn(READ).build()?)
        .node_group(group("rest").build()?)
        .build()
}

fn stage() -> Result<Stage, Error> {
    let stage = Stage::default();
    stage.create(&cluster()?)?;
    Ok(stage)
}

/// Those of the role's policies that nodes do not need.
fn policies(stage: &Stage) -> BTreeSet<String> {
    let call = stage.eks_api().describe_nodegroup().cluster_name("web").nodegroup_name("orders");
    let seen = stage.run(move || call.send()).expect("it is there").nodegroup.expect("it is there");
    let role = seen.node_role.unwrap_or_default();
    let iam = aws_sdk_iam::Client::new(&stage.sdk());
    let call = iam.list_attached_role_policies().role_name(role.rsplit('/').next().unwrap_or_default());
    let all = stage.run(move || call.send()).expect("it is there").attached_policies.unwrap_or_default();
    let arns = all.into_iter().filter_map(|policy| policy.policy_arn);
    arns.filter(|arn| [READ, LOGS].contains(&arn.as_str())).collect()
}

#[test]
fn one_more_and_one_less() -> Result<(), Error> {
    let stage = stage()?;
    let eks = stage.eks.clone();
    let plan = stage.run(move || async move { eks.plan_attach_policy("web", "orders", LOGS).await })?;
    insta::assert_snapshot!(plan.to_string());
    let attach = |stage: &Stage| {
        let operation = stage.eks.attach_policy("web", "orders", LOGS);
        stage.run(move || operation)
    };
    assert_eq!(attach(&stage)?.name, "orders");
    assert_eq!(policies(&stage), [READ, LOGS].map(str::to_owned).into());
    // What is attached already is no change.
    let before = accepted_writes(&stage.sim).len();
    attach(&stage.another_process())?;
    assert_eq!(accepted_writes(&stage.sim).len(), before);
    // The next apply knows of it: the same spec has nothing to do, the old one says what it would undo.
    let mut known = cluster()?;
    known.node_groups.as_mut().expect("it has two")[0].policy_arns.push(LOGS.to_owned());
    assert!(stage.another_process().plan(&known)?.is_empty());
    let undone = stage.plan(&cluster()?)?.to_string();
    assert!(undone.contains("policyArns.CloudWatchAgentServerPolicy attached → unset"), "{undone}");

    for arn in [READ, LOGS] {
        let operation = stage.eks.detach_policy("web", "orders", arn);
        stage.run(move || operation)?;
    }
    assert_eq!(policies(&stage), BTreeSet::new());
    let eks = stage.eks.clone();
    let plan = stage.run(move || async move { eks.plan_detach_policy("web", "orders", READ).await })?;
    assert!(plan.is_empty() && plan.contents.is_empty(), "{plan}");
    stage.delete("web")?;
    Ok(())
}

#[test]
fn what_is_no_policy_or_no_such_group_is_refused() -> Result<(), Error> {
    let stage = stage()?;
    let calls = |stage: &Stage| stage.sim.with_world(|world| world.ledger().client_calls().count());
    let before = calls(&stage);
    let writes = accepted_writes(&stage.sim).len();
    let refused = |group: &'static str, arn: &'static str| {
        let operation = stage.eks.attach_policy("web", group, arn);
        stage.run(move || operation).expect_err("it cannot be attached")
    };
    let error = refused("orders", "arn:aws:s3:::bucket");
    insta::assert_snapshot!(said(&error));
    assert_eq!(calls(&stage), before, "nobody was asked");
    let chinese = refused("orders", "arn:aws-cn:iam::aws:policy/AmazonS3ReadOnlyAccess");
    assert_eq!(chinese.kind(), ErrorKind::InvalidSpec);
    assert!(chinese.message().contains("policyArn"), "{chinese}");
    insta::assert_snapshot!(said(&refused("rest", LOGS)));
    assert_eq!(refused("other", LOGS).kind(), ErrorKind::NotFound);
    assert_eq!(accepted_writes(&stage.sim).len(), writes);
    stage.disown("web");
    let writes = accepted_writes(&stage.sim).len();
    assert_eq!(refused("orders", LOGS).kind(), ErrorKind::AlreadyExists);
    assert_eq!(accepted_writes(&stage.sim).len(), writes);
    Ok(())
}

/// Killed at every call: the same call goes on, and the spec that is kept says what is there.
#[test]
fn killed_on_the_way() -> Result<(), Error> {
    let attach = |stage: &Stage| {
        let operation = stage.eks.attach_policy("web", "orders", LOGS);
        stage.sim.run(move || operation)
    };
    let stage = stage()?;
    let calls = |stage: &Stage| stage.sim.with_world(|world| world.ledger().client_calls().count()) as u64;
    let first = calls(&stage);
    attach(&stage).expect("no wait lasts for ever")?;
    let mut known = cluster()?;
    known.node_groups.as_mut().expect("it has two")[0].policy_arns.push(LOGS.to_owned());
    for call in first..calls(&stage) {
        let stage = self::stage()?;
        stage.die_at(call, &Effect::DieAfterAccept);
        assert!(attach(&stage).is_err(), "call {call} is not one of these");
        stage.sim.clear_faults();
        let after = stage.another_process();
        attach(&after).expect("no wait lasts for ever")?;
        assert_eq!(policies(&after), [READ, LOGS].map(str::to_owned).into(), "call {call}");
        assert!(after.plan(&known)?.is_empty(), "call {call}");
    }
    Ok(())
}
