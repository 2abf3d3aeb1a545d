//! Tags on everything of a cluster that costs money.

use super::Eks;
use super::lifecycle::tagged;
use crate::Result;
use crate::operation::{Handle, Operation};
use crate::plan::{Goal, Plan, Recent, TagOptions, TagReport};
use crate::spec::TagChange;

impl Eks {
    /// Puts cost allocation tags on everything of a cluster that costs money, whoever made it, and takes others off: the
    /// cluster, its node groups, Fargate profiles and add-ons; their Auto Scaling groups, whose new instances get them, too;
    /// running instances, also Karpenter's and Auto Mode's; volumes, also those of a CSI driver; load balancers and target
    /// groups of its Kubernetes; the log group of its control plane. Of a cluster that this library made also its launch
    /// templates and stacks, which hand them on to network and roles.
    ///
    /// A second call with the same tags does nothing. What the caller may not look at or tag is told in the report and is no
    /// failure, but for the cluster itself. A tag that the spec has, too, is the spec's: the next [`Eks::apply`] sets it to
    /// what that says.
    ///
    /// ```no_run
    /// # async fn example(eks: eks_core::Eks) -> eks_core::Result<()> {
    /// use eks_core::TagChange;
    ///
    /// let report = eks.tag("web", &TagChange::set("cost-center", "4711").and_remove("owner")).await?;
    /// println!("{report}");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Before any call: [`InvalidSpec`](crate::ErrorKind::InvalidSpec) if a tag does not fit everywhere, or its key is one by
    /// which AWS, controllers or this library know what is theirs. Before the first write:
    /// [`NotFound`](crate::ErrorKind::NotFound) without such a cluster; [`Conflict`](crate::ErrorKind::Conflict) if it is
    /// being made or deleted. [`AccessDenied`](crate::ErrorKind::AccessDenied) if the cluster may not be tagged;
    /// [`Failed`](crate::ErrorKind::Failed) if something has not the tags after three requests.
    pub fn tag(&self, cluster: &str, change: &TagChange) -> Operation<TagReport> {
        self.tag_with(cluster, change, TagOptions::default())
    }

    /// [`Eks::tag`] with options.
    pub fn tag_with(&self, cluster: &str, change: &TagChange, options: TagOptions) -> Operation<TagReport> {
        let (region, goal) = self.tag_goal(cluster, change, options);
        self.operation(region, goal, Recent::default(), tagged)
    }

    /// What [`Eks::tag`] would do. Reads AWS and changes nothing.
    ///
    /// # Errors
    ///
    /// As [`Eks::tag`] before its first write.
    pub async fn plan_tag(&self, cluster: &str, change: &TagChange) -> Result<Plan> {
        let (region, goal) = self.tag_goal(cluster, change, TagOptions::default());
        self.preview(region?, goal).await
    }

    /// The handle of a tag that has not begun, for [`Eks::tick`].
    ///
    /// # Errors
    ///
    /// [`InvalidSpec`](crate::ErrorKind::InvalidSpec).
    pub fn tag_handle(&self, cluster: &str, change: &TagChange, options: TagOptions) -> Result<Handle> {
        let (region, goal) = self.tag_goal(cluster, change, options);
        Ok(Handle::new(region?, goal, Recent::default()))
    }

    fn tag_goal(&self, cluster: &str, change: &TagChange, options: TagOptions) -> (Result<String>, Goal) {
        let region = self.region_of(cluster).and_then(|region| change.check().map(|()| region));
        (region, Goal::Tag { name: cluster.to_owned(), change: change.clone(), options })
    }
}
