//! What surrounds a cluster. Each part may be one that the caller may not read: `Err` within says why.

#[cfg(feature = "ec2")]
mod images;
#[cfg(feature = "ec2")]
mod network;
mod roles;
mod versions;

#[cfg(feature = "ec2")]
pub(crate) use images::published_images;
#[cfg(feature = "ec2")]
pub(crate) use network::network_info;
pub(crate) use roles::role_infos;
pub(crate) use versions::version_offer;
