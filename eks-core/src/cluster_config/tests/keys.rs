//! Every key of eksctl's schema is known.

use std::collections::BTreeMap;

use super::super::keys::{CLUSTER_CONFIG, Key, Kind};

/// The keys of eksctl's schema (`eksctl utils schema`, 0.231 of August 2026), but those of self-managed node groups.
const EKSCTL_KEYS: &str = include_str!("eksctl_keys.txt");

/// Every key of the table by its path, and whether it is refused.
fn walk(path: &str, keys: &[Key], all: &mut BTreeMap<String, bool>) {
    for Key { name, holds } in keys {
        let path = if path.is_empty() { (*name).to_owned() } else { format!("{path}.{name}") };
        match holds {
            Kind::Object(keys) => walk(&path, keys, all),
            Kind::Objects(keys) | Kind::Taints(keys) => walk(&format!("{path}[]"), keys, all),
            Kind::Named(keys) => walk(&format!("{path}.*"), keys, all),
            _ => {}
        }
        all.insert(path, matches!(holds, Kind::Later { .. }));
    }
}

fn table() -> BTreeMap<String, bool> {
    let mut all = BTreeMap::new();
    walk("", CLUSTER_CONFIG, &mut all);
    all
}

#[test]
fn every_key_of_eksctl_is_known() {
    let table = table();
    let below_refused = |key: &str| {
        let mut ends = key.char_indices().filter(|(_, c)| matches!(c, '.' | '[')).map(|(index, _)| index);
        ends.any(|end| table.get(&key[..end]) == Some(&true))
    };
    let known = |key: &&str| table.contains_key(*key) || below_refused(key);
    let unknown: Vec<&str> = EKSCTL_KEYS.lines().filter(|key| !known(key)).collect();
    assert_eq!(unknown, [""; 0]);
}

#[test]
fn every_key_that_is_known_is_eksctls() {
    let invented: Vec<String> =
        table().into_keys().filter(|key| !EKSCTL_KEYS.lines().any(|line| line == key)).collect();
    assert_eq!(invented, [""; 0]);
}

/// What is refused, for those who change what can be said.
#[test]
fn what_cannot_be_said() {
    let refused: Vec<String> = table().into_iter().filter(|(_, later)| *later).map(|(key, _)| key).collect();
    insta::assert_snapshot!(refused.join("\n"));
}
