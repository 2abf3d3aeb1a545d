//! The rules of a whole cluster: what its parts must not say to each other.

use ipnet::Ipv4Net;

use super::access_config::AuthenticationMode;
use super::check::{Check, Findings, item};
use super::cluster::Cluster;
use super::network::{Nat, Network, NewNetwork};
use super::node_group::{NodeGroup, NodeSubnets};
use super::version::{KubernetesVersion, minor};
use super::{syntax, tags};

impl Check for Cluster {
    fn inspect(&self, findings: &mut Findings) {
        if let Some(name) = &self.name {
            findings.require(syntax::is_name(name), "name", name, syntax::NAME);
        }
        if let Some(region) = &self.region {
            findings.require(syntax::is_region(region), "region", region, "be a region, such as `us-west-2`");
        }
        findings.piece("version", Some(&self.version));
        findings.pieces("nodeGroups", self.node_groups.as_deref().unwrap_or_default());
        findings.pieces("fargateProfiles", &self.fargate_profiles);
        findings.pieces("addons", self.addons.as_deref().unwrap_or_default());
        findings.pieces("accessEntries", &self.access_entries);
        tags::inspect(&self.tags, findings);
        findings.piece("network", Some(&self.network));
        findings.piece("endpointAccess", Some(&self.endpoint_access));
        if let Some(arn) = &self.role_arn {
            findings.require(syntax::is_role_arn(arn), "roleArn", arn, syntax::ROLE_ARN);
        }
        findings.piece("secretsEncryption", self.secrets_encryption.as_ref());
        findings.piece("autoMode", self.auto_mode.as_ref());
        findings.piece("expires", self.expires.as_ref());
        self.inspect_identity(findings);
        self.inspect_log_retention(findings);
        self.inspect_key_region(findings);
        self.inspect_arns(findings);
        self.inspect_access_mode(findings);
        self.inspect_auto_mode(findings);
        self.inspect_autoscaling(findings);
        self.inspect_duplicates(findings);
        self.inspect_service_cidr(findings);
        self.inspect_ip_family(findings);
        self.inspect_zones(findings);
        self.inspect_private_access(findings);
        for (index, group) in self.node_groups.iter().flatten().enumerate() {
            findings.within(&item("nodeGroups", index), |findings| self.inspect_node_group(group, findings));
        }
        for (index, entry) in self.access_entries.iter().enumerate() {
            findings.within(&item("accessEntries", index), |findings| {
                tags::inspect_union(&self.tags, &entry.tags, findings);
            });
        }
        for (index, profile) in self.fargate_profiles.iter().enumerate() {
            findings.within(&item("fargateProfiles", index), |findings| {
                if profile.subnets.is_empty() {
                    self.inspect_private_subnets("", &profile.name, findings);
                }
                self.inspect_named_subnets(&profile.subnets, findings);
                tags::inspect_union(&self.tags, &profile.tags, findings);
            });
        }
    }
}

impl Cluster {
    fn inspect_duplicates(&self, findings: &mut Findings) {
        let groups = self.node_groups.iter().flatten();
        findings.distinct("nodeGroups", "name", groups.map(|group| group.name.as_deref()));
        let profiles = self.fargate_profiles.iter();
        findings.distinct("fargateProfiles", "name", profiles.map(|profile| Some(profile.name.as_str())));
        let addons = self.addons.iter().flatten();
        findings.distinct("addons", "name", addons.map(|addon| Some(addon.name.as_str())));
        let entries = self.access_entries.iter();
        findings.distinct("accessEntries", "principalArn", entries.map(|e| Some(e.principal_arn.as_str())));
    }

    /// EKS's model, `Provider`: the key is of the cluster's region.
    fn inspect_key_region(&self, findings: &mut Findings) {
        let Some(encryption) = &self.secrets_encryption else { return };
        if let (Some(region), Some(key)) = (&self.region, encryption.region()) {
            let rule = format!("be a key of `region` ({region})");
            findings.require(key == region, "secretsEncryption.keyArn", &encryption.key_arn, rule);
        }
    }

    /// facts/eksctl.md §3: access entries need a mode that has them.
    fn inspect_access_mode(&self, findings: &mut Findings) {
        let useless =
            self.access_config.mode() == AuthenticationMode::ConfigMap && !self.access_entries.is_empty();
        let rule = "be `api` or `apiAndConfigMap`: there are `accessEntries`";
        findings.require(!useless, "accessConfig.authenticationMode", "configMap", rule);
        // EKS refuses it (terraform-aws-modules/terraform-aws-eks#3206): nobody could enter.
        let shut = self.access_config.mode() == AuthenticationMode::ConfigMap
            && !self.access_config.admits_creator();
        let rule = "be `true`: `authenticationMode` is `configMap`";
        findings.require(!shut, "accessConfig.bootstrapClusterCreatorAdminPermissions", "false", rule);
    }

    /// Auto Mode's nodes are let in by an access entry, and are put into the private subnets.
    fn inspect_auto_mode(&self, findings: &mut Findings) {
        let Some(mode) = self.auto_mode() else { return };
        let closed = self.access_config.mode() == AuthenticationMode::ConfigMap;
        let rule = "be `api` or `apiAndConfigMap`: there is `autoMode`";
        findings.require(!closed, "accessConfig.authenticationMode", "configMap", rule);
        let new = self.network.as_new().is_some();
        if new && mode.launches_nodes() {
            self.inspect_private_subnets("autoMode", "enabled", findings);
        }
    }

    /// facts/aws.md §3.1, serviceIpv4Cidr.
    fn inspect_service_cidr(&self, findings: &mut Findings) {
        let Some(cidr) = &self.service_cidr else { return };
        let block = match syntax::ipv4_block(cidr) {
            Ok(block) => block,
            Err(rule) => return findings.require(false, "serviceCidr", cidr, rule),
        };
        let private = PRIVATE.iter().any(|range| Ipv4Net::contains(range, &block));
        findings.require(
            private,
            "serviceCidr",
            cidr,
            "be inside 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16",
        );
        let length = block.prefix_len();
        findings.require(
            (12..=24).contains(&length),
            "serviceCidr",
            cidr,
            "have a prefix length of 12 to 24",
        );
        if let Some(Ok(vpc)) = self.network.as_new().map(|network| network.block()) {
            let apart = !vpc.contains(&block) && !block.contains(&vpc);
            findings.require(apart, "serviceCidr", cidr, format!("not overlap the VPC's block, {vpc}"));
        }
    }

    fn inspect_zones(&self, findings: &mut Findings) {
        let zones = self.network.as_new().and_then(|network| network.zones.as_deref()).unwrap_or_default();
        let Some(region) = &self.region else { return };
        for (index, zone) in zones.iter().enumerate() {
            let inside = zone.starts_with(region.as_str());
            let rule = format!("be a zone of `region` ({region})");
            findings.require(inside, &item("network.zones", index), zone, rule);
        }
    }

    /// In a private network nodes reach the API server from inside alone.
    fn inspect_private_access(&self, findings: &mut Findings) {
        let private = self.network.as_new().is_some_and(NewNetwork::is_private);
        let closed = self.endpoint_access.private == Some(false);
        let rule = "be on: the network is private, and nodes reach the API server from inside alone";
        findings.require(!(private && closed), "endpointAccess.private", "false", rule);
    }

    fn inspect_node_group(&self, group: &NodeGroup, findings: &mut Findings) {
        match &group.subnets {
            Some(NodeSubnets::Private) => self.inspect_private_subnets("subnets", "private", findings),
            Some(NodeSubnets::Public) => {
                let lacks = match &self.network {
                    Network::New(new) => new.is_private(),
                    Network::Given(given) => given.public_subnets.is_empty(),
                };
                findings.require(
                    !lacks,
                    "subnets",
                    "public",
                    "be `private`: the network has no public subnet",
                );
            }
            Some(NodeSubnets::Given(subnets)) => self.inspect_named_subnets(subnets, findings),
            None => {}
        }
        self.inspect_named("securityGroups", &group.security_groups, findings);
        if let Some(family) = group.ami_family {
            let (first, end) = family.minors();
            // EKS's default and its newest version have long been beyond the end of Amazon Linux 2.
            let (holds, version) = match &self.version {
                KubernetesVersion::Exact(version) => {
                    let minor = minor(version).map(|(_, minor)| minor);
                    (minor.is_none_or(|minor| (first..end).contains(&minor)), version.as_str())
                }
                KubernetesVersion::Default => (end == u32::MAX, "`default`"),
                KubernetesVersion::Latest => (end == u32::MAX, "`latest`"),
            };
            let rule = format!("be a family that EKS has images of for Kubernetes {version}");
            findings.require(holds, "amiFamily", format!("{family:?}"), rule);
        }
        tags::inspect_union(&self.tags, &group.tags, findings);
    }

    fn inspect_named_subnets(&self, subnets: &[String], findings: &mut Findings) {
        self.inspect_named("subnets", subnets, findings);
    }

    /// What is in a VPC that is not made yet has no ids.
    fn inspect_named(&self, field: &str, ids: &[String], findings: &mut Findings) {
        let named = self.network.as_new().is_some() && !ids.is_empty();
        let rule = "be left to the library: the network is a new one, and these cannot be in it";
        findings.require(!named, field, ids.join(", "), rule);
    }

    /// Requires private subnets from which nodes can reach EKS.
    fn inspect_private_subnets(&self, field: &str, value: &str, findings: &mut Findings) {
        match &self.network {
            // Without NAT gateways nothing that starts there could join, but for endpoints.
            Network::New(network) => findings.require(
                network.nat != Some(Nat::None) || network.is_private(),
                field,
                value,
                "have a way out of the private subnets: `network.nat` is `none`",
            ),
            Network::Given(network) => findings.require(
                !network.private_subnets.is_empty(),
                field,
                value,
                "have private subnets: `network.privateSubnets` is empty",
            ),
        }
    }
}

const PRIVATE: [Ipv4Net; 3] = [
    Ipv4Net::new_assert(std::net::Ipv4Addr::new(10, 0, 0, 0), 8),
    Ipv4Net::new_assert(std::net::Ipv4Addr::new(172, 16, 0, 0), 12),
    Ipv4Net::new_assert(std::net::Ipv4Addr::new(192, 168, 0, 0), 16),
];
