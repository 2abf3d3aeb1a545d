//! The resources that the API server has, and the paths to them.

use serde_json::Value;

use super::status::Failure;
use super::{ControlPlane, ingresses, namespaces, nodes, pods, services};
use crate::instant::Instant;

/// A column of a table: name, type, priority (1: only with `-o wide`).
pub(super) type Column = (&'static str, &'static str, u8);

/// See [`Resource::complete`].
pub(super) type Complete = fn(&ControlPlane, &mut Value) -> Result<(), Failure>;

/// A kind of object.
pub(super) struct Resource {
    /// Its API group; empty for the core one.
    pub(super) group: &'static str,
    pub(super) plural: &'static str,
    pub(super) singular: &'static str,
    pub(super) kind: &'static str,
    pub(super) short_names: &'static [&'static str],
    pub(super) namespaced: bool,
    /// Checks what a user wants to keep there, and adds what a user leaves out; `None` where users keep nothing.
    pub(super) complete: Option<Complete>,
    /// What `kubectl get` shows.
    pub(super) columns: &'static [Column],
    /// All objects at a moment, in the order of namespace and name.
    pub(super) objects: fn(&ControlPlane, Instant) -> Vec<Value>,
    /// The cells of an object, in the order of the columns.
    pub(super) cells: fn(&Value, Instant) -> Vec<Value>,
}

pub(super) static RESOURCES: [Resource; 5] =
    [ingresses::RESOURCE, namespaces::RESOURCE, nodes::RESOURCE, pods::RESOURCE, services::RESOURCE];

impl Resource {
    /// `v1`, or `networking.k8s.io/v1`.
    pub(super) fn api_version(&self) -> String {
        if self.group.is_empty() { "v1".to_owned() } else { format!("{}/v1", self.group) }
    }

    pub(super) fn find(
        &self,
        plane: &ControlPlane,
        namespace: Option<&str>,
        name: &str,
        now: Instant,
    ) -> Option<Value> {
        (self.objects)(plane, now).into_iter().find(|object| {
            object["metadata"]["name"] == name
                && namespace.is_none_or(|namespace| object["metadata"]["namespace"] == namespace)
        })
    }
}

/// Where a path leads: a resource, in a namespace or not, all of it or one object.
#[derive(Clone)]
pub(super) struct Place {
    pub(super) resource: &'static Resource,
    pub(super) namespace: Option<String>,
    pub(super) name: Option<String>,
}

impl Place {
    /// Reads a path: `/api/v1/…` or `/apis/<group>/v1/…`.
    pub(super) fn read(path: &str) -> Option<Self> {
        let (group, rest) = match path.strip_prefix("/api/v1/") {
            Some(rest) => ("", rest),
            None => path.strip_prefix("/apis/")?.split_once("/v1/")?,
        };
        let parts: Vec<&str> = rest.split('/').collect();
        let of = |plural: &str| {
            RESOURCES.iter().find(|resource| resource.plural == plural && resource.group == group)
        };
        let decoded = |name: &str| {
            percent_encoding::percent_decode_str(name).decode_utf8().ok().map(|name| name.into_owned())
        };
        match parts.as_slice() {
            ["namespaces", namespace, plural] => {
                let resource = of(plural).filter(|resource| resource.namespaced)?;
                Some(Self { resource, namespace: decoded(namespace), name: None })
            }
            ["namespaces", namespace, plural, name] => {
                let resource = of(plural).filter(|resource| resource.namespaced)?;
                Some(Self { resource, namespace: decoded(namespace), name: Some(decoded(name)?) })
            }
            [plural] => Some(Self { resource: of(plural)?, namespace: None, name: None }),
            [plural, name] => {
                let resource = of(plural).filter(|resource| !resource.namespaced)?;
                Some(Self { resource, namespace: None, name: Some(decoded(name)?) })
            }
            _ => None,
        }
    }
}
