//! Add-ons: those that are listed, and those that eksctl adds.

use serde_json::{Value, json};

use super::super::eksctl::default_addons;
use super::identity::of_addon;
use super::value::{list, text, word};
use crate::spec::{Addon, Cluster, Findings, item};

pub(super) fn addons(document: &Value, cluster: &Cluster, findings: &mut Findings) -> Vec<Addon> {
    let mut addons = Vec::new();
    for (index, value) in list(&document["addons"]).iter().enumerate() {
        findings.within(&item("addons", index), |findings| addons.push(listed(value, findings)));
    }
    let alone = document["addonsConfig"]["disableDefaultAddons"] == json!(true);
    if !alone {
        let region = cluster.region.as_deref().unwrap_or_default();
        for name in default_addons(cluster.auto_mode().is_some(), region) {
            if !addons.iter().any(|addon: &Addon| addon.name.eq_ignore_ascii_case(name)) {
                addons.push(Addon::named(name));
            }
        }
    }
    // eksctl makes no nodes that get no network.
    let bare = !addons.iter().any(|addon| addon.name == "vpc-cni") && cluster.auto_mode().is_none();
    let groups = cluster.node_groups.as_ref().is_some_and(|groups| !groups.is_empty());
    let nodes = groups || !cluster.fargate_profiles.is_empty();
    let rule = "hold `vpc-cni`, without which eksctl makes no node groups and Fargate profiles";
    let names: Vec<&str> = addons.iter().map(|addon| addon.name.as_str()).collect();
    findings.require(!(bare && nodes), "addons", names.join(", "), rule);
    addons
}

fn listed(value: &Value, findings: &mut Findings) -> Addon {
    let version = text(&value["version"]);
    if let Some(version) = &version {
        // facts/eksctl.md §3: the newest one, and the newest whose name has this in it.
        let exact = version.starts_with('v') && version.contains("-eksbuild.");
        let rule = "be an exact version, such as `v1.20.1-eksbuild.1`, or left out for EKS's default";
        findings.require(exact, "version", version, rule);
    }
    Addon {
        version,
        configuration: text(&value["configurationValues"]).map(Value::String),
        resolve_conflicts: word(&value["resolveConflicts"]),
        service_account_role_arn: text(&value["serviceAccountRoleARN"]),
        pod_identity_associations: of_addon(&value["podIdentityAssociations"]),
        ..Addon::named(text(&value["name"]).unwrap_or_default())
    }
}
