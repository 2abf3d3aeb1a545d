//! Application and network load balancers: create, describe, delete.

use std::collections::BTreeMap;

use crate::instant::Instant;
use crate::price;
use crate::services::elb::check::{self, page};
use crate::services::elb::network::{self, Interface, Subnet};
use crate::services::elb::tags::{self, Tags};
use crate::services::query::{invalid, one_of};
use crate::timing::Timing;
use crate::wire::{Answer, AwsError, Call, Params, Xml};
use crate::world::World;

use super::{arn, attributes, listener, not_found};

/// Its name in the ledger.
const KIND: &str = "AWS::ElasticLoadBalancingV2::LoadBalancer";

/// The hosted zone of the names of load balancers, of whichever region: a made-up one.
const HOSTED_ZONE: &str = "Z1H1FL5HABSF5";

/// A load balancer.
pub(super) struct LoadBalancer {
    pub(super) name: String,
    /// `application` or `network`.
    pub(super) kind: &'static str,
    pub(super) tags: Tags,
    pub(super) attributes: BTreeMap<&'static str, String>,
    dns_name: String,
    scheme: String,
    ip_address_type: String,
    subnets: Vec<Subnet>,
    groups: Vec<String>,
    interfaces: Vec<String>,
    created: Instant,
    active: bool,
}

/// The load balancer with this ARN, or the error for one that is not there.
pub(super) fn find<'world>(
    world: &'world mut World,
    region: &str,
    arn: &str,
) -> Result<&'world mut LoadBalancer, AwsError> {
    world.region(region).elbv2.load_balancers.get_mut(arn).ok_or_else(|| not_found("load balancer"))
}

/// What a request asks for, each member checked.
struct Wanted {
    kind: &'static str,
    scheme: String,
    ip_address_type: String,
    subnets: Vec<Subnet>,
    /// Elastic addresses, by subnet.
    addresses: BTreeMap<String, String>,
    groups: Vec<String>,
}

fn read(world: &mut World, call: &Call) -> Result<Wanted, AwsError> {
    let params = call.params();
    let kind = match one_of(params, "Type", &["application", "network", "gateway"])? {
        None | Some("application") => "application",
        Some("network") => "network",
        Some(_) => {
            return Err(AwsError::new(
                "OperationNotPermitted",
                "The simulator has no gateway load balancers",
            ));
        }
    };
    let scheme = one_of(params, "Scheme", &["internet-facing", "internal"])?.unwrap_or("internet-facing");
    let types = ["ipv4", "dualstack", "dualstack-without-public-ipv4"];
    let ip_address_type = one_of(params, "IpAddressType", &types)?.unwrap_or("ipv4");
    let mappings = params.structures("SubnetMappings.member");
    let mapped: Vec<&str> = mappings.iter().filter_map(|mapping| mapping.get("SubnetId")).collect();
    let listed = params.list("Subnets.member");
    let ids = match (listed.is_empty(), mapped.is_empty()) {
        (false, true) => listed,
        (true, false) => mapped,
        // The text is from memory (U).
        _ => return Err(invalid("You must specify either subnets or subnet mappings")),
    };
    let subnets = network::subnets(world, &call.region, &ids)?;
    let vpc = subnets.first().map(|subnet| subnet.vpc.clone()).unwrap_or_default();
    if kind == "application" && subnets.len() < 2 {
        let message = "At least two subnets in two different Availability Zones must be specified";
        return Err(invalid(message));
    }
    if scheme == "internet-facing" {
        network::check_internet(world, &call.region, &vpc)?;
    }
    let asked = params.list("SecurityGroups.member");
    let groups = match kind {
        "network" if asked.is_empty() => Vec::new(),
        _ => network::security_groups(world, &call.region, &asked, &vpc)?,
    };
    let addresses = mappings.iter().filter_map(address).collect();
    let (scheme, ip_address_type) = (scheme.to_owned(), ip_address_type.to_owned());
    Ok(Wanted { kind, scheme, ip_address_type, subnets, addresses, groups })
}

fn address(mapping: &Params) -> Option<(String, String)> {
    Some((mapping.get("SubnetId")?.to_owned(), mapping.get("AllocationId")?.to_owned()))
}

/// CreateLoadBalancer: the same again is no duplicate (API reference).
pub(super) fn create(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let name = call.params().required("Name")?;
    check::name("The load balancer", name)?;
    if name.starts_with("internal-") {
        return Err(invalid(format!("The load balancer name '{name}' cannot begin with 'internal-'")));
    }
    let tags = tags::read(call.params())?;
    let wanted = read(world, call)?;
    let all = &world.region(&call.region).elbv2.load_balancers;
    if let Some((arn, there)) = all.iter().find(|(_, it)| it.name == name) {
        if !there.is_as(&wanted) || there.tags != tags {
            let message =
                format!("A load balancer with the same name '{name}' exists, but with different settings");
            return Err(AwsError::new("DuplicateLoadBalancerName", message));
        }
        return Ok(shown(there.describe(arn)));
    }
    let short = if wanted.kind == "network" { "net" } else { "app" };
    let id = world.hex_id(16);
    let arn = arn(world, &call.region, &format!("loadbalancer/{short}/{name}/{id}"));
    let public = wanted.scheme == "internet-facing";
    let description = format!("ELB {short}/{name}/{id}");
    let network = wanted.kind == "network";
    let interface = Interface { description: &description, groups: &wanted.groups, public, network };
    let mut interfaces = Vec::new();
    for subnet in &wanted.subnets {
        let address = wanted.addresses.get(&subnet.id).map(String::as_str);
        interfaces.push(network::connect(world, &call.region, &subnet.id, address, &interface)?);
    }
    let dns_name = match (network, public) {
        (true, _) => format!("{name}-{id}.elb.{}.amazonaws.com", call.region),
        (false, true) => format!("{name}-{}.{}.elb.amazonaws.com", number(&id), call.region),
        (false, false) => format!("internal-{name}-{}.{}.elb.amazonaws.com", number(&id), call.region),
    };
    let now = world.now;
    let of_amazon = interfaces.len() - wanted.addresses.len().min(interfaces.len());
    let addresses = if public { of_amazon as f64 * price::PUBLIC_IPV4 } else { 0.0 };
    world.ledger.created(KIND, &arn, &call.region, now, price::LOAD_BALANCER + addresses);
    let Wanted { kind, scheme, ip_address_type, subnets, groups, .. } = wanted;
    let made = LoadBalancer {
        name: name.to_owned(),
        kind,
        tags,
        attributes: attributes::defaults(kind),
        dns_name,
        scheme,
        ip_address_type,
        subnets,
        groups,
        interfaces,
        created: now,
        active: false,
    };
    let answer = shown(made.describe(&arn));
    world.region(&call.region).elbv2.load_balancers.insert(arn.clone(), made);
    let after = world.duration(Timing::LoadBalancerCreate, &format!("{}/{name}", call.region));
    let region = call.region.clone();
    world.after(after, move |world| {
        let now = world.now;
        if let Ok(load_balancer) = find(world, &region, &arn) {
            load_balancer.active = true;
            world.ledger.ready(KIND, &arn, &region, now);
        }
    });
    Ok(answer)
}

/// The digits in the name of an application load balancer.
fn number(id: &str) -> u64 {
    u64::from_str_radix(id, 16).unwrap_or_default() % 10_000_000_000
}

fn shown(members: Vec<Xml>) -> Answer {
    Answer::Xml(vec![Xml::list("LoadBalancers", "member", [members])])
}

/// DeleteLoadBalancer: one that is not there is as good (API reference). Its listeners go along, its interfaces later.
pub(super) fn delete(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let arn = call.params().required("LoadBalancerArn")?;
    check_arn(arn)?;
    let Ok(there) = find(world, &call.region, arn) else { return Ok(Answer::EMPTY) };
    if there.attributes.get(attributes::DELETION_PROTECTION).is_some_and(|value| value == "true") {
        let message =
            format!("Load balancer '{arn}' cannot be deleted because deletion protection is enabled");
        return Err(AwsError::new("OperationNotPermitted", message));
    }
    listener::delete_all(world, &call.region, arn);
    if let Some(gone) = world.region(&call.region).elbv2.load_balancers.remove(arn) {
        let now = world.now;
        world.ledger.deleted(KIND, arn, &call.region, now);
        let key = format!("{}/{}", call.region, gone.name);
        network::disconnect_later(world, &call.region, &key, gone.interfaces);
    }
    Ok(Answer::EMPTY)
}

fn check_arn(arn: &str) -> Result<(), AwsError> {
    if arn.starts_with("arn:") && arn.contains(":loadbalancer/") {
        return Ok(());
    }
    Err(invalid(format!("'{arn}' is not a valid load balancer ARN")))
}

/// DescribeLoadBalancers: by ARN, by name, or all.
pub(super) fn describe(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let params = call.params();
    let (arns, names) = (params.list("LoadBalancerArns.member"), params.list("Names.member"));
    if !arns.is_empty() && !names.is_empty() {
        let message = "Load balancer names and load balancer ARNs cannot be specified at the same time";
        return Err(invalid(message));
    }
    let all = &world.region(&call.region).elbv2.load_balancers;
    if arns.iter().any(|arn| !all.contains_key(*arn)) {
        return Err(not_found("load balancer"));
    }
    if let Some(name) = names.iter().find(|name| !all.values().any(|it| it.name == **name)) {
        return Err(AwsError::new("LoadBalancerNotFound", format!("Load balancers '[{name}]' not found")));
    }
    let everything = arns.is_empty() && names.is_empty();
    let wanted = all
        .iter()
        .filter(|(arn, it)| everything || arns.contains(&arn.as_str()) || names.contains(&it.name.as_str()));
    let shown = wanted.map(|(arn, it)| it.describe(arn)).collect();
    page(params, "LoadBalancers", shown)
}

impl LoadBalancer {
    fn is_as(&self, wanted: &Wanted) -> bool {
        self.kind == wanted.kind
            && self.scheme == wanted.scheme
            && self.ip_address_type == wanted.ip_address_type
            && self.groups == wanted.groups
            && self.subnets.iter().map(|it| &it.id).eq(wanted.subnets.iter().map(|it| &it.id))
    }

    fn describe(&self, arn: &str) -> Vec<Xml> {
        let zones = self.subnets.iter().map(|subnet| {
            vec![
                Xml::text("ZoneName", &subnet.zone),
                Xml::text("SubnetId", &subnet.id),
                Xml::new("LoadBalancerAddresses"),
            ]
        });
        let mut members = vec![
            Xml::text("LoadBalancerArn", arn),
            Xml::text("DNSName", &self.dns_name),
            Xml::text("CanonicalHostedZoneId", HOSTED_ZONE),
            Xml::text("CreatedTime", self.created.iso()),
            Xml::text("LoadBalancerName", &self.name),
            Xml::text("Scheme", &self.scheme),
            Xml::text("VpcId", self.subnets.first().map_or("", |subnet| subnet.vpc.as_str())),
            Xml::new("State").child(Xml::text("Code", if self.active { "active" } else { "provisioning" })),
            Xml::text("Type", self.kind),
            Xml::list("AvailabilityZones", "member", zones),
            Xml::text("IpAddressType", &self.ip_address_type),
        ];
        if !self.groups.is_empty() {
            members.push(Xml::texts("SecurityGroups", "member", &self.groups));
        }
        members
    }
}
