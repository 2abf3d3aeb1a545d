//! Kubernetes versions: as asked for, as offered, and which of them is meant.

use std::cmp::Reverse;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::check::{Check, Findings};
use crate::{Error, ErrorKind, Result, Violation};

/// The Kubernetes minor version of a cluster.
///
/// There is no list of versions in this library: what exists is asked of EKS
/// ([DescribeClusterVersions](https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeClusterVersions.html))
/// and settled by [`resolve`]. eksctl takes a compiled-in constant where we take EKS's own default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum KubernetesVersion {
    /// What EKS calls its default version. Written `default`.
    #[default]
    Default,
    /// The newest version that EKS offers. Written `latest`.
    Latest,
    /// A minor version, such as `1.34`.
    Exact(String),
}

const RULE: &str = "be `default`, `latest` or a minor version such as `1.34`";

impl KubernetesVersion {
    pub(crate) fn is_default(&self) -> bool {
        *self == Self::Default
    }
}

impl Check for KubernetesVersion {
    fn inspect(&self, findings: &mut Findings) {
        if let Self::Exact(version) = self {
            findings.require(minor(version).is_some(), "", version, RULE);
        }
    }
}

/// The two numbers of a version such as `1.34`.
pub(crate) fn minor(version: &str) -> Option<(u32, u32)> {
    let (major, minor) = version.split_once('.')?;
    let number = |text: &str| text.parse().ok().filter(|n: &u32| n.to_string() == text);
    (major == "1").then_some((1, number(minor)?))
}

impl fmt::Display for KubernetesVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Default => "default",
            Self::Latest => "latest",
            Self::Exact(version) => version,
        })
    }
}

impl From<&str> for KubernetesVersion {
    fn from(text: &str) -> Self {
        match text {
            "default" => Self::Default,
            "latest" => Self::Latest,
            exact => Self::Exact(exact.to_owned()),
        }
    }
}

impl From<String> for KubernetesVersion {
    fn from(text: String) -> Self {
        text.as_str().into()
    }
}

impl Serialize for KubernetesVersion {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for KubernetesVersion {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}

/// How EKS supports a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum VersionStatus {
    /// The first 14 months.
    Standard,
    /// The 12 months after that, at a higher price.
    Extended,
    /// Known to EKS and no longer offered.
    Unsupported,
}

impl VersionStatus {
    /// US dollars per hour that a control plane costs at this status, by [AWS's list](https://aws.amazon.com/eks/pricing/);
    /// `None` where it cannot be had.
    // facts/aws.md §10
    pub fn dollars_per_hour(self) -> Option<f64> {
        match self {
            Self::Standard => Some(0.10),
            Self::Extended => Some(0.60),
            Self::Unsupported => None,
        }
    }
}

/// A version that EKS knows, from DescribeClusterVersions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VersionOffer {
    /// The minor version, such as `1.34`.
    pub version: String,
    /// Whether EKS takes this one when none is named.
    #[serde(default)]
    pub default: bool,
    /// How EKS supports it today.
    pub status: VersionStatus,
    /// The last day of standard support, as `2026-12-02`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_of_standard: Option<String>,
    /// The last day of extended support, after which AWS upgrades the cluster by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_of_extended: Option<String>,
}

impl fmt::Display for VersionOffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (support, until) = match self.status {
            VersionStatus::Standard => ("standard support", &self.end_of_standard),
            VersionStatus::Extended => ("extended support", &self.end_of_extended),
            VersionStatus::Unsupported => ("no support", &None),
        };
        write!(f, "{} ({support}", self.version)?;
        if let Some(until) = until {
            write!(f, " until {until}")?;
        }
        if let Some(price) = self.status.dollars_per_hour() {
            write!(f, ", ${price:.2} per hour")?;
        }
        f.write_str(")")
    }
}

/// The minor version that is meant, given what EKS offers today.
///
/// `Default` is the offer that EKS marks so (where it marks none, the newest in standard support);
/// `Latest` the newest. A version that is not offered is an error that lists those that are, with the end
/// of their support and their price. With no offers at all an exact version is taken at its word: an endpoint that has
/// no DescribeClusterVersions still refuses a create with a version that it lacks.
///
/// # Errors
///
/// [`ErrorKind::InvalidSpec`](crate::ErrorKind::InvalidSpec) if the version is not offered; [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) if none is.
pub fn resolve(version: &KubernetesVersion, offers: &[VersionOffer]) -> Result<String> {
    let mut offered: Vec<_> =
        offers.iter().filter(|offer| offer.status != VersionStatus::Unsupported).collect();
    offered.sort_by_key(|offer| Reverse(minor(&offer.version)));
    let found = match version {
        KubernetesVersion::Default => offered
            .iter()
            .find(|offer| offer.default)
            .or_else(|| offered.iter().find(|offer| offer.status == VersionStatus::Standard)),
        KubernetesVersion::Latest => offered.first(),
        KubernetesVersion::Exact(exact) => offered.iter().find(|offer| offer.version == *exact),
    };
    if let Some(offer) = found {
        return Ok(offer.version.clone());
    }
    if offered.is_empty() {
        // An endpoint that does not say what it offers still refuses what it does not have.
        if let (KubernetesVersion::Exact(exact), []) = (version, offers) {
            return Ok(exact.clone());
        }
        return Err(Error::new(ErrorKind::Unsupported, "EKS offers no Kubernetes version in this region")
            .with_operation("eks:DescribeClusterVersions")
            .with_hint(
                "Name the version, or choose a region in which EKS is offered or an endpoint that knows its versions",
            ));
    }
    let list = offered.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    Err(Error::invalid(vec![Violation::new("version", version, format!("be one that EKS offers: {list}"))]))
}
