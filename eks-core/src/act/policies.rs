//! Taking from roles of ours what others hung on them.

use super::gone_is_done;
use crate::aws::{Refusal, Service, Wire};
use crate::plan::{ForeignPolicy, Hold};

/// One after the other: IAM refuses changes of one role that meet.
pub(super) async fn detach(wire: &Wire, policies: &[ForeignPolicy]) -> Result<(), Refusal> {
    for policy in policies {
        one(wire, policy).await?;
    }
    Ok(())
}

async fn one(wire: &Wire, ForeignPolicy { role, hold }: &ForeignPolicy) -> Result<(), Refusal> {
    let call = |operation: &'static str| Service::Iam.mutate(operation, format!("role {role}"));
    let iam = wire.iam();
    match hold {
        Hold::Attached(arn) => {
            let request = iam.detach_role_policy().role_name(role).policy_arn(arn);
            gone_is_done(wire.send(&call("DetachRolePolicy"), || request.send()).await)
        }
        Hold::Inline(name) => {
            let request = iam.delete_role_policy().role_name(role).policy_name(name);
            gone_is_done(wire.send(&call("DeleteRolePolicy"), || request.send()).await)
        }
        Hold::InstanceProfile(name) => {
            let request = iam.remove_role_from_instance_profile().role_name(role).instance_profile_name(name);
            gone_is_done(wire.send(&call("RemoveRoleFromInstanceProfile"), || request.send()).await)
        }
    }
}
