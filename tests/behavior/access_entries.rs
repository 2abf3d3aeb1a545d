//! An access entry is made by one call, and each of its policies by another.

use std::time::Duration;

use eks_core::simulator::{Effect, Fault};
use eks_core::{AccessEntry, AccessPolicy, Cluster};
use tests::Stage;

const VIEW: &str = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy";
const EDIT: &str = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSEditPolicy";

/// An account with a role, and its ARN.
fn role(stage: &Stage) -> String {
    let iam = aws_sdk_iam::Client::new(&stage.sdk());
    let role = iam.create_role().role_name("readers").assume_role_policy_document(
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}]}"#,
    );
    let role = stage.run(move || role.send()).expect("a role").role.expect("a role").arn;
    stage.sim.advance(Duration::from_secs(60));
    role
}

fn policies(stage: &Stage, principal: &str) -> Vec<String> {
    let request =
        stage.eks_api().list_associated_access_policies().cluster_name("web").principal_arn(principal);
    let answer = stage.run(move || request.send()).expect("an answer");
    answer.associated_access_policies().iter().filter_map(|it| it.policy_arn.clone()).collect()
}

/// A client that dies between the entry and its first policy, or the first and the second, leaves an entry that is not
/// whole: the next call of the same create mends it.
#[test]
fn a_death_before_its_policies_are_there_is_mended() {
    for nth in [1, 2] {
        for effect in [Effect::DieBeforeAccept, Effect::DieAfterAccept] {
            let stage = Stage::default();
            let principal = role(&stage);
            let entry = AccessEntry::builder()
                .principal_arn(&principal)
                .policy(AccessPolicy::cluster(VIEW))
                .policy(AccessPolicy::cluster(EDIT))
                .build()
                .expect("valid");
            let cluster = Cluster::builder().name("web").no_node_groups().access_entry(entry);
            let cluster = cluster.build().expect("valid");
            stage.sim.add_fault(Fault {
                operation: Some("AssociateAccessPolicy".to_owned()),
                every: Some(nth),
                effect: effect.clone(),
                ..Fault::default()
            });
            let _dead = stage.try_create(&cluster);
            stage.sim.clear_faults();
            let dead = policies(&stage, &principal).len();
            assert_eq!(dead as u64, nth - u64::from(effect == Effect::DieBeforeAccept), "{nth}, {effect:?}");

            let stage = stage.another_process();
            stage.create(&cluster).expect("it goes on");
            let mut there = policies(&stage, &principal);
            there.sort();
            assert_eq!(there, [EDIT, VIEW], "{nth}, {effect:?}");
            assert!(stage.plan(&cluster).expect("a plan").is_empty());
        }
    }
}

/// Tags of an entry, and those of the cluster that it has, too: somebody's own stay.
#[test]
fn its_tags_follow() {
    let stage = Stage::default();
    let principal = role(&stage);
    let tagged = |cluster: &[(&str, &str)], entry: &[(&str, &str)]| {
        let builder = AccessEntry::builder().principal_arn(&principal);
        let entry = entry.iter().fold(builder, |builder, (key, value)| builder.tag(*key, *value));
        let builder = Cluster::builder().name("web").no_node_groups();
        let builder = cluster.iter().fold(builder, |builder, (key, value)| builder.tag(*key, *value));
        builder.access_entry(entry.build().expect("valid")).build().expect("valid")
    };
    let seen = || {
        let call = stage.eks_api().describe_access_entry().cluster_name("web").principal_arn(&principal);
        let entry = stage.run(move || call.send()).expect("it is there").access_entry.expect("it is there");
        (entry.access_entry_arn.unwrap_or_default(), entry.tags.unwrap_or_default())
    };
    stage.create(&tagged(&[("owner", "shop")], &[("team", "a"), ("old", "1")])).expect("made");
    let (arn, _) = seen();
    let call = stage.eks_api().tag_resource().resource_arn(arn).tags("theirs", "2");
    stage.run(move || call.send()).expect("tagged");
    let changed = tagged(&[("owner", "web")], &[("team", "b")]);
    let plan = stage.plan(&changed).expect("a plan").to_string();
    assert!(plan.contains("tags.team a → b") && plan.contains("tags.old 1 → unset"), "{plan}");
    stage.apply(&changed).expect("applied");
    let (_, mut tags) = seen();
    tags.retain(|key, _| !key.starts_with("eks-lifecycle/"));
    let mut tags: Vec<_> = tags.iter().map(|(key, value)| format!("{key}={value}")).collect();
    tags.sort();
    assert_eq!(tags, ["owner=web", "team=b", "theirs=2"]);
    let plan = stage.another_process().plan(&changed).expect("a plan");
    assert!(plan.is_empty(), "{plan}");
}
