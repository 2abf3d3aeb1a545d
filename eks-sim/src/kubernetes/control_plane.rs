//! What EKS knows of a cluster, in the API server's terms.

use std::net::{Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;
use sha2::{Digest, Sha256};

use super::authorization::{Identity, PolicyGrant};
use super::objects::Objects;
use crate::instant::Instant;
use crate::world::World;

/// A cluster's control plane.
#[derive(Clone, Debug)]
pub(crate) struct ControlPlane {
    pub(crate) name: String,
    pub(crate) id: String,
    pub(crate) region: String,
    /// The host of its endpoint, in lower case, as AWS would name it.
    pub(crate) host: String,
    /// `1.34`.
    pub(crate) version: String,
    /// `1.34.2`.
    pub(crate) patch: String,
    pub(crate) created: Instant,
    pub(crate) reachable_at: Instant,
    /// Whether its endpoint is open to the world outside of its VPC.
    pub(crate) is_public: bool,
    pub(crate) authority_key_pem: String,
    pub(crate) grants: Vec<Grant>,
    pub(crate) nodes: Vec<Node>,
    /// The add-ons that run there, whoever manages them.
    pub(crate) addons: Vec<String>,
    /// The addresses of services, such as `10.100.0.0/16`.
    pub(crate) service_cidr: IpNet,
    /// What users keep in it.
    pub(crate) objects: Objects,
}

/// What an access entry gives its principal.
#[derive(Clone, Debug)]
pub(crate) struct Grant {
    /// The ARN of an IAM role or user.
    pub(crate) principal: String,
    pub(crate) username: String,
    pub(crate) groups: Vec<String>,
    pub(crate) policies: Vec<PolicyGrant>,
    /// From when the API server honours it.
    pub(crate) effective: Instant,
}

/// An instance or Fargate micro-VM whose kubelet has registered, or will.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Node {
    pub(crate) name: String,
    pub(crate) instance_id: String,
    pub(crate) instance_type: String,
    pub(crate) zone: String,
    pub(crate) private_ip: String,
    pub(crate) public_ip: Option<String>,
    pub(crate) labels: Vec<(String, String)>,
    /// Key, value and effect (`NoSchedule`).
    pub(crate) taints: Vec<(String, String, String)>,
    /// Whether coredns tolerates them.
    pub(crate) lets_addons_in: bool,
    pub(crate) registered: Instant,
    pub(crate) ready: Option<Instant>,
    /// `v1.34.2-eks-ecaa3a6`.
    pub(crate) kubelet: String,
    pub(crate) architecture: String,
    pub(crate) os: String,
    pub(crate) os_image: String,
    pub(crate) kernel: String,
    pub(crate) container_runtime: String,
    pub(crate) cpu: String,
    pub(crate) memory: String,
    pub(crate) pods: u32,
}

impl ControlPlane {
    /// Whether its API server answers.
    pub(crate) fn is_reachable(&self, world: &World) -> bool {
        self.is_public && world.now() >= self.reachable_at && !world.settings().trouble.api_server_unreachable
    }

    /// Whether an add-on runs there.
    pub(super) fn runs(&self, addon: &str) -> bool {
        self.addons.iter().any(|running| running == addon)
    }

    /// The address `number` of the services' range.
    pub(super) fn service_ip(&self, number: u32) -> String {
        match self.service_cidr {
            IpNet::V4(range) => Ipv4Addr::from_bits(range.network().to_bits() + number).to_string(),
            IpNet::V6(range) => {
                Ipv6Addr::from_bits(range.network().to_bits() + u128::from(number)).to_string()
            }
        }
    }

    /// When the next node registers or becomes ready, as far as is settled.
    pub(super) fn next_change(&self, now: Instant) -> Option<Instant> {
        let moments = self.nodes.iter().flat_map(|node| [Some(node.registered), node.ready]);
        moments.flatten().filter(|moment| *moment > now).min()
    }

    /// The minor version of Kubernetes.
    pub(super) fn minor(&self) -> u32 {
        self.version.split('.').nth(1).and_then(|minor| minor.parse().ok()).unwrap_or(0)
    }

    /// The Kubernetes user that `principal`, calling as `arn`, is mapped to.
    pub(super) fn identity(
        &self,
        principal: &str,
        arn: &str,
        access_key: String,
        now: Instant,
    ) -> Option<Identity> {
        let grant =
            self.grants.iter().find(|grant| grant.principal == principal && grant.effective <= now)?;
        let session = arn.rsplit('/').next().unwrap_or_default();
        // The authenticator puts a session's name in where the user name has a place for it.
        let username = grant
            .username
            .replace("{{SessionName}}", &session.replace('@', "-"))
            .replace("{{SessionNameRaw}}", session);
        let mut groups = grant.groups.clone();
        groups.push("system:authenticated".to_owned());
        Some(Identity {
            username,
            groups,
            arn: Some(arn.to_owned()),
            canonical_arn: Some(principal.to_owned()),
            access_key: Some(access_key),
            policies: grant.policies.clone(),
        })
    }
}

/// A version with the mark of EKS's build: `v1.34.2-eks-ecaa3a6`.
pub(super) fn git_version(version: &str) -> String {
    let version = version.trim_start_matches('v');
    format!("v{version}-eks-{}", &hexadecimal(version.as_bytes())[..7])
}

/// A uid that follows from what it names.
pub(super) fn uid(parts: &[&str]) -> String {
    let id = hexadecimal(parts.join("/").as_bytes());
    format!("{}-{}-4{}-a{}-{}", &id[..8], &id[8..12], &id[13..16], &id[17..20], &id[20..32])
}

fn hexadecimal(bytes: &[u8]) -> String {
    super::signature::hexadecimal(&Sha256::digest(bytes))
}
