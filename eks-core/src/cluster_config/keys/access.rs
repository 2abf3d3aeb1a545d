//! The keys of identities and of who may enter.

use super::identity::{POD_IDENTITY_ASSOCIATION, SERVICE_ACCOUNT};
use super::{Key, flag, later, later_but, object, objects, text, texts, word};

/// The keys of `accessConfig`.
pub(super) const ACCESS_CONFIG: &[Key] = &[
    word("authenticationMode", &["CONFIG_MAP", "API", "API_AND_CONFIG_MAP"]),
    flag("bootstrapClusterCreatorAdminPermissions"),
    objects("accessEntries", ACCESS_ENTRY),
];

const ACCESS_ENTRY: &[Key] = &[
    text("principalARN"),
    word("type", &["STANDARD", "EC2", "EC2_LINUX", "EC2_WINDOWS", "FARGATE_LINUX", "HYBRID_LINUX"]),
    texts("kubernetesGroups"),
    text("kubernetesUsername"),
    objects("accessPolicies", ACCESS_POLICY),
];

const ACCESS_POLICY: &[Key] = &[
    text("policyARN"),
    object("accessScope", &[word("type", &["cluster", "namespace"]), texts("namespaces")]),
];

/// The keys of `iam`.
pub(super) const IAM: &[Key] = &[
    text("serviceRoleARN"),
    later("serviceRolePermissionsBoundary", "make the role yourself, and name it in `iam.serviceRoleARN`"),
    text("fargatePodExecutionRoleARN"),
    later(
        "fargatePodExecutionRolePermissionsBoundary",
        "make the role yourself, and name it in `iam.fargatePodExecutionRoleARN`",
    ),
    flag("withOIDC"),
    objects("serviceAccounts", SERVICE_ACCOUNT),
    objects("podIdentityAssociations", POD_IDENTITY_ASSOCIATION),
    later_but(
        "vpcResourceControllerPolicy",
        "true",
        "make a role without that policy, and name it in `iam.serviceRoleARN`",
    ),
];
