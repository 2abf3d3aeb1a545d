//! Resources by id, which know where they are.
//!
//! In an account with a thousand clusters nearly every question is about one network of them: it must not cost a
//! look at all the others.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;

/// A resource that is somewhere: a subnet in a VPC, a network interface in a subnet.
pub(super) trait Placed {
    /// The id of what it is in. It never moves.
    fn place(&self) -> &str;
}

/// What is found by its id, to be changed.
pub(super) trait ById {
    type Resource;

    fn by_id_mut(&mut self, id: &str) -> Option<&mut Self::Resource>;
}

/// Resources by id and by place. It is read like the map by id; only what keeps both in step can change it.
pub(super) struct Table<T> {
    by_id: BTreeMap<String, T>,
    by_place: BTreeMap<String, BTreeSet<String>>,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self { by_id: BTreeMap::new(), by_place: BTreeMap::new() }
    }
}

impl<T> Deref for Table<T> {
    type Target = BTreeMap<String, T>;

    fn deref(&self) -> &Self::Target {
        &self.by_id
    }
}

impl<T: Placed> Table<T> {
    pub(super) fn insert(&mut self, id: String, resource: T) {
        self.remove(&id);
        self.by_place.entry(resource.place().to_owned()).or_default().insert(id.clone());
        self.by_id.insert(id, resource);
    }

    pub(super) fn remove(&mut self, id: &str) -> Option<T> {
        let removed = self.by_id.remove(id)?;
        if let Some(ids) = self.by_place.get_mut(removed.place()) {
            ids.remove(id);
            if ids.is_empty() {
                self.by_place.remove(removed.place());
            }
        }
        Some(removed)
    }

    pub(super) fn get_mut(&mut self, id: &str) -> Option<&mut T> {
        self.by_id.get_mut(id)
    }

    /// What is in `place`, by id.
    pub(super) fn in_place<'table>(
        &'table self,
        place: &str,
    ) -> impl Iterator<Item = (&'table String, &'table T)> + use<'table, T> {
        let ids = self.by_place.get(place).into_iter().flatten();
        ids.filter_map(|id| self.by_id.get_key_value(id))
    }
}

impl<T> ById for BTreeMap<String, T> {
    type Resource = T;

    fn by_id_mut(&mut self, id: &str) -> Option<&mut T> {
        self.get_mut(id)
    }
}

impl<T: Placed> ById for Table<T> {
    type Resource = T;

    fn by_id_mut(&mut self, id: &str) -> Option<&mut T> {
        self.get_mut(id)
    }
}

#[cfg(test)]
mod tests {
    use super::{Placed, Table};

    struct Thing(&'static str);

    impl Placed for Thing {
        fn place(&self) -> &str {
            self.0
        }
    }

    fn ids<'table>(table: &'table Table<Thing>, place: &str) -> Vec<&'table str> {
        table.in_place(place).map(|(id, _)| id.as_str()).collect()
    }

    #[test]
    fn places_follow_what_is_inserted_replaced_and_removed() {
        let mut table = Table::default();
        table.insert("c".to_owned(), Thing("one"));
        table.insert("a".to_owned(), Thing("one"));
        table.insert("b".to_owned(), Thing("two"));
        assert_eq!((ids(&table, "one"), ids(&table, "two")), (vec!["a", "c"], vec!["b"]));

        table.insert("a".to_owned(), Thing("two"));
        assert_eq!((ids(&table, "one"), ids(&table, "two")), (vec!["c"], vec!["a", "b"]));
        assert_eq!(table.len(), 3);

        assert_eq!(table.remove("c").map(|thing| thing.0), Some("one"));
        assert!(table.remove("c").is_none());
        assert!(ids(&table, "one").is_empty());
        assert!(!table.by_place.contains_key("one"), "an empty place is not kept");
        assert_eq!(ids(&table, "two"), ["a", "b"]);
    }
}
