//! What users keep in an API server.

use std::collections::BTreeMap;

use serde_json::Value;

use super::resource::Resource;

/// Where an object is: plural, namespace, name.
type Key = (&'static str, String, String);

/// Objects, in the order of lists.
#[derive(Clone, Debug, Default)]
pub(crate) struct Objects(BTreeMap<Key, Value>);

impl Objects {
    /// All of a kind.
    pub(super) fn of(&self, resource: &Resource) -> impl Iterator<Item = &Value> {
        let plural = resource.plural;
        self.0.iter().filter(move |((of, _, _), _)| *of == plural).map(|(_, object)| object)
    }

    pub(super) fn get_mut(&mut self, resource: &Resource, namespace: &str, name: &str) -> Option<&mut Value> {
        self.0.get_mut(&key(resource, namespace, name))
    }

    pub(super) fn insert(&mut self, resource: &Resource, namespace: &str, name: &str, object: Value) {
        self.0.insert(key(resource, namespace, name), object);
    }

    pub(super) fn remove(&mut self, resource: &Resource, namespace: &str, name: &str) -> Option<Value> {
        self.0.remove(&key(resource, namespace, name))
    }
}

fn key(resource: &Resource, namespace: &str, name: &str) -> Key {
    (resource.plural, namespace.to_owned(), name.to_owned())
}
