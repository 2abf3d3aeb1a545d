//! Service-linked roles: made on a service's first use (facts/aws.md §11.2).

use std::collections::{BTreeMap, BTreeSet};

use crate::wire::{Answer, AwsError, Params, Xml};
use crate::world::World;

use super::role::{self, KIND, Role};
use super::tags::Tags;
use super::{arn, created, unique_id};

/// A service, its role and the role's policy.
struct Linked(&'static str, &'static str, &'static str);

const LINKED: &[Linked] = &[
    Linked("eks.amazonaws.com", "AWSServiceRoleForAmazonEKS", "AmazonEKSServiceRolePolicy"),
    Linked(
        "eks-nodegroup.amazonaws.com",
        "AWSServiceRoleForAmazonEKSNodegroup",
        "AWSServiceRoleForAmazonEKSNodegroup",
    ),
    Linked(
        "eks-fargate.amazonaws.com",
        "AWSServiceRoleForAmazonEKSForFargate",
        "AmazonEKSForFargateServiceRolePolicy",
    ),
    Linked("autoscaling.amazonaws.com", "AWSServiceRoleForAutoScaling", "AutoScalingServiceRolePolicy"),
    Linked("spot.amazonaws.com", "AWSServiceRoleForEC2Spot", "AWSEC2SpotServiceRolePolicy"),
    Linked(
        "elasticloadbalancing.amazonaws.com",
        "AWSServiceRoleForElasticLoadBalancing",
        "AWSElasticLoadBalancingServiceRolePolicy",
    ),
];

pub(super) fn create(world: &mut World, params: &Params) -> Result<Answer, AwsError> {
    let service = params.required("AWSServiceName")?;
    let Some(Linked(_, name, policy)) = LINKED.iter().find(|linked| linked.0 == service) else {
        let message = format!("Service name {service} is not supported for creating service-linked roles.");
        return Err(AwsError::new("InvalidInput", message));
    };
    if params.get("CustomSuffix").is_some() {
        let message = format!("Custom suffix is not allowed for {service}");
        return Err(AwsError::new("InvalidInput", message));
    }
    if world.iam.roles.contains_key(*name) {
        let message = format!(
            "Service role name {name} has been taken in this account, please try a different suffix."
        );
        return Err(AwsError::new("InvalidInput", message));
    }
    let path = format!("/aws-service-role/{service}/");
    let trust = serde_json::json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Principal": {"Service": [service]},
            "Action": ["sts:AssumeRole"],
        }],
    });
    let role = Role {
        arn: arn(world, "role", &path, name),
        path,
        id: unique_id(world, "AROA"),
        created: world.now,
        effective: role::effective(world, name),
        trust: trust.to_string(),
        description: params.get("Description").map(str::to_owned),
        session_seconds: 3600,
        boundary: None,
        tags: Tags::new(),
        attached: vec![format!("arn:aws:iam::aws:policy/aws-service-role/{policy}")],
        inline: BTreeMap::new(),
        instance_profiles: BTreeSet::new(),
    };
    let shown = Xml::new("Role").children(role::members(name, &role));
    world.iam.roles.insert((*name).to_owned(), role);
    created(world, KIND, name);
    Ok(Answer::Xml(vec![shown]))
}
