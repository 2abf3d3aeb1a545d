//! The keys of add-ons.

use super::identity::ADDON_ASSOCIATION;
use super::{Key, flag, later, later_but, objects, text, word};

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
    objects("podIdentityAssociations", ADDON_ASSOCIATION),
    later_but("useDefaultPodIdentityAssociations", "false", ASSOCIATIONS),
    text("configurationValues"),
    later("namespaceConfig", "add-ons are in their default namespaces"),
    later("publishers", FILTER),
    later("types", FILTER),
    later("owners", FILTER),
];

const ROLE: &str = "make the role yourself, and name it in `serviceAccountRoleARN`";
const ASSOCIATIONS: &str = "name policies or a role in `addons[].podIdentityAssociations`";
const FILTER: &str = "it filters what eksctl lists";

/// The keys of `addonsConfig`.
pub(super) const ADDONS_CONFIG: &[Key] =
    &[later_but("autoApplyPodIdentityAssociations", "false", ASSOCIATIONS), flag("disableDefaultAddons")];
