//! Listeners: where a load balancer listens, and which target groups it forwards to.

use crate::services::elb::check::page;
use crate::services::elb::tags::{self, Tags};
use crate::services::query::{invalid, number, one_of};
use crate::wire::{Answer, AwsError, Call, Params, Xml};
use crate::world::World;

use super::{load_balancer, not_found, target_group};

/// Its name in the ledger.
const KIND: &str = "AWS::ElasticLoadBalancingV2::Listener";

const PROTOCOLS: [&str; 9] = ["HTTP", "HTTPS", "TCP", "TLS", "UDP", "TCP_UDP", "GENEVE", "QUIC", "TCP_QUIC"];

const ACTIONS: [&str; 6] =
    ["forward", "authenticate-oidc", "authenticate-cognito", "redirect", "fixed-response", "jwt-validation"];

/// A listener.
pub(super) struct Listener {
    /// Its load balancer's ARN.
    pub(super) load_balancer: String,
    pub(super) tags: Tags,
    protocol: String,
    port: i64,
    actions: Vec<Action>,
}

struct Action {
    kind: String,
    target_groups: Vec<String>,
}

impl Action {
    fn read(params: &Params) -> Result<Self, AwsError> {
        params.required("Type")?;
        let kind = one_of(params, "Type", &ACTIONS)?.unwrap_or_default().to_owned();
        let weighted = params.structures("ForwardConfig.TargetGroups.member");
        let weighted = weighted.iter().filter_map(|one| one.get("TargetGroupArn"));
        let mut target_groups: Vec<String> =
            params.get("TargetGroupArn").into_iter().chain(weighted).map(str::to_owned).collect();
        target_groups.dedup();
        if kind == "forward" && target_groups.is_empty() {
            return Err(invalid("A target group ARN must be specified"));
        }
        Ok(Self { kind, target_groups })
    }

    fn describe(&self, at: usize) -> Vec<Xml> {
        let mut members = vec![Xml::text("Type", &self.kind), Xml::text("Order", at + 1)];
        if let [one] = &self.target_groups[..] {
            members.push(Xml::text("TargetGroupArn", one));
        }
        members
    }
}

impl Listener {
    /// Whether a target group is in use by it.
    pub(super) fn forwards_to(&self, target_group: &str) -> bool {
        self.actions.iter().any(|action| action.target_groups.iter().any(|arn| arn == target_group))
    }

    fn describe(&self, arn: &str) -> Vec<Xml> {
        let actions = self.actions.iter().enumerate().map(|(at, action)| action.describe(at));
        vec![
            Xml::text("ListenerArn", arn),
            Xml::text("LoadBalancerArn", &self.load_balancer),
            Xml::text("Port", self.port),
            Xml::text("Protocol", &self.protocol),
            Xml::list("DefaultActions", "member", actions),
        ]
    }
}

/// The listener with this ARN, or the error for one that is not there.
pub(super) fn find<'world>(
    world: &'world mut World,
    region: &str,
    arn: &str,
) -> Result<&'world mut Listener, AwsError> {
    world.region(region).elbv2.listeners.get_mut(arn).ok_or_else(|| not_found("listener"))
}

/// CreateListener.
pub(super) fn create(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let params = call.params();
    let of = params.required("LoadBalancerArn")?.to_owned();
    let protocol = one_of(params, "Protocol", &PROTOCOLS)?;
    let port = number(params, "Port", (1, 65535))?;
    let actions: Vec<Action> =
        params.structures("DefaultActions.member").iter().map(Action::read).collect::<Result<_, _>>()?;
    let tags = tags::read(params)?;
    let kind = load_balancer::find(world, &call.region, &of)?.kind;
    // The texts are from memory (U).
    let (Some(protocol), Some(port)) = (protocol, port) else {
        return Err(invalid("A listener protocol and port must be specified"));
    };
    if protocol.starts_with("HTTP") != (kind == "application") {
        let message =
            format!("Listener protocol '{protocol}' is not supported with a load balancer of type '{kind}'");
        return Err(invalid(message));
    }
    if world.region(&call.region).elbv2.listeners.values().any(|it| it.load_balancer == of && it.port == port)
    {
        let message = "A listener already exists on this port for this load balancer";
        return Err(AwsError::new("DuplicateListener", format!("{message} '{of}'")));
    }
    for group in actions.iter().flat_map(|action| &action.target_groups) {
        target_group::find(world, &call.region, group)?;
        let state = &world.region(&call.region).elbv2;
        if state.balancers_of(group).iter().any(|other| *other != of) {
            let message = format!(
                "The following target groups cannot be associated with more than one load balancer: {group}"
            );
            return Err(AwsError::new("TargetGroupAssociationLimit", message));
        }
    }
    let id = world.hex_id(16);
    let arn = format!("{}/{id}", of.replacen(":loadbalancer/", ":listener/", 1));
    let now = world.now;
    world.ledger.created(KIND, &arn, &call.region, now, 0.0);
    world.ledger.ready(KIND, &arn, &call.region, now);
    let made = Listener { load_balancer: of, tags, protocol: protocol.to_owned(), port, actions };
    let answer = Answer::Xml(vec![Xml::list("Listeners", "member", [made.describe(&arn)])]);
    world.region(&call.region).elbv2.listeners.insert(arn, made);
    Ok(answer)
}

/// DeleteListener.
pub(super) fn delete(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let arn = call.params().required("ListenerArn")?;
    find(world, &call.region, arn)?;
    forget(world, &call.region, arn);
    Ok(Answer::EMPTY)
}

/// Those of a load balancer go with it.
pub(super) fn delete_all(world: &mut World, region: &str, load_balancer: &str) {
    let listeners = world.region(region).elbv2.listeners.iter();
    let own = listeners.filter(|(_, it)| it.load_balancer == load_balancer);
    let arns: Vec<String> = own.map(|(arn, _)| arn.clone()).collect();
    for arn in arns {
        forget(world, region, &arn);
    }
}

fn forget(world: &mut World, region: &str, arn: &str) {
    world.region(region).elbv2.listeners.remove(arn);
    let now = world.now;
    world.ledger.deleted(KIND, arn, region, now);
}

/// DescribeListeners: of a load balancer, or by ARN.
pub(super) fn describe(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let params = call.params();
    let (of, arns) = (params.get("LoadBalancerArn"), params.list("ListenerArns.member"));
    if let Some(load_balancer) = of {
        load_balancer::find(world, &call.region, load_balancer)?;
    } else if arns.is_empty() {
        return Err(invalid("You must specify either listener ARNs or a load balancer ARN"));
    }
    for arn in &arns {
        find(world, &call.region, arn)?;
    }
    let all = &world.region(&call.region).elbv2.listeners;
    let wanted = all.iter().filter(|(arn, it)| {
        of.is_none_or(|of| it.load_balancer == of) && (arns.is_empty() || arns.contains(&arn.as_str()))
    });
    let shown = wanted.map(|(arn, it)| it.describe(arn)).collect();
    page(params, "Listeners", shown)
}
