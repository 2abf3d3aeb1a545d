//! Add-ons that EKS offers, as data (facts/aws.md §6). Versions are plausible ones for November 2026.

use serde_json::{Value, json};

use super::members::{sent, texts};
use super::page::page;
use super::version::{VERSIONS, Version};
use crate::wire::{AwsError, Call};
use crate::world::World;

/// How an add-on runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Workload {
    /// A pod on each node: healthy without nodes.
    DaemonSet,
    /// Pods that need nodes.
    Deployment,
}

/// An add-on that EKS offers.
#[derive(Debug)]
pub(super) struct Offer {
    pub(super) name: &'static str,
    kind: &'static str,
    pub(super) owner: &'static str,
    pub(super) namespace: &'static str,
    pub(super) workload: Workload,
    needs_iam: bool,
    compute: &'static [&'static str],
    /// Lowest minor, highest minor, versions for these from newest to oldest, index of the default.
    versions: &'static [(u32, u32, &'static [&'static str], usize)],
}

pub(super) const PUBLISHER: &str = "eks";

const EVERYWHERE: &[&str] = &["ec2", "fargate", "auto", "hybrid"];
const NODES: &[&str] = &["ec2", "hybrid"];

const OFFERS: &[Offer] = &[
    Offer {
        name: "aws-ebs-csi-driver",
        kind: "storage",
        owner: "aws",
        namespace: "kube-system",
        workload: Workload::Deployment,
        needs_iam: true,
        compute: &["ec2"],
        versions: &[(30, 36, &["v1.58.0-eksbuild.1", "v1.56.1-eksbuild.2", "v1.53.0-eksbuild.1"], 0)],
    },
    Offer {
        name: "coredns",
        kind: "networking",
        owner: "aws",
        namespace: "kube-system",
        workload: Workload::Deployment,
        needs_iam: false,
        compute: EVERYWHERE,
        versions: &[
            (30, 32, &["v1.11.4-eksbuild.40", "v1.11.4-eksbuild.33", "v1.11.3-eksbuild.2"], 1),
            (33, 33, &["v1.12.4-eksbuild.12", "v1.12.1-eksbuild.2"], 0),
            (34, 34, &["v1.13.2-eksbuild.6", "v1.12.4-eksbuild.12"], 1),
            (35, 36, &["v1.14.1-eksbuild.3", "v1.13.2-eksbuild.6"], 1),
        ],
    },
    Offer {
        name: "eks-pod-identity-agent",
        kind: "security",
        owner: "aws",
        namespace: "kube-system",
        workload: Workload::DaemonSet,
        needs_iam: false,
        compute: NODES,
        versions: &[(30, 36, &["v1.3.14-eksbuild.1", "v1.3.10-eksbuild.2"], 1)],
    },
    Offer {
        name: "kube-proxy",
        kind: "networking",
        owner: "aws",
        namespace: "kube-system",
        workload: Workload::DaemonSet,
        needs_iam: false,
        compute: NODES,
        versions: &[
            (30, 30, &["v1.30.14-eksbuild.20", "v1.30.9-eksbuild.3"], 1),
            (31, 31, &["v1.31.14-eksbuild.9", "v1.31.10-eksbuild.12"], 1),
            (32, 32, &["v1.32.13-eksbuild.2", "v1.32.9-eksbuild.2"], 1),
            (33, 33, &["v1.33.12-eksbuild.2", "v1.33.8-eksbuild.4"], 1),
            (34, 34, &["v1.34.8-eksbuild.2", "v1.34.5-eksbuild.4"], 1),
            (35, 35, &["v1.35.5-eksbuild.2", "v1.35.2-eksbuild.4"], 1),
            (36, 36, &["v1.36.2-eksbuild.2", "v1.36.0-eksbuild.2"], 1),
        ],
    },
    Offer {
        name: "metrics-server",
        kind: "observability",
        owner: "community",
        namespace: "kube-system",
        workload: Workload::Deployment,
        needs_iam: false,
        compute: EVERYWHERE,
        versions: &[(30, 36, &["v0.8.1-eksbuild.4", "v0.8.0-eksbuild.6"], 0)],
    },
    Offer {
        name: "vpc-cni",
        kind: "networking",
        owner: "aws",
        namespace: "kube-system",
        workload: Workload::DaemonSet,
        needs_iam: true,
        compute: &["ec2"],
        versions: &[(30, 36, &["v1.22.2-eksbuild.1", "v1.21.1-eksbuild.7", "v1.20.4-eksbuild.3"], 1)],
    },
];

impl Offer {
    pub(super) fn find(name: &str) -> Option<&'static Self> {
        OFFERS.iter().find(|offer| offer.name == name)
    }

    /// Versions for a minor of Kubernetes, newest first, and which is the default.
    fn for_minor(&self, minor: u32) -> (&'static [&'static str], usize) {
        let row = self.versions.iter().find(|(low, high, ..)| (*low..=*high).contains(&minor));
        row.map_or((&[], 0), |(_, _, versions, default)| (versions, *default))
    }

    /// Whether there is this version of it, for whichever Kubernetes.
    pub(super) fn has(&self, version: &str) -> bool {
        self.versions.iter().any(|(_, _, versions, _)| versions.contains(&version))
    }

    /// The version that a cluster gets when the request does not say.
    pub(super) fn default_version(&self, minor: u32) -> Option<&'static str> {
        let (versions, default) = self.for_minor(minor);
        versions.get(default).copied()
    }

    pub(super) fn supports(&self, minor: u32, version: &str) -> bool {
        self.for_minor(minor).0.contains(&version)
    }

    /// The entry of DescribeAddonVersions, for one version of Kubernetes or for all.
    fn describe(&self, kubernetes: &[&Version]) -> Value {
        let mut names: Vec<&str> = Vec::new();
        for version in kubernetes {
            let new = self.for_minor(version.minor).0.iter().filter(|name| !names.contains(name));
            let new: Vec<&str> = new.copied().collect();
            names.extend(new);
        }
        let versions: Vec<Value> = names
            .iter()
            .map(|name| {
                let fitting = kubernetes.iter().filter(|version| self.supports(version.minor, name));
                let compatibilities: Vec<Value> = fitting
                    .map(|version| {
                        json!({
                            "clusterVersion": version.name,
                            "platformVersions": ["*"],
                            "defaultVersion": self.default_version(version.minor) == Some(name),
                        })
                    })
                    .collect();
                json!({
                    "addonVersion": name,
                    "architecture": ["amd64", "arm64"],
                    "computeTypes": self.compute,
                    "compatibilities": compatibilities,
                    "requiresConfiguration": false,
                    "requiresIamPermissions": self.needs_iam,
                })
            })
            .collect();
        json!({
            "addonName": self.name,
            "type": self.kind,
            "addonVersions": versions,
            "publisher": PUBLISHER,
            "owner": self.owner,
            "defaultNamespace": self.namespace,
        })
    }
}

/// DescribeAddonVersions.
pub(super) fn describe_versions(_world: &World, call: &Call) -> Result<Value, AwsError> {
    let input = call.json();
    let kubernetes: Vec<&Version> = VERSIONS
        .iter()
        .filter(|version| sent(input, "kubernetesVersion").is_none_or(|wanted| wanted == version.name))
        .collect();
    let named = |member: &str, value: &str| {
        let wanted = texts(input, member);
        wanted.is_empty() || wanted.iter().any(|wanted| wanted == value)
    };
    let offers = OFFERS.iter().filter(|offer| {
        sent(input, "addonName").is_none_or(|name| name == offer.name)
            && named("types", offer.kind)
            && named("publishers", PUBLISHER)
            && named("owners", offer.owner)
            && kubernetes.iter().any(|version| offer.default_version(version.minor).is_some())
    });
    page(input, "addons", offers, |offer| offer.name.to_owned(), |offer| offer.describe(&kubernetes))
}
