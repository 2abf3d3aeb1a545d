//! A cluster of that name that is not ours: nothing is touched (facts/failures.md C14).

use std::time::Duration;

use aws_sdk_eks::types::{LogSetup, LogType, Logging, VpcConfigRequest};
use eks_core::{Cluster, DeleteOptions, Error, ErrorKind, Handle, StepState};
use tests::{Stage, living, refused_writes, said, writes};

/// A role that `service` may assume, with one managed policy.
async fn role(config: &aws_config::SdkConfig, service: &str, policy: &str) -> String {
    let iam = aws_sdk_iam::Client::new(config);
    let trust = serde_json::json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Principal": { "Service": service },
            "Action": "sts:AssumeRole",
        }],
    });
    let name = format!("of-{policy}");
    let made = iam.create_role().role_name(&name).assume_role_policy_document(trust.to_string());
    let arn = made.send().await.expect("a role").role.expect("a role").arn;
    let policy = format!("arn:aws:iam::aws:policy/{policy}");
    iam.attach_role_policy().role_name(name).policy_arn(policy).send().await.expect("attached");
    arn
}

/// Somebody else's cluster `web` with one node group, made by AWS's own APIs: half an hour old.
pub(crate) fn foreign(stage: &Stage) {
    let network = stage.given_network();
    let (config, eks, sim) = (stage.sdk(), stage.eks_api(), stage.sim.clone());
    stage.run(move || async move {
        let cluster_role = role(&config, "eks.amazonaws.com", "AmazonEKSClusterPolicy").await;
        let node_role = role(&config, "ec2.amazonaws.com", "AmazonEKSWorkerNodePolicy").await;
        let wait = |seconds| {
            aws_smithy_async::rt::sleep::AsyncSleep::sleep(&sim.sleep_impl(), Duration::from_secs(seconds))
        };
        // Until EKS can assume them.
        wait(60).await;
        let vpc = VpcConfigRequest::builder().set_subnet_ids(Some(network.subnets.clone())).build();
        let logs = LogSetup::builder().types(LogType::Api).enabled(true).build();
        let logging = Logging::builder().cluster_logging(logs).build();
        let cluster = eks.create_cluster().name("web").role_arn(cluster_role).resources_vpc_config(vpc);
        let cluster = cluster.logging(logging);
        cluster.send().await.expect("a cluster");
        wait(900).await;
        let group = eks.create_nodegroup().cluster_name("web").nodegroup_name("workers");
        let group = group.node_role(node_role).set_subnets(Some(network.subnets));
        group.send().await.expect("a node group");
        // Its nodes have no way out, so they never join: CREATE_FAILED (facts/failures.md C15).
        wait(1800).await;
    });
}

#[test]
fn it_is_left_alone() -> Result<(), Error> {
    let stage = Stage::default();
    foreign(&stage);
    let (there, before) = (living(&stage.sim), writes(&stage.sim));
    let cluster = Cluster::builder().name("web").build()?;

    let mut told = String::new();
    let mut tell = |error: Error| {
        assert_eq!(error.kind(), ErrorKind::AlreadyExists, "{}", error.chain());
        told.push_str(&format!("{}\n", said(&error)));
    };
    tell(stage.plan(&cluster).expect_err("plan"));
    tell(stage.create(&cluster).expect_err("create"));
    let operation = stage.eks.continue_create("web");
    tell(stage.run(move || operation).expect_err("continue_create"));
    let eks = stage.eks.clone();
    tell(stage.run(move || async move { eks.plan_delete("web").await }).expect_err("plan_delete"));
    tell(stage.delete("web").expect_err("delete"));
    for handle in [
        stage.eks.create_handle(&cluster)?,
        stage.eks.delete_handle("web", DeleteOptions::default())?,
        Handle::from_json(&stage.eks.create_handle(&cluster)?.to_json()?)?,
    ] {
        let eks = stage.eks.clone();
        tell(stage.run(move || async move { eks.tick(handle).await }).expect_err("tick"));
    }
    insta::assert_snapshot!(told);
    assert_eq!(living(&stage.sim), there);
    assert_eq!(writes(&stage.sim), before, "nothing was touched");

    // It can be looked at, whoever made it.
    let eks = stage.eks.clone();
    let info = stage.run(move || async move { eks.describe("web").await })?;
    assert_eq!(info.node_groups[0].name, "workers");
    let eks = stage.eks.clone();
    let listed = stage.run(move || async move { eks.list().await })?;
    assert_eq!(listed.iter().map(|it| (it.name.as_str(), it.ours)).collect::<Vec<_>>(), [("web", false)]);
    Ok(())
}

/// Adopted, it goes with its node groups; its network, roles and logs, which are somebody else's, stay.
#[test]
fn it_is_deleted_if_adopted() -> Result<(), Error> {
    let stage = Stage::default();
    foreign(&stage);
    let before = writes(&stage.sim);
    let operation = stage.eks.delete_with("web", DeleteOptions::default().adopt(true));
    let (_, report) = stage.watch(operation);
    let report = report?;
    assert_eq!(report.deleted, ["node group workers", "cluster web"]);
    let kinds: Vec<String> = living(&stage.sim).into_iter().map(|(kind, n)| format!("{n} {kind}")).collect();
    assert_eq!(kinds, ["2 AWS::EC2::Subnet", "1 AWS::EC2::VPC", "2 AWS::IAM::Role", "1 AWS::Logs::LogGroup"]);
    assert_eq!(writes(&stage.sim)[before.len()..], ["eks:DeleteNodegroup", "eks:DeleteCluster"]);
    assert_eq!(refused_writes(&stage.sim), Vec::<String>::new());

    // The name is free.
    let cluster = Cluster::builder().name("web").no_node_groups().build()?;
    let plan = stage.plan(&cluster)?;
    assert_eq!(plan.step("createFoundation").map(|step| &step.state), Some(&StepState::Ready));
    Ok(())
}
