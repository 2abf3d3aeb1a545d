//! Other sizes of node groups.

use super::Eks;
use super::lifecycle::scaled;
use crate::Result;
use crate::operation::{Handle, NodeGroupInfo, Operation};
use crate::plan::{Goal, Plan, Recent, ScaleOptions};
use crate::spec::Scaling;

impl Eks {
    /// Gives a managed node group another size, whoever made it, and ends when every node that it wants is Ready and every
    /// other one gone. What `scaling` does not name stays as it is; a size that it does not name follows the bounds.
    ///
    /// An update that is under way ends first. A group that has this size already is left alone.
    ///
    /// ```no_run
    /// # async fn example(eks: eks_core::Eks) -> eks_core::Result<()> {
    /// use eks_core::Scaling;
    ///
    /// let group = eks.scale("web", "orders", &Scaling::between(0, 6).desired(3)).await?;
    /// assert_eq!(group.desired, 3);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Before the first write: [`InvalidSpec`](crate::ErrorKind::InvalidSpec) if the sizes contradict each other, or those
    /// that the group keeps; [`NotFound`](crate::ErrorKind::NotFound) without such a cluster or group;
    /// [`Conflict`](crate::ErrorKind::Conflict) if either is being made or deleted. [`Failed`](crate::ErrorKind::Failed) if
    /// the group is degraded, or keeps another size all the same.
    pub fn scale(&self, cluster: &str, group: &str, scaling: &Scaling) -> Operation<NodeGroupInfo> {
        self.scale_with(cluster, group, scaling, ScaleOptions::default())
    }

    /// [`Eks::scale`] with options.
    pub fn scale_with(
        &self,
        cluster: &str,
        group: &str,
        scaling: &Scaling,
        options: ScaleOptions,
    ) -> Operation<NodeGroupInfo> {
        let (region, goal) = self.scale_goal(cluster, group, scaling, options);
        self.operation(region, goal, Recent::default(), scaled)
    }

    /// What [`Eks::scale`] would do. Reads AWS and changes nothing.
    ///
    /// # Errors
    ///
    /// As [`Eks::scale`] before its first write.
    pub async fn plan_scale(&self, cluster: &str, group: &str, scaling: &Scaling) -> Result<Plan> {
        let (region, goal) = self.scale_goal(cluster, group, scaling, ScaleOptions::default());
        self.preview(region?, goal).await
    }

    /// The handle of a scale that has not begun, for [`Eks::tick`].
    ///
    /// # Errors
    ///
    /// [`InvalidSpec`](crate::ErrorKind::InvalidSpec).
    pub fn scale_handle(&self, cluster: &str, group: &str, scaling: &Scaling) -> Result<Handle> {
        let (region, goal) = self.scale_goal(cluster, group, scaling, ScaleOptions::default());
        Ok(Handle::new(region?, goal, Recent::default()))
    }

    fn scale_goal(
        &self,
        cluster: &str,
        group: &str,
        scaling: &Scaling,
        options: ScaleOptions,
    ) -> (Result<String>, Goal) {
        let region = self.region_of(cluster).and_then(|region| scaling.check().map(|()| region));
        let (name, group) = (cluster.to_owned(), group.to_owned());
        (region, Goal::Scale { name, group, scaling: scaling.clone(), options })
    }
}
