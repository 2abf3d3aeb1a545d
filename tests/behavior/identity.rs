//! Pods with IAM roles: the OIDC provider and its roles, pod identity associations, those of add-ons.

use std::time::Duration;

use aws_sdk_eks::types::PodIdentityAssociation as Association;
use eks_core::simulator::Effect;
use eks_core::{
    Addon, AddonPodIdentityAssociation, ApplyOptions, Cluster, ClusterInfo, ErrorKind,
    PodIdentityAssociation, ServiceAccountRole,
};
use serde_json::{Value, json};
use tests::{Stage, left, said, writes};

const READ: &str = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";
const FULL: &str = "arn:aws:iam::aws:policy/AmazonS3FullAccess";
const CNI: &str = "arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy";
const GIVEN: &str = "arn:aws:iam::123456789012:role/given";

type Result<T = ()> = std::result::Result<T, eks_core::Error>;

/// An account with a role of somebody's that this service may assume.
fn stage(service: &str) -> Stage {
    let stage = Stage::default();
    let iam = aws_sdk_iam::Client::new(&stage.sdk());
    let trust = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": ["sts:AssumeRole", "sts:TagSession"], "Principal": {"Service": service}}
    ]});
    let role = iam.create_role().role_name("given").assume_role_policy_document(trust.to_string());
    stage.run(move || role.send()).expect("a role");
    stage.sim.advance(Duration::from_secs(60));
    stage
}

fn document() -> Value {
    json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": "sqs:*", "Resource": "*" }] })
}

fn association(service_account: &str) -> Result<PodIdentityAssociation> {
    let it = PodIdentityAssociation::builder().namespace("shop").service_account(service_account);
    it.policy_arn(READ).policy_document(document()).build()
}

fn given(service_account: &str) -> Result<PodIdentityAssociation> {
    let it = PodIdentityAssociation::builder().namespace("shop").service_account(service_account);
    it.role_arn(GIVEN).build()
}

/// One of everything.
fn cluster() -> Result<Cluster> {
    let dns = ServiceAccountRole::builder().namespace("kube-system").service_account("external-dns");
    let node = AddonPodIdentityAssociation::builder().service_account("aws-node").policy_arn(CNI).build()?;
    Cluster::builder()
        .name("web")
        .no_node_groups()
        .addon(Addon::builder().name("vpc-cni").pod_identity_associations([node]).build()?)
        .addon(Addon::named("eks-pod-identity-agent"))
        .pod_identity_association(association("orders")?)
        .pod_identity_association(given("mail")?)
        .service_account_role(dns.policy_document(document().to_string()).build()?)
        .tag("team", "shop")
        .build()
}

/// With something else of everything: one association changes, one goes, one comes; a role goes, another comes.
fn changed() -> Result<Cluster> {
    let mut cluster = cluster()?;
    cluster.pod_identity_associations = vec![association("orders")?, association("bills")?];
    cluster.pod_identity_associations[0].policy_arns = vec![FULL.to_owned()];
    cluster.pod_identity_associations[0].disable_session_tags = Some(true);
    let metrics = ServiceAccountRole::builder().namespace("monitoring").service_account("prometheus");
    cluster.service_account_roles = vec![metrics.policy_arn(READ).build()?];
    let addons = cluster.addons.as_mut().expect("it has some");
    let node = AddonPodIdentityAssociation::builder().service_account("aws-node").role_arn(GIVEN).build()?;
    addons[0].pod_identity_associations = Some(vec![node]);
    Ok(cluster)
}

/// What EKS says, where a client of another kind asks: each service account with the name of its role.
fn associations(stage: &Stage) -> Vec<(String, String)> {
    let api = stage.eks_api();
    let all: Vec<Association> = stage.run(move || async move {
        let listed = api.list_pod_identity_associations().cluster_name("web").send().await.expect("a list");
        let mut all = Vec::new();
        for it in listed.associations() {
            let id = it.association_id().unwrap_or_default();
            let found = api.describe_pod_identity_association().cluster_name("web").association_id(id).send();
            all.extend(found.await.expect("it is listed").association);
        }
        all
    });
    let name = |arn: &str| arn.rsplit('/').next().unwrap_or(arn).to_owned();
    let mut all: Vec<_> = all
        .iter()
        .map(|it| {
            (it.service_account().unwrap_or_default().to_owned(), name(it.role_arn().unwrap_or_default()))
        })
        .collect();
    all.sort();
    all
}

/// IAM encodes the documents that it returns.
fn decoded(document: &str) -> String {
    let mut parts = document.split('%');
    let plain = parts.next().unwrap_or_default().to_owned();
    parts.fold(plain, |text, part| {
        let byte = u8::from_str_radix(&part[..2], 16).expect("two hexadecimal digits");
        text + &char::from(byte).to_string() + &part[2..]
    })
}

/// What IAM says of a role: whom it trusts, and the policies that are attached.
fn role(stage: &Stage, arn: &str) -> (Value, Vec<String>) {
    let iam = aws_sdk_iam::Client::new(&stage.sdk());
    let name = arn.rsplit('/').next().unwrap_or_default().to_owned();
    stage.run(move || async move {
        let role =
            iam.get_role().role_name(&name).send().await.expect("it is there").role.expect("it is there");
        let trust = role.assume_role_policy_document.unwrap_or_default();
        let attached = iam.list_attached_role_policies().role_name(&name).send().await.expect("a list");
        let attached = attached.attached_policies().iter().filter_map(|it| it.policy_arn.clone()).collect();
        let trust: Value = serde_json::from_str(&decoded(&trust)).expect("JSON");
        (trust["Statement"][0].clone(), attached)
    })
}

fn apply(stage: &Stage, cluster: &Cluster, prune: bool) -> Result<ClusterInfo> {
    let operation = stage.eks.apply_with(cluster, ApplyOptions::default().prune(prune));
    stage.run(move || operation)
}

#[test]
fn pods_get_their_roles_and_nothing_is_left() -> Result {
    let stage = stage("pods.eks.amazonaws.com");
    let before = left(&stage.sim);
    let cluster = cluster()?;
    insta::assert_snapshot!(stage.plan(&cluster)?.to_string());
    let info = stage.create(&cluster)?;

    let seen = associations(&stage);
    let accounts: Vec<&str> = seen.iter().map(|(account, _)| account.as_str()).collect();
    assert_eq!(accounts, ["aws-node", "mail", "orders"]);
    assert_eq!(seen[1].1, "given");
    let orders = &info.pod_identity_associations[1];
    assert_eq!((orders.service_account.as_str(), orders.tags["team"].as_str()), ("orders", "shop"));
    let (trust, policies) = role(&stage, &orders.role_arn);
    assert_eq!(trust["Principal"], json!({ "Service": "pods.eks.amazonaws.com" }));
    assert_eq!(trust["Action"], json!(["sts:AssumeRole", "sts:TagSession"]));
    assert_eq!(policies, [READ]);

    let dns = &info.service_account_roles[0];
    assert_eq!((dns.namespace.as_str(), dns.service_account.as_str()), ("kube-system", "external-dns"));
    let issuer = info.issuer.clone().unwrap_or_default();
    let issuer = issuer.trim_start_matches("https://");
    let provider = info.oidc_provider_arn.clone().unwrap_or_default();
    assert!(provider.ends_with(&format!(":oidc-provider/{issuer}")), "{provider}");
    let (trust, _) = role(&stage, &dns.role_arn);
    assert_eq!(trust["Principal"], json!({ "Federated": provider }));
    let subject = format!("{issuer}:sub");
    let condition = &trust["Condition"]["StringEquals"];
    assert_eq!(condition[subject.as_str()], "system:serviceaccount:kube-system:external-dns");

    // Whoever looks later is told the same.
    let eks = stage.another_process().eks.clone();
    let later = stage.run(move || async move { eks.describe("web").await })?;
    assert_eq!(later.service_account_roles, info.service_account_roles);
    assert_eq!(later.pod_identity_associations, info.pod_identity_associations);
    assert_eq!(later.oidc_provider_arn, info.oidc_provider_arn);

    let sent = writes(&stage.sim).len();
    let again = stage.another_process();
    assert_eq!(again.create(&cluster)?.service_account_roles, info.service_account_roles);
    assert!(again.plan(&cluster)?.is_empty());
    assert_eq!(writes(&stage.sim)[sent..], [] as [String; 0]);
    let report = stage.delete("web")?;
    assert!(report.deleted.iter().any(|it| it.ends_with("-identity")), "{:?}", report.deleted);
    assert_eq!(left(&stage.sim), before);
    Ok(())
}

/// A role that trusts EKS is made beside the control plane, not after it.
#[test]
fn roles_that_need_no_issuer_cost_no_time() -> Result {
    let stage = stage("pods.eks.amazonaws.com");
    let mut cluster = cluster()?;
    cluster.service_account_roles.clear();
    stage.create(&cluster)?;
    let order = writes(&stage.sim);
    let at = |operation: &str| order.iter().position(|it| it.ends_with(operation)).expect("it was sent");
    let mut stacks = order.iter().enumerate().filter(|(_, it)| it.ends_with("CreateStack"));
    assert!(stacks.next_back().expect("stacks").0 < at("CreateAddon"), "{order:?}");
    let ledger = stage.sim.ledger();
    let made = |kind: &str| ledger.resources.iter().find(|it| it.kind == kind).expect("it was made").created;
    let stack = ledger.resources.iter().rfind(|it| it.kind == "AWS::CloudFormation::Stack");
    assert!(stack.expect("a stack").created < made("AWS::EKS::Addon"));
    Ok(())
}

#[test]
fn a_changed_spec_changes_roles_and_associations() -> Result {
    let stage = stage("pods.eks.amazonaws.com");
    let before = left(&stage.sim);
    stage.create(&cluster()?)?;
    let changed = changed()?;
    insta::assert_snapshot!(stage.plan(&changed)?.to_string());
    let info = stage.apply(&changed)?;
    let accounts = |info: &ClusterInfo| -> Vec<String> {
        info.pod_identity_associations.iter().map(|it| it.service_account.clone()).collect()
    };
    assert_eq!(accounts(&info), ["bills", "mail", "orders"], "what the spec has no more stays");
    let orders = &info.pod_identity_associations[2];
    assert!(orders.disable_session_tags);
    assert_eq!(role(&stage, &orders.role_arn).1, [FULL]);
    let roles: Vec<&str> = info.service_account_roles.iter().map(|it| it.service_account.as_str()).collect();
    assert_eq!(roles, ["external-dns", "prometheus"]);
    assert_eq!(associations(&stage)[0], ("aws-node".to_owned(), "given".to_owned()));
    assert!(stage.another_process().plan(&changed)?.is_empty());

    // Another spec keeps what is spare, too; `prune` takes it.
    let mut other = changed.clone();
    other.pod_identity_associations.push(association("stock")?);
    let info = stage.apply(&other)?;
    assert_eq!(accounts(&info), ["bills", "mail", "orders", "stock"]);
    assert_eq!(info.service_account_roles.len(), 2);
    let info = apply(&stage, &other, true)?;
    assert_eq!(accounts(&info), ["bills", "orders", "stock"]);
    let roles: Vec<&str> = info.service_account_roles.iter().map(|it| it.service_account.as_str()).collect();
    assert_eq!(roles, ["prometheus"]);
    assert!(stage.another_process().plan(&other)?.is_empty());

    // Nothing of it at all: the stack goes.
    other.pod_identity_associations.clear();
    other.service_account_roles.clear();
    let info = apply(&stage, &other, true)?;
    assert_eq!((info.pod_identity_associations.len(), info.oidc_provider_arn), (0, None));
    let stacks = left(&stage.sim).into_iter().filter(|it| it.contains("-identity/")).count();
    assert_eq!(stacks, 0, "{:?}", left(&stage.sim));
    stage.delete("web")?;
    assert_eq!(left(&stage.sim), before);
    Ok(())
}

/// Killed at every so many calls, and gone on with by the same call: everything as the new spec wants it, nothing of the
/// old one left.
fn killed(stride: usize) -> Result {
    let prepare = || -> Result<Stage> {
        let stage = stage("pods.eks.amazonaws.com");
        stage.create(&cluster()?)?;
        Ok(stage)
    };
    let calls = |stage: &Stage| stage.sim.with_world(|world| world.ledger().client_calls().count()) as u64;
    let stage = prepare()?;
    let first = calls(&stage);
    let undisturbed = apply(&stage, &changed()?, true)?;
    let all = first..calls(&stage);
    assert!(all.clone().count() > 20, "{all:?}");
    for (index, call) in all.enumerate().step_by(stride) {
        let stage = prepare()?;
        let effect =
            if (index / stride).is_multiple_of(2) { Effect::DieAfterAccept } else { Effect::DieBeforeAccept };
        stage.die_at(call, &effect);
        let operation = stage.eks.apply_with(&changed()?, ApplyOptions::default().prune(true));
        assert!(stage.sim.run(move || operation).is_err(), "call {call} is not one of these");
        stage.sim.clear_faults();
        let after = stage.another_process();
        let info = apply(&after, &changed()?, true)?;
        let names = |info: &ClusterInfo| {
            let roles = info.service_account_roles.iter().map(|it| it.service_account.clone());
            let pods = info.pod_identity_associations.iter().map(|it| it.service_account.clone());
            roles.chain(pods).collect::<Vec<_>>()
        };
        assert_eq!(names(&info), names(&undisturbed), "call {call}");
        assert!(after.plan(&changed()?)?.is_empty(), "call {call}");
    }
    Ok(())
}

#[test]
fn an_apply_that_is_killed_goes_on() -> Result {
    killed(4)
}

#[test]
#[ignore = "takes minutes: a stage of its own in `tests/run`; a stride of it is in `an_apply_that_is_killed_goes_on`"]
fn an_apply_that_is_killed_at_any_call_goes_on() -> Result {
    killed(1)
}

/// IAM's changes take seconds to be seen, so a refusal for that is not the end at once; one that stays is told.
#[test]
fn a_role_that_trusts_somebody_else_is_told() -> Result {
    let stage = stage("ec2.amazonaws.com");
    let mut cluster = cluster()?;
    cluster.pod_identity_associations = vec![given("mail")?];
    let error = stage.create(&cluster).expect_err("EKS cannot give it to pods");
    insta::assert_snapshot!(said(&error));
    stage.delete("web")?;
    Ok(())
}

/// What is wrong with a role is told in IAM's words, and the next call goes on: CloudFormation took the change back.
#[test]
fn a_policy_that_is_not_there_is_told() -> Result {
    let stage = stage("pods.eks.amazonaws.com");
    let missing = "arn:aws:iam::123456789012:policy/missing";
    let mut cluster = cluster()?;
    cluster.pod_identity_associations[0].policy_arns = vec![missing.to_owned()];
    let error = stage.create(&cluster).expect_err("no such policy");
    assert_eq!(error.kind(), ErrorKind::Failed, "{error}");
    assert!(error.message().contains("missing"), "{error}");
    stage.delete("web")?;

    let cluster = self::cluster()?;
    stage.create(&cluster)?;
    let mut wrong = cluster.clone();
    wrong.pod_identity_associations[0].policy_arns = vec![missing.to_owned()];
    let error = stage.apply(&wrong).expect_err("no such policy");
    assert_eq!((error.kind(), error.resource().is_some()), (ErrorKind::Failed, true), "{error}");
    let info = stage.apply(&changed()?)?;
    let orders = &info.pod_identity_associations[2];
    let policies = role(&stage, &orders.role_arn).1;
    assert_eq!((orders.service_account.as_str(), policies), ("orders", vec![FULL.to_owned()]));
    Ok(())
}

#[test]
fn somebody_elses_association_is_not_taken() -> Result {
    let stage = stage("pods.eks.amazonaws.com");
    let mut less = cluster()?;
    less.pod_identity_associations.clear();
    stage.create(&less)?;
    let api = stage.eks_api();
    let theirs = api.create_pod_identity_association().cluster_name("web").namespace("shop");
    let theirs = theirs.service_account("orders").role_arn(GIVEN);
    stage.run(move || theirs.send()).expect("an association");
    let sent = writes(&stage.sim).len();
    let error = stage.apply(&cluster()?).expect_err("theirs has another role");
    assert_eq!(error.kind(), ErrorKind::AlreadyExists, "{error}");
    assert!(error.message().contains("service account shop/orders has an association with"), "{error}");
    let sent: Vec<String> = writes(&stage.sim)[sent..].to_vec();
    assert!(!sent.iter().any(|it| it.contains("PodIdentityAssociation")), "{sent:?}");
    Ok(())
}

/// A policy that somebody else attached would keep the role, and the stack with it.
#[test]
fn what_others_attached_does_not_hold_the_roles() -> Result {
    let stage = stage("pods.eks.amazonaws.com");
    let before = left(&stage.sim);
    let info = stage.create(&cluster()?)?;
    let name = info.service_account_roles[0].role_arn.rsplit('/').next().unwrap_or_default().to_owned();
    let iam = aws_sdk_iam::Client::new(&stage.sdk());
    let attach = iam.attach_role_policy().role_name(name).policy_arn(FULL);
    stage.run(move || attach.send()).expect("attached");
    let report = stage.delete("web")?;
    assert_eq!(report.detached.len(), 1, "{:?}", report.detached);
    assert_eq!(left(&stage.sim), before);
    Ok(())
}
