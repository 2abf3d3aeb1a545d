//! Cutting a VPC.

use ipnet::Ipv4Net;
use proptest::prelude::*;

use super::super::cut;

#[test]
fn as_eksctl_does() {
    let slices = |cidr: &str, zones: usize| -> Vec<(String, String)> {
        let pairs = cut(cidr.parse().unwrap(), zones).unwrap();
        pairs.iter().map(|pair| (pair.public.to_string(), pair.private.to_string())).collect()
    };
    let owned = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
        pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
    };
    assert_eq!(
        slices("192.168.0.0/16", 3),
        owned(&[
            ("192.168.0.0/19", "192.168.96.0/19"),
            ("192.168.32.0/19", "192.168.128.0/19"),
            ("192.168.64.0/19", "192.168.160.0/19"),
        ])
    );
    assert_eq!(
        slices("192.168.0.0/16", 2),
        owned(&[("192.168.0.0/19", "192.168.64.0/19"), ("192.168.32.0/19", "192.168.96.0/19")])
    );
    assert_eq!(slices("10.0.0.0/16", 5)[1], ("10.0.16.0/20".to_owned(), "10.0.96.0/20".to_owned()));
}

#[test]
fn what_cannot_be_cut() {
    let refusal = |cidr: &str, zones| cut(cidr.parse().unwrap(), zones).unwrap_err().to_string();
    assert_eq!(refusal("10.0.0.0/16", 0), "network.zones: `0` must be 1 to 8 zones");
    assert_eq!(refusal("10.0.0.0/16", 9), "network.zones: `9` must be 1 to 8 zones");
    assert_eq!(
        refusal("10.0.0.0/30", 3),
        "network.cidr: `10.0.0.0/30` must be large enough to be cut into subnets"
    );
}

proptest! {
    #[test]
    fn subnets_lie_inside_and_apart(address: u32, length in 16u8..=24, zones in 1usize..=8) {
        let vpc = Ipv4Net::new(address.into(), length).unwrap().trunc();
        let pairs = cut(vpc, zones).unwrap();
        prop_assert_eq!(pairs.len(), zones);
        let all: Vec<_> = pairs.iter().flat_map(|pair| [pair.public, pair.private]).collect();
        for (index, one) in all.iter().enumerate() {
            prop_assert!(vpc.contains(one));
            for other in &all[index + 1..] {
                prop_assert!(!one.contains(other) && !other.contains(one));
            }
        }
    }
}
