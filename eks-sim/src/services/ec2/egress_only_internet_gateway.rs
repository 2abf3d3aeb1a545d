//! Egress-only internet gateways, through which IPv6 subnets reach out.

use crate::wire::{Answer, AwsError, Call, Xml};
use crate::world::World;

use super::kind::Kind;
use super::listing::Listing;
use super::state::{self, State};
use super::table::Placed;
use super::tags;

/// An egress-only internet gateway.
pub(super) struct EgressOnlyInternetGateway {
    pub(super) vpc: String,
}

impl Placed for EgressOnlyInternetGateway {
    fn place(&self) -> &str {
        &self.vpc
    }
}

const LISTING: Listing = Listing {
    kind: &Kind::EGRESS_ONLY_INTERNET_GATEWAY,
    ids: "EgressOnlyInternetGatewayId",
    id: "egressOnlyInternetGatewayId",
    set: "egressOnlyInternetGatewaySet",
    filters: &[],
    page: 255,
};

pub(super) fn create(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let params = call.params();
    let vpc = params.ec2_required("VpcId")?.to_owned();
    Kind::VPC.find(&state::of(world, &call.region).vpcs, &vpc)?;
    let id = Kind::EGRESS_ONLY_INTERNET_GATEWAY.make(world, call, 0.0);
    Kind::EGRESS_ONLY_INTERNET_GATEWAY.ready(world, &call.region, &id);
    let state = state::of(world, &call.region);
    state.egress_only_internet_gateways.insert(id.clone(), EgressOnlyInternetGateway { vpc });
    let mut answer = vec![Xml::new("egressOnlyInternetGateway").children(members(state, &id))];
    answer.extend(params.get("ClientToken").map(|token| Xml::text("clientToken", token)));
    Ok(Answer::Xml(answer))
}

pub(super) fn delete(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let id = call.params().ec2_required("EgressOnlyInternetGatewayId")?;
    let gateways = &mut state::of(world, &call.region).egress_only_internet_gateways;
    Kind::EGRESS_ONLY_INTERNET_GATEWAY.find(gateways, id)?;
    gateways.remove(id);
    Kind::EGRESS_ONLY_INTERNET_GATEWAY.forget(world, &call.region, id);
    Ok(Answer::Xml(vec![Xml::text("returnCode", true)]))
}

pub(super) fn describe(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let state = state::of(world, &call.region);
    let ids = LISTING.candidates(call, &state.egress_only_internet_gateways, |_, _| None);
    let shown = ids.iter().map(|id| Xml::new("item").children(members(state, id))).collect();
    LISTING.answer(world, call, shown)
}

fn members(state: &State, id: &str) -> Vec<Xml> {
    let vpc = state.egress_only_internet_gateways.get(id).map(|gateway| gateway.vpc.as_str());
    let attachment = |vpc| vec![Xml::text("vpcId", vpc), Xml::text("state", "attached")];
    vec![
        Xml::text("egressOnlyInternetGatewayId", id),
        Xml::list("attachmentSet", "item", vpc.map(attachment)),
        tags::set(state, id),
    ]
}
