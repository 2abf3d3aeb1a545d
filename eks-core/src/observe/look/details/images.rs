//! EKS's images for a kind of node, newest first. Systems Manager names only the newest one; EC2 lists them all, with the
//! day on which each was made.

use aws_sdk_ec2::types::Image;

use super::super::zones::filter;
use super::super::{checked, patiently};
use crate::aws::{Refusal, Service, Wire};
use crate::observe::PublishedImage;

/// The images of `ami_type` for a Kubernetes version, newest first; none of a kind whose names are not known.
pub(crate) async fn published_images(
    wire: &Wire,
    ami_type: &str,
    version: &str,
) -> Result<Result<Vec<PublishedImage>, String>, Refusal> {
    let Some(prefix) = prefix(ami_type, version) else { return Ok(Ok(Vec::new())) };
    let call = Service::Ec2.read("DescribeImages", format!("images {prefix}*"));
    let pages = patiently(|| {
        let request =
            wire.ec2().describe_images().owners("amazon").filters(filter("name", [format!("{prefix}*")]));
        wire.pages(&call, || request.into_paginator().send())
    });
    let pages = checked(pages).await?;
    Ok(pages.map(|pages| {
        let found = pages.into_iter().filter_map(|page| page.images).flatten();
        let mut images: Vec<_> = found.filter_map(|image| published(image, &prefix)).collect();
        images.sort_by(|one, two| (&two.day, &two.name).cmp(&(&one.day, &one.name)));
        images
    }))
}

fn published(image: Image, prefix: &str) -> Option<PublishedImage> {
    let name = image.name?;
    let mark = name.strip_prefix(prefix)?.to_owned();
    let day = image.creation_date?.get(..10)?.to_owned();
    Some(PublishedImage { name, mark, day })
}

/// How the names of the images begin (names as in the release notes of each family; from memory, U).
fn prefix(ami_type: &str, version: &str) -> Option<String> {
    let arm = ami_type.contains("ARM_64");
    let processor = if arm { "arm64" } else { "x86_64" };
    Some(match *ami_type.split('_').collect::<Vec<_>>() {
        ["AL2023", .., variant] => {
            format!("amazon-eks-node-al2023-{processor}-{}-{version}-v", variant.to_lowercase())
        }
        ["AL2", .., "GPU"] => format!("amazon-eks-gpu-node-{version}-v"),
        ["AL2", ..] if arm => format!("amazon-eks-arm64-node-{version}-v"),
        ["AL2", ..] => format!("amazon-eks-node-{version}-v"),
        ["BOTTLEROCKET", ..] => {
            let nvidia = if ami_type.contains("NVIDIA") { "-nvidia" } else { "" };
            let fips = if ami_type.ends_with("FIPS") { "-fips" } else { "" };
            format!("bottlerocket-aws-k8s-{version}{nvidia}{fips}-{processor}-v")
        }
        ["WINDOWS", kind, year, ..] => {
            let kind = if kind == "CORE" { "Core" } else { "Full" };
            format!("Windows_Server-{year}-English-{kind}-EKS_Optimized-{version}-")
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_names_of_its_own() {
        for (kind, expected) in [
            ("AL2023_x86_64_STANDARD", Some("amazon-eks-node-al2023-x86_64-standard-1.34-v")),
            ("AL2023_ARM_64_NVIDIA", Some("amazon-eks-node-al2023-arm64-nvidia-1.34-v")),
            ("AL2_x86_64_GPU", Some("amazon-eks-gpu-node-1.34-v")),
            ("AL2_ARM_64", Some("amazon-eks-arm64-node-1.34-v")),
            ("AL2_x86_64", Some("amazon-eks-node-1.34-v")),
            ("BOTTLEROCKET_x86_64_NVIDIA_FIPS", Some("bottlerocket-aws-k8s-1.34-nvidia-fips-x86_64-v")),
            ("BOTTLEROCKET_ARM_64", Some("bottlerocket-aws-k8s-1.34-arm64-v")),
            ("WINDOWS_CORE_2022_x86_64", Some("Windows_Server-2022-English-Core-EKS_Optimized-1.34-")),
            ("CUSTOM", None),
        ] {
            assert_eq!(prefix(kind, "1.34").as_deref(), expected, "{kind}");
        }
    }
}
