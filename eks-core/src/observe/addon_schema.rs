//! What EKS says of the configuration that an add-on takes.

use serde::{Deserialize, Serialize};

/// What EKS says of the configuration that an add-on takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum AddonSchema {
    /// The JSON schema of this version's configuration values.
    Schema {
        /// The add-on's version.
        version: String,
        /// The schema's text.
        text: String,
    },
    /// EKS has no such add-on, or no such version of it.
    NotOffered,
    /// Nobody may ask, or it cannot be asked here: EKS itself will say whether the values do.
    Unknown,
}
