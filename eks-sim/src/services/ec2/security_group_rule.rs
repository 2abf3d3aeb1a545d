//! Rules of security groups: one rule for each protocol, port range and peer.

use crate::wire::{Answer, AwsError, Call, Params, Xml};
use crate::world::World;

use super::filter::exact;
use super::kind::Kind;
use super::listing::Listing;
use super::state::{self, State};
use super::{security_group, tags};

/// Rules of a group in one direction (VPC user guide, "Amazon VPC quotas").
const MOST: usize = 60;

/// A rule.
#[derive(Clone)]
pub(super) struct Rule {
    pub(super) id: String,
    pub(super) egress: bool,
    /// `tcp`, `udp`, `icmp`, `icmpv6`, a number, or `-1` for all.
    pub(super) protocol: String,
    /// First and last port, or type and code of ICMP.
    pub(super) ports: Option<(i32, i32)>,
    pub(super) peer: Peer,
    pub(super) description: Option<String>,
}

/// Who may send or be sent to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Peer {
    Ipv4(String),
    Ipv6(String),
    Group(String),
    PrefixList(String),
}

impl Peer {
    fn name(&self) -> &str {
        match self {
            Self::Ipv4(name) | Self::Ipv6(name) | Self::Group(name) | Self::PrefixList(name) => name,
        }
    }
}

impl Rule {
    fn same(&self, other: &Self) -> bool {
        self.egress == other.egress
            && self.protocol == other.protocol
            && self.ports == other.ports
            && self.peer == other.peer
    }

    /// As EC2 quotes a rule in its errors.
    fn quoted(&self) -> String {
        let protocol = if self.protocol == "-1" { "ALL".to_owned() } else { self.protocol.to_uppercase() };
        let ports =
            self.ports.map(|(from, to)| format!(", from port: {from}, to port: {to}")).unwrap_or_default();
        format!("peer: {}, {protocol}{ports}, ALLOW", self.peer.name())
    }
}

const LISTING: Listing = Listing {
    kind: &Kind::SECURITY_GROUP_RULE,
    ids: "SecurityGroupRuleId",
    id: "securityGroupRuleId",
    set: "securityGroupRuleSet",
    filters: &[("group-id", "groupId"), ("security-group-rule-id", "securityGroupRuleId")],
    page: 1000,
};

pub(super) fn authorize_ingress(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    authorize(world, call, false)
}

pub(super) fn authorize_egress(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    authorize(world, call, true)
}

fn authorize(world: &mut World, call: &Call, egress: bool) -> Result<Answer, AwsError> {
    let params = call.params();
    let owner = world.settings.account.clone();
    let state = state::of(world, &call.region);
    let group = security_group::named(state, params)?;
    let mut rules = asked(state, params, egress)?;
    if rules.is_empty() {
        return Err(AwsError::new(
            "MissingParameter",
            "The request must contain the parameter ipPermissions",
        ));
    }
    let existing = &Kind::SECURITY_GROUP.find(&state.security_groups, &group)?.rules;
    for (at, rule) in rules.iter().enumerate() {
        if existing.iter().chain(&rules[..at]).any(|other| other.same(rule)) {
            let message = format!("the specified rule \"{}\" already exists", rule.quoted());
            return Err(AwsError::new("InvalidPermission.Duplicate", message));
        }
    }
    if existing.iter().filter(|rule| rule.egress == egress).count() + rules.len() > MOST {
        let message = "The maximum number of rules per security group has been reached.";
        return Err(AwsError::new("RulesPerSecurityGroupLimitExceeded", message));
    }
    for rule in &mut rules {
        rule.id = Kind::SECURITY_GROUP_RULE.make_implicit(world, &call.region);
        let tags = tags::specified(params, Kind::SECURITY_GROUP_RULE.resource_type);
        tags::put(state::of(world, &call.region), &rule.id, tags);
    }
    let state = state::of(world, &call.region);
    Kind::SECURITY_GROUP.find_mut(&mut state.security_groups, &group)?.rules.extend(rules.clone());
    for rule in &rules {
        if let Peer::Group(peer) = &rule.peer
            && let Some(peer) = state.security_groups.get_mut(peer)
        {
            peer.named_by.insert(group.clone());
        }
    }
    let shown = rules.iter().map(|rule| members(state, &call.region, &owner, &group, rule));
    Ok(Answer::Xml(vec![Xml::text("return", true), Xml::list("securityGroupRuleSet", "item", shown)]))
}

pub(super) fn revoke_ingress(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    revoke(world, call, false)
}

pub(super) fn revoke_egress(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    revoke(world, call, true)
}

fn revoke(world: &mut World, call: &Call, egress: bool) -> Result<Answer, AwsError> {
    let params = call.params();
    let state = state::of(world, &call.region);
    let group = security_group::named(state, params)?;
    let ids = params.list("SecurityGroupRuleId");
    let asked = asked(state, params, egress)?;
    let rules = &mut Kind::SECURITY_GROUP.find_mut(&mut state.security_groups, &group)?.rules;
    if let Some(absent) =
        ids.iter().find(|id| rules.iter().all(|rule| rule.id != **id || rule.egress != egress))
    {
        return Err(Kind::SECURITY_GROUP_RULE.missing(absent));
    }
    if asked.iter().any(|wanted| !rules.iter().any(|rule| rule.same(wanted))) {
        let message = "The specified rule does not exist in this security group.";
        return Err(AwsError::new("InvalidPermission.NotFound", message));
    }
    let unwanted =
        |rule: &Rule| ids.contains(&rule.id.as_str()) || asked.iter().any(|wanted| rule.same(wanted));
    let (revoked, kept): (Vec<Rule>, Vec<Rule>) = rules.drain(..).partition(unwanted);
    *rules = kept;
    for rule in &revoked {
        Kind::SECURITY_GROUP_RULE.forget(world, &call.region, &rule.id);
    }
    let shown = revoked.iter().map(|rule| {
        let mut shown = vec![
            Xml::text("securityGroupRuleId", &rule.id),
            Xml::text("groupId", &group),
            Xml::text("isEgress", rule.egress),
        ];
        shown.extend(range(rule));
        shown.push(match &rule.peer {
            Peer::Ipv4(block) => Xml::text("cidrIpv4", block),
            Peer::Ipv6(block) => Xml::text("cidrIpv6", block),
            Peer::PrefixList(list) => Xml::text("prefixListId", list),
            Peer::Group(group) => Xml::text("referencedGroupId", group),
        });
        shown.extend(rule.description.iter().map(|text| Xml::text("description", text)));
        shown
    });
    Ok(Answer::Xml(vec![Xml::text("return", true), Xml::list("revokedSecurityGroupRuleSet", "item", shown)]))
}

pub(super) fn describe(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let owner = world.settings.account.clone();
    let asked = call.params().list(LISTING.ids);
    let filters = exact(call.params());
    let state: &State = state::of(world, &call.region);
    // A rule that is asked for by its id is there, whatever the filters say of it.
    let of_group = filters.iter().find(|(name, _)| name == "group-id" && asked.is_empty());
    let groups: Vec<&String> = match of_group {
        Some((_, ids)) => ids.iter().collect(),
        None => state.security_groups.keys().collect(),
    };
    let shown = groups
        .into_iter()
        .filter_map(|id| state.security_groups.get_key_value(id))
        .flat_map(|(id, group)| group.rules.iter().map(move |rule| (id, rule)))
        .filter(|(_, rule)| asked.is_empty() || asked.contains(&rule.id.as_str()))
        .map(|(id, rule)| Xml::new("item").children(members(state, &call.region, &owner, id, rule)))
        .collect();
    LISTING.answer(world, call, shown)
}

/// The rules that a request names, in the long form or the short one.
fn asked(state: &State, params: &Params, egress: bool) -> Result<Vec<Rule>, AwsError> {
    let mut rules = Vec::new();
    for permission in params.structures("IpPermissions") {
        let (protocol, ports) = protocol_and_ports(&permission)?;
        let mut add = |peer, description: Option<&str>| {
            let description = description.map(str::to_owned);
            let id = String::new();
            rules.push(Rule { id, egress, protocol: protocol.clone(), ports, peer, description });
        };
        for range in permission.structures("IpRanges") {
            add(ipv4(range.ec2_required("CidrIp")?)?, range.get("Description"));
        }
        for range in permission.structures("Ipv6Ranges") {
            add(ipv6(range.ec2_required("CidrIpv6")?)?, range.get("Description"));
        }
        for group in permission.structures("Groups") {
            let id = security_group::named(state, &group)?;
            add(Peer::Group(id), group.get("Description"));
        }
        for list in permission.structures("PrefixListIds") {
            let id = list.ec2_required("PrefixListId")?;
            add(Peer::PrefixList(id.to_owned()), list.get("Description"));
        }
    }
    if params.get("IpProtocol").is_some() {
        let (protocol, ports) = protocol_and_ports(params)?;
        let peer = ipv4(params.ec2_required("CidrIp")?)?;
        rules.push(Rule { id: String::new(), egress, protocol, ports, peer, description: None });
    }
    Ok(rules)
}

type Ports = Option<(i32, i32)>;

fn protocol_and_ports(params: &Params) -> Result<(String, Ports), AwsError> {
    let protocol = match params.ec2_required("IpProtocol")?.to_lowercase().as_str() {
        "6" => "tcp".to_owned(),
        "17" => "udp".to_owned(),
        "1" => "icmp".to_owned(),
        "58" => "icmpv6".to_owned(),
        "all" => "-1".to_owned(),
        other => other.to_owned(),
    };
    let ports = params.number::<i32>("FromPort").zip(params.number::<i32>("ToPort"));
    match (protocol.as_str(), ports) {
        ("tcp" | "udp", None) => {
            let message = "Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange.";
            Err(AwsError::new("InvalidParameterValue", message))
        }
        ("tcp" | "udp", Some((from, to)))
            if !(0..=65535).contains(&from) || !(from..=65535).contains(&to) =>
        {
            let message = format!("Invalid value 'Invalid TCP/UDP port range {from}-{to}' for portRange.");
            Err(AwsError::new("InvalidParameterValue", message))
        }
        ("tcp" | "udp" | "icmp" | "icmpv6", ports) => Ok((protocol, ports)),
        ("-1", _) => Ok((protocol, None)),
        (number, _) if number.parse::<u8>().is_ok() => Ok((protocol, None)),
        (other, _) => {
            let message = format!("Invalid value '{other}' for IP protocol. Unknown protocol.");
            Err(AwsError::new("InvalidParameterValue", message))
        }
    }
}

fn ipv4(text: &str) -> Result<Peer, AwsError> {
    match text.parse::<ipnet::Ipv4Net>() {
        Ok(block) => Ok(Peer::Ipv4(block.trunc().to_string())),
        Err(_) => Err(AwsError::new("InvalidParameterValue", format!("CIDR block {text} is malformed"))),
    }
}

fn ipv6(text: &str) -> Result<Peer, AwsError> {
    match text.parse::<ipnet::Ipv6Net>() {
        Ok(block) => Ok(Peer::Ipv6(block.trunc().to_string())),
        Err(_) => Err(AwsError::new("InvalidParameterValue", format!("CIDR block {text} is malformed"))),
    }
}

/// The rules of one direction, as DescribeSecurityGroups shows them: peers under protocol and ports.
pub(super) fn permissions<'rule>(name: &str, rules: impl Iterator<Item = &'rule Rule>, owner: &str) -> Xml {
    let mut ranges: Vec<Vec<&Rule>> = Vec::new();
    for rule in rules {
        match ranges
            .iter_mut()
            .find(|range| range[0].protocol == rule.protocol && range[0].ports == rule.ports)
        {
            Some(range) => range.push(rule),
            None => ranges.push(vec![rule]),
        }
    }
    Xml::list(name, "item", ranges.iter().map(|rules| permission(rules, owner)))
}

fn permission(rules: &[&Rule], owner: &str) -> Vec<Xml> {
    let peers = |name: &str, shown: &dyn Fn(&Peer) -> Option<Vec<Xml>>| {
        let items = rules.iter().filter_map(|rule| {
            let mut members = shown(&rule.peer)?;
            members.extend(rule.description.iter().map(|text| Xml::text("description", text)));
            Some(members)
        });
        Xml::list(name, "item", items)
    };
    let mut members = range(rules[0]);
    members.extend([
        peers("groups", &|peer| match peer {
            Peer::Group(id) => Some(vec![Xml::text("userId", owner), Xml::text("groupId", id)]),
            _ => None,
        }),
        peers("ipRanges", &|peer| match peer {
            Peer::Ipv4(block) => Some(vec![Xml::text("cidrIp", block)]),
            _ => None,
        }),
        peers("ipv6Ranges", &|peer| match peer {
            Peer::Ipv6(block) => Some(vec![Xml::text("cidrIpv6", block)]),
            _ => None,
        }),
        peers("prefixListIds", &|peer| match peer {
            Peer::PrefixList(id) => Some(vec![Xml::text("prefixListId", id)]),
            _ => None,
        }),
    ]);
    members
}

fn range(rule: &Rule) -> Vec<Xml> {
    let mut members = vec![Xml::text("ipProtocol", &rule.protocol)];
    if let Some((from, to)) = rule.ports {
        members.push(Xml::text("fromPort", from));
        members.push(Xml::text("toPort", to));
    }
    members
}

fn members(state: &State, region: &str, owner: &str, group: &str, rule: &Rule) -> Vec<Xml> {
    let mut members = vec![
        Xml::text("securityGroupRuleId", &rule.id),
        Xml::text("groupId", group),
        Xml::text("groupOwnerId", owner),
        Xml::text("isEgress", rule.egress),
    ];
    members.extend(range(rule));
    if rule.ports.is_none() {
        members.extend([Xml::text("fromPort", -1), Xml::text("toPort", -1)]);
    }
    members.push(match &rule.peer {
        Peer::Ipv4(block) => Xml::text("cidrIpv4", block),
        Peer::Ipv6(block) => Xml::text("cidrIpv6", block),
        Peer::PrefixList(list) => Xml::text("prefixListId", list),
        Peer::Group(peer) => {
            Xml::new("referencedGroupInfo").children([Xml::text("groupId", peer), Xml::text("userId", owner)])
        }
    });
    members.extend(rule.description.iter().map(|text| Xml::text("description", text)));
    members.push(tags::set(state, &rule.id));
    let arn = format!("arn:aws:ec2:{region}:{owner}:security-group-rule/{}", rule.id);
    members.push(Xml::text("securityGroupRuleArn", arn));
    members
}
