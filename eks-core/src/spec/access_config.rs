//! How IAM principals are let into the cluster.

use serde::{Deserialize, Serialize};

/// How IAM principals are let into the cluster.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AccessConfig {
    /// What says who may enter. Default: `apiAndConfigMap`, as with eksctl.
    // facts/eksctl.md §1.1
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authentication_mode: Option<AuthenticationMode>,
    /// Whether whoever creates the cluster is its administrator. Default true. Without it, and without an access
    /// entry for the caller, the library cannot ask the API server: it goes by what EKS says of nodes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bootstrap_cluster_creator_admin_permissions: Option<bool>,
}

/// What says who may enter a cluster.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum AuthenticationMode {
    /// Access entries alone.
    #[serde(alias = "API")]
    Api,
    /// Access entries and the config map `aws-auth`.
    #[default]
    #[serde(alias = "API_AND_CONFIG_MAP")]
    ApiAndConfigMap,
    /// The config map `aws-auth` alone.
    #[serde(alias = "CONFIG_MAP")]
    ConfigMap,
}

impl AuthenticationMode {
    /// How far it is on the way from the config map to the API, which goes in one direction only (facts/aws.md §3.1).
    pub(crate) fn openness(self) -> u8 {
        match self {
            Self::ConfigMap => 0,
            Self::ApiAndConfigMap => 1,
            Self::Api => 2,
        }
    }
}

impl AccessConfig {
    /// The mode, the default one if none is set.
    pub(crate) fn mode(self) -> AuthenticationMode {
        self.authentication_mode.unwrap_or_default()
    }

    /// Whether the creator is an administrator.
    pub(crate) fn admits_creator(self) -> bool {
        self.bootstrap_cluster_creator_admin_permissions.unwrap_or(true)
    }

    pub(crate) fn is_unset(&self) -> bool {
        *self == Self::default()
    }
}
