//! A spec that changes, and the cluster that follows.

use super::Eks;
use super::lifecycle::created;
use crate::Result;
use crate::operation::{ClusterInfo, Handle, Operation};
use crate::plan::{ApplyOptions, Goal, Plan, Recent};
use crate::spec::Cluster;

impl Eks {
    /// Has the cluster follow its spec: creates what is missing, changes what differs, and leaves alone what the spec does
    /// not mention. A second apply of the same spec does nothing.
    ///
    /// Changed are, with new nodes in place of the old ones, a few at a time: disk, own image, metadata service, security groups
    /// and SSH key of node groups; the plan says so. Without a new node: policies of a group's own role, how long logs are kept; sizes, labels, taints, update settings and repair of node groups; endpoint access,
    /// logging, authentication mode (one way), upgrade policy, zonal shift and deletion protection of the control plane;
    /// version, configuration and role of add-ons; policies of access entries; tags of all of them. A field that is unset
    /// is left alone. Of maps and lists (tags, labels, taints, policies) what the last spec had and this one has not goes,
    /// and what others put there stays. A desired size that is the last spec's is an autoscaler's to move.
    ///
    /// Node groups, profiles, add-ons and access entries that the spec has no more stay, unless
    /// [`ApplyOptions::prune`](crate::ApplyOptions::prune) is set. Nothing is replaced but the node groups and Fargate profiles that
    /// [`ApplyOptions::allow_replace`](crate::ApplyOptions::allow_replace) names.
    ///
    /// ```no_run
    /// # async fn example(eks: eks_core::Eks, mut cluster: eks_core::Cluster) -> eks_core::Result<()> {
    /// cluster.tags.insert("cost-center".to_owned(), "4711".to_owned());
    /// println!("{}", eks.plan(&cluster).await?);
    /// eks.apply(&cluster).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Before anything is replaced: [`Conflict`](crate::ErrorKind::Conflict), code `ReplacementRefused`, if CloudFormation would
    /// replace or delete a resource of a stack.
    ///
    /// Before the first write: [`InvalidSpec`](crate::ErrorKind::InvalidSpec) with every field that cannot be changed in
    /// place; [`AlreadyExists`](crate::ErrorKind::AlreadyExists) if others made the cluster and it
    /// is not adopted ([`ApplyOptions::adopt`](crate::ApplyOptions::adopt); [`Eks::spec_of`] has its spec);
    /// [`Conflict`](crate::ErrorKind::Conflict) if it is being deleted. Then as [`Eks::create`], and
    /// [`Failed`](crate::ErrorKind::Failed) if something stays as it was after three updates.
    pub fn apply(&self, cluster: &Cluster) -> Operation<ClusterInfo> {
        self.apply_with(cluster, ApplyOptions::default())
    }

    /// [`Eks::apply`] with options.
    pub fn apply_with(&self, cluster: &Cluster, options: ApplyOptions) -> Operation<ClusterInfo> {
        let (region, goal) = self.apply_goal(cluster, options);
        self.operation(region, goal, Recent::default(), created)
    }

    /// What [`Eks::apply_with`] would do. Reads AWS and changes nothing.
    ///
    /// # Errors
    ///
    /// As [`Eks::apply`] before its first write.
    pub async fn plan_with(&self, cluster: &Cluster, options: ApplyOptions) -> Result<Plan> {
        let (region, goal) = self.apply_goal(cluster, options);
        self.preview(region?, goal).await
    }

    /// The handle of an apply that has not begun, for [`Eks::tick`].
    ///
    /// # Errors
    ///
    /// [`InvalidSpec`](crate::ErrorKind::InvalidSpec).
    pub fn apply_handle(&self, cluster: &Cluster, options: ApplyOptions) -> Result<Handle> {
        let (region, goal) = self.apply_goal(cluster, options);
        Ok(Handle::new(region?, goal, Recent::default()))
    }

    pub(super) fn apply_goal(&self, cluster: &Cluster, options: ApplyOptions) -> (Result<String>, Goal) {
        let (region, name) = self.place(cluster);
        let region = region.and_then(|region| options.check(cluster).map(|()| region));
        (region, Goal::Apply { name, spec: Box::new(cluster.clone().with_autoscaling()), options })
    }
}
