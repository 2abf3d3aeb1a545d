//! Auto Scaling groups, by name.

use std::collections::BTreeMap;

use crate::aws::{Refusal, Service, Wire};
use crate::observe::tagged::Tagged;

/// As many can be named at once (API reference of DescribeAutoScalingGroups: 50 without a page size).
const MOST: usize = 50;

/// Groups that are gone are left out.
pub(super) async fn look(wire: &Wire, names: &[String]) -> Result<Tagged, Refusal> {
    let mut tagged = Tagged::default();
    for names in names.chunks(MOST) {
        let call = Service::AutoScaling.read("DescribeAutoScalingGroups", "");
        let request = wire.autoscaling().describe_auto_scaling_groups();
        let request = request.set_auto_scaling_group_names(Some(names.to_vec()));
        let pages = wire.pages(&call, || request.into_paginator().send()).await?;
        for group in pages.into_iter().filter_map(|page| page.auto_scaling_groups).flatten() {
            let name = group.auto_scaling_group_name.unwrap_or_default();
            let mut own = BTreeMap::new();
            for tag in group.tags.unwrap_or_default() {
                let key = tag.key.unwrap_or_default();
                if tag.propagate_at_launch != Some(true) {
                    tagged.kept.entry(name.clone()).or_default().insert(key.clone());
                }
                own.insert(key, tag.value.unwrap_or_default());
            }
            tagged.things.insert(name, own);
        }
    }
    Ok(tagged)
}
