//! Cutting a VPC's block into subnets.

use ipnet::Ipv4Net;

use crate::{Error, Result, Violation};

/// The two subnets of one zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SubnetPair {
    /// For load balancers, NAT gateways and nodes with public addresses.
    pub public: Ipv4Net,
    /// For what must not be reached from outside.
    pub private: Ipv4Net,
}

/// Cuts a block as eksctl does: into eighths for up to four zones, into sixteenths for up to eight; zone *i*
/// takes slice *i* for its public subnet and slice *i + zones* for its private one. What is left is room for
/// more.
///
/// ```
/// use eks_core::spec::cut;
///
/// let pairs = cut("192.168.0.0/16".parse()?, 3)?;
/// assert_eq!(pairs[0].public.to_string(), "192.168.0.0/19");
/// assert_eq!(pairs[0].private.to_string(), "192.168.96.0/19");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// [`ErrorKind::InvalidSpec`](crate::ErrorKind::InvalidSpec) for no zone, for more than eight, and for a block that is too small to be cut.
// facts/eksctl.md §1.2
pub fn cut(cidr: Ipv4Net, zones: usize) -> Result<Vec<SubnetPair>> {
    let bits = match zones {
        1..=4 => 3,
        5..=8 => 4,
        _ => return Err(broken("network.zones", zones, "be 1 to 8 zones")),
    };
    let slices = cidr
        .subnets(cidr.prefix_len() + bits)
        .map_err(|_| broken("network.cidr", cidr, "be large enough to be cut into subnets"))?;
    let slices: Vec<_> = slices.take(2 * zones).collect();
    let (public, private) = slices.split_at(zones);
    Ok(public.iter().zip(private).map(|(&public, &private)| SubnetPair { public, private }).collect())
}

fn broken(field: &str, value: impl std::fmt::Display, rule: &str) -> Error {
    Error::invalid(vec![Violation::new(field, value, rule)])
}
