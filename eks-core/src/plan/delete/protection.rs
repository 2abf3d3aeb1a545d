//! EKS's deletion protection (facts/failures.md D16): refused before the first write, or switched off first when
//! the caller asks for that.

use super::super::draft::Stand;
use super::super::request::Request;
use super::super::step::StepKind;
use super::super::{ownership, tag};
use super::{Delete, TRIES};
use crate::observe::{ClusterState, ClusterStatus, Issue, Look};
use crate::{Error, ErrorKind};

/// Whether EKS would refuse to delete the cluster. One that is being made, has failed or is going may be deleted
/// (facts/aws.md §2.2); an update ends in ACTIVE, and by then the node groups would be gone.
pub(super) fn holds(cluster: &ClusterState) -> bool {
    cluster.deletion_protection && matches!(cluster.status, ClusterStatus::Active | ClusterStatus::Updating)
}

pub(super) fn refusal(cluster: &ClusterState) -> Error {
    let ways = "Switch its deletion protection off, then delete it; or set `disable_deletion_protection`, which does both";
    // Whoever put the mark there may have had that option, or the protection may have come later.
    let hint = if ownership::is_marked_for_deletion(cluster) {
        format!(
            "An earlier delete has begun, and marked the cluster. {ways}. To keep the cluster, take away its tag `{}`",
            tag::GOAL
        )
    } else {
        format!("Nothing was touched. {ways}")
    };
    Error::new(ErrorKind::Conflict, "the cluster is protected against deletion")
        .with_resource(format!("cluster {}", cluster.name))
        .with_hint(hint)
}

impl Delete<'_> {
    /// Only in the plan of a cluster that is protected, or was when this operation began.
    pub(super) fn protection(&mut self) {
        let action = StepKind::DisableDeletionProtection;
        let request = Request::DisableDeletionProtection { cluster: self.name.to_owned() };
        let tried = self.draft.recent.times_sent(&action.id(), request.kind());
        let stand = match self.cluster.filter(|cluster| holds(cluster)) {
            None if tried == 0 => return,
            None => Stand::Done,
            // Ours, or another one, which has to end first.
            Some(cluster) if cluster.status == ClusterStatus::Updating => Stand::Running,
            // An update that failed shows in nothing but the protection, which is still on.
            Some(_) => match self.draft.todo(&action, request) {
                Stand::Todo(_) if tried >= TRIES => Stand::Failed(vec![Issue {
                    code: "DeletionProtectionUpdate".to_owned(),
                    message: format!("deletion protection is still on after {tried} updates"),
                    resources: vec![self.name.to_owned()],
                }]),
                stand => stand,
            },
        };
        let resource = format!("cluster {}", self.name);
        self.draft.step(action, resource, &[StepKind::MarkForDeletion], stand, vec![Look::Cluster]);
    }
}
