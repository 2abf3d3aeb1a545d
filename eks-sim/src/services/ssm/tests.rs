//! The names that eksctl and the user guide ask for (facts/aws.md §7), and that they lead to nodes' images.

use crate::services::eks::image_parameters;

#[test]
fn every_family_is_published_under_its_name() {
    let parameters = image_parameters("us-west-2");
    for name in [
        "/aws/service/eks/optimized-ami/1.35/amazon-linux-2023/x86_64/standard/recommended/image_id",
        "/aws/service/eks/optimized-ami/1.35/amazon-linux-2023/arm64/nvidia/recommended/release_version",
        "/aws/service/eks/optimized-ami/1.35/amazon-linux-2023/x86_64/neuron/recommended",
        "/aws/service/eks/optimized-ami/1.32/amazon-linux-2/recommended/image_id",
        "/aws/service/eks/optimized-ami/1.32/amazon-linux-2-gpu/recommended/image_id",
        "/aws/service/eks/optimized-ami/1.32/amazon-linux-2-arm64/recommended/release_version",
        "/aws/service/bottlerocket/aws-k8s-1.35/x86_64/latest/image_version",
        "/aws/service/bottlerocket/aws-k8s-1.35-nvidia-fips/arm64/latest/image_id",
        "/aws/service/ami-windows-latest/Windows_Server-2022-English-Core-EKS_Optimized-1.35/image_id",
    ] {
        assert!(parameters.contains_key(name), "{name}");
    }
}

#[test]
fn what_has_no_image_has_no_parameter() {
    let parameters = image_parameters("us-west-2");
    let has = |part: &str| parameters.keys().any(|name| name.contains(part));
    assert!(!has("/1.33/amazon-linux-2/") && !has("Windows_Server-2025-English-Core-EKS_Optimized-1.34"));
}

#[test]
fn images_differ_by_region_and_version() {
    let of = |region: &str, version: &str| {
        let name = format!(
            "/aws/service/eks/optimized-ami/{version}/amazon-linux-2023/x86_64/standard/recommended/image_id"
        );
        image_parameters(region).remove(&name)
    };
    assert_ne!(of("us-west-2", "1.35"), of("eu-west-1", "1.35"));
    assert_ne!(of("us-west-2", "1.35"), of("us-west-2", "1.34"));
}
