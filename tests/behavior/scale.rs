//! Node groups of other sizes: whoever made them, whatever dies on the way.

use std::time::Duration;

use aws_sdk_eks::config::AsyncSleep;
use aws_sdk_eks::types::NodegroupScalingConfig;
use eks_core::simulator::Effect;
use eks_core::{
    Cluster, ErrorKind, NodeGroup, NodeGroupInfo, Outcome, PatchOptions, Resumed, Scaling, StepState,
};
use tests::{Stage, said, writes};

fn cluster() -> Result<Cluster, eks_core::Error> {
    let group = NodeGroup::builder().name("orders").scaling(Scaling::between(1, 4).desired(2)).build()?;
    Cluster::builder().name("web").node_group(group).build()
}

fn stage() -> Result<Stage, eks_core::Error> {
    let stage = Stage::default();
    stage.create(&cluster()?)?;
    Ok(stage)
}

fn scale(stage: &Stage, scaling: Scaling) -> Result<NodeGroupInfo, eks_core::Error> {
    let scale = stage.eks.scale("web", "orders", &scaling);
    stage.run(move || scale)
}

fn sizes(group: &NodeGroupInfo) -> (u32, u32, u32) {
    (group.min, group.max, group.desired)
}

/// How many nodes Kubernetes has, all of them Ready.
fn nodes(stage: &Stage) -> usize {
    let eks = stage.eks.clone();
    let info = stage.run(move || async move { eks.describe("web").await }).expect("it is there");
    assert!(info.nodes.iter().all(|node| node.ready), "{:?}", info.nodes);
    info.nodes.len()
}

#[test]
fn it_ends_when_nodes_are_ready_or_gone() -> Result<(), eks_core::Error> {
    let stage = stage()?;
    assert_eq!(sizes(&scale(&stage, Scaling::fixed(4))?), (4, 4, 4));
    assert_eq!(nodes(&stage), 4);
    assert_eq!(sizes(&scale(&stage, Scaling::between(0, 4).desired(1))?), (0, 4, 1));
    assert_eq!(nodes(&stage), 1);
    // What is not named stays; a size follows the bounds.
    let most = Scaling { max: Some(6), ..Scaling::default() };
    assert_eq!(sizes(&scale(&stage, most)?), (0, 6, 1));
    let fewest = Scaling { min: Some(3), ..Scaling::default() };
    assert_eq!(sizes(&scale(&stage, fewest)?), (3, 6, 3));
    assert_eq!(nodes(&stage), 3);
    // A size that somebody has changed is no difference to a create of the same spec; bounds are one to an apply.
    let before = writes(&stage.sim).len();
    stage.create(&cluster()?)?;
    assert_eq!(writes(&stage.sim).len(), before);
    assert!(stage.plan(&cluster()?)?.to_string().contains("min 3 → 1"));
    stage.delete("web").map(drop)
}

#[test]
fn a_group_that_has_the_size_is_left_alone() -> Result<(), eks_core::Error> {
    let stage = stage()?;
    let before = writes(&stage.sim).len();
    assert_eq!(sizes(&scale(&stage, Scaling::between(1, 4))?), (1, 4, 2));
    assert_eq!(writes(&stage.sim).len(), before);
    let eks = stage.eks.clone();
    let plan = stage.run(move || async move { eks.plan_scale("web", "orders", &Scaling::fixed(3)).await })?;
    insta::assert_snapshot!(plan.to_string(), @r"
    Scale cluster web in us-west-2

       node group orders  min 1 → 3, max 4 → 3, desired 2 → 3

    *  1  scale node group orders       at     0s, takes    20s
       2  reach the API server          done
    *  3  wait for the nodes of orders  at    20s, takes  1m55s  after 1, 2

    About 2m15s in all; the end waits for the steps marked *.
    ");
    let steps: Vec<(&str, bool)> =
        plan.steps.iter().map(|step| (step.id.as_str(), step.state == StepState::Done)).collect();
    assert_eq!(
        steps,
        [("scaleNodeGroup/orders", false), ("reachApiServer", true), ("nodesReady/orders", false)]
    );
    assert_eq!(writes(&stage.sim).len(), before);
    Ok(())
}

#[test]
fn another_update_ends_first() -> Result<(), eks_core::Error> {
    let stage = stage()?;
    let api = stage.eks_api();
    stage.run(move || async move {
        let update = api.update_nodegroup_config().cluster_name("web").nodegroup_name("orders");
        let labels =
            aws_sdk_eks::types::UpdateLabelsPayload::builder().add_or_update_labels("a", "b").build();
        update.labels(labels).send().await.expect("it can be updated");
    });
    assert_eq!(sizes(&scale(&stage, Scaling::fixed(3))?), (3, 3, 3));
    assert_eq!(nodes(&stage), 3);
    Ok(())
}

#[test]
fn clusters_of_others_are_scaled_too() -> Result<(), eks_core::Error> {
    let stage = stage()?;
    stage.disown("web");
    assert_eq!(sizes(&scale(&stage, Scaling::fixed(1))?), (1, 1, 1));
    Ok(())
}

#[test]
fn what_cannot_be_is_refused_before_the_first_write() -> Result<(), eks_core::Error> {
    let stage = stage()?;
    let before = writes(&stage.sim).len();
    let texts: Vec<String> = [
        Scaling { min: Some(5), ..Scaling::default() },
        Scaling { max: Some(0), ..Scaling::default() },
        Scaling { desired: Some(9), ..Scaling::default() },
        Scaling::between(3, 2),
    ]
    .into_iter()
    .map(|scaling| said(&scale(&stage, scaling).expect_err("no such size")))
    .collect();
    insta::assert_snapshot!(texts.join("\n"), @r"
    InvalidSpec
      resource: node group orders
      message: scaling.min: `5` must be at most the group's `max` (4)
      hint: Nothing was touched. What is not named keeps the value that the group has
    InvalidSpec
      message: scaling.max: `0` must be at least 1
    InvalidSpec
      resource: node group orders
      message: scaling.desired: `9` must be at most the group's `max` (4)
      hint: Nothing was touched. What is not named keeps the value that the group has
    InvalidSpec
      message: scaling.min: `3` must be at most `max` (2)
    ");
    for (cluster, group) in [("nobody", "orders"), ("web", "nobody")] {
        let scale = stage.eks.scale(cluster, group, &Scaling::fixed(1));
        let error = stage.run(move || scale).expect_err("it is not there");
        assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
    }
    assert_eq!(writes(&stage.sim).len(), before);
    Ok(())
}

/// For whoever is the loop.
#[test]
fn by_ticks() -> Result<(), eks_core::Error> {
    let stage = stage()?;
    let (eks, time) = (stage.eks.clone(), stage.sim.clone());
    let outcome: Result<_, eks_core::Error> = stage.run(move || async move {
        let mut handle = eks.scale_handle("web", "orders", &Scaling::fixed(3))?;
        loop {
            let tick = eks.tick(handle).await?;
            let Some(next) = tick.next_at else { return Ok(tick.outcome) };
            let wait = u64::try_from(next - time.now().millis()).unwrap_or(0);
            time.sleep_impl().sleep(Duration::from_millis(wait)).await;
            handle = tick.handle;
        }
    });
    let Some(Outcome::NodeGroup(group)) = outcome? else { panic!("another outcome") };
    assert_eq!(sizes(&group), (3, 3, 3));
    Ok(())
}

/// EKS is taken at its word: the operation ends with the update.
#[test]
fn without_kubernetes() -> Result<(), eks_core::Error> {
    let stage = stage()?;
    stage.sim.with_world(|world| world.trouble().api_server_unreachable = true);
    let options = PatchOptions::default().without_kubernetes();
    let scale = stage.eks.scale_with("web", "orders", &Scaling::fixed(3), options);
    let began = stage.sim.now();
    assert_eq!(sizes(&stage.run(move || scale)?), (3, 3, 3));
    assert!(stage.sim.now().since(began).as_secs() < 120);
    Ok(())
}

/// Where somebody sets the size back each time, a scale gives up and says why.
#[test]
fn a_size_that_does_not_hold_is_a_failure() -> Result<(), eks_core::Error> {
    let stage = stage()?;
    let (api, time) = (stage.eks_api(), stage.sim.sleep_impl());
    let scale = stage.eks.scale("web", "orders", &Scaling::fixed(3));
    let error = stage.run(move || async move {
        let undone = async {
            loop {
                let seen = api.describe_nodegroup().cluster_name("web").nodegroup_name("orders").send().await;
                let seen = seen.ok().and_then(|seen| seen.nodegroup?.scaling_config?.desired_size);
                if seen == Some(3) {
                    let update = api.update_nodegroup_config().cluster_name("web").nodegroup_name("orders");
                    let sizes = NodegroupScalingConfig::builder().min_size(1).max_size(4).desired_size(2);
                    // Refused while another update is under way.
                    let _refused = update.scaling_config(sizes.build()).send().await;
                }
                time.sleep(Duration::from_secs(1)).await;
            }
        };
        tokio::select! {
            outcome = scale => outcome.expect_err("it is undone each time"),
            () = undone => unreachable!("it never ends"),
        }
    });
    assert_eq!(error.kind(), ErrorKind::Failed);
    assert!(error.to_string().contains("somebody else sets it, too"), "{error}");
    Ok(())
}

/// Killed at each call, and gone on with by the same call or from the handle: one size, and no more than one update.
#[test]
fn killed_at_every_call() -> Result<(), eks_core::Error> {
    let stage = stage()?;
    let calls = |stage: &Stage| stage.sim.with_world(|world| world.ledger().client_calls().count()) as u64;
    let first = calls(&stage);
    scale(&stage, Scaling::fixed(3))?;
    let all = first..calls(&stage);
    assert!(all.clone().count() > 5, "{all:?}");
    for call in all {
        let stage = self::stage()?;
        stage.die_at(call, &Effect::DieAfterAccept);
        let operation = stage.eks.scale("web", "orders", &Scaling::fixed(3));
        let handle = operation.handle();
        let dead = stage.sim.run(move || operation);
        assert!(dead.is_err(), "call {call} is not one of these");
        stage.sim.clear_faults();
        let after = stage.another_process();
        let group = match handle.filter(|_| call % 2 == 0) {
            Some(handle) => match after.eks.resume(handle) {
                Resumed::NodeGroup(operation) => after.run(move || operation)?,
                _ => panic!("another operation"),
            },
            None => scale(&after, Scaling::fixed(3))?,
        };
        assert_eq!(sizes(&group), (3, 3, 3), "call {call}");
        assert_eq!(nodes(&after), 3, "call {call}");
        let updates = writes(&after.sim).iter().filter(|it| it.ends_with(":UpdateNodegroupConfig")).count();
        assert_eq!(updates, 1, "call {call}");
    }
    Ok(())
}
