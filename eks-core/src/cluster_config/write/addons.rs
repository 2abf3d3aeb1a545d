//! Add-ons: those that eksctl adds by itself are left out where that is the same.

use serde_json::{Map, Value, json};

use super::super::eksctl::default_addons;
use super::identity::of_addon;
use crate::spec::{Addon, Cluster};

pub(super) fn addons(cluster: &Cluster) -> Map<String, Value> {
    let addons = cluster.defaulted().addons.unwrap_or_default();
    let region = cluster.region.as_deref().unwrap_or_default();
    let auto_mode = cluster.auto_mode().is_some();
    let added = default_addons(auto_mode, region);
    let all = added.iter().all(|name| addons.iter().any(|addon| addon.name == *name));
    // eksctl wants this one to be listed in an IPv6 cluster.
    let listed = |name: &str| cluster.is_ipv6() && !auto_mode && name == "coredns";
    let comes_anyway = |addon: &Addon| {
        all && added.contains(&addon.name.as_str())
            && *addon == Addon::named(&addon.name)
            && !listed(&addon.name)
    };
    let list: Vec<Value> = addons.iter().filter(|addon| !comes_anyway(addon)).map(addon).collect();
    let mut keys = Map::new();
    keys.insert("addons".to_owned(), if list.is_empty() { Value::Null } else { json!(list) });
    let alone = (!all).then_some(true);
    keys.insert("addonsConfig".to_owned(), json!({ "disableDefaultAddons": alone }));
    keys
}

fn addon(addon: &Addon) -> Value {
    json!({
        "name": addon.name,
        "version": addon.version,
        "serviceAccountRoleARN": addon.service_account_role_arn,
        "resolveConflicts": addon.resolve_conflicts,
        "podIdentityAssociations": addon.pod_identity_associations.as_deref().map(of_addon),
        "configurationValues": addon.configuration_text(),
    })
}
