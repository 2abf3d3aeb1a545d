//! With which key EKS wraps what the API server stores.

use serde::{Deserialize, Serialize};

use super::check::{Check, Findings};
use super::syntax;

/// A KMS key of one's own for the envelope encryption of Kubernetes' data. Unset: EKS encrypts with a key of AWS's
/// (since Kubernetes 1.28, for all API data). It cannot be taken away from a cluster again.
///
/// The key must be symmetric, which its ARN does not say: EKS refuses others.
// facts/aws.md §3.1, encryptionConfig; EKS's model, `EncryptionConfig` and `Provider`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SecretsEncryption {
    /// The ARN of the key, or of an alias of it, in the cluster's region.
    pub key_arn: String,
}

impl SecretsEncryption {
    /// Encryption with this key.
    pub fn key(arn: impl Into<String>) -> Self {
        Self { key_arn: arn.into() }
    }

    /// Whether this ARN may be that of the same key: which key an alias stands for shows only in KMS.
    pub(crate) fn may_be(&self, arn: &str) -> bool {
        let is_alias = |arn: &str| arn.contains(":alias/");
        self.key_arn == arn || is_alias(&self.key_arn) != is_alias(arn)
    }

    /// The key's region, if its ARN has one.
    pub(crate) fn region(&self) -> Option<&str> {
        self.key_arn.split(':').nth(3).filter(|region| syntax::is_region(region))
    }
}

impl Check for SecretsEncryption {
    fn inspect(&self, findings: &mut Findings) {
        let holds = syntax::arn(&self.key_arn).is_some_and(|(service, account, resource)| {
            let id = resource.strip_prefix("key/").or_else(|| resource.strip_prefix("alias/"));
            service == "kms"
                && account.len() == 12
                && account.chars().all(|c| c.is_ascii_digit())
                && id.is_some_and(|id| !id.is_empty())
        });
        let rule = "be the ARN of a KMS key or alias, such as `arn:aws:kms:us-west-2:111122223333:key/…`";
        findings.require(holds && self.region().is_some(), "keyArn", &self.key_arn, rule);
    }
}
