//! The table of defaults has every key of a spec, and says what a spec without it becomes.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{Cluster, NodeGroup};

const TABLE: &str = include_str!("defaults.md");

/// Objects of a spec, by their paths; each is YAML with an unknown key, at which the reader names the known ones.
const OBJECTS: [(&str, &str); 19] = [
    ("", "zzz: 1"),
    ("network", "network: {zzz: 1}"),
    ("endpointAccess", "endpointAccess: {zzz: 1}"),
    ("secretsEncryption", "secretsEncryption: {zzz: 1}"),
    ("accessConfig", "accessConfig: {zzz: 1}"),
    ("autoMode", "autoMode: {zzz: 1}"),
    ("nodeGroups[]", "nodeGroups: [{zzz: 1}]"),
    ("nodeGroups[].scaling", "nodeGroups: [{scaling: {zzz: 1}}]"),
    ("nodeGroups[].disk", "nodeGroups: [{disk: {zzz: 1}}]"),
    ("nodeGroups[].update", "nodeGroups: [{update: {zzz: 1}}]"),
    ("nodeGroups[].nodeRepairConfig", "nodeGroups: [{nodeRepairConfig: {zzz: 1}}]"),
    ("nodeGroups[].metadataOptions", "nodeGroups: [{metadataOptions: {zzz: 1}}]"),
    ("fargateProfiles[]", "fargateProfiles: [{zzz: 1}]"),
    ("fargateProfiles[].selectors[]", "fargateProfiles: [{selectors: [{zzz: 1}]}]"),
    ("addons[]", "addons: [{zzz: 1}]"),
    ("addons[].podIdentityAssociations[]", "addons: [{podIdentityAssociations: [{zzz: 1}]}]"),
    ("accessEntries[]", "accessEntries: [{zzz: 1}]"),
    ("podIdentityAssociations[]", "podIdentityAssociations: [{zzz: 1}]"),
    ("serviceAccountRoles[]", "serviceAccountRoles: [{zzz: 1}]"),
];

/// Keys whose objects have rows of their own; those of a taint or a repair override must all be given.
const HAVE_ROWS: [&str; 6] = [
    "endpointAccess",
    "accessConfig",
    "nodeGroups[].scaling",
    "nodeGroups[].disk",
    "nodeGroups[].update",
    "nodeGroups[].metadataOptions",
];

fn known_keys(yaml: &str) -> Vec<String> {
    let error = Cluster::from_yaml(yaml).expect_err("`zzz` is no key").to_string();
    let known = error.split_once("be a known key (").expect("the known keys are named").1;
    known.split_once(')').expect("a list").0.split(", ").map(str::to_owned).collect()
}

fn keys() -> BTreeSet<String> {
    let all = OBJECTS.iter().flat_map(|(path, yaml)| {
        let prefix = if path.is_empty() { String::new() } else { format!("{path}.") };
        known_keys(yaml).into_iter().map(move |key| format!("{prefix}{key}"))
    });
    // A policy's members are not read one by one.
    let policies = ["policyArn", "scope"].map(|key| format!("accessEntries[].policies[].{key}"));
    all.chain(policies).filter(|key| !HAVE_ROWS.contains(&key.as_str())).collect()
}

/// Keys and defaults of the table's rows.
fn rows() -> Vec<(String, &'static str)> {
    let cells = TABLE.lines().filter_map(|line| {
        let mut cells = line.strip_prefix("| `")?.split(" | ");
        Some((cells.next()?.trim_end_matches('`').to_owned(), cells.next()?))
    });
    cells.collect()
}

#[test]
fn every_key_has_a_row() {
    let rows: BTreeSet<String> = rows().into_iter().map(|(key, _)| key).collect();
    let keys = keys();
    let (missing, unknown): (Vec<_>, Vec<_>) =
        (keys.difference(&rows).collect(), rows.difference(&keys).collect());
    assert!(missing.is_empty() && unknown.is_empty(), "without a row: {missing:?}; no key: {unknown:?}");
}

/// Where the default is a value, and filling in puts one there.
#[test]
fn rows_say_what_filling_in_does() {
    let cluster = Cluster { node_groups: Some(vec![NodeGroup::default()]), ..Cluster::default() };
    let filled = serde_json::to_value(cluster.defaulted()).expect("JSON");
    let mut compared = 0;
    for (key, default) in rows() {
        let pointer = format!("/{}", key.replace("[]", "/0").replace('.', "/"));
        let Some(value) = filled.pointer(&pointer) else { continue };
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Array(items) if items.iter().all(Value::is_string) => {
                items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ")
            }
            other => other.to_string(),
        };
        if let Some(said) = default.strip_prefix('`').and_then(|rest| rest.split_once('`')) {
            let generated = key.ends_with(".name");
            assert!(
                generated || said.0 == text || key == "addons",
                "{key}: {text}, and the table says {default}"
            );
            compared += usize::from(!generated);
        }
    }
    assert!(compared >= 10, "only {compared} compared");
    let addons: Vec<String> =
        cluster.defaulted().addons.unwrap_or_default().into_iter().map(|it| it.name).collect();
    let said = rows().into_iter().find(|(key, _)| key == "addons").expect("a row").1;
    assert_eq!(said, addons.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "));
}
