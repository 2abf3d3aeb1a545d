//! The spec of a cluster that is there.

use std::collections::BTreeMap;
use std::time::Duration;

use aws_sdk_eks::config::AsyncSleep;
use aws_sdk_eks::types::{
    EncryptionConfig, KubernetesNetworkConfigRequest, Provider, SupportType, UpgradePolicyRequest,
    VpcConfigRequest, ZonalShiftConfigRequest,
};
use eks_core::simulator::{Effect, Fault};
use eks_core::{
    AmiFamily, ApplyOptions, AuthenticationMode, Cluster, Error, ErrorKind, LogType, NodeGroup, NodeSubnets,
    Scaling, UpdateSettings,
};
use tests::{Stage, THEIRS, writes};

pub(super) fn spec_of(stage: &Stage, name: &'static str) -> Result<Cluster, Error> {
    let eks = stage.eks.clone();
    stage.run(move || async move { eks.spec_of(name).await })
}

pub(super) fn group<'a>(spec: &'a Cluster, name: &str) -> &'a NodeGroup {
    let mut groups = spec.node_groups.iter().flatten();
    groups.find(|group| group.name.as_deref() == Some(name)).expect("there is such a group")
}

fn denied(stage: &Stage, service: &str) {
    let (code, message) = ("AccessDenied", "User: x is not authorized to perform: this");
    let effect = Effect::Error { code: code.to_owned(), message: message.to_owned(), status: 403 };
    stage.sim.add_fault(Fault { service: Some(service.to_owned()), effect, ..Fault::default() });
}

#[test]
fn of_a_cluster_from_the_console_or_terraform() -> Result<(), Error> {
    let stage = Stage::default();
    let theirs = stage.made_by_others();
    let (calls, wrote) = (stage.sim.ledger().client_calls().count(), writes(&stage.sim).len());
    let spec = spec_of(&stage, THEIRS)?;
    // Cluster, stack, subnets, routes, pod identity associations; three lists with two groups, a profile and three add-ons; the entries of the
    // creator, the readers, nodes and pods, of which two have policies.
    assert_eq!(stage.sim.ledger().client_calls().count() - calls, 5 + (3 + 2 + 1 + 3) + (1 + 4 + 2));
    assert_eq!(writes(&stage.sim).len(), wrote, "nothing is touched");

    let network = spec.network.as_given().expect("it was there");
    assert_eq!((&network.public_subnets, &network.private_subnets), (&theirs.public, &theirs.private));
    assert_eq!(network.security_groups, std::slice::from_ref(&theirs.security_group));
    assert_eq!(network.vpc.as_ref(), Some(&theirs.vpc));
    assert_eq!(spec.region.as_deref(), Some(tests::REGION));
    assert_eq!(spec.role_arn.as_ref(), Some(&theirs.cluster_role));
    assert_eq!(spec.logging, Some([LogType::Api, LogType::Audit].into()));
    assert_eq!(spec.endpoint_access.private, Some(true));
    assert_eq!(spec.access_config.authentication_mode, Some(AuthenticationMode::ApiAndConfigMap));
    // What everything bears; the cluster alone is of team `platform`.
    assert_eq!(spec.tags, BTreeMap::from([("Terraform".to_owned(), "true".to_owned())]));

    let workers = group(&spec, "workers");
    assert_eq!(workers.scaling, Some(Scaling::between(1, 4).desired(2)));
    assert_eq!(workers.instance_types, ["t3.large"]);
    assert_eq!(workers.subnets, Some(NodeSubnets::Given(theirs.public.clone())));
    assert_eq!(workers.role_arn.as_ref(), Some(&theirs.node_role));
    assert_eq!(workers.labels.keys().collect::<Vec<_>>(), ["stage", "team"]);
    assert_eq!(workers.taints[0].to_string(), "app=orders:PreferNoSchedule");
    assert_eq!(workers.tags, BTreeMap::from([("cost-center".to_owned(), "4711".to_owned())]));
    assert_eq!(workers.ami_family, Some(AmiFamily::AmazonLinux2023));
    assert_eq!(workers.update.as_ref().and_then(|it| it.max_unavailable_percentage), Some(50));
    assert_eq!(workers.disk.as_ref().and_then(|disk| disk.size_gib), Some(50));
    let batch = group(&spec, "batch");
    assert_eq!((batch.disk.as_ref(), batch.instance_types.len()), (None, 0), "its launch template's");

    assert_eq!(spec.fargate_profiles[0].selectors[0].labels["size"], "small");
    assert_eq!(spec.fargate_profiles[0].subnets, theirs.private);
    let addons: Vec<&str> = spec.addons.iter().flatten().map(|addon| addon.name.as_str()).collect();
    assert_eq!(addons, ["coredns", "kube-proxy", "vpc-cni"]);
    let dns = &spec.addons.as_ref().expect("they are there")[0];
    assert_eq!(dns.configuration, Some(serde_json::json!({ "replicaCount": 2 })));
    // Not those of nodes and pods, which EKS made.
    let entries: Vec<&str> = spec.access_entries.iter().map(|it| it.principal_arn.as_str()).collect();
    assert_eq!(entries, [theirs.readers.as_str(), "arn:aws:iam::123456789012:user/simulated"]);
    let readers = &spec.access_entries[0];
    assert_eq!(
        (readers.username.as_deref(), &readers.kubernetes_groups[..]),
        (Some("reader"), &["readers".to_owned()][..])
    );
    assert_eq!(readers.policies.len(), 1);
    // As text and back.
    assert_eq!(Cluster::from_yaml(&spec.to_yaml()?)?, spec);
    assert_eq!(Cluster::from_json(&spec.to_json()?)?, spec);
    Ok(())
}

#[test]
fn of_one_of_ours_it_is_the_spec_that_was_applied_last() -> Result<(), Error> {
    let stage = Stage::default();
    let orders = NodeGroup::builder().name("orders").scaling(Scaling::between(1, 4).desired(2));
    let orders = orders.label("team", "shop").update(UpdateSettings::max_unavailable(1)).build()?;
    let spec = Cluster::builder().name("web").node_group(orders).tag("owner", "shop").build()?;
    stage.create(&spec)?;
    assert_eq!(spec_of(&stage, "web")?, spec);
    let plain = Cluster::builder().name("plain").build()?;
    stage.create(&plain)?;
    assert_eq!(spec_of(&stage, "plain")?, plain, "what is unset stays unset");

    // Others change what it mentions, and what it does not.
    let api = stage.eks_api();
    stage.run(move || async move {
        let size =
            aws_sdk_eks::types::NodegroupScalingConfig::builder().min_size(2).max_size(6).desired_size(5);
        let labels = aws_sdk_eks::types::UpdateLabelsPayload::builder();
        let labels =
            labels.add_or_update_labels("team", "orders").add_or_update_labels("theirs", "1").build();
        let update = api.update_nodegroup_config().cluster_name("web").nodegroup_name("orders");
        update.scaling_config(size.build()).labels(labels).send().await.expect("an update");
        let arn = "arn:aws:eks:us-west-2:123456789012:cluster/web";
        api.untag_resource().resource_arn(arn).tag_keys("owner").send().await.expect("untagged");
    });
    stage.sim.advance(Duration::from_secs(300));
    let is = spec_of(&stage, "web")?;
    let orders = group(&is, "orders");
    assert_eq!(
        orders.scaling,
        Some(Scaling::between(2, 6).desired(2)),
        "an autoscaler moves the desired size"
    );
    assert_eq!(orders.labels, BTreeMap::from([("team".to_owned(), "orders".to_owned())]));
    assert_eq!(is.tags, spec.tags, "it is on everything else");
    // What the cluster alone has lost comes back; nothing else would change, and the spec is written down.
    let plan = stage.plan(&is)?;
    let left: Vec<&str> =
        plan.steps.iter().filter(|it| !it.state.is_settled()).map(|it| it.id.as_str()).collect();
    assert_eq!(left, ["tag/cluster web", "recordSpec"], "{plan}");
    stage.apply(&is)?;
    assert_eq!(spec_of(&stage, "web")?, is);
    assert!(stage.plan(&is)?.is_empty());
    Ok(())
}

/// A control plane alone, with settings that most have not: by config map, encrypted, protected.
#[test]
#[expect(deprecated, reason = "what is encrypted says nothing any more, and older programs still say it")]
fn of_a_control_plane_with_settings_of_its_own() -> Result<(), Error> {
    let stage = Stage::default();
    let network = stage.given_network();
    let (config, sim) = (stage.sdk(), stage.sim.clone());
    let key = "arn:aws:kms:us-west-2:123456789012:key/1";
    stage.run(move || async move {
        let wait = |seconds| AsyncSleep::sleep(&sim.sleep_impl(), Duration::from_secs(seconds));
        let role = tests::role(&config, "eks.amazonaws.com", &["AmazonEKSClusterPolicy"]).await;
        wait(60).await;
        let api = aws_sdk_eks::Client::new(&config);
        let vpc = VpcConfigRequest::builder().set_subnet_ids(Some(network.subnets));
        let vpc = vpc.endpoint_public_access(false).endpoint_private_access(true).build();
        let provider = Provider::builder().key_arn(key).build();
        let encryption = EncryptionConfig::builder().provider(provider).resources("secrets").build();
        let block = KubernetesNetworkConfigRequest::builder().service_ipv4_cidr("10.99.0.0/16").build();
        let policy = UpgradePolicyRequest::builder().support_type(SupportType::Standard).build();
        let shift = ZonalShiftConfigRequest::builder().enabled(true).build();
        let cluster = api.create_cluster().name(THEIRS).role_arn(role).resources_vpc_config(vpc);
        let cluster = cluster.encryption_config(encryption).kubernetes_network_config(block);
        let cluster = cluster.upgrade_policy(policy).zonal_shift_config(shift).deletion_protection(true);
        cluster.send().await.expect("a cluster");
        wait(900).await;
    });
    let spec = spec_of(&stage, THEIRS)?;
    assert_eq!(spec.access_config.authentication_mode, Some(AuthenticationMode::ConfigMap));
    assert_eq!(spec.access_entries.len(), 0, "nobody asks a cluster that has none");
    assert_eq!(spec.secrets_encryption.as_ref().map(|it| it.key_arn.as_str()), Some(key));
    assert_eq!(spec.service_cidr.as_deref(), Some("10.99.0.0/16"));
    assert_eq!((spec.deletion_protection, spec.zonal_shift), (Some(true), Some(true)));
    assert_eq!(spec.upgrade_policy, Some(eks_core::SupportType::Standard));
    assert_eq!((spec.endpoint_access.public, spec.endpoint_access.public_cidrs), (Some(false), None));
    assert_eq!((spec.node_groups.map(|it| it.len()), spec.addons.map(|it| it.len())), (Some(0), Some(0)));
    // Adopted as it is; no default node group or add-on is made.
    let spec = spec_of(&stage, THEIRS)?;
    let before = writes(&stage.sim).len();
    let operation = stage.eks.apply_with(&spec, ApplyOptions::default().adopt(true));
    stage.run(move || operation)?;
    assert_eq!(writes(&stage.sim)[before..], ["cloudformation:CreateStack", "eks:TagResource"]);
    assert!(stage.plan(&spec)?.is_empty());
    assert_eq!(spec_of(&stage, THEIRS)?, spec);
    Ok(())
}

#[test]
fn of_what_is_not_there_or_may_not_be_read() {
    let stage = Stage::default();
    assert_eq!(spec_of(&stage, THEIRS).expect_err("there is none").kind(), ErrorKind::NotFound);
    let theirs = stage.made_by_others();
    // Who may not ask EC2 or CloudFormation does not know which subnets are public.
    denied(&stage, "ec2");
    denied(&stage, "cloudformation");
    let spec = spec_of(&stage, THEIRS).expect("EKS tells the rest");
    let network = spec.network.as_given().expect("it was there");
    assert_eq!(network.private_subnets.len(), theirs.public.len() + theirs.private.len());
    denied(&stage, "eks");
    assert_eq!(spec_of(&stage, THEIRS).expect_err("nobody tells").kind(), ErrorKind::AccessDenied);
}
