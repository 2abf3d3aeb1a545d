//! Node groups that are to be another in one thing: size, labels, taints. Their roles' policies are in `policy.rs`.

use super::Eks;
use super::lifecycle::patched;
use crate::Result;
use crate::operation::{Handle, NodeGroupInfo, Operation};
use crate::plan::{Goal, Patch, PatchOptions, Plan, Recent};
use crate::spec::{LabelChange, Scaling, TaintChange};

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
        self.scale_with(cluster, group, scaling, PatchOptions::default())
    }

    /// [`Eks::scale`] with options.
    pub fn scale_with(
        &self,
        cluster: &str,
        group: &str,
        scaling: &Scaling,
        options: PatchOptions,
    ) -> Operation<NodeGroupInfo> {
        let (region, goal) = self.scale_goal(cluster, group, scaling, options);
        self.operation(region, goal, Recent::default(), patched)
    }

    /// What [`Eks::scale`] would do. Reads AWS and changes nothing.
    ///
    /// # Errors
    ///
    /// As [`Eks::scale`] before its first write.
    pub async fn plan_scale(&self, cluster: &str, group: &str, scaling: &Scaling) -> Result<Plan> {
        let (region, goal) = self.scale_goal(cluster, group, scaling, PatchOptions::default());
        self.preview(region?, goal).await
    }

    /// The handle of a scale that has not begun, for [`Eks::tick`].
    ///
    /// # Errors
    ///
    /// [`InvalidSpec`](crate::ErrorKind::InvalidSpec).
    pub fn scale_handle(&self, cluster: &str, group: &str, scaling: &Scaling) -> Result<Handle> {
        let (region, goal) = self.scale_goal(cluster, group, scaling, PatchOptions::default());
        Ok(Handle::new(region?, goal, Recent::default()))
    }

    /// Sets labels of a managed node group's nodes, those that are there and those to come, and takes others away, whoever
    /// made the group. Labels that the change does not name stay. It ends when EKS has put them on the nodes.
    ///
    /// A later [`Eks::apply`] of a spec without such a label leaves it alone; it sets what its own spec says.
    ///
    /// ```no_run
    /// # async fn example(eks: eks_core::Eks) -> eks_core::Result<()> {
    /// use eks_core::LabelChange;
    ///
    /// let change = LabelChange::set("team", "orders").and_remove("tier");
    /// println!("{}", eks.plan_label("web", "orders", &change).await?);
    /// eks.label("web", "orders", &change).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Before the first call: [`InvalidSpec`](crate::ErrorKind::InvalidSpec) if a key or value breaks Kubernetes's rules, or
    /// a key is of its own domains. Then as [`Eks::scale`].
    pub fn label(&self, cluster: &str, group: &str, labels: &LabelChange) -> Operation<NodeGroupInfo> {
        self.label_with(cluster, group, labels, PatchOptions::default())
    }

    /// [`Eks::label`] with options.
    pub fn label_with(
        &self,
        cluster: &str,
        group: &str,
        labels: &LabelChange,
        options: PatchOptions,
    ) -> Operation<NodeGroupInfo> {
        let (region, goal) = self.label_goal(cluster, group, labels, options);
        self.operation(region, goal, Recent::default(), patched)
    }

    /// What [`Eks::label`] would do. Reads AWS and changes nothing.
    ///
    /// # Errors
    ///
    /// As [`Eks::label`] before its first write.
    pub async fn plan_label(&self, cluster: &str, group: &str, labels: &LabelChange) -> Result<Plan> {
        let (region, goal) = self.label_goal(cluster, group, labels, PatchOptions::default());
        self.preview(region?, goal).await
    }

    /// The handle of such a change that has not begun, for [`Eks::tick`].
    ///
    /// # Errors
    ///
    /// [`InvalidSpec`](crate::ErrorKind::InvalidSpec).
    pub fn label_handle(&self, cluster: &str, group: &str, labels: &LabelChange) -> Result<Handle> {
        let (region, goal) = self.label_goal(cluster, group, labels, PatchOptions::default());
        Ok(Handle::new(region?, goal, Recent::default()))
    }

    /// Sets taints of a managed node group's nodes, those that are there and those to come, and takes others away, whoever
    /// made the group. Taints that the change does not name stay. It ends when EKS has put them on the nodes.
    ///
    /// A taint with effect `NoExecute` evicts the pods that do not tolerate it: the plan says so. A later [`Eks::apply`] of
    /// a spec without such a taint leaves it alone; it sets what its own spec says.
    ///
    /// ```no_run
    /// # async fn example(eks: eks_core::Eks) -> eks_core::Result<()> {
    /// use eks_core::{Taint, TaintChange, TaintKey};
    ///
    /// let change = TaintChange::set(Taint::no_schedule("app", "orders")).and_remove(TaintKey::all("batch"));
    /// println!("{}", eks.plan_taint("web", "orders", &change).await?);
    /// eks.taint("web", "orders", &change).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Before the first call: [`InvalidSpec`](crate::ErrorKind::InvalidSpec) if a key or value breaks Kubernetes's rules, a
    /// taint comes twice, or is both set and removed. Before the first write, if the group would have more than 50. Then as
    /// [`Eks::scale`].
    pub fn taint(&self, cluster: &str, group: &str, taints: &TaintChange) -> Operation<NodeGroupInfo> {
        self.taint_with(cluster, group, taints, PatchOptions::default())
    }

    /// [`Eks::taint`] with options.
    pub fn taint_with(
        &self,
        cluster: &str,
        group: &str,
        taints: &TaintChange,
        options: PatchOptions,
    ) -> Operation<NodeGroupInfo> {
        let (region, goal) = self.taint_goal(cluster, group, taints, options);
        self.operation(region, goal, Recent::default(), patched)
    }

    /// What [`Eks::taint`] would do. Reads AWS and changes nothing.
    ///
    /// # Errors
    ///
    /// As [`Eks::taint`] before its first write.
    pub async fn plan_taint(&self, cluster: &str, group: &str, taints: &TaintChange) -> Result<Plan> {
        let (region, goal) = self.taint_goal(cluster, group, taints, PatchOptions::default());
        self.preview(region?, goal).await
    }

    /// The handle of such a change that has not begun, for [`Eks::tick`].
    ///
    /// # Errors
    ///
    /// [`InvalidSpec`](crate::ErrorKind::InvalidSpec).
    pub fn taint_handle(&self, cluster: &str, group: &str, taints: &TaintChange) -> Result<Handle> {
        let (region, goal) = self.taint_goal(cluster, group, taints, PatchOptions::default());
        Ok(Handle::new(region?, goal, Recent::default()))
    }

    fn scale_goal(
        &self,
        cluster: &str,
        group: &str,
        scaling: &Scaling,
        options: PatchOptions,
    ) -> (Result<String>, Goal) {
        self.patch_goal(cluster, group, scaling.check(), Patch::Scaling(scaling.clone()), options)
    }

    fn label_goal(
        &self,
        cluster: &str,
        group: &str,
        labels: &LabelChange,
        options: PatchOptions,
    ) -> (Result<String>, Goal) {
        self.patch_goal(cluster, group, labels.check(), Patch::Labels(labels.clone()), options)
    }

    fn taint_goal(
        &self,
        cluster: &str,
        group: &str,
        taints: &TaintChange,
        options: PatchOptions,
    ) -> (Result<String>, Goal) {
        self.patch_goal(cluster, group, taints.check(), Patch::Taints(taints.clone()), options)
    }

    pub(super) fn patch_goal(
        &self,
        cluster: &str,
        group: &str,
        checked: Result<()>,
        patch: Patch,
        options: PatchOptions,
    ) -> (Result<String>, Goal) {
        let region = self.region_of(cluster).and_then(|region| checked.map(|()| region));
        (region, Goal::Patch { name: cluster.to_owned(), group: group.to_owned(), patch, options })
    }
}
