//! Written, and read again.

use proptest::prelude::*;
use serde_json::json;

use super::super::settled::settled;
use super::read;
use crate::spec::*;

const NEW: &str = include_str!("../../../../tests/behavior/every_option/new_network.yaml");
const GIVEN: &str = include_str!("../../../../tests/behavior/every_option/given_network.yaml");

/// Writes, reads again, and holds the two against each other.
fn there_and_back(cluster: &Cluster) -> String {
    let text = cluster.to_cluster_config().unwrap_or_else(|error| panic!("{error}\n{cluster:?}"));
    let back = Cluster::from_cluster_config(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    assert_eq!(settled(&back), settled(cluster), "{text}");
    // What came from a ClusterConfig comes back as it is.
    let again = back.to_cluster_config().unwrap();
    assert_eq!(Cluster::from_cluster_config(&again).unwrap(), back, "{again}");
    text
}

/// What cannot be said.
fn unsaid(cluster: &Cluster) -> Vec<String> {
    let error = cluster.to_cluster_config().expect_err("refused");
    error.violations().iter().map(|violation| violation.field.clone()).collect()
}

fn every_option(yaml: &str) -> Cluster {
    let ids = [("VPC_CNI", "v1.20.1-eksbuild.1"), ("VPC", "vpc-1"), ("PRIVATE", "subnet-1, subnet-2")];
    let more = [("PUBLIC", "subnet-3, subnet-4"), ("OWN", "subnet-5, subnet-6"), ("GROUP", "sg-1")];
    let filled = ids.iter().chain(&more).fold(yaml.to_owned(), |yaml, (name, id)| yaml.replace(name, id));
    Cluster { region: Some("us-west-2".to_owned()), ..Cluster::from_yaml(&filled).unwrap() }
}

#[test]
fn the_shortest() {
    let cluster = Cluster::builder().name("web").region("us-west-2").build().unwrap();
    insta::assert_snapshot!(there_and_back(&cluster));
    assert_eq!(unsaid(&Cluster::default()), ["name", "region"]);
}

/// Every key of a spec: those that eksctl lacks are named, the others come back.
#[test]
fn every_option_in_a_new_network() {
    let mut cluster = every_option(NEW);
    // eksctl makes no node groups together with Auto Mode.
    assert_eq!(unsaid(&cluster), ["nodeGroups[0]", "nodeGroups[1]", "nodeGroups[2]"]);
    cluster.auto_mode = None;
    insta::assert_snapshot!(
        cluster.to_cluster_config().expect_err("refused").to_string().replace("; ", "\n")
    );
    cluster.expires = None;
    cluster.autoscaling = None;
    cluster.deletion_protection = Some(false);
    cluster.access_entries[0].tags.clear();
    let Network::New(network) = &mut cluster.network else { panic!("a new one") };
    network.apart_from.clear();
    network.endpoints.clear();
    let group = &mut cluster.node_groups.as_mut().unwrap()[0];
    group.ssh_key = None;
    group.update.as_mut().unwrap().strategy = None;
    group.metadata_options =
        Some(MetadataOptions { http_tokens: Some(HttpTokens::Optional), ..Default::default() });
    insta::assert_snapshot!(there_and_back(&cluster));
}

#[test]
fn every_option_in_a_given_network() {
    let mut cluster = every_option(GIVEN);
    assert_eq!(unsaid(&cluster), ["nodeGroups[0]"]);
    cluster.auto_mode = None;
    insta::assert_snapshot!(there_and_back(&cluster));
}

#[test]
fn what_eksctl_cannot_say() {
    let cluster = || Cluster::builder().name("web").region("us-west-2");
    let group = |group: NodeGroup| cluster().node_group(group).build().unwrap();
    let named = || NodeGroup::builder().name("a");
    for (spec, field) in [
        (cluster().expires("1h").build(), "expires"),
        (cluster().deletion_protection(true).build(), "deletionProtection"),
        (
            cluster().network(NewNetwork::builder().apart_from("10.0.0.0/8").build().unwrap()).build(),
            "network.apartFrom",
        ),
        (
            cluster()
                .network(
                    NewNetwork::builder().control_plane_subnets(ControlPlaneSubnets::Public).build().unwrap(),
                )
                .build(),
            "network.controlPlaneSubnets",
        ),
        (Ok(group(named().own_role(false).build().unwrap())), "nodeGroups[0].ownRole"),
        (Ok(group(named().ssh_key("me").build().unwrap())), "nodeGroups[0].sshKey"),
        (
            Ok(group(named().label("alpha.eksctl.io/cluster-name", "other").build().unwrap())),
            "nodeGroups[0].labels.alpha.eksctl.io/cluster-name",
        ),
        (
            Ok(group(named().ami_family(AmiFamily::AmazonLinux2023Nvidia).build().unwrap())),
            "nodeGroups[0].amiFamily",
        ),
        (
            Ok(group(
                named().update(UpdateSettings::default().strategy(UpdateStrategy::Minimal)).build().unwrap(),
            )),
            "nodeGroups[0].update.strategy",
        ),
    ] {
        assert_eq!(unsaid(&spec.unwrap()), [field]);
    }
}

/// A private cluster of the library has endpoints that eksctl's has not, and an API server that is public, too.
#[test]
fn private_clusters() {
    let network = NewNetwork::builder().nat(Nat::None).private_endpoints().build().unwrap();
    let cluster = Cluster::builder().name("web").region("us-west-2").network(network).build().unwrap();
    assert_eq!(unsaid(&cluster), ["endpointAccess.public", "network.endpoints"]);
    let cluster = read("privateCluster: {enabled: true}\ncloudWatch: {clusterLogging: {enableTypes: [api]}}");
    insta::assert_snapshot!(there_and_back(&cluster));
}

#[test]
fn what_was_read_is_written_alike() {
    for lines in [
        "autoModeConfig: {enabled: true, nodePools: []}",
        "kubernetesNetworkConfig: {ipFamily: IPv6}\naddons: [{name: coredns}]\nmanagedNodeGroups: [{name: a}]",
        "addonsConfig: {disableDefaultAddons: true}",
        "managedNodeGroups: [{name: a, instanceType: g5.xlarge}, {name: b, instanceType: trn1.2xlarge}]",
        "fargateProfiles: [{name: a, selectors: [{namespace: a}]}]",
        "vpc: {subnets: {public: {a: {id: subnet-1}, b: {id: subnet-2}}}}",
    ] {
        let cluster = read(lines);
        there_and_back(&cluster);
        assert_eq!(
            Cluster::from_cluster_config(&cluster.to_cluster_config().unwrap()).unwrap(),
            cluster,
            "{lines}"
        );
    }
}

fn groups() -> impl Strategy<Value = Option<Vec<NodeGroup>>> {
    let group = (
        (0u32..3, 3u32..9, prop::option::of(3u32..4), any::<[bool; 6]>()),
        prop::option::of(prop_oneof![Just(NodeSubnets::Public), Just(NodeSubnets::Private)]),
        prop::collection::btree_map("[a-z]{1,4}", "[a-z0-9]{0,4}", 0..3),
        prop::collection::vec("[a-z]{1,3}".prop_map(|key| Taint::no_execute(key, "1")), 0..2),
    )
        .prop_map(
            |((min, max, desired, [sized, disk, spot, repair, update, policy]), subnets, labels, taints)| {
                NodeGroup {
                    scaling: sized.then_some(Scaling { min: Some(min), max: Some(max), desired }),
                    disk: disk.then(|| Disk::gib(20 + min)),
                    capacity: spot.then_some(Capacity::Spot),
                    node_repair_config: repair.then(NodeRepairConfig::enabled),
                    update: update.then(|| UpdateSettings::max_unavailable(1)),
                    policy_arns: if policy {
                        vec!["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess".to_owned()]
                    } else {
                        vec![]
                    },
                    subnets,
                    labels,
                    taints,
                    ..NodeGroup::default()
                }
            },
        );
    let named = |(index, group): (usize, NodeGroup)| NodeGroup { name: Some(format!("g{index}")), ..group };
    let list = prop::collection::vec(group, 0..3)
        .prop_map(move |groups| groups.into_iter().enumerate().map(named).collect());
    prop::option::of(list)
}

proptest! {
    #[test]
    fn a_config_gives_back_what_it_got(
        node_groups in groups(),
        tags in prop::collection::btree_map("[a-z]{1,6}", "[ -~]{0,20}", 0..4),
        text in "[ -~]{0,20}",
        nat in prop::option::of(prop_oneof![Just(Nat::Single), Just(Nat::PerZone)]),
        [metrics, configured, private] in any::<[bool; 3]>(),
        mode in prop::option::of(prop_oneof![Just(AuthenticationMode::Api), Just(AuthenticationMode::ApiAndConfigMap)]),
    ) {
        let mut addons: Vec<Addon> = DEFAULT_ADDONS.map(Addon::named).into();
        if metrics {
            addons.push(Addon::named("metrics-server"));
        }
        if configured {
            addons[2].configuration = Some(json!({ "text": text, "list": [1, 2.5, null] }));
        }
        let cluster = Cluster {
            name: Some("web".to_owned()),
            region: Some("us-west-2".to_owned()),
            node_groups,
            tags,
            addons: Some(addons),
            network: NewNetwork { nat, ..NewNetwork::default() }.into(),
            endpoint_access: EndpointAccess { private: Some(private), ..EndpointAccess::default() },
            access_config: AccessConfig { authentication_mode: mode, ..AccessConfig::default() },
            ..Cluster::default()
        };
        prop_assume!(cluster.check().is_ok());
        there_and_back(&cluster);
    }
}
