//! The cluster autoscaler: its rights, and the tags by which it goes.

use std::collections::BTreeMap;

use eks_core::simulator::{Effect, Fault};
use eks_core::{Autoscaling, Cluster, Error, NodeGroup, Scaling, Taint};
use tests::{Stage, left, writes};

fn cluster() -> Result<Cluster, Error> {
    let group = NodeGroup::builder()
        .name("orders")
        .label("app", "orders")
        .taint(Taint::no_schedule("app", "orders"))
        .scaling(Scaling::between(0, 4).desired(1))
        .build()?;
    Cluster::builder().name("web").autoscaling(Autoscaling::ClusterAutoscaler).node_group(group).build()
}

/// The autoscaler's tags of the one Auto Scaling group, and whether instances get any of them.
fn tags(stage: &Stage) -> (BTreeMap<String, String>, bool) {
    let api = aws_sdk_autoscaling::Client::new(&stage.sdk());
    let answer = stage.run(move || async move { api.describe_auto_scaling_groups().send().await });
    let groups = answer.expect("groups").auto_scaling_groups.unwrap_or_default();
    assert_eq!(groups.len(), 1);
    let own = groups[0].tags().iter().filter(|tag| tag.key().unwrap_or_default().contains("node-template"));
    let propagates = own.clone().any(|tag| tag.propagate_at_launch() == Some(true));
    let own = own.map(|tag| {
        let key =
            tag.key().unwrap_or_default().trim_start_matches("k8s.io/cluster-autoscaler/node-template/");
        (key.to_owned(), tag.value().unwrap_or_default().to_owned())
    });
    (own.collect(), propagates)
}

fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn groups_say_what_their_nodes_would_be_like() -> Result<(), Error> {
    let stage = Stage::default();
    let mut spec = cluster()?;
    let info = stage.create(&spec)?;
    assert_eq!(info.pod_identity_associations[0].service_account, "cluster-autoscaler");
    let wanted = map(&[("label/app", "orders"), ("taint/app", "orders:NoSchedule")]);
    assert_eq!(tags(&stage), (wanted, false));
    let before = writes(&stage.sim).len();
    let plan = stage.plan(&spec)?;
    assert!(plan.is_empty(), "{plan}");
    assert!(!plan.notes.iter().any(|note| note.contains("nothing moves")), "{plan}");
    stage.apply(&spec)?;
    stage.create(&spec)?;
    assert_eq!(writes(&stage.sim).len(), before);

    // Its tags follow labels and taints.
    let group = &mut spec.node_groups.as_mut().expect("it has one")[0];
    group.labels = map(&[("tier", "jobs")]);
    group.taints = vec![Taint::no_execute("app", "orders")];
    stage.apply(&spec)?;
    assert_eq!(tags(&stage).0, map(&[("label/tier", "jobs"), ("taint/app", "orders:NoExecute")]));
    assert!(stage.plan(&spec)?.is_empty());
    stage.delete("web")?;
    assert_eq!(left(&stage.sim), Vec::<String>::new());
    Ok(())
}

/// Who may not tag Auto Scaling groups, or look at their tags, has a cluster all the same, and is told.
#[test]
fn without_the_right_to_tag() -> Result<(), Error> {
    for operation in ["CreateOrUpdateTags", "DescribeAutoScalingGroups"] {
        let stage = Stage::default();
        stage.sim.add_fault(Fault {
            operation: Some(operation.to_owned()),
            effect: Effect::Error {
                code: "AccessDenied".to_owned(),
                message: format!("not authorized to perform: autoscaling:{operation}"),
                status: 403,
            },
            ..Fault::default()
        });
        let (events, info) = stage.watch(stage.eks.create(&cluster()?));
        info?;
        stage.sim.clear_faults();
        assert!(tags(&stage).0.is_empty());
        let told = events.iter().any(|event| event.to_string().contains(operation));
        assert!(told, "{operation}");
        // Once it may, the next call makes up for it.
        stage.create(&cluster()?)?;
        assert_eq!(tags(&stage).0.len(), 2);
    }
    Ok(())
}
