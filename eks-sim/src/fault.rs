//! What goes wrong on given calls: by name, by index, by chance.

use serde::{Deserialize, Serialize};

/// A fault on calls of clients (never on those that AWS's services make among themselves).
/// Every condition that is set must hold.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Fault {
    /// Only calls of this service, such as `eks`.
    pub service: Option<String>,
    /// Only calls of this operation, such as `CreateCluster`.
    pub operation: Option<String>,
    /// Only the call with this index in the ledger, counted from 0 over all services.
    pub call: Option<u64>,
    /// Only every nth matching call: 3 hits the third, the sixth, …
    pub every: Option<u64>,
    /// Only this share of matching calls, drawn by seed.
    pub chance: Option<f64>,
    /// Stops after this many hits.
    pub times: Option<u64>,
    /// What happens.
    pub effect: Effect,
}

/// What happens to a call that meets a fault.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", tag = "kind")]
#[non_exhaustive]
pub enum Effect {
    /// The connection breaks before the service has seen the request.
    #[default]
    CutBeforeAccept,
    /// The service accepts and acts; the answer is lost.
    CutAfterAccept,
    /// The client is gone for good before the service has seen the request: this and every later call hangs.
    DieBeforeAccept,
    /// The service accepts and acts; then the client is gone for good.
    DieAfterAccept,
    /// EKS accepts the call, and the cluster, node group, Fargate profile or add-on that it makes fails with this
    /// issue, when it would have been there; so does an update of a configuration or add-on, which changes nothing
    /// then. Other calls go on as if nothing were.
    Fail {
        /// One of the issue codes that EKS's model has for the resource or the update, such as `InternalFailure`.
        code: String,
        /// The message.
        message: String,
    },
    /// The service answers with its throttling error.
    Throttle,
    /// The service answers with this error.
    Error {
        /// AWS's code, such as `ServerException`.
        code: String,
        /// The message.
        message: String,
        /// The HTTP status.
        status: u16,
    },
}
