//! Where two specs do not mean the same.

use std::collections::BTreeSet;

use serde_json::Value;

use super::settled::settled;
use crate::spec::{Cluster, Findings, item, shown};

/// Reports each field of `wanted` that `said`, which was read from a ClusterConfig, has otherwise.
pub(super) fn report(wanted: &Cluster, said: &Cluster, findings: &mut Findings) {
    let tree = |cluster: &Cluster| serde_json::to_value(settled(cluster)).unwrap_or_default();
    compare("", &tree(wanted), &tree(said), findings);
}

fn compare(field: &str, wanted: &Value, said: &Value, findings: &mut Findings) {
    match (wanted, said) {
        (Value::Object(one), Value::Object(other)) => {
            let keys: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
            for key in keys {
                let field = if field.is_empty() { key.clone() } else { format!("{field}.{key}") };
                let member = |of: &serde_json::Map<String, Value>| of.get(key).cloned().unwrap_or_default();
                compare(&field, &member(one), &member(other), findings);
            }
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            for (index, (one, other)) in one.iter().zip(other).enumerate() {
                compare(&item(field, index), one, other, findings);
            }
        }
        (Value::Object(one), Value::Null) => {
            for (key, value) in one {
                compare(&format!("{field}.{key}"), value, &Value::Null, findings);
            }
        }
        (one, other) if one == other => {}
        (one, Value::Null) => {
            let rule = "be left out: a ClusterConfig of eksctl cannot say it";
            findings.require(false, field, shown(one, ""), rule);
        }
        (one, other) => {
            let rule =
                format!("be `{}`: a ClusterConfig of eksctl cannot say otherwise here", shown(other, ""));
            findings.require(false, field, shown(one, ""), rule);
        }
    }
}
