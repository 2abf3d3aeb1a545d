//! Attributes of load balancers: protection against deletion, and the others that are kept and change nothing here.

use std::collections::BTreeMap;

use crate::services::query::{breach, invalid};
use crate::wire::{Answer, AwsError, Call, Xml};
use crate::world::World;

use super::load_balancer::{self, LoadBalancer};

pub(super) const DELETION_PROTECTION: &str = "deletion_protection.enabled";

/// The most attributes of one request (service model: LoadBalancerAttributes).
const MOST: usize = 20;

/// Of every kind, with the values that they are born with (API reference of LoadBalancerAttribute).
const OF_ALL: [(&str, &str); 5] = [
    (DELETION_PROTECTION, "false"),
    ("load_balancing.cross_zone.enabled", "false"),
    ("access_logs.s3.enabled", "false"),
    ("access_logs.s3.bucket", ""),
    ("access_logs.s3.prefix", ""),
];

/// Of application load balancers.
const OF_APPLICATION: [(&str, &str); 5] = [
    ("idle_timeout.timeout_seconds", "60"),
    ("routing.http.drop_invalid_header_fields.enabled", "false"),
    ("routing.http2.enabled", "true"),
    ("routing.http.desync_mitigation_mode", "defensive"),
    ("waf.fail_open.enabled", "false"),
];

/// What a load balancer of a kind is born with. Application load balancers always balance across zones.
pub(super) fn defaults(kind: &str) -> BTreeMap<&'static str, String> {
    let own: &[(&str, &str)] = if kind == "application" { &OF_APPLICATION } else { &[] };
    let mut attributes: BTreeMap<_, _> =
        OF_ALL.iter().chain(own).map(|(key, value)| (*key, (*value).to_owned())).collect();
    if kind == "application" {
        attributes.insert("load_balancing.cross_zone.enabled", "true".to_owned());
    }
    attributes
}

/// DescribeLoadBalancerAttributes.
pub(super) fn describe(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let arn = call.params().required("LoadBalancerArn")?;
    Ok(shown(load_balancer::find(world, &call.region, arn)?))
}

/// ModifyLoadBalancerAttributes: all of them or none.
pub(super) fn modify(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let arn = call.params().required("LoadBalancerArn")?;
    let wanted = call.params().structures("Attributes.member");
    if wanted.len() > MOST {
        let rule = format!("Member must have length less than or equal to {MOST}");
        return Err(breach("[…]", "Attributes", &rule));
    }
    let there = load_balancer::find(world, &call.region, arn)?;
    let mut attributes = there.attributes.clone();
    for attribute in &wanted {
        let (key, value) =
            (attribute.get("Key").unwrap_or_default(), attribute.get("Value").unwrap_or_default());
        // The texts are from memory (U).
        let Some(known) = attributes.get_mut(key) else {
            return Err(invalid(format!("Load balancer attribute key '{key}' is not recognized")));
        };
        if key.ends_with(".enabled") && !["true", "false"].contains(&value) {
            let message = format!("Load balancer attribute value '{value}' is invalid for key '{key}'");
            return Err(AwsError::new("InvalidConfigurationRequest", message));
        }
        *known = value.to_owned();
    }
    there.attributes = attributes;
    Ok(shown(there))
}

fn shown(of: &LoadBalancer) -> Answer {
    let attribute = |(key, value): (&&str, &String)| vec![Xml::text("Key", key), Xml::text("Value", value)];
    Answer::Xml(vec![Xml::list("Attributes", "member", of.attributes.iter().map(attribute))])
}
