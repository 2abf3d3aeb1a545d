//! What others hung on roles of ours.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Something that keeps a role from being deleted and that its stack did not make.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ForeignPolicy {
    /// The role's name.
    pub(crate) role: String,
    /// What it is.
    pub(crate) hold: Hold,
}

/// How something holds a role.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Hold {
    /// A managed policy, by its ARN.
    Attached(String),
    /// An inline policy, by its name.
    Inline(String),
    /// An instance profile, by its name.
    InstanceProfile(String),
}

impl fmt::Display for ForeignPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { role, hold } = self;
        match hold {
            Hold::Attached(arn) => write!(f, "policy {arn} from role {role}"),
            Hold::Inline(name) => write!(f, "inline policy {name} of role {role}"),
            Hold::InstanceProfile(name) => write!(f, "role {role} from instance profile {name}"),
        }
    }
}

/// What others hung on the roles of a stack.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ForeignPolicies {
    /// What was found.
    pub(crate) found: Vec<ForeignPolicy>,
    /// Why nobody could look.
    pub(crate) problem: Option<String>,
}
