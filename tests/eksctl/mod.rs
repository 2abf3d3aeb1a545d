//! What `eksctl create cluster` and its siblings leave in an account: the same stacks, tags, outputs and exports, put
//! through the account's own CloudFormation, and what eksctl makes by API beside them (facts/eksctl.md §1.3, §2).

mod network;
mod stacks;

use std::time::Duration;

use aws_sdk_cloudformation::types::{Capability, StackStatus, Tag};
use aws_sdk_eks::types::FargateProfileSelector;
use aws_smithy_async::rt::sleep::AsyncSleep;
use serde_json::Value;

use crate::Stage;

/// A cluster made by eksctl.
#[derive(Clone, Debug)]
pub struct Eksctl {
    stage: Stage,
    cluster: String,
}

impl Eksctl {
    /// `eksctl create cluster --without-nodegroup`, with an OIDC provider if `with_oidc`.
    ///
    /// # Panics
    ///
    /// When the account refuses it, as everything here.
    pub fn create(stage: &Stage, cluster: &str, with_oidc: bool) -> Self {
        let made = Self { stage: stage.clone(), cluster: cluster.to_owned() };
        let tags = [("alpha.eksctl.io/cluster-oidc-enabled", with_oidc.to_string())];
        made.stack("cluster", &stacks::cluster(cluster), &tags);
        for addon in ["vpc-cni", "kube-proxy", "coredns"] {
            let call = made.stage.eks_api().create_addon().cluster_name(cluster).addon_name(addon);
            made.stage.run(move || call.send()).expect("an add-on");
        }
        if with_oidc {
            let call = aws_sdk_iam::Client::new(&stage.sdk()).create_open_id_connect_provider();
            let call = call.url(made.issuer()).client_id_list("sts.amazonaws.com");
            stage.run(move || call.send()).expect("an OIDC provider");
        }
        made
    }

    /// `eksctl create nodegroup`: a managed group of two, and its stack's name.
    pub fn managed_group(&self, group: &str) -> String {
        let subnets = self.output("SubnetsPublic");
        let subnets: Vec<&str> = subnets.split(',').collect();
        let tags = [
            ("alpha.eksctl.io/nodegroup-name", group.to_owned()),
            ("alpha.eksctl.io/nodegroup-type", "managed".to_owned()),
        ];
        let template = stacks::managed_group(&self.cluster, group, &subnets);
        self.stack(&format!("nodegroup-{group}"), &template, &tags)
    }

    /// `eksctl create nodegroup` of self-managed nodes: a group of two, and its stack's name.
    pub fn self_managed_group(&self, group: &str) -> String {
        let subnets = self.output("SubnetsPublic");
        let subnets: Vec<&str> = subnets.split(',').collect();
        let tags = [
            ("alpha.eksctl.io/nodegroup-name", group.to_owned()),
            ("eksctl.io/v1alpha2/nodegroup-name", group.to_owned()),
            ("alpha.eksctl.io/nodegroup-type", "unmanaged".to_owned()),
        ];
        let template = stacks::self_managed_group(&self.cluster, group, &subnets);
        self.stack(&format!("nodegroup-{group}"), &template, &tags)
    }

    /// `eksctl create iamserviceaccount`: the stack of its role.
    pub fn service_account(&self, namespace: &str, name: &str) -> String {
        let tags = [("alpha.eksctl.io/iamserviceaccount-name", format!("{namespace}/{name}"))];
        let template = stacks::service_account(&self.issuer(), namespace, name);
        self.stack(&format!("addon-iamserviceaccount-{namespace}-{name}"), &template, &tags)
    }

    /// `eksctl create podidentityassociation`: the stack of its role.
    pub fn pod_identity_role(&self, namespace: &str, name: &str) -> String {
        let tags = [("alpha.eksctl.io/podidentityassociation-name", format!("{namespace}/{name}"))];
        self.stack(&format!("podidentityrole-{namespace}-{name}"), &stacks::pod_identity(), &tags)
    }

    /// `eksctl create accessentry`: its stack. eksctl calls it after a hash of the principal.
    pub fn access_entry(&self, user: &str) -> String {
        let template = stacks::access_entry(&self.cluster, user);
        self.stack("accessentry-W5QPPM3JVQNPIRHZ6CXDMSDSYIAKFZGJ", &template, &[])
    }

    /// `eksctl create fargateprofile`: the profile, and the stack of its pods' role if there is none.
    pub fn fargate_profile(&self, profile: &str) -> String {
        let stack = format!("eksctl-{}-fargate", self.cluster);
        if self.stage.stack_status(&stack).is_none() {
            self.stack("fargate", &stacks::fargate(&self.cluster), &[]);
        }
        let role = self.output_of(&stack, "FargatePodExecutionRoleARN");
        let subnets = self.output("SubnetsPrivate").split(',').map(str::to_owned).collect();
        let selector = FargateProfileSelector::builder().namespace(profile).build();
        let call = self.stage.eks_api().create_fargate_profile().cluster_name(&self.cluster);
        let call = call.fargate_profile_name(profile).pod_execution_role_arn(role).selectors(selector);
        let (call, sim) = (call.set_subnets(Some(subnets)), self.stage.sim.clone());
        self.stage.run(move || async move {
            // Until EKS can assume the role.
            sim.sleep_impl().sleep(Duration::from_secs(60)).await;
            call.send().await.expect("a Fargate profile");
            sim.sleep_impl().sleep(Duration::from_secs(900)).await;
        });
        stack
    }

    /// The id of the VPC.
    pub fn vpc(&self) -> String {
        self.output("VPC")
    }

    /// The ids of the public subnets.
    pub fn public_subnets(&self) -> Vec<String> {
        self.output("SubnetsPublic").split(',').map(str::to_owned).collect()
    }

    fn issuer(&self) -> String {
        let call = self.stage.eks_api().describe_cluster().name(&self.cluster);
        let cluster = self.stage.run(move || call.send()).expect("there").cluster.expect("there");
        let oidc = cluster.identity.and_then(|identity| identity.oidc).expect("it is ACTIVE");
        oidc.issuer.expect("it is ACTIVE")
    }

    fn output(&self, key: &str) -> String {
        self.output_of(&format!("eksctl-{}-cluster", self.cluster), key)
    }

    fn output_of(&self, stack: &str, key: &str) -> String {
        let call = self.stage.cloudformation().describe_stacks().stack_name(stack);
        let stacks = self.stage.run(move || call.send()).expect("there").stacks.unwrap_or_default();
        let outputs = stacks.into_iter().flat_map(|stack| stack.outputs.unwrap_or_default());
        let mut found = outputs.filter(|output| output.output_key.as_deref() == Some(key));
        found.next().and_then(|output| output.output_value).expect(key)
    }

    /// Makes a stack as eksctl does (facts/eksctl.md §1.4, §2.2), and waits until it is made.
    fn stack(&self, part: &str, template: &Value, tags: &[(&str, String)]) -> String {
        let name = self.begin(part, template, tags);
        let status = self.stage.settled(&name);
        assert_eq!(status, Some(StackStatus::CreateComplete), "{name}: {:?}", self.stage.reasons(&name));
        name
    }

    fn begin(&self, part: &str, template: &Value, tags: &[(&str, String)]) -> String {
        begin(&self.stage, &self.cluster, part, template, tags)
    }
}

/// A cluster's stack whose create has failed, since EKS has no such version: what `eksctl create cluster` leaves when it
/// fails (facts/eksctl.md §1.7).
pub fn eksctl_that_failed(stage: &Stage, cluster: &str) -> String {
    let mut template = stacks::cluster(cluster);
    template["Resources"]["ControlPlane"]["Properties"]["Version"] = Value::from("1.1");
    let name = begin(stage, cluster, "cluster", &template, &[]);
    assert_eq!(stage.settled(&name), Some(StackStatus::RollbackComplete), "{:?}", stage.reasons(&name));
    name
}

fn begin(stage: &Stage, cluster: &str, part: &str, template: &Value, tags: &[(&str, String)]) -> String {
    let name = format!("eksctl-{cluster}-{part}");
    let everywhere = [
        ("alpha.eksctl.io/cluster-name", cluster.to_owned()),
        ("eksctl.cluster.k8s.io/v1alpha1/cluster-name", cluster.to_owned()),
        ("alpha.eksctl.io/eksctl-version", "0.231.0".to_owned()),
    ];
    let tags = everywhere.iter().chain(tags);
    let tags = tags.map(|(key, value)| Tag::builder().key(*key).value(value).build()).collect();
    let call = stage.cloudformation().create_stack().stack_name(&name).template_body(template.to_string());
    let call = call.enable_termination_protection(true).set_tags(Some(tags));
    let call = call.capabilities(Capability::CapabilityNamedIam);
    stage.run(move || call.send()).expect("a stack");
    name
}

impl Stage {
    /// What a stack is at; `None` if there is none.
    pub fn stack_status(&self, name: &str) -> Option<StackStatus> {
        let call = self.cloudformation().describe_stacks().stack_name(name);
        let stacks = self.run(move || call.send()).ok()?.stacks?;
        stacks.into_iter().next()?.stack_status
    }

    /// The name of the only stack whose name holds this.
    ///
    /// # Panics
    ///
    /// When there is none, or more than one.
    pub fn stack_of(&self, part: &str) -> String {
        let call = self.cloudformation().describe_stacks();
        let stacks = self.run(move || call.send()).expect("listed").stacks.unwrap_or_default();
        let names = stacks.into_iter().filter_map(|stack| stack.stack_name);
        let names: Vec<String> = names.filter(|name| name.contains(part)).collect();
        assert_eq!(names.len(), 1, "{names:?}");
        names[0].clone()
    }

    /// Waits until a stack is at rest, and says where.
    fn settled(&self, name: &str) -> Option<StackStatus> {
        loop {
            match self.stack_status(name) {
                Some(status) if status.as_str().ends_with("_IN_PROGRESS") => {
                    let sim = self.sim.clone();
                    self.run(move || async move { sim.sleep_impl().sleep(Duration::from_secs(30)).await });
                }
                status => return status,
            }
        }
    }

    /// Why things of a stack failed, the last one first.
    fn reasons(&self, name: &str) -> Vec<String> {
        let call = self.cloudformation().describe_stack_events().stack_name(name);
        let events = self.run(move || call.send()).expect("there").stack_events.unwrap_or_default();
        events.into_iter().filter_map(|event| event.resource_status_reason).collect()
    }
}
