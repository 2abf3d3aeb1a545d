//! Whether a role can be used: it exists, trusts the right service, has its policies, and has got about
//! (facts/aws.md §2.3, §11.2).

use super::error::invalid_parameter;
use crate::services::iam::{self, NotAssumable, RoleView};
use crate::wire::AwsError;
use crate::world::World;

/// Of a cluster.
pub(super) fn check_cluster(world: &World, arn: &str) -> Result<(), AwsError> {
    check_arn(arn)?;
    let role = iam::assumable(world, arn, "eks.amazonaws.com").map_err(|why| match why {
        NotAssumable::Missing => invalid_parameter(format!("roleArn, {arn}, does not exist")),
        NotAssumable::NotYet => invalid_parameter(format!(
            "Role with arn: {arn}, could not be assumed because it does not exist or the trusted entity is \
             not correct"
        )),
        NotAssumable::WrongTrust => {
            invalid_parameter("Role could not be assumed because the trusted entity is not correct")
        }
    })?;
    // A role may have what is needed in a policy of its own instead.
    if has_policy(&role, "AmazonEKSClusterPolicy") || !role.inline.is_empty() {
        return Ok(());
    }
    Err(invalid_parameter(
        "The provided role doesn't have the Amazon EKS Managed Policies associated with it. Please ensure the \
         following policy is attached: AmazonEKSClusterPolicy",
    ))
}

/// Of the nodes of a managed group.
pub(super) fn check_node(world: &World, arn: &str) -> Result<(), AwsError> {
    check_arn(arn)?;
    iam::assumable(world, arn, "ec2.amazonaws.com").map(drop).map_err(|why| match why {
        NotAssumable::Missing | NotAssumable::NotYet => {
            invalid_parameter(format!("roleArn, {arn}, does not exist"))
        }
        // The text is the service's, from memory (U).
        NotAssumable::WrongTrust => invalid_parameter(format!(
            "Following required service principals [ec2.amazonaws.com] were not found in the trust \
             relationships of nodeRole {arn}"
        )),
    })
}

/// Whether nodes with this role can work: the kubelet must be allowed to.
pub(super) fn node_can_join(world: &World, arn: &str) -> bool {
    iam::assumable(world, arn, "ec2.amazonaws.com").is_ok_and(|role| {
        has_policy(&role, "AmazonEKSWorkerNodePolicy")
            || has_policy(&role, "AmazonEKSWorkerNodeMinimalPolicy")
            || !role.inline.is_empty()
    })
}

/// Of the pods of a Fargate profile.
pub(super) fn check_pod_execution(world: &World, arn: &str) -> Result<(), AwsError> {
    check_arn(arn)?;
    let principal = "eks-fargate-pods.amazonaws.com";
    iam::assumable(world, arn, principal).map(drop).map_err(|why| match why {
        NotAssumable::Missing => invalid_parameter(format!("roleArn, {arn}, does not exist")),
        NotAssumable::NotYet | NotAssumable::WrongTrust => invalid_parameter(
            "Misconfigured PodExecutionRole Trust Policy; Please add the eks-fargate-pods.amazonaws.com \
             Service Principal",
        ),
    })
}

/// Of the pods of a service account (hashicorp/terraform-provider-aws#34711 and #41483).
pub(super) fn check_pod_identity(world: &World, arn: &str) -> Result<(), AwsError> {
    check_arn(arn)?;
    iam::assumable(world, arn, "pods.eks.amazonaws.com").map(drop).map_err(|why| match why {
        NotAssumable::Missing | NotAssumable::NotYet => {
            invalid_parameter("Role provided in the request does not exist.")
        }
        NotAssumable::WrongTrust => invalid_parameter("Trust policy of the role provided is invalid"),
    })
}

/// Whether a principal of this account exists; principals of others are taken to.
pub(super) fn principal_exists(world: &World, arn: &str) -> bool {
    let own = arn.split(':').nth(4) == Some(world.settings.account.as_str());
    !own || !arn.contains(":role/") || iam::role(world, arn).is_some()
}

/// The name that ends a role's ARN.
pub(super) fn name(arn: &str) -> Option<&str> {
    let (head, path) = arn.split_once(":role/")?;
    let account = head.strip_prefix("arn:aws")?.rsplit(':').next()?;
    let name = path.rsplit('/').next()?;
    (account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit()) && !name.is_empty()).then_some(name)
}

/// An ARN that is none is refused for good (facts/aws.md §2.3).
fn check_arn(arn: &str) -> Result<(), AwsError> {
    name(arn).map(drop).ok_or_else(|| invalid_parameter(format!("Invalid Role Arn: '{arn}'")))
}

/// Whether the policy that ends with `name` is attached.
fn has_policy(role: &RoleView, name: &str) -> bool {
    role.attached.iter().any(|arn| arn.rsplit('/').next() == Some(name))
}
