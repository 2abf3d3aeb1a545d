//! Security groups. Their rules are in `security_group_rule`.

use std::collections::BTreeSet;

use crate::wire::{Answer, AwsError, Call, Params, Xml};
use crate::world::World;

use super::kind::Kind;
use super::listing::{Listing, in_vpc};
use super::security_group_rule::{Peer, Rule, permissions};
use super::state::{self, State};
use super::table::Placed;
use super::{network_interface, tags};

/// Security groups in a VPC (facts/aws.md §3.2).
const MOST: usize = 500;

/// A security group.
pub(super) struct SecurityGroup {
    pub(super) vpc: String,
    pub(super) name: String,
    description: String,
    pub(super) rules: Vec<Rule>,
    /// The groups whose rules have ever named it.
    pub(super) named_by: BTreeSet<String>,
}

impl Placed for SecurityGroup {
    fn place(&self) -> &str {
        &self.vpc
    }
}

const LISTING: Listing = Listing {
    kind: &Kind::SECURITY_GROUP,
    ids: "GroupId",
    id: "groupId",
    set: "securityGroupInfo",
    filters: &[
        ("description", "groupDescription"),
        ("egress.ip-permission.cidr", "ipPermissionsEgress/item/ipRanges/item/cidrIp"),
        ("egress.ip-permission.from-port", "ipPermissionsEgress/item/fromPort"),
        ("egress.ip-permission.group-id", "ipPermissionsEgress/item/groups/item/groupId"),
        ("egress.ip-permission.protocol", "ipPermissionsEgress/item/ipProtocol"),
        ("egress.ip-permission.to-port", "ipPermissionsEgress/item/toPort"),
        ("group-id", "groupId"),
        ("group-name", "groupName"),
        ("ip-permission.cidr", "ipPermissions/item/ipRanges/item/cidrIp"),
        ("ip-permission.from-port", "ipPermissions/item/fromPort"),
        ("ip-permission.group-id", "ipPermissions/item/groups/item/groupId"),
        ("ip-permission.protocol", "ipPermissions/item/ipProtocol"),
        ("ip-permission.to-port", "ipPermissions/item/toPort"),
        ("owner-id", "ownerId"),
        ("vpc-id", "vpcId"),
    ],
    page: 1000,
};

pub(super) fn create(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let params = call.params();
    let (name, description) = (params.ec2_required("GroupName")?, params.ec2_required("GroupDescription")?);
    let state = state::of(world, &call.region);
    let vpc = match params.get("VpcId") {
        Some(vpc) => vpc.to_owned(),
        None => default_vpc(state)?,
    };
    Kind::VPC.find(&state.vpcs, &vpc)?;
    for (member, text) in [("groupName", name), ("groupDescription", description)] {
        // The characters that the API reference allows.
        let legal =
            |letter: char| letter.is_ascii_alphanumeric() || " ._-:/()#,@[]+=&;{}!$*".contains(letter);
        if text.chars().count() > 255 || !text.chars().all(legal) {
            let message = format!(
                "Value ({text}) for parameter {member} is invalid. Character sets beyond ASCII are not supported."
            );
            return Err(AwsError::new("InvalidParameterValue", message));
        }
    }
    if name.starts_with("sg-") {
        let message = format!(
            "Value ({name}) for parameter groupName is invalid. Group names may not be in the format sg-*."
        );
        return Err(AwsError::new("InvalidParameterValue", message));
    }
    let siblings = || state.security_groups.in_place(&vpc).map(|(_, group)| group);
    if siblings().any(|group| group.name == name) {
        let message = format!("The security group '{name}' already exists for VPC '{vpc}'");
        return Err(AwsError::new("InvalidGroup.Duplicate", message));
    }
    if siblings().count() >= MOST {
        let message = format!("The maximum number of security groups for VPC '{vpc}' has been reached.");
        return Err(AwsError::new("SecurityGroupLimitExceeded", message));
    }
    let (name, description) = (name.to_owned(), description.to_owned());
    let id = Kind::SECURITY_GROUP.make(world, call, 0.0);
    Kind::SECURITY_GROUP.ready(world, &call.region, &id);
    let rules = vec![everything(world, &call.region, true, Peer::Ipv4("0.0.0.0/0".to_owned()))];
    let owner = world.settings.account.clone();
    let state = state::of(world, &call.region);
    state
        .security_groups
        .insert(id.clone(), SecurityGroup { vpc, name, description, rules, named_by: BTreeSet::new() });
    Ok(Answer::Xml(vec![
        Xml::text("return", true),
        Xml::text("groupId", &id),
        tags::set(state, &id),
        Xml::text("securityGroupArn", arn(&call.region, &owner, &id)),
    ]))
}

/// The group that a VPC is born with.
pub(super) fn make_default(world: &mut World, region: &str, vpc: &str) {
    let id = Kind::SECURITY_GROUP.make_implicit(world, region);
    let rules = vec![
        everything(world, region, false, Peer::Group(id.clone())),
        everything(world, region, true, Peer::Ipv4("0.0.0.0/0".to_owned())),
    ];
    let group = SecurityGroup {
        vpc: vpc.to_owned(),
        name: "default".to_owned(),
        description: "default VPC security group".to_owned(),
        rules,
        named_by: BTreeSet::new(),
    };
    state::of(world, region).security_groups.insert(id, group);
}

fn everything(world: &mut World, region: &str, egress: bool, peer: Peer) -> Rule {
    let id = Kind::SECURITY_GROUP_RULE.make_implicit(world, region);
    Rule { id, egress, protocol: "-1".to_owned(), ports: None, peer, description: None }
}

pub(super) fn delete(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let state = state::of(world, &call.region);
    let id = named(state, call.params())?;
    let group = Kind::SECURITY_GROUP.find(&state.security_groups, &id)?;
    if group.name == "default" {
        let message = format!("the specified group: \"{id}\" name: \"default\" cannot be deleted by a user");
        return Err(AwsError::new("CannotDelete", message));
    }
    let used =
        network_interface::in_vpc(state, &group.vpc).any(|(_, interface)| interface.groups.contains(&id));
    let peer = Peer::Group(id.clone());
    let mut others = group.named_by.iter().filter(|other| **other != id);
    let named_by_others = others.any(|other| {
        let naming = state.security_groups.get(other);
        naming.is_some_and(|naming| naming.rules.iter().any(|rule| rule.peer == peer))
    });
    if used || named_by_others {
        let message = format!("resource {id} has a dependent object");
        return Err(AwsError::new("DependencyViolation", message));
    }
    let rules = state.security_groups.remove(&id).map(|group| group.rules).unwrap_or_default();
    for rule in rules {
        Kind::SECURITY_GROUP_RULE.forget(world, &call.region, &rule.id);
    }
    Kind::SECURITY_GROUP.forget(world, &call.region, &id);
    Ok(Answer::Xml(vec![Xml::text("return", true), Xml::text("groupId", id)]))
}

pub(super) fn describe(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let owner = world.settings.account.clone();
    let names: Vec<String> = call.params().list("GroupName").into_iter().map(str::to_owned).collect();
    let state = state::of(world, &call.region);
    let default_vpc = default_vpc(state).ok();
    let by_name = |name: &str| default_vpc.as_ref().is_some_and(|vpc| of_name(state, vpc, name).is_some());
    if let Some(absent) = names.iter().find(|name| !by_name(name)) {
        let vpc = default_vpc.unwrap_or_default();
        let message = format!("The security group '{absent}' does not exist in default VPC '{vpc}'");
        return Err(AwsError::new("InvalidGroup.NotFound", message));
    }
    let groups = &state.security_groups;
    let candidates = LISTING.candidates(call, groups, |filter, value| in_vpc(groups, filter, value));
    let shown = candidates
        .iter()
        .filter_map(|id| state.security_groups.get_key_value(id))
        .filter(|(_, group)| {
            names.is_empty() || (names.contains(&group.name) && Some(&group.vpc) == default_vpc.as_ref())
        })
        .map(|(id, group)| Xml::new("item").children(members(state, &call.region, &owner, id, group)))
        .collect();
    LISTING.answer(world, call, shown)
}

fn default_vpc(state: &State) -> Result<String, AwsError> {
    state.default_vpc.clone().ok_or_else(|| {
        AwsError::new(
            "VPCIdNotSpecified",
            "No default VPC for this user. GroupName is only supported for EC2-Classic and default VPC.",
        )
    })
}

/// The id of the group in `vpc` that has this name.
fn of_name<'state>(state: &'state State, vpc: &str, name: &str) -> Option<&'state String> {
    state.security_groups.in_place(vpc).find(|(_, group)| group.name == name).map(|(id, _)| id)
}

/// The group that a request names by id, or by name in the default VPC.
pub(super) fn named(state: &State, params: &Params) -> Result<String, AwsError> {
    if let Some(id) = params.get("GroupId") {
        Kind::SECURITY_GROUP.find(&state.security_groups, id)?;
        return Ok(id.to_owned());
    }
    let Some(name) = params.get("GroupName") else {
        let message = "The request must contain the parameter groupName or groupId";
        return Err(AwsError::new("MissingParameter", message));
    };
    let vpc = default_vpc(state)?;
    of_name(state, &vpc, name).cloned().ok_or_else(|| {
        let message = format!("The security group '{name}' does not exist in default VPC '{vpc}'");
        AwsError::new("InvalidGroup.NotFound", message)
    })
}

/// The groups for an interface in `subnet`: those asked for, or the VPC's default one.
pub(super) fn checked(state: &State, asked: &[&str], subnet: &str) -> Result<Vec<String>, AwsError> {
    let vpc = &Kind::SUBNET.find(&state.subnets, subnet)?.vpc;
    if asked.is_empty() {
        return Ok(of_name(state, vpc, "default").into_iter().cloned().collect());
    }
    for id in asked {
        if Kind::SECURITY_GROUP.find(&state.security_groups, id)?.vpc != *vpc {
            let message = format!("Security group {id} and subnet {subnet} belong to different networks.");
            return Err(AwsError::new("InvalidParameter", message));
        }
    }
    Ok(asked.iter().map(|id| (*id).to_owned()).collect())
}

/// The element `groupSet` of what has security groups.
pub(super) fn set(state: &State, ids: &[String]) -> Xml {
    let name = |id: &String| state.security_groups.get(id).map_or("", |group| group.name.as_str()).to_owned();
    let groups = ids.iter().map(|id| vec![Xml::text("groupId", id), Xml::text("groupName", name(id))]);
    Xml::list("groupSet", "item", groups)
}

fn arn(region: &str, owner: &str, id: &str) -> String {
    format!("arn:aws:ec2:{region}:{owner}:security-group/{id}")
}

fn members(state: &State, region: &str, owner: &str, id: &str, group: &SecurityGroup) -> Vec<Xml> {
    vec![
        Xml::text("groupId", id),
        Xml::text("groupName", &group.name),
        Xml::text("groupDescription", &group.description),
        Xml::text("ownerId", owner),
        Xml::text("vpcId", &group.vpc),
        Xml::text("securityGroupArn", arn(region, owner, id)),
        permissions("ipPermissions", group.rules.iter().filter(|rule| !rule.egress), owner),
        permissions("ipPermissionsEgress", group.rules.iter().filter(|rule| rule.egress), owner),
        tags::set(state, id),
    ]
}
