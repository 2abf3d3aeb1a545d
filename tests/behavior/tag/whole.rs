//! What carries the tags in the end, and what becomes of things that are made later.

use std::time::Duration;

use aws_sdk_ec2::types::{Filter, ResourceType, Tag, TagSpecification};
use eks_core::{ErrorKind, Outcome, Scaling, TagChange, TagOptions};
use tests::{Stage, said, writes};

use super::{Error, change, counts, has, instances, stage, tag, volumes};

/// What the calls of a client changed since `before`, by how often.
fn since(stage: &Stage, before: usize) -> Vec<String> {
    let mut counted: Vec<(String, usize)> = Vec::new();
    for write in &writes(&stage.sim)[before..] {
        match counted.iter_mut().find(|(known, _)| known == write) {
            Some((_, count)) => *count += 1,
            None => counted.push((write.clone(), 1)),
        }
    }
    counted.sort();
    counted.into_iter().map(|(write, count)| format!("{count} {write}")).collect()
}

#[test]
fn everything_carries_them() -> Result<(), Error> {
    let stage = stage()?;
    let before = writes(&stage.sim).len();
    let report = tag(&stage, &change())?;
    insta::assert_snapshot!(report.to_string());
    assert!(report.is_whole(), "{report}");
    insta::assert_snapshot!(since(&stage, before).join("\n"));
    assert_eq!(
        counts(&report),
        [
            ("cluster", 1),
            ("node groups", 2),
            ("Fargate profiles", 1),
            ("add-ons", 3),
            ("Auto Scaling groups", 2),
            ("launch templates", 2),
            ("instances", 4),
            ("volumes", 4),
            ("load balancers", 3),
            ("log group", 1),
            ("stacks", 3),
        ]
    );
    // As AWS says it, not the report.
    for (id, tags) in instances(&stage).into_iter().chain(volumes(&stage)) {
        assert!(has(&tags, "cost-center", "4711"), "{id}: {tags:?}");
    }
    let (eks, elb, elbv2, ec2) = (stage.eks_api(), stage.elb(), stage.elbv2(), stage.ec2());
    stage.run(move || async move {
        let cluster =
            eks.describe_cluster().name("web").send().await.expect("described").cluster.expect("it is there");
        assert_eq!(cluster.tags().expect("tags")["cost-center"], "4711");
        assert_eq!(cluster.tags().expect("tags")["eks-lifecycle/cluster"], "web");
        let classic = elb.describe_load_balancers().send().await.expect("described");
        let name = classic.load_balancer_descriptions()[0].load_balancer_name().expect("a name").to_owned();
        let tags = elb.describe_tags().load_balancer_names(name).send().await.expect("described");
        assert!(tags.tag_descriptions()[0].tags().iter().any(|tag| tag.key() == "cost-center"));
        let network = elbv2.describe_load_balancers().send().await.expect("described");
        let arn = network.load_balancers()[0].load_balancer_arn().expect("an ARN").to_owned();
        let tags = elbv2.describe_tags().resource_arns(arn).send().await.expect("described");
        assert!(tags.tag_descriptions()[0].tags().iter().any(|tag| tag.key() == Some("cost-center")));
        // CloudFormation has handed on the tags of its stacks.
        let tagged = Filter::builder().name("tag:cost-center").values("4711").build();
        let gateways = ec2.describe_nat_gateways().filter(tagged).send().await.expect("described");
        assert_eq!(gateways.nat_gateways().len(), 1);
    });
    Ok(())
}

#[test]
fn a_second_call_sends_nothing() -> Result<(), Error> {
    let stage = stage()?;
    let first = tag(&stage, &change())?;
    let before = writes(&stage.sim).len();
    assert_eq!(tag(&stage, &change())?, first);
    let eks = stage.eks.clone();
    let plan = stage.run(move || async move { eks.plan_tag("web", &change()).await })?;
    assert!(plan.is_empty(), "{plan}");
    assert_eq!(since(&stage, before), Vec::<String>::new());
    Ok(())
}

#[test]
fn a_plan_says_what_and_in_which_order() -> Result<(), Error> {
    let stage = stage()?;
    let before = writes(&stage.sim).len();
    let eks = stage.eks.clone();
    let change = change().and_remove("team");
    let plan = stage.run(move || async move { eks.plan_tag("web", &change).await })?;
    insta::assert_snapshot!(plan.to_string());
    assert_eq!(since(&stage, before), Vec::<String>::new());
    Ok(())
}

#[test]
fn other_values_are_set_and_what_is_to_go_goes() -> Result<(), Error> {
    let stage = stage()?;
    tag(&stage, &change().and_set("owner", "ada"))?;
    let report = tag(&stage, &TagChange::set("cost-center", "4712").and_remove("owner").and_remove("team"))?;
    assert!(report.is_whole(), "{report}");
    for (id, tags) in instances(&stage).into_iter().chain(volumes(&stage)) {
        assert!(has(&tags, "cost-center", "4712"), "{id}: {tags:?}");
        assert!(!tags.contains_key("owner") && !tags.contains_key("team"), "{id}: {tags:?}");
        assert!(tags.contains_key("Name"), "{id}: {tags:?}");
    }
    assert_eq!(
        report.billing.keys().map(String::as_str).collect::<Vec<_>>(),
        ["aws:eks:cluster-name", "cost-center"]
    );
    Ok(())
}

/// Auto Scaling groups hand the tags on to instances, nobody does to their volumes.
#[test]
fn what_comes_later() -> Result<(), Error> {
    let stage = stage()?;
    tag(&stage, &change())?;
    let scale = stage.eks.scale("web", "web", &Scaling::fixed(3));
    stage.run(move || scale)?;
    let (instances, bare) = (instances(&stage), volumes(&stage));
    assert_eq!(instances.len(), 5);
    assert!(instances.values().all(|tags| has(tags, "cost-center", "4711")), "{instances:?}");
    assert_eq!(bare.values().filter(|tags| !tags.contains_key("cost-center")).count(), 1);
    let before = writes(&stage.sim).len();
    assert!(tag(&stage, &change())?.is_whole());
    assert_eq!(since(&stage, before), ["1 ec2:CreateTags"]);
    assert!(volumes(&stage).values().all(|tags| has(tags, "cost-center", "4711")));
    Ok(())
}

/// What a CSI driver has made is the cluster's, and what says it is shared is not.
#[test]
fn volumes_of_a_csi_driver() -> Result<(), Error> {
    let stage = stage()?;
    let ec2 = stage.ec2();
    let ids = stage.run(move || async move {
        let mut ids = Vec::new();
        for (key, value) in [
            ("kubernetes.io/cluster/web", "owned"),
            ("kubernetes.io/cluster/web", "shared"),
            ("kubernetes.io/cluster/other", "owned"),
        ] {
            let tag = Tag::builder().key(key).value(value).build();
            let tags = TagSpecification::builder().resource_type(ResourceType::Volume).tags(tag).build();
            let made = ec2.create_volume().availability_zone("us-west-2a").size(8).tag_specifications(tags);
            ids.push(made.send().await.expect("made").volume_id.expect("an id"));
        }
        ids
    });
    tag(&stage, &change())?;
    let seen = volumes(&stage);
    let tagged: Vec<bool> = ids.iter().map(|id| seen[id].contains_key("cost-center")).collect();
    assert_eq!(tagged, [true, false, false]);
    Ok(())
}

/// Of somebody else's cluster everything but stacks and launch templates, which say nothing of whose they are.
#[test]
fn a_cluster_of_others() -> Result<(), Error> {
    let stage = Stage::default();
    crate::bad_input::foreign_cluster::foreign(&stage);
    let before = writes(&stage.sim).len();
    let report = tag(&stage, &change())?;
    assert_eq!(
        counts(&report),
        [
            ("cluster", 1),
            ("node groups", 1),
            ("Auto Scaling groups", 1),
            ("instances", 2),
            ("volumes", 2),
            ("log group", 1),
        ]
    );
    assert!(report.is_whole(), "{report}");
    assert!(!since(&stage, before).iter().any(|write| write.contains("cloudformation")));
    assert_eq!((report.by_aws.instances, report.by_aws.of), (2, 2));
    Ok(())
}

/// A later apply leaves what its spec does not know, and goes on knowing its own.
#[test]
fn an_apply_leaves_them() -> Result<(), Error> {
    let stage = stage()?;
    tag(&stage, &change())?;
    assert!(stage.plan(&super::cluster())?.is_empty());
    let mut spec = super::cluster();
    spec.tags.insert("owner".to_owned(), "ada".to_owned());
    stage.apply(&spec)?;
    let before = writes(&stage.sim).len();
    assert!(tag(&stage, &change())?.is_whole());
    assert_eq!(since(&stage, before), Vec::<String>::new());
    stage.delete("web")?;
    Ok(())
}

#[test]
fn what_cannot_be_is_refused_before_the_first_call() -> Result<(), Error> {
    let stage = stage()?;
    let before = stage.sim.ledger().client_calls().count();
    let texts: Vec<String> = [
        TagChange::default(),
        TagChange::set("aws:team", "web"),
        TagChange::remove("kubernetes.io/cluster/web"),
        TagChange::set("eks-lifecycle/cluster", "other"),
        TagChange::set("team", "web, orders"),
    ]
    .into_iter()
    .map(|change| said(&tag(&stage, &change).expect_err("no such tag")))
    .collect();
    insta::assert_snapshot!(texts.join("\n"));
    assert_eq!(stage.sim.ledger().client_calls().count(), before);
    let nobody = stage.eks.tag("nobody", &change());
    assert_eq!(stage.run(move || nobody).expect_err("not there").kind(), ErrorKind::NotFound);
    stage.delete("web").map(drop)
}

/// For whoever is the loop.
#[test]
fn by_ticks() -> Result<(), Error> {
    let stage = stage()?;
    let (eks, time) = (stage.eks.clone(), stage.sim.clone());
    let outcome: Result<_, Error> = stage.run(move || async move {
        use aws_smithy_async::rt::sleep::AsyncSleep;
        let mut handle = eks.tag_handle("web", &change(), TagOptions::default())?;
        loop {
            let tick = eks.tick(handle).await?;
            let Some(next) = tick.next_at else { return Ok(tick.outcome) };
            let wait = u64::try_from(next - time.now().millis()).unwrap_or(0);
            time.sleep_impl().sleep(Duration::from_millis(wait)).await;
            handle = tick.handle;
        }
    });
    let Some(Outcome::Tagged(report)) = outcome? else { panic!("another outcome") };
    assert!(report.is_whole() && report.tagged.len() == 11, "{report}");
    Ok(())
}
