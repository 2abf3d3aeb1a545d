use super::*;
use crate::aws::canned::{self, json, refused_in_xml};
use crate::plan::{
    AutoModeConfig, CreateAccessEntry, CreateAddon, CreateCluster, CreateFargateProfile, CreateNodeGroup,
    CreatePodIdentityAssociation, CreateStack, DeleteStack, UpdateStack,
};
use crate::spec::{
    AccessConfig, AccessEntry, AccessPolicy, AccessScope, Addon, AuthenticationMode, Capacity,
    ControlPlaneTier, EndpointAccess, FargateProfile, LogType, NodeGroup, PodIdentityAssociation, Scaling,
    SecretsEncryption, Selector, Taint, UpdateSettings,
};

const TOKEN: &str = "8f14e45f-ceea-467f-a8b1-5d2f1a3c4e5b";

fn tags() -> BTreeMap<String, String> {
    BTreeMap::from([("eks-lifecycle/cluster".to_owned(), "web".to_owned())])
}

fn create_stack(express: bool) -> CreateStack {
    CreateStack { name: "eks-web".to_owned(), template: "{}".to_owned(), tags: tags(), express }
}

#[test]
fn a_stack_is_created_without_rollback_in_either_mode() {
    let standard = stack::create_input(&create_stack(false), TOKEN);
    assert_eq!(standard.get_disable_rollback(), &Some(true));
    assert_eq!(standard.get_deployment_config(), &None);
    let express = stack::create_input(&create_stack(true), TOKEN);
    assert_eq!(express.get_disable_rollback(), &None);
    let config = express.get_deployment_config().as_ref().unwrap();
    assert_eq!(config.mode().map(|mode| mode.as_str()), Some("EXPRESS"));
    assert_eq!(config.disable_rollback(), Some(true));
    for input in [standard, express] {
        assert_eq!(input.get_capabilities().as_ref().unwrap()[0].as_str(), "CAPABILITY_NAMED_IAM");
        assert_eq!(input.get_client_request_token().as_deref(), Some(TOKEN));
        assert_eq!(input.get_tags().as_ref().unwrap()[0].value(), Some("web"));
    }
}

#[test]
fn an_update_keeps_the_template_and_the_rollback_unless_told_otherwise() {
    let mut request = UpdateStack {
        name: "eks-web".to_owned(),
        template: None,
        tags: BTreeMap::new(),
        disable_rollback: false,
    };
    let input = stack::update_input(&request, TOKEN);
    assert_eq!(input.get_use_previous_template(), &Some(true));
    assert_eq!((input.get_template_body(), input.get_disable_rollback()), (&None, &None));
    assert_eq!(input.get_tags(), &None);
    request.template = Some("{}".to_owned());
    request.disable_rollback = true;
    let input = stack::update_input(&request, TOKEN);
    assert_eq!(input.get_use_previous_template(), &None);
    assert_eq!(input.get_template_body().as_deref(), Some("{}"));
    assert_eq!(input.get_disable_rollback(), &Some(true));
}

fn create_cluster() -> CreateCluster {
    CreateCluster {
        name: "web".to_owned(),
        version: "1.34".to_owned(),
        role_arn: "arn:aws:iam::111122223333:role/cluster".to_owned(),
        subnets: vec!["subnet-1".to_owned(), "subnet-2".to_owned()],
        security_groups: vec!["sg-1".to_owned()],
        endpoint_access: EndpointAccess::public_and_private().public_cidr("203.0.113.0/24"),
        service_cidr: Some("10.100.0.0/16".to_owned()),
        ip_family: None,
        logging: vec![LogType::Api, LogType::ControllerManager],
        upgrade_policy: None,
        secrets_encryption: None,
        access_config: AccessConfig::default(),
        deletion_protection: None,
        zonal_shift: None,
        control_plane_tier: None,
        auto_mode: None,
        tags: tags(),
    }
}

#[test]
fn what_a_spec_leaves_open_is_not_sent() {
    let input = cluster::input(&create_cluster(), TOKEN);
    assert_eq!(input.get_encryption_config(), &None);
    assert_eq!(input.get_deletion_protection(), &None);
    assert_eq!(input.get_zonal_shift_config(), &None);
    assert_eq!(input.get_control_plane_scaling_config(), &None);
    assert_eq!((input.get_compute_config(), input.get_storage_config()), (&None, &None));
}

#[test]
fn auto_mode_goes_on_as_a_whole() {
    let role = "arn:aws:iam::111122223333:role/nodes";
    let with = |mode: AutoModeConfig| {
        let request = CreateCluster { auto_mode: Some(mode), service_cidr: None, ..create_cluster() };
        cluster::input(&request, TOKEN)
    };
    let pools = ["general-purpose", "system"].map(str::to_owned).to_vec();
    let input = with(AutoModeConfig { pools, role: Some(role.to_owned()) });
    let compute = input.get_compute_config().as_ref().unwrap();
    assert_eq!((compute.enabled(), compute.node_role_arn()), (Some(true), Some(role)));
    assert_eq!(compute.node_pools(), ["general-purpose", "system"]);
    let disks = input.get_storage_config().as_ref().and_then(|storage| storage.block_storage());
    assert_eq!(disks.and_then(|disks| disks.enabled()), Some(true));
    let network = input.get_kubernetes_network_config().as_ref().unwrap();
    assert_eq!(network.elastic_load_balancing().and_then(|it| it.enabled()), Some(true));
    assert_eq!((network.service_ipv4_cidr(), network.ip_family()), (None, None));
    assert_eq!(input.get_bootstrap_self_managed_addons(), &Some(false));

    let input = with(AutoModeConfig { pools: Vec::new(), role: None });
    let compute = input.get_compute_config().as_ref().unwrap();
    assert_eq!((compute.node_pools(), compute.node_role_arn()), (&[][..], None));
}

#[allow(deprecated, reason = "what is sent all the same")]
#[test]
fn options_of_a_cluster_are_sent_as_eks_spells_them() {
    let key = "arn:aws:kms:us-west-2:111122223333:key/k";
    let request = CreateCluster {
        secrets_encryption: Some(SecretsEncryption::key(key)),
        access_config: AccessConfig {
            authentication_mode: Some(AuthenticationMode::Api),
            bootstrap_cluster_creator_admin_permissions: Some(false),
        },
        deletion_protection: Some(true),
        zonal_shift: Some(true),
        control_plane_tier: Some(ControlPlaneTier::X2l),
        ..create_cluster()
    };
    let input = cluster::input(&request, TOKEN);
    let encryption = &input.get_encryption_config().as_ref().unwrap()[0];
    assert_eq!(encryption.resources(), ["secrets"]);
    assert_eq!(encryption.provider().and_then(|provider| provider.key_arn()), Some(key));
    let access = input.get_access_config().as_ref().unwrap();
    assert_eq!(access.authentication_mode().map(|mode| mode.as_str()), Some("API"));
    assert_eq!(access.bootstrap_cluster_creator_admin_permissions(), Some(false));
    assert_eq!(input.get_deletion_protection(), &Some(true));
    assert_eq!(input.get_zonal_shift_config().as_ref().and_then(|it| it.enabled()), Some(true));
    let tier = input.get_control_plane_scaling_config().as_ref().and_then(|it| it.tier());
    // A tier that this version of the SDK does not know would be spelt in another way.
    assert_eq!(tier, Some(&aws_sdk_eks::types::ProvisionedControlPlaneTier::Tier2Xl));
}

#[test]
fn a_cluster_is_created_as_eksctl_does_without_self_managed_add_ons() {
    let input = cluster::input(&create_cluster(), TOKEN);
    assert_eq!(input.get_bootstrap_self_managed_addons(), &Some(false));
    let access = input.get_access_config().as_ref().unwrap();
    assert_eq!(access.authentication_mode().map(|mode| mode.as_str()), Some("API_AND_CONFIG_MAP"));
    assert_eq!(access.bootstrap_cluster_creator_admin_permissions(), Some(true));
    let vpc = input.get_resources_vpc_config().as_ref().unwrap();
    assert_eq!(vpc.subnet_ids(), ["subnet-1", "subnet-2"]);
    assert_eq!((vpc.endpoint_public_access(), vpc.endpoint_private_access()), (Some(true), Some(true)));
    assert_eq!(vpc.public_access_cidrs(), ["203.0.113.0/24"]);
    let setup = &input.get_logging().as_ref().unwrap().cluster_logging()[0];
    let types: Vec<_> = setup.types().iter().map(|kind| kind.as_str()).collect();
    assert_eq!((types, setup.enabled()), (vec!["api", "controllerManager"], Some(true)));
    let plain = CreateCluster { logging: Vec::new(), service_cidr: None, ..create_cluster() };
    let input = cluster::input(&plain, TOKEN);
    assert_eq!((input.get_logging(), input.get_kubernetes_network_config()), (&None, &None));
    assert_eq!(input.get_upgrade_policy(), &None);
}

#[test]
fn a_node_group_says_everything_that_its_spec_says() {
    let request = CreateNodeGroup {
        cluster: "web".to_owned(),
        name: "blue-1a2b".to_owned(),
        spec: NodeGroup {
            instance_types: vec!["m5.large".to_owned()],
            capacity: Some(Capacity::Spot),
            scaling: Some(Scaling::between(1, 4).desired(2)),
            labels: BTreeMap::from([("app".to_owned(), "batch".to_owned())]),
            taints: vec![Taint::no_schedule("app", "batch")],
            update: Some(UpdateSettings::max_unavailable_percentage(33)),
            ..NodeGroup::default()
        },
        ami_type: "AL2023_x86_64_STANDARD".to_owned(),
        role_arn: "arn:aws:iam::111122223333:role/node".to_owned(),
        subnets: vec!["subnet-1".to_owned()],
        launch_template: ("lt-1".to_owned(), "3".to_owned()),
        tags: tags(),
    };
    let input = node_group::input(&request, TOKEN);
    let scaling = input.get_scaling_config().as_ref().unwrap();
    assert_eq!((scaling.min_size(), scaling.max_size(), scaling.desired_size()), (Some(1), Some(4), Some(2)));
    assert_eq!(input.get_capacity_type().as_ref().unwrap().as_str(), "SPOT");
    let taint = &input.get_taints().as_ref().unwrap()[0];
    assert_eq!((taint.key(), taint.value()), (Some("app"), Some("batch")));
    assert_eq!(taint.effect().map(|effect| effect.as_str()), Some("NO_SCHEDULE"));
    assert_eq!(input.get_labels().as_ref().unwrap()["app"], "batch");
    let template = input.get_launch_template().as_ref().unwrap();
    assert_eq!((template.id(), template.version(), template.name()), (Some("lt-1"), Some("3"), None));
    let update = input.get_update_config().as_ref().unwrap();
    assert_eq!((update.max_unavailable(), update.max_unavailable_percentage()), (None, Some(33)));
    assert_eq!(input.get_disk_size(), &None);
    assert_eq!(input.get_version(), &None);
}

#[test]
fn a_fargate_profile_has_its_selectors() {
    let request = CreateFargateProfile {
        cluster: "web".to_owned(),
        spec: FargateProfile {
            name: "batch".to_owned(),
            selectors: vec![Selector::namespace("batch").label("tier", "low"), Selector::namespace("web")],
            ..FargateProfile::default()
        },
        role_arn: "arn:aws:iam::111122223333:role/pods".to_owned(),
        subnets: vec!["subnet-3".to_owned()],
        tags: tags(),
    };
    let input = fargate_profile::input(&request, TOKEN);
    let selectors = input.get_selectors().as_ref().unwrap();
    assert_eq!(selectors[0].labels().unwrap()["tier"], "low");
    assert_eq!((selectors[1].namespace(), selectors[1].labels()), (Some("web"), None));
}

#[test]
fn an_add_on_takes_the_requests_configuration() {
    let request = CreateAddon {
        cluster: "web".to_owned(),
        spec: Addon::named("coredns"),
        configuration: Some(r#"{"computeType":"Fargate"}"#.to_owned()),
        identities: vec![("aws-node".to_owned(), ROLE.to_owned())],
        tags: BTreeMap::new(),
    };
    let input = addon::input(&request, TOKEN);
    assert_eq!(input.get_configuration_values().as_deref(), Some(r#"{"computeType":"Fargate"}"#));
    assert_eq!((input.get_addon_version(), input.get_resolve_conflicts()), (&None, &None));
    assert_eq!(input.get_tags(), &None);
    let identities = input.get_pod_identity_associations().as_deref().unwrap();
    let identities: Vec<_> = identities.iter().map(|it| (it.service_account(), it.role_arn())).collect();
    assert_eq!(identities, [("aws-node", ROLE)]);
    let none = addon::input(&CreateAddon { identities: Vec::new(), ..request }, TOKEN);
    assert_eq!(none.get_pod_identity_associations(), &None, "an empty list would take them away");
}

const ROLE: &str = "arn:aws:iam::111122223333:role/pods";

#[test]
fn an_association_takes_the_role_that_was_found() {
    let spec = PodIdentityAssociation::builder()
        .namespace("shop")
        .service_account("orders")
        .policy_arn("arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess");
    let request = CreatePodIdentityAssociation {
        cluster: "web".to_owned(),
        spec: spec.disable_session_tags(true).build().unwrap(),
        role_arn: ROLE.to_owned(),
        tags: tags(),
    };
    let input = pod_identity::input(&request, TOKEN);
    let named = (input.get_namespace().as_deref(), input.get_service_account().as_deref());
    assert_eq!(named, (Some("shop"), Some("orders")));
    assert_eq!(input.get_role_arn().as_deref(), Some(ROLE));
    assert_eq!((input.get_disable_session_tags(), input.get_target_role_arn()), (&Some(true), &None));
    assert_eq!(input.get_client_request_token().as_deref(), Some(TOKEN));
}

fn access_entry() -> CreateAccessEntry {
    let policy = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy";
    CreateAccessEntry {
        cluster: "web".to_owned(),
        spec: AccessEntry {
            principal_arn: "arn:aws:iam::111122223333:role/readers".to_owned(),
            policies: vec![AccessPolicy::cluster(policy)],
            ..AccessEntry::default()
        },
        tags: tags(),
    }
}

#[test]
fn a_scope_is_the_cluster_or_namespaces() {
    let cluster = access_entry::scope(&AccessScope::Cluster);
    assert_eq!(cluster.r#type().map(|kind| kind.as_str()), Some("cluster"));
    let namespaces = access_entry::scope(&AccessScope::Namespaces(vec!["a".to_owned()]));
    assert_eq!(namespaces.r#type().map(|kind| kind.as_str()), Some("namespace"));
    assert_eq!(namespaces.namespaces(), ["a"]);
}

#[tokio::test]
async fn an_access_entry_that_is_there_still_gets_its_policies() {
    let (wire, requests) = canned::wire(|request| match request {
        "POST /clusters/web/access-entries" => json(
            409,
            r#"{"__type":"ResourceInUseException","message":"The specified access entry resource already exists"}"#,
        ),
        _ => json(200, "{}"),
    });
    perform(&wire, None, &Request::CreateAccessEntry(access_entry()), TOKEN).await.unwrap();
    assert_eq!(requests.lock().unwrap().len(), 2);
    assert!(requests.lock().unwrap()[1].ends_with("/access-policies"));
}

#[tokio::test]
async fn deleting_what_is_gone_has_succeeded_and_a_lock_has_not() {
    let (wire, _) = canned::wire(|_| json(404, r#"{"__type":"ResourceNotFoundException","message":"gone"}"#));
    let deletes = [
        Request::DeleteCluster { cluster: "web".to_owned() },
        Request::DeleteNodeGroup { cluster: "web".to_owned(), group: "blue".to_owned() },
        Request::DeleteFargateProfile { cluster: "web".to_owned(), profile: "batch".to_owned() },
    ];
    for request in &deletes {
        perform(&wire, None, request, TOKEN).await.unwrap();
    }
    let (wire, _) = canned::wire(|_| {
        json(409, r#"{"__type":"ResourceInUseException","message":"Cluster has nodegroups attached"}"#)
    });
    for request in &deletes {
        assert_eq!(perform(&wire, None, request, TOKEN).await.unwrap_err().class, Class::Conflict);
    }
}

#[tokio::test]
async fn a_create_that_finds_its_name_taken_leaves_that_to_the_loop() {
    let (wire, _) =
        canned::wire(|_| refused_in_xml("AlreadyExistsException", "Stack [eks-web] already exists"));
    let refusal = perform(&wire, None, &Request::CreateStack(create_stack(true)), TOKEN).await.unwrap_err();
    assert_eq!(refusal.class, Class::AlreadyThere);
    assert_eq!(refusal.error.resource(), Some("stack eks-web"));
}

#[test]
fn a_stack_is_deleted_whole_unless_something_is_to_be_left_behind() {
    let mut request = DeleteStack { id: "arn".to_owned(), retain: Vec::new() };
    let input = stack::delete_input(&request, TOKEN);
    assert_eq!((input.get_stack_name().as_deref(), input.get_retain_resources()), (Some("arn"), &None));
    assert_eq!(input.get_client_request_token().as_deref(), Some(TOKEN));
    request.retain = vec!["VPC".to_owned()];
    let input = stack::delete_input(&request, TOKEN);
    assert_eq!(input.get_retain_resources(), &Some(vec!["VPC".to_owned()]));
}

#[tokio::test]
async fn a_log_group_that_is_gone_was_to_go() {
    let refused = |code: &str| {
        let body = format!(r#"{{"__type":"{code}","message":"no"}}"#);
        canned::wire(move |_| json(400, &body)).0
    };
    let request = Request::DeleteLogGroup { name: "/aws/eks/web/cluster".to_owned() };
    perform(&refused("ResourceNotFoundException"), None, &request, TOKEN).await.unwrap();
    let refusal = perform(&refused("OperationAbortedException"), None, &request, TOKEN).await.unwrap_err();
    assert_eq!(refusal.class, Class::Conflict);
    assert_eq!(refusal.error.resource(), Some("log group /aws/eks/web/cluster"));
}

#[tokio::test]
async fn a_stack_is_deleted_by_its_arn() {
    let (wire, requests) = canned::wire(|_| Ok((200, "<DeleteStackResponse/>".to_owned())));
    let id = "arn:aws:cloudformation:us-west-2:111122223333:stack/eks-web/1".to_owned();
    perform(&wire, None, &Request::DeleteStack(DeleteStack { id, retain: Vec::new() }), TOKEN).await.unwrap();
    assert_eq!(*requests.lock().unwrap(), ["DeleteStack"]);
}

#[cfg(feature = "ec2")]
#[test]
fn only_rules_between_groups_that_leave_are_taken_away() {
    use std::collections::BTreeSet;

    use aws_sdk_ec2::types::{IpPermission, IpRange, UserIdGroupPair};

    let pair = |id: &str| UserIdGroupPair::builder().group_id(id).build();
    let permission = IpPermission::builder()
        .ip_protocol("tcp")
        .from_port(80)
        .to_port(80)
        .user_id_group_pairs(pair("sg-own"))
        .user_id_group_pairs(pair("sg-leaving"))
        .user_id_group_pairs(pair("sg-foreign"))
        .ip_ranges(IpRange::builder().cidr_ip("0.0.0.0/0").build())
        .build();
    let leaving = BTreeSet::from(["sg-own", "sg-leaving"]);
    let taken = leftovers::references(&[permission], "sg-own", &leaving);
    assert_eq!(taken.len(), 1);
    assert_eq!(taken[0].user_id_group_pairs(), [pair("sg-leaving")]);
    assert!(taken[0].ip_ranges().is_empty());
    assert_eq!(taken[0].from_port(), Some(80));
}

#[cfg(feature = "ec2")]
#[tokio::test]
async fn one_stubborn_leftover_keeps_nothing_else_from_going() {
    let (wire, requests) = canned::wire(|request| {
        match request {
        "DeleteNetworkInterface" => Ok((
            400,
            "<Response><Errors><Error><Code>InvalidParameterValue</Code><Message>Network interface 'eni-1' is \
             currently in use.</Message></Error></Errors><RequestID>request-9</RequestID></Response>"
                .to_owned(),
        )),
        "DeleteSecurityGroup" => Ok((200, "<DeleteSecurityGroupResponse/>".to_owned())),
        other => panic!("{other}"),
    }
    });
    let request = Request::DeleteLeftovers {
        network_interfaces: vec!["eni-1".to_owned(), "eni-2".to_owned()],
        security_groups: vec!["sg-1".to_owned()],
        referring: Vec::new(),
    };
    let refusal = perform(&wire, None, &request, TOKEN).await.unwrap_err();
    assert_eq!(refusal.class, Class::Conflict);
    assert_eq!(refusal.error.resource(), Some("network interface eni-1"));
    let asked = requests.lock().unwrap().clone();
    assert_eq!(asked, ["DeleteNetworkInterface", "DeleteNetworkInterface", "DeleteSecurityGroup"]);
}

/// With a load balancer go the listeners that hold target groups; one that is protected keeps nothing else from going.
#[cfg(feature = "ec2")]
#[tokio::test]
async fn load_balancers_go_before_their_target_groups() {
    let (wire, requests) = canned::wire(|request| match request {
        "DeleteLoadBalancer" => canned::refused_in_xml(
            "OperationNotPermitted",
            "Load balancer 'arn' cannot be deleted because deletion protection is enabled",
        ),
        "DeleteTargetGroup" => Ok((200, "<DeleteTargetGroupResponse/>".to_owned())),
        other => panic!("{other}"),
    });
    let arn = "arn:aws:elasticloadbalancing:us-west-2:1:loadbalancer/app/web/1".to_owned();
    let request = Request::DeleteLoadBalancers {
        load_balancers: vec!["a1b2".to_owned(), arn],
        target_groups: vec!["arn:aws:elasticloadbalancing:us-west-2:1:targetgroup/web/1".to_owned()],
    };
    let refusal = perform(&wire, None, &request, TOKEN).await.unwrap_err();
    assert_eq!(refusal.class, Class::Invalid);
    assert_eq!(refusal.error.resource(), Some("load balancer a1b2"));
    assert!(refusal.error.hint().is_some_and(|hint| hint.contains("ModifyLoadBalancerAttributes")));
    let asked = requests.lock().unwrap().clone();
    assert_eq!(asked, ["DeleteLoadBalancer", "DeleteLoadBalancer", "DeleteTargetGroup"]);
}
