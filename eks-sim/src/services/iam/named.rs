//! Resources by name, of which no two differ by case alone.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;

/// Resources by name. It is read like the map by name; only what notes the names can change it.
pub(super) struct Named<T> {
    by_name: BTreeMap<String, T>,
    /// Names in lower case, each with how it is written.
    written: BTreeSet<(String, String)>,
}

impl<T> Default for Named<T> {
    fn default() -> Self {
        Self { by_name: BTreeMap::new(), written: BTreeSet::new() }
    }
}

impl<T> Deref for Named<T> {
    type Target = BTreeMap<String, T>;

    fn deref(&self) -> &Self::Target {
        &self.by_name
    }
}

impl<T> Named<T> {
    pub(super) fn insert(&mut self, name: String, resource: T) {
        self.written.insert((name.to_ascii_lowercase(), name.clone()));
        self.by_name.insert(name, resource);
    }

    pub(super) fn remove(&mut self, name: &str) -> Option<T> {
        self.written.remove(&(name.to_ascii_lowercase(), name.to_owned()));
        self.by_name.remove(name)
    }

    pub(super) fn get_mut(&mut self, name: &str) -> Option<&mut T> {
        self.by_name.get_mut(name)
    }

    /// Whether a resource has this name in whatever case.
    pub(super) fn is_taken(&self, name: &str) -> bool {
        let lower = name.to_ascii_lowercase();
        let mut from = self.written.range((lower.clone(), String::new())..);
        from.next().is_some_and(|(taken, _)| *taken == lower)
    }
}

#[cfg(test)]
mod tests {
    use super::Named;

    #[test]
    fn a_name_is_taken_in_every_case_until_nobody_has_it() {
        let mut named = Named::default();
        named.insert("Node".to_owned(), 1);
        named.insert("nodes".to_owned(), 2);
        assert!(named.is_taken("node") && named.is_taken("NODE"));
        assert!(!named.is_taken("nod") && !named.is_taken("node-2"));
        named.insert("node".to_owned(), 3);
        assert_eq!(named.remove("Node"), Some(1));
        assert!(named.is_taken("NODE"));
        assert_eq!(named.remove("node"), Some(3));
        assert!(!named.is_taken("node"));
        assert_eq!(named.remove("node"), None);
    }
}
