//! A node group's launch template: which one it is, and what it may say (facts/aws.md §2.5, §3.1).

use serde_json::{Value, json};

use super::error::invalid_parameter;
use super::members::sent;
use super::network::{ec2, passed_on};
use super::user_data;
use crate::wire::{AwsError, Params, Xml};
use crate::world::World;

/// A version of a launch template that EC2 has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LaunchTemplate {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) image: Option<String>,
    pub(crate) instance_type: Option<String>,
    /// Whether it names security groups; the cluster's stands in if not.
    pub(crate) has_security_groups: bool,
    pub(crate) user_data: Option<String>,
    /// Whether it launches into a capacity block.
    pub(crate) capacity_block: bool,
    /// Whether it gives instances a public address.
    pub(crate) public_address: bool,
}

impl LaunchTemplate {
    pub(super) fn describe(&self) -> Value {
        json!({"id": self.id, "name": self.name, "version": self.version})
    }
}

/// The template that a request names.
pub(super) fn find(world: &mut World, region: &str, wanted: &Value) -> Result<LaunchTemplate, AwsError> {
    let params = match (sent(wanted, "id"), sent(wanted, "name")) {
        (Some(id), None) => Params::new().set("LaunchTemplateId", id),
        (None, Some(name)) => Params::new().set("LaunchTemplateName", name),
        _ => {
            return Err(invalid_parameter(
                "Either provide launch template ID or launch template name in the request.",
            ));
        }
    };
    let params = params.set("LaunchTemplateVersion.1", sent(wanted, "version").unwrap_or("$Default"));
    let answer =
        ec2(world, region, "DescribeLaunchTemplateVersions", params).map_err(|error| passed_on(&error))?;
    let versions = answer.all("launchTemplateVersionSet/item");
    let item = versions.first().ok_or_else(|| invalid_parameter("Launch template version does not exist"))?;
    check(item)?;
    let present = |path: &str| Some(item.at(path)).filter(|text| !text.is_empty()).map(str::to_owned);
    let groups = [
        "launchTemplateData/securityGroupIdSet/item",
        "launchTemplateData/securityGroupSet/item",
        "launchTemplateData/networkInterfaceSet/item/groupSet",
    ];
    Ok(LaunchTemplate {
        id: item.at("launchTemplateId").to_owned(),
        name: item.at("launchTemplateName").to_owned(),
        version: item.at("versionNumber").to_owned(),
        image: present("launchTemplateData/imageId"),
        instance_type: present("launchTemplateData/instanceType"),
        has_security_groups: groups.iter().any(|path| !item.all(path).is_empty()),
        capacity_block: item.at("launchTemplateData/instanceMarketOptions/marketType") == "capacity-block",
        user_data: present("launchTemplateData/userData").map(|text| user_data::decoded(&text)),
        public_address: item.at("launchTemplateData/networkInterfaceSet/item/associatePublicIpAddress")
            == "true",
    })
}

/// What a node group decides itself, a template may not.
fn check(item: &Xml) -> Result<(), AwsError> {
    let has = |path: &str| !item.all(&format!("launchTemplateData/{path}")).is_empty();
    // The first text is the service's, from memory (U); the others follow it.
    let barred = [
        (
            has("iamInstanceProfile"),
            "Launch template should not specify an instance profile. The noderole in your request will be \
             used to construct an instance profile.",
        ),
        (
            has("networkInterfaceSet/item/subnetId"),
            "Launch template should not specify a subnet. The subnets in your request will be used.",
        ),
        (
            item.at("launchTemplateData/instanceMarketOptions/marketType") == "spot",
            "Launch template should not specify spot options. Use the capacity type of the node group.",
        ),
        (
            item.at("launchTemplateData/hibernationOptions/configured") == "true",
            "Launch template should not specify hibernation options.",
        ),
        (
            item.at("launchTemplateData/instanceInitiatedShutdownBehavior") == "terminate",
            "Launch template should not specify a shutdown behavior of terminate.",
        ),
    ];
    match barred.into_iter().find(|(has, _)| *has) {
        Some((_, message)) => Err(invalid_parameter(message)),
        None => Ok(()),
    }
}
