//! What a simulated account is like, and what goes wrong in it.

use serde::{Deserialize, Serialize};

use crate::actor::Actor;
use crate::fault::Fault;
use crate::instant::Instant;
use crate::quota::Quotas;

/// What a simulated account is like. Everything has a default; unknown keys are refused.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Settings {
    /// Same seed, same transcript. Default 0.
    pub seed: u64,
    /// When the account's time begins. Default 2026-11-22T09:00:00Z.
    pub start: Instant,
    /// Durations are drawn around their typical value (true) or are just that (false, the default).
    pub drawn: bool,
    /// Every duration is multiplied by this. Default 1.
    pub scale: f64,
    /// The account number. Default 123456789012.
    pub account: String,
    /// The principal that unknown access keys stand for. Default `arn:aws:iam::<account>:user/simulated`.
    pub caller: Option<String>,
    /// Service quotas, AWS's defaults unless set.
    pub quotas: Quotas,
    /// Whether AWS's request rates are enforced (facts/aws.md §5.1). Default true.
    pub throttling: bool,
    /// What goes wrong by itself.
    pub trouble: Trouble,
    /// What goes wrong on given calls.
    pub faults: Vec<Fault>,
    /// Who else is at work in the account. Default nobody.
    pub actors: Vec<Actor>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            seed: 0,
            // 2026-11-22T09:00:00Z: the day the facts were collected (facts/aws.md, head).
            start: Instant::from_millis(1_795_338_000_000),
            drawn: false,
            scale: 1.0,
            account: "123456789012".to_owned(),
            caller: None,
            quotas: Quotas::default(),
            throttling: true,
            trouble: Trouble::default(),
            faults: Vec::new(),
            actors: Vec::new(),
        }
    }
}

/// Behaviours of AWS that make trouble without any call being at fault (facts/failures.md A7).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Trouble {
    /// New IAM roles cannot be assumed at once (facts/aws.md §2.3). Default true.
    pub iam_propagation: bool,
    /// Chance that a cluster is locked by an update that no status shows, after a create of an add-on or a
    /// Fargate profile (facts/aws.md §1.2: 0.1). Default 0.
    pub hidden_update: f64,
    /// Longest such lock, in seconds. Default 600.
    pub hidden_update_seconds: f64,
    /// Reads of clients answer as things were this many seconds ago, at most, for new resources. Default 0.
    pub read_lag_seconds: f64,
    /// Credentials are refused as expired from and until these seconds after the start.
    pub credentials_expired: Option<(f64, f64)>,
    /// Instance types that no zone can launch just now.
    pub no_capacity: Vec<String>,
    /// Nodes boot and never join.
    pub nodes_never_join: bool,
    /// DeleteNodegroup ends in DELETE_FAILED this many times.
    pub stuck_nodegroup_deletes: u32,
    /// Zone names whose control-plane capacity is used up.
    pub zones_without_control_plane: Vec<String>,
    /// The API server of clusters cannot be reached.
    pub api_server_unreachable: bool,
    /// The account is a member of an organization, whose management account keeps billing to itself.
    pub linked_account: bool,
}

impl Default for Trouble {
    fn default() -> Self {
        Self {
            iam_propagation: true,
            hidden_update: 0.0,
            hidden_update_seconds: 600.0,
            read_lag_seconds: 0.0,
            credentials_expired: None,
            no_capacity: Vec::new(),
            nodes_never_join: false,
            stuck_nodegroup_deletes: 0,
            zones_without_control_plane: Vec::new(),
            api_server_unreachable: false,
            linked_account: false,
        }
    }
}
