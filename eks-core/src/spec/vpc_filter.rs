//! Which VPC is meant.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Which VPC is meant, and which of its subnets: by id, by tags, or both.
///
/// ```
/// use eks_core::spec::VpcFilter;
///
/// let shared = VpcFilter::tagged("Name", "shared").subnets_tagged("tier", "app");
/// # let _ = shared;
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct VpcFilter {
    /// Its id. Unset: any.
    pub id: Option<String>,
    /// Tags that it must have, all of them.
    pub tags: BTreeMap<String, String>,
    /// Tags that a subnet must have, all of them. Default: every subnet counts.
    pub subnet_tags: BTreeMap<String, String>,
}

impl VpcFilter {
    /// The VPC with this id.
    pub fn id(id: impl Into<String>) -> Self {
        Self { id: Some(id.into()), ..Self::default() }
    }

    /// The VPC with this tag.
    pub fn tagged(key: impl Into<String>, value: impl Into<String>) -> Self {
        Self { tags: BTreeMap::from([(key.into(), value.into())]), ..Self::default() }
    }

    /// Of its subnets only those with this tag.
    #[must_use]
    pub fn subnets_tagged(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.subnet_tags.insert(key.into(), value.into());
        self
    }
}
