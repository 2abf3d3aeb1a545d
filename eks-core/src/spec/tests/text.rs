//! JSON and YAML: round trips, and what is said about text that is not a spec.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::json;

use super::super::*;
use super::refusal;

#[test]
fn misspelt_keys_and_values() {
    let cases = [
        "nodGroups: []",
        "node_groups: []",
        "nodeGroups: [{scalling: {}}]",
        "nodeGroups: [{scaling: {minimum: 1}}]",
        "nodeGroups: [{taints: [{key: a, effect: NoShedule}]}]",
        "nodeGroups: [{taints: [{key: a}]}]",
        "nodeGroups: [{capacity: spott}]",
        "nodeGroups: [{amiFamily: AmazonLinux2024}]",
        "nodeGroups: [{subnets: privat}]",
        "network: {nat: singel}",
        "network: {privateSubnet: []}",
        "logging: [audits]",
        "accessEntries: [{principalARN: a}]",
        "accessEntries: [{principalArn: a, policies: [{policyArn: b, scope: namespace}]}]",
        "zzz: 1",
    ];
    let both: String = cases
        .iter()
        .map(|yaml| {
            let value: serde_json::Value = serde_saphyr::from_str(yaml).expect("YAML");
            let json = Cluster::from_json(&value.to_string()).expect_err("refused").to_string();
            assert_eq!(refusal(yaml), json);
            format!("{yaml}\n  {json}\n")
        })
        .collect();
    insta::assert_snapshot!(both);
}

#[test]
fn values_of_the_wrong_kind() {
    let cases = [
        r#"{"version": 1.34}"#,
        r#"{"nodeGroups": {}}"#,
        r#"{"nodeGroups": [3]}"#,
        r#"{"nodeGroups": [{"scaling": {"min": -1}}]}"#,
        r#"{"nodeGroups": [{"scaling": {"min": "two"}}]}"#,
        r#"{"nodeGroups": [{"subnets": 3}]}"#,
        r#"{"tags": {"cost": 1}}"#,
        r#"{"network": "new"}"#,
        r#"{"nodeGroups": [{"scaling": [1, 4]}]}"#,
        r#"{"name": "web", "name": "shop"}"#,
        r#"["web"]"#,
        r#"{"name": "web""#,
        "",
    ];
    let said: String = cases
        .iter()
        .map(|json| format!("{json}\n  {}\n", Cluster::from_json(json).expect_err("refused")))
        .collect();
    insta::assert_snapshot!(said);
}

#[test]
fn yaml_of_the_wrong_kind() {
    let cases = [
        "nodeGroups: {}",
        "nodeGroups: [3]",
        "nodeGroups: [{scaling: [1, 4]}]",
        "nodeGroups: [{name: [web]}]",
        "nodeGroups: [{subnets: {}}]",
        "nodeGroups: [{scaling: {min: -1}}]",
        "nodeGroups: [{scaling: {min: two}}]",
        "- web",
        "name: [",
        "name: web\nname: web",
        "name: web\n---\nname: shop",
    ];
    let said: String = cases.iter().map(|yaml| format!("{yaml}\n  {}\n", refusal(yaml))).collect();
    insta::assert_snapshot!(said);
}

#[test]
fn a_yaml_version_needs_no_quotes() {
    let cluster = Cluster::from_yaml("name: web\nversion: 1.30").unwrap();
    assert_eq!(cluster.version, KubernetesVersion::Exact("1.30".into()));
    assert_eq!(Cluster::from_yaml(&cluster.to_yaml().unwrap()).unwrap(), cluster);
}

#[test]
fn an_empty_document_is_a_cluster_with_a_name() {
    for yaml in ["", "{}", "# nothing\n"] {
        let cluster = Cluster::from_yaml(yaml).unwrap();
        assert!(cluster.name.is_some());
        assert_eq!(Cluster { name: None, ..cluster }, Cluster::default());
    }
}

#[test]
fn everything_has_a_spelling() {
    let cluster = everything();
    insta::assert_snapshot!(cluster.to_yaml().unwrap());
    assert_eq!(Cluster::from_yaml(&cluster.to_yaml().unwrap()).unwrap(), cluster);
    assert_eq!(Cluster::from_json(&cluster.to_json().unwrap()).unwrap(), cluster);
}

fn everything() -> Cluster {
    let group = NodeGroup::builder()
        .name("batch")
        .instance_type("m7g.large")
        .subnet("subnet-1")
        .label("team", "batch")
        .taint(Taint::no_execute("app", "batch"))
        .tag("cost", "42")
        .ami_family(AmiFamily::Bottlerocket)
        .capacity(Capacity::Spot)
        .scaling(Scaling::between(0, 10).desired(3))
        .disk(Disk::builder().size_gib(100).encrypted(true).kms_key("alias/disks").build().unwrap())
        .update(UpdateSettings::max_unavailable_percentage(25).strategy(UpdateStrategy::Minimal))
        .role_arn("arn:aws:iam::111122223333:role/nodes")
        .security_group("sg-1")
        .metadata_options(MetadataOptions {
            http_tokens: Some(HttpTokens::Optional),
            http_put_response_hop_limit: Some(1),
            instance_metadata_tags: Some(true),
        })
        .ssh_key("me")
        .node_repair_config(NodeRepairConfig {
            max_unhealthy_node_threshold_count: Some(3),
            max_parallel_nodes_repaired_percentage: Some(10),
            node_repair_config_overrides: vec![NodeRepairOverride {
                node_monitoring_condition: "AcceleratedHardwareReady".into(),
                node_unhealthy_reason: "NvidiaXID13Error".into(),
                min_repair_wait_time_mins: 5,
                repair_action: RepairAction::Reboot,
            }],
            ..NodeRepairConfig::enabled()
        })
        .build()
        .unwrap();
    let training = NodeGroup::builder()
        .name("training")
        .instance_type("p5.48xlarge")
        .ami("ami-1")
        .capacity(Capacity::CapacityBlock)
        .capacity_reservation_id("cr-1")
        .own_role(true)
        .policy_arn("arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess")
        .build()
        .unwrap();
    let profile = FargateProfile::builder()
        .name("web")
        .selector(Selector::namespace("web").label("app", "front"))
        .namespace("shop-*")
        .subnet("subnet-1")
        .tag("cost", "43")
        .role_arn("arn:aws:iam::111122223333:role/pods")
        .build()
        .unwrap();
    let view = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy";
    let edit = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSEditPolicy";
    let entry = AccessEntry::builder()
        .principal_arn("arn:aws:iam::111122223333:role/readers")
        .kubernetes_group("readers")
        .policy(AccessPolicy::cluster(view))
        .policy(AccessPolicy::namespaces(edit, ["web"]))
        .tag("cost", "44")
        .entry_type(AccessEntryType::Standard)
        .username("reader")
        .build()
        .unwrap();
    let addon = Addon::builder()
        .name("coredns")
        .version("v1.12.3-eksbuild.1")
        .configuration(json!({ "replicaCount": 3 }))
        .resolve_conflicts(ResolveConflicts::Overwrite)
        .service_account_role_arn("arn:aws:iam::111122223333:role/coredns")
        .build()
        .unwrap();
    let driver = AddonPodIdentityAssociation::builder()
        .service_account("ebs-csi-controller-sa")
        .policy_arn("arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy")
        .build()
        .unwrap();
    let driver =
        Addon::builder().name("aws-ebs-csi-driver").pod_identity_associations([driver]).build().unwrap();
    let document = json!({ "Statement": [{ "Effect": "Allow", "Action": "s3:*", "Resource": "*" }] });
    let association = PodIdentityAssociation::builder()
        .namespace("shop")
        .service_account("orders")
        .policy_arn("arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess")
        .policy_document(document.clone())
        .target_role_arn("arn:aws:iam::444455556666:role/far")
        .disable_session_tags(true)
        .tag("cost", "45")
        .build()
        .unwrap();
    let given = PodIdentityAssociation::builder().namespace("shop").service_account("mail");
    let given = given.role_arn("arn:aws:iam::111122223333:role/mail").build().unwrap();
    let role = ServiceAccountRole::builder()
        .namespace("kube-system")
        .service_account("external-dns")
        .policy_document(document.to_string())
        .role_name("external-dns")
        .build()
        .unwrap();
    let network = GivenNetwork::builder()
        .private_subnet("subnet-1")
        .private_subnet("subnet-2")
        .public_subnet("subnet-3")
        .security_group("sg-1")
        .vpc("vpc-1")
        .control_plane_subnets(ControlPlaneSubnets::Given(vec!["subnet-4".into(), "subnet-5".into()]))
        .build()
        .unwrap();
    Cluster::builder()
        .name("kubelabs-cluster")
        .region("eu-central-1")
        .version("1.34")
        .node_group(group)
        .node_group(training)
        .fargate_profile(profile)
        .addon(addon)
        .addon(driver)
        .pod_identity_association(association)
        .pod_identity_association(given)
        .service_account_role(role)
        .oidc_provider(true)
        .access_entry(entry)
        .tag("team", "labs")
        .network(network)
        .endpoint_access(EndpointAccess::public_and_private().public_cidr("203.0.113.0/24"))
        .logging([LogType::Scheduler, LogType::Api])
        .log_retention_in_days(90)
        .upgrade_policy(SupportType::Standard)
        .role_arn("arn:aws:iam::111122223333:role/cluster")
        .service_cidr("10.100.0.0/16")
        .secrets_encryption(SecretsEncryption::key("arn:aws:kms:eu-central-1:111122223333:key/k"))
        .access_config(AccessConfig {
            authentication_mode: Some(AuthenticationMode::Api),
            bootstrap_cluster_creator_admin_permissions: Some(false),
        })
        .deletion_protection(true)
        .zonal_shift(true)
        .control_plane_tier(ControlPlaneTier::X4l)
        .auto_mode(
            AutoMode::enabled()
                .node_pool(NodePool::System)
                .node_role_arn("arn:aws:iam::111122223333:role/auto-nodes"),
        )
        .build()
        .unwrap()
}

/// Texts that YAML would take for something else unless they are quoted.
fn awkward() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("1.30".to_owned()),
        Just("true".to_owned()),
        Just("null".to_owned()),
        Just("0x1f".to_owned()),
        Just("2026-12-02".to_owned()),
        Just("no: way # really".to_owned()),
        Just("two\nlines".to_owned()),
        "[ -~]{0,20}",
        "[a-zäöü€😀]{1,8}",
    ]
}

fn groups() -> impl Strategy<Value = Option<Vec<NodeGroup>>> {
    let group = (
        prop::option::of("[a-z]{1,8}"),
        prop::option::of((0u32..3, 3u32..9).prop_map(|(min, max)| Scaling::between(min, max))),
        prop::option::of(prop_oneof![
            Just(NodeSubnets::Public),
            Just(NodeSubnets::Private),
            Just(NodeSubnets::Given(vec!["subnet-1".into()])),
        ]),
        prop::collection::btree_map(
            "[a-z]{1,4}",
            prop_oneof!["[a-z0-9]{0,4}", Just("true".to_owned())],
            0..3,
        ),
        prop::collection::vec("[a-z]{1,3}".prop_map(|key| Taint::no_schedule(key, "1")), 0..2),
    )
        .prop_map(|(name, scaling, subnets, labels, taints)| NodeGroup {
            name,
            scaling,
            subnets,
            labels,
            taints,
            ..NodeGroup::default()
        });
    prop::option::of(prop::collection::vec(group, 0..3))
}

fn tags() -> impl Strategy<Value = BTreeMap<String, String>> {
    prop::collection::btree_map("[a-z]{1,6}", awkward(), 0..4)
}

proptest! {
    #[test]
    fn json_and_yaml_give_back_what_they_got(
        name in "[0-9a-z][0-9a-z-]{0,20}",
        node_groups in groups(),
        tags in tags(),
        text in awkward(),
        nat in prop::option::of(prop_oneof![Just(Nat::None), Just(Nat::PerZone)]),
    ) {
        let addon = Addon { configuration: Some(json!({ "text": text, "list": [1, 2.5, null] })), ..Addon::named("a") };
        let network = NewNetwork { nat, ..NewNetwork::default() };
        let cluster = Cluster {
            name: Some(name),
            node_groups,
            tags,
            addons: Some(vec![addon]),
            network: network.into(),
            ..Cluster::default()
        };
        // The checks are the business of other tests: here even a refused spec must come back whole.
        let json = serde_json::from_str::<Cluster>(&cluster.to_json().unwrap());
        prop_assert_eq!(&json.unwrap(), &cluster);
        let yaml = cluster.to_yaml().unwrap();
        let back = serde_saphyr::from_str::<Cluster>(&yaml);
        prop_assert_eq!(&back.unwrap(), &cluster, "{}", yaml);
    }

    #[test]
    fn no_text_makes_the_readers_panic(text in "\\PC{0,60}") {
        let _ = Cluster::from_yaml(&text);
        let _ = Cluster::from_json(&text);
    }
}
