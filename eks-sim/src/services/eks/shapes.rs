//! What the service model says of each request (facts/aws.md §3.1): required members, types, lengths,
//! ranges and enums. Rules that need to know more are with the operations.

mod cluster;
mod nodegroup;
mod rule;

use serde_json::Value;

use crate::wire::AwsError;
use rule::{ANY, CLIENT_TOKEN, Member, Rule, TAGS, TEXT, TEXTS, check_members};

const ARN: Rule = Rule::Text(1, 255);
const RESOLVE: Rule = Rule::Choice(&["OVERWRITE", "NONE", "PRESERVE"]);

const PAGE: [Member; 2] =
    [Member("maxResults", false, Rule::Number(1, 100)), Member("nextToken", false, TEXT)];

const CLUSTER: Member = Member("clusterName", true, TEXT);
/// Only the operations of add-ons have the pattern in the model.
const ADDON_CLUSTER: Member = Member("clusterName", true, Rule::Name);
const NODEGROUP: Member = Member("nodegroupName", true, TEXT);
const ADDON: Member = Member("addonName", true, TEXT);
const PROFILE: Member = Member("fargateProfileName", true, TEXT);
const ASSOCIATION: Member = Member("associationId", true, TEXT);
const PRINCIPAL: Member = Member("principalArn", true, TEXT);

const ASSOCIATIONS: Rule = Rule::List(
    0,
    ANY,
    &Rule::Structure(&[Member("serviceAccount", true, TEXT), Member("roleArn", true, TEXT)]),
);
const SCOPE: Rule = Rule::Structure(&[
    Member("type", false, Rule::Choice(&["cluster", "namespace"])),
    Member("namespaces", false, TEXTS),
]);

/// The members of an operation's request; whether it is a list that comes in pages.
fn shape(operation: &str) -> (&'static [Member], bool) {
    match operation {
        "CreateCluster" => (cluster::CREATE, false),
        "UpdateClusterConfig" => (cluster::UPDATE_CONFIG, false),
        "AssociateEncryptionConfig" => (cluster::ASSOCIATE_ENCRYPTION, false),
        "UpdateClusterVersion" => (cluster::UPDATE_VERSION, false),
        "ListClusters" => (&[Member("include", false, TEXTS)], true),
        "DescribeCluster" | "DeleteCluster" => (&[Member("name", true, TEXT)], false),
        "ListUpdates" => (&[Member("name", true, TEXT)], true),
        "DescribeUpdate" => (&[Member("name", true, TEXT), Member("updateId", true, TEXT)], false),
        "CreateNodegroup" => (nodegroup::CREATE, false),
        "UpdateNodegroupConfig" => (nodegroup::UPDATE_CONFIG, false),
        "UpdateNodegroupVersion" => (nodegroup::UPDATE_VERSION, false),
        "ListAddons" => (&[ADDON_CLUSTER], true),
        "ListNodegroups" | "ListFargateProfiles" | "ListAccessEntries" => (&[CLUSTER], true),
        "DescribeNodegroup" | "DeleteNodegroup" => (&[CLUSTER, NODEGROUP], false),
        "CreateFargateProfile" => (
            &[
                CLUSTER,
                PROFILE,
                Member("podExecutionRoleArn", true, TEXT),
                Member("subnets", false, TEXTS),
                Member(
                    "selectors",
                    false,
                    Rule::List(
                        0,
                        ANY,
                        &Rule::Structure(&[
                            Member("namespace", false, TEXT),
                            Member("labels", false, Rule::Map(0, ANY, ANY, ANY)),
                        ]),
                    ),
                ),
                CLIENT_TOKEN,
                Member("tags", false, TAGS),
            ],
            false,
        ),
        "DescribeFargateProfile" | "DeleteFargateProfile" => (&[CLUSTER, PROFILE], false),
        "CreateAddon" => (
            &[
                ADDON_CLUSTER,
                ADDON,
                Member("addonVersion", false, TEXT),
                Member("serviceAccountRoleArn", false, ARN),
                Member("resolveConflicts", false, RESOLVE),
                CLIENT_TOKEN,
                Member("tags", false, TAGS),
                Member("configurationValues", false, TEXT),
                Member("podIdentityAssociations", false, ASSOCIATIONS),
                Member(
                    "namespaceConfig",
                    false,
                    Rule::Structure(&[Member("namespace", false, Rule::Text(1, 63))]),
                ),
            ],
            false,
        ),
        "UpdateAddon" => (
            &[
                ADDON_CLUSTER,
                ADDON,
                Member("addonVersion", false, TEXT),
                Member("serviceAccountRoleArn", false, ARN),
                Member("resolveConflicts", false, RESOLVE),
                CLIENT_TOKEN,
                Member("configurationValues", false, TEXT),
                Member("podIdentityAssociations", false, ASSOCIATIONS),
            ],
            false,
        ),
        "DescribeAddon" | "DeleteAddon" => (&[ADDON_CLUSTER, ADDON], false),
        "CreateAccessEntry" => (
            &[
                CLUSTER,
                PRINCIPAL,
                Member("kubernetesGroups", false, TEXTS),
                Member("tags", false, TAGS),
                CLIENT_TOKEN,
                Member("username", false, TEXT),
                Member("type", false, Rule::Choice(super::access_entry::TYPES)),
            ],
            false,
        ),
        "UpdateAccessEntry" => (
            &[
                CLUSTER,
                PRINCIPAL,
                Member("kubernetesGroups", false, TEXTS),
                CLIENT_TOKEN,
                Member("username", false, TEXT),
            ],
            false,
        ),
        "DescribeAccessEntry" | "DeleteAccessEntry" => (&[CLUSTER, PRINCIPAL], false),
        "AssociateAccessPolicy" => (
            &[CLUSTER, PRINCIPAL, Member("policyArn", true, TEXT), Member("accessScope", true, SCOPE)],
            false,
        ),
        "ListAssociatedAccessPolicies" => (&[CLUSTER, PRINCIPAL], true),
        "DisassociateAccessPolicy" => (&[CLUSTER, PRINCIPAL, Member("policyArn", true, TEXT)], false),
        "CreatePodIdentityAssociation" => (
            &[
                CLUSTER,
                Member("namespace", true, TEXT),
                Member("serviceAccount", true, TEXT),
                Member("roleArn", true, TEXT),
                CLIENT_TOKEN,
                Member("tags", false, TAGS),
                Member("disableSessionTags", false, Rule::Flag),
                Member("targetRoleArn", false, TEXT),
                Member("policy", false, TEXT),
            ],
            false,
        ),
        "ListPodIdentityAssociations" => {
            (&[CLUSTER, Member("namespace", false, TEXT), Member("serviceAccount", false, TEXT)], true)
        }
        "UpdatePodIdentityAssociation" => (
            &[
                CLUSTER,
                ASSOCIATION,
                Member("roleArn", false, TEXT),
                CLIENT_TOKEN,
                Member("disableSessionTags", false, Rule::Flag),
                Member("targetRoleArn", false, TEXT),
                Member("policy", false, TEXT),
            ],
            false,
        ),
        "DescribePodIdentityAssociation" | "DeletePodIdentityAssociation" => (&[CLUSTER, ASSOCIATION], false),
        "DescribeClusterVersions" => (
            &[
                Member("clusterVersions", false, TEXTS),
                Member(
                    "status",
                    false,
                    Rule::Choice(&["unsupported", "standard-support", "extended-support"]),
                ),
                Member(
                    "versionStatus",
                    false,
                    Rule::Choice(&["UNSUPPORTED", "STANDARD_SUPPORT", "EXTENDED_SUPPORT"]),
                ),
            ],
            true,
        ),
        "DescribeAddonVersions" | "ListAccessPolicies" => (&[], true),
        "DescribeAddonConfiguration" => (&[ADDON, Member("addonVersion", true, TEXT)], false),
        // Tag operations have errors of their own: see `tags`.
        _ => (&[], false),
    }
}

/// A refusal if the request is not what the service model says.
pub(super) fn check(operation: &str, input: &Value) -> Result<(), AwsError> {
    let (members, paged) = shape(operation);
    check_members(members, "", input)?;
    if paged { check_members(&PAGE, "", input) } else { Ok(()) }
}
