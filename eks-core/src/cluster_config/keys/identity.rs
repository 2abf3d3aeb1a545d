//! The keys of roles for the pods of service accounts.

use super::{Key, Kind, flag, key, later, later_but, object, pairs, text, texts};

/// The keys of each of `iam.serviceAccounts`.
pub(super) const SERVICE_ACCOUNT: &[Key] = &[
    object("metadata", METADATA),
    texts("attachPolicyARNs"),
    object("wellKnownPolicies", WELL_KNOWN_POLICIES),
    key("attachPolicy", Kind::Document),
    later("attachRoleARN", "annotate the service account with the role's ARN yourself"),
    later("permissionsBoundary", "make the role yourself"),
    later("status", "it is something that eksctl says"),
    text("roleName"),
    flag("roleOnly"),
    later("tags", "use `metadata.tags`, which the role has, too"),
    later("subjectPattern", "each role is for one service account"),
];

const METADATA: &[Key] = &[
    text("name"),
    text("namespace"),
    later("labels", "the service account is yours to make"),
    later("annotations", "the service account is yours to make"),
];

/// The keys of each of `iam.podIdentityAssociations`.
pub(super) const POD_IDENTITY_ASSOCIATION: &[Key] = &[
    text("namespace"),
    text("serviceAccountName"),
    text("roleARN"),
    later_but("createServiceAccount", "false", "the service account is yours to make"),
    later("roleName", "CloudFormation names the role"),
    later("permissionsBoundaryARN", "make the role yourself, and name it in `roleARN`"),
    texts("permissionPolicyARNs"),
    later("permissionPolicyName", "the policy is part of the role"),
    key("permissionPolicy", Kind::Document),
    object("wellKnownPolicies", WELL_KNOWN_POLICIES),
    pairs("tags"),
    text("targetRoleARN"),
    flag("disableSessionTags"),
    later("policy", "sessions have what the role may do"),
];

/// The keys of each of an add-on's `podIdentityAssociations`.
pub(super) const ADDON_ASSOCIATION: &[Key] = &[
    later("namespace", "it is that of the add-on"),
    text("serviceAccountName"),
    text("roleARN"),
    later_but("createServiceAccount", "false", "the add-on makes it"),
    later("roleName", "CloudFormation names the role"),
    later("permissionsBoundaryARN", "make the role yourself, and name it in `roleARN`"),
    texts("permissionPolicyARNs"),
    later("permissionPolicyName", "the policy is part of the role"),
    key("permissionPolicy", Kind::Document),
    // eksctl refuses both here.
    later("wellKnownPolicies", "name policies in `permissionPolicyARNs`"),
    later("tags", "use `metadata.tags`"),
    later("targetRoleARN", "name the role itself in `roleARN`"),
    later_but("disableSessionTags", "false", "sessions have EKS's tags"),
    later("policy", "sessions have what the role may do"),
];

const WELL_KNOWN_POLICIES: &[Key] = &[
    flag("imageBuilder"),
    later_but("autoScaler", "false", INLINE),
    later_but("awsLoadBalancerController", "false", INLINE),
    later_but("externalDNS", "false", INLINE),
    later_but("certManager", "false", INLINE),
    flag("ebsCSIController"),
    later_but("efsCSIController", "false", INLINE),
];

const INLINE: &str = "write its statements down, as a policy document";
