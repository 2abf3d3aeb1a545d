//! Names of instance types, and pods per node.

use super::super::{Architecture, InstanceType, pods_per_node};

#[test]
fn parts() {
    let parts =
        |name: &str| InstanceType::parse(name).map(|it| (it.family, it.generation, it.attributes, it.size));
    let owned = |family: &str, generation, attributes: &str, size: &str| {
        Some((family.to_owned(), generation, attributes.to_owned(), size.to_owned()))
    };
    assert_eq!(parts("m7gd.2xlarge"), owned("m", Some(7), "gd", "2xlarge"));
    assert_eq!(parts("t3.medium"), owned("t", Some(3), "", "medium"));
    assert_eq!(parts("m7i-flex.large"), owned("m", Some(7), "i-flex", "large"));
    assert_eq!(parts("u-6tb1.metal"), owned("u", None, "-6tb1", "metal"));
    for name in ["", "m5", "m5.", ".large", "M5.large", "m5.large ", "5m.large"] {
        assert_eq!(parts(name), None, "{name}");
    }
}

#[test]
fn nitro() {
    for (name, nitro) in [
        ("t2.micro", false),
        ("m4.large", false),
        ("i3.large", false),
        ("i3.metal", true),
        ("p3.2xlarge", false),
        ("p3dn.24xlarge", true),
        ("t3.micro", true),
        ("a1.large", true),
        ("m7i-flex.large", true),
        ("u-6tb1.metal", true),
    ] {
        assert_eq!(InstanceType::parse(name).map(|it| it.is_nitro()), Some(nitro), "{name}");
    }
}

#[test]
fn architectures() {
    let arm = [
        "a1.large",
        "t4g.small",
        "m6gd.large",
        "c7gn.large",
        "x2gd.large",
        "im4gn.large",
        "is4gen.large",
        "g5g.xlarge",
        "hpc7g.4xlarge",
        "r8g.medium",
        "p6e-gb200.36xlarge",
    ];
    let intel = [
        "t3.small",
        "t3a.small",
        "m5.large",
        "g4dn.xlarge",
        "g6.xlarge",
        "gr6.4xlarge",
        "p4d.24xlarge",
        "m7i-flex.large",
        "c6in.large",
        "inf2.xlarge",
        "u-6tb1.metal",
    ];
    for (names, architecture) in [(arm, Architecture::Arm64), (intel, Architecture::X86_64)] {
        for name in names {
            assert_eq!(InstanceType::parse(name).unwrap().architecture(), architecture, "{name}");
        }
    }
}

#[test]
fn pods() {
    let cases = [
        ("t2.micro", 4),
        ("t2.small", 11),
        ("t2.2xlarge", 44),
        ("t3.medium", 17),
        ("t3.large", 35),
        ("t3a.small", 8),
        ("t4g.xlarge", 58),
        ("m4.large", 20),
        ("m5.large", 29),
        ("m5.4xlarge", 234),
        ("m5.24xlarge", 737),
        ("m6g.medium", 8),
        ("c5.9xlarge", 234),
        ("c6i.32xlarge", 737),
        ("g5.48xlarge", 345),
    ];
    for (name, pods) in cases {
        assert_eq!(pods_per_node(name), Some(pods), "{name}");
    }
    for unknown in ["", "m5", "m5.32xlarge", "m5.medium", "t9.micro", "x.large", "t3.metal", "m5 c5.large"] {
        assert_eq!(pods_per_node(unknown), None, "{unknown}");
    }
}
