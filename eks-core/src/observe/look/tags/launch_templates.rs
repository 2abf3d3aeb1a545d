//! Launch templates, by id.

use std::collections::BTreeMap;

use futures_util::future::try_join_all;

use super::super::seen;
use super::map;
use crate::aws::{Class, Refusal, Service, Wire};
use crate::observe::Seen;
use crate::observe::tagged::{Tagged, Tags};

/// All in one call; one by one where one of them is gone, which makes the whole answer an error.
pub(super) async fn look(wire: &Wire, ids: &[String]) -> Result<Tagged, Refusal> {
    match described(wire, ids).await {
        Err(refusal) if refusal.class == Class::Gone => {
            let alone = ids.iter().map(async |id| seen(described(wire, std::slice::from_ref(id)).await));
            let seen = try_join_all(alone).await?;
            let there = seen.into_iter().filter_map(|one| match one {
                Seen::Present(found) => Some(found),
                Seen::Absent | Seen::Unknown => None,
            });
            Ok(Tagged::of(there.flatten().collect()))
        }
        found => found.map(Tagged::of),
    }
}

async fn described(wire: &Wire, ids: &[String]) -> Result<BTreeMap<String, Tags>, Refusal> {
    let call = Service::Ec2.read("DescribeLaunchTemplates", ids.join(", "));
    let request = wire.ec2().describe_launch_templates().set_launch_template_ids(Some(ids.to_vec()));
    let pages = wire.pages(&call, || request.into_paginator().send()).await?;
    let templates = pages.into_iter().filter_map(|page| page.launch_templates).flatten();
    Ok(templates.map(|it| (it.launch_template_id.unwrap_or_default(), map(it.tags))).collect())
}
