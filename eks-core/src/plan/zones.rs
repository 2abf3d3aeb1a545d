//! Which zones a new network spans.

use std::collections::BTreeSet;

use super::{names, tag};
use crate::observe::{Observed, Zone};
use crate::spec::{Cluster, NewNetwork};
use crate::{Error, ErrorKind, Result};

/// How many zones a new network spans where nothing is said: as many as eksctl takes (facts/eksctl.md §1.2).
const ZONES: usize = 3;

/// The zones of a new network, sorted by name: those that the spec names, or three of those that offer every
/// instance type, chosen by a hash of the cluster's name, so that a second call chooses alike.
///
/// `zones` are those that can host control planes; `None`: nobody looked, so the spec must name them.
pub(crate) fn choose(spec: &Cluster, network: &NewNetwork, zones: Option<&[Zone]>) -> Result<Vec<String>> {
    let wanted = instance_types(spec);
    let Some(zones) = zones else {
        return network.zones.clone().ok_or_else(|| {
            Error::new(ErrorKind::Unsupported, "zones cannot be chosen: EC2 is not compiled in")
                .with_hint("Name the zones in `network.zones`, give subnets, or build with feature `ec2`")
        });
    };
    let missing = |zone: &Zone| -> Vec<String> {
        wanted.iter().filter(|wanted| !zone.instance_types.contains(*wanted)).cloned().collect()
    };
    if let Some(named) = &network.zones {
        for name in named {
            let Some(zone) = zones.iter().find(|zone| &zone.name == name) else {
                let offered: Vec<&str> = zones.iter().map(|zone| zone.name.as_str()).collect();
                return Err(Error::invalid(vec![crate::Violation::new(
                    "network.zones",
                    name,
                    format!("be a zone of the region that hosts control planes: {}", offered.join(", ")),
                )]));
            };
            let missing = missing(zone);
            if !missing.is_empty() {
                return Err(Error::invalid(vec![crate::Violation::new(
                    "network.zones",
                    name,
                    format!("offer {}, which a node group wants", missing.join(", ")),
                )]));
            }
        }
        return Ok(named.clone());
    }
    let mut fitting: Vec<&Zone> = zones.iter().filter(|zone| missing(zone).is_empty()).collect();
    if fitting.len() < 2 {
        let lacking: Vec<String> = zones
            .iter()
            .map(|zone| (zone, missing(zone)))
            .filter(|(_, missing)| !missing.is_empty())
            .map(|(zone, missing)| format!("{} lacks {}", zone.name, missing.join(", ")))
            .collect();
        return Err(Error::new(
            ErrorKind::InvalidSpec,
            format!(
                "fewer than two zones offer {}: {}",
                wanted.iter().cloned().collect::<Vec<_>>().join(", "),
                lacking.join("; ")
            ),
        )
        .with_hint("Choose an instance type that more zones offer, or another region"));
    }
    let name = spec.name.as_deref().unwrap_or_default();
    fitting.sort_by_key(|zone| names::hash(&format!("{name}/{}", zone.id), 16));
    let mut chosen: Vec<String> = fitting.into_iter().take(ZONES).map(|zone| zone.name.clone()).collect();
    chosen.sort();
    Ok(chosen)
}

/// The zones of a new network as far as they are known: those that were made, else those that will be chosen. What
/// cannot be chosen is the plan's error, and no matter of its words, pictures and prices.
pub(crate) fn known(spec: &Cluster, network: &NewNetwork, observed: &Observed) -> Option<Vec<String>> {
    match observed.foundation.present().and_then(|stack| stack.tags.get(tag::ZONES)) {
        Some(made) => Some(made.split(' ').map(str::to_owned).collect()),
        None => choose(spec, network, observed.zones.as_deref()).ok(),
    }
}

/// Every instance type that a node group of the spec (with defaults filled in) names.
pub(crate) fn instance_types(spec: &Cluster) -> BTreeSet<String> {
    spec.node_groups.iter().flatten().flat_map(|group| group.instance_types.iter().cloned()).collect()
}
