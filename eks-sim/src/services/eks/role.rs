//! Whether a role can be used: it exists, trusts the right service, has its policies, and has got about
//! (facts/aws.md §2.3, §11.2).

use percent_encoding::percent_decode_str;

use super::error::invalid_parameter;
use crate::instant::Instant;
use crate::timing::Timing;
use crate::wire::{AwsError, Params, Service, Xml};
use crate::world::World;

/// A role as IAM describes it.
struct Role {
    trust: String,
    policies: Vec<String>,
}

impl Role {
    fn trusts(&self, principal: &str) -> bool {
        self.trust.contains(&format!("\"{principal}\""))
    }

    fn has_policy(&self, name: &str) -> bool {
        self.policies.iter().any(|policy| policy == name)
    }
}

/// Of a cluster.
pub(super) fn check_cluster(world: &mut World, arn: &str) -> Result<(), AwsError> {
    let Some(role) = find(world, arn)? else {
        return Err(invalid_parameter(format!(
            "Role with arn: {arn}, could not be assumed because it does not exist or the trusted entity is \
             not correct"
        )));
    };
    if !role.trusts("eks.amazonaws.com") {
        return Err(invalid_parameter("Role could not be assumed because the trusted entity is not correct"));
    }
    if role.has_policy("AmazonEKSClusterPolicy") || role.policies.is_empty() && has_own_policy(world, arn) {
        return Ok(());
    }
    Err(invalid_parameter(
        "The provided role doesn't have the Amazon EKS Managed Policies associated with it. Please ensure the \
         following policy is attached: AmazonEKSClusterPolicy",
    ))
}

/// Of the nodes of a managed group.
pub(super) fn check_node(world: &mut World, arn: &str) -> Result<(), AwsError> {
    let Some(role) = find(world, arn)? else {
        return Err(invalid_parameter(format!("roleArn, {arn}, does not exist")));
    };
    // The text is the service's, from memory (U).
    if !role.trusts("ec2.amazonaws.com") {
        return Err(invalid_parameter(format!(
            "Following required service principals [ec2.amazonaws.com] were not found in the trust \
             relationships of nodeRole {arn}"
        )));
    }
    Ok(())
}

/// Whether nodes with this role can work: EC2 cannot tell, the kubelet does.
pub(super) fn node_can_join(world: &mut World, arn: &str) -> bool {
    find(world, arn).ok().flatten().is_some_and(|role| {
        role.has_policy("AmazonEKSWorkerNodePolicy") || role.has_policy("AmazonEKSWorkerNodeMinimalPolicy")
    })
}

/// Of the pods of a Fargate profile.
pub(super) fn check_pod_execution(world: &mut World, arn: &str) -> Result<(), AwsError> {
    let Some(role) = find(world, arn)? else {
        return Err(invalid_parameter(format!("roleArn, {arn}, does not exist")));
    };
    if !role.trusts("eks-fargate-pods.amazonaws.com") {
        return Err(invalid_parameter(
            "Misconfigured PodExecutionRole Trust Policy; Please add the eks-fargate-pods.amazonaws.com \
             Service Principal",
        ));
    }
    Ok(())
}

/// Whether a principal of this account exists; principals of others are taken to.
pub(super) fn principal_exists(world: &mut World, arn: &str) -> bool {
    let own = arn.split(':').nth(4) == Some(world.settings.account.as_str());
    !own || !arn.contains(":role/") || matches!(find(world, arn), Ok(Some(_)))
}

/// The name that ends a role's ARN.
pub(super) fn name(arn: &str) -> Option<&str> {
    let (head, path) = arn.split_once(":role/")?;
    let account = head.strip_prefix("arn:aws")?.rsplit(':').next()?;
    let name = path.rsplit('/').next()?;
    (account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit()) && !name.is_empty()).then_some(name)
}

/// The role, if EKS sees it already; an ARN that is none is refused for good.
fn find(world: &mut World, arn: &str) -> Result<Option<Role>, AwsError> {
    let Some(name) = name(arn).map(str::to_owned) else {
        return Err(invalid_parameter(format!("Invalid Role Arn: '{arn}'")));
    };
    let Ok(answer) = iam(world, "GetRole", &name) else { return Ok(None) };
    let role = answer.all("Role").into_iter().chain(answer.all("GetRoleResult/Role")).next().cloned();
    let Some(role) = role.filter(|role| role.at("Arn") == arn) else { return Ok(None) };
    if world.settings.trouble.iam_propagation {
        let spreads = world.duration(Timing::IamPropagation, arn);
        let created = Instant::parse(role.at("CreateDate"));
        if created.is_some_and(|created| world.now < created + spreads) {
            return Ok(None);
        }
    }
    let trust = percent_decode_str(role.at("AssumeRolePolicyDocument")).decode_utf8_lossy().into_owned();
    let attached = iam(world, "ListAttachedRolePolicies", &name)?;
    let policies = attached
        .all("AttachedPolicies/member")
        .into_iter()
        .map(|policy| policy.at("PolicyName").to_owned())
        .collect();
    Ok(Some(Role { trust, policies }))
}

/// Whether the role has policies of its own, which the simulator takes to hold what is needed.
fn has_own_policy(world: &mut World, arn: &str) -> bool {
    let Some(name) = name(arn).map(str::to_owned) else { return false };
    iam(world, "ListRolePolicies", &name).is_ok_and(|answer| !answer.all("PolicyNames/member").is_empty())
}

fn iam(world: &mut World, operation: &str, role: &str) -> Result<Xml, AwsError> {
    let params = Params::new().set("RoleName", role);
    world
        .call_internal("eks.amazonaws.com", Service::Iam, "us-east-1", operation, params)
        .map(|answer| answer.xml())
}
