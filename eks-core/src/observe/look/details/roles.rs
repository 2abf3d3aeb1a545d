//! The policies of roles.

use futures_util::future::{try_join, try_join_all};

use super::super::{checked, patiently, seen};
use crate::aws::{Refusal, Service, Wire};
use crate::observe::{RoleInfo, Seen};

/// The roles with their policies; where these may not be read, the reason beside.
pub(crate) async fn role_infos(
    wire: &Wire,
    roles: Vec<RoleInfo>,
) -> Result<(Vec<RoleInfo>, Option<String>), Refusal> {
    let read = try_join_all(roles.into_iter().map(async |mut role| {
        let name = role.arn.rsplit('/').next().unwrap_or_default().to_owned();
        let mut why = None;
        match checked(policies(wire, &name)).await? {
            Ok((attached, inline)) => {
                (role.attached_policies, role.inline_policies) = (Some(attached), Some(inline));
            }
            Err(reason) => why = Some(reason),
        }
        Ok::<_, Refusal>((role, why))
    }));
    let (roles, reasons): (Vec<_>, Vec<_>) = read.await?.into_iter().unzip();
    Ok((roles, reasons.into_iter().flatten().next()))
}

/// Attached and inline ones; none of a role that is gone.
async fn policies(wire: &Wire, role: &str) -> Result<(Vec<String>, Vec<String>), Refusal> {
    let iam = wire.iam();
    let call = |operation: &'static str| Service::Iam.read(operation, format!("role {role}"));
    let (of_attached, of_inline) = (call("ListAttachedRolePolicies"), call("ListRolePolicies"));
    let attached = patiently(|| {
        wire.pages(&of_attached, || iam.list_attached_role_policies().role_name(role).into_paginator().send())
    });
    let inline = patiently(|| {
        wire.pages(&of_inline, || iam.list_role_policies().role_name(role).into_paginator().send())
    });
    let Seen::Present((attached, inline)) = seen(try_join(attached, inline).await)? else {
        return Ok((Vec::new(), Vec::new()));
    };
    let attached = attached.into_iter().filter_map(|page| page.attached_policies).flatten();
    let attached = attached.filter_map(|policy| policy.policy_arn).collect();
    Ok((attached, inline.into_iter().flat_map(|page| page.policy_names).collect()))
}
