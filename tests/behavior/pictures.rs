//! What came of an operation, beside what was expected of it.

use std::time::Duration;

use eks_core::simulator::{Effect, Fault};
use eks_core::{Cluster, EventKind, Handle, NodeGroup, Plan, Resumed, Scaling};
use serde_json::Value;
use tests::Stage;

fn cluster() -> Cluster {
    let web = NodeGroup::builder().name("web").instance_type("m5.large").scaling(Scaling::fixed(2));
    Cluster::builder().name("shop").node_group(web.build().expect("valid")).build().expect("valid")
}

/// What AWS was asked for the node group it refused three times: seen in the plan, and in its picture.
#[test]
fn a_finished_create_says_what_took_how_long() {
    let stage = Stage::default();
    let operation = Some("CreateNodegroup".to_owned());
    stage.sim.add_fault(Fault { operation, times: Some(3), effect: Effect::Throttle, ..Fault::default() });
    let mut create = stage.eks.create(&cluster());
    let (plan, events) = stage.run(move || async move {
        let mut events = Vec::new();
        while let Some(event) = create.next_event().await {
            events.push(event);
        }
        let plan = create.plan().expect("it has looked");
        create.await.expect("in the end it is there");
        (plan, events)
    });
    assert!(plan.is_empty(), "{plan}");
    for event in &events {
        let EventKind::StepDone { step, seconds, .. } = &event.kind else { continue };
        let actual = plan.actual.get(step).unwrap_or_else(|| panic!("nothing of {step}"));
        let (began, ended) = actual.began_seconds.zip(actual.ended_seconds).expect("begun and ended");
        assert!((ended - began - seconds).abs() < 0.01, "{step}: {began} to {ended} is not {seconds}");
        assert!((ended - event.elapsed as f64 / 1000.0).abs() < 0.01, "{step} ended at {ended}");
    }
    let group = plan.actual["createNodeGroup/web"];
    assert_eq!(group.refusals, 3);
    assert!(group.refused_seconds < group.began_seconds, "{group:?}");
    // The role of a cluster that was just made is refused, too, until all of IAM knows it.
    let told = events.iter().filter(|event| matches!(event.kind, EventKind::Retrying { .. })).count();
    assert_eq!(plan.actual.values().map(|actual| actual.refusals as usize).sum::<usize>(), told);

    let svg = plan.progress_svg();
    assert_eq!(svg.matches(": actual from ").count(), plan.steps.len(), "{svg}");
    assert!(svg.contains("us-west-2, Kubernetes ") && svg.contains(". Took "), "{svg}");
    let back: Plan = serde_json::from_str(&serde_json::to_string(&plan).expect("JSON")).expect("a plan");
    assert_eq!(back.progress_svg(), svg, "the same from JSON");
}

/// AWS refuses the one thing that everything waits for, until the operation gives up.
#[test]
fn what_aws_never_accepted_is_shown_as_refused() {
    let stage = Stage::default();
    let operation = Some("CreateCluster".to_owned());
    stage.sim.add_fault(Fault { operation, effect: Effect::Throttle, ..Fault::default() });
    let create = stage.eks.create(&cluster());
    let plan = stage.drive(create, Duration::from_secs(120), |create| async move { create.plan() });
    let plan = plan.expect("it has looked");
    let refused = plan.actual["createCluster"];
    assert_eq!((refused.began_seconds, refused.ended_seconds), (None, None));
    assert!(refused.refusals > 1 && refused.refused_seconds.is_some(), "{refused:?}");
    let svg = plan.progress_svg();
    assert!(svg.contains(">refused<") && svg.contains("Under way for "), "{svg}");
    assert!(!svg.contains("create the control plane: actual from "), "{svg}");
}

/// A handle that was stored before times of ends were kept.
#[test]
fn a_handle_of_old_is_drawn_without_what_it_does_not_know() {
    let stage = Stage::default();
    let create = stage.eks.create(&cluster());
    let handle = stage.drive(create, Duration::from_secs(300), |create| async move { create.detach() });
    let json = handle.expect("it has begun").to_json().expect("JSON");
    assert!(json.contains("endedAt"), "{json}");
    let mut old: Value = serde_json::from_str(&json).expect("JSON");
    forget(&mut old, &["endedAt", "firstRefused", "refused"]);
    let old = Handle::from_json(&old.to_string()).expect("a handle of old still loads");
    let Resumed::Create(mut create) = stage.another_process().eks.resume(old) else { panic!("no create") };
    let plan = stage.run(move || async move {
        (&mut create).await.expect("undisturbed");
        create.plan().expect("it has looked")
    });
    assert_eq!(plan.actual["createFoundation"].ended_seconds, None);
    assert!(plan.actual["createCluster"].ended_seconds.is_some(), "{:?}", plan.actual);
    let svg = plan.progress_svg();
    assert!(!svg.contains("create network and roles: actual from "), "{svg}");
    assert!(svg.contains("create the control plane: actual from "), "{svg}");
}

/// Takes these keys out, wherever they are.
fn forget(value: &mut Value, keys: &[&str]) {
    match value {
        Value::Object(members) => {
            members.retain(|key, _| !keys.contains(&key.as_str()));
            members.values_mut().for_each(|member| forget(member, keys));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| forget(item, keys)),
        _ => {}
    }
}
