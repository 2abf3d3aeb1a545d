//! The map as SVG: a region, in it the control plane and the VPC, in that the subnets by zone, and across the zones what
//! pods run on.

use super::Plan;
use super::palette::{
    BACKGROUND, CRITICAL, EDGE, FAINT_INK, HEAD, INK, MARGIN, OTHER, PLACE, PRIVATE, PUBLIC, STRIPE, WIDTH,
    small, strong,
};
use super::svg::Svg;
use crate::plan::cluster_map::{ClusterMap, MapComputer, MapSubnet};

const TOP: f64 = 96.0;
const PAD: f64 = 18.0;
const LINE: f64 = 19.0;
const GAP: f64 = 14.0;
/// What a frame's title takes.
const TITLE: f64 = 34.0;
/// A zone's name and its subnet's.
const SUBNET: f64 = 50.0;
const GATEWAY: f64 = 30.0;
const COMPUTER: f64 = 50.0;
const FOOT: f64 = 40.0;

/// Inside the region's frame.
const LEFT: f64 = MARGIN + PAD;
const ROOM: f64 = WIDTH - 2.0 * LEFT;

pub(super) fn draw(plan: &Plan, map: &ClusterMap) -> String {
    let cards = Cards::of(map);
    let bands = bands(map);
    let endpoints = if map.endpoints.is_empty() { 0.0 } else { LINE + 6.0 };
    let vpc = TITLE + bands.iter().map(|band| band.height() + GAP).sum::<f64>() + endpoints;
    let region = TITLE + cards.height() + GAP + vpc + PAD;
    let height = TOP + region + FOOT;
    let mut svg = Svg::new(WIDTH, height, &plan.head(), BACKGROUND, EDGE);
    svg.text((MARGIN, 48.0), WIDTH - 2.0 * MARGIN, HEAD, &plan.cluster);
    if let Some(cost) = &plan.cost {
        svg.text((MARGIN, 72.0), WIDTH - 2.0 * MARGIN, PLACE, &cost.total());
    }
    svg.frame([MARGIN, TOP, WIDTH - 2.0 * MARGIN, region], 10.0, STRIPE, EDGE, false);
    svg.text((LEFT, TOP + 23.0), ROOM, strong(FAINT_INK), &format!("AWS region {}", plan.region));
    let mut y = TOP + TITLE;
    cards.draw(&mut svg, y);
    y += cards.height() + GAP;

    svg.frame([LEFT, y, ROOM, vpc], 10.0, BACKGROUND, CRITICAL, false);
    let (name, gateway) = vpc_name(map);
    svg.text((LEFT + PAD, y + 23.0), ROOM * 0.6, strong(CRITICAL), &name);
    svg.text((LEFT + ROOM - PAD, y + 23.0), ROOM * 0.35, small(FAINT_INK, "end"), gateway);
    y += TITLE;
    for band in &bands {
        band.draw(&mut svg, y);
        y += band.height() + GAP;
    }
    if !map.endpoints.is_empty() {
        let words = format!("endpoints: {}", map.endpoints.join(", "));
        svg.text((LEFT + PAD, y + 8.0), ROOM - 2.0 * PAD, small(FAINT_INK, "start"), &words);
    }
    legend(&mut svg, height - 16.0);
    svg.finish()
}

fn vpc_name(map: &ClusterMap) -> (String, &'static str) {
    match (map.given, map.internet_gateway) {
        (true, _) => (format!("VPC {} (there before, left as it is)", map.vpc), ""),
        (false, true) => (format!("VPC {}", map.vpc), "internet gateway"),
        (false, false) => (format!("VPC {}", map.vpc), "no way to the internet"),
    }
}

/// What is beside the VPC.
struct Cards<'a>([(&'static str, &'a [String], f64); 3]);

impl<'a> Cards<'a> {
    fn of(map: &'a ClusterMap) -> Self {
        Self([
            ("EKS control plane", &map.control_plane, 0.46),
            ("Add-ons", &map.addons, 0.2),
            ("Roles and access", &map.access, 0.34),
        ])
    }

    fn height(&self) -> f64 {
        let lines = self.0.iter().map(|(_, lines, _)| lines.len()).max().unwrap_or(0);
        TITLE + LINE * lines as f64 + 6.0
    }

    fn draw(&self, svg: &mut Svg, y: f64) {
        let mut x = LEFT;
        for (title, lines, share) in &self.0 {
            let width = (ROOM - 2.0 * GAP) * share;
            svg.frame([x, y, width, self.height()], 8.0, BACKGROUND, EDGE, false);
            svg.text((x + 14.0, y + 23.0), width - 28.0, strong(INK), title);
            for (number, line) in lines.iter().enumerate() {
                let at = (x + 14.0, y + TITLE + 11.0 + LINE * number as f64);
                svg.text(at, width - 28.0, small(FAINT_INK, "start"), line);
            }
            x += width + GAP;
        }
    }
}

/// The subnets of a kind, and what is in them.
struct Band<'a> {
    kind: &'static str,
    fill: &'static str,
    subnets: &'a [MapSubnet],
    computers: Vec<&'a MapComputer>,
}

fn bands(map: &ClusterMap) -> Vec<Band<'_>> {
    let band = |kind, fill, subnets, public: bool| Band {
        kind,
        fill,
        subnets,
        computers: map.computers.iter().filter(|computer| computer.public == public).collect(),
    };
    let both = [
        band("public", PUBLIC, &map.public_subnets, true),
        band("private", PRIVATE, &map.private_subnets, false),
    ];
    both.into_iter().filter(|band| !(band.subnets.is_empty() && band.computers.is_empty())).collect()
}

impl Band<'_> {
    fn gateways(&self) -> f64 {
        if self.subnets.iter().any(|subnet| subnet.nat_gateway) { GATEWAY } else { 0.0 }
    }

    fn height(&self) -> f64 {
        SUBNET + self.gateways() + (COMPUTER + 8.0) * self.computers.len() as f64 + 8.0
    }

    fn draw(&self, svg: &mut Svg, y: f64) {
        let (left, room) = (LEFT + PAD, ROOM - 2.0 * PAD);
        let columns = self.subnets.len().max(1) as f64;
        let width = (room - GAP * (columns - 1.0)) / columns;
        for (column, subnet) in self.subnets.iter().enumerate() {
            let x = left + (width + GAP) * column as f64;
            svg.bar(
                [x, y, width, self.height()],
                8.0,
                self.fill,
                &format!("{} subnet {}", self.kind, subnet.name),
            );
            let zone = match subnet.zone.as_str() {
                "" => format!("{} subnet", self.kind),
                zone => format!("{zone}, {}", self.kind),
            };
            svg.text((x + 12.0, y + 20.0), width - 24.0, small(INK, "start"), &zone);
            svg.text((x + 12.0, y + 38.0), width - 24.0, small(FAINT_INK, "start"), &subnet.name);
            if subnet.nat_gateway {
                let wide = (width - 24.0).min(116.0);
                svg.frame([x + 12.0, y + SUBNET, wide, 22.0], 11.0, BACKGROUND, OTHER, false);
                svg.text(
                    (x + 12.0 + wide / 2.0, y + SUBNET + 15.0),
                    wide - 10.0,
                    small(INK, "middle"),
                    "NAT gateway",
                );
            }
        }
        for (row, computer) in self.computers.iter().enumerate() {
            let top = y + SUBNET + self.gateways() + (COMPUTER + 8.0) * row as f64;
            let place = [left + 10.0, top, room - 20.0, COMPUTER];
            svg.frame(place, 6.0, BACKGROUND, CRITICAL, computer.serverless);
            svg.text((left + 24.0, top + 21.0), room - 48.0, strong(INK), &computer.what);
            svg.text((left + 24.0, top + 39.0), room - 48.0, small(FAINT_INK, "start"), &computer.how);
        }
    }
}

fn legend(svg: &mut Svg, y: f64) {
    let mut x = MARGIN;
    for (fill, words) in [(PUBLIC, "the internet reaches it"), (PRIVATE, "the internet does not reach it")] {
        svg.frame([x, y - 11.0, 22.0, 12.0], 3.0, fill, EDGE, false);
        svg.text((x + 30.0, y), 230.0, small(FAINT_INK, "start"), words);
        x += 270.0;
    }
    svg.frame([x, y - 11.0, 22.0, 12.0], 3.0, BACKGROUND, CRITICAL, true);
    svg.text((x + 30.0, y), 320.0, small(FAINT_INK, "start"), "no instances of your own");
}
