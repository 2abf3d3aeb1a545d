//! EKS add-ons.

use bon::Builder;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::check::{Check, Findings};
use super::pod_identity::AddonPodIdentityAssociation;
use super::syntax;
use crate::Result;

/// An add-on that EKS installs and keeps.
///
/// ```
/// use eks_core::spec::Addon;
///
/// let coredns = Addon::builder().name("coredns").configuration(r#"{"replicaCount":3}"#).build()?;
/// assert_eq!(coredns.configuration_text().as_deref(), Some(r#"{"replicaCount":3}"#));
/// # Ok::<(), eks_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Builder)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[builder(finish_fn(name = finish_unchecked, vis = ""), on(String, into))]
pub struct Addon {
    /// The add-on's name, such as `vpc-cni`.
    pub name: String,
    /// The add-on's version, such as `v1.20.1-eksbuild.1`. Unset: EKS's default for the cluster's version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Settings: an object, or the JSON or YAML text of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[builder(into)]
    pub configuration: Option<Value>,
    /// What to do where the cluster has other settings. Unset: EKS's default, `none`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolve_conflicts: Option<ResolveConflicts>,
    /// The role for the add-on's service account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_account_role_arn: Option<String>,
    /// The roles that its service accounts get by EKS Pod Identity; not beside `serviceAccountRoleArn`. Unset: none, and
    /// left alone later; an empty list: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[builder(with = |associations: impl IntoIterator<Item = AddonPodIdentityAssociation>| associations.into_iter().collect())]
    pub pod_identity_associations: Option<Vec<AddonPodIdentityAssociation>>,
}

/// What EKS does where the cluster has other settings than the add-on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum ResolveConflicts {
    /// Nothing; the add-on may fail.
    #[serde(alias = "NONE")]
    None,
    /// The add-on's settings win.
    #[serde(alias = "OVERWRITE")]
    Overwrite,
    /// The cluster's settings win.
    #[serde(alias = "PRESERVE")]
    Preserve,
}

impl Addon {
    /// An add-on in its default version, with its default settings.
    pub fn named(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            version: None,
            configuration: None,
            resolve_conflicts: None,
            service_account_role_arn: None,
            pod_identity_associations: None,
        }
    }

    /// The settings as EKS takes them.
    pub fn configuration_text(&self) -> Option<String> {
        self.configuration.as_ref().map(|value| match value {
            Value::String(text) => text.clone(),
            object => object.to_string(),
        })
    }
}

impl<S: addon_builder::State> AddonBuilder<S> {
    /// The add-on, if it breaks no rule.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidSpec`](crate::ErrorKind::InvalidSpec), with every rule that it breaks.
    pub fn build(self) -> Result<Addon>
    where
        S: addon_builder::IsComplete,
    {
        self.finish_unchecked().checked()
    }
}

impl Check for Addon {
    fn inspect(&self, findings: &mut Findings) {
        findings.require(!self.name.is_empty(), "name", &self.name, syntax::PRESENT);
        if let Some(version) = &self.version {
            findings.require(
                !version.is_empty(),
                "version",
                version,
                "be a version, or unset for the default",
            );
        }
        if let Some(value) = &self.configuration {
            let shaped = value.is_object() || value.is_string();
            findings.require(shaped, "configuration", value, "be an object, or the JSON or YAML text of one");
        }
        if let Some(arn) = &self.service_account_role_arn {
            // facts/aws.md §3.1: 1 to 255 characters.
            let holds = arn.len() <= 255 && syntax::is_role_arn(arn);
            findings.require(holds, "serviceAccountRoleArn", arn, syntax::ROLE_ARN);
            // facts/eksctl.md §3.
            let both = self.pod_identity_associations.iter().flatten().next().is_some();
            let rule = "be unset when there are `podIdentityAssociations`";
            findings.require(!both, "serviceAccountRoleArn", arn, rule);
        }
        let identities = self.pod_identity_associations.as_deref().unwrap_or_default();
        findings.pieces("podIdentityAssociations", identities);
        let accounts = identities.iter().map(|it| Some(it.service_account.as_str()));
        findings.distinct("podIdentityAssociations", "serviceAccount", accounts);
    }
}
