//! The cloud controller in EKS's control plane: it gives Services of type LoadBalancer their load balancers, classic
//! ones unless an annotation asks for a network one, and takes them away with the Service. It works as long as the
//! cluster does (facts/aws.md §9: "the controller dies with the cluster").
//!
//! What it calls things, and its tags, as kubernetes/cloud-provider-aws has them, from memory (U).

use std::time::Duration;

use serde_json::{Value, json};

use super::change::touch;
use super::services;
use crate::services::eks::{Cluster, cluster_by_id, cluster_by_id_mut};
use crate::timing::Timing;
use crate::wire::{Answer, AwsError, Params, Service, Xml};
use crate::world::World;

/// Holds a Service until its load balancer is gone (k8s.io/cloud-provider, `LoadBalancerCleanupFinalizer`).
const FINALIZER: &str = "service.kubernetes.io/load-balancer-cleanup";
const ANNOTATION: &str = "service.beta.kubernetes.io/aws-load-balancer-";

/// How often it tries again what is refused.
const RETRY: Duration = Duration::from_secs(10);

/// What it needs to know of a cluster and one of its Services.
struct Job {
    cluster: String,
    region: String,
    role: String,
    vpc: String,
    subnets: Vec<String>,
    cluster_group: Option<String>,
    service: Value,
}

/// Which Service of which cluster, for what happens to it later, when another may have its name.
#[derive(Clone)]
struct Key {
    cluster_id: String,
    namespace: String,
    name: String,
    uid: String,
}

impl Key {
    fn of(cluster_id: &str, service: &Value) -> Self {
        let text = |name: &str| service["metadata"][name].as_str().unwrap_or_default().to_owned();
        Self {
            cluster_id: cluster_id.to_owned(),
            namespace: text("namespace"),
            name: text("name"),
            uid: text("uid"),
        }
    }

    fn service<'world>(&self, world: &'world mut World) -> Option<&'world mut Value> {
        let cluster = cluster_by_id_mut(world, &self.cluster_id).filter(|cluster| cluster.is_at_work())?;
        let service = cluster.objects.get_mut(&services::RESOURCE, &self.namespace, &self.name)?;
        (service["metadata"]["uid"] == self.uid).then_some(service)
    }

    fn job(&self, world: &mut World) -> Option<Job> {
        let service = self.service(world)?.clone();
        let Cluster { name, region, role, vpc, .. } = cluster_by_id(world, &self.cluster_id)?;
        Some(Job {
            cluster: name.clone(),
            region: region.clone(),
            role: role.clone(),
            vpc: vpc.vpc.clone(),
            subnets: vpc.subnets.clone(),
            cluster_group: vpc.cluster_security_group.clone(),
            service,
        })
    }

    fn later(&self, world: &mut World, after: Duration, go_on: fn(&mut World, &Self)) {
        let key = self.clone();
        world.after(after, move |world| go_on(world, &key));
    }
}

/// A Service is there.
pub(super) fn created(world: &mut World, cluster_id: &str, service: &Value) {
    let spec = &service["spec"];
    // What names a class, or asks for targets by address, is another controller's.
    let foreign = !spec["loadBalancerClass"].is_null()
        || matches!(annotation(service, "type"), Some("external" | "nlb-ip"));
    if spec["type"] != "LoadBalancer" || foreign {
        return;
    }
    let key = Key::of(cluster_id, service);
    let after = world.duration(Timing::CloudController, &key.uid);
    key.later(world, after, make);
}

/// A Service that has finalizers is to go.
pub(super) fn deleted(world: &mut World, cluster_id: &str, service: &Value) {
    let own = |finalizer: &Value| finalizer == FINALIZER;
    if service["metadata"]["finalizers"].as_array().is_some_and(|all| all.iter().any(own)) {
        let key = Key::of(cluster_id, service);
        let after = world.duration(Timing::CloudController, &key.uid);
        key.later(world, after, remove);
    }
}

fn annotation<'a>(service: &'a Value, name: &str) -> Option<&'a str> {
    service["metadata"]["annotations"][format!("{ANNOTATION}{name}")].as_str()
}

fn make(world: &mut World, key: &Key) {
    let now = world.now();
    let Some(service) = key.service(world) else { return };
    if !service["metadata"]["deletionTimestamp"].is_null() {
        return;
    }
    // Before anything is made, so that nothing is left behind.
    let finalizers = &mut service["metadata"]["finalizers"];
    let mut all = finalizers.as_array().cloned().unwrap_or_default();
    if !all.iter().any(|finalizer| finalizer == FINALIZER) {
        all.push(json!(FINALIZER));
        *finalizers = json!(all);
        touch(service, now);
    }
    let Some(job) = key.job(world) else { return };
    let made = if job.is_network() { job.make_network(world) } else { job.make_classic(world) };
    match made {
        Ok(host) => {
            if let Some(service) = key.service(world) {
                service["status"]["loadBalancer"] = json!({ "ingress": [{ "hostname": host }] });
                touch(service, now);
            }
        }
        Err(error) => {
            tracing::debug!(%error, service = key.name, "no load balancer");
            key.later(world, RETRY, make);
        }
    }
}

fn remove(world: &mut World, key: &Key) {
    let Some(job) = key.job(world) else { return };
    let gone = if job.is_network() { job.remove_network(world) } else { job.remove_classic(world) };
    if let Err(error) = gone {
        // Above all the security group, as long as interfaces are in it.
        tracing::debug!(%error, service = key.name, "a load balancer stays");
        return key.later(world, RETRY, remove);
    }
    let now = world.now();
    let Some(service) = key.service(world) else { return };
    let finalizers = service["metadata"]["finalizers"].as_array_mut();
    let left = finalizers.map_or(0, |all| {
        all.retain(|finalizer| finalizer != FINALIZER);
        all.len()
    });
    touch(service, now);
    if left == 0
        && let Some(cluster) = cluster_by_id_mut(world, &key.cluster_id)
    {
        cluster.objects.remove(&services::RESOURCE, &key.namespace, &key.name);
    }
}

fn with(pairs: &[(&str, &str)]) -> Params {
    pairs.iter().fold(Params::new(), |params, (name, value)| params.set(*name, *value))
}

impl Job {
    fn call(
        &self,
        world: &mut World,
        service: Service,
        operation: &str,
        params: Params,
    ) -> Result<Xml, AwsError> {
        world.call_internal(&self.role, service, &self.region, operation, params).map(Answer::xml)
    }

    fn is_network(&self) -> bool {
        annotation(&self.service, "type") == Some("nlb")
    }

    fn is_internal(&self) -> bool {
        annotation(&self.service, "internal") == Some("true")
    }

    /// `a` and the Service's uid, as far as 32 characters reach.
    fn name(&self) -> String {
        let uid = self.service["metadata"]["uid"].as_str().unwrap_or_default().replace('-', "");
        format!("a{uid}").chars().take(32).collect()
    }

    /// facts/aws.md §9: "Tags that identify LB objects".
    fn tags(&self) -> [(String, String); 2] {
        let of = |name: &str| self.service["metadata"][name].as_str().unwrap_or_default();
        [
            (format!("kubernetes.io/cluster/{}", self.cluster), "owned".to_owned()),
            ("kubernetes.io/service-name".to_owned(), format!("{}/{}", of("namespace"), of("name"))),
        ]
    }

    fn tagged(&self, mut params: Params) -> Params {
        for (at, (key, value)) in self.tags().iter().enumerate() {
            params.insert(format!("Tags.member.{}.Key", at + 1), key);
            params.insert(format!("Tags.member.{}.Value", at + 1), value);
        }
        params
    }

    /// Port and node port of each port.
    fn ports(&self) -> Vec<(String, String)> {
        let ports = self.service["spec"]["ports"].as_array().into_iter().flatten();
        ports.map(|port| (port["port"].to_string(), port["nodePort"].to_string())).collect()
    }

    /// One for each zone: those that say that they take such load balancers, or the cluster's own.
    fn place(&self, world: &mut World) -> Result<Vec<String>, AwsError> {
        let filter = with(&[("Filter.1.Name", "vpc-id"), ("Filter.1.Value.1", &self.vpc)]);
        let answer = self.call(world, Service::Ec2, "DescribeSubnets", filter)?;
        let role =
            if self.is_internal() { "kubernetes.io/role/internal-elb" } else { "kubernetes.io/role/elb" };
        let subnets = answer.all("subnetSet/item");
        let says = |subnet: &&&Xml| subnet.all("tagSet/item").iter().any(|tag| tag.at("key") == role);
        let own = |subnet: &&&Xml| self.subnets.iter().any(|id| id == subnet.at("subnetId"));
        let mut chosen: Vec<&Xml> = subnets.iter().filter(says).copied().collect();
        if chosen.is_empty() {
            chosen = subnets.iter().filter(own).copied().collect();
        }
        chosen.sort_by_key(|subnet| (subnet.at("availabilityZone"), subnet.at("subnetId")));
        chosen.dedup_by_key(|subnet| subnet.at("availabilityZone"));
        Ok(chosen.into_iter().map(|subnet| subnet.at("subnetId").to_owned()).collect())
    }

    /// The security group of a classic load balancer, if there is one.
    fn group(&self, world: &mut World) -> Result<Option<String>, AwsError> {
        let name = format!("k8s-elb-{}", self.name());
        let filter = with(&[
            ("Filter.1.Name", "vpc-id"),
            ("Filter.1.Value.1", &self.vpc),
            ("Filter.2.Name", "group-name"),
            ("Filter.2.Value.1", &name),
        ]);
        let answer = self.call(world, Service::Ec2, "DescribeSecurityGroups", filter)?;
        let id = answer.at("securityGroupInfo/item/groupId").to_owned();
        Ok(Some(id).filter(|id| !id.is_empty()))
    }

    /// Lets the load balancer in at the nodes, or not any more.
    fn nodes(&self, world: &mut World, operation: &str, from: &str) -> Result<(), AwsError> {
        let Some(nodes) = &self.cluster_group else { return Ok(()) };
        let rule = with(&[
            ("GroupId", nodes),
            ("IpPermissions.1.IpProtocol", "-1"),
            ("IpPermissions.1.Groups.1.GroupId", from),
        ]);
        match self.call(world, Service::Ec2, operation, rule) {
            Err(error)
                if !["InvalidPermission.Duplicate", "InvalidPermission.NotFound"]
                    .contains(&error.code.as_str()) =>
            {
                Err(error)
            }
            _ => Ok(()),
        }
    }

    fn make_group(&self, world: &mut World) -> Result<String, AwsError> {
        if let Some(group) = self.group(world)? {
            return Ok(group);
        }
        let [(owner, owned), (_, service)] = self.tags();
        let (name, text) =
            (self.name(), format!("Security group for Kubernetes ELB {} ({service})", self.name()));
        let params = with(&[
            ("GroupName", &format!("k8s-elb-{name}")),
            ("GroupDescription", &text),
            ("VpcId", &self.vpc),
            ("TagSpecification.1.ResourceType", "security-group"),
            ("TagSpecification.1.Tag.1.Key", &owner),
            ("TagSpecification.1.Tag.1.Value", &owned),
        ]);
        let group = self.call(world, Service::Ec2, "CreateSecurityGroup", params)?.at("groupId").to_owned();
        for (port, _) in self.ports() {
            let rule = with(&[
                ("GroupId", &group),
                ("IpPermissions.1.IpProtocol", "tcp"),
                ("IpPermissions.1.FromPort", &port),
                ("IpPermissions.1.ToPort", &port),
                ("IpPermissions.1.IpRanges.1.CidrIp", "0.0.0.0/0"),
            ]);
            self.call(world, Service::Ec2, "AuthorizeSecurityGroupIngress", rule)?;
        }
        Ok(group)
    }

    fn make_classic(&self, world: &mut World) -> Result<String, AwsError> {
        let group = self.make_group(world)?;
        let mut params =
            self.tagged(with(&[("LoadBalancerName", &self.name()), ("SecurityGroups.member.1", &group)]));
        for (at, subnet) in self.place(world)?.iter().enumerate() {
            params.insert(format!("Subnets.member.{}", at + 1), subnet);
        }
        for (at, (port, node_port)) in self.ports().iter().enumerate() {
            let listener = format!("Listeners.member.{}", at + 1);
            params.insert(format!("{listener}.Protocol"), "TCP");
            params.insert(format!("{listener}.LoadBalancerPort"), port);
            params.insert(format!("{listener}.InstanceProtocol"), "TCP");
            params.insert(format!("{listener}.InstancePort"), node_port);
        }
        if self.is_internal() {
            params.insert("Scheme", "internal");
        }
        let made = self.call(world, Service::Elb, "CreateLoadBalancer", params)?;
        self.nodes(world, "AuthorizeSecurityGroupIngress", &group)?;
        Ok(made.at("DNSName").to_owned())
    }

    fn remove_classic(&self, world: &mut World) -> Result<(), AwsError> {
        let named = with(&[("LoadBalancerName", &self.name())]);
        self.call(world, Service::Elb, "DeleteLoadBalancer", named)?;
        if let Some(group) = self.group(world)? {
            self.nodes(world, "RevokeSecurityGroupIngress", &group)?;
            self.call(world, Service::Ec2, "DeleteSecurityGroup", with(&[("GroupId", &group)]))?;
        }
        Ok(())
    }

    fn make_network(&self, world: &mut World) -> Result<String, AwsError> {
        let name = self.name();
        let scheme = if self.is_internal() { "internal" } else { "internet-facing" };
        let mut params = self.tagged(with(&[("Name", &name), ("Type", "network"), ("Scheme", scheme)]));
        for (at, subnet) in self.place(world)?.iter().enumerate() {
            params.insert(format!("Subnets.member.{}", at + 1), subnet);
        }
        let made = self.call(world, Service::ElbV2, "CreateLoadBalancer", params)?;
        let at = |path: &str| made.at(&format!("LoadBalancers/member/{path}")).to_owned();
        let (arn, host) = (at("LoadBalancerArn"), at("DNSName"));
        for (port, node_port) in self.ports() {
            let group = self.tagged(with(&[
                ("Name", &self.target_group(&port)),
                ("Protocol", "TCP"),
                ("Port", &node_port),
                ("VpcId", &self.vpc),
            ]));
            let group = self.call(world, Service::ElbV2, "CreateTargetGroup", group)?;
            let listener = with(&[
                ("LoadBalancerArn", &arn),
                ("Protocol", "TCP"),
                ("Port", &port),
                ("DefaultActions.member.1.Type", "forward"),
                ("DefaultActions.member.1.TargetGroupArn", group.at("TargetGroups/member/TargetGroupArn")),
            ]);
            match self.call(world, Service::ElbV2, "CreateListener", listener) {
                Err(error) if error.code != "DuplicateListener" => return Err(error),
                _ => {}
            }
        }
        Ok(host)
    }

    /// The name of the target group for a port.
    fn target_group(&self, port: &str) -> String {
        format!("k8s-{}-{port}", &self.name()[1..11])
    }

    fn remove_network(&self, world: &mut World) -> Result<(), AwsError> {
        let found = self.call(
            world,
            Service::ElbV2,
            "DescribeLoadBalancers",
            with(&[("Names.member.1", &self.name())]),
        );
        if let Ok(found) = found {
            let arn = found.at("LoadBalancers/member/LoadBalancerArn");
            self.call(world, Service::ElbV2, "DeleteLoadBalancer", with(&[("LoadBalancerArn", arn)]))?;
        }
        for (port, _) in self.ports() {
            let named = with(&[("Names.member.1", &self.target_group(&port))]);
            let Ok(found) = self.call(world, Service::ElbV2, "DescribeTargetGroups", named) else { continue };
            let arn = found.at("TargetGroups/member/TargetGroupArn");
            self.call(world, Service::ElbV2, "DeleteTargetGroup", with(&[("TargetGroupArn", arn)]))?;
        }
        Ok(())
    }
}
