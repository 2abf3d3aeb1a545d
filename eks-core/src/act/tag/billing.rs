//! Tag keys by which billing splits costs.

use aws_sdk_costexplorer::types::{CostAllocationTagStatus, CostAllocationTagStatusEntry};

use crate::aws::{Refusal, Service, Wire};

/// As many keys take one request (service model).
const MOST: usize = 20;

/// What billing does with each key is its answer to the next look, which says more than the errors here: those name a
/// code for what billing does not know yet, and no other.
pub(crate) async fn activate(wire: &Wire, keys: &[String]) -> Result<(), Refusal> {
    let Some(cost_explorer) = wire.cost_explorer() else { return Ok(()) };
    for keys in keys.chunks(MOST) {
        let call = Service::CostExplorer.mutate("UpdateCostAllocationTagsStatus", keys.join(", "));
        let entries = keys.iter().filter_map(|key| {
            let entry = CostAllocationTagStatusEntry::builder().tag_key(key);
            // What is built lacks neither member.
            entry.status(CostAllocationTagStatus::Active).build().ok()
        });
        let request = cost_explorer.update_cost_allocation_tags_status();
        let request = request.set_cost_allocation_tags_status(Some(entries.collect()));
        wire.send(&call, || request.send()).await?;
    }
    Ok(())
}
