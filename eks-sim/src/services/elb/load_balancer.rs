//! Classic load balancers: create, describe, delete.

use crate::instant::Instant;
use crate::price;
use crate::wire::{Answer, AwsError, Call, Params, Xml};
use crate::world::World;

use super::check::{self, page};
use super::network::{self, Interface, Subnet};
use super::tags::{self, Tags};
use crate::services::query::{invalid, number};

/// Its name in the ledger.
const KIND: &str = "AWS::ElasticLoadBalancing::LoadBalancer";

/// The hosted zone of the names of load balancers, of whichever region: a made-up one.
const HOSTED_ZONE: &str = "Z1H1FL5HABSF5";

/// A classic load balancer.
pub(super) struct LoadBalancer {
    pub(super) tags: Tags,
    dns_name: String,
    scheme: &'static str,
    listeners: Vec<Listener>,
    subnets: Vec<Subnet>,
    groups: Vec<String>,
    interfaces: Vec<String>,
    created: Instant,
}

/// A port that it listens at, and where that leads.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Listener {
    protocol: String,
    port: i64,
    instance_protocol: String,
    instance_port: i64,
}

const PROTOCOLS: [&str; 4] = ["HTTP", "HTTPS", "TCP", "SSL"];

impl Listener {
    fn read(params: &Params) -> Result<Self, AwsError> {
        let protocol = |name: &str| {
            let protocol = params.get(name).map(str::to_uppercase);
            match protocol.filter(|known| PROTOCOLS.contains(&known.as_str())) {
                None if params.get(name).is_some() => {
                    let message = format!("Unsupported protocol: {}", params.get(name).unwrap_or_default());
                    Err(AwsError::new("UnsupportedProtocol", message))
                }
                protocol => Ok(protocol),
            }
        };
        params.required("Protocol")?;
        params.required("LoadBalancerPort")?;
        params.required("InstancePort")?;
        let own = protocol("Protocol")?.unwrap_or_default();
        Ok(Self {
            instance_protocol: protocol("InstanceProtocol")?.unwrap_or_else(|| own.clone()),
            protocol: own,
            port: number(params, "LoadBalancerPort", (1, 65535))?.unwrap_or_default(),
            instance_port: number(params, "InstancePort", (1, 65535))?.unwrap_or_default(),
        })
    }

    fn describe(&self) -> Vec<Xml> {
        let listener = Xml::new("Listener").children([
            Xml::text("Protocol", &self.protocol),
            Xml::text("LoadBalancerPort", self.port),
            Xml::text("InstanceProtocol", &self.instance_protocol),
            Xml::text("InstancePort", self.instance_port),
        ]);
        vec![listener, Xml::new("PolicyNames")]
    }
}

/// The load balancer `name`, or the error for one that is not there.
pub(super) fn find<'world>(
    world: &'world mut World,
    call: &Call,
    name: &str,
) -> Result<&'world mut LoadBalancer, AwsError> {
    world.region(&call.region).elb.load_balancers.get_mut(name).ok_or_else(|| {
        AwsError::new("LoadBalancerNotFound", format!("There is no ACTIVE Load Balancer named '{name}'"))
    })
}

/// CreateLoadBalancer.
pub(super) fn create(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let params = call.params();
    let name = params.required("LoadBalancerName")?;
    check::name("Load Balancer", name)?;
    let listeners: Vec<Listener> =
        params.structures("Listeners.member").iter().map(Listener::read).collect::<Result<_, _>>()?;
    let scheme = match params.get("Scheme") {
        None | Some("internet-facing") => "internet-facing",
        Some("internal") => "internal",
        Some(other) => {
            return Err(AwsError::new("InvalidScheme", format!("Invalid scheme: {other}")));
        }
    };
    let tags = tags::read(params)?;
    let ids = params.list("Subnets.member");
    if ids.is_empty() {
        // Only EC2-Classic, which is gone, had none; the default VPC's are not chosen by zone here.
        let message = "Either AvailabilityZones or SubnetIds must be specified";
        return Err(invalid(message));
    }
    let subnets = network::subnets(world, &call.region, &ids)?;
    let vpc = subnets.first().map(|subnet| subnet.vpc.clone()).unwrap_or_default();
    if scheme == "internet-facing" {
        network::check_internet(world, &call.region, &vpc)?;
    }
    let asked = params.list("SecurityGroups.member");
    let groups = network::security_groups(world, &call.region, &asked, &vpc)?;
    if let Some(there) = world.region(&call.region).elb.load_balancers.get(name) {
        let same = there.scheme == scheme && there.listeners == listeners;
        if same && there.groups == groups && there.subnets.iter().map(|it| &it.id).eq(&ids) {
            return Ok(Answer::Xml(vec![Xml::text("DNSName", &there.dns_name)]));
        }
        let message = format!(
            "Load Balancer named '{name}' already exists and it is configured with different parameters."
        );
        return Err(AwsError::new("DuplicateLoadBalancerName", message));
    }
    let public = scheme == "internet-facing";
    let description = format!("ELB {name}");
    let interface = Interface { description: &description, groups: &groups, public, network: false };
    let mut interfaces = Vec::new();
    for subnet in &subnets {
        interfaces.push(network::connect(world, &call.region, &subnet.id, None, &interface)?);
    }
    let digits = (world.chance(&format!("elb/{}/{name}", call.region)) * 1e10) as u64;
    let prefix = if public { "" } else { "internal-" };
    let dns_name = format!("{prefix}{name}-{digits}.{}.elb.amazonaws.com", call.region);
    let now = world.now;
    let addresses = if public { interfaces.len() as f64 * price::PUBLIC_IPV4 } else { 0.0 };
    world.ledger.created(KIND, name, &call.region, now, price::CLASSIC_LOAD_BALANCER + addresses);
    world.ledger.ready(KIND, name, &call.region, now);
    let made = LoadBalancer {
        tags,
        dns_name: dns_name.clone(),
        scheme,
        listeners,
        subnets,
        groups,
        interfaces,
        created: now,
    };
    world.region(&call.region).elb.load_balancers.insert(name.to_owned(), made);
    Ok(Answer::Xml(vec![Xml::text("DNSName", dns_name)]))
}

/// DeleteLoadBalancer: succeeds whether it is there or not (API reference). Its interfaces go later.
pub(super) fn delete(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let name = call.params().required("LoadBalancerName")?;
    if let Some(gone) = world.region(&call.region).elb.load_balancers.remove(name) {
        let now = world.now;
        world.ledger.deleted(KIND, name, &call.region, now);
        network::disconnect_later(world, &call.region, &format!("{}/{name}", call.region), gone.interfaces);
    }
    Ok(Answer::EMPTY)
}

/// DescribeLoadBalancers.
pub(super) fn describe(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let names = call.params().list("LoadBalancerNames.member");
    for name in &names {
        find(world, call, name)?;
    }
    let all = &world.region(&call.region).elb.load_balancers;
    let wanted = all.iter().filter(|(name, _)| names.is_empty() || names.contains(&name.as_str()));
    let shown = wanted.map(|(name, it)| it.describe(name)).collect();
    page(call.params(), "LoadBalancerDescriptions", shown)
}

impl LoadBalancer {
    fn describe(&self, name: &str) -> Vec<Xml> {
        let port = self.listeners.first().map_or(80, |listener| listener.instance_port);
        let policies = ["AppCookieStickinessPolicies", "LBCookieStickinessPolicies", "OtherPolicies"];
        vec![
            Xml::text("LoadBalancerName", name),
            Xml::text("DNSName", &self.dns_name),
            Xml::text("CanonicalHostedZoneName", &self.dns_name),
            Xml::text("CanonicalHostedZoneNameID", HOSTED_ZONE),
            Xml::list("ListenerDescriptions", "member", self.listeners.iter().map(Listener::describe)),
            Xml::new("Policies").children(policies.map(Xml::new)),
            Xml::new("BackendServerDescriptions"),
            Xml::texts("AvailabilityZones", "member", self.subnets.iter().map(|subnet| &subnet.zone)),
            Xml::texts("Subnets", "member", self.subnets.iter().map(|subnet| &subnet.id)),
            Xml::text("VPCId", self.subnets.first().map_or("", |subnet| subnet.vpc.as_str())),
            Xml::new("Instances"),
            // The health check that a load balancer is born with (user guide, "Configure health checks").
            Xml::new("HealthCheck").children([
                Xml::text("Target", format!("TCP:{port}")),
                Xml::text("Interval", 30),
                Xml::text("Timeout", 5),
                Xml::text("UnhealthyThreshold", 2),
                Xml::text("HealthyThreshold", 10),
            ]),
            Xml::texts("SecurityGroups", "member", &self.groups),
            Xml::text("CreatedTime", self.created.iso()),
            Xml::text("Scheme", self.scheme),
        ]
    }
}
