//! The instance metadata service of nodes.

use serde::{Deserialize, Serialize};

use super::check::{Check, Findings};

/// What nodes let their metadata service (IMDS) answer, as in
/// [`InstanceMetadataOptions`](https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_LaunchTemplateInstanceMetadataOptionsRequest.html).
/// The service itself stays on: without it a node has neither its role's credentials nor its name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MetadataOptions {
    /// Whether a session token is needed (IMDSv2). Unset: required, as with eksctl.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub http_tokens: Option<HttpTokens>,
    /// Over how many hops an answer goes, 1 to 64: with 1, pods that have no host network do not reach it. Unset: 2,
    /// as with eksctl.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub http_put_response_hop_limit: Option<u32>,
    /// Whether the instance's tags are in its metadata. Unset: EC2's own, no.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance_metadata_tags: Option<bool>,
}

/// Whether the metadata service wants a session token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum HttpTokens {
    /// IMDSv2 alone.
    #[default]
    Required,
    /// IMDSv1 as well.
    Optional,
}

impl Check for MetadataOptions {
    /// EC2's API reference: 1 to 64.
    fn inspect(&self, findings: &mut Findings) {
        if let Some(hops) = self.http_put_response_hop_limit {
            findings.require((1..=64).contains(&hops), "httpPutResponseHopLimit", hops, "be 1 to 64");
        }
    }
}
