//! The spec of a cluster that is there.

use futures_util::future::join_all;

use super::Eks;
use super::read::no_such_cluster;
use crate::Result;
use crate::observe::{Look, Observed, Seen, look};
use crate::plan::{found_looks, foundation_look, spec_of};
use crate::spec::Cluster;

impl Eks {
    /// The spec of a cluster as it is, whoever made it: one of which a plan would change nothing. Reads AWS and changes
    /// nothing.
    ///
    /// Of a cluster of this library's it is the spec that was applied last, with what is another since: what it mentions has
    /// the values that AWS has now, what is gone is left out, and node groups, Fargate profiles and add-ons that others added
    /// are in it. A desired size stays as it was asked for; an autoscaler moves it.
    ///
    /// Of a cluster that others made, it has everything that a spec can say: version, network as given subnets, endpoint
    /// access, logs, access, encryption, Auto Mode, node groups with their subnets and roles, Fargate profiles, add-ons and pod
    /// identity associations.
    /// To have it managed from then on, apply it with [`ApplyOptions::adopt`](crate::ApplyOptions::adopt).
    ///
    /// Left out is what a spec cannot say, and none of it makes a difference to a plan:
    ///
    /// - launch templates of node groups, and what stands in them: disks, images of one's own, capacity blocks, security
    ///   groups, sometimes instance types; and labels that only Kubernetes may set;
    /// - nodes that EKS does not manage, add-ons that are not EKS's, and what is inside the cluster;
    /// - tags that the cluster has and not every one of its node groups, profiles and add-ons; tags of AWS;
    /// - access entries that EKS makes by itself (for nodes, pods on Fargate, and AWS's services);
    /// - what is being deleted, or could not be made.
    ///
    /// Configurations of add-ons can hold passwords: they are in the spec as EKS keeps them.
    ///
    /// It costs some ten calls, one more for each node group, Fargate profile and add-on, and two for each access entry.
    /// Whether subnets are public is seen by their routes; where those may not be looked at, all count as private.
    ///
    /// # Errors
    ///
    /// [`NotFound`](crate::ErrorKind::NotFound) if there is no such cluster in the client's region; [`Unsupported`](crate::ErrorKind::Unsupported) if no spec can
    /// describe it; failures to look.
    pub async fn spec_of(&self, name: &str) -> Result<Cluster> {
        let region = self.region_of(name)?;
        let eyes = self.eyes(&region, name)?;
        let name = name.to_owned();
        self.run(async move {
            let mut observed = Observed::default();
            let mut questions = vec![Look::Cluster, foundation_look(&name)];
            while !questions.is_empty() {
                let answers = questions.iter().map(|question| look(&eyes, question, &observed));
                for (question, answer) in questions.iter().zip(join_all(answers).await) {
                    match answer {
                        Ok(answer) => answer.apply(&mut observed),
                        // Who may not ask CloudFormation can still read what is not ours.
                        Err(refusal) if refusal.is_denied() && is_stack(question) => {
                            observed.foundation = Seen::Absent;
                        }
                        Err(refusal) => return Err(refusal.error),
                    }
                }
                questions = found_looks(&observed);
            }
            let cluster = observed.cluster.present().ok_or_else(|| no_such_cluster(&name, &region))?;
            spec_of(cluster, &observed)
        })
        .await
    }
}

fn is_stack(question: &Look) -> bool {
    matches!(question, Look::Foundation { .. })
}
