//! Prices per hour in US dollars, us-east-1 (facts/aws.md §10). What has no row costs nothing here.

/// The control plane of a version in standard support.
pub(crate) const CONTROL_PLANE_STANDARD: f64 = 0.10;
/// The control plane of a version in extended support, in total.
pub(crate) const CONTROL_PLANE_EXTENDED: f64 = 0.60;
/// A NAT gateway, without its traffic.
pub(crate) const NAT_GATEWAY: f64 = 0.045;
/// An interface endpoint in one zone, without its traffic (aws.amazon.com/privatelink/pricing).
pub(crate) const INTERFACE_ENDPOINT: f64 = 0.01;
/// A GB of a gp3 volume for a month (aws.amazon.com/ebs/pricing).
pub(crate) const GP3_MONTH: f64 = 0.08;
/// A public IPv4 address, in use or idle (aws.amazon.com/vpc/pricing, since 1 February 2024).
pub(crate) const PUBLIC_IPV4: f64 = 0.005;
/// An application or network load balancer, without its capacity units (aws.amazon.com/elasticloadbalancing/pricing, U).
pub(crate) const LOAD_BALANCER: f64 = 0.0225;
/// A classic load balancer, without its traffic (the same page, U).
pub(crate) const CLASSIC_LOAD_BALANCER: f64 = 0.025;
