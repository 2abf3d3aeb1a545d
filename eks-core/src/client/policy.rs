//! Policies of the roles of node groups.

use super::Eks;
use super::lifecycle::patched;
use crate::operation::{Handle, NodeGroupInfo, Operation};
use crate::plan::{Goal, Patch, PatchOptions, Plan, Recent};
use crate::spec::{Cluster, NodeGroup};
use crate::{Error, Result, Violation};

impl Eks {
    /// Attaches an IAM policy to the own role of a node group that this library has made: to the stack that holds the role,
    /// so that it goes with that. Nodes have it within seconds, and none is replaced. A policy that is attached already is
    /// left alone.
    ///
    /// The spec that the cluster keeps has the policy from then on. A later [`Eks::apply`] of a spec without it detaches it
    /// again, and its plan says so: put it into your own spec, too (`policyArns`).
    ///
    /// ```no_run
    /// # async fn example(eks: eks_core::Eks) -> eks_core::Result<()> {
    /// eks.attach_policy("web", "orders", "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess").await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Before the first call: [`InvalidSpec`](crate::ErrorKind::InvalidSpec) for what is no policy's ARN. Before the first
    /// write: that too for a policy of another partition, and for a group that shares its role with others or was given
    /// one; [`NotFound`](crate::ErrorKind::NotFound) without such a cluster or group;
    /// [`AlreadyExists`](crate::ErrorKind::AlreadyExists) if the cluster is not ours;
    /// [`Conflict`](crate::ErrorKind::Conflict) if it is being made or deleted.
    pub fn attach_policy(&self, cluster: &str, group: &str, policy_arn: &str) -> Operation<NodeGroupInfo> {
        self.change_policy(cluster, group, policy_arn, true)
    }

    /// Takes from the own role of a node group a policy that its spec has. Those that nodes need, and those that others have
    /// attached, are none of these. As [`Eks::attach_policy`] in everything else.
    ///
    /// # Errors
    ///
    /// As [`Eks::attach_policy`].
    pub fn detach_policy(&self, cluster: &str, group: &str, policy_arn: &str) -> Operation<NodeGroupInfo> {
        self.change_policy(cluster, group, policy_arn, false)
    }

    /// What [`Eks::attach_policy`] would do. Reads AWS and changes nothing.
    ///
    /// # Errors
    ///
    /// As [`Eks::attach_policy`] before its first write.
    pub async fn plan_attach_policy(&self, cluster: &str, group: &str, policy_arn: &str) -> Result<Plan> {
        let (region, goal) = self.policy_goal(cluster, group, policy_arn, true);
        self.preview(region?, goal).await
    }

    /// What [`Eks::detach_policy`] would do. Reads AWS and changes nothing.
    ///
    /// # Errors
    ///
    /// As [`Eks::attach_policy`] before its first write.
    pub async fn plan_detach_policy(&self, cluster: &str, group: &str, policy_arn: &str) -> Result<Plan> {
        let (region, goal) = self.policy_goal(cluster, group, policy_arn, false);
        self.preview(region?, goal).await
    }

    /// The handle of an [`Eks::attach_policy`] that has not begun, for [`Eks::tick`].
    ///
    /// # Errors
    ///
    /// [`InvalidSpec`](crate::ErrorKind::InvalidSpec).
    pub fn attach_policy_handle(&self, cluster: &str, group: &str, policy_arn: &str) -> Result<Handle> {
        let (region, goal) = self.policy_goal(cluster, group, policy_arn, true);
        Ok(Handle::new(region?, goal, Recent::default()))
    }

    /// The handle of an [`Eks::detach_policy`] that has not begun, for [`Eks::tick`].
    ///
    /// # Errors
    ///
    /// [`InvalidSpec`](crate::ErrorKind::InvalidSpec).
    pub fn detach_policy_handle(&self, cluster: &str, group: &str, policy_arn: &str) -> Result<Handle> {
        let (region, goal) = self.policy_goal(cluster, group, policy_arn, false);
        Ok(Handle::new(region?, goal, Recent::default()))
    }

    fn change_policy(
        &self,
        cluster: &str,
        group: &str,
        policy_arn: &str,
        attached: bool,
    ) -> Operation<NodeGroupInfo> {
        let (region, goal) = self.policy_goal(cluster, group, policy_arn, attached);
        self.operation(region, goal, Recent::default(), patched)
    }

    fn policy_goal(
        &self,
        cluster: &str,
        group: &str,
        policy_arn: &str,
        attached: bool,
    ) -> (Result<String>, Goal) {
        let region = self.region_of(cluster).ok();
        let patch = Patch::Policy { arn: policy_arn.to_owned(), attached };
        self.patch_goal(cluster, group, check(region, policy_arn), patch, PatchOptions::default())
    }
}

/// The rules of a spec that has it.
fn check(region: Option<String>, policy_arn: &str) -> Result<()> {
    let group = NodeGroup { policy_arns: vec![policy_arn.to_owned()], ..NodeGroup::default() };
    let spec = Cluster { region, node_groups: Some(vec![group]), ..Cluster::default() };
    spec.check().map_err(|error| {
        let broken = error.violations().iter();
        let named = broken.map(|it| Violation::new("policyArn", policy_arn, it.rule.clone()));
        Error::invalid(named.collect())
    })
}
