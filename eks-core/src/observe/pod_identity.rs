//! Which roles the pods of service accounts have.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A pod identity association as seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PodIdentityAssociationState {
    /// EKS's id of it, such as `a-dt1bedfjc72dlwp5n`.
    pub id: String,
    /// Its ARN.
    pub arn: String,
    /// The namespace of the service account.
    pub namespace: String,
    /// The name of the service account.
    pub service_account: String,
    /// The role that its pods get.
    pub role_arn: String,
    /// The role that is assumed by way of that one, if there is one.
    #[serde(default)]
    pub target_role_arn: Option<String>,
    /// Whether sessions go without EKS's tags.
    #[serde(default)]
    pub disable_session_tags: bool,
    /// Its tags.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}
