//! Writes a ClusterConfig with its keys in eksctl's order.

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use serde_json::Value;

use super::keys::{CLUSTER_CONFIG, Key, Kind};

/// A ClusterConfig, in order.
pub(super) struct Ordered<'a>(pub(super) &'a Value);

impl Serialize for Ordered<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Member(self.0, Kind::Object(CLUSTER_CONFIG)).serialize(serializer)
    }
}

struct Member<'a>(&'a Value, Kind);

impl Serialize for Member<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match (self.0, self.1) {
            (Value::Object(members), Kind::Object(keys)) => {
                let mut map = serializer.serialize_map(None)?;
                for Key { name, holds } in keys {
                    if let Some(value) = members.get(*name) {
                        map.serialize_entry(name, &Member(value, *holds))?;
                    }
                }
                map.end()
            }
            (Value::Object(members), Kind::Named(keys)) => {
                let mut map = serializer.serialize_map(Some(members.len()))?;
                for (name, value) in members {
                    map.serialize_entry(name, &Member(value, Kind::Object(keys)))?;
                }
                map.end()
            }
            (Value::Array(items), Kind::Objects(keys) | Kind::Taints(keys)) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                for value in items {
                    list.serialize_element(&Member(value, Kind::Object(keys)))?;
                }
                list.end()
            }
            (other, _) => other.serialize(serializer),
        }
    }
}
