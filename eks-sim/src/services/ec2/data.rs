//! Regions, their zones, and the names that follow from addresses.

use std::net::Ipv4Addr;

use sha2::{Digest, Sha256};

/// A region: name, prefix of its zone ids, zones by letter with the number of their id, whether an account has
/// it without opting in. Numbers are those of the zones that new accounts get; which letter stands for which
/// id differs from account to account, the ids that EKS refuses (use1-az3) are what matters.
struct Region(&'static str, &'static str, &'static [(char, u8)], bool);

const THREE: &[(char, u8)] = &[('a', 1), ('b', 2), ('c', 3)];

const REGIONS: &[Region] = &[
    Region("af-south-1", "afs1", THREE, false),
    Region("ap-east-1", "ape1", THREE, false),
    Region("ap-northeast-1", "apne1", &[('a', 4), ('c', 1), ('d', 2)], true),
    Region("ap-northeast-2", "apne2", &[('a', 1), ('b', 2), ('c', 3), ('d', 4)], true),
    Region("ap-northeast-3", "apne3", THREE, true),
    Region("ap-south-1", "aps1", &[('a', 1), ('b', 3), ('c', 2)], true),
    Region("ap-south-2", "aps2", THREE, false),
    Region("ap-southeast-1", "apse1", THREE, true),
    Region("ap-southeast-2", "apse2", THREE, true),
    Region("ap-southeast-3", "apse3", THREE, false),
    Region("ap-southeast-4", "apse4", THREE, false),
    Region("ca-central-1", "cac1", &[('a', 1), ('b', 2), ('d', 4)], true),
    Region("ca-west-1", "caw1", THREE, false),
    Region("eu-central-1", "euc1", &[('a', 2), ('b', 3), ('c', 1)], true),
    Region("eu-central-2", "euc2", THREE, false),
    Region("eu-north-1", "eun1", THREE, true),
    Region("eu-south-1", "eus1", THREE, false),
    Region("eu-south-2", "eus2", THREE, false),
    Region("eu-west-1", "euw1", THREE, true),
    Region("eu-west-2", "euw2", THREE, true),
    Region("eu-west-3", "euw3", THREE, true),
    Region("il-central-1", "ilc1", THREE, false),
    Region("me-central-1", "mec1", THREE, false),
    Region("me-south-1", "mes1", THREE, false),
    Region("sa-east-1", "sae1", THREE, true),
    Region("us-east-1", "use1", &[('a', 1), ('b', 2), ('c', 4), ('d', 6), ('e', 3), ('f', 5)], true),
    Region("us-east-2", "use2", THREE, true),
    Region("us-west-1", "usw1", &[('a', 1), ('b', 3)], true),
    Region("us-west-2", "usw2", &[('a', 1), ('b', 2), ('c', 3), ('d', 4)], true),
];

/// An availability zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Zone {
    /// Such as `us-east-1e`.
    pub(super) name: String,
    /// Such as `use1-az3`.
    pub(super) id: String,
}

/// Names of all regions, and whether an account has them without opting in.
pub(super) fn regions() -> impl Iterator<Item = (&'static str, bool)> {
    REGIONS.iter().map(|region| (region.0, region.3))
}

/// The zones of a region; one that is not in the table has three.
pub(super) fn zones(region: &str) -> Vec<Zone> {
    let known = REGIONS.iter().find(|known| known.0 == region);
    let (prefix, letters) = known.map_or((region, THREE), |known| (known.1, known.2));
    let zone = |(letter, number): &(char, u8)| Zone {
        name: format!("{region}{letter}"),
        id: format!("{prefix}-az{number}"),
    };
    letters.iter().map(zone).collect()
}

/// The DNS name of a private address within its VPC.
pub(super) fn private_dns_name(region: &str, address: Ipv4Addr) -> String {
    let name = address.to_string().replace('.', "-");
    match region {
        "us-east-1" => format!("ip-{name}.ec2.internal"),
        _ => format!("ip-{name}.{region}.compute.internal"),
    }
}

/// The DNS name of a public address.
pub(super) fn public_dns_name(region: &str, address: Ipv4Addr) -> String {
    let name = address.to_string().replace('.', "-");
    match region {
        "us-east-1" => format!("ec2-{name}.compute-1.amazonaws.com"),
        _ => format!("ec2-{name}.{region}.compute.amazonaws.com"),
    }
}

/// Hexadecimal digits that belong to `text`: for ids of what a region has one of.
pub(super) fn digest(text: &str) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}
