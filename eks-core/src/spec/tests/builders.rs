//! What builders add to plain structs.

use super::super::*;
use crate::ErrorKind;

#[test]
fn a_missing_name_is_chosen_once() {
    let one = Cluster::builder().build().unwrap();
    let other = Cluster::builder().build().unwrap();
    assert_ne!(one.name, other.name);
    assert_eq!(one.defaulted().name, one.name);
    assert_eq!(Cluster::from_yaml(&one.to_yaml().unwrap()).unwrap(), one);
}

#[test]
fn no_node_groups_is_not_unset() {
    let none = Cluster::builder().no_node_groups().build().unwrap();
    assert_eq!(none.node_groups, Some(vec![]));
    assert_eq!(none.defaulted().node_groups, Some(vec![]));
    assert_eq!(Cluster::from_yaml(&none.to_yaml().unwrap()).unwrap(), none);
}

#[test]
fn each_builder_refuses_what_breaks_its_rules() {
    let refused: [(crate::Error, &str); 7] = [
        (NodeGroup::builder().scaling(Scaling::between(2, 1)).build().unwrap_err(), "scaling.min"),
        (FargateProfile::builder().namespace("web").build().unwrap_err(), "name"),
        (Addon::builder().name("").build().unwrap_err(), "name"),
        (AccessEntry::builder().build().unwrap_err(), "principalArn"),
        (NewNetwork::builder().zone("us-west-2a").build().unwrap_err(), "zones"),
        (GivenNetwork::builder().private_subnet("subnet-1").build().unwrap_err(), "privateSubnets"),
        (Disk::builder().size_gib(0).build().unwrap_err(), "sizeGib"),
    ];
    for (error, field) in refused {
        assert_eq!(error.kind(), ErrorKind::InvalidSpec);
        assert_eq!(error.violations()[0].field, field);
    }
}

#[test]
fn the_image_follows_from_family_and_architecture() {
    let ami_type = |family: Option<AmiFamily>, types: &[&str]| {
        let instance_types = types.iter().map(|name| (*name).to_owned()).collect();
        NodeGroup { ami_family: family, instance_types, ..NodeGroup::default() }.ami_type()
    };
    assert_eq!(ami_type(None, &[]), Some("AL2023_x86_64_STANDARD"));
    assert_eq!(ami_type(None, &["m7g.large", "t4g.small"]), Some("AL2023_ARM_64_STANDARD"));
    assert_eq!(ami_type(None, &["g5.xlarge", "p5.48xlarge"]), Some("AL2023_x86_64_NVIDIA"));
    assert_eq!(ami_type(None, &["g4ad.xlarge"]), Some("AL2023_x86_64_STANDARD"));
    assert_eq!(ami_type(None, &["trn1.2xlarge", "inf2.xlarge"]), Some("AL2023_x86_64_NEURON"));
    assert_eq!(ami_type(Some(AmiFamily::Bottlerocket), &["g5g.xlarge"]), Some("BOTTLEROCKET_ARM_64_NVIDIA"));
    assert_eq!(
        ami_type(Some(AmiFamily::BottlerocketFips), &["g6.xlarge"]),
        Some("BOTTLEROCKET_x86_64_NVIDIA_FIPS")
    );
    assert_eq!(ami_type(Some(AmiFamily::AmazonLinux2), &["p3.2xlarge"]), Some("AL2_x86_64_GPU"));
    assert_eq!(
        ami_type(Some(AmiFamily::AmazonLinux2023Nvidia), &["g5.xlarge"]),
        Some("AL2023_x86_64_NVIDIA")
    );
    assert_eq!(
        ami_type(Some(AmiFamily::AmazonLinux2023Nvidia), &["g5g.xlarge"]),
        Some("AL2023_ARM_64_NVIDIA")
    );
    assert_eq!(ami_type(Some(AmiFamily::AmazonLinux2Gpu), &["g5g.xlarge"]), None);
    assert_eq!(ami_type(None, &["m5.large", "m7g.large"]), None);
}

#[test]
fn public_types_can_cross_threads() {
    fn check<T: Send + Sync + 'static>() {}
    check::<Cluster>();
    check::<NodeGroup>();
    check::<ClusterBuilder>();
}
