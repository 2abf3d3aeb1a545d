//! A kubeconfig file's content: what is ours is changed, everything else is kept.

use serde_json::{Map, Value, json};

use super::exec::{API_VERSION, INTERACTIVE_MODE};
use super::{Kubeconfig, cluster_entry};
use crate::{Error, ErrorKind, Result};

const CLUSTERS: &str = "clusters";
const CONTEXTS: &str = "contexts";
const USERS: &str = "users";
const CURRENT_CONTEXT: &str = "current-context";

/// What a cluster's entry may say that would contradict ours.
const OTHER_TRUST: [&str; 2] = ["certificate-authority", "insecure-skip-tls-verify"];
/// What a user's entry may say that kubectl would prefer to, or refuse beside, ours.
const OTHER_CREDENTIALS: [&str; 10] = [
    "auth-provider",
    "client-certificate",
    "client-certificate-data",
    "client-key",
    "client-key-data",
    "exec",
    "password",
    "token",
    "tokenFile",
    "username",
];

/// A parsed kubeconfig. Fields that this library does not know are kept as they are.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Document(Map<String, Value>);

impl Document {
    pub(super) fn empty() -> Self {
        let fields = [
            ("apiVersion", json!("v1")),
            (CLUSTERS, json!([])),
            (CONTEXTS, json!([])),
            (CURRENT_CONTEXT, json!("")),
            ("kind", json!("Config")),
            ("preferences", json!({})),
            (USERS, json!([])),
        ];
        Self(fields.map(|(name, value)| (name.to_owned(), value)).into_iter().collect())
    }

    /// Parses a file's content; an empty file is an empty kubeconfig.
    pub(super) fn parse(text: &str) -> Result<Self> {
        // Snippets are off: an error must not quote the tokens that stand beside it. Leading zeros and
        // underscores stay text, so that a password of digits is written back as it was.
        let options = serde_saphyr::options! {
            with_snippet: false,
            leading_zero_numbers_as_strings: true,
            underscored_numbers_as_strings: true,
        };
        match serde_saphyr::from_str_with_options(text, options) {
            Ok(Value::Object(map)) => Ok(Self(map)),
            Ok(Value::Null) => Ok(Self::empty()),
            Ok(_) => Err(malformed("it is YAML, and not a mapping")),
            // The parser's text can quote a value, and values can be secrets: only its place is told.
            Err(cause) => Err(malformed(&match cause.location() {
                Some(place) => format!("it is not YAML at line {}, column {}", place.line(), place.column()),
                None => "it is not YAML".to_owned(),
            })),
        }
    }

    pub(super) fn to_yaml(&self) -> Result<String> {
        // Folded scalars are YAML, but `grep certificate-authority-data` would not find the value.
        let options = serde_saphyr::ser_options! { prefer_block_scalars: false };
        serde_saphyr::to_string_with_options(&self.0, options).map_err(|cause| {
            Error::new(ErrorKind::Internal, "the kubeconfig cannot be written as YAML").with_source(cause)
        })
    }

    /// Adds or replaces the kubeconfig's three entries and selects its context.
    pub(super) fn merge(&mut self, kubeconfig: &Kubeconfig) -> Result<()> {
        let (entry, context) = (kubeconfig.cluster_entry(), kubeconfig.context());
        let cluster = kubeconfig.cluster_value();
        upsert(self.entries(CLUSTERS)?, &entry, "cluster", cluster, &OTHER_TRUST);
        upsert(self.entries(CONTEXTS)?, &context, "context", kubeconfig.context_value(), &[]);
        upsert(self.entries(USERS)?, &context, "user", kubeconfig.user_value(), &OTHER_CREDENTIALS);
        self.migrate()?;
        self.0.entry("apiVersion").or_insert_with(|| json!("v1"));
        self.0.entry("kind").or_insert_with(|| json!("Config"));
        self.0.insert(CURRENT_CONTEXT.to_owned(), json!(context));
        Ok(())
    }

    /// Takes out a cluster's entry, every context of it and the users that only those contexts had.
    /// Returns whether there was anything to take out.
    pub(super) fn remove(&mut self, cluster_name: &str, region: &str) -> Result<bool> {
        let entry = cluster_entry(cluster_name, region);
        let clusters = take(self.entries(CLUSTERS)?, |value| name(value) == Some(entry.as_str()));
        let contexts = take(self.entries(CONTEXTS)?, |value| {
            value["context"]["cluster"].as_str() == Some(entry.as_str())
        });
        let still_used: Vec<Value> =
            self.entries(CONTEXTS)?.iter().map(|value| value["context"]["user"].clone()).collect();
        let suffix = format!("@{entry}");
        let users = take(self.entries(USERS)?, |value| {
            let ours = name(value).is_some_and(|name| name.ends_with(&suffix));
            let orphan = contexts.iter().any(|context| context["context"]["user"] == value["name"]);
            (ours || orphan) && !still_used.contains(&value["name"])
        });
        let current = self.0.get(CURRENT_CONTEXT).cloned().unwrap_or_default();
        let selected = contexts.iter().any(|context| context["name"] == current)
            || current.as_str().is_some_and(|current| current.ends_with(&suffix));
        if selected {
            self.0.insert(CURRENT_CONTEXT.to_owned(), json!(""));
        }
        Ok(selected || !(clusters.is_empty() && contexts.is_empty() && users.is_empty()))
    }

    /// Our entries of any cluster that still say `v1alpha1`, which kubectl 1.24 and later refuse.
    fn migrate(&mut self) -> Result<()> {
        for user in self.entries(USERS)? {
            if !is_ours(user) {
                continue;
            }
            let Some(exec) = user["user"]["exec"].as_object_mut() else { continue };
            let old = exec
                .get("apiVersion")
                .and_then(Value::as_str)
                .is_some_and(|text| text.ends_with("/v1alpha1"));
            if old {
                exec.insert("apiVersion".to_owned(), json!(API_VERSION));
                exec.insert("interactiveMode".to_owned(), json!(INTERACTIVE_MODE));
            }
        }
        Ok(())
    }

    fn entries(&mut self, list: &str) -> Result<&mut Vec<Value>> {
        let value = self.0.entry(list).or_insert_with(|| json!([]));
        // Go writes an empty list as null.
        if value.is_null() {
            *value = json!([]);
        }
        value.as_array_mut().ok_or_else(|| malformed(&format!("its `{list}` is not a list")))
    }
}

/// Replaces what we write in the entry called `entry_name` and keeps what others added to it, such as a
/// context's namespace or a cluster's proxy.
fn upsert(entries: &mut Vec<Value>, entry_name: &str, kind: &str, value: Value, contradicting: &[&str]) {
    let Some(existing) = entries.iter_mut().find(|existing| name(existing) == Some(entry_name)) else {
        entries.push(json!({ kind: value, "name": entry_name }));
        return;
    };
    match (existing[kind].as_object_mut(), value) {
        (Some(fields), Value::Object(ours)) => {
            fields.retain(|key, _| !contradicting.contains(&key.as_str()));
            fields.extend(ours);
        }
        (_, value) => existing[kind] = value,
    }
}

fn take(entries: &mut Vec<Value>, mut matches: impl FnMut(&Value) -> bool) -> Vec<Value> {
    entries.extract_if(.., |value| matches(value)).collect()
}

fn name(entry: &Value) -> Option<&str> {
    entry["name"].as_str()
}

/// Ours is a user called `…@<cluster>.<region>` whose plugin is told that cluster and that region.
fn is_ours(user: &Value) -> bool {
    let args: Vec<&str> =
        user["user"]["exec"]["args"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let after = |flag: &str| args.windows(2).find(|pair| pair[0] == flag).map(|pair| pair[1]);
    match (after("--cluster-name"), after("--region"), name(user)) {
        (Some(cluster), Some(region), Some(name)) => {
            name.ends_with(&format!("@{}", cluster_entry(cluster, region)))
        }
        _ => false,
    }
}

fn malformed(message: &str) -> Error {
    Error::new(ErrorKind::File, format!("the file is not a kubeconfig: {message}"))
        .with_hint("Nothing was changed; correct the file or move it away, then retry")
}
