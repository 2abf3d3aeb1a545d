//! Policies that others attached to the roles of a stack, wrote into them, and instance profiles that they put them into:
//! IAM then deletes no role, and CloudFormation gives up (facts/failures.md D11).

use std::collections::BTreeMap;

use futures_util::future::{try_join_all, try_join3};
use serde_json::Value;

use super::{checked, patiently, seen, stack};
use crate::aws::{Refusal, Service, Wire};
use crate::observe::{ForeignPolicies, ForeignPolicy, Hold, Seen};

/// `roles`: names by logical id.
pub(super) async fn look(
    wire: &Wire,
    stack: &str,
    roles: &BTreeMap<String, String>,
) -> Result<ForeignPolicies, Refusal> {
    let found = async {
        let template = patiently(|| stack::template(wire, stack)).await?.unwrap_or_default();
        let template: Value = serde_json::from_str(&template).unwrap_or_default();
        let found = roles.iter().map(async |(logical, role)| {
            let own = Own::of(&template["Resources"][logical]["Properties"]);
            holds(wire, role).await.map(|holds| (role, own, holds))
        });
        try_join_all(found).await
    };
    Ok(match checked(found).await? {
        Ok(found) => {
            let foreign = found.into_iter().flat_map(|(role, own, holds)| {
                let foreign = holds.into_iter().filter(move |hold| !own.has(hold));
                foreign.map(|hold| ForeignPolicy { role: role.clone(), hold })
            });
            ForeignPolicies { found: foreign.collect(), problem: None }
        }
        // The delete goes on: most roles have nothing of others.
        Err(why) => {
            let problem = format!("policies of others on roles were not looked for: {why}");
            ForeignPolicies { found: Vec::new(), problem: Some(problem) }
        }
    })
}

/// Everything that hangs on a role; nothing if it is gone. Each question is asked patiently: one that fails would have all
/// asked anew.
async fn holds(wire: &Wire, role: &str) -> Result<Vec<Hold>, Refusal> {
    let iam = wire.iam();
    let call = |operation: &'static str| Service::Iam.read(operation, format!("role {role}"));
    let (of_attached, of_inline, of_profiles) =
        (call("ListAttachedRolePolicies"), call("ListRolePolicies"), call("ListInstanceProfilesForRole"));
    let attached = patiently(|| {
        wire.pages(&of_attached, || iam.list_attached_role_policies().role_name(role).into_paginator().send())
    });
    let inline = patiently(|| {
        wire.pages(&of_inline, || iam.list_role_policies().role_name(role).into_paginator().send())
    });
    let profiles = patiently(|| {
        wire.pages(&of_profiles, || {
            iam.list_instance_profiles_for_role().role_name(role).into_paginator().send()
        })
    });
    let Seen::Present((attached, inline, profiles)) = seen(try_join3(attached, inline, profiles).await)?
    else {
        return Ok(Vec::new());
    };
    let mut holds = Vec::new();
    let attached = attached.into_iter().filter_map(|page| page.attached_policies).flatten();
    holds.extend(attached.filter_map(|policy| policy.policy_arn).map(Hold::Attached));
    holds.extend(inline.into_iter().flat_map(|page| page.policy_names).map(Hold::Inline));
    let profiles = profiles.into_iter().flat_map(|page| page.instance_profiles);
    holds.extend(profiles.map(|profile| Hold::InstanceProfile(profile.instance_profile_name)));
    Ok(holds)
}

/// What the template gives a role.
#[derive(Default)]
struct Own {
    managed: Vec<String>,
    inline: Vec<String>,
}

impl Own {
    fn of(properties: &Value) -> Self {
        let items = |name: &str| properties[name].as_array().into_iter().flatten();
        let managed =
            items("ManagedPolicyArns").filter_map(|arn| arn.as_str().or_else(|| arn["Fn::Sub"].as_str()));
        let inline = items("Policies").filter_map(|policy| policy["PolicyName"].as_str());
        Self { managed: managed.map(str::to_owned).collect(), inline: inline.map(str::to_owned).collect() }
    }

    fn has(&self, hold: &Hold) -> bool {
        match hold {
            Hold::Attached(arn) => self.managed.iter().any(|own| is_same(own, arn)),
            Hold::Inline(name) => self.inline.contains(name),
            // No stack of ours makes any: EKS makes those of its nodes, which are gone by then.
            Hold::InstanceProfile(_) => false,
        }
    }
}

/// Whether `written`, as a template has it, is this ARN: the partition is CloudFormation's to say.
fn is_same(written: &str, arn: &str) -> bool {
    let after_partition = |arn: &str| arn.splitn(3, ':').nth(2).map(str::to_owned);
    let written = written.replace("${AWS::Partition}", "aws");
    after_partition(&written) == after_partition(arn)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_the_template_gives_is_ours() {
        let own = Own::of(&json!({
            "ManagedPolicyArns": [
                {"Fn::Sub": "arn:${AWS::Partition}:iam::aws:policy/AmazonEKSClusterPolicy"},
                "arn:aws:iam::111122223333:policy/mine",
            ],
            "Policies": [{"PolicyName": "inside"}],
        }));
        let attached = |arn: &str| own.has(&Hold::Attached(arn.to_owned()));
        assert!(attached("arn:aws:iam::aws:policy/AmazonEKSClusterPolicy"));
        assert!(attached("arn:aws-cn:iam::aws:policy/AmazonEKSClusterPolicy"));
        assert!(attached("arn:aws:iam::111122223333:policy/mine"));
        assert!(!attached("arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"));
        assert!(own.has(&Hold::Inline("inside".to_owned())) && !own.has(&Hold::Inline("other".to_owned())));
        assert!(!own.has(&Hold::InstanceProfile("any".to_owned())));
    }
}
