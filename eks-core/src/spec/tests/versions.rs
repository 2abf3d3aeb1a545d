//! Which version is meant.

use super::super::{KubernetesVersion, VersionOffer, VersionStatus, resolve};
use crate::ErrorKind;

fn offer(version: &str, status: VersionStatus, ends: [&str; 2]) -> VersionOffer {
    let [end_of_standard, end_of_extended] = ends.map(|end| Some(end.to_owned()));
    VersionOffer {
        version: version.into(),
        default: version == "1.35",
        status,
        end_of_standard,
        end_of_extended,
    }
}

/// As on 22 Nov 2026 (facts/aws.md §6), in no order.
fn offers() -> Vec<VersionOffer> {
    vec![
        offer("1.34", VersionStatus::Standard, ["2026-12-02", "2027-12-02"]),
        offer("1.36", VersionStatus::Standard, ["2027-08-02", "2028-08-02"]),
        offer("1.33", VersionStatus::Extended, ["2026-07-29", "2027-07-29"]),
        offer("1.35", VersionStatus::Standard, ["2027-03-27", "2028-03-27"]),
        offer("1.30", VersionStatus::Unsupported, ["2025-07-23", "2026-07-23"]),
    ]
}

#[test]
fn offered() {
    let resolved = |version: &str| resolve(&version.into(), &offers()).unwrap();
    assert_eq!(resolved("default"), "1.35");
    assert_eq!(resolved("latest"), "1.36");
    assert_eq!(resolved("1.33"), "1.33");
}

#[test]
fn newest_is_by_number() {
    let offers = ["1.9", "1.10"].map(|version| offer(version, VersionStatus::Standard, ["", ""]));
    assert_eq!(resolve(&KubernetesVersion::Latest, &offers).unwrap(), "1.10");
    assert_eq!(resolve(&KubernetesVersion::Default, &offers).unwrap(), "1.10");
}

#[test]
fn no_longer_offered() {
    for version in ["1.23", "1.30", "1.99"] {
        let error = resolve(&version.into(), &offers()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidSpec);
        assert_eq!(
            error.to_string(),
            format!(
                "version: `{version}` must be one that EKS offers: \
                 1.36 (standard support until 2027-08-02, $0.10 per hour), \
                 1.35 (standard support until 2027-03-27, $0.10 per hour), \
                 1.34 (standard support until 2026-12-02, $0.10 per hour), \
                 1.33 (extended support until 2027-07-29, $0.60 per hour)"
            )
        );
    }
}

#[test]
fn nothing_offered() {
    // Who names a version needs nobody to say what is offered.
    assert_eq!(resolve(&"1.35".into(), &[]).unwrap(), "1.35");
    let error = resolve(&KubernetesVersion::Default, &[]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
}
