//! VPC endpoints: the way to AWS's services for subnets that lead nowhere else.
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcEndpoint.html>

use crate::instant::Instant;
use crate::price;
use crate::timing::Timing;
use crate::wire::{Answer, AwsError, Call, Params, Xml};
use crate::world::World;

use super::kind::Kind;
use super::listing::{Listing, in_vpc};
use super::network_interface::{self, NetworkInterface};
use super::state::{self, State};
use super::table::Placed;
use super::{security_group, subnet, tags};

/// A VPC endpoint.
pub(super) struct VpcEndpoint {
    vpc: String,
    service: String,
    /// `Interface` or `Gateway`.
    kind: &'static str,
    /// `pending`, `available` or `deleting`.
    state: &'static str,
    subnets: Vec<String>,
    interfaces: Vec<String>,
    groups: Vec<String>,
    route_tables: Vec<String>,
    private_dns: bool,
    policy: String,
    created: Instant,
}

impl Placed for VpcEndpoint {
    fn place(&self) -> &str {
        &self.vpc
    }
}

const LISTING: Listing = Listing {
    kind: &Kind::VPC_ENDPOINT,
    ids: "VpcEndpointId",
    id: "vpcEndpointId",
    set: "vpcEndpointSet",
    filters: &[
        ("ip-address-type", "ipAddressType"),
        ("service-name", "serviceName"),
        ("vpc-endpoint-id", "vpcEndpointId"),
        ("vpc-endpoint-state", "state"),
        ("vpc-endpoint-type", "vpcEndpointType"),
        ("vpc-id", "vpcId"),
    ],
    page: 1000,
};

/// The policy of an endpoint for which none is given.
const FULL_ACCESS: &str = r#"{"Statement":[{"Action":"*","Effect":"Allow","Principal":"*","Resource":"*"}]}"#;

/// Services that have gateway endpoints.
const WITH_GATEWAY: [&str; 2] = ["s3", "dynamodb"];

pub(super) fn create(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let params = call.params();
    let vpc = params.ec2_required("VpcId")?.to_owned();
    let service = params.ec2_required("ServiceName")?.to_owned();
    let now = world.now;
    let mut endpoint = read(state::of(world, &call.region), params, &call.region, vpc, service, now)?;
    for subnet in &endpoint.subnets {
        subnet::take_addresses(state::of(world, &call.region), subnet, 1, None)?;
    }
    let price = price::INTERFACE_ENDPOINT * endpoint.subnets.len() as f64;
    let id = Kind::VPC_ENDPOINT.make(world, call, price);
    for subnet in endpoint.subnets.clone() {
        let interface = connect(world, &call.region, &id, &endpoint, &subnet)?;
        endpoint.interfaces.push(interface);
    }
    if endpoint.kind == "Gateway" {
        Kind::VPC_ENDPOINT.ready(world, &call.region, &id);
    } else {
        let (region, later) = (call.region.clone(), id.clone());
        let after = world.duration(Timing::VpcEndpointCreate, &id);
        world.after(after, move |world| finish_create(world, &region, &later));
    }
    let state = state::of(world, &call.region);
    state.vpc_endpoints.insert(id.clone(), endpoint);
    let mut answer = vec![Xml::new("vpcEndpoint").children(members(world, &call.region, &id))];
    answer.extend(params.get("ClientToken").map(|token| Xml::text("clientToken", token)));
    Ok(Answer::Xml(answer))
}

/// The endpoint that a request asks for, each member checked.
fn read(
    state: &State,
    params: &Params,
    region: &str,
    vpc: String,
    service: String,
    now: Instant,
) -> Result<VpcEndpoint, AwsError> {
    let network = Kind::VPC.find(&state.vpcs, &vpc)?;
    let short = service.strip_prefix(&format!("com.amazonaws.{region}.")).ok_or_else(|| {
        AwsError::new("InvalidServiceName", format!("The Vpc Endpoint Service '{service}' does not exist"))
    })?;
    let kind = match params.get("VpcEndpointType") {
        None | Some("Gateway") => "Gateway",
        Some("Interface") => "Interface",
        Some(other) => {
            let message = format!("Value ({other}) for parameter VpcEndpointType is invalid.");
            return Err(AwsError::new("InvalidParameterValue", message));
        }
    };
    if kind == "Gateway" && !WITH_GATEWAY.contains(&short) {
        let message = format!(
            "Endpoint type (Gateway) does not match available service types ([Interface]) for {service}."
        );
        return Err(AwsError::new("InvalidParameter", message));
    }
    let texts = |name: &str| -> Vec<String> { params.list(name).into_iter().map(str::to_owned).collect() };
    let (subnets, route_tables) = (texts("SubnetId"), texts("RouteTableId"));
    let unfit = if kind == "Gateway" { &subnets } else { &route_tables };
    if !unfit.is_empty() {
        let what = if kind == "Gateway" { "SubnetIds" } else { "RouteTableIds" };
        let message = format!("{what} cannot be used with an endpoint of type {kind}.");
        return Err(AwsError::new("InvalidParameter", message));
    }
    for table in &route_tables {
        if Kind::ROUTE_TABLE.find(&state.route_tables, table)?.vpc != vpc {
            let message = format!("Route table {table} belongs to a different network than {vpc}");
            return Err(AwsError::new("InvalidParameter", message));
        }
    }
    let mut zones = Vec::new();
    let mut groups = Vec::new();
    for id in &subnets {
        let subnet = Kind::SUBNET.find(&state.subnets, id)?;
        if subnet.vpc != vpc {
            let message = format!("The subnet ID '{id}' is not in the VPC '{vpc}'");
            return Err(AwsError::new("InvalidParameter", message));
        }
        if zones.contains(&&subnet.zone.id) {
            let message = "Found another VPC endpoint subnet in the availability zone of the subnet: DuplicateSubnetsInSameZone";
            return Err(AwsError::new("DuplicateSubnetsInSameZone", message));
        }
        zones.push(&subnet.zone.id);
        groups = security_group::checked(state, &params.list("SecurityGroupId"), id)?;
    }
    let private_dns = kind == "Interface" && params.flag("PrivateDnsEnabled").unwrap_or(false);
    if private_dns && !(network.dns_support && network.dns_hostnames) {
        let message = "Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes \
                       set to true for ";
        return Err(AwsError::new("InvalidParameter", format!("{message}{vpc}")));
    }
    let taken = |other: &VpcEndpoint| {
        other.service == service && other.private_dns && private_dns && other.state != "deleting"
    };
    if state.vpc_endpoints.in_place(&vpc).any(|(_, other)| taken(other)) {
        let message = format!(
            "private-dns-enabled cannot be set because there is already a conflicting DNS domain for \
             {short}.{region}.amazonaws.com in the VPC {vpc}"
        );
        return Err(AwsError::new("InvalidParameter", message));
    }
    Ok(VpcEndpoint {
        vpc,
        service,
        kind,
        state: if kind == "Gateway" { "available" } else { "pending" },
        subnets,
        interfaces: Vec::new(),
        groups,
        route_tables,
        private_dns,
        policy: params.get("PolicyDocument").unwrap_or(FULL_ACCESS).to_owned(),
        created: now,
    })
}

/// Makes the endpoint's interface in one of its subnets.
fn connect(
    world: &mut World,
    region: &str,
    id: &str,
    endpoint: &VpcEndpoint,
    subnet: &str,
) -> Result<String, AwsError> {
    let addresses = subnet::take_addresses(state::of(world, region), subnet, 1, None)?;
    let interface = Kind::NETWORK_INTERFACE.make_implicit(world, region);
    let made = NetworkInterface {
        subnet: subnet.to_owned(),
        vpc: endpoint.vpc.clone(),
        description: format!("VPC Endpoint Interface {id}"),
        addresses,
        groups: endpoint.groups.clone(),
        public_address: None,
        attachment: Some(network_interface::attachment(world, None, 1, false)),
        interface_type: "vpc_endpoint",
        requester: Some("amazon-aws".to_owned()),
        mac_address: network_interface::mac_address(world),
    };
    state::of(world, region).network_interfaces.insert(interface.clone(), made);
    Ok(interface)
}

fn finish_create(world: &mut World, region: &str, id: &str) {
    let endpoints = &mut state::of(world, region).vpc_endpoints;
    if let Some(endpoint) = endpoints.get_mut(id).filter(|endpoint| endpoint.state == "pending") {
        endpoint.state = "available";
        Kind::VPC_ENDPOINT.ready(world, region, id);
    }
}

/// What cannot be deleted is in the answer; the call succeeds.
pub(super) fn delete(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let mut unsuccessful = Vec::new();
    for id in call.params().list("VpcEndpointId") {
        let endpoints = &mut state::of(world, &call.region).vpc_endpoints;
        match Kind::VPC_ENDPOINT.find_mut(endpoints, id) {
            Ok(endpoint) if endpoint.state != "deleting" => {
                endpoint.state = "deleting";
                Kind::VPC_ENDPOINT.deleting(world, &call.region, id);
                let (region, later) = (call.region.clone(), id.to_owned());
                let after = world.duration(Timing::VpcEndpointDelete, id);
                world.after(after, move |world| finish_delete(world, &region, &later));
            }
            Ok(_) => {}
            Err(error) => unsuccessful.push(vec![
                Xml::text("resourceId", id),
                Xml::new("error")
                    .children([Xml::text("code", &error.code), Xml::text("message", &error.message)]),
            ]),
        }
    }
    Ok(Answer::Xml(vec![Xml::list("unsuccessful", "item", unsuccessful)]))
}

fn finish_delete(world: &mut World, region: &str, id: &str) {
    let Some(endpoint) = state::of(world, region).vpc_endpoints.remove(id) else { return };
    for interface in &endpoint.interfaces {
        network_interface::remove(world, region, interface);
    }
    Kind::VPC_ENDPOINT.forget(world, region, id);
}

pub(super) fn describe(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let endpoints = &state::of(world, &call.region).vpc_endpoints;
    let ids = LISTING.candidates(call, endpoints, |filter, value| in_vpc(endpoints, filter, value));
    let shown = ids.iter().map(|id| Xml::new("item").children(members(world, &call.region, id))).collect();
    LISTING.answer(world, call, shown)
}

fn members(world: &mut World, region: &str, id: &str) -> Vec<Xml> {
    let owner = world.settings.account.clone();
    let state: &State = state::of(world, region);
    let Some(endpoint) = state.vpc_endpoints.get(id) else { return Vec::new() };
    let set = |name: &str, ids: &[String]| {
        Xml::new(name).children(ids.iter().map(|id| Xml::text("item", id)).collect::<Vec<_>>())
    };
    let groups = endpoint.groups.iter().map(|id| {
        let name = state.security_groups.get(id).map_or("", |group| group.name.as_str());
        vec![Xml::text("groupId", id), Xml::text("groupName", name)]
    });
    let mut members = vec![
        Xml::text("vpcEndpointId", id),
        Xml::text("vpcEndpointType", endpoint.kind),
        Xml::text("vpcId", &endpoint.vpc),
        Xml::text("serviceName", &endpoint.service),
        Xml::text("state", endpoint.state),
        Xml::text("policyDocument", &endpoint.policy),
        set("routeTableIdSet", &endpoint.route_tables),
        set("subnetIdSet", &endpoint.subnets),
        Xml::list("groupSet", "item", groups),
        Xml::text("privateDnsEnabled", endpoint.private_dns),
        Xml::text("requesterManaged", false),
        set("networkInterfaceIdSet", &endpoint.interfaces),
        Xml::text("creationTimestamp", endpoint.created.iso()),
        Xml::text("ownerId", owner),
        tags::set(state, id),
    ];
    if endpoint.kind == "Interface" {
        members.push(Xml::text("ipAddressType", "ipv4"));
    }
    members
}
