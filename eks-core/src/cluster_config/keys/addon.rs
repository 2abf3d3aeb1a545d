//! The keys of add-ons.

use super::access::IDENTITY;
use super::{Key, flag, later, later_but, text, word};

/// The keys of each of `addons`.
pub(super) const ADDON: &[Key] = &[
    text("name"),
    text("version"),
    text("serviceAccountRoleARN"),
    later("attachPolicyARNs", ROLE),
    later("attachPolicy", ROLE),
    later("permissionsBoundary", ROLE),
    later("wellKnownPolicies", ROLE),
    later("tags", "use `metadata.tags`, which add-ons have, too"),
    word("resolveConflicts", &["none", "overwrite", "preserve"]),
    later("podIdentityAssociations", IDENTITY),
    later_but("useDefaultPodIdentityAssociations", "false", IDENTITY),
    text("configurationValues"),
    later("namespaceConfig", "add-ons are in their default namespaces"),
    later("publishers", FILTER),
    later("types", FILTER),
    later("owners", FILTER),
];

const ROLE: &str = "make the role yourself, and name it in `serviceAccountRoleARN`";
const FILTER: &str = "it filters what eksctl lists";

/// The keys of `addonsConfig`.
pub(super) const ADDONS_CONFIG: &[Key] =
    &[later_but("autoApplyPodIdentityAssociations", "false", IDENTITY), flag("disableDefaultAddons")];
