//! The log group of the control plane, which EKS makes where logs are on, and makes again for lines that come late
//! (facts/aws.md §9, facts/failures.md D15).

use super::super::draft::Stand;
use super::super::foundation::id;
use super::super::goal::DeleteOptions;
use super::super::names;
use super::super::ownership;
use super::super::recent::Recent;
use super::super::request::Request;
use super::super::step::StepKind;
use super::Delete;
use crate::observe::{ClusterState, Look, Observed, StackState};
use crate::{Error, ErrorKind, Result};

/// How long late lines are waited for once the cluster is gone, in milliseconds (U). Network and roles take as long.
const LATE_LINES: i64 = 60_000;

/// Keeps what says whose log group it is, and holds its deletion back until no more lines come.
pub(crate) fn remember_logs(name: &str, observed: &Observed, recent: &mut Recent, now: i64) {
    let foundation = observed.foundation.present().filter(|stack| ownership::owns_stack(name, stack));
    let cluster = observed.cluster.present();
    recent.adopted |= cluster.is_some_and(|cluster| !ownership::owns_cluster(cluster));
    recent.writes_logs |= cluster.is_some_and(ClusterState::writes_logs);
    let began = foundation.map(|stack| stack.created_at).into_iter();
    recent.born = began.chain(cluster.map(|cluster| cluster.created_at)).chain(recent.born).min();
    let group = observed.log_group.as_ref();
    let writes = recent.writes_logs || group.is_some_and(|group| group.created_at.is_some());
    if observed.cluster.is_absent() && writes && is_ours(recent) {
        let attempt = recent.attempts.entry(StepKind::DeleteLogGroup.id()).or_default();
        if attempt.not_before == 0 {
            attempt.not_before = now + LATE_LINES;
        }
    }
}

fn is_ours(recent: &Recent) -> bool {
    recent.born.is_some() && !recent.adopted
}

/// The question, if it must be answered before the end: whether there is such a group.
pub(super) fn unseen(
    name: &str,
    options: &DeleteOptions,
    observed: &Observed,
    recent: &Recent,
) -> Option<Look> {
    let asks = observed.cluster.is_absent() && is_ours(recent) && !options.keep_logs;
    (asks && observed.log_group.is_none()).then(|| Look::LogGroup { name: names::log_group(name) })
}

/// A group that is part of a stack goes with it.
pub(super) fn refuse(options: &DeleteOptions, foundation: Option<&StackState>) -> Result<()> {
    let is_part = |stack: &&StackState| {
        stack.resources.contains_key(id::LOG_GROUP) && !ownership::is_going(stack) && options.keep_logs
    };
    let Some(stack) = foundation.filter(is_part) else { return Ok(()) };
    Err(Error::new(
        ErrorKind::Conflict,
        "the log group of the control plane cannot be kept: it is part of the foundation stack, as \
         `logRetentionInDays` was set",
    )
    .with_resource(format!("stack {}", stack.name))
    .with_hint("Export its logs (logs:CreateExportTask), then delete without `keep_logs`"))
}

impl Delete<'_> {
    /// Only in the plan of a cluster that has logs. What came before the cluster is not its own, whoever writes to it.
    pub(super) fn log_group(&mut self) {
        let recent = self.draft.recent;
        let seen = self.observed.log_group.as_ref();
        let action = StepKind::DeleteLogGroup;
        let is_there = seen.is_some_and(|group| group.created_at.is_some() || group.unchecked.is_some());
        let tried = recent.has_sent(&action.id(), "deleteLogGroup");
        let concerns = recent.writes_logs || is_there || tried;
        if self.options.keep_logs || !is_ours(recent) || !concerns {
            return;
        }
        let name = names::log_group(self.name);
        let is_older = |created: i64| recent.born.is_some_and(|born| created < born);
        let stand = match seen {
            None => Stand::Blocked,
            Some(_) if tried => Stand::Done,
            Some(group) => match (&group.unchecked, group.created_at) {
                (Some(reason), _) => Stand::Skipped(reason.clone()),
                (None, Some(created)) if is_older(created) => {
                    Stand::Skipped(format!("log group {name} is older than the cluster and was left"))
                }
                (None, Some(_)) if group.protected => {
                    Stand::Skipped(format!("log group {name} is protected against deletion and was left"))
                }
                (None, _) => Stand::Todo(Request::DeleteLogGroup { name: name.clone() }),
            },
        };
        let looks = vec![Look::LogGroup { name: name.clone() }];
        self.draft.step(action, format!("log group {name}"), &[StepKind::DeleteCluster], stand, looks);
    }
}
