//! EKS Pod Identity: which IAM role the pods of a service account get from EKS.

use std::collections::BTreeMap;

use bon::Builder;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::check::{Check, Findings};
use super::role_policies::RolePolicies;
use super::{syntax, tags};
use crate::Result;

/// Gives the pods of a service account an IAM role, by
/// [EKS Pod Identity](https://docs.aws.amazon.com/eks/latest/userguide/pod-identities.html): a role of yours, or one
/// that is made with these policies. Its credentials come from the add-on `eks-pod-identity-agent`, which needs nodes:
/// pods on Fargate get none.
///
/// The service account is a Kubernetes object, and yours: it need not be there yet, and needs no annotation.
///
/// ```
/// use eks_core::spec::PodIdentityAssociation;
///
/// let orders = PodIdentityAssociation::builder()
///     .namespace("shop")
///     .service_account("orders")
///     .policy_arn("arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess")
///     .build()?;
/// # Ok::<(), eks_core::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Builder)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[builder(finish_fn(name = finish_unchecked, vis = ""), on(String, into))]
pub struct PodIdentityAssociation {
    /// The namespace of the service account.
    #[builder(field)]
    pub namespace: String,
    /// The name of the service account. One association for each.
    #[builder(field)]
    pub service_account: String,
    /// Managed policies, AWS's or your own, of the role that is made.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[builder(field)]
    pub policy_arns: Vec<String>,
    /// Tags of the association.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[builder(field)]
    pub tags: BTreeMap<String, String>,
    /// A role of yours, which trusts `pods.eks.amazonaws.com` with `sts:AssumeRole` and `sts:TagSession`. Unset: one is
    /// made, with `policyArns` and `policyDocument`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role_arn: Option<String>,
    /// What the role that is made may do besides, as an IAM policy document: an object, or the JSON text of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[builder(into)]
    pub policy_document: Option<Value>,
    /// A role, mostly of another account, that is assumed by way of the first one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_role_arn: Option<String>,
    /// Whether sessions go without the tags that EKS gives them (cluster, namespace, service account and their like).
    /// Default false.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disable_session_tags: Option<bool>,
}

impl PodIdentityAssociation {
    /// `shop/orders`.
    pub(crate) fn key(&self) -> String {
        format!("{}/{}", self.namespace, self.service_account)
    }

    pub(crate) fn role(&self) -> RolePolicies<'_> {
        RolePolicies {
            role_arn: self.role_arn.as_ref(),
            policy_arns: &self.policy_arns,
            policy_document: self.policy_document.as_ref(),
        }
    }
}

impl<S: pod_identity_association_builder::State> PodIdentityAssociationBuilder<S> {
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

    /// Attaches a managed policy to the role that is made.
    pub fn policy_arn(mut self, policy_arn: impl Into<String>) -> Self {
        self.policy_arns.push(policy_arn.into());
        self
    }

    /// Adds a tag.
    pub fn tag(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.tags.insert(key.into(), value.into());
        self
    }

    /// The association, if it breaks no rule.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidSpec`](crate::ErrorKind::InvalidSpec), with every rule that it breaks.
    pub fn build(self) -> Result<PodIdentityAssociation>
    where
        S: pod_identity_association_builder::IsComplete,
    {
        self.finish_unchecked().checked()
    }
}

impl Check for PodIdentityAssociation {
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
        self.role().require("be given, or `policyDocument`, or `roleArn`", findings);
        if let Some(arn) = &self.target_role_arn {
            findings.require(syntax::is_role_arn(arn), "targetRoleArn", arn, syntax::ROLE_ARN);
        }
        tags::inspect(&self.tags, findings);
    }
}

/// Gives a service account of an add-on an IAM role by EKS Pod Identity. EKS makes the association with the add-on, and
/// deletes it with the add-on.
///
/// ```
/// use eks_core::spec::{Addon, AddonPodIdentityAssociation};
///
/// let disks = AddonPodIdentityAssociation::builder()
///     .service_account("ebs-csi-controller-sa")
///     .policy_arn("arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy")
///     .build()?;
/// let driver = Addon::builder().name("aws-ebs-csi-driver").pod_identity_associations([disks]).build()?;
/// # Ok::<(), eks_core::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Builder)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[builder(finish_fn(name = finish_unchecked, vis = ""), on(String, into))]
pub struct AddonPodIdentityAssociation {
    /// The name of one of the add-on's service accounts, such as `ebs-csi-controller-sa`.
    #[builder(field)]
    pub service_account: String,
    /// Managed policies, AWS's or your own, of the role that is made.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[builder(field)]
    pub policy_arns: Vec<String>,
    /// A role of yours, which trusts `pods.eks.amazonaws.com`. Unset: one is made, with `policyArns` and
    /// `policyDocument`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role_arn: Option<String>,
    /// What the role that is made may do besides, as an IAM policy document: an object, or the JSON text of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[builder(into)]
    pub policy_document: Option<Value>,
}

impl AddonPodIdentityAssociation {
    pub(crate) fn role(&self) -> RolePolicies<'_> {
        RolePolicies {
            role_arn: self.role_arn.as_ref(),
            policy_arns: &self.policy_arns,
            policy_document: self.policy_document.as_ref(),
        }
    }
}

impl<S: addon_pod_identity_association_builder::State> AddonPodIdentityAssociationBuilder<S> {
    /// Names the service account.
    pub fn service_account(mut self, service_account: impl Into<String>) -> Self {
        self.service_account = service_account.into();
        self
    }

    /// Attaches a managed policy to the role that is made.
    pub fn policy_arn(mut self, policy_arn: impl Into<String>) -> Self {
        self.policy_arns.push(policy_arn.into());
        self
    }

    /// The association, if it breaks no rule.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidSpec`](crate::ErrorKind::InvalidSpec), with every rule that it breaks.
    pub fn build(self) -> Result<AddonPodIdentityAssociation>
    where
        S: addon_pod_identity_association_builder::IsComplete,
    {
        self.finish_unchecked().checked()
    }
}

impl Check for AddonPodIdentityAssociation {
    fn inspect(&self, findings: &mut Findings) {
        let name = &self.service_account;
        findings.require(syntax::is_dns_name(name), "serviceAccount", name, syntax::SERVICE_ACCOUNT);
        self.role().inspect(findings);
        self.role().require("be given, or `policyDocument`, or `roleArn`", findings);
    }
}
