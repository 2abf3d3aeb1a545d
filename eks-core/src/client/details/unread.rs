//! What the caller may not read of a cluster is unknown, and no failure.

use futures_util::future::join_all;

use crate::Result;
use crate::observe::{Eyes, Look, Observed, look};
use crate::plan::identity_look;

#[cfg(not(feature = "ec2"))]
pub(super) const WITHOUT_EC2: &str = "EC2 is not compiled in";

/// What could not be read, with the reasons.
#[derive(Default)]
pub(super) struct Unread(Vec<String>);

impl Unread {
    /// The part, if it could be read.
    pub(super) fn part<T>(&mut self, what: &str, part: std::result::Result<T, String>) -> Option<T> {
        part.map_err(|why| self.0.push(format!("{what}: {why}"))).ok()
    }

    pub(super) fn extend(&mut self, lines: impl IntoIterator<Item = String>) {
        self.0.extend(lines);
    }

    /// Each thing once.
    pub(super) fn lines(&self) -> Vec<String> {
        let mut lines = self.0.clone();
        lines.sort();
        lines.dedup();
        lines
    }
}

/// Looks at the cluster and at what EKS keeps in it.
pub(super) async fn survey(eyes: &Eyes, unread: &mut Unread) -> Result<Observed> {
    let mut observed = Observed::default();
    look(eyes, &Look::Cluster, &observed).await.map_err(|refusal| refusal.error)?.apply(&mut observed);
    if observed.cluster.is_absent() {
        return Ok(observed);
    }
    let parts = [
        ("the caller", Look::Caller),
        ("node groups", Look::NodeGroups),
        ("Fargate profiles", Look::FargateProfiles),
        ("add-ons", Look::Addons),
        ("nodes", Look::ApiServer),
        ("pod identity associations", Look::PodIdentityAssociations),
        ("roles of service accounts", identity_look(&eyes.cluster, true)),
    ];
    let answers = join_all(parts.iter().map(|(_, question)| look(eyes, question, &observed))).await;
    for ((what, _), answer) in parts.iter().zip(answers) {
        match answer {
            Ok(answer) => answer.apply(&mut observed),
            Err(refusal) if refusal.is_denied() => {
                unread.extend([format!("{what}: {}", refusal.error.message())]);
            }
            Err(refusal) => return Err(refusal.error),
        }
    }
    Ok(observed)
}
