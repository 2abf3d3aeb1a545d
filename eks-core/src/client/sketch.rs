//! A plan made over and over from what was seen once: how long deciding takes, without the asking.

use super::Eks;
use crate::Result;
use crate::operation::Engine;
use crate::plan::{ApplyOptions, Plan, Recent};
use crate::spec::Cluster;

/// What a plan is made from. For `benches/`; no part of the API.
#[doc(hidden)]
pub struct Sketch(Engine);

impl Eks {
    /// Looks at all that [`Eks::plan`] looks at. It must be awaited where the client's driver runs.
    #[doc(hidden)]
    pub async fn sketch(&self, cluster: &Cluster) -> Result<Sketch> {
        let (region, goal) = self.apply_goal(cluster, ApplyOptions::default());
        let mut engine = self.engine(region, goal, Recent::default()).await?;
        engine.preview().await?;
        Ok(Sketch(engine))
    }
}

impl Sketch {
    /// The plan, decided anew and without asking anything.
    ///
    /// # Errors
    ///
    /// As [`Eks::plan`].
    pub fn plan(&mut self) -> Result<Plan> {
        self.0.replan()
    }
}
