//! Other specs than story 1's, killed at every so many calls: stories 2 to 5, one with roles of service accounts, and one with everything in it. `stories`
//! kills at every call.

use std::time::Duration;

use eks_core::simulator::Effect;
use eks_core::{
    AccessEntry, AccessPolicy, Addon, AddonPodIdentityAssociation, Cluster, FargateProfile, GivenNetwork,
    NodeGroup, PodIdentityAssociation, Scaling, ServiceAccountRole, Taint,
};
use tests::{Stage, left};

use super::{DEATHS, NAME, Undisturbed, nothing_left};

/// Story 2: a named cluster of a version, with two small nodes.
pub(super) fn named_cluster() -> (Stage, Cluster) {
    let group =
        NodeGroup::builder().name("kubelabs-group").instance_type("t2.micro").scaling(Scaling::fixed(2));
    let group = group.build().expect("valid");
    let cluster = Cluster::builder().name(NAME).version("1.35").node_group(group).build().expect("valid");
    (Stage::default(), cluster)
}

/// Story 3: an account with a network of somebody else's, and a cluster in it.
pub(super) fn given_network() -> (Stage, Cluster) {
    let stage = Stage::default();
    let network = stage.given_network();
    let given = GivenNetwork::builder()
        .private_subnet(&network.subnets[0])
        .private_subnet(&network.subnets[1])
        .build()
        .expect("two subnets");
    let cluster = Cluster::builder().name(NAME).network(given).no_node_groups().build().expect("valid");
    (stage, cluster)
}

/// Story 4: no nodes, coredns on Fargate.
pub(super) fn fargate() -> (Stage, Cluster) {
    let profile = FargateProfile::builder().name("fp").namespace("default").namespace("kube-system");
    let profile = profile.build().expect("valid");
    let cluster = Cluster::builder().name(NAME).fargate_profile(profile).build().expect("valid");
    (Stage::default(), cluster)
}

/// Story 5: a tainted group for each application, coredns on Fargate.
pub(super) fn group_per_application() -> (Stage, Cluster) {
    let group = |name: &str| {
        let group = NodeGroup::builder().name(name).scaling(Scaling::between(1, 4).desired(1));
        group.label("app", name).taint(Taint::no_schedule("app", name)).build().expect("valid")
    };
    let (_, cluster) = fargate();
    (Stage::default(), Cluster { node_groups: Some(vec![group("orders"), group("invoices")]), ..cluster })
}

/// Two groups, two Fargate profiles, an access entry: an account with the role that the entry is for.
pub(super) fn everything() -> (Stage, Cluster) {
    let stage = Stage::default();
    let iam = aws_sdk_iam::Client::new(&stage.sdk());
    let role = iam.create_role().role_name("readers").assume_role_policy_document(
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}]}"#,
    );
    let role = stage.run(move || role.send()).expect("a role").role.expect("a role").arn;
    stage.sim.advance(Duration::from_secs(60));
    let view = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy";
    let group = |name: &str| {
        let group = NodeGroup::builder().name(name).instance_type("t3.medium").scaling(Scaling::fixed(1));
        group.build().expect("valid")
    };
    let profile = |name: &str| FargateProfile::builder().name(name).namespace(name).build().expect("valid");
    let entry = AccessEntry::builder().principal_arn(role).policy(AccessPolicy::cluster(view));
    let cluster = Cluster::builder()
        .name(NAME)
        .node_group(group("blue"))
        .node_group(group("green"))
        .fargate_profile(profile("web"))
        .fargate_profile(profile("batch"))
        .access_entry(entry.build().expect("valid"))
        .build()
        .expect("valid");
    (stage, cluster)
}

/// Roles of service accounts by both ways, and one of an add-on's.
pub(super) fn identity() -> (Stage, Cluster) {
    let policy = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";
    let pods =
        PodIdentityAssociation::builder().namespace("shop").service_account("orders").policy_arn(policy);
    let role = ServiceAccountRole::builder().namespace("kube-system").service_account("external-dns");
    let node = AddonPodIdentityAssociation::builder().service_account("aws-node").policy_arn(policy);
    let cni = Addon::builder().name("vpc-cni").pod_identity_associations([node.build().expect("valid")]);
    let cluster = Cluster::builder()
        .name(NAME)
        .no_node_groups()
        .addon(cni.build().expect("valid"))
        .addon(Addon::named("eks-pod-identity-agent"))
        .pod_identity_association(pods.build().expect("valid"))
        .service_account_role(role.policy_arn(policy).build().expect("valid"))
        .build()
        .expect("valid");
    (Stage::default(), cluster)
}

/// Every `stride`th call of a life, by turns before and after it is accepted, and the same call again.
fn sweep(prepare: fn() -> (Stage, Cluster), stride: usize) {
    let undisturbed = Undisturbed::life(prepare);
    let deaths = DEATHS.iter().cycle();
    for (call, effect) in undisturbed.create.clone().step_by(stride).zip(deaths.clone()) {
        create_again(&undisturbed, prepare, call, effect);
    }
    for (call, effect) in undisturbed.delete.clone().step_by(stride).zip(deaths) {
        delete_again(prepare, call, effect);
    }
}

pub(super) fn create_again(
    undisturbed: &Undisturbed,
    prepare: fn() -> (Stage, Cluster),
    call: u64,
    effect: &Effect,
) {
    let case = format!("call {call}, {effect:?}");
    let (stage, cluster) = prepare();
    stage.die_at(call, effect);
    let _dead = stage.try_create(&cluster);
    stage.sim.clear_faults();
    let stage = stage.another_process();
    let info = stage.create(&cluster).unwrap_or_else(|error| panic!("{case}: {}", error.chain()));
    undisturbed.check(&stage, &info, &case);
}

pub(super) fn delete_again(prepare: fn() -> (Stage, Cluster), call: u64, effect: &Effect) {
    let case = format!("call {call}, {effect:?}");
    let (stage, cluster) = prepare();
    let before = left(&stage.sim);
    stage.create(&cluster).expect("undisturbed");
    stage.die_at(call, effect);
    let _dead = stage.try_delete(NAME);
    stage.sim.clear_faults();
    let stage = stage.another_process();
    stage.delete(NAME).unwrap_or_else(|error| panic!("{case}: {}", error.chain()));
    nothing_left(&stage, &before, &case);
}

#[test]
fn a_named_cluster() {
    sweep(named_cluster, 11);
}

#[test]
fn a_given_network() {
    sweep(given_network, 4);
}

#[test]
fn fargate_alone() {
    sweep(fargate, 6);
}

#[test]
fn a_group_for_each_application() {
    sweep(group_per_application, 11);
}

#[test]
fn roles_of_service_accounts() {
    sweep(identity, 3);
}

#[test]
fn groups_profiles_and_entries() {
    sweep(everything, 9);
}
