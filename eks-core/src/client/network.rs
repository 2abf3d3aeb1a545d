//! Networks that exist.

use super::Eks;
use crate::observe::{VpcState, Way, find_vpcs};
use crate::spec::{GivenNetwork, VpcFilter};
use crate::{Error, ErrorKind, Result};

/// A VPC that was found, as a network for a spec.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FoundNetwork {
    /// Its id.
    pub vpc: String,
    /// Its IPv4 blocks: what another VPC must be [apart from](crate::NewNetwork::apart_from) to be peered with it.
    pub cidrs: Vec<String>,
    /// Its subnets: public where their route table leads to an internet gateway, private elsewhere; by zone.
    pub network: GivenNetwork,
}

impl Eks {
    /// The network of the VPC that is meant, found by id or tags. What is found goes into the spec by its ids, so that
    /// the same spec means the same subnets tomorrow. Reads AWS and changes nothing.
    ///
    /// ```no_run
    /// use eks_core::{Cluster, Eks, VpcFilter};
    ///
    /// # async fn story() -> eks_core::Result<()> {
    /// let eks = Eks::from_env().await?;
    /// let shared = eks.find_network(VpcFilter::tagged("Name", "shared")).await?;
    /// eks.create(&Cluster::builder().name("web").network(shared.network).build()?).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] if no VPC of the client's region is meant; [`ErrorKind::InvalidSpec`] if more than one
    /// is (the error names them), or if it has fewer than two subnets that are.
    pub async fn find_network(&self, wanted: VpcFilter) -> Result<FoundNetwork> {
        let region = self.known_region()?;
        let wire = self.wire(&region)?;
        let vpcs = {
            let wanted = wanted.clone();
            self.run(async move { find_vpcs(&wire, &wanted).await.map_err(|refusal| refusal.error) }).await?
        };
        match &vpcs[..] {
            [] => Err(Error::new(ErrorKind::NotFound, format!("no VPC in {region} is meant by {wanted:?}"))
                .with_hint("Check the region, the account, and spelling and case of the tags")),
            [vpc] => found(vpc),
            _ => {
                let ids: Vec<&str> = vpcs.iter().map(|vpc| vpc.id.as_str()).collect();
                Err(Error::new(
                    ErrorKind::InvalidSpec,
                    format!("more than one VPC is meant: {}", ids.join(", ")),
                )
                .with_hint("Name one of them by its id, or more of its tags"))
            }
        }
    }
}

fn found(vpc: &VpcState) -> Result<FoundNetwork> {
    let mut network = GivenNetwork::builder().vpc(&vpc.id);
    for subnet in &vpc.subnets {
        network = match subnet.way {
            Some(Way::InternetGateway) => network.public_subnet(&subnet.id),
            _ => network.private_subnet(&subnet.id),
        };
    }
    Ok(FoundNetwork { network: network.build()?, vpc: vpc.id.clone(), cidrs: vpc.cidrs.clone() })
}
