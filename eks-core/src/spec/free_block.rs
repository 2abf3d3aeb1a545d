//! A block for a new VPC that overlaps no other.

use ipnet::Ipv4Net;

/// Private /16 blocks in the order in which they are tried: eksctl's default first, then those of 10.0.0.0/8 and
/// 172.16.0.0/12. The two from which EKS takes addresses of services (facts/aws.md §3.1) are left out.
fn candidates() -> impl Iterator<Item = Ipv4Net> {
    let first = [[192, 168]];
    let tens = (0..=255).filter(|second| *second != 100).map(|second| [10, second]);
    let rest = (16..=31).filter(|second| *second != 20).map(|second| [172, second]);
    let blocks = first.into_iter().chain(tens).chain(rest);
    blocks.map(|[one, two]| Ipv4Net::new_assert([one, two, 0, 0].into(), 16))
}

/// The first block that overlaps none of `others`.
pub(super) fn free_block(others: &[Ipv4Net]) -> Option<Ipv4Net> {
    candidates().find(|block| others.iter().all(|other| !overlap(block, other)))
}

/// Whether two blocks have an address in common.
pub(super) fn overlap(one: &Ipv4Net, other: &Ipv4Net) -> bool {
    one.contains(other) || other.contains(one)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn free(others: &[&str]) -> Option<String> {
        let others: Vec<Ipv4Net> = others.iter().map(|text| text.parse().unwrap()).collect();
        free_block(&others).map(|block| block.to_string())
    }

    #[test]
    fn the_first_that_overlaps_nothing() {
        for (others, block) in [
            (&[][..], Some("192.168.0.0/16")),
            (&["192.168.3.0/24"], Some("10.0.0.0/16")),
            (&["192.168.0.0/16", "10.0.0.0/15"], Some("10.2.0.0/16")),
            (&["192.0.0.0/8", "10.0.0.0/8"], Some("172.16.0.0/16")),
            (&["192.0.0.0/8", "10.0.0.0/8", "172.16.0.0/14"], Some("172.21.0.0/16")),
            (&["0.0.0.0/0"], None),
        ] {
            assert_eq!(free(others).as_deref(), block, "{others:?}");
        }
    }
}
