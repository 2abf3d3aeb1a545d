//! Whether the account has room, before the first write.

use super::Eks;
use crate::Result;
use crate::aws::Wire;
use crate::observe::{limits, usage};
use crate::plan::{COUNTED, CreateOptions, Plan, Preflight, Recent, instance_types, nat_zones, preflight};
use crate::spec::Cluster;

impl Eks {
    /// Whether the account has room for a create: what it makes, what the account has and may have. Reads AWS and
    /// changes nothing.
    ///
    /// Versions, zones, which zone offers which instance type, and given subnets are looked at on the way, as in
    /// [`Eks::plan`]; the quotas are those of clusters, node groups, nodes, Fargate profiles, VPCs, internet
    /// gateways, elastic addresses, NAT gateways of a zone, stacks, and vCPUs of standard instances. Where Service
    /// Quotas may not be asked AWS's defaults are assumed, and the finding says so; what may not be counted is named
    /// in [`Preflight::unchecked`].
    ///
    /// [`CreateOptions::preflight`] does the same before a create.
    ///
    /// # Errors
    ///
    /// As [`Eks::plan`]. A quota that is exceeded is no error here.
    pub async fn preflight(&self, cluster: &Cluster) -> Result<Preflight> {
        let (region, goal) = self.create_goal(cluster, CreateOptions::default());
        let region = region?;
        let wire = self.wire(&region)?;
        let engine = self.engine(Ok(region), goal, Recent::default());
        let cluster = cluster.clone();
        self.run(async move {
            let mut engine = engine.await?;
            let plan = engine.preview().await?;
            let begun = engine.has_foundation();
            survey(&wire, &plan, begun, &cluster).await
        })
        .await
    }
}

/// Looks at everything that a create of `cluster` counts against; `begun`: its
/// foundation stack is there.
pub(super) async fn survey(wire: &Wire, plan: &Plan, begun: bool, cluster: &Cluster) -> Result<Preflight> {
    let zones = nat_zones(plan.map.as_ref());
    let usage =
        usage(wire, &COUNTED, &instance_types(cluster), &zones).await.map_err(|refusal| refusal.error)?;
    let limits = limits(wire, &COUNTED).await.map_err(|refusal| refusal.error)?;
    Ok(preflight(cluster, &plan.steps, &zones, begun, &usage, &limits))
}
