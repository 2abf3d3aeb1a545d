//! A network that is there before the cluster, as in a company whose network team makes VPCs.

use aws_config::SdkConfig;
use aws_sdk_ec2::Client;
use aws_sdk_ec2::types::{AttributeBooleanValue, Filter, ResourceType, Tag, TagSpecification};
use eks_core::{Error, ErrorKind, Result};

/// A VPC with private subnets, one in each of its zones, and no way to the internet.
#[derive(Clone, Debug)]
pub struct PrivateNetwork {
    /// The VPC's id.
    pub vpc: String,
    /// Ids of the subnets.
    pub subnets: Vec<String>,
}

impl PrivateNetwork {
    /// Makes one with EC2's API: 10.20.0.0/16, a subnet of /20 in each of the region's first two zones that
    /// EKS can use.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Failed`] with EC2's refusal as the source.
    pub async fn make(config: &SdkConfig) -> Result<Self> {
        let ec2 = Client::new(config);
        let mut zones = zones(&ec2).await?;
        zones.truncate(2);
        Self::make_in(config, &zones.iter().map(String::as_str).collect::<Vec<_>>()).await
    }

    /// Makes one with a subnet for each of `zones`, which may name a zone twice.
    ///
    /// # Errors
    ///
    /// As [`PrivateNetwork::make`].
    pub async fn make_in(config: &SdkConfig, zones: &[&str]) -> Result<Self> {
        let ec2 = Client::new(config);
        let vpc = ec2
            .create_vpc()
            .cidr_block("10.20.0.0/16")
            .tag_specifications(name(ResourceType::Vpc, "kubelabs"))
            .send()
            .await
            .map_err(refused)?;
        let vpc = vpc.vpc.and_then(|vpc| vpc.vpc_id).ok_or_else(nameless)?;
        // Nodes find the API server by name.
        let on = AttributeBooleanValue::builder().value(true).build();
        let support = ec2.modify_vpc_attribute().vpc_id(&vpc).enable_dns_support(on.clone());
        support.send().await.map_err(refused)?;
        let hostnames = ec2.modify_vpc_attribute().vpc_id(&vpc).enable_dns_hostnames(on);
        hostnames.send().await.map_err(refused)?;
        let mut subnets = Vec::new();
        for (index, zone) in zones.iter().enumerate() {
            let subnet = ec2
                .create_subnet()
                .vpc_id(&vpc)
                .availability_zone(*zone)
                .cidr_block(format!("10.20.{}.0/20", index * 16))
                .tag_specifications(name(ResourceType::Subnet, &format!("kubelabs-private-{index}")));
            let subnet = subnet.send().await.map_err(refused)?;
            subnets.push(subnet.subnet.and_then(|subnet| subnet.subnet_id).ok_or_else(nameless)?);
        }
        Ok(Self { vpc, subnets })
    }

    /// Deletes it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Failed`] if something is still in it.
    pub async fn delete(self, config: &SdkConfig) -> Result<()> {
        let ec2 = Client::new(config);
        for subnet in &self.subnets {
            ec2.delete_subnet().subnet_id(subnet).send().await.map_err(refused)?;
        }
        ec2.delete_vpc().vpc_id(&self.vpc).send().await.map_err(refused)?;
        Ok(())
    }
}

/// Zones that can host a control plane (facts/aws.md §2.2 names the three that cannot).
async fn zones(ec2: &Client) -> Result<Vec<String>> {
    let filter = |name: &str, value: &str| Filter::builder().name(name).values(value).build();
    let answer = ec2
        .describe_availability_zones()
        .filters(filter("state", "available"))
        .filters(filter("zone-type", "availability-zone"))
        .send()
        .await
        .map_err(refused)?;
    let zones = answer.availability_zones.unwrap_or_default().into_iter();
    let usable = zones
        .filter(|zone| !matches!(zone.zone_id(), Some("use1-az3" | "usw1-az2" | "cac1-az3")))
        .filter_map(|zone| zone.zone_name);
    Ok(usable.collect())
}

fn name(kind: ResourceType, name: &str) -> TagSpecification {
    let tag = Tag::builder().key("Name").value(name).build();
    TagSpecification::builder().resource_type(kind).tags(tag).build()
}

fn refused<E: std::error::Error + Send + Sync + 'static>(error: E) -> Error {
    Error::new(ErrorKind::Failed, "EC2 did not do its part").with_source(error)
}

fn nameless() -> Error {
    Error::new(ErrorKind::Internal, "EC2 made something and did not say what")
}
