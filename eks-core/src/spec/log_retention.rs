//! How long CloudWatch keeps the control plane's logs.

use super::check::Findings;
use super::cluster::Cluster;

/// The days that CloudWatch Logs takes (its API's model, `Days`; eksctl has all but four, facts/eksctl.md §3).
const DAYS: [u32; 22] =
    [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];

const FIELD: &str = "logRetentionInDays";

impl Cluster {
    /// The days are such as CloudWatch takes, and there are logs to keep.
    pub(super) fn inspect_log_retention(&self, findings: &mut Findings) {
        let Some(days) = self.log_retention_in_days else { return };
        let rule = format!("be one of {}", DAYS.map(|days| days.to_string()).join(", "));
        findings.require(DAYS.contains(&days), FIELD, days, rule);
        let any = self.logging.as_ref().is_some_and(|types| !types.is_empty());
        findings.require(any, FIELD, days, "come with `logging`: without it there are no logs to keep");
    }
}
