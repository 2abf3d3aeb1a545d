//! Internet gateways.

use crate::wire::{Answer, AwsError, Call, Xml};
use crate::world::World;

use super::kind::Kind;
use super::listing::Listing;
use super::state::{self, State};
use super::vpc::done;
use super::{network_interface, tags};

/// An internet gateway.
pub(super) struct InternetGateway {
    /// Where it is attached.
    pub(super) vpc: Option<String>,
}

const LISTING: Listing = Listing {
    kind: &Kind::INTERNET_GATEWAY,
    ids: "InternetGatewayId",
    id: "internetGatewayId",
    set: "internetGatewaySet",
    filters: &[
        ("attachment.state", "attachmentSet/item/state"),
        ("attachment.vpc-id", "attachmentSet/item/vpcId"),
        ("internet-gateway-id", "internetGatewayId"),
        ("owner-id", "ownerId"),
    ],
    page: 1000,
};

pub(super) fn create(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    if state::of(world, &call.region).internet_gateways.len() >= world.settings.quotas.internet_gateways {
        let message = "The maximum number of internet gateways has been reached.";
        return Err(AwsError::new("InternetGatewayLimitExceeded", message));
    }
    let id = Kind::INTERNET_GATEWAY.make(world, call, 0.0);
    Kind::INTERNET_GATEWAY.ready(world, &call.region, &id);
    let gateway = InternetGateway { vpc: None };
    state::of(world, &call.region).internet_gateways.insert(id.clone(), gateway);
    Ok(Answer::Xml(vec![Xml::new("internetGateway").children(members(world, &call.region, &id))]))
}

pub(super) fn make_default(world: &mut World, region: &str, vpc: &str) -> String {
    let id = Kind::INTERNET_GATEWAY.make_implicit(world, region);
    let gateway = InternetGateway { vpc: Some(vpc.to_owned()) };
    let state = state::of(world, region);
    state.internet_gateways.insert(id.clone(), gateway);
    if let Some(vpc) = state.vpcs.get_mut(vpc) {
        vpc.internet_gateway = Some(id.clone());
    }
    id
}

pub(super) fn delete(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let id = call.params().ec2_required("InternetGatewayId")?;
    let gateways = &mut state::of(world, &call.region).internet_gateways;
    if Kind::INTERNET_GATEWAY.find(gateways, id)?.vpc.is_some() {
        let message = format!("The internetGateway '{id}' has dependencies and cannot be deleted.");
        return Err(AwsError::new("DependencyViolation", message));
    }
    gateways.remove(id);
    Kind::INTERNET_GATEWAY.forget(world, &call.region, id);
    Ok(done())
}

pub(super) fn describe(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let state: &State = state::of(world, &call.region);
    let ids = LISTING.candidates(call, &state.internet_gateways, |filter, value| {
        let attached = || state.vpcs.get(value).and_then(|vpc| vpc.internet_gateway.as_ref());
        (filter == "attachment.vpc-id").then(|| attached().into_iter().collect())
    });
    let shown = ids.iter().map(|id| Xml::new("item").children(members(world, &call.region, id))).collect();
    LISTING.answer(world, call, shown)
}

pub(super) fn attach(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let id = call.params().ec2_required("InternetGatewayId")?;
    let vpc = call.params().ec2_required("VpcId")?;
    let state = state::of(world, &call.region);
    let gateway = Kind::INTERNET_GATEWAY.find(&state.internet_gateways, id)?;
    Kind::VPC.find(&state.vpcs, vpc)?;
    if let Some(attached) = &gateway.vpc {
        let message = format!("resource {id} is already attached to network {attached}");
        return Err(AwsError::new("Resource.AlreadyAssociated", message));
    }
    if of_vpc(state, vpc).is_some() {
        let message = format!("Network {vpc} already has an internet gateway attached");
        return Err(AwsError::new("InvalidParameterValue", message));
    }
    Kind::INTERNET_GATEWAY.find_mut(&mut state.internet_gateways, id)?.vpc = Some(vpc.to_owned());
    Kind::VPC.find_mut(&mut state.vpcs, vpc)?.internet_gateway = Some(id.to_owned());
    Ok(done())
}

pub(super) fn detach(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let id = call.params().ec2_required("InternetGatewayId")?;
    let vpc = call.params().ec2_required("VpcId")?;
    let state = state::of(world, &call.region);
    let gateway = Kind::INTERNET_GATEWAY.find(&state.internet_gateways, id)?;
    Kind::VPC.find(&state.vpcs, vpc)?;
    if gateway.vpc.as_deref() != Some(vpc) {
        let message = format!("resource {id} is not attached to network {vpc}");
        return Err(AwsError::new("Gateway.NotAttached", message));
    }
    if network_interface::in_vpc(state, vpc).any(|(_, interface)| interface.public_address.is_some()) {
        // facts/aws.md §2.10
        let message = format!(
            "Network {vpc} has some mapped public address(es). Please unmap those public address(es) before \
             detaching the gateway."
        );
        return Err(AwsError::new("DependencyViolation", message));
    }
    Kind::INTERNET_GATEWAY.find_mut(&mut state.internet_gateways, id)?.vpc = None;
    Kind::VPC.find_mut(&mut state.vpcs, vpc)?.internet_gateway = None;
    Ok(done())
}

/// The gateway that is attached to `vpc`.
pub(super) fn of_vpc<'state>(state: &'state State, vpc: &str) -> Option<&'state str> {
    state.vpcs.get(vpc)?.internet_gateway.as_deref()
}

fn members(world: &mut World, region: &str, id: &str) -> Vec<Xml> {
    let owner = world.settings.account.clone();
    let state: &State = state::of(world, region);
    let vpc = state.internet_gateways.get(id).and_then(|gateway| gateway.vpc.as_deref());
    // EC2 says `available` of an attached gateway, which is not among the model's values.
    let attachment = |vpc| vec![Xml::text("vpcId", vpc), Xml::text("state", "available")];
    vec![
        Xml::text("internetGatewayId", id),
        Xml::text("ownerId", owner),
        Xml::list("attachmentSet", "item", vpc.map(attachment)),
        tags::set(state, id),
    ]
}
