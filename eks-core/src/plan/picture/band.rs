//! The subnets of a kind on the map, zone beside zone, and in them what pods run on.

use std::collections::BTreeSet;
use std::ops::Range;

use super::palette::{BACKGROUND, CRITICAL, FAINT_INK, GAP, INK, OTHER, PRIVATE, PUBLIC, small, strong};
use super::svg::Svg;
use crate::plan::cluster_map::{ClusterMap, MapComputer, MapSubnet};

/// A zone's name and its subnet's.
const SUBNET: f64 = 50.0;
const GATEWAY: f64 = 30.0;
const COMPUTER: f64 = 50.0;
/// Under a computer.
const SPACE: f64 = 8.0;
/// Between the edge of a subnet and what is in it.
const INSIDE: f64 = 10.0;

/// The subnets of a kind, and what is in them.
pub(super) struct Band<'a> {
    kind: &'static str,
    fill: &'static str,
    /// How many columns the page has.
    columns: usize,
    /// Each with its column.
    subnets: Vec<(usize, &'a MapSubnet)>,
    computers: Vec<&'a MapComputer>,
}

/// The public subnets above the private ones; none of which there is nothing to show.
pub(super) fn bands<'a>(map: &'a ClusterMap) -> Vec<Band<'a>> {
    let zones = zones(map);
    let most = map.public_subnets.len().max(map.private_subnets.len()).max(1);
    let band = |kind, fill, subnets: &'a [MapSubnet], public: bool| {
        let column = |index: usize, subnet: &MapSubnet| match &zones {
            Some(zones) => zones.iter().position(|zone| *zone == subnet.zone).unwrap_or(index),
            None => index,
        };
        Band {
            kind,
            fill,
            columns: zones.as_ref().map_or(most, Vec::len),
            subnets: subnets.iter().enumerate().map(|(index, it)| (column(index, it), it)).collect(),
            computers: map.computers.iter().filter(|computer| computer.public == public).collect(),
        }
    };
    let both = [
        band("public", PUBLIC, &map.public_subnets, true),
        band("private", PRIVATE, &map.private_subnets, false),
    ];
    both.into_iter().filter(|band| !(band.subnets.is_empty() && band.computers.is_empty())).collect()
}

/// The zones, if each has a column of its own: all are known, and none has two subnets of a kind.
fn zones(map: &ClusterMap) -> Option<Vec<&str>> {
    let of = |subnets: &[MapSubnet]| -> Option<BTreeSet<String>> {
        let zones: BTreeSet<String> = subnets.iter().map(|subnet| subnet.zone.clone()).collect();
        (zones.len() == subnets.len() && !zones.contains("")).then_some(zones)
    };
    of(&map.public_subnets).and(of(&map.private_subnets))?;
    let all = map.public_subnets.iter().chain(&map.private_subnets);
    let zones: BTreeSet<&str> = all.map(|subnet| subnet.zone.as_str()).collect();
    (!zones.is_empty()).then(|| zones.into_iter().collect())
}

impl Band<'_> {
    fn gateways(&self) -> f64 {
        if self.subnets.iter().any(|(_, subnet)| subnet.nat_gateway) { GATEWAY } else { 0.0 }
    }

    pub(super) fn height(&self) -> f64 {
        SUBNET + self.gateways() + (COMPUTER + SPACE) * self.computers.len() as f64 + SPACE
    }

    pub(super) fn draw(&self, svg: &mut Svg, [left, y, room]: [f64; 3]) {
        let width = (room - GAP * (self.columns as f64 - 1.0)) / self.columns as f64;
        let at = |column: usize| left + (width + GAP) * column as f64;
        for (column, subnet) in &self.subnets {
            self.subnet(svg, subnet, [at(*column), y, width]);
        }
        if self.subnets.is_empty() {
            let words = format!("{} subnets", self.kind);
            svg.bar([left, y, room, self.height()], 8.0, self.fill, &words);
            svg.text((left + 12.0, y + 20.0), room - 24.0, small(INK, "start"), &words);
        }
        for (row, computer) in self.computers.iter().enumerate() {
            let top = y + SUBNET + self.gateways() + (COMPUTER + SPACE) * row as f64;
            for (number, columns) in self.runs(computer).into_iter().enumerate() {
                let (from, to) = (at(columns.start), at(columns.end) - GAP);
                // Said once: there are not twice as many of them.
                let how = if number == 0 { &computer.how } else { "the same, here too" };
                draw_computer(svg, computer, how, [from + INSIDE, top, to - from - 2.0 * INSIDE]);
            }
        }
    }

    fn subnet(&self, svg: &mut Svg, subnet: &MapSubnet, [x, y, width]: [f64; 3]) {
        let tip = format!("{} subnet {}", self.kind, subnet.name);
        svg.bar([x, y, width, self.height()], 8.0, self.fill, &tip);
        let zone = match subnet.zone.as_str() {
            "" => format!("{} subnet", self.kind),
            zone => format!("{zone}, {}", self.kind),
        };
        svg.text((x + 12.0, y + 20.0), width - 24.0, small(INK, "start"), &zone);
        svg.text((x + 12.0, y + 38.0), width - 24.0, small(FAINT_INK, "start"), &subnet.name);
        if subnet.nat_gateway {
            let wide = (width - 24.0).min(116.0);
            svg.frame([x + 12.0, y + SUBNET, wide, 22.0], 11.0, BACKGROUND, OTHER, false);
            let middle = (x + 12.0 + wide / 2.0, y + SUBNET + 15.0);
            svg.text(middle, wide - 10.0, small(INK, "middle"), "NAT gateway");
        }
    }

    /// The columns that a computer is in: beside each other one frame, apart a frame for each.
    fn runs(&self, computer: &MapComputer) -> Vec<Range<usize>> {
        let is_in = |subnet: &MapSubnet| computer.subnets.contains(&subnet.name);
        let anywhere = !self.subnets.iter().any(|(_, subnet)| is_in(subnet));
        let columns: BTreeSet<usize> =
            self.subnets.iter().filter(|(_, it)| anywhere || is_in(it)).map(|(column, _)| *column).collect();
        let mut runs: Vec<Range<usize>> = Vec::new();
        for column in columns {
            match runs.last_mut() {
                Some(run) if run.end == column => run.end += 1,
                _ => runs.push(column..column + 1),
            }
        }
        if runs.is_empty() {
            runs.push(0..self.columns);
        }
        runs
    }
}

fn draw_computer(svg: &mut Svg, computer: &MapComputer, how: &str, [x, y, width]: [f64; 3]) {
    svg.frame([x, y, width, COMPUTER], 6.0, BACKGROUND, CRITICAL, computer.serverless);
    let (at, room) = (x + 14.0, width - 28.0);
    svg.text((at, y + 21.0), room, strong(INK), &computer.what);
    svg.text((at, y + 39.0), room, small(FAINT_INK, "start"), how);
}
