//! From where the API server can be reached.

use serde::{Deserialize, Serialize};

use super::check::{Check, Findings, item};
use super::syntax;

/// From where the API server can be reached. Unset: from everywhere, and not privately, as with EKS and
/// eksctl.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EndpointAccess {
    /// Whether it has a public address. Default true.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public: Option<bool>,
    /// Whether it has an address inside the VPC. Default false.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub private: Option<bool>,
    /// Who may use the public address: at most 40 CIDR blocks, by default `0.0.0.0/0`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_cidrs: Option<Vec<String>>,
}

impl EndpointAccess {
    /// A public address only.
    pub fn public_only() -> Self {
        Self { public: Some(true), private: Some(false), public_cidrs: None }
    }

    /// An address inside the VPC only.
    pub fn private_only() -> Self {
        Self { public: Some(false), private: Some(true), public_cidrs: None }
    }

    /// Both addresses.
    pub fn public_and_private() -> Self {
        Self { public: Some(true), private: Some(true), public_cidrs: None }
    }

    /// Lets one more CIDR block use the public address.
    #[must_use]
    pub fn public_cidr(mut self, cidr: impl Into<String>) -> Self {
        self.public_cidrs.get_or_insert_default().push(cidr.into());
        self
    }

    pub(crate) fn is_unset(&self) -> bool {
        *self == Self::default()
    }
}

impl Check for EndpointAccess {
    fn inspect(&self, findings: &mut Findings) {
        let reachable = self.public.unwrap_or(true) || self.private.unwrap_or(false);
        findings.require(reachable, "public", false, "be true unless `private` is true");
        let Some(cidrs) = &self.public_cidrs else { return };
        // facts/aws.md §3.2: this quota is fixed.
        findings.require(cidrs.len() <= 40, "publicCidrs", cidrs.len(), "be at most 40 CIDR blocks");
        for (index, cidr) in cidrs.iter().enumerate() {
            if let Err(rule) = syntax::ip_block(cidr) {
                findings.require(false, &item("publicCidrs", index), cidr, rule);
            }
        }
        findings.distinct("publicCidrs", "", cidrs.iter().map(|cidr| Some(cidr.as_str())));
    }
}
