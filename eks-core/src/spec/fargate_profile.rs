//! Fargate profiles: which pods run without nodes.

use std::collections::{BTreeMap, BTreeSet};

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::check::{Check, Findings, item};
use super::{syntax, tags};
use crate::Result;

/// Runs the pods that its selectors match on Fargate.
///
/// The number of profiles, selectors and labels is limited by
/// [quotas](https://docs.aws.amazon.com/eks/latest/userguide/service-quotas.html) that AWS raises on request, so it
/// is not checked here.
// facts/aws.md §3.2
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[builder(finish_fn(name = finish_unchecked, vis = ""), on(String, into))]
pub struct FargateProfile {
    /// At most 100 characters; `eks-` at its beginning is reserved for AWS.
    #[builder(field)]
    pub name: String,
    /// Which pods; at least one selector.
    #[serde(default)]
    #[builder(field)]
    pub selectors: Vec<Selector>,
    /// Private subnets for the pods. Empty: the private subnets of the cluster's network.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[builder(field)]
    pub subnets: Vec<String>,
    /// Tags of the profile; they are not given to the pods.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[builder(field)]
    pub tags: BTreeMap<String, String>,
    /// The pod execution role. Unset: one is made for all profiles of the cluster.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role_arn: Option<String>,
}

/// Matches pods by namespace and labels; `*` and `?` are wildcards.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Selector {
    /// The pods' namespace.
    pub namespace: String,
    /// Labels that the pods must have, all of them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
}

impl Selector {
    /// Every pod of that namespace.
    pub fn namespace(namespace: impl Into<String>) -> Self {
        Self { namespace: namespace.into(), labels: BTreeMap::new() }
    }

    /// Only those with this label.
    #[must_use]
    pub fn label(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.labels.insert(key.into(), value.into());
        self
    }
}

impl<S: fargate_profile_builder::State> FargateProfileBuilder<S> {
    /// Names the profile.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Takes every pod of a namespace.
    pub fn namespace(self, namespace: impl Into<String>) -> Self {
        self.selector(Selector::namespace(namespace))
    }

    /// Takes the pods that the selector matches.
    pub fn selector(mut self, selector: Selector) -> Self {
        self.selectors.push(selector);
        self
    }

    /// Runs pods in this private subnet.
    pub fn subnet(mut self, subnet: impl Into<String>) -> Self {
        self.subnets.push(subnet.into());
        self
    }

    /// Adds a tag.
    pub fn tag(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.tags.insert(key.into(), value.into());
        self
    }

    /// The profile, if it breaks no rule.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidSpec`](crate::ErrorKind::InvalidSpec), with every rule that it breaks.
    pub fn build(self) -> Result<FargateProfile>
    where
        S: fargate_profile_builder::IsComplete,
    {
        self.finish_unchecked().checked()
    }
}

impl Check for FargateProfile {
    fn inspect(&self, findings: &mut Findings) {
        findings.require(syntax::is_name(&self.name), "name", &self.name, syntax::NAME);
        // facts/aws.md §3.1.
        let reserved = self.name.starts_with("eks-");
        findings.require(!reserved, "name", &self.name, "not begin with `eks-`, which is reserved for AWS");
        findings.require(!self.selectors.is_empty(), "selectors", "", "hold at least one selector");
        findings.pieces("selectors", &self.selectors);
        let mut seen = BTreeSet::new();
        for (index, selector) in self.selectors.iter().enumerate() {
            let first = seen.insert(selector);
            findings.require(first, &item("selectors", index), &selector.namespace, "be given once");
        }
        findings.texts("subnets", &self.subnets, syntax::is_subnet, syntax::SUBNET);
        findings.distinct("subnets", "", self.subnets.iter().map(|subnet| Some(subnet.as_str())));
        if let Some(arn) = &self.role_arn {
            findings.require(syntax::is_role_arn(arn), "roleArn", arn, syntax::ROLE_ARN);
        }
        tags::inspect(&self.tags, findings);
    }
}

impl Check for Selector {
    fn inspect(&self, findings: &mut Findings) {
        let plain = |text: &str| text.replace(['*', '?'], "x");
        let holds = syntax::is_namespace(&plain(&self.namespace));
        findings.require(holds, "namespace", &self.namespace, syntax::NAMESPACE);
        findings.within("labels", |findings| {
            for (key, value) in &self.labels {
                findings.require(syntax::is_key(&plain(key)), key, key, syntax::KEY);
                findings.require(syntax::is_value(&plain(value)), key, value, syntax::VALUE);
            }
        });
    }
}
