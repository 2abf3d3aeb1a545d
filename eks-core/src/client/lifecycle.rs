//! Plan, create, delete, resume, tick.

use super::Eks;
use crate::operation::{
    Cancel, ClusterInfo, DeleteReport, Handle, Next, NodeGroupInfo, Operation, Outcome, Tick,
};
use crate::plan::{ApplyOptions, CreateOptions, DeleteOptions, Goal, Plan, Recent, TagReport};
use crate::spec::Cluster;
use crate::{Error, ErrorKind, Result};

/// An operation that was resumed from its handle.
#[non_exhaustive]
pub enum Resumed {
    /// A create.
    Create(Operation<ClusterInfo>),
    /// An apply.
    Apply(Operation<ClusterInfo>),
    /// A delete.
    Delete(Operation<DeleteReport>),
    /// A change of a node group: a scale, labels, taints.
    NodeGroup(Operation<NodeGroupInfo>),
    /// A tag.
    Tag(Operation<TagReport>),
}

impl Eks {
    /// What [`Eks::apply`] would do, which is what [`Eks::create`] would do where there is no such cluster yet. Reads AWS
    /// and changes nothing.
    ///
    /// # Errors
    ///
    /// Whatever `apply` would end with before its first write: [`ErrorKind::InvalidSpec`],
    /// [`ErrorKind::AlreadyExists`], [`ErrorKind::Conflict`], or a failure to look.
    pub async fn plan(&self, cluster: &Cluster) -> Result<Plan> {
        self.plan_with(cluster, ApplyOptions::default()).await
    }

    /// What [`Eks::delete`] would do. Reads AWS and changes nothing.
    ///
    /// # Errors
    ///
    /// As [`Eks::delete`] before its first write.
    pub async fn plan_delete(&self, name: &str) -> Result<Plan> {
        let region = self.region_of(name)?;
        self.preview(region, Goal::Delete { name: name.to_owned(), options: DeleteOptions::default() }).await
    }

    /// Creates the cluster with its network, roles, node groups, Fargate profiles, add-ons and access
    /// entries, or goes on with a create of the same spec that was interrupted, wherever that was.
    ///
    /// It ends when the control plane is ACTIVE, the API server answers and every node is Ready.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidSpec`] before any call; [`ErrorKind::AlreadyExists`] if the name is taken by what
    /// is not ours or was begun with another spec; [`ErrorKind::Conflict`] if it is being deleted;
    /// [`ErrorKind::Failed`] and its siblings with AWS's reason. The same call again goes on.
    pub fn create(&self, cluster: &Cluster) -> Operation<ClusterInfo> {
        self.create_with(cluster, CreateOptions::default())
    }

    /// [`Eks::create`] with options.
    pub fn create_with(&self, cluster: &Cluster, options: CreateOptions) -> Operation<ClusterInfo> {
        let (region, goal) = self.create_goal(cluster, options);
        self.operation(region, goal, Recent::default(), created)
    }

    /// Goes on with a create of which only the name is known: the spec lies in AWS since it began.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] if no such create was begun in this region; else as [`Eks::create`].
    pub fn continue_create(&self, name: &str) -> Operation<ClusterInfo> {
        let goal = Goal::Create { name: name.to_owned(), spec: None, options: CreateOptions::default() };
        self.operation(self.region_of(name), goal, Recent::default(), created)
    }

    /// Deletes the cluster and everything that was made for it, and ends when nothing is left. What is gone
    /// already is no error: the report says whether anything was found.
    ///
    /// What Kubernetes made goes, too: load balancers of Services, Ingresses and Gateways with their target groups and
    /// security groups, and leaked network interfaces, as far as they carry the tags of this cluster's controllers.
    /// Kubernetes itself is asked first, for two minutes at most, where its API server can be reached.
    ///
    /// So does the log group of the control plane, also one that EKS made by itself, and the lines that come in the minute
    /// after the cluster (see [`DeleteOptions::keep_logs`]). One that is older than the cluster is left and named.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::AlreadyExists`] if the cluster is not ours (nothing is touched; see
    /// [`DeleteOptions::adopt`]); [`ErrorKind::Conflict`] if it is protected (see
    /// [`DeleteOptions::disable_deletion_protection`]), one of its stacks is, or one of its load balancers; [`ErrorKind::Failed`] with
    /// what could not be removed and why (see [`DeleteOptions::retain_what_is_stuck`]).
    pub fn delete(&self, name: &str) -> Operation<DeleteReport> {
        self.delete_with(name, DeleteOptions::default())
    }

    /// [`Eks::delete`] with options.
    pub fn delete_with(&self, name: &str, options: DeleteOptions) -> Operation<DeleteReport> {
        let goal = Goal::Delete { name: name.to_owned(), options };
        self.operation(self.region_of(name), goal, Recent::default(), deleted)
    }

    /// Goes on with an operation that was stored as a handle, on whatever machine it began.
    pub fn resume(&self, handle: Handle) -> Resumed {
        let (region, goal, recent) = handle.into_parts();
        match goal {
            Goal::Create { .. } => Resumed::Create(self.operation(Ok(region), goal, recent, created)),
            Goal::Apply { .. } => Resumed::Apply(self.operation(Ok(region), goal, recent, created)),
            Goal::Delete { .. } => Resumed::Delete(self.operation(Ok(region), goal, recent, deleted)),
            Goal::Patch { .. } => Resumed::NodeGroup(self.operation(Ok(region), goal, recent, patched)),
            Goal::Tag { .. } => Resumed::Tag(self.operation(Ok(region), goal, recent, tagged)),
        }
    }

    /// The handle of a create that has not begun, for [`Eks::tick`].
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidSpec`].
    pub fn create_handle(&self, cluster: &Cluster) -> Result<Handle> {
        let (region, goal) = self.create_goal(cluster, CreateOptions::default());
        Ok(Handle::new(region?, goal, Recent::default()))
    }

    /// The handle of a delete that has not begun, for [`Eks::tick`].
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidSpec`] if no region is known, or the name cannot be a cluster's.
    pub fn delete_handle(&self, name: &str, options: DeleteOptions) -> Result<Handle> {
        let goal = Goal::Delete { name: name.to_owned(), options };
        Ok(Handle::new(self.region_of(name)?, goal, Recent::default()))
    }

    /// One bounded turn of the loop, for whoever is the loop: a controller, a workflow's activity, a Lambda
    /// function. Looks, decides, sends what is ready, and says when to call again.
    ///
    /// A tick that is given the handle of this client's last tick goes on with what that one saw; any other looks
    /// at everything first, which costs about a dozen calls.
    ///
    /// # Errors
    ///
    /// As the operation that the handle stands for. The handle that was given stays good.
    pub async fn tick(&self, handle: Handle) -> Result<Tick> {
        let mut engine = match self.0.ticking.take(&handle) {
            Some(engine) => engine,
            None => {
                let (region, goal, recent) = handle.into_parts();
                self.run(self.engine(Ok(region), goal, recent)).await?.tell_the_plan_once()
            }
        };
        let ticked = self.run(async move {
            let (next_at, outcome) = match engine.tick().await? {
                Next::At(moment) => (Some(moment), None),
                Next::Done => (None, Some(engine.outcome()?)),
            };
            let (handle, events, plan) = (engine.handle(), engine.take_events(), engine.plan());
            Ok((Tick { handle, events, plan, next_at, outcome }, engine))
        });
        let (tick, engine) = ticked.await?;
        if tick.next_at.is_some() {
            self.0.ticking.keep(tick.handle.clone(), engine);
        }
        Ok(tick)
    }

    /// Ends a create. [`Cancel::Leave`] only stops driving it; [`Cancel::RollBack`] returns the operation that
    /// deletes what it made.
    pub fn cancel(&self, create: Operation<ClusterInfo>, outcome: Cancel) -> Option<Operation<DeleteReport>> {
        let handle = create.detach();
        match outcome {
            Cancel::Leave => None,
            Cancel::RollBack => {
                let (region, goal, _) = handle?.into_parts();
                let goal = Goal::Delete { name: goal.name().to_owned(), options: DeleteOptions::default() };
                Some(self.operation(Ok(region), goal, Recent::default(), deleted))
            }
        }
    }

    /// The region, if spec, name and region break no rule, and the goal. A struct of plain data may have no
    /// name, and the region may be the client's: they are checked like the spec's own.
    pub(super) fn create_goal(&self, cluster: &Cluster, options: CreateOptions) -> (Result<String>, Goal) {
        let (region, name) = self.place(cluster);
        let spec = Some(Box::new(cluster.clone().with_autoscaling()));
        (region, Goal::Create { name, spec, options })
    }

    /// Region and name of a spec that breaks no rule there.
    pub(super) fn place(&self, cluster: &Cluster) -> (Result<String>, String) {
        let region = cluster.region.clone().or_else(|| self.0.region.clone());
        let region = region.unwrap_or_else(|| Self::DEFAULT_REGION.to_owned());
        let name = cluster.name.clone().unwrap_or_default();
        let placed = Cluster { name: Some(name.clone()), region: Some(region.clone()), ..cluster.clone() };
        (placed.with_autoscaling().check().map(|()| region), name)
    }

    pub(super) async fn preview(&self, region: String, goal: Goal) -> Result<Plan> {
        let engine = self.engine(Ok(region), goal, Recent::default());
        self.run(async move { engine.await?.preview().await }).await
    }

    pub(super) fn operation<T: Send + 'static>(
        &self,
        region: Result<String>,
        goal: Goal,
        recent: Recent,
        finish: fn(Outcome) -> Result<T>,
    ) -> Operation<T> {
        let handle =
            region.as_ref().ok().map(|region| Handle::new(region.clone(), goal.clone(), recent.clone()));
        let engine = self.engine(region, goal, recent);
        Operation::new(Box::pin(engine), self.0.driver.clone(), handle, finish)
    }
}

pub(super) fn created(outcome: Outcome) -> Result<ClusterInfo> {
    match outcome {
        Outcome::Created(info) => Ok(*info),
        _ => Err(ended_otherwise("create")),
    }
}

fn deleted(outcome: Outcome) -> Result<DeleteReport> {
    match outcome {
        Outcome::Deleted(report) => Ok(report),
        _ => Err(ended_otherwise("delete")),
    }
}

pub(super) fn patched(outcome: Outcome) -> Result<NodeGroupInfo> {
    match outcome {
        Outcome::NodeGroup(group) => Ok(group),
        _ => Err(ended_otherwise("change of a node group")),
    }
}

pub(super) fn tagged(outcome: Outcome) -> Result<TagReport> {
    match outcome {
        Outcome::Tagged(report) => Ok(report),
        _ => Err(ended_otherwise("tag")),
    }
}

fn ended_otherwise(verb: &str) -> Error {
    Error::new(ErrorKind::Internal, format!("a {verb} ended as something else"))
}
