//! The images of EKS's nodes as EC2 lists them: every release, with its name, its owner and its day.
//!
//! Names and owners as EKS's, Bottlerocket's and Windows' own pages give them (EKS's user guide, "Retrieve … AMI IDs";
//! from memory, U).

use super::ami::{TYPES, architecture, image, is_windows, releases};
use super::version::{VERSIONS, Version};

/// An image that anybody may launch.
pub(crate) struct PublishedImage {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) description: String,
    /// `x86_64` or `arm64`.
    pub(crate) architecture: &'static str,
    /// The account that publishes it.
    pub(crate) owner: &'static str,
    /// The day on which it was made, as `yyyy-mm-dd`.
    pub(crate) day: String,
    pub(crate) windows: bool,
}

/// When the releases of Bottlerocket were made: their names do not say it.
const BOTTLEROCKET_DAYS: [&str; 2] = ["2026-11-10", "2026-10-13"];

/// Every image of EKS's nodes in a region.
pub(crate) fn published_images(region: &str) -> Vec<PublishedImage> {
    let mut images = Vec::new();
    for version in VERSIONS {
        for ami_type in TYPES {
            for (index, release) in releases(ami_type, version).iter().enumerate() {
                images.extend(published(region, ami_type, version, release, index));
            }
        }
    }
    images
}

fn published(
    region: &str,
    ami_type: &str,
    version: &Version,
    release: &str,
    index: usize,
) -> Option<PublishedImage> {
    let processor = architecture(ami_type)?;
    let kubernetes = version.name;
    let mark = release.rsplit('-').next().unwrap_or_default();
    let (name, description, owner) = match *ami_type.split('_').collect::<Vec<_>>() {
        ["AL2023", .., variant] => (
            format!("amazon-eks-node-al2023-{processor}-{}-{kubernetes}-v{mark}", variant.to_lowercase()),
            format!("EKS-optimized Kubernetes node based on Amazon Linux 2023, (k8s: {})", version.patch),
            "602401143452",
        ),
        ["AL2", ..] => {
            let kind = match ami_type {
                gpu if gpu.ends_with("GPU") => "gpu-node",
                arm if arm.contains("ARM_64") => "arm64-node",
                _ => "node",
            };
            (
                format!("amazon-eks-{kind}-{kubernetes}-v{mark}"),
                format!("EKS Kubernetes Worker AMI with AmazonLinux2 image, (k8s: {})", version.patch),
                "602401143452",
            )
        }
        ["BOTTLEROCKET", ..] => {
            let nvidia = if ami_type.contains("NVIDIA") { "-nvidia" } else { "" };
            let fips = if ami_type.ends_with("FIPS") { "-fips" } else { "" };
            let name = format!("bottlerocket-aws-k8s-{kubernetes}{nvidia}{fips}-{processor}-v{release}");
            (name.clone(), name, "092701018921")
        }
        ["WINDOWS", kind, year, ..] => {
            let kind = if kind == "CORE" { "Core" } else { "Full" };
            (
                format!("Windows_Server-{year}-English-{kind}-EKS_Optimized-{kubernetes}-{mark}"),
                format!(
                    "Microsoft Windows Server {year} {kind} EKS Optimized AMI for Kubernetes {kubernetes}"
                ),
                "801119661308",
            )
        }
        _ => return None,
    };
    let day = match mark.as_bytes() {
        // `20261112`
        digits
            if digits.len() == 8
                && digits.iter().all(u8::is_ascii_digit)
                && !ami_type.starts_with("BOTTLE") =>
        {
            format!("{}-{}-{}", &mark[..4], &mark[4..6], &mark[6..])
        }
        _ if is_windows(ami_type) => mark.replace('.', "-"),
        _ => BOTTLEROCKET_DAYS.get(index).copied().unwrap_or("2026-09-01").to_owned(),
    };
    Some(PublishedImage {
        id: image(region, ami_type, kubernetes, release),
        name,
        description,
        architecture: processor,
        owner,
        day,
        windows: is_windows(ami_type),
    })
}
