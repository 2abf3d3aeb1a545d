//! AMI types and their releases, as data (facts/aws.md §7).

use sha2::{Digest, Sha256};

use super::error::{invalid_parameter, invalid_request};
use super::version::Version;
use crate::wire::AwsError;

/// What a request may name.
pub(super) const TYPES: &[&str] = &[
    "AL2_x86_64",
    "AL2_x86_64_GPU",
    "AL2_ARM_64",
    "CUSTOM",
    "BOTTLEROCKET_ARM_64",
    "BOTTLEROCKET_x86_64",
    "BOTTLEROCKET_ARM_64_FIPS",
    "BOTTLEROCKET_x86_64_FIPS",
    "BOTTLEROCKET_ARM_64_NVIDIA",
    "BOTTLEROCKET_x86_64_NVIDIA",
    "BOTTLEROCKET_ARM_64_NVIDIA_FIPS",
    "BOTTLEROCKET_x86_64_NVIDIA_FIPS",
    "WINDOWS_CORE_2019_x86_64",
    "WINDOWS_FULL_2019_x86_64",
    "WINDOWS_CORE_2022_x86_64",
    "WINDOWS_FULL_2022_x86_64",
    "WINDOWS_CORE_2025_x86_64",
    "WINDOWS_FULL_2025_x86_64",
    "AL2023_x86_64_STANDARD",
    "AL2023_ARM_64_STANDARD",
    "AL2023_x86_64_NEURON",
    "AL2023_x86_64_NVIDIA",
    "AL2023_ARM_64_NVIDIA",
];

/// What a group gets that names neither a type nor an image.
pub(super) const DEFAULT: &str = "AL2023_x86_64_STANDARD";

/// Dates of the releases of Amazon Linux 2023 and Windows, newest first.
const DATES: [(&str, &str); 2] = [("20261112", "2026.11.12"), ("20261015", "2026.10.15")];

/// The last releases of Amazon Linux 2: in the week of 8 December 2025 (facts/aws.md §7).
const AL2_DATES: [&str; 2] = ["20251209", "20251120"];

/// Releases of Bottlerocket, newest first.
const BOTTLEROCKET: [&str; 2] = ["1.55.0-8f2c41d9", "1.54.0-5b90ae17"];

/// The releases of an AMI type for a Kubernetes version, newest first.
pub(super) fn releases(ami_type: &str, version: &Version) -> Vec<String> {
    match family(ami_type) {
        "AL2" if version.minor >= 33 => Vec::new(),
        "AL2" => AL2_DATES.iter().map(|date| format!("{}-{date}", version.patch)).collect(),
        "AL2023" => DATES.iter().map(|(date, _)| format!("{}-{date}", version.patch)).collect(),
        "BOTTLEROCKET" => BOTTLEROCKET.iter().map(|release| (*release).to_owned()).collect(),
        // Windows Server 2025 from 1.35 on (facts/aws.md §7).
        "WINDOWS" if ami_type.contains("2025") && version.minor < 35 => Vec::new(),
        "WINDOWS" => DATES.iter().map(|(_, date)| format!("{}-{date}", version.name)).collect(),
        _ => Vec::new(),
    }
}

/// The release that a request for `wanted` gets.
pub(super) fn release(ami_type: &str, version: &Version, wanted: Option<&str>) -> Result<String, AwsError> {
    let releases = releases(ami_type, version);
    let Some(newest) = releases.first() else {
        return Err(invalid_parameter(format!(
            "AMI Type {ami_type} is only supported for kubernetes versions that have it, not for {}",
            version.name
        )));
    };
    match wanted {
        None => Ok(newest.clone()),
        Some(wanted) if releases.iter().any(|release| release == wanted) => Ok(wanted.to_owned()),
        // facts/aws.md §2.5
        Some(wanted)
            if super::version::VERSIONS
                .iter()
                .any(|other| self::releases(ami_type, other).iter().any(|release| release == wanted)) =>
        {
            Err(invalid_request(format!(
                "Requested release version {wanted} is not valid for kubernetes version {}.",
                version.name
            )))
        }
        Some(wanted) => Err(invalid_parameter(format!(
            "Requested Nodegroup release version {wanted} is invalid. Allowed release version is {newest}"
        ))),
    }
}

/// The image of a release in a region.
pub(super) fn image(region: &str, ami_type: &str, version: &str, release: &str) -> String {
    let digest = Sha256::digest(format!("{region}/{ami_type}/{version}/{release}"));
    let hex: String = digest.iter().take(9).map(|byte| format!("{byte:02x}")).collect();
    format!("ami-{}", &hex[..17])
}

/// `x86_64` or `arm64`: what instances of the type's image must be. A custom image says nothing.
pub(super) fn architecture(ami_type: &str) -> Option<&'static str> {
    match ami_type {
        "CUSTOM" => None,
        arm if arm.contains("ARM_64") => Some("arm64"),
        _ => Some("x86_64"),
    }
}

pub(super) fn is_amazon_linux(ami_type: &str) -> bool {
    matches!(family(ami_type), "AL2" | "AL2023")
}

pub(super) fn is_windows(ami_type: &str) -> bool {
    family(ami_type) == "WINDOWS"
}

/// The size of the root volume in GiB unless a request says (facts/aws.md §3.1).
pub(super) fn default_disk(ami_type: &str) -> i64 {
    if is_windows(ami_type) { 50 } else { 20 }
}

fn family(ami_type: &str) -> &str {
    ami_type.split('_').next().unwrap_or_default()
}
