//! Details as text.

use std::fmt::{self, Formatter};

use super::ClusterDetails;
use crate::observe::{ImageInfo, NetworkInfo, RoleInfo, SubnetInfo};
use crate::spec::EndpointAccess;

impl fmt::Display for ClusterDetails {
    /// A line for each thing, those of one kind together.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let cluster = &self.cluster;
        let maker = if self.ours { "ours" } else { "made by others" };
        writeln!(f, "cluster {} in {}: {:?}, {maker}", cluster.name, cluster.region, cluster.status)?;
        match &self.support {
            Some(support) => writeln!(f, "  version   {support}")?,
            None => writeln!(f, "  version   {}", cluster.version)?,
        }
        writeln!(f, "  endpoint  {}", endpoint(&self.endpoint_access))?;
        for group in &cluster.node_groups {
            let types = if group.instance_types.is_empty() {
                "nodes of a launch template".to_owned()
            } else {
                group.instance_types.join("/")
            };
            let image = self.images.iter().find(|image| image.node_group == group.name);
            let image = image.map(image_of).unwrap_or_default();
            let (name, desired, min, max) = (&group.name, group.desired, group.min, group.max);
            writeln!(
                f,
                "  nodes     {name}: {desired} × {types} ({min} to {max}), {:?}{image}",
                group.status
            )?;
        }
        for profile in &cluster.fargate_profiles {
            writeln!(f, "  Fargate   {}: {:?}", profile.name, profile.status)?;
        }
        for addon in &cluster.addons {
            writeln!(f, "  add-on    {} {}: {:?}", addon.name, addon.version, addon.status)?;
        }
        self.roles.iter().try_for_each(|it| role(f, it))?;
        self.network.iter().try_for_each(|it| network(f, it))?;
        self.unknown.iter().try_for_each(|line| writeln!(f, "  unknown   {line}"))
    }
}

fn endpoint(access: &EndpointAccess) -> String {
    let cidrs = access.public_cidrs.as_deref().unwrap_or_default().join(", ");
    let public = match access.public {
        Some(false) => None,
        _ if cidrs.is_empty() => Some("public".to_owned()),
        _ => Some(format!("public, open to {cidrs}")),
    };
    let private = (access.private == Some(true)).then(|| "private".to_owned());
    public.into_iter().chain(private).collect::<Vec<_>>().join("; ")
}

fn image_of(image: &ImageInfo) -> String {
    let release = image.release.as_deref().unwrap_or("an unknown release");
    let age = match (image.releases_behind, image.days_behind) {
        (Some(0), _) => ", the newest".to_owned(),
        (Some(1), Some(days)) => format!(", 1 release and {days} days behind"),
        (Some(releases), Some(days)) => format!(", {releases} releases and {days} days behind"),
        _ => String::new(),
    };
    format!(", {} {release}{age}", image.ami_type.as_deref().unwrap_or("image"))
}

fn role(f: &mut Formatter<'_>, role: &RoleInfo) -> fmt::Result {
    let short = |arns: &Option<Vec<String>>| {
        let names = arns.iter().flatten().map(|arn| arn.rsplit('/').next().unwrap_or(arn));
        names.map(str::to_owned).collect::<Vec<_>>()
    };
    let policies = [short(&role.attached_policies), short(&role.inline_policies)].concat().join(", ");
    let policies = if role.attached_policies.is_none() { "policies unknown".to_owned() } else { policies };
    writeln!(f, "  role      {} of {}: {policies}", role.arn, role.used_by.join(", "))
}

fn network(f: &mut Formatter<'_>, network: &NetworkInfo) -> fmt::Result {
    writeln!(f, "  network   {} {}", network.vpc, network.cidrs.join(", "))?;
    network.subnets.iter().try_for_each(|it| subnet(f, it))?;
    for gateway in &network.gateways {
        let place = gateway.subnet.as_ref().map(|it| format!(" in {it}")).unwrap_or_default();
        let address = gateway.public_address.as_ref().map(|it| format!(" as {it}")).unwrap_or_default();
        writeln!(f, "    gateway   {}{place}{address}: {}", gateway.id, gateway.state)?;
    }
    for group in &network.security_groups {
        writeln!(f, "    firewall  {} {}: {}", group.id, group.name, group.ingress.join("; "))?;
    }
    if !network.endpoints.is_empty() {
        writeln!(f, "    endpoints {}", network.endpoints.join(", "))?;
    }
    Ok(())
}

fn subnet(f: &mut Formatter<'_>, subnet: &SubnetInfo) -> fmt::Result {
    let kind = if subnet.public { "public" } else { "private" };
    let hosts = if subnet.of_control_plane { ", of the control plane" } else { "" };
    let out = subnet.routes.iter().filter(|route| route.target != "local").map(|route| {
        let dead = if route.active { "" } else { " (a black hole)" };
        format!("{} → {}{dead}", route.destination, route.target)
    });
    let out: Vec<String> = out.collect();
    let out = if out.is_empty() { "leads nowhere".to_owned() } else { out.join(", ") };
    let cidr = subnet.cidr.as_deref().unwrap_or("no IPv4 block");
    let (id, zone, free) = (&subnet.id, &subnet.zone, subnet.free_addresses);
    writeln!(f, "    subnet    {id} {zone} {cidr}, {kind}, {free} free{hosts}: {out}")
}
