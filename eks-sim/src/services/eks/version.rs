//! Kubernetes versions on EKS, as data (facts/aws.md §6).

use serde_json::{Value, json};

use super::error::invalid_parameter;
use super::members::{sent, texts};
use super::page::page;
use crate::instant::Instant;
use crate::wire::{AwsError, Call};
use crate::world::World;

/// A minor version of Kubernetes as EKS runs it.
#[derive(Debug)]
pub(super) struct Version {
    pub(super) name: &'static str,
    pub(super) minor: u32,
    /// The patch that the control plane and the newest nodes run.
    pub(super) patch: &'static str,
    pub(super) platform: &'static str,
    released: &'static str,
    standard_ends: &'static str,
    extended_ends: &'static str,
}

/// What a cluster gets that does not say.
pub(super) const DEFAULT: &str = "1.36";

/// Newest first. Dates: facts/aws.md §6; patches and platform versions are plausible ones for that day.
#[rustfmt::skip]
pub(super) const VERSIONS: &[Version] = &[
    row("1.36", 36, "1.36.2", "eks.6", "2026-06-02", "2027-08-02", "2028-08-02"),
    row("1.35", 35, "1.35.5", "eks.15", "2026-01-27", "2027-03-27", "2028-03-27"),
    row("1.34", 34, "1.34.8", "eks.24", "2025-10-02", "2026-12-02", "2027-12-02"),
    row("1.33", 33, "1.33.12", "eks.38", "2025-05-29", "2026-07-29", "2027-07-29"),
    row("1.32", 32, "1.32.13", "eks.45", "2025-01-23", "2026-03-23", "2027-03-23"),
    row("1.31", 31, "1.31.14", "eks.61", "2024-09-26", "2025-11-26", "2026-11-26"),
    row("1.30", 30, "1.30.14", "eks.69", "2024-05-23", "2025-07-23", "2026-07-23"),
];

const fn row(
    name: &'static str,
    minor: u32,
    patch: &'static str,
    platform: &'static str,
    released: &'static str,
    standard_ends: &'static str,
    extended_ends: &'static str,
) -> Version {
    Version { name, minor, patch, platform, released, standard_ends, extended_ends }
}

/// How far EKS supports a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Support {
    Standard,
    Extended,
    None,
}

impl Support {
    /// `versionStatus` and the deprecated `status`.
    fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Standard => ("STANDARD_SUPPORT", "standard-support"),
            Self::Extended => ("EXTENDED_SUPPORT", "extended-support"),
            Self::None => ("UNSUPPORTED", "unsupported"),
        }
    }
}

impl Version {
    pub(super) fn find(name: &str) -> Option<&'static Self> {
        VERSIONS.iter().find(|version| version.name == name)
    }

    /// The version `name`, if EKS supports it at `now`.
    pub(super) fn supported(name: &str, now: Instant) -> Result<&'static Self, AwsError> {
        Self::find(name)
            .filter(|version| version.support(now) != Support::None && now >= day(version.released))
            // facts/aws.md §2.2
            .ok_or_else(|| invalid_parameter("unsupported Kubernetes version"))
    }

    pub(super) fn support(&self, now: Instant) -> Support {
        if now < day(self.standard_ends) {
            Support::Standard
        } else if now < day(self.extended_ends) {
            Support::Extended
        } else {
            Support::None
        }
    }

    /// What a control plane of this version costs at `now`, in US dollars an hour.
    pub(super) fn price(&self, now: Instant) -> f64 {
        match self.support(now) {
            Support::Standard => crate::price::CONTROL_PLANE_STANDARD,
            Support::Extended | Support::None => crate::price::CONTROL_PLANE_EXTENDED,
        }
    }

    fn describe(&self, now: Instant) -> Value {
        let (version_status, status) = self.support(now).names();
        json!({
            "clusterVersion": self.name,
            "clusterType": "eks",
            "defaultPlatformVersion": self.platform,
            "defaultVersion": self.name == DEFAULT,
            "releaseDate": day(self.released).epoch_seconds(),
            "endOfStandardSupportDate": day(self.standard_ends).epoch_seconds(),
            "endOfExtendedSupportDate": day(self.extended_ends).epoch_seconds(),
            "status": status,
            "versionStatus": version_status,
            "kubernetesPatchVersion": self.patch,
        })
    }
}

/// The minor of a version such as `1.36`; 0 if it has none.
pub(super) fn minor(version: &str) -> u32 {
    version.split('.').nth(1).and_then(|minor| minor.parse().ok()).unwrap_or(0)
}

/// DescribeClusterVersions. Versions out of support show with `includeAll` or when they are asked for.
pub(super) fn describe(world: &World, call: &Call) -> Result<Value, AwsError> {
    let input = call.json();
    let now = world.now;
    let names = texts(input, "clusterVersions");
    let wanted = |version: &&Version| {
        let (version_status, status) = version.support(now).names();
        let asked = sent(input, "versionStatus").is_some() || sent(input, "status").is_some();
        (names.is_empty() || names.iter().any(|name| name == version.name))
            && sent(input, "versionStatus").is_none_or(|wanted| wanted == version_status)
            && sent(input, "status").is_none_or(|wanted| wanted == status)
            && sent(input, "clusterType").is_none_or(|wanted| wanted == "eks")
            && (input["defaultOnly"] != true || version.name == DEFAULT)
            && (version.support(now) != Support::None
                || input["includeAll"] == true
                || asked
                || !names.is_empty())
            && now >= day(version.released)
    };
    page(
        input,
        "clusterVersions",
        VERSIONS.iter().filter(wanted),
        // Newest first.
        |version| format!("{:04}", 9999 - version.minor),
        |version| version.describe(now),
    )
}

fn day(date: &str) -> Instant {
    Instant::parse(&format!("{date}T00:00:00Z")).expect("the table holds dates")
}
