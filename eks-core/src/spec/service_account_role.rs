//! IAM roles for service accounts: roles that trust the tokens of the cluster's OIDC issuer.

use bon::Builder;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::check::{Check, Findings};
use super::role_policies::RolePolicies;
use super::syntax;
use crate::Result;

/// Makes a role that the pods of one service account can assume, by the cluster's OIDC provider
/// ([IAM roles for service accounts](https://docs.aws.amazon.com/eks/latest/userguide/iam-roles-for-service-accounts.html)).
/// It works on Fargate, too, where EKS Pod Identity does not.
///
/// The service account is a Kubernetes object, and yours: annotate it with `eks.amazonaws.com/role-arn` and the role's
/// ARN, which [`ClusterInfo::service_account_roles`](crate::ClusterInfo::service_account_roles) has.
///
/// ```
/// use eks_core::spec::ServiceAccountRole;
///
/// let dns = ServiceAccountRole::builder()
///     .namespace("kube-system")
///     .service_account("external-dns")
///     .policy_document(r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"route53:ListHostedZones","Resource":"*"}]}"#)
///     .build()?;
/// # Ok::<(), eks_core::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Builder)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[builder(finish_fn(name = finish_unchecked, vis = ""), on(String, into))]
pub struct ServiceAccountRole {
    /// The namespace of the service account.
    #[builder(field)]
    pub namespace: String,
    /// The name of the service account. One role for each.
    #[builder(field)]
    pub service_account: String,
    /// Managed policies, AWS's or your own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[builder(field)]
    pub policy_arns: Vec<String>,
    /// What the role may do besides, as an IAM policy document: an object, or the JSON text of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[builder(into)]
    pub policy_document: Option<Value>,
    /// The role's name: 1 to 64 letters, digits and `+=,.@-_`, that no other role of the account has. Unset:
    /// CloudFormation chooses one. It cannot be changed later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role_name: Option<String>,
}

impl ServiceAccountRole {
    /// `kube-system/external-dns`.
    pub(crate) fn key(&self) -> String {
        format!("{}/{}", self.namespace, self.service_account)
    }

    pub(crate) fn role(&self) -> RolePolicies<'_> {
        RolePolicies {
            role_arn: None,
            policy_arns: &self.policy_arns,
            policy_document: self.policy_document.as_ref(),
        }
    }
}

impl<S: service_account_role_builder::State> ServiceAccountRoleBuilder<S> {
    /// Chooses the namespace of the service account.
    pub fn namespace(mut self, namespace: impl Into<String>) -> Self {
        self.namespace = namespace.into();
        self
    }

    /// Names the service account.
    pub fn service_account(mut self, service_account: impl Into<String>) -> Self {
        self.service_account = service_account.into();
        self
    }

    /// Attaches a managed policy.
    pub fn policy_arn(mut self, policy_arn: impl Into<String>) -> Self {
        self.policy_arns.push(policy_arn.into());
        self
    }

    /// The role, if it breaks no rule.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidSpec`](crate::ErrorKind::InvalidSpec), with every rule that it breaks.
    pub fn build(self) -> Result<ServiceAccountRole>
    where
        S: service_account_role_builder::IsComplete,
    {
        self.finish_unchecked().checked()
    }
}

impl Check for ServiceAccountRole {
    fn inspect(&self, findings: &mut Findings) {
        findings.require(
            syntax::is_namespace(&self.namespace),
            "namespace",
            &self.namespace,
            syntax::NAMESPACE,
        );
        let name = &self.service_account;
        findings.require(syntax::is_dns_name(name), "serviceAccount", name, syntax::SERVICE_ACCOUNT);
        self.role().inspect(findings);
        self.role().require("be given, or `policyDocument`", findings);
        if let Some(name) = &self.role_name {
            findings.require(syntax::is_role_name(name), "roleName", name, syntax::ROLE_NAME);
        }
    }
}
