//! The log group of a control plane.

use serde::{Deserialize, Serialize};

/// What CloudWatch says of the log group that the logs of a cluster's control plane go to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct LogGroup {
    /// When it was made, in milliseconds since the Unix epoch; `None` if it is not there.
    pub(crate) created_at: Option<i64>,
    /// How long it keeps what is written to it, in days; `None`: for ever.
    pub(crate) retention: Option<u32>,
    /// Whether it is protected against deletion.
    pub(crate) protected: bool,
    /// Why it could not be looked for.
    pub(crate) unchecked: Option<String>,
}
