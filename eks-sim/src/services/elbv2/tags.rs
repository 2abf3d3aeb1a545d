//! Tags of load balancers, target groups and listeners.

use crate::services::elb::tags::{Tags, description, merge, read};
use crate::services::query::invalid;
use crate::wire::{Answer, AwsError, Call, Xml};
use crate::world::World;

use super::{listener, load_balancer, target_group};

/// The most resources of one DescribeTags (API reference).
const MOST_ARNS: usize = 20;

fn find<'world>(world: &'world mut World, region: &str, arn: &str) -> Result<&'world mut Tags, AwsError> {
    // `arn:aws:elasticloadbalancing:us-west-2:123456789012:targetgroup/web/73e2d6bc24d8a067`
    match arn.splitn(6, ':').nth(5).and_then(|rest| rest.split('/').next()) {
        Some("loadbalancer") => load_balancer::find(world, region, arn).map(|it| &mut it.tags),
        Some("targetgroup") => target_group::find(world, region, arn).map(|it| &mut it.tags),
        Some("listener") => listener::find(world, region, arn).map(|it| &mut it.tags),
        // The text is from memory (U).
        _ => Err(invalid(format!("'{arn}' is not a valid resource ARN"))),
    }
}

/// DescribeTags.
pub(super) fn describe(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let arns = call.params().list("ResourceArns.member");
    if arns.len() > MOST_ARNS {
        return Err(invalid(format!("Up to {MOST_ARNS} resources can be specified")));
    }
    let mut descriptions = Vec::new();
    for arn in arns {
        let of = Xml::text("ResourceArn", arn);
        descriptions.push(description(of, find(world, &call.region, arn)?));
    }
    Ok(Answer::Xml(vec![Xml::list("TagDescriptions", "member", descriptions)]))
}

/// AddTags: to all of them or none.
pub(super) fn add(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let more = read(call.params())?;
    let arns = call.params().list("ResourceArns.member");
    for arn in &arns {
        merge(&mut find(world, &call.region, arn)?.clone(), &more)?;
    }
    for arn in &arns {
        merge(find(world, &call.region, arn)?, &more)?;
    }
    Ok(Answer::EMPTY)
}

/// RemoveTags.
pub(super) fn remove(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let arns = call.params().list("ResourceArns.member");
    for arn in &arns {
        find(world, &call.region, arn)?;
    }
    for arn in &arns {
        let tags = find(world, &call.region, arn)?;
        for key in call.params().list("TagKeys.member") {
            tags.remove(key);
        }
    }
    Ok(Answer::EMPTY)
}
