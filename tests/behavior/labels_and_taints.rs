//! Labels and taints of node groups, of clusters that anybody made. That nodes that are there get them is EKS's doing:
//! the simulator's own tests see to it.

use eks_core::simulator::Effect;
use eks_core::{
    Cluster, ErrorKind, LabelChange, NodeGroup, NodeGroupInfo, Resumed, Scaling, Taint, TaintChange,
    TaintEffect, TaintKey,
};
use tests::{Stage, said, writes};

fn cluster() -> Result<Cluster, eks_core::Error> {
    let group = NodeGroup::builder()
        .name("orders")
        .label("team", "shop")
        .taint(Taint::no_schedule("app", "orders"))
        .scaling(Scaling::fixed(2))
        .build()?;
    Cluster::builder().name("web").node_group(group).build()
}

fn stage() -> Result<Stage, eks_core::Error> {
    let stage = Stage::default();
    stage.create(&cluster()?)?;
    Ok(stage)
}

fn label(stage: &Stage, change: &LabelChange) -> Result<NodeGroupInfo, eks_core::Error> {
    let label = stage.eks.label("web", "orders", change);
    stage.run(move || label)
}

fn taint(stage: &Stage, change: &TaintChange) -> Result<NodeGroupInfo, eks_core::Error> {
    let taint = stage.eks.taint("web", "orders", change);
    stage.run(move || taint)
}

/// Labels and taints of the group as EKS tells them, in the order of their keys.
fn seen(stage: &Stage) -> (Vec<String>, Vec<String>) {
    let api = stage.eks_api();
    let group = stage.run(move || async move {
        let asked = api.describe_nodegroup().cluster_name("web").nodegroup_name("orders");
        asked.send().await.expect("it is there").nodegroup.expect("it says so")
    });
    let mut labels: Vec<String> =
        group.labels().into_iter().flatten().map(|(key, value)| format!("{key}={value}")).collect();
    labels.sort();
    let taints = group.taints().iter().map(|taint| {
        let effect = taint.effect().map(|effect| effect.as_str()).unwrap_or_default();
        format!("{}={}:{effect}", taint.key().unwrap_or_default(), taint.value().unwrap_or_default())
    });
    let mut taints: Vec<String> = taints.collect();
    taints.sort();
    (labels, taints)
}

#[test]
fn labels_come_and_go() -> Result<(), eks_core::Error> {
    let stage = stage()?;
    let change = LabelChange::set("tier", "web").and_set("node.kubernetes.io/pool", "a").and_remove("team");
    label(&stage, &change)?;
    assert_eq!(seen(&stage).0, ["node.kubernetes.io/pool=a", "tier=web"]);
    // The same again is nothing to do, nor is what is not there.
    let before = writes(&stage.sim).len();
    label(&stage, &change.and_remove("nobody"))?;
    assert_eq!(writes(&stage.sim).len(), before);
    // A spec that says nothing of a label leaves it alone, and says again what it says.
    let plan = stage.plan(&cluster()?)?.to_string();
    assert!(plan.contains("labels.team unset → shop"), "{plan}");
    assert!(!plan.contains("tier"), "{plan}");
    stage.apply(&cluster()?)?;
    assert_eq!(seen(&stage).0, ["node.kubernetes.io/pool=a", "team=shop", "tier=web"]);
    Ok(())
}

#[test]
fn taints_are_known_by_key_and_effect() -> Result<(), eks_core::Error> {
    let stage = stage()?;
    let change =
        TaintChange::set(Taint::no_execute("app", "orders")).and_set(Taint::no_schedule("app", "all"));
    let eks = stage.eks.clone();
    let planned = change.clone();
    let plan = stage.run(move || async move { eks.plan_taint("web", "orders", &planned).await })?;
    insta::assert_snapshot!(plan.to_string(), @r"
    Taint cluster web in us-west-2

       node group orders  taints.app:NoExecute unset → orders, taints.app:NoSchedule orders → all

    *  1  change node group orders  at     0s, takes    20s

    About 20s in all; the end waits for the steps marked *.
    Note: app=orders:NoExecute evicts the pods of these nodes that do not tolerate it.
    ");
    taint(&stage, &change)?;
    assert_eq!(seen(&stage).1, ["app=all:NO_SCHEDULE", "app=orders:NO_EXECUTE"]);
    taint(&stage, &TaintChange::remove(TaintKey::of("app", TaintEffect::NoExecute)))?;
    assert_eq!(seen(&stage).1, ["app=all:NO_SCHEDULE"]);
    let before = writes(&stage.sim).len();
    taint(&stage, &TaintChange::remove(TaintKey::all("batch")))?;
    assert_eq!(writes(&stage.sim).len(), before);
    taint(&stage, &TaintChange::remove(TaintKey::all("app")))?;
    assert!(seen(&stage).1.is_empty());
    Ok(())
}

#[test]
fn clusters_of_others_are_changed_too() -> Result<(), eks_core::Error> {
    let stage = stage()?;
    stage.disown("web");
    label(&stage, &LabelChange::set("tier", "web"))?;
    taint(&stage, &TaintChange::remove(TaintKey::all("app")))?;
    let (labels, taints) = seen(&stage);
    assert_eq!((labels.len(), taints.len()), (2, 0));
    Ok(())
}

#[test]
fn bad_input_is_refused_before_the_first_call() -> Result<(), eks_core::Error> {
    let stage = stage()?;
    let calls = |stage: &Stage| stage.sim.with_world(|world| world.ledger().client_calls().count());
    let before = calls(&stage);
    let labels = [
        LabelChange::default(),
        LabelChange::set("a b", "c").and_set("kubernetes.io/role", "x").and_set("ok", "not ok"),
        LabelChange::remove(""),
    ];
    let both = TaintChange::set(Taint::no_schedule("app", "orders")).and_remove(TaintKey::all("app"));
    let twice = TaintChange::set(Taint::no_schedule("a", "1")).and_set(Taint::no_schedule("a", "2"));
    let taints = [TaintChange::default(), both, twice, TaintChange::remove(TaintKey::all("a b"))];
    let texts: Vec<String> = labels
        .iter()
        .map(|change| said(&label(&stage, change).expect_err("no such labels")))
        .chain(taints.iter().map(|change| said(&taint(&stage, change).expect_err("no such taints"))))
        .collect();
    insta::assert_snapshot!(texts.join("\n"), @r"
    InvalidSpec
      message: labels: `{}` must hold at least one label
    InvalidSpec
      message: labels.a b: `a b` must be a Kubernetes key: an optional DNS prefix of at most 253 characters and `/`, then 1 to 63 letters, digits, `-`, `_` and `.` that begin and end with a letter or digit; labels.kubernetes.io/role: `kubernetes.io/role` must not be of `kubernetes.io` or `k8s.io`, which only Kubernetes sets; `node.kubernetes.io/` is free to use; labels.ok: `not ok` must be a Kubernetes value: at most 63 letters, digits, `-`, `_` and `.` that begin and end with a letter or digit
    InvalidSpec
      message: labels: `` must be a Kubernetes key: an optional DNS prefix of at most 253 characters and `/`, then 1 to 63 letters, digits, `-`, `_` and `.` that begin and end with a letter or digit
    InvalidSpec
      message: taints: `{}` must hold at least one taint in `set` or `remove`
    InvalidSpec
      message: remove[0]: `app` must not be set by the same change, as `set[0]` does
    InvalidSpec
      message: set[1]: `a` must be given once for each effect; `set[0]` has the same
    InvalidSpec
      message: remove[0]: `a b` must be a Kubernetes key: an optional DNS prefix of at most 253 characters and `/`, then 1 to 63 letters, digits, `-`, `_` and `.` that begin and end with a letter or digit
    ");
    assert_eq!(calls(&stage), before);
    // Only the group says how many it has.
    let writes_before = writes(&stage.sim).len();
    let many = (0..50).map(|number| Taint::no_schedule(format!("k{number}"), "v"));
    let many = many.fold(TaintChange::default(), TaintChange::and_set);
    let error = taint(&stage, &many).expect_err("it has one already");
    insta::assert_snapshot!(said(&error), @r"
    InvalidSpec
      resource: node group orders
      message: set: `50` must leave the group at most 50 taints; it has 1
      hint: Nothing was touched. Remove others by the same change
    ");
    let error = stage.run({
        let taint = stage.eks.taint("web", "nobody", &TaintChange::remove(TaintKey::all("a")));
        move || taint
    });
    assert_eq!(error.expect_err("there is none").kind(), ErrorKind::NotFound);
    assert_eq!(writes(&stage.sim).len(), writes_before);
    Ok(())
}

/// Killed at each call, and gone on with by the same call or from the handle: one update.
#[test]
fn killed_at_every_call() -> Result<(), eks_core::Error> {
    let stage = stage()?;
    let change = LabelChange::set("tier", "web");
    let calls = |stage: &Stage| stage.sim.with_world(|world| world.ledger().client_calls().count()) as u64;
    let first = calls(&stage);
    label(&stage, &change)?;
    let all = first..calls(&stage);
    assert!(all.clone().count() >= 4, "{all:?}");
    for call in all {
        let stage = self::stage()?;
        stage.die_at(call, &Effect::DieAfterAccept);
        let operation = stage.eks.label("web", "orders", &change);
        let handle = operation.handle();
        let dead = stage.sim.run(move || operation);
        assert!(dead.is_err(), "call {call} is not one of these");
        stage.sim.clear_faults();
        let after = stage.another_process();
        match handle.filter(|_| call % 2 == 0) {
            Some(handle) => match after.eks.resume(handle) {
                Resumed::NodeGroup(operation) => after.run(move || operation)?,
                _ => panic!("another operation"),
            },
            None => label(&after, &change)?,
        };
        assert_eq!(seen(&after).0, ["team=shop", "tier=web"], "call {call}");
        let updates = writes(&after.sim).iter().filter(|it| it.ends_with(":UpdateNodegroupConfig")).count();
        assert_eq!(updates, 1, "call {call}");
    }
    Ok(())
}
