//! The names under which SSM publishes the images of EKS's nodes (facts/aws.md §7).

use std::collections::BTreeMap;

use serde_json::json;

use super::ami::{TYPES, architecture, image, releases};
use super::version::VERSIONS;

/// Every public parameter of EKS's images in a region, by name.
pub(crate) fn image_parameters(region: &str) -> BTreeMap<String, String> {
    let mut parameters = BTreeMap::new();
    for version in VERSIONS {
        for ami_type in TYPES {
            let releases = releases(ami_type, version);
            let Some(release) = releases.first() else { continue };
            let image = image(region, ami_type, version.name, release);
            parameters.extend(named(ami_type, version.name, &image, release));
        }
    }
    parameters
}

/// What is published of an image: the parameters' names and values.
fn named(ami_type: &str, version: &str, image: &str, release: &str) -> Vec<(String, String)> {
    let processor = architecture(ami_type).unwrap_or_default();
    let (folder, release_name) = match *ami_type.split('_').collect::<Vec<_>>() {
        ["AL2023", .., variant] => {
            let variant = variant.to_lowercase();
            let folder = format!(
                "/aws/service/eks/optimized-ami/{version}/amazon-linux-2023/{processor}/{variant}/recommended"
            );
            (folder, "release_version")
        }
        ["AL2", ..] => {
            let suffix = match ami_type {
                gpu if gpu.ends_with("GPU") => "-gpu",
                arm if arm.contains("ARM_64") => "-arm64",
                _ => "",
            };
            let folder =
                format!("/aws/service/eks/optimized-ami/{version}/amazon-linux-2{suffix}/recommended");
            (folder, "release_version")
        }
        ["BOTTLEROCKET", ..] => {
            let nvidia = if ami_type.contains("NVIDIA") { "-nvidia" } else { "" };
            let fips = if ami_type.ends_with("FIPS") { "-fips" } else { "" };
            let folder =
                format!("/aws/service/bottlerocket/aws-k8s-{version}{nvidia}{fips}/{processor}/latest");
            (folder, "image_version")
        }
        ["WINDOWS", kind, year, ..] => {
            let kind = if kind == "CORE" { "Core" } else { "Full" };
            let name = format!("Windows_Server-{year}-English-{kind}-EKS_Optimized-{version}");
            // Windows publishes no release.
            return vec![(format!("/aws/service/ami-windows-latest/{name}/image_id"), image.to_owned())];
        }
        _ => return Vec::new(),
    };
    let mut parameters = vec![
        (format!("{folder}/image_id"), image.to_owned()),
        (format!("{folder}/{release_name}"), release.to_owned()),
    ];
    if release_name == "release_version" {
        let both = json!({"schema_version": "2", "image_id": image, "release_version": release});
        parameters.push((folder, both.to_string()));
    }
    parameters
}
