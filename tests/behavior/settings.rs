//! A control plane whose settings change, and what is kept in it: one kind of update after the other.

use std::collections::BTreeSet;
use std::time::Duration;

use eks_core::simulator::Effect;
use eks_core::{
    AccessConfig, AccessEntry, AccessPolicy, Addon, AuthenticationMode, AutoMode, Cluster,
    ControlPlaneSubnets, Error, ErrorKind, GivenNetwork, LogType, NewNetwork, NodePool, SecretsEncryption,
    SupportType,
};
use tests::{Stage, left, said, writes};

const VIEW: &str = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy";
const EDIT: &str = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSEditPolicy";
const KEY: &str = "arn:aws:kms:us-west-2:123456789012:key/11111111-2222-3333-4444-555555555555";

fn described(stage: &Stage) -> aws_sdk_eks::types::Cluster {
    let call = stage.eks_api().describe_cluster().name("web");
    stage.run(move || call.send()).expect("described").cluster.expect("a cluster")
}

/// A role that nobody but the account made, and its ARN.
fn role(stage: &Stage, name: &'static str) -> String {
    let iam = aws_sdk_iam::Client::new(&stage.sdk());
    let role = iam.create_role().role_name(name).assume_role_policy_document(
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}]}"#,
    );
    let role = stage.run(move || role.send()).expect("a role").role.expect("a role").arn;
    stage.sim.advance(Duration::from_secs(60));
    role
}

/// The calls of this name since the `from`th write.
fn calls(stage: &Stage, from: usize, operation: &str) -> usize {
    writes(&stage.sim)[from..].iter().filter(|it| it.ends_with(operation)).count()
}

fn policies(stage: &Stage, role_arn: &str) -> BTreeSet<String> {
    let name = role_arn.rsplit('/').next().unwrap_or_default().to_owned();
    let iam = aws_sdk_iam::Client::new(&stage.sdk());
    let attached = stage.run(move || iam.list_attached_role_policies().role_name(name).send());
    let attached = attached.expect("listed").attached_policies.unwrap_or_default();
    attached.into_iter().filter_map(|policy| policy.policy_name).collect()
}

/// A cluster without nodes, which comes soonest.
fn bare() -> Result<Cluster, Error> {
    Cluster::builder().name("web").no_node_groups().addon(Addon::named("vpc-cni")).build()
}

#[test]
fn access_entries_follow() -> Result<(), Error> {
    let stage = Stage::default();
    let principal = role(&stage, "readers");
    let entry = |groups: &[&str], policies: Vec<AccessPolicy>| AccessEntry {
        principal_arn: principal.clone(),
        kubernetes_groups: groups.iter().map(|group| (*group).to_owned()).collect(),
        policies,
        ..AccessEntry::default()
    };
    let cluster = |entry: AccessEntry| Ok::<_, Error>(Cluster { access_entries: vec![entry], ..bare()? });
    let before =
        cluster(entry(&["readers"], vec![AccessPolicy::cluster(VIEW), AccessPolicy::cluster(EDIT)]))?;
    stage.create(&before)?;
    // Somebody puts the principal into another group.
    let (api, arn) = (stage.eks_api(), principal.clone());
    stage.run(move || async move {
        let update = api.update_access_entry().cluster_name("web").principal_arn(arn);
        let update = update.kubernetes_groups("readers").kubernetes_groups("theirs");
        update.send().await.expect("updated");
    });
    assert!(stage.plan(&before)?.is_empty());

    let mut after = entry(&["writers"], vec![AccessPolicy::namespaces(VIEW, ["shop"])]);
    after.username = Some("reader".to_owned());
    let after = cluster(after)?;
    insta::assert_snapshot!(stage.plan(&after)?.to_string());
    let from = writes(&stage.sim).len();
    stage.apply(&after)?;
    assert_eq!(calls(&stage, from, "UpdateAccessEntry"), 1);
    assert_eq!(calls(&stage, from, "AssociateAccessPolicy"), 1);
    assert_eq!(calls(&stage, from, "DisassociateAccessPolicy"), 1);

    let call = stage.eks_api().describe_access_entry().cluster_name("web").principal_arn(&principal);
    let seen = stage.run(move || call.send()).expect("described").access_entry.expect("an entry");
    let groups: BTreeSet<&str> = seen.kubernetes_groups().iter().map(String::as_str).collect();
    assert_eq!((groups, seen.username()), (BTreeSet::from(["theirs", "writers"]), Some("reader")));
    let call =
        stage.eks_api().list_associated_access_policies().cluster_name("web").principal_arn(&principal);
    let seen = stage.run(move || call.send()).expect("listed").associated_access_policies.expect("some");
    let scope = seen[0].access_scope.as_ref().expect("a scope");
    assert_eq!(
        (seen.len(), seen[0].policy_arn(), scope.namespaces()),
        (1, Some(VIEW), &["shop".to_owned()][..])
    );
    assert!(stage.another_process().plan(&after)?.is_empty());

    // What the last spec had goes, to the last one.
    let none = cluster(entry(&[], Vec::new()))?;
    stage.apply(&none)?;
    assert!(stage.plan(&none)?.is_empty());
    let call =
        stage.eks_api().list_associated_access_policies().cluster_name("web").principal_arn(&principal);
    let seen = stage.run(move || call.send()).expect("listed").associated_access_policies.unwrap_or_default();
    assert!(seen.is_empty(), "{seen:?}");
    Ok(())
}

/// EKS knows of no entries before the mode has them, and does not even list them.
#[test]
fn entries_come_with_the_mode_that_has_them() -> Result<(), Error> {
    let stage = Stage::default();
    let mode = |mode| AccessConfig { authentication_mode: Some(mode), ..AccessConfig::default() };
    let closed = Cluster { access_config: mode(AuthenticationMode::ConfigMap), ..bare()? };
    stage.create(&closed)?;
    let principal_arn = role(&stage, "readers");
    let policies = vec![AccessPolicy::cluster(VIEW)];
    let entry = AccessEntry { principal_arn, policies, ..AccessEntry::default() };
    let from = writes(&stage.sim).len();
    // Each of the two specs may be; together they may not.
    let error =
        stage.apply(&Cluster { access_entries: vec![entry.clone()], ..bare()? }).expect_err("no such mode");
    assert_eq!(error.violations()[0].field, "accessConfig.authenticationMode", "{error}");
    assert_eq!(writes(&stage.sim)[from..], [] as [String; 0]);
    let open = Cluster {
        access_config: mode(AuthenticationMode::ApiAndConfigMap),
        access_entries: vec![entry],
        ..bare()?
    };
    stage.apply(&open)?;
    assert_eq!(calls(&stage, from, "CreateAccessEntry"), 1);
    assert_eq!(calls(&stage, from, "AssociateAccessPolicy"), 1);
    assert!(stage.another_process().plan(&open)?.is_empty());
    Ok(())
}

#[test]
fn secrets_are_encrypted_and_stay_so() -> Result<(), Error> {
    let stage = Stage::default();
    stage.create(&bare()?)?;
    let encrypted = Cluster { secrets_encryption: Some(SecretsEncryption::key(KEY)), ..bare()? };
    let plan = stage.plan(&encrypted)?;
    assert!(plan.to_string().contains(&format!("secretsEncryption.keyArn unset → {KEY}")), "{plan}");
    let from = writes(&stage.sim).len();
    let began = stage.sim.now().millis();
    stage.apply(&encrypted)?;
    assert_eq!(calls(&stage, from, "AssociateEncryptionConfig"), 1);
    assert!(stage.sim.now().millis() - began > 600_000, "EKS goes through all that is stored");
    let seen = described(&stage).encryption_config.expect("encrypted");
    assert_eq!(seen[0].provider().and_then(|provider| provider.key_arn()), Some(KEY));
    assert!(stage.another_process().plan(&encrypted)?.is_empty());

    // Unset is left alone; another key is refused, and so it is where somebody else has chosen the first one.
    let from = writes(&stage.sim).len();
    stage.apply(&bare()?)?;
    let other = SecretsEncryption::key(KEY.replace("1111-2222", "9999-2222"));
    let error = stage.apply(&Cluster { secrets_encryption: Some(other), ..bare()? }).expect_err("one way");
    assert_eq!(error.kind(), ErrorKind::InvalidSpec);
    assert_eq!(error.violations()[0].field, "secretsEncryption.keyArn");
    assert_eq!(writes(&stage.sim)[from..], [] as [String; 0]);
    // An alias may stand for that key.
    let alias = SecretsEncryption::key("arn:aws:kms:us-west-2:123456789012:alias/web");
    assert!(
        stage
            .plan(&Cluster { secrets_encryption: Some(alias), ..bare()? })?
            .steps
            .iter()
            .all(|step| { !step.id.starts_with("updateClusterConfig") })
    );
    Ok(())
}

#[test]
fn auto_mode_goes_on_changes_and_goes_off() -> Result<(), Error> {
    let stage = Stage::default();
    // Its default node group is there still when the spec, with Auto Mode, has none.
    let plain = Cluster::builder().name("web").build()?;
    let info = stage.create(&plain)?;
    let on = Cluster { auto_mode: Some(AutoMode::enabled()), ..plain.clone() };
    insta::assert_snapshot!(stage.plan(&on)?.to_string());
    assert!(stage.apply(&on)?.auto_mode);
    let seen = described(&stage);
    let compute = seen.compute_config.expect("compute");
    assert_eq!((compute.enabled(), compute.node_pools().len()), (Some(true), 2));
    assert!(
        seen.storage_config.and_then(|it| it.block_storage).and_then(|it| it.enabled).unwrap_or_default()
    );
    // facts/aws.md §11.2
    let policy = "AmazonEKSComputePolicy";
    assert!(policies(&stage, &info.role_arn).contains(policy));
    let nodes = compute.node_role_arn.expect("a role");
    assert!(policies(&stage, &nodes).contains("AmazonEKSWorkerNodeMinimalPolicy"));
    assert!(stage.another_process().plan(&on)?.is_empty());
    // Whoever goes on with the create of this name finds the spec that holds now.
    let eks = stage.another_process().eks.clone();
    let info = stage.run(move || eks.continue_create("web"))?;
    assert_eq!(info.node_groups.len(), 0, "the spec has none");
    assert_eq!(
        stage
            .run({
                let eks = stage.eks.clone();
                move || async move { eks.describe("web").await }
            })?
            .node_groups
            .len(),
        1
    );

    let from = writes(&stage.sim).len();
    let pool = AutoMode::enabled().node_pool(NodePool::System);
    let fewer = Cluster { auto_mode: Some(pool), ..plain.clone() };
    let plan = stage.plan(&fewer)?;
    assert!(plan.to_string().contains("autoMode.nodePools general-purpose system → system"), "{plan}");
    stage.apply(&fewer)?;
    let compute = described(&stage).compute_config.expect("compute");
    assert_eq!(
        (compute.node_pools(), compute.node_role_arn()),
        (&["system".to_owned()][..], Some(nodes.as_str()))
    );
    assert_eq!(calls(&stage, from, "UpdateClusterConfig"), 1);

    // EKS keeps the role that its node pools have.
    let other = AutoMode::enabled().node_role_arn("arn:aws:iam::123456789012:role/other");
    let error = stage.apply(&Cluster { auto_mode: Some(other), ..plain.clone() }).expect_err("it stays");
    assert_eq!(error.violations()[0].field, "autoMode.nodeRoleArn");

    let off = AutoMode { enabled: Some(false), ..AutoMode::default() };
    let off = Cluster { auto_mode: Some(off), ..plain };
    assert!(!stage.apply(&off)?.auto_mode);
    let seen = described(&stage);
    assert_eq!(seen.compute_config.and_then(|compute| compute.enabled), Some(false));
    assert!(!policies(&stage, &info.role_arn).contains(policy), "not needed any more");
    assert!(stage.another_process().plan(&off)?.is_empty());
    stage.delete("web")?;
    assert_eq!(left(&stage.sim), Vec::<String>::new());
    Ok(())
}

#[test]
fn the_control_plane_moves_within_a_network_of_its_own() -> Result<(), Error> {
    let stage = Stage::default();
    assert_eq!(stage.create(&bare()?)?.subnets.len(), 6);
    let network = NewNetwork::builder().control_plane_subnets(ControlPlaneSubnets::Private).build()?;
    let inside = Cluster { network: network.into(), ..bare()? };
    assert_eq!(stage.apply(&inside)?.subnets.len(), 3);
    assert!(stage.another_process().plan(&inside)?.is_empty());
    // Unset is left alone.
    assert!(stage.plan(&bare()?)?.is_empty());
    Ok(())
}

#[test]
fn subnets_and_security_groups_of_a_given_network_change() -> Result<(), Error> {
    let stage = Stage::default();
    let given = stage.given_network();
    let (vpc, ids, ec2) = (given.vpc.clone(), given.subnets.clone(), stage.ec2());
    let small = |zone: &'static str, block: &'static str| {
        let call = ec2.create_subnet().vpc_id(&vpc).availability_zone(zone).cidr_block(block);
        stage.run(move || call.send()).expect("a subnet").subnet.and_then(|it| it.subnet_id).expect("an id")
    };
    let apart = vec![small("us-west-2a", "10.20.240.0/28"), small("us-west-2b", "10.20.240.16/28")];
    let group = |name: &'static str| {
        let call = ec2.create_security_group().group_name(name).description(name).vpc_id(&vpc);
        stage.run(move || call.send()).expect("a group").group_id.expect("an id")
    };
    let (one, two) = (group("one"), group("two"));
    let cluster = |network: GivenNetwork| Ok::<_, Error>(Cluster { network: network.into(), ..bare()? });
    let network =
        GivenNetwork { private_subnets: ids.clone(), security_groups: vec![one], ..GivenNetwork::default() };
    stage.create(&cluster(network.clone())?)?;
    let mut other = network.clone();
    other.security_groups = vec![two.clone()];
    other.control_plane_subnets = Some(ControlPlaneSubnets::Given(apart.clone()));
    let other = cluster(other)?;
    let from = writes(&stage.sim).len();
    stage.apply(&other)?;
    assert_eq!(calls(&stage, from, "UpdateClusterConfig"), 1, "both in one");
    let seen = described(&stage).resources_vpc_config.expect("a network");
    assert_eq!((seen.subnet_ids(), seen.security_group_ids()), (&apart[..], &[two][..]));
    assert!(stage.another_process().plan(&other)?.is_empty());

    let from = writes(&stage.sim).len();
    let mut elsewhere = network.clone();
    elsewhere.security_groups = vec!["sg-00000000000000000".to_owned()];
    let error = stage.apply(&cluster(elsewhere)?).expect_err("there is no such group");
    assert_eq!(
        (error.kind(), error.violations()[0].field.as_str()),
        (ErrorKind::InvalidSpec, "network.securityGroups")
    );
    // Nodes live in the others: those do not change.
    let mut fewer = network;
    fewer.private_subnets.pop();
    let error = stage.apply(&cluster(fewer)?).expect_err("nodes may be there");
    assert_eq!(error.violations()[0].field, "network.privateSubnets", "{error}");
    assert_eq!(writes(&stage.sim)[from..], [] as [String; 0]);
    Ok(())
}

/// Everything of a control plane at once.
fn all(principal: &str) -> Result<(Cluster, Cluster), Error> {
    let entry = |groups: &[&str], policy: AccessPolicy| AccessEntry {
        principal_arn: principal.to_owned(),
        kubernetes_groups: groups.iter().map(|group| (*group).to_owned()).collect(),
        policies: vec![policy],
        ..AccessEntry::default()
    };
    let network = |subnets| {
        let network = NewNetwork::builder().control_plane_subnets(subnets);
        network.build().map(Into::into)
    };
    let before = Cluster {
        access_entries: vec![entry(&["readers"], AccessPolicy::cluster(VIEW))],
        network: network(ControlPlaneSubnets::Public)?,
        ..bare()?
    };
    let mut dns = Addon::named("vpc-cni");
    dns.configuration = Some(serde_json::json!({ "env": { "WARM_IP_TARGET": "2" } }));
    let after = Cluster {
        access_entries: vec![entry(&["writers"], AccessPolicy::namespaces(VIEW, ["shop"]))],
        access_config: AccessConfig {
            authentication_mode: Some(AuthenticationMode::Api),
            ..AccessConfig::default()
        },
        addons: Some(vec![dns, Addon::named("eks-pod-identity-agent")]),
        network: network(ControlPlaneSubnets::Private)?,
        logging: Some(BTreeSet::from([LogType::Audit])),
        endpoint_access: eks_core::EndpointAccess::public_and_private(),
        upgrade_policy: Some(SupportType::Standard),
        zonal_shift: Some(true),
        deletion_protection: Some(true),
        auto_mode: Some(AutoMode::enabled()),
        secrets_encryption: Some(SecretsEncryption::key(KEY)),
        ..before.clone()
    };
    Ok((before, after))
}

/// EKS takes one kind of update at a time, and sometimes has one that it tells nobody of (facts/aws.md §2.2): the steps
/// follow each other, and each kind is sent once for good.
#[test]
fn everything_at_once() -> Result<(), Error> {
    for hidden in [false, true] {
        let stage = Stage::default();
        let (before, after) = all(&role(&stage, "readers"))?;
        stage.create(&before)?;
        if hidden {
            stage.sim.with_world(|world| {
                let trouble = world.trouble();
                (trouble.hidden_update, trouble.hidden_update_seconds) = (1.0, 700.0);
            });
        }
        if !hidden {
            insta::assert_snapshot!(stage.plan(&after)?.to_string());
        }
        stage.apply(&after)?;
        let call = stage.eks_api().list_updates().name("web");
        let updates = stage.run(move || call.send()).expect("listed").update_ids.unwrap_or_default();
        let api = stage.eks_api();
        let kinds = stage.run(move || async move {
            let mut kinds = Vec::new();
            for id in updates {
                let update = api.describe_update().name("web").update_id(id).send().await;
                let update = update.expect("described").update.expect("an update");
                assert_eq!(update.status().map(|it| it.as_str()), Some("Successful"));
                kinds.push(update.r#type.map(|kind| kind.as_str().to_owned()).unwrap_or_default());
            }
            kinds
        });
        assert_eq!(
            kinds,
            [
                "AccessConfigUpdate",
                "EndpointAccessUpdate",
                "LoggingUpdate",
                "UpgradePolicyUpdate",
                "ZonalShiftConfigUpdate",
                "DeletionProtectionUpdate",
                "VpcConfigUpdate",
                "AutoModeUpdate",
                "AssociateEncryptionConfig",
            ]
        );
        let from = writes(&stage.sim).len();
        assert!(stage.another_process().plan(&after)?.is_empty());
        stage.apply(&after)?;
        assert_eq!(writes(&stage.sim)[from..], [] as [String; 0]);
    }
    Ok(())
}

/// Killed at every thirteenth call, and gone on with by the same call.
#[test]
fn killed_on_the_way() -> Result<(), Error> {
    let account = || -> Result<(Stage, Cluster), Error> {
        let stage = Stage::default();
        let (before, after) = all(&role(&stage, "readers"))?;
        stage.create(&before)?;
        Ok((stage, after))
    };
    let calls = |stage: &Stage| stage.sim.with_world(|world| world.ledger().client_calls().count()) as u64;
    let (stage, after) = account()?;
    let first = calls(&stage);
    stage.apply(&after)?;
    for call in (first..calls(&stage)).step_by(13) {
        let (stage, after) = account()?;
        stage.die_at(call, &Effect::DieAfterAccept);
        let operation = stage.eks.apply(&after);
        assert!(stage.sim.run(move || operation).is_err(), "call {call} is not one of these");
        stage.sim.clear_faults();
        let stage = stage.another_process();
        stage.apply(&after).unwrap_or_else(|error| panic!("call {call}: {}", said(&error)));
        assert!(stage.plan(&after)?.is_empty(), "call {call}");
        assert_eq!(described(&stage).encryption_config.map(|config| config.len()), Some(1), "call {call}");
    }
    Ok(())
}
