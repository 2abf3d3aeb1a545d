//! What happened.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::plan::Plan;

/// One thing that happened.
///
/// `Display` is one line without a time; `serde` gives JSON.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Event {
    /// When, in milliseconds since the Unix epoch.
    pub at: i64,
    /// Milliseconds since the operation began, or was resumed.
    pub elapsed: i64,
    /// What.
    #[serde(flatten)]
    pub kind: EventKind,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", tag = "event")]
#[non_exhaustive]
pub enum EventKind {
    /// The first look is over, and this is to be done.
    Planned {
        /// The plan.
        plan: Box<Plan>,
    },
    /// A step's request was accepted, or AWS was found at work on it.
    StepStarted {
        /// The step's id.
        step: String,
        /// What it does.
        action: String,
    },
    /// A step's effect was seen.
    StepDone {
        /// The step's id.
        step: String,
        /// What it does.
        action: String,
        /// How long it took, in seconds, as far as this operation saw it.
        seconds: f64,
    },
    /// A step was left out, or given up without harm.
    StepSkipped {
        /// The step's id.
        step: String,
        /// What it does.
        action: String,
        /// Why.
        reason: String,
    },
    /// What others had attached to roles of the cluster was taken away, so that their stack can go.
    Detached {
        /// The step's id.
        step: String,
        /// What, as in [`DeleteReport::detached`](crate::DeleteReport::detached).
        what: Vec<String>,
    },
    /// AWS refused, and the call will be sent again.
    Retrying {
        /// What was asked.
        what: String,
        /// AWS's answer.
        error: String,
        /// Seconds until then.
        delay: f64,
        /// How many refusals in a row.
        attempt: u32,
    },
    /// Nothing happened for up to 30 seconds; AWS is at work on these steps.
    Waiting {
        /// What the steps under way do.
        running: Vec<String>,
        /// How long AWS can be expected to take for what is left, in seconds.
        expected_seconds: f64,
    },
    /// Everything is as wanted.
    Finished,
}

impl fmt::Display for EventKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Planned { plan } => {
                let left = plan.steps.iter().filter(|step| !step.state.is_settled()).count();
                write!(f, "{left} steps to {} {}", plan.goal, plan.cluster)
            }
            Self::StepStarted { action, .. } => write!(f, "started: {action}"),
            Self::StepDone { action, seconds, .. } => {
                write!(f, "done: {action} ({})", crate::plan::minutes(*seconds))
            }
            Self::StepSkipped { action, reason, .. } => write!(f, "left out: {action}: {reason}"),
            Self::Detached { what, .. } => write!(f, "detached: {}", what.join(", ")),
            Self::Retrying { what, error, delay, attempt } => {
                write!(f, "retry {attempt} of {what} in {delay:.0}s: {error}")
            }
            Self::Waiting { running, expected_seconds } => {
                let left = crate::plan::minutes(*expected_seconds);
                if running.is_empty() {
                    // Between two steps: what was sent last has not answered yet.
                    return write!(f, "waiting for AWS (about {left} left)");
                }
                write!(f, "waiting for AWS: {} (about {left} left)", running.join(", "))
            }
            Self::Finished => f.write_str("finished"),
        }
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)
    }
}
