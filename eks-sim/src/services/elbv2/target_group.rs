//! Target groups, without their targets.

use crate::services::elb::check::{self, page};
use crate::services::elb::tags::{self, Tags};
use crate::services::query::{invalid, number, one_of};
use crate::wire::{Answer, AwsError, Call, Params, Xml};
use crate::world::World;

use super::{State, arn, load_balancer, not_found};

/// Its name in the ledger.
const KIND: &str = "AWS::ElasticLoadBalancingV2::TargetGroup";

const PROTOCOLS: [&str; 9] = ["HTTP", "HTTPS", "TCP", "TLS", "UDP", "TCP_UDP", "GENEVE", "QUIC", "TCP_QUIC"];

/// A target group.
pub(super) struct TargetGroup {
    pub(super) tags: Tags,
    name: String,
    settings: Settings,
}

#[derive(Clone, PartialEq, Eq)]
struct Settings {
    protocol: Option<String>,
    port: Option<i64>,
    vpc: Option<String>,
    target_type: String,
    ip_address_type: String,
    health_check_protocol: String,
    health_check_port: String,
}

impl Settings {
    fn read(params: &Params) -> Result<Self, AwsError> {
        let target_type =
            one_of(params, "TargetType", &["instance", "ip", "lambda", "alb"])?.unwrap_or("instance");
        let protocol = one_of(params, "Protocol", &PROTOCOLS)?.map(str::to_owned);
        let port = number(params, "Port", (1, 65535))?;
        let vpc = params.get("VpcId").map(str::to_owned);
        // The texts are from memory (U).
        for (what, is_there) in
            [("protocol", protocol.is_some()), ("port", port.is_some()), ("VPC ID", vpc.is_some())]
        {
            if target_type != "lambda" && !is_there {
                return Err(invalid(format!("A {what} must be specified")));
            }
        }
        let is_http = protocol.as_deref().is_some_and(|it| it.starts_with("HTTP"));
        let health_check_protocol = one_of(params, "HealthCheckProtocol", &PROTOCOLS)?;
        Ok(Self {
            protocol,
            port,
            vpc,
            target_type: target_type.to_owned(),
            ip_address_type: one_of(params, "IpAddressType", &["ipv4", "ipv6"])?.unwrap_or("ipv4").to_owned(),
            health_check_protocol: health_check_protocol
                .unwrap_or(if is_http { "HTTP" } else { "TCP" })
                .to_owned(),
            health_check_port: params.get("HealthCheckPort").unwrap_or("traffic-port").to_owned(),
        })
    }
}

/// The target group with this ARN, or the error for one that is not there.
pub(super) fn find<'world>(
    world: &'world mut World,
    region: &str,
    arn: &str,
) -> Result<&'world mut TargetGroup, AwsError> {
    world.region(region).elbv2.target_groups.get_mut(arn).ok_or_else(|| not_found("target group"))
}

/// CreateTargetGroup: the same again is no duplicate (API reference).
pub(super) fn create(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let params = call.params();
    let name = params.required("Name")?;
    check::name("Target group", name)?;
    let settings = Settings::read(params)?;
    let tags = tags::read(params)?;
    if let Some(vpc) = &settings.vpc {
        let params = Params::new().set("VpcId.1", vpc);
        let service = crate::wire::Service::Ec2;
        let found = world.call_internal(
            "elasticloadbalancing.amazonaws.com",
            service,
            &call.region,
            "DescribeVpcs",
            params,
        );
        found.map_err(|_| invalid(format!("The VPC ID '{vpc}' is not found")))?;
    }
    let state = &world.region(&call.region).elbv2;
    if let Some((arn, there)) = state.target_groups.iter().find(|(_, it)| it.name == name) {
        if there.settings == settings && there.tags == tags {
            return Ok(shown(state, arn, there));
        }
        let message =
            format!("A target group with the same name '{name}' exists, but with different settings");
        return Err(AwsError::new("DuplicateTargetGroupName", message));
    }
    let id = world.hex_id(16);
    let arn = arn(world, &call.region, &format!("targetgroup/{name}/{id}"));
    let now = world.now;
    world.ledger.created(KIND, &arn, &call.region, now, 0.0);
    world.ledger.ready(KIND, &arn, &call.region, now);
    let made = TargetGroup { tags, name: name.to_owned(), settings };
    let state = &mut world.region(&call.region).elbv2;
    let answer = shown(state, &arn, &made);
    state.target_groups.insert(arn, made);
    Ok(answer)
}

fn shown(state: &State, arn: &str, group: &TargetGroup) -> Answer {
    Answer::Xml(vec![Xml::list("TargetGroups", "member", [group.describe(state, arn)])])
}

/// DeleteTargetGroup: unless a listener needs it. One that is not there is as good: no error for that is modelled.
pub(super) fn delete(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let arn = call.params().required("TargetGroupArn")?;
    let state = &mut world.region(&call.region).elbv2;
    if state.listeners.values().any(|listener| listener.forwards_to(arn)) {
        let message = format!("Target group '{arn}' is currently in use by a listener or a rule");
        return Err(AwsError::new("ResourceInUse", message));
    }
    if state.target_groups.remove(arn).is_some() {
        let now = world.now;
        world.ledger.deleted(KIND, arn, &call.region, now);
    }
    Ok(Answer::EMPTY)
}

/// DescribeTargetGroups: by ARN, by name, of a load balancer, or all.
pub(super) fn describe(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let params = call.params();
    let (arns, names) = (params.list("TargetGroupArns.member"), params.list("Names.member"));
    let of = params.get("LoadBalancerArn");
    if let Some(load_balancer) = of {
        load_balancer::find(world, &call.region, load_balancer)?;
    }
    let state = &world.region(&call.region).elbv2;
    let all = &state.target_groups;
    let is_named = |name: &&str| all.values().any(|group| group.name == **name);
    if arns.iter().any(|arn| !all.contains_key(*arn)) || !names.iter().all(is_named) {
        return Err(not_found("target group"));
    }
    let wanted = all.iter().filter(|(arn, group)| {
        (arns.is_empty() || arns.contains(&arn.as_str()))
            && (names.is_empty() || names.contains(&group.name.as_str()))
            && of.is_none_or(|of| state.balancers_of(arn).contains(&of))
    });
    let shown = wanted.map(|(arn, group)| group.describe(state, arn)).collect();
    page(params, "TargetGroups", shown)
}

impl State {
    /// The load balancers that forward to a target group.
    pub(super) fn balancers_of(&self, target_group: &str) -> Vec<&str> {
        let mut of: Vec<&str> = self
            .listeners
            .values()
            .filter(|listener| listener.forwards_to(target_group))
            .map(|listener| listener.load_balancer.as_str())
            .collect();
        of.sort_unstable();
        of.dedup();
        of
    }
}

impl TargetGroup {
    fn describe(&self, state: &State, arn: &str) -> Vec<Xml> {
        let settings = &self.settings;
        let mut members = vec![
            Xml::text("TargetGroupArn", arn),
            Xml::text("TargetGroupName", &self.name),
            Xml::text("HealthCheckProtocol", &settings.health_check_protocol),
            Xml::text("HealthCheckPort", &settings.health_check_port),
            Xml::text("HealthCheckEnabled", true),
            Xml::text("HealthCheckIntervalSeconds", 30),
            Xml::text("HealthCheckTimeoutSeconds", 10),
            Xml::text("HealthyThresholdCount", 5),
            Xml::text("UnhealthyThresholdCount", 2),
            Xml::texts("LoadBalancerArns", "member", state.balancers_of(arn)),
            Xml::text("TargetType", &settings.target_type),
            Xml::text("IpAddressType", &settings.ip_address_type),
        ];
        members.extend(settings.protocol.iter().map(|protocol| Xml::text("Protocol", protocol)));
        members.extend(settings.port.map(|port| Xml::text("Port", port)));
        members.extend(settings.vpc.iter().map(|vpc| Xml::text("VpcId", vpc)));
        members
    }
}
