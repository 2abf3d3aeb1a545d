//! A cluster as somebody makes it who has AWS's own APIs alone: by the console, Terraform or a script.

use std::collections::HashMap;
use std::time::Duration;

use aws_config::SdkConfig;
use aws_sdk_ec2::types::{AttributeBooleanValue, Filter};
use aws_sdk_eks::types::{
    AccessScope, AccessScopeType, AuthenticationMode, CreateAccessConfigRequest, FargateProfileSelector,
    LaunchTemplateSpecification, LogSetup, LogType, Logging, NodegroupScalingConfig, NodegroupUpdateConfig,
    Taint, TaintEffect, VpcConfigRequest,
};
use aws_smithy_async::rt::sleep::AsyncSleep;

use crate::Stage;

/// The name of its cluster.
pub const THEIRS: &str = "theirs";

/// What it is made of.
#[derive(Clone, Debug, Default)]
pub struct MadeByOthers {
    /// The VPC's id.
    pub vpc: String,
    /// Subnets that lead to an internet gateway.
    pub public: Vec<String>,
    /// Subnets that lead nowhere.
    pub private: Vec<String>,
    /// A security group of the control plane.
    pub security_group: String,
    /// The launch template of the node group `batch`.
    pub launch_template: String,
    /// The role of the cluster.
    pub cluster_role: String,
    /// The role of all nodes.
    pub node_role: String,
    /// A role that may read.
    pub readers: String,
}

impl Stage {
    /// A cluster `theirs` with its own VPC and roles: a node group `workers` of two with labels, a taint and tags, another
    /// `batch` of one with a launch template, a Fargate profile `jobs`, add-ons, an access entry, logs.
    ///
    /// # Panics
    ///
    /// When the simulated AWS refuses to make it.
    pub fn made_by_others(&self) -> MadeByOthers {
        let (config, sim) = (self.sdk(), self.sim.clone());
        self.run(move || async move {
            let wait = |seconds| sim.sleep_impl().sleep(Duration::from_secs(seconds));
            let mut it = network(&config).await;
            it.cluster_role = role(&config, "eks.amazonaws.com", &["AmazonEKSClusterPolicy"]).await;
            let nodes =
                ["AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly", "AmazonEKS_CNI_Policy"];
            it.node_role = role(&config, "ec2.amazonaws.com", &nodes).await;
            let pods = ["AmazonEKSFargatePodExecutionRolePolicy"];
            let pod_role = role(&config, "eks-fargate-pods.amazonaws.com", &pods).await;
            it.readers = role(&config, "lambda.amazonaws.com", &["ReadOnlyAccess"]).await;
            // Until EKS can assume them.
            wait(60).await;
            let eks = aws_sdk_eks::Client::new(&config);
            let vpc = VpcConfigRequest::builder()
                .set_subnet_ids(Some(it.public.iter().chain(&it.private).cloned().collect()))
                .security_group_ids(&it.security_group)
                .endpoint_private_access(true)
                .build();
            let logs = LogSetup::builder().types(LogType::Api).types(LogType::Audit).enabled(true).build();
            let both = AuthenticationMode::ApiAndConfigMap;
            let access = CreateAccessConfigRequest::builder().authentication_mode(both).build();
            let cluster = eks
                .create_cluster()
                .name(THEIRS)
                .role_arn(&it.cluster_role)
                .resources_vpc_config(vpc)
                .access_config(access)
                .logging(Logging::builder().cluster_logging(logs).build())
                .set_tags(tags(&[("Terraform", "true"), ("team", "platform")]));
            cluster.send().await.expect("a cluster");
            wait(900).await;
            let profile = eks
                .create_fargate_profile()
                .cluster_name(THEIRS)
                .fargate_profile_name("jobs")
                .pod_execution_role_arn(pod_role)
                .set_subnets(Some(it.private.clone()))
                .selectors(
                    FargateProfileSelector::builder().namespace("jobs").labels("size", "small").build(),
                )
                .set_tags(tags(&[("Terraform", "true")]));
            profile.send().await.expect("a profile");
            wait(300).await;
            node_groups(&eks, &it).await;
            wait(400).await;
            for name in ["vpc-cni", "kube-proxy", "coredns"] {
                let addon = eks.create_addon().cluster_name(THEIRS).addon_name(name);
                let addon = addon.set_tags(tags(&[("Terraform", "true")]));
                let addon =
                    if name == "coredns" { addon.configuration_values("replicaCount: 2") } else { addon };
                addon.send().await.expect("an add-on");
                wait(120).await;
            }
            let entry = eks.create_access_entry().cluster_name(THEIRS).principal_arn(&it.readers);
            entry.kubernetes_groups("readers").username("reader").send().await.expect("an entry");
            let scope = AccessScope::builder().r#type(AccessScopeType::Namespace).namespaces("shop").build();
            let policy = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy";
            let policy = eks.associate_access_policy().cluster_name(THEIRS).policy_arn(policy);
            policy.principal_arn(&it.readers).access_scope(scope).send().await.expect("a policy");
            wait(60).await;
            it
        })
    }
}

async fn node_groups(eks: &aws_sdk_eks::Client, it: &MadeByOthers) {
    let size = |min, max, desired| {
        NodegroupScalingConfig::builder().min_size(min).max_size(max).desired_size(desired).build()
    };
    let taint = Taint::builder().key("app").value("orders").effect(TaintEffect::PreferNoSchedule).build();
    let workers = eks
        .create_nodegroup()
        .cluster_name(THEIRS)
        .nodegroup_name("workers")
        .node_role(&it.node_role)
        .set_subnets(Some(it.public.clone()))
        .instance_types("t3.large")
        .disk_size(50)
        .scaling_config(size(1, 4, 2))
        .labels("team", "shop")
        .labels("stage", "prod")
        .taints(taint)
        .update_config(NodegroupUpdateConfig::builder().max_unavailable_percentage(50).build())
        .set_tags(tags(&[("Terraform", "true"), ("cost-center", "4711")]));
    workers.send().await.expect("a node group");
    let template = LaunchTemplateSpecification::builder().id(&it.launch_template).version("1").build();
    let batch = eks
        .create_nodegroup()
        .cluster_name(THEIRS)
        .nodegroup_name("batch")
        .node_role(&it.node_role)
        .set_subnets(Some(it.public.clone()))
        .launch_template(template)
        .scaling_config(size(1, 1, 1))
        .set_tags(tags(&[("Terraform", "true")]));
    batch.send().await.expect("a node group");
}

fn tags(tags: &[(&str, &str)]) -> Option<HashMap<String, String>> {
    Some(tags.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect())
}

/// A role that `service` may assume, with these managed policies.
///
/// # Panics
///
/// When the simulated IAM refuses to make it.
pub async fn role(config: &SdkConfig, service: &str, policies: &[&str]) -> String {
    let iam = aws_sdk_iam::Client::new(config);
    let trust = serde_json::json!({
        "Version": "2012-10-17",
        "Statement": [{ "Effect": "Allow", "Principal": { "Service": service }, "Action": "sts:AssumeRole" }],
    });
    let name = format!("of-{}", policies[0]);
    let made = iam.create_role().role_name(&name).assume_role_policy_document(trust.to_string());
    let arn = made.send().await.expect("a role").role.expect("a role").arn;
    for policy in policies {
        let policy = format!("arn:aws:iam::aws:policy/{policy}");
        iam.attach_role_policy().role_name(&name).policy_arn(policy).send().await.expect("attached");
    }
    arn
}

/// A VPC with two public and two private subnets, a security group and a launch template.
async fn network(config: &SdkConfig) -> MadeByOthers {
    let ec2 = aws_sdk_ec2::Client::new(config);
    let vpc = ec2.create_vpc().cidr_block("10.30.0.0/16").send().await.expect("a VPC").vpc.expect("a VPC");
    let vpc = vpc.vpc_id.expect("an id");
    let on = AttributeBooleanValue::builder().value(true).build();
    ec2.modify_vpc_attribute().vpc_id(&vpc).enable_dns_hostnames(on.clone()).send().await.expect("names");
    let gateway = ec2.create_internet_gateway().send().await.expect("a gateway").internet_gateway;
    let gateway = gateway.and_then(|it| it.internet_gateway_id).expect("an id");
    ec2.attach_internet_gateway().vpc_id(&vpc).internet_gateway_id(&gateway).send().await.expect("attached");
    let table = ec2.create_route_table().vpc_id(&vpc).send().await.expect("a table").route_table;
    let table = table.and_then(|it| it.route_table_id).expect("an id");
    let route = ec2.create_route().route_table_id(&table).destination_cidr_block("0.0.0.0/0");
    route.gateway_id(&gateway).send().await.expect("a route");
    let mut subnets = Vec::new();
    for (index, zone) in ["us-west-2a", "us-west-2b", "us-west-2a", "us-west-2b"].iter().enumerate() {
        let subnet = ec2.create_subnet().vpc_id(&vpc).availability_zone(*zone);
        let subnet = subnet.cidr_block(format!("10.30.{index}.0/24")).send().await.expect("a subnet").subnet;
        subnets.push(subnet.and_then(|it| it.subnet_id).expect("an id"));
    }
    let private = subnets.split_off(2);
    for subnet in &subnets {
        let addresses = ec2.modify_subnet_attribute().subnet_id(subnet).map_public_ip_on_launch(on.clone());
        addresses.send().await.expect("public addresses");
        ec2.associate_route_table()
            .route_table_id(&table)
            .subnet_id(subnet)
            .send()
            .await
            .expect("associated");
    }
    let groups = ec2.describe_security_groups();
    let groups = groups.filters(Filter::builder().name("vpc-id").values(&vpc).build()).send().await;
    let security_group = groups.expect("groups").security_groups.expect("groups")[0].group_id.clone();
    let data = aws_sdk_ec2::types::RequestLaunchTemplateData::builder();
    let data = data.instance_type(aws_sdk_ec2::types::InstanceType::M5Large).build();
    let template = ec2.create_launch_template().launch_template_name("batch").launch_template_data(data);
    let template = template.send().await.expect("a template").launch_template;
    MadeByOthers {
        vpc,
        public: subnets,
        private,
        security_group: security_group.expect("an id"),
        launch_template: template.and_then(|it| it.launch_template_id).expect("an id"),
        ..MadeByOthers::default()
    }
}
