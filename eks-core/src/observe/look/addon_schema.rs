//! The schema of an add-on's configuration.

use aws_sdk_eks::types::AddonInfo;

use super::{checked, seen};
use crate::aws::{Class, Refusal, Service, Wire};
use crate::observe::{AddonSchema, Seen};

/// `version`: `None` for the default one of this version of Kubernetes.
pub(super) async fn look(
    wire: &Wire,
    addon: &str,
    version: Option<&str>,
    kubernetes: &str,
) -> Result<AddonSchema, Refusal> {
    match checked(ask(wire, addon, version, kubernetes)).await {
        Ok(answer) => Ok(answer.unwrap_or(AddonSchema::Unknown)),
        // The facts do not say with which code EKS refuses a version that it does not have.
        Err(refusal) if refusal.class == Class::Invalid => Ok(AddonSchema::NotOffered),
        Err(refusal) => Err(refusal),
    }
}

async fn ask(
    wire: &Wire,
    addon: &str,
    version: Option<&str>,
    kubernetes: &str,
) -> Result<AddonSchema, Refusal> {
    let version = match version {
        Some(version) => Some(version.to_owned()),
        None => default_version(wire, addon, kubernetes).await?,
    };
    let Some(version) = version else { return Ok(AddonSchema::NotOffered) };
    let call = Service::Eks.read("DescribeAddonConfiguration", format!("add-on {addon}"));
    let request = wire.eks().describe_addon_configuration().addon_name(addon).addon_version(&version);
    Ok(match seen(wire.send(&call, || request.send()).await)? {
        Seen::Present(answer) => match answer.configuration_schema {
            Some(text) => AddonSchema::Schema { version, text },
            None => AddonSchema::Unknown,
        },
        _ => AddonSchema::NotOffered,
    })
}

async fn default_version(wire: &Wire, addon: &str, kubernetes: &str) -> Result<Option<String>, Refusal> {
    let call = Service::Eks.read("DescribeAddonVersions", format!("add-on {addon}"));
    let request = wire.eks().describe_addon_versions().addon_name(addon).kubernetes_version(kubernetes);
    let answer = match seen(wire.send(&call, || request.send()).await)? {
        Seen::Present(answer) => answer,
        _ => return Ok(None),
    };
    let infos: &[AddonInfo] = answer.addons();
    let versions = infos.iter().flat_map(|info| info.addon_versions());
    let default = |version: &&aws_sdk_eks::types::AddonVersionInfo| {
        version.compatibilities().iter().any(|compatibility| compatibility.default_version())
    };
    Ok(versions.into_iter().find(default).and_then(|version| version.addon_version.clone()))
}
