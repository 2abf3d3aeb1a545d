//! The map as a Mermaid flowchart (mermaid.js.org/syntax/flowchart.html).

use std::fmt::Write;

use super::Plan;
use crate::plan::cluster_map::{ClusterMap, MapComputer, MapSubnet};

pub(super) fn write(plan: &Plan, map: &ClusterMap) -> String {
    let mut text = String::from("flowchart TB\n");
    let _ = writeln!(text, "    subgraph region[\"AWS region {}\"]", plain(&plan.region));
    let _ = writeln!(text, "        control[\"{}\"]", lines("EKS control plane", &map.control_plane));
    if !map.addons.is_empty() {
        let _ = writeln!(text, "        addons[\"{}\"]", lines("add-ons", &map.addons));
    }
    if !map.access.is_empty() {
        let _ = writeln!(text, "        access[\"{}\"]", lines("roles and access", &map.access));
    }
    let given = if map.given { ", there before" } else { "" };
    let _ = writeln!(text, "        subgraph vpc[\"VPC {}{given}\"]", plain(&map.vpc));
    for (number, gateway) in map.gateways.iter().enumerate() {
        let _ = writeln!(text, "            gateway{number}([\"{}\"])", plain(gateway));
    }
    if !map.security_groups.is_empty() {
        let _ = writeln!(text, "            groups[\"{}\"]", lines("security groups", &map.security_groups));
    }
    if !map.endpoints.is_empty() {
        let _ = writeln!(text, "            endpoints[\"{}\"]", lines("endpoints", &map.endpoints));
    }
    for (kind, subnets, public) in
        [("public", &map.public_subnets, true), ("private", &map.private_subnets, false)]
    {
        let computers: Vec<(usize, &MapComputer)> =
            map.computers.iter().enumerate().filter(|(_, it)| it.public == public).collect();
        if !subnets.is_empty() || !computers.is_empty() {
            band(&mut text, kind, subnets, &computers);
        }
    }
    text.push_str("        end\n    end\n");
    for number in 0..map.computers.len() {
        let _ = writeln!(text, "    control --- computer{number}");
    }
    text
}

fn band(text: &mut String, kind: &str, subnets: &[MapSubnet], computers: &[(usize, &MapComputer)]) {
    let _ = writeln!(text, "            subgraph {kind}[\"{kind} subnets\"]");
    for (number, subnet) in subnets.iter().enumerate() {
        let gateway = if subnet.nat_gateway { "<br/>NAT gateway" } else { "" };
        let (zone, name) = (plain(&subnet.zone), plain(&subnet.name));
        let between = if zone.is_empty() { "" } else { "<br/>" };
        let _ = writeln!(text, "                {kind}{number}[\"{zone}{between}{name}{gateway}\"]");
    }
    for (number, computer) in computers {
        let (open, close) = if computer.serverless { ("([", "])") } else { ("[[", "]]") };
        let (what, mut how) = (plain(&computer.what), plain(&computer.how));
        if !computer.subnets.is_empty() {
            let _ = write!(how, "<br/>in {}", plain(&computer.subnets.join(", ")));
        }
        let _ = writeln!(text, "                computer{number}{open}\"{what}<br/>{how}\"{close}");
    }
    text.push_str("            end\n");
}

/// A title and what is under it.
fn lines(title: &str, lines: &[String]) -> String {
    let all: Vec<String> =
        std::iter::once(title.to_owned()).chain(lines.iter().map(|line| plain(line))).collect();
    all.join("<br/>")
}

/// Without the signs that end a text in Mermaid.
fn plain(text: &str) -> String {
    text.replace('"', "'").replace(['<', '>', '#', ';'], " ")
}
