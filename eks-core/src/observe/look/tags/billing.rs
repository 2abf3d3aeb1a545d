//! Which tag keys split the bill (Cost Explorer).

use std::collections::BTreeMap;

use aws_sdk_costexplorer::types::CostAllocationTagStatus as Status;

use super::super::{checked, patiently};
use crate::aws::{Refusal, Service, Wire};
use crate::observe::tagged::{CostTagStatus, CostTags};

/// In member accounts billing is the management account's: who may not ask is told so.
pub(in super::super) async fn look(wire: &Wire, keys: &[String]) -> Result<CostTags, Refusal> {
    let unchecked = |why| CostTags { unchecked: Some(why), ..CostTags::default() };
    Ok(checked(patiently(|| listed(wire, keys))).await?.unwrap_or_else(unchecked))
}

async fn listed(wire: &Wire, keys: &[String]) -> Result<CostTags, Refusal> {
    let Some(cost_explorer) = wire.cost_explorer() else {
        let unchecked = Some("this partition has no Cost Explorer".to_owned());
        return Ok(CostTags { unchecked, ..CostTags::default() });
    };
    let call = Service::CostExplorer.read("ListCostAllocationTags", keys.join(", "));
    let request = cost_explorer.list_cost_allocation_tags().set_tag_keys(Some(keys.to_vec()));
    let pages = wire.pages(&call, || request.into_paginator().send()).await?;
    let known = pages.into_iter().filter_map(|page| page.cost_allocation_tags).flatten();
    let mut found: BTreeMap<String, CostTagStatus> =
        keys.iter().map(|key| (key.clone(), CostTagStatus::Unseen)).collect();
    for tag in known {
        let active = tag.status == Status::Active;
        found.insert(tag.tag_key, if active { CostTagStatus::Active } else { CostTagStatus::Inactive });
    }
    Ok(CostTags { keys: found, unchecked: None })
}
