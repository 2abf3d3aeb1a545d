//! Every key of a spec, set: such a cluster is created, needs nothing more, and leaves nothing behind. What excludes
//! each other is in two specs, one in a new network and one in a given one.

use std::collections::BTreeSet;
use std::time::Duration;

use aws_smithy_async::rt::sleep::AsyncSleep;
use eks_core::{Cluster, DeleteOptions, Error, NodeGroupStatus, VpcFilter};
use serde_json::{Value, json};
use tests::{Stage, left};

const NEW: &str = include_str!("every_option/new_network.yaml");
const GIVEN: &str = include_str!("every_option/given_network.yaml");

/// Keys that no spec here sets, with the reason.
const UNSET: [(&str, &str); 0] = [];

fn role(stage: &Stage, name: &'static str, service: &str, policies: &'static [&'static str]) {
    let iam = aws_sdk_iam::Client::new(&stage.sdk());
    let trust = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": service}}
    ]})
    .to_string();
    stage.run(move || async move {
        iam.create_role().role_name(name).assume_role_policy_document(trust).send().await.expect("a role");
        for policy in policies {
            let arn = format!("arn:aws:iam::aws:policy/{policy}");
            iam.attach_role_policy().role_name(name).policy_arn(arn).send().await.expect("attached");
        }
    });
}

/// Creates, plans to nothing, deletes, and leaves what was there before.
fn lives_and_goes(stage: &Stage, spec: &str) -> Result<(), Error> {
    let before = left(&stage.sim);
    let cluster = Cluster::from_yaml(spec)?;
    let info = stage.create(&cluster)?;
    for group in &info.node_groups {
        assert_eq!(group.status, NodeGroupStatus::Active, "{}", group.name);
    }
    let wanted: usize = info.node_groups.iter().map(|group| group.desired as usize).sum();
    assert_eq!(info.nodes.iter().filter(|node| node.ready).count(), wanted);
    let plan = stage.plan(&cluster)?;
    assert!(plan.is_empty(), "{plan}");
    assert_eq!(stage.create(&cluster)?, info);

    let options = DeleteOptions::default().disable_deletion_protection(true);
    let operation = stage.eks.delete_with(&info.name, options);
    stage.run(move || operation)?;
    assert_eq!(left(&stage.sim), before);
    Ok(())
}

/// The version of an add-on that the simulated EKS offers for this version of Kubernetes.
fn addon_version(stage: &Stage, addon: &'static str, kubernetes: &'static str) -> String {
    let call = stage.eks_api().describe_addon_versions().addon_name(addon).kubernetes_version(kubernetes);
    let offers = stage.run(move || call.send()).expect("offers").addons.unwrap_or_default();
    offers[0].addon_versions()[0].addon_version().unwrap_or_default().to_owned()
}

#[test]
fn in_a_new_network_it_is_created_and_leaves_nothing() -> Result<(), Error> {
    let stage = Stage::default();
    let (block, zone) = stage.capacity_block("p5.48xlarge", 1);
    assert_eq!(zone, "us-west-2a");
    let spec = NEW.replace("VPC_CNI", &addon_version(&stage, "vpc-cni", "1.35"));
    let spec = spec.replace("cr-0123456789abcdef0", &block);
    role(&stage, "readers", "ec2.amazonaws.com", &[]);
    role(&stage, "pods", "pods.eks.amazonaws.com", &[]);
    let call = stage.ec2().create_key_pair().key_name("me");
    stage.run(move || call.send()).expect("a key pair");
    lives_and_goes(&stage, &spec)
}

#[test]
fn in_a_given_network_it_is_created_and_leaves_nothing() -> Result<(), Error> {
    let stage = Stage::default();
    role(
        &stage,
        "plane",
        "eks.amazonaws.com",
        &[
            "AmazonEKSClusterPolicy",
            "AmazonEKSComputePolicy",
            "AmazonEKSBlockStoragePolicy",
            "AmazonEKSLoadBalancingPolicy",
            "AmazonEKSNetworkingPolicy",
        ],
    );
    role(&stage, "nodes", "ec2.amazonaws.com", &["AmazonEKSWorkerNodePolicy", "AmazonEKS_CNI_Policy"]);
    let pods = &["AmazonEKSFargatePodExecutionRolePolicy"];
    role(&stage, "pods", "eks-fargate-pods.amazonaws.com", pods);
    let host = Cluster::builder().name("host").no_node_groups().build()?;
    let host = stage.create(&host)?;
    let vpc = host.vpc.expect("a VPC");
    let (eks, ec2, sim, id) = (stage.eks.clone(), stage.ec2(), stage.sim.clone(), vpc);
    let spec = stage.run(move || async move {
        let found = eks.find_network(VpcFilter::id(&id)).await?;
        let mut own = Vec::new();
        for (zone, block) in [("us-west-2a", "192.168.192.0/24"), ("us-west-2b", "192.168.193.0/24")] {
            let subnet = ec2.create_subnet().vpc_id(&id).availability_zone(zone).cidr_block(block);
            own.extend(subnet.send().await.expect("a subnet").subnet.and_then(|it| it.subnet_id));
        }
        let group = ec2.create_security_group().vpc_id(&id).group_name("more").description("More");
        let security_group = group.send().await.expect("a group").group_id.expect("an id");
        // A role that was just made is not known everywhere yet (facts/aws.md §2.3).
        sim.sleep_impl().sleep(Duration::from_secs(60)).await;
        let network = found.network;
        let ids = [("PRIVATE", network.private_subnets), ("PUBLIC", network.public_subnets), ("OWN", own)];
        let spec = GIVEN.replace("VPC", &id).replace("GROUP", &security_group);
        Ok::<_, Error>(ids.iter().fold(spec, |spec, (name, ids)| spec.replace(name, &ids.join(", "))))
    })?;
    lives_and_goes(&stage, &spec)
}

/// Every key that a spec can have, found by asking for one that it cannot have.
fn known(within: &[(String, bool)], keys: &mut BTreeSet<String>) {
    let wrong = within.iter().rev().fold(json!({"zzz": 1}), |inner, (key, listed)| {
        if *listed { json!({ key: [inner] }) } else { json!({ key: inner }) }
    });
    let Err(error) = Cluster::from_json(&wrong.to_string()) else { return };
    let said = error.to_string();
    let Some((place, rest)) = said.split_once(": `zzz` must be a known key (") else { return };
    if place.split('.').count() != within.len() + 1 {
        return;
    }
    let list = rest.split_once(')').expect("a list").0;
    for key in list.split(", ") {
        keys.insert(path(within, key));
        for listed in [false, true] {
            let deeper: Vec<_> = within.iter().cloned().chain([(key.to_owned(), listed)]).collect();
            known(&deeper, keys);
        }
    }
}

fn path(within: &[(String, bool)], key: &str) -> String {
    let above = within.iter().map(|(key, listed)| format!("{key}{}.", if *listed { "[]" } else { "" }));
    above.collect::<String>() + key
}

/// Every key that a spec has.
fn set(value: &Value, at: &str, keys: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                let at = if at.is_empty() { key.clone() } else { format!("{at}.{key}") };
                set(value, &at, keys);
                keys.insert(at);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| set(item, &format!("{at}[]"), keys)),
        _ => {}
    }
}

#[test]
fn no_key_is_forgotten() -> Result<(), Error> {
    let (mut there, mut used) = (BTreeSet::new(), BTreeSet::new());
    known(&[], &mut there);
    for deep in ["nodeGroups[].nodeRepairConfig.maxParallelNodesRepairedCount", "accessEntries[].policies"] {
        assert!(there.contains(deep), "{deep}: {there:?}");
    }
    let ids =
        [("VPC", "vpc-1"), ("PRIVATE", "subnet-1"), ("PUBLIC", "subnet-2"), ("OWN", "subnet-3, subnet-4")];
    let given = GIVEN.replace("GROUP", "sg-1");
    let given = ids.iter().fold(given, |spec, (name, id)| spec.replace(name, id));
    for spec in [NEW, &given] {
        set(&serde_json::to_value(Cluster::from_yaml(spec)?).expect("JSON"), "", &mut used);
    }
    used.extend(UNSET.iter().map(|(key, _)| (*key).to_owned()));
    let forgotten: Vec<&String> = there.difference(&used).collect();
    assert_eq!(forgotten, [""; 0], "set it in one of the specs, or say in UNSET why not");
    Ok(())
}
