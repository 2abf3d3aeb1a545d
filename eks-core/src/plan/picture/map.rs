//! The map as SVG: a region, in it the control plane and the VPC, in that the subnets by zone, and across the zones what
//! pods run on.

use super::Plan;
use super::band::bands;
use super::palette::{
    BACKGROUND, CRITICAL, EDGE, FAINT_INK, GAP, HEAD, INK, MARGIN, PLACE, PRIVATE, PUBLIC, STRIPE, WIDTH,
    small, strong,
};
use super::svg::Svg;
use crate::plan::cluster_map::ClusterMap;

const TOP: f64 = 96.0;
const PAD: f64 = 18.0;
const LINE: f64 = 19.0;
/// What a frame's title takes.
const TITLE: f64 = 34.0;
const FOOT: f64 = 40.0;

/// Inside the region's frame.
const LEFT: f64 = MARGIN + PAD;
const ROOM: f64 = WIDTH - 2.0 * LEFT;

pub(super) fn draw(plan: &Plan, map: &ClusterMap) -> String {
    let cards = Cards::of(map);
    let bands = bands(map);
    let further = further(map);
    let vpc = TITLE
        + bands.iter().map(|band| band.height() + GAP).sum::<f64>()
        + if further.is_empty() { 0.0 } else { LINE * further.len() as f64 + 6.0 };
    let region = TITLE + cards.height() + GAP + vpc + PAD;
    let height = TOP + region + FOOT;
    let mut svg = Svg::new(WIDTH, height, &plan.head(), BACKGROUND, EDGE);
    svg.text((MARGIN, 48.0), WIDTH - 2.0 * MARGIN, HEAD, &plan.cluster);
    let second = plan.cost.as_ref().map_or_else(|| plan.place(), |cost| cost.total());
    svg.text((MARGIN, 72.0), WIDTH - 2.0 * MARGIN, PLACE, &second);
    svg.frame([MARGIN, TOP, WIDTH - 2.0 * MARGIN, region], 10.0, STRIPE, EDGE, false);
    svg.text((LEFT, TOP + 23.0), ROOM, strong(FAINT_INK), &format!("AWS region {}", plan.region));
    let mut y = TOP + TITLE;
    cards.draw(&mut svg, y);
    y += cards.height() + GAP;

    svg.frame([LEFT, y, ROOM, vpc], 10.0, BACKGROUND, CRITICAL, false);
    let (name, gateways) = vpc_name(map);
    svg.text((LEFT + PAD, y + 23.0), ROOM * 0.6, strong(CRITICAL), &name);
    svg.text((LEFT + ROOM - PAD, y + 23.0), ROOM * 0.35, small(FAINT_INK, "end"), &gateways);
    y += TITLE;
    for band in &bands {
        band.draw(&mut svg, [LEFT + PAD, y, ROOM - 2.0 * PAD]);
        y += band.height() + GAP;
    }
    for line in &further {
        svg.text((LEFT + PAD, y + 8.0), ROOM - 2.0 * PAD, small(FAINT_INK, "start"), line);
        y += LINE;
    }
    legend(&mut svg, height - 16.0);
    svg.finish()
}

fn vpc_name(map: &ClusterMap) -> (String, String) {
    match (map.given, map.gateways.is_empty()) {
        (true, _) => (format!("VPC {} (there before, left as it is)", map.vpc), String::new()),
        (false, false) => (format!("VPC {}", map.vpc), map.gateways.join(", ")),
        (false, true) => (format!("VPC {}", map.vpc), "no way to the internet".to_owned()),
    }
}

/// What else is in the VPC, in no subnet of its own.
fn further(map: &ClusterMap) -> Vec<String> {
    let lines = [("security groups", &map.security_groups), ("endpoints", &map.endpoints)];
    let there = lines.into_iter().filter(|(_, things)| !things.is_empty());
    there.map(|(what, things)| format!("{what}: {}", things.join(", "))).collect()
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
