//! The template of the identity stack: the OIDC provider, and the roles that are made for service accounts.
//!
//! Its metadata has what it was made for, so that an apply which prunes nothing keeps what the spec has no more.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::create::role_arn;
use super::foundation::{LARGEST_TEMPLATE, LAYOUT};
use super::names;
use crate::observe::StackState;
use crate::spec::{Cluster, RolePolicies, document};
use crate::{Error, ErrorKind, Result};

/// The logical id of the OIDC provider.
pub(crate) const OIDC_PROVIDER: &str = "OIDCProvider";

/// The output that says what the stack was last made or changed for, as [`Identity::hash`] has it. It makes every change
/// one that CloudFormation takes, and shows what is there without reading the template.
const HASH: &str = "IdentityHash";

/// The audience of the tokens of service accounts, the same in every partition (facts/eksctl.md §2.3).
const AUDIENCE: &str = "sts.amazonaws.com";

/// Whom a role trusts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Trust {
    /// EKS Pod Identity.
    PodIdentity,
    /// The tokens of one service account.
    ServiceAccount,
}

/// A role that is made for a service account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Role {
    pub(crate) trust: Trust,
    /// The namespace of the service account, or the add-on that it belongs to.
    pub(crate) of: String,
    pub(crate) service_account: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    policy_arns: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    policy_document: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    role_name: Option<String>,
}

impl Role {
    fn of(trust: Trust, of: &str, service_account: &str, policies: &RolePolicies<'_>) -> Self {
        Self {
            trust,
            of: of.to_owned(),
            service_account: service_account.to_owned(),
            policy_arns: policies.policy_arns.to_vec(),
            policy_document: policies.policy_document.map(document),
            role_name: None,
        }
    }
}

/// What the identity stack has.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Identity {
    oidc_provider: bool,
    /// By logical id.
    pub(crate) roles: BTreeMap<String, Role>,
}

/// What the logical ids of roles begin with.
const POD_IDENTITY: &str = "PodIdentityRole";
const ADDON: &str = "AddonRole";
const SERVICE_ACCOUNT: &str = "ServiceAccountRole";

/// Whether a logical id is that of a role of a service account.
pub(crate) fn is_role(id: &str) -> bool {
    [POD_IDENTITY, ADDON, SERVICE_ACCOUNT].iter().any(|kind| id.starts_with(kind))
}

/// The logical id of the role of an association.
pub(crate) fn id_of_pod_identity(namespace: &str, service_account: &str) -> String {
    id(POD_IDENTITY, namespace, service_account)
}

/// The logical id of the role of an add-on's service account.
pub(crate) fn id_of_addon(addon: &str, service_account: &str) -> String {
    id(ADDON, addon, service_account)
}

/// The logical id of the role that trusts a service account's tokens.
pub(crate) fn id_of_service_account(namespace: &str, service_account: &str) -> String {
    id(SERVICE_ACCOUNT, namespace, service_account)
}

/// `PodIdentityRoleShopOrders1a2b3c`: letters and digits; the hash keeps names apart that have the same ones.
fn id(kind: &str, of: &str, service_account: &str) -> String {
    let words = |text: &str| {
        text.split(|c: char| !c.is_ascii_alphanumeric()).map(super::outline::capital).collect::<String>()
    };
    let mut id = format!("{kind}{}{}", words(of), words(service_account));
    id.truncate(200);
    id + &names::hash(&format!("{of}/{service_account}"), 6)
}

impl Identity {
    /// What the spec wants.
    pub(crate) fn of(spec: &Cluster) -> Self {
        let mut roles = BTreeMap::new();
        for it in spec.pod_identity_associations.iter().filter(|it| it.role().makes_role()) {
            let role = Role::of(Trust::PodIdentity, &it.namespace, &it.service_account, &it.role());
            roles.insert(id_of_pod_identity(&it.namespace, &it.service_account), role);
        }
        for it in &spec.service_account_roles {
            let role = Role::of(Trust::ServiceAccount, &it.namespace, &it.service_account, &it.role());
            let role = Role { role_name: it.role_name.clone(), ..role };
            roles.insert(id_of_service_account(&it.namespace, &it.service_account), role);
        }
        for addon in spec.addons.iter().flatten() {
            let associations = addon.pod_identity_associations.iter().flatten();
            for it in associations.filter(|it| it.role().makes_role()) {
                let role = Role::of(Trust::PodIdentity, &addon.name, &it.service_account, &it.role());
                roles.insert(id_of_addon(&addon.name, &it.service_account), role);
            }
        }
        Self { oidc_provider: spec.has_oidc_provider(), roles }
    }

    /// What the stack was made or last changed for, where its template was read.
    pub(crate) fn seen(stack: &StackState) -> Option<Self> {
        serde_json::from_str(stack.spec.as_deref()?).ok()
    }

    /// With what `other` has besides.
    pub(crate) fn and(&self, other: &Self) -> Self {
        let mut both = other.clone();
        both.roles.extend(self.roles.clone());
        both.oidc_provider |= self.oidc_provider;
        both
    }

    pub(crate) fn is_empty(&self) -> bool {
        !self.oidc_provider && self.roles.is_empty()
    }

    /// Whether its template says who issues tokens.
    pub(crate) fn names_issuer(&self) -> bool {
        self.oidc_provider
    }

    /// Whether the stack was last made or changed for this.
    pub(crate) fn is_in(&self, stack: &StackState) -> bool {
        stack.outputs.get(HASH).is_some_and(|hash| *hash == self.hash())
    }

    /// The logical ids of what it has, and the stack has not.
    pub(crate) fn lacking<'a>(&'a self, stack: &StackState) -> Vec<&'a str> {
        let provider = self.oidc_provider.then_some(OIDC_PROVIDER);
        let all = provider.into_iter().chain(self.roles.keys().map(String::as_str));
        all.filter(|id| stack.ready(id).is_none()).collect()
    }

    /// The template's text; `None` while it must name the issuer and nobody knows it.
    pub(crate) fn template(&self, cluster: &str, issuer: Option<&str>) -> Option<String> {
        let mut resources = Map::new();
        let mut outputs = Map::new();
        outputs.insert(HASH.to_owned(), json!({ "Value": self.hash() }));
        if self.oidc_provider {
            let properties = json!({ "Url": issuer?, "ClientIdList": [AUDIENCE] });
            // IAM needs no thumbprint of an issuer of EKS's (facts/failures.md A9).
            let provider = json!({ "Type": "AWS::IAM::OIDCProvider", "Properties": properties });
            resources.insert(OIDC_PROVIDER.to_owned(), provider);
            let arn = json!({ "Value": { "Fn::GetAtt": [OIDC_PROVIDER, "Arn"] } });
            outputs.insert(format!("{OIDC_PROVIDER}ARN"), arn);
        }
        for (id, role) in &self.roles {
            resources.insert(id.clone(), role.resource(issuer)?);
            outputs.insert(format!("{id}ARN"), json!({ "Value": { "Fn::GetAtt": [id, "Arn"] } }));
        }
        let template = json!({
            "AWSTemplateFormatVersion": "2010-09-09",
            "Description": format!("Identity of EKS cluster {cluster}: OIDC provider and roles of service accounts"),
            "Metadata": { "EksLifecycle": { "version": LAYOUT, "spec": self } },
            "Resources": resources,
            "Outputs": outputs,
        });
        Some(template.to_string())
    }

    /// Refuses what CloudFormation would, before anything is made.
    pub(crate) fn check_size(&self, cluster: &str) -> Result<()> {
        // As long as the longest that there is.
        let issuer = format!("https://oidc.eks.us-gov-west-1.amazonaws.com/id/{}", "0".repeat(32));
        let length = self.template(cluster, Some(&issuer)).unwrap_or_default().len();
        if length <= LARGEST_TEMPLATE {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::InvalidSpec,
            format!(
                "the roles of service accounts make a template of {length} bytes, and CloudFormation takes \
                 {LARGEST_TEMPLATE}"
            ),
        )
        .with_hint("Put policy documents into managed policies, and give their ARNs"))
    }

    fn hash(&self) -> String {
        names::hash(&serde_json::to_string(self).unwrap_or_default(), 16)
    }
}

/// Namespace, name and role ARN of each service account that the stack has a role for which trusts its tokens.
pub(crate) fn service_account_roles(stack: &StackState) -> Vec<(String, String, String)> {
    let seen = Identity::seen(stack).unwrap_or_default();
    let roles = seen.roles.into_iter().filter(|(_, role)| role.trust == Trust::ServiceAccount);
    roles.filter_map(|(id, role)| Some((role.of, role.service_account, role_arn(stack, &id)?))).collect()
}

impl Role {
    fn resource(&self, issuer: Option<&str>) -> Option<Value> {
        let mut properties = json!({
            "AssumeRolePolicyDocument": { "Version": "2012-10-17", "Statement": [self.statement(issuer)?] },
            "ManagedPolicyArns": self.policy_arns,
        });
        if let Some(document) = &self.policy_document {
            properties["Policies"] = json!([{ "PolicyName": "policy", "PolicyDocument": document }]);
        }
        if let Some(name) = &self.role_name {
            properties["RoleName"] = json!(name);
        }
        Some(json!({ "Type": "AWS::IAM::Role", "Properties": properties }))
    }

    /// facts/aws.md §11.2.
    fn statement(&self, issuer: Option<&str>) -> Option<Value> {
        Some(match self.trust {
            Trust::PodIdentity => json!({
                "Effect": "Allow",
                "Principal": { "Service": "pods.eks.amazonaws.com" },
                "Action": ["sts:AssumeRole", "sts:TagSession"],
            }),
            Trust::ServiceAccount => {
                let issuer = issuer?.trim_start_matches("https://");
                let subject = format!("system:serviceaccount:{}:{}", self.of, self.service_account);
                json!({
                    "Effect": "Allow",
                    "Principal": { "Federated": { "Ref": OIDC_PROVIDER } },
                    "Action": "sts:AssumeRoleWithWebIdentity",
                    "Condition": { "StringEquals": {
                        format!("{issuer}:sub"): subject,
                        format!("{issuer}:aud"): AUDIENCE,
                    } },
                })
            }
        })
    }
}
