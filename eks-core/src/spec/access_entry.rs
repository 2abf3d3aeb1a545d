//! Access entries: which IAM principals may use the cluster, and for what.

use std::collections::BTreeMap;

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::check::{Check, Findings};
use super::{syntax, tags};
use crate::Result;

/// Lets an IAM principal use the cluster.
///
/// ```
/// use eks_core::spec::{AccessEntry, AccessPolicy};
///
/// let readers = AccessEntry::builder()
///     .principal_arn("arn:aws:iam::111122223333:role/readers")
///     .policy(AccessPolicy::cluster("arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy"))
///     .build()?;
/// # Ok::<(), eks_core::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[builder(finish_fn(name = finish_unchecked, vis = ""), on(String, into))]
pub struct AccessEntry {
    /// The IAM role or user. One entry for each.
    #[builder(field)]
    pub principal_arn: String,
    /// Groups for Kubernetes' own role bindings.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[builder(field)]
    pub kubernetes_groups: Vec<String>,
    /// EKS access policies.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[builder(field)]
    pub policies: Vec<AccessPolicy>,
    /// Tags of the entry.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[builder(field)]
    pub tags: BTreeMap<String, String>,
    /// What the principal is. Default: `standard`. Written `type`.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub entry_type: Option<AccessEntryType>,
    /// The name that Kubernetes sees. Unset: EKS derives it from the ARN.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
}

/// What the principal of an access entry is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum AccessEntryType {
    /// A person or a program.
    #[default]
    #[serde(alias = "STANDARD")]
    Standard,
    /// Auto Mode nodes.
    #[serde(alias = "EC2")]
    Ec2,
    /// Linux nodes.
    #[serde(alias = "EC2_LINUX")]
    Ec2Linux,
    /// Windows nodes.
    #[serde(alias = "EC2_WINDOWS")]
    Ec2Windows,
    /// Fargate pods.
    #[serde(alias = "FARGATE_LINUX")]
    FargateLinux,
    /// Hybrid nodes.
    #[serde(alias = "HYBRID_LINUX")]
    HybridLinux,
    /// HyperPod nodes.
    #[serde(alias = "HYPERPOD_LINUX")]
    HyperpodLinux,
}

/// An EKS access policy and where it holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AccessPolicy {
    /// Such as `arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy`.
    pub policy_arn: String,
    /// Where it holds. Default: the whole cluster.
    #[serde(default)]
    pub scope: AccessScope,
}

/// Where an access policy holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum AccessScope {
    /// In the whole cluster.
    #[default]
    Cluster,
    /// In these namespaces.
    Namespaces(Vec<String>),
}

impl AccessPolicy {
    /// A policy for the whole cluster.
    pub fn cluster(policy_arn: impl Into<String>) -> Self {
        Self { policy_arn: policy_arn.into(), scope: AccessScope::Cluster }
    }

    /// A policy for some namespaces.
    pub fn namespaces<N: Into<String>>(
        policy_arn: impl Into<String>,
        namespaces: impl IntoIterator<Item = N>,
    ) -> Self {
        let namespaces = namespaces.into_iter().map(Into::into).collect();
        Self { policy_arn: policy_arn.into(), scope: AccessScope::Namespaces(namespaces) }
    }
}

impl<S: access_entry_builder::State> AccessEntryBuilder<S> {
    /// Names the IAM role or user.
    pub fn principal_arn(mut self, principal_arn: impl Into<String>) -> Self {
        self.principal_arn = principal_arn.into();
        self
    }

    /// Puts the principal into a Kubernetes group.
    pub fn kubernetes_group(mut self, group: impl Into<String>) -> Self {
        self.kubernetes_groups.push(group.into());
        self
    }

    /// Gives the principal an EKS access policy.
    pub fn policy(mut self, policy: AccessPolicy) -> Self {
        self.policies.push(policy);
        self
    }

    /// Adds a tag.
    pub fn tag(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.tags.insert(key.into(), value.into());
        self
    }

    /// The entry, if it breaks no rule.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidSpec`](crate::ErrorKind::InvalidSpec), with every rule that it breaks.
    pub fn build(self) -> Result<AccessEntry>
    where
        S: access_entry_builder::IsComplete,
    {
        self.finish_unchecked().checked()
    }
}

// facts/aws.md §3.1.
const RESERVED_GROUPS: [&str; 5] = ["system:", "eks:", "aws:", "amazon:", "iam:"];

impl Check for AccessEntry {
    fn inspect(&self, findings: &mut Findings) {
        findings.require(
            syntax::is_iam_arn(&self.principal_arn, &["role", "user"]),
            "principalArn",
            &self.principal_arn,
            "be the ARN of an IAM role or user, such as `arn:aws:iam::111122223333:role/name`",
        );
        findings.texts(
            "kubernetesGroups",
            &self.kubernetes_groups,
            |group| !group.is_empty() && !RESERVED_GROUPS.iter().any(|prefix| group.starts_with(prefix)),
            "be a group that does not begin with `system:`, `eks:`, `aws:`, `amazon:` or `iam:`",
        );
        findings.distinct("kubernetesGroups", "", self.kubernetes_groups.iter().map(|g| Some(g.as_str())));
        let entry_type = self.entry_type.unwrap_or_default();
        // facts/eksctl.md §3: a node's entry has the names and groups that its type brings.
        if entry_type != AccessEntryType::Standard {
            const RULE: &str = "be unset unless `type` is `standard`";
            let groups = self.kubernetes_groups.len();
            findings.require(groups == 0, "kubernetesGroups", groups, RULE);
            if let Some(username) = &self.username {
                findings.require(false, "username", username, RULE);
            }
        }
        if !matches!(entry_type, AccessEntryType::Standard | AccessEntryType::Ec2) {
            let policies = self.policies.len();
            findings.require(
                policies == 0,
                "policies",
                policies,
                "be unset unless `type` is `standard` or `ec2`",
            );
        }
        findings.pieces("policies", &self.policies);
        let arns = self.policies.iter().map(|policy| Some(policy.policy_arn.as_str()));
        findings.distinct("policies", "policyArn", arns);
        tags::inspect(&self.tags, findings);
    }
}

impl Check for AccessPolicy {
    fn inspect(&self, findings: &mut Findings) {
        let policy = syntax::arn(&self.policy_arn)
            .filter(|(service, _, _)| *service == "eks")
            .and_then(|(_, _, resource)| resource.strip_prefix("cluster-access-policy/"));
        findings.require(
            policy.is_some_and(|name| !name.is_empty()),
            "policyArn",
            &self.policy_arn,
            "be the ARN of an EKS access policy, such as \
             `arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy`",
        );
        if let AccessScope::Namespaces(namespaces) = &self.scope {
            findings.within("scope", |findings| {
                findings.require(!namespaces.is_empty(), "namespaces", "", "hold at least one namespace");
                let holds = |text: &str| syntax::is_namespace(&text.replace('*', "x"));
                findings.texts("namespaces", namespaces, holds, syntax::NAMESPACE);
                findings.distinct("namespaces", "", namespaces.iter().map(|n| Some(n.as_str())));
            });
        }
    }
}
