//! Lives of clusters and what belongs to them, in steps of simulated time.

use serde_json::{Value, json};

use super::setting::Setting;
use crate::instant::Instant;
use crate::settings::{Settings, Trouble};

fn settings(trouble: Trouble) -> Settings {
    Settings { trouble, ..Settings::default() }
}

const CLUSTER: fn() -> Value = || json!({"name": "c"});
const GROUP: fn() -> Value = || json!({"clusterName": "c", "nodegroupName": "n"});
const PROFILE: fn() -> Value = || json!({"clusterName": "c", "fargateProfileName": "f"});
const COREDNS: fn() -> Value = || json!({"clusterName": "c", "addonName": "coredns"});

fn nodes_ready(setting: &mut Setting) -> usize {
    let now = setting.world.now;
    let state = &setting.world.region("us-east-1").eks;
    state.cluster("c").map_or(0, |cluster| cluster.nodes().filter(|node| node.is_ready(now)).count())
}

#[test]
fn a_cluster_with_a_group_lives_and_leaves_nothing() {
    let mut setting = Setting::new();
    let before = setting.left("AWS::").len();
    let request = setting.cluster_request(json!({"accessConfig": {"authenticationMode": "API"}}));
    let created = setting.ok("CreateCluster", request);
    assert_eq!(created["cluster"]["status"], "CREATING");
    assert_eq!(created["cluster"]["certificateAuthority"], json!({}));
    assert!(created["cluster"]["endpoint"].is_null());
    setting.pass(579);
    assert_eq!(setting.status("DescribeCluster", CLUSTER()), "CREATING");
    setting.pass(2);
    let cluster = setting.ok("DescribeCluster", CLUSTER())["cluster"].clone();
    assert_eq!(cluster["status"], "ACTIVE");
    assert!(cluster["endpoint"].as_str().unwrap().ends_with(".gr7.us-east-1.eks.amazonaws.com"));
    assert!(cluster["certificateAuthority"]["data"].as_str().unwrap().len() > 100);
    assert!(cluster["resourcesVpcConfig"]["clusterSecurityGroupId"].as_str().unwrap().starts_with("sg-"));
    let now = setting.world.now;
    assert!(setting.world.region("us-east-1").eks.cluster("c").unwrap().reachable_at.unwrap() > now);

    let request = setting.nodegroup_request(json!({"labels": {"tier": "web"}}));
    assert_eq!(setting.ok("CreateNodegroup", request)["nodegroup"]["status"], "CREATING");
    setting.pass(30);
    assert_eq!(setting.left("AWS::EC2::Instance").len(), 2);
    assert_eq!(setting.status("DescribeNodegroup", GROUP()), "CREATING");
    setting.pass(120);
    assert_eq!(setting.status("DescribeNodegroup", GROUP()), "ACTIVE");
    assert_eq!(nodes_ready(&mut setting), 2);
    let node = setting.world.region("us-east-1").eks.cluster("c").unwrap().nodes().next().unwrap().clone();
    assert_eq!(node.labels["eks.amazonaws.com/nodegroup"], "n");
    assert_eq!(node.labels["tier"], "web");
    assert_eq!(node.capacity.pods, 17);
    assert_eq!(node.kubelet_version, "v1.36.2");
    assert_eq!(node.zone, "us-east-1a");
    assert!(node.instance.starts_with("i-"));

    let busy = setting.refused("DeleteCluster", CLUSTER());
    assert_eq!(busy, "ResourceInUseException: Cluster has nodegroups attached");
    setting.ok("DeleteNodegroup", GROUP());
    setting.pass(600);
    let gone = setting.refused("DescribeNodegroup", GROUP());
    assert_eq!(gone, "ResourceNotFoundException: No node group found for name: n.");
    assert!(setting.left("AWS::EC2::Instance").is_empty());
    assert_eq!(setting.ok("DeleteCluster", CLUSTER())["cluster"]["status"], "DELETING");
    setting.pass(600);
    let gone = setting.refused("DescribeCluster", CLUSTER());
    assert_eq!(gone, "ResourceNotFoundException: No cluster found for name: c.");
    assert_eq!(setting.left("AWS::").len(), before, "{:?}", setting.left("AWS::"));
}

#[test]
fn a_group_without_a_network_plugin_fails() {
    let mut setting = Setting::new();
    setting.cluster(json!({"bootstrapSelfManagedAddons": false}));
    let request = setting.nodegroup_request(json!({}));
    setting.ok("CreateNodegroup", request);
    setting.pass(1400);
    let group = setting.ok("DescribeNodegroup", GROUP())["nodegroup"].clone();
    assert_eq!(group["status"], "CREATE_FAILED");
    assert_eq!(group["health"]["issues"][0]["code"], "NodeCreationFailure");
    assert_eq!(group["health"]["issues"][0]["message"], "Unhealthy nodes in the kubernetes cluster");
}

#[test]
fn the_network_plugin_as_an_add_on_makes_nodes_ready() {
    let mut setting = Setting::new();
    setting.cluster(json!({"bootstrapSelfManagedAddons": false}));
    let request = setting.nodegroup_request(json!({}));
    setting.ok("CreateNodegroup", request);
    setting.pass(200);
    assert_eq!(nodes_ready(&mut setting), 0);
    setting.ok("CreateAddon", json!({"clusterName": "c", "addonName": "vpc-cni"}));
    setting.pass(120);
    assert_eq!(setting.status("DescribeNodegroup", GROUP()), "ACTIVE");
}

#[test]
fn a_group_that_cannot_join_or_launch_fails() {
    let never = Trouble { nodes_never_join: true, ..Trouble::default() };
    let full = Trouble { no_capacity: vec!["t3.medium".to_owned()], ..Trouble::default() };
    let cases = [
        (never, "NodeCreationFailure", "Instances failed to join the kubernetes cluster"),
        (
            full,
            "AsgInstanceLaunchFailures",
            "Could not launch On-Demand Instances. InsufficientInstanceCapacity",
        ),
    ];
    for (trouble, code, message) in cases {
        let mut setting = Setting::with(settings(trouble));
        setting.cluster(json!({}));
        let request = setting.nodegroup_request(json!({}));
        setting.ok("CreateNodegroup", request);
        setting.pass(1400);
        let group = setting.ok("DescribeNodegroup", GROUP())["nodegroup"].clone();
        assert_eq!(group["status"], "CREATE_FAILED");
        assert_eq!(group["health"]["issues"][0]["code"], code);
        assert!(group["health"]["issues"][0]["message"].as_str().unwrap().starts_with(message));
        let update = json!({"clusterName": "c", "nodegroupName": "n", "scalingConfig": {"desiredSize": 3}});
        let refused = setting.refused("UpdateNodegroupConfig", update);
        assert!(refused.ends_with("Nodegroup cannot be updated as it is currently not in Active State"));
        setting.ok("DeleteNodegroup", GROUP());
        setting.pass(600);
        assert!(setting.left("AWS::EKS::Nodegroup").is_empty());
    }
}

#[test]
fn a_stuck_deletion_ends_in_delete_failed_and_can_be_repeated() {
    let mut setting = Setting::with(settings(Trouble { stuck_nodegroup_deletes: 1, ..Trouble::default() }));
    setting.cluster(json!({}));
    let request = setting.nodegroup_request(json!({}));
    setting.ok("CreateNodegroup", request);
    setting.pass(300);
    setting.ok("DeleteNodegroup", GROUP());
    setting.pass(600);
    assert_eq!(setting.status("DescribeNodegroup", GROUP()), "DELETE_FAILED");
    setting.ok("DeleteNodegroup", GROUP());
    setting.pass(600);
    setting.refused("DescribeNodegroup", GROUP());
}

#[test]
fn coredns_waits_for_nodes() {
    let mut setting = Setting::new();
    setting.cluster(json!({}));
    assert_eq!(setting.ok("CreateAddon", COREDNS())["addon"]["status"], "CREATING");
    setting.pass(120);
    assert_eq!(setting.status("DescribeAddon", COREDNS()), "CREATING");
    setting.pass(600);
    let addon = setting.ok("DescribeAddon", COREDNS())["addon"].clone();
    assert_eq!(addon["status"], "DEGRADED");
    assert_eq!(addon["health"]["issues"][0]["code"], "InsufficientNumberOfReplicas");
    let request = setting.nodegroup_request(json!({}));
    setting.ok("CreateNodegroup", request);
    setting.pass(300);
    assert_eq!(setting.status("DescribeAddon", COREDNS()), "ACTIVE");
    setting.ok("DeleteAddon", COREDNS());
    setting.pass(60);
    let gone = setting.refused("DescribeAddon", COREDNS());
    assert_eq!(gone, "ResourceNotFoundException: No addon: coredns found in cluster: c");
}

#[test]
fn fargate_profiles_are_serial_and_give_coredns_a_place() {
    let mut setting = Setting::new();
    setting.cluster(json!({}));
    let mut coredns = COREDNS();
    coredns["configurationValues"] = json!(r#"{"computeType":"Fargate"}"#);
    setting.ok("CreateAddon", coredns);
    let request = setting.profile_request(json!({}));
    setting.ok("CreateFargateProfile", request);
    let second = setting.profile_request(json!({"fargateProfileName": "g"}));
    assert_eq!(
        setting.refused("CreateFargateProfile", second),
        "ResourceInUseException: Cannot create Fargate Profile g because cluster c currently has Fargate \
         profile f in status CREATING"
    );
    setting.pass(300);
    assert_eq!(setting.status("DescribeFargateProfile", PROFILE()), "ACTIVE");
    assert_eq!(setting.status("DescribeAddon", COREDNS()), "ACTIVE");
    assert_eq!(
        setting.refused("DeleteCluster", CLUSTER()),
        "ResourceInUseException: Cluster has Fargate Profiles in ACTIVE/CREATING state"
    );
    setting.ok("DeleteFargateProfile", PROFILE());
    assert_eq!(
        setting.refused("DeleteCluster", CLUSTER()),
        "ResourceInUseException: Cannot delete because cluster c currently has Fargate profile f in status \
         DELETING"
    );
    setting.pass(300);
    setting.ok("DeleteCluster", CLUSTER());
}

#[test]
fn an_update_of_the_cluster_holds_its_lock() {
    let mut setting = Setting::new();
    setting.cluster(json!({"version": "1.35"}));
    let request = json!({"name": "c", "version": "1.36", "clientRequestToken": "t".repeat(36)});
    let update = setting.ok("UpdateClusterVersion", request.clone())["update"].clone();
    assert_eq!(update["type"], "VersionUpdate");
    assert_eq!(update["status"], "InProgress");
    assert_eq!(setting.status("DescribeCluster", CLUSTER()), "ACTIVE", "the status lags");
    assert_eq!(setting.ok("UpdateClusterVersion", request)["update"]["id"], update["id"]);
    let id = update["id"].as_str().unwrap().to_owned();
    let private = json!({"name": "c", "resourcesVpcConfig": {"endpointPrivateAccess": true}});
    assert_eq!(
        setting.refused("UpdateClusterConfig", private.clone()),
        format!(
            "ResourceInUseException: Cannot EndpointAccessUpdate because cluster c currently has update {id} \
             in progress"
        )
    );
    assert_eq!(
        setting.refused("DeleteCluster", CLUSTER()),
        "ResourceInUseException: Cannot delete because cluster c currently has an update in progress"
    );
    setting.pass(10);
    assert_eq!(setting.status("DescribeCluster", CLUSTER()), "UPDATING");
    let group = setting.nodegroup_request(json!({}));
    assert_eq!(
        setting.refused("CreateNodegroup", group),
        "InvalidRequestException: Cluster 'c' is not in ACTIVE status"
    );
    setting.pass(700);
    assert_eq!(
        setting.ok("DescribeUpdate", json!({"name": "c", "updateId": id}))["update"]["status"],
        "Successful"
    );
    assert_eq!(setting.ok("DescribeCluster", CLUSTER())["cluster"]["version"], "1.36");
    setting.ok("UpdateClusterConfig", private);
    setting.pass(300);
    let cluster = setting.ok("DescribeCluster", CLUSTER())["cluster"].clone();
    assert_eq!(cluster["status"], "ACTIVE");
    assert_eq!(cluster["resourcesVpcConfig"]["endpointPrivateAccess"], true);
    assert_eq!(setting.ok("ListUpdates", CLUSTER())["updateIds"].as_array().unwrap().len(), 2);
    let back = setting.ok("UpdateClusterVersion", json!({"name": "c", "version": "1.35"}));
    assert_eq!(back["update"]["type"], "VersionRollback");
}

#[test]
fn a_hidden_update_locks_a_cluster_that_reads_active() {
    let mut setting = Setting::with(settings(Trouble { hidden_update: 1.0, ..Trouble::default() }));
    setting.cluster(json!({}));
    setting.ok("CreateAddon", json!({"clusterName": "c", "addonName": "kube-proxy"}));
    assert_eq!(setting.status("DescribeCluster", CLUSTER()), "ACTIVE");
    let request = setting.profile_request(json!({}));
    assert_eq!(
        setting.refused("CreateFargateProfile", request.clone()),
        "ResourceInUseException: Cannot Create Fargate Profile f because cluster c currently has an update in \
         progress"
    );
    setting.pass(600);
    setting.ok("CreateFargateProfile", request);
}

#[test]
fn a_group_is_replaced_node_by_node() {
    let mut setting = Setting::new();
    setting.cluster(json!({"version": "1.35"}));
    let request = setting.nodegroup_request(json!({}));
    setting.ok("CreateNodegroup", request);
    setting.pass(300);
    setting.ok("UpdateClusterVersion", json!({"name": "c", "version": "1.36"}));
    setting.pass(900);
    let update = setting.ok("UpdateNodegroupVersion", GROUP())["update"].clone();
    assert_eq!(update["type"], "VersionUpdate");
    let id = update["id"].as_str().unwrap().to_owned();
    assert_eq!(
        setting.refused("DescribeUpdate", json!({"name": "c", "updateId": id})).split(':').next(),
        Some("ResourceNotFoundException")
    );
    let mut most = 0;
    for _ in 0..360 {
        setting.pass(10);
        most = most.max(setting.left("AWS::EC2::Instance").len());
        assert!(nodes_ready(&mut setting) >= 2, "never fewer than desired");
    }
    assert_eq!(most, 4, "the surge is bounded by what is to be replaced");
    let described = setting.ok("DescribeUpdate", json!({"name": "c", "updateId": id, "nodegroupName": "n"}));
    assert_eq!(described["update"]["status"], "Successful");
    let group = setting.ok("DescribeNodegroup", GROUP())["nodegroup"].clone();
    assert_eq!((group["status"].as_str(), group["version"].as_str()), (Some("ACTIVE"), Some("1.36")));
    assert_eq!(setting.left("AWS::EC2::Instance").len(), 2);
    let kubelets: Vec<String> = setting
        .world
        .region("us-east-1")
        .eks
        .cluster("c")
        .unwrap()
        .nodes()
        .map(|node| node.kubelet_version.clone())
        .collect();
    assert_eq!(kubelets, ["v1.36.2", "v1.36.2"]);
}

#[test]
fn a_group_grows_shrinks_and_is_relabelled() {
    let mut setting = Setting::new();
    setting.cluster(json!({}));
    let request = setting.nodegroup_request(json!({"labels": {"a": "1", "b": "2"}}));
    setting.ok("CreateNodegroup", request);
    setting.pass(300);
    let update = json!({
        "clusterName": "c",
        "nodegroupName": "n",
        "scalingConfig": {"desiredSize": 3},
        "labels": {"addOrUpdateLabels": {"c": "3"}, "removeLabels": ["a"]},
        "taints": {"addOrUpdateTaints": [{"key": "k", "value": "v", "effect": "NO_SCHEDULE"}]},
    });
    setting.ok("UpdateNodegroupConfig", update);
    assert_eq!(setting.status("DescribeNodegroup", GROUP()), "UPDATING");
    setting.pass(300);
    let group = setting.ok("DescribeNodegroup", GROUP())["nodegroup"].clone();
    assert_eq!(group["labels"], json!({"b": "2", "c": "3"}));
    assert_eq!(group["taints"][0]["effect"], "NO_SCHEDULE");
    assert_eq!(nodes_ready(&mut setting), 3);
    let cluster = setting.world.region("us-east-1").eks.cluster("c").unwrap();
    assert!(cluster.nodes().all(|node| !node.labels.contains_key("a") && node.labels["c"] == "3"));
    let update = json!({"clusterName": "c", "nodegroupName": "n", "scalingConfig": {"desiredSize": 1}});
    setting.ok("UpdateNodegroupConfig", update);
    setting.pass(300);
    assert_eq!(nodes_ready(&mut setting), 1);
}

#[test]
fn the_same_seed_gives_the_same_authority() {
    let authority = |seed| {
        let authority = super::super::CertificateAuthority::generate(seed, "A", Instant::from_millis(0));
        authority.unwrap().cert_pem
    };
    assert_eq!(authority(1), authority(1));
    assert_ne!(authority(1), authority(2));
}

#[test]
fn access_entries_come_with_groups_and_creators() {
    let mut setting = Setting::new();
    setting.cluster(json!({"accessConfig": {"authenticationMode": "API_AND_CONFIG_MAP"}}));
    let list = setting.ok("ListAccessEntries", json!({"clusterName": "c"}));
    assert_eq!(list["accessEntries"], json!(["arn:aws:iam::123456789012:user/simulated"]));
    let request = setting.nodegroup_request(json!({}));
    setting.ok("CreateNodegroup", request);
    let node = "arn:aws:iam::123456789012:role/node";
    let entry = setting.ok("DescribeAccessEntry", json!({"clusterName": "c", "principalArn": node}));
    assert_eq!(entry["accessEntry"]["type"], "EC2_LINUX");
    assert_eq!(entry["accessEntry"]["kubernetesGroups"], json!(["system:nodes"]));
    let input = json!({
        "clusterName": "c",
        "principalArn": node,
        "policyArn": "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy",
        "accessScope": {"type": "cluster"},
    });
    assert_eq!(
        setting.refused("AssociateAccessPolicy", input),
        "InvalidParameterException: This operation can only be performed on Access Entries with a type of \
         \"STANDARD\"."
    );
    let duplicate = json!({"clusterName": "c", "principalArn": node});
    assert_eq!(
        setting.refused("CreateAccessEntry", duplicate),
        "ResourceInUseException: The specified access entry resource is already in use on this cluster."
    );
    setting.pass(300);
    setting.ok("DeleteNodegroup", GROUP());
    setting.pass(600);
    let list = setting.ok("ListAccessEntries", json!({"clusterName": "c"}));
    assert_eq!(list["accessEntries"].as_array().unwrap().len(), 1);
}

#[test]
fn a_role_in_aws_auth_counts_until_the_mode_is_api() {
    let mut setting = Setting::new();
    setting.cluster(json!({}));
    let request = setting.nodegroup_request(json!({"scalingConfig": {"desiredSize": 1, "maxSize": 3}}));
    setting.ok("CreateNodegroup", request);
    setting.pass(300);
    for (mode, ready) in [("API_AND_CONFIG_MAP", 2), ("API", 2)] {
        let update = json!({"name": "c", "accessConfig": {"authenticationMode": mode}});
        setting.ok("UpdateClusterConfig", update);
        setting.pass(600);
        let now = nodes_ready(&mut setting) + 1;
        let grow = json!({"clusterName": "c", "nodegroupName": "n", "scalingConfig": {"desiredSize": now}});
        setting.ok("UpdateNodegroupConfig", grow);
        setting.pass(600);
        assert_eq!(nodes_ready(&mut setting), ready, "{mode}");
    }
}

#[test]
fn a_launch_template_decides_what_it_says() {
    let mut setting = Setting::new();
    setting.cluster(json!({}));
    let made = setting.ec2(
        "CreateLaunchTemplate",
        &[("LaunchTemplateName", "template"), ("LaunchTemplateData.InstanceType", "m5.large")],
    );
    let id = made.at("launchTemplate/launchTemplateId").to_owned();
    let both = setting.nodegroup_request(json!({"launchTemplate": {"id": id}, "diskSize": 30}));
    assert_eq!(
        setting.refused("CreateNodegroup", both),
        "InvalidParameterException: Disk size must be specified within the launch template."
    );
    let request = setting.nodegroup_request(json!({"launchTemplate": {"id": id, "version": "1"}}));
    let group = setting.ok("CreateNodegroup", request)["nodegroup"].clone();
    assert_eq!(group["launchTemplate"], json!({"id": id, "name": "template", "version": "1"}));
    assert!(group["instanceTypes"].is_null() && group["diskSize"].is_null());
    setting.pass(300);
    assert_eq!(setting.status("DescribeNodegroup", GROUP()), "ACTIVE");
    let cluster = setting.world.region("us-east-1").eks.cluster("c").unwrap();
    assert!(cluster.nodes().all(|node| node.instance_type == "m5.large" && node.capacity.pods == 29));
}

#[test]
fn a_cluster_whose_subnet_has_gone_fails_and_can_be_deleted() {
    let mut setting = Setting::new();
    let request = setting.cluster_request(json!({}));
    setting.ok("CreateCluster", request);
    let subnet = setting.private[1].clone();
    setting.ec2("DeleteSubnet", &[("SubnetId", &subnet)]);
    setting.pass(1000);
    let cluster = setting.ok("DescribeCluster", CLUSTER())["cluster"].clone();
    assert_eq!(cluster["status"], "FAILED");
    assert_eq!(cluster["health"]["issues"][0]["code"], "Ec2SubnetNotFound");
    setting.ok("DeleteCluster", CLUSTER());
    setting.pass(600);
    assert!(setting.left("AWS::EC2::NetworkInterface").is_empty());
}

#[test]
fn an_add_on_is_updated() {
    let mut setting = Setting::new();
    setting.cluster(json!({}));
    let cni = || json!({"clusterName": "c", "addonName": "vpc-cni"});
    setting.ok("CreateAddon", cni());
    setting.pass(60);
    let wanted = "v1.22.2-eksbuild.1";
    let request = json!({"clusterName": "c", "addonName": "vpc-cni", "addonVersion": wanted});
    let update = setting.ok("UpdateAddon", request)["update"].clone();
    assert_eq!(setting.status("DescribeAddon", cni()), "UPDATING");
    setting.pass(120);
    let id = update["id"].clone();
    let described =
        setting.ok("DescribeUpdate", json!({"name": "c", "updateId": id, "addonName": "vpc-cni"}));
    assert_eq!(described["update"]["status"], "Successful");
    assert_eq!(setting.ok("DescribeAddon", cni())["addon"]["addonVersion"], wanted);
    let mut delete = cni();
    delete["preserve"] = json!(true);
    setting.ok("DeleteAddon", delete);
    setting.pass(60);
    assert!(setting.world.region("us-east-1").eks.cluster("c").unwrap().runs_addon("vpc-cni"));
}

#[test]
fn an_endpoint_is_where_the_door_says() {
    let mut setting = Setting::new();
    setting.world.set_endpoints(std::sync::Arc::new(|id| format!("https://127.0.0.1:8443/{id}")));
    setting.cluster(json!({}));
    let endpoint = setting.ok("DescribeCluster", CLUSTER())["cluster"]["endpoint"].clone();
    assert!(endpoint.as_str().unwrap().starts_with("https://127.0.0.1:8443/"));
    let found = super::super::cluster_by_endpoint(&setting.world, "127.0.0.1:8443");
    assert_eq!(found.map(|cluster| cluster.name.as_str()), Some("c"));
}
