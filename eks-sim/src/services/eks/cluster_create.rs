//! CreateCluster, and how the cluster comes to life.

use std::collections::{BTreeMap, BTreeSet};

use ipnet::Ipv4Net;
use serde_json::{Value, json};

use super::cluster::{Cluster, ClusterKey, VpcConfig};
use super::error::{in_use, invalid_parameter, limit_exceeded};
use super::members::{pick, sent, text, text_map, texts};
use super::network::{self, Subnet};
use super::status::{Issue, Status};
use super::version::{self, Version};
use super::{CertificateAuthority, access_entry, auto_mode, log_group, role, tags};
use crate::timing::Timing;
use crate::wire::{AwsError, Call};
use crate::world::World;

/// Add-ons that EKS installs unless told not to (facts/aws.md §2.6).
const DEFAULT_ADDONS: [&str; 3] = ["vpc-cni", "coredns", "kube-proxy"];

const LOG_TYPES: [&str; 5] = ["api", "audit", "authenticator", "controllerManager", "scheduler"];

/// Zones that cannot host a control plane, by id (facts/aws.md §2.2).
const ZONES_WITHOUT_CONTROL_PLANE: [&str; 3] = ["use1-az3", "usw1-az2", "cac1-az3"];

/// Share of the creation after which the control plane's network interfaces are there.
const INTERFACES_AT: f64 = 0.25;

/// CreateCluster.
pub(super) fn create(world: &mut World, call: &Call) -> Result<Value, AwsError> {
    let input = call.json();
    let name = text(input, "name");
    let token = sent(input, "clientRequestToken");
    if let Some(cluster) = world.region(&call.region).eks.cluster(name) {
        // The same token is the same request (facts/aws.md §4).
        if token.is_some() && cluster.token.as_deref() == token && cluster.status != Status::Deleting {
            return Ok(json!({ "cluster": cluster.describe() }));
        }
        return Err(in_use(format!("Cluster already exists with name: {name}")).member("clusterName", name));
    }
    let quota = world.settings.quotas.clusters;
    if world.region(&call.region).eks.clusters.len() >= quota {
        return Err(limit_exceeded(format!(
            "You've reached the limit of {quota} on the number of clusters in this account and region."
        ))
        .member("clusterName", name));
    }
    tags::check(&text_map(input, "tags"))?;
    if !input["outpostConfig"].is_null() {
        return Err(invalid_parameter("eks-sim has no Outposts"));
    }
    let now = world.now;
    let version = Version::supported(sent(input, "version").unwrap_or(version::DEFAULT), now)?;
    let role = text(input, "roleArn");
    role::check_cluster(world, role)?;
    let vpc = vpc_config(world, call, name)?;
    let network = network_config(world, call, &vpc.vpc)?;
    auto_mode::check_at_create(world, input)?;

    let id = world.hex_id(32).to_uppercase();
    let arn = format!("arn:aws:eks:{}:{}:cluster/{name}", call.region, world.settings.account);
    let access = &input["accessConfig"];
    check_access(access, input["computeConfig"]["enabled"] == true)?;
    let bootstrap = access["bootstrapClusterCreatorAdminPermissions"] != false;
    let cluster = Cluster {
        name: name.to_owned(),
        arn,
        region: call.region.clone(),
        id,
        created: now,
        status: Status::Creating,
        version: version.name.to_owned(),
        platform: version.platform.to_owned(),
        role: role.to_owned(),
        vpc,
        network,
        logging: logging(&input["logging"], &json!({ "clusterLogging": [] })),
        upgrade_policy: sent(&input["upgradePolicy"], "supportType").unwrap_or("EXTENDED").to_owned(),
        deletion_protection: input["deletionProtection"] == true,
        options: pick(input, super::cluster_config::KEPT),
        authentication_mode: sent(access, "authenticationMode").unwrap_or("CONFIG_MAP").to_owned(),
        creator_admin: bootstrap.then(|| access_entry::canonical(&world.caller_arn())),
        tags: text_map(input, "tags"),
        issues: Vec::new(),
        endpoint: None,
        certificate_authority: None,
        reachable_at: None,
        self_managed_addons: match input["bootstrapSelfManagedAddons"] == false {
            true => BTreeSet::new(),
            false => DEFAULT_ADDONS.map(str::to_owned).into(),
        },
        nodegroups: BTreeMap::new(),
        fargate_profiles: BTreeMap::new(),
        addons: BTreeMap::new(),
        access_entries: BTreeMap::new(),
        pod_identities: BTreeMap::new(),
        updates: Vec::new(),
        hidden_until: None,
        upgraded: None,
        token: token.map(str::to_owned),
        interfaces: Vec::new(),
        objects: crate::kubernetes::Objects::default(),
    };
    let answer = json!({ "cluster": cluster.describe() });
    world.ledger.created("AWS::EKS::Cluster", name, &call.region, now, version.price(now));
    let key = cluster.key();
    world.region(&call.region).eks.add(cluster);
    access_entry::for_creator(world, &key);
    access_entry::for_auto_mode(world, &key);
    let takes = world.duration(Timing::ClusterCreate, &format!("{}/{name}", call.region));
    let prepared = key.clone();
    world.after(takes.mul_f64(INTERFACES_AT), move |world| prepare(world, &prepared));
    let failure = Issue::of_fault(call);
    world.after(takes, move |world| {
        if let Some(issue) = failure {
            note(world, &key, issue);
        }
        activate(world, &key);
    });
    Ok(answer)
}

fn vpc_config(world: &mut World, call: &Call, name: &str) -> Result<VpcConfig, AwsError> {
    let config = &call.json()["resourcesVpcConfig"];
    let subnets = network::subnets(world, &call.region, &texts(config, "subnetIds"))?;
    check_subnets(&subnets)?;
    check_ip_family(call, &subnets)?;
    check_zones(world, &call.region, name, &subnets)?;
    let vpc = subnets[0].vpc.clone();
    let security_groups = texts(config, "securityGroupIds");
    network::check_security_groups(world, &call.region, &security_groups, &vpc)?;
    let public_access = config["endpointPublicAccess"] != false;
    let private_access = config["endpointPrivateAccess"] == true;
    let public_cidrs = texts(config, "publicAccessCidrs");
    check_endpoint_access(public_access, private_access, &public_cidrs)?;
    Ok(VpcConfig {
        vpc,
        subnets: texts(config, "subnetIds"),
        security_groups,
        cluster_security_group: None,
        public_access,
        private_access,
        public_cidrs: match public_cidrs {
            none if none.is_empty() && public_access => vec!["0.0.0.0/0".to_owned()],
            given => given,
        },
        egress_mode: sent(config, "controlPlaneEgressMode").map(str::to_owned),
    })
}

/// At least two subnets in two zones of one VPC (facts/aws.md §2.2).
pub(super) fn check_subnets(subnets: &[Subnet]) -> Result<(), AwsError> {
    let zones: BTreeSet<&str> = subnets.iter().map(|subnet| subnet.zone.as_str()).collect();
    if zones.len() < 2 {
        return Err(invalid_parameter("Subnets specified must be in at least two different AZs"));
    }
    if subnets.iter().any(|subnet| subnet.vpc != subnets[0].vpc) {
        return Err(invalid_parameter("Subnets specified must belong to the same VPC"));
    }
    Ok(())
}

fn check_zones(world: &mut World, region: &str, name: &str, subnets: &[Subnet]) -> Result<(), AwsError> {
    let full = world.settings.trouble.zones_without_control_plane.clone();
    let barred = |zone: &str, id: &str| {
        ZONES_WITHOUT_CONTROL_PLANE.contains(&id) || full.iter().any(|full| full == zone)
    };
    let Some(subnet) = subnets.iter().find(|subnet| barred(&subnet.zone, &subnet.zone_id)) else {
        return Ok(());
    };
    let valid: Vec<String> = network::zones(world, region)?
        .into_iter()
        .filter(|(zone, id)| !barred(zone, id))
        .map(|(zone, _)| zone)
        .collect();
    let message = format!(
        "Cannot create cluster '{name}' because {}, the targeted availability zone, does not currently have \
         sufficient capacity to support the cluster. Retry and choose from these availability zones: {}",
        subnet.zone,
        valid.join(", ")
    );
    Err(AwsError::new("UnsupportedAvailabilityZoneException", message)
        .member("clusterName", name)
        .member("validZones", valid))
}

/// The endpoint must be open to someone; its CIDRs must be such, at most 40 (facts/aws.md §3.2).
pub(super) fn check_endpoint_access(public: bool, private: bool, cidrs: &[String]) -> Result<(), AwsError> {
    if !public && !private {
        return Err(invalid_parameter("Private and public endpoint access cannot be false"));
    }
    if cidrs.len() > 40 {
        return Err(invalid_parameter("The maximum number of public access CIDRs is 40"));
    }
    match cidrs.iter().find(|cidr| cidr.parse::<ipnet::IpNet>().is_err()) {
        Some(cidr) => Err(invalid_parameter(format!("The following CIDRs are invalid: [{cidr}]"))),
        None => Ok(()),
    }
}

/// An IPv6 cluster needs an IPv6 block in each subnet (facts/aws.md §3.1; the text is from memory, U).
fn check_ip_family(call: &Call, subnets: &[Subnet]) -> Result<(), AwsError> {
    let six = call.json()["kubernetesNetworkConfig"]["ipFamily"] == "ipv6";
    match subnets.iter().find(|subnet| six && !subnet.ipv6) {
        Some(subnet) => Err(invalid_parameter(format!(
            "Subnet {} does not have an IPv6 CIDR block associated, which ipFamily ipv6 requires",
            subnet.id
        ))),
        None => Ok(()),
    }
}

/// `kubernetesNetworkConfig` with its defaults (facts/aws.md §3.1).
fn network_config(world: &mut World, call: &Call, vpc: &str) -> Result<Value, AwsError> {
    let config = &call.json()["kubernetesNetworkConfig"];
    let vpc = network::vpc_cidr(world, &call.region, vpc)?;
    let balancing = match &config["elasticLoadBalancing"] {
        Value::Null => json!({"enabled": false}),
        given => given.clone(),
    };
    if config["ipFamily"] == "ipv6" {
        if !config["serviceIpv4Cidr"].is_null() {
            return Err(invalid_parameter("serviceIpv4Cidr cannot be specified for ipFamily ipv6"));
        }
        let digits = world.hex_id(6);
        let range = format!("fd{}:{}::/108", &digits[..2], &digits[2..]);
        return Ok(json!({
            "ipFamily": "ipv6", "serviceIpv6Cidr": range, "elasticLoadBalancing": balancing
        }));
    }
    let range = match sent(config, "serviceIpv4Cidr") {
        Some(range) => {
            check_service_range(range, vpc)?;
            range
        }
        None if vpc.is_some_and(|vpc| vpc.addr().octets()[0] == 10) => "172.20.0.0/16",
        None => "10.100.0.0/16",
    };
    Ok(json!({"ipFamily": "ipv4", "serviceIpv4Cidr": range, "elasticLoadBalancing": balancing}))
}

fn check_service_range(range: &str, vpc: Option<Ipv4Net>) -> Result<(), AwsError> {
    let invalid = || invalid_parameter(format!("serviceIpv4Cidr {range} is not valid"));
    let net: Ipv4Net = range.parse().map_err(|_| invalid())?;
    let private = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"]
        .iter()
        .any(|block| block.parse::<Ipv4Net>().is_ok_and(|block| block.contains(&net)));
    if !private || !(12..=24).contains(&net.prefix_len()) {
        return Err(invalid());
    }
    if vpc.is_some_and(|vpc| vpc.contains(&net) || net.contains(&vpc)) {
        return Err(invalid_parameter(format!("serviceIpv4Cidr {range} overlaps with the CIDR of the VPC")));
    }
    Ok(())
}

/// What the authentication mode, which is CONFIG_MAP if none is sent, asks of a new cluster.
fn check_access(access: &Value, auto_mode: bool) -> Result<(), AwsError> {
    if !matches!(sent(access, "authenticationMode"), None | Some("CONFIG_MAP")) {
        return Ok(());
    }
    if access["bootstrapClusterCreatorAdminPermissions"] == false {
        // hashicorp's and crossplane's users: terraform-aws-modules/terraform-aws-eks#3206.
        return Err(invalid_parameter(
            "bootstrapClusterCreatorAdminPermissions must be true if cluster authentication mode is set to \
             CONFIG_MAP",
        ));
    }
    if auto_mode {
        return Err(auto_mode::needs_entries());
    }
    Ok(())
}

/// `logging` as EKS shows it: the types that are on, and the others. Types that `wanted` does not name stay
/// as they are in `present`.
pub(super) fn logging(wanted: &Value, present: &Value) -> Value {
    let mut on: BTreeSet<&str> = enabled_types(present);
    for setup in wanted["clusterLogging"].as_array().into_iter().flatten() {
        for kind in setup["types"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            if setup["enabled"] == true {
                on.insert(kind);
            } else {
                on.remove(kind);
            }
        }
    }
    let (on, off): (Vec<&str>, Vec<&str>) = LOG_TYPES.iter().partition(|kind| on.contains(*kind));
    let setups: Vec<Value> = [(on, true), (off, false)]
        .into_iter()
        .filter(|(types, _)| !types.is_empty())
        .map(|(types, enabled)| json!({"types": types, "enabled": enabled}))
        .collect();
    json!({ "clusterLogging": setups })
}

pub(super) fn enabled_types(logging: &Value) -> BTreeSet<&str> {
    let setups = logging["clusterLogging"].as_array();
    setups
        .into_iter()
        .flatten()
        .filter(|setup| setup["enabled"] == true)
        .flat_map(|setup| setup["types"].as_array().into_iter().flatten())
        .filter_map(Value::as_str)
        .collect()
}

/// Makes the cluster's security group and the control plane's network interfaces.
fn prepare(world: &mut World, key: &ClusterKey) {
    let Some(cluster) = key.get(world).filter(|cluster| cluster.status == Status::Creating) else { return };
    let (name, vpc) = (cluster.name.clone(), cluster.vpc.clone());
    let group = match network::create_cluster_security_group(world, &key.region, &name, &vpc.vpc) {
        Ok(group) => group,
        Err(error) => return note(world, key, issue(&error, &vpc.vpc)),
    };
    if let Some(cluster) = key.get(world) {
        cluster.vpc.cluster_security_group = Some(group.clone());
    }
    let groups: Vec<String> = vpc.security_groups.iter().cloned().chain([group]).collect();
    for subnet in &vpc.subnets {
        match network::create_interface(world, &key.region, &name, subnet, &groups) {
            Ok(interface) => {
                if let Some(cluster) = key.get(world) {
                    cluster.interfaces.push(interface);
                }
            }
            Err(error) => return note(world, key, issue(&error, subnet)),
        }
    }
}

fn note(world: &mut World, key: &ClusterKey, issue: Issue) {
    if let Some(cluster) = key.get(world) {
        cluster.issues.push(issue);
    }
}

/// What EC2's refusal means for the cluster's health.
fn issue(error: &AwsError, resource: &str) -> Issue {
    let code = match error.code.as_str() {
        "InvalidSubnetID.NotFound" => "Ec2SubnetNotFound",
        "InvalidVpcID.NotFound" => "VpcNotFound",
        "InvalidGroup.NotFound" | "InvalidGroupId.NotFound" => "Ec2SecurityGroupNotFound",
        "InsufficientFreeAddressesInSubnet" => "InsufficientFreeAddresses",
        "SecurityGroupLimitExceeded" | "NetworkInterfaceLimitExceeded" => "ResourceLimitExceeded",
        _ => "Other",
    };
    Issue::new(code, error.message.clone(), vec![resource.to_owned()])
}

/// The end of the creation: ACTIVE, or FAILED if anything was noted or the role has gone meanwhile.
fn activate(world: &mut World, key: &ClusterKey) {
    let Some(cluster) = key.get(world).filter(|cluster| cluster.status == Status::Creating) else { return };
    let (id, role) = (cluster.id.clone(), cluster.role.clone());
    if role::check_cluster(world, &role).is_err() {
        let message = "The cluster role cannot be assumed".to_owned();
        note(world, key, Issue::new("IamRoleNotFound", message, vec![role]));
    }
    let endpoint = match world.endpoint(&id) {
        Some(endpoint) => endpoint,
        None => format!("https://{id}.gr7.{}.eks.amazonaws.com", key.region),
    };
    let authority = CertificateAuthority::generate(world.settings.seed, &id, world.now);
    let now = world.now;
    let place = format!("{}/{}", key.region, key.name);
    let reachable = now + world.duration(Timing::ApiServerReachable, &place);
    let Some(cluster) = key.get(world) else { return };
    match authority {
        Ok(authority) if cluster.issues.is_empty() => {
            cluster.status = Status::Active;
            cluster.endpoint = Some(endpoint);
            cluster.certificate_authority = Some(authority);
            cluster.reachable_at = Some(reachable);
            world.ledger.ready("AWS::EKS::Cluster", &key.name, &key.region, now);
        }
        Ok(_) => cluster.status = Status::Failed,
        Err(error) => {
            cluster.issues.push(Issue::new("InternalFailure", error.to_string(), Vec::new()));
            cluster.status = Status::Failed;
        }
    }
    log_group::for_logs(world, key);
}
