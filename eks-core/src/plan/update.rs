//! How an update stands that was sent: by what it changed and, where that stays as it was, by what EKS says of the update
//! itself.

use super::draft::{Draft, Stand};
use super::request::Request;
use super::step::StepKind;
use crate::observe::{Issue, Look, Observed, UpdateOf, UpdateState};

/// How often an update is sent before what stays as it was counts as a failure: somebody else changes it, too, or a
/// process that died sent one that failed.
const TRIES: usize = 3;

/// How a step stands whose thing is at rest, and is not as it is to be; and what else shows that. `left` says what is not.
pub(super) fn stand(
    draft: &Draft<'_>,
    observed: &Observed,
    action: &StepKind,
    request: Request,
    of: Option<UpdateOf>,
    left: impl FnOnce() -> String,
) -> (Stand, Option<Look>) {
    let attempt = draft.recent.attempt(&action.id());
    let id = attempt.and_then(|attempt| attempt.update.clone());
    let tried = draft.recent.times_sent(&action.id(), request.kind());
    let update = id.as_ref().and_then(|id| observed.updates.get(id));
    if let Some(UpdateState::Failed(issues)) = update {
        return (Stand::Failed(issues.clone()), None);
    }
    let is_over = id.is_none() || update == Some(&UpdateState::Successful);
    let stand = match draft.todo(action, request) {
        // What became of the last one is to be known first.
        Stand::Todo(_) if !is_over => Stand::Running,
        Stand::Todo(_) if tried >= TRIES => Stand::Failed(vec![Issue {
            code: "Update".to_owned(),
            message: format!("after {tried} updates {}: somebody else sets it, too", left()),
            resources: Vec::new(),
        }]),
        stand => stand,
    };
    let unsettled = id.filter(|_| !is_over).zip(of);
    (stand, unsettled.map(|(id, of)| Look::Update { id, of }))
}
