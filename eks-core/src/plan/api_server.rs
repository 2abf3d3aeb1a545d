//! Whether the cluster's API server answers: what every goal that has to do with nodes waits for.

use super::draft::{Draft, Stand};
use crate::observe::Observed;

/// How long the API server of an ACTIVE cluster may stay silent before the plan does without it, in milliseconds
/// (facts/failures.md C20: up to five minutes).
const BUDGET: i64 = 300_000;

/// How the step stands that waits for the API server. `asks`: whether it is to be asked at all; `may_enter`: whether the
/// caller is let in, as far as that is known.
pub(super) fn stand(draft: &Draft<'_>, observed: &Observed, asks: bool, may_enter: bool) -> Stand {
    let state = observed.api_server.present();
    let silent = draft.recent.active_since.is_some_and(|since| draft.now - since > BUDGET);
    match (observed.cluster.present(), state) {
        _ if !asks => Stand::Skipped("it is not to be asked".to_owned()),
        (Some(cluster), _) if !cluster.is_public() => {
            Stand::Skipped("the API server has no public endpoint".to_owned())
        }
        (_, Some(state)) if state.ready => Stand::Done,
        _ if !may_enter => {
            Stand::Skipped("the creator is no administrator and has no access entry".to_owned())
        }
        (_, Some(state)) if silent => {
            Stand::Skipped(state.problem.clone().unwrap_or_else(|| "it does not answer".to_owned()))
        }
        _ => Stand::Running,
    }
}
