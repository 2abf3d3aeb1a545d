//! Streams of events. A stream is the difference between what it last showed and what there is.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use serde_json::{Value, json};

use super::ControlPlane;
use super::list::{self, Query};
use super::resource::Place;
use super::table::Format;
use crate::instant::Instant;

/// An object as a client has it; `None` if the client has it in another form.
type Shown = Option<String>;

/// A client that listens.
pub(crate) struct Watch {
    place: Place,
    query: Query,
    format: Format,
    /// What the client has, by uid, as text: a tenth of what it takes as a tree. `None` before the first look.
    shown: Option<BTreeMap<String, Shown>>,
    columns_named: bool,
    ends: Option<Instant>,
    changes: Option<Instant>,
}

impl Watch {
    pub(super) fn new(place: Place, query: Query, format: Format) -> Self {
        Self { place, query, format, shown: None, columns_named: false, ends: None, changes: None }
    }

    /// What has happened since the last look, one JSON object a line; `None` when the stream is over: its
    /// time is up, or the API server cannot be reached any more (`plane` is absent).
    pub(crate) fn look(&mut self, plane: Option<&ControlPlane>, now: Instant) -> Option<Bytes> {
        let ends = *self.ends.get_or_insert_with(|| {
            // As the API server does it: between 30 minutes and an hour if the client does not say.
            now + Duration::from_secs(self.query.timeout_seconds.unwrap_or(45 * 60))
        });
        let plane = plane?;
        if now >= ends {
            return None;
        }
        let uid = |object: &Value| object["metadata"]["uid"].as_str().unwrap_or_default().to_owned();
        let present: BTreeMap<String, Value> = list::objects(plane, &self.place, &self.query.selector, now)
            .into_iter()
            .map(|object| (uid(&object), object))
            .collect();
        let shown = match self.shown.take() {
            Some(shown) => shown,
            None => self.known(&present),
        };
        let mut lines = String::new();
        let mut showing = BTreeMap::new();
        for (uid, object) in present {
            let text = object.to_string();
            match shown.get(&uid) {
                Some(Some(known)) if *known == text => {}
                Some(_) => self.line(&mut lines, "MODIFIED", object, now),
                None => self.line(&mut lines, "ADDED", object, now),
            }
            showing.insert(uid, Some(text));
        }
        for (_, known) in shown.into_iter().filter(|(uid, _)| !showing.contains_key(uid)) {
            if let Some(object) = known.and_then(|known| serde_json::from_str(&known).ok()) {
                self.line(&mut lines, "DELETED", object, now);
            }
        }
        self.shown = Some(showing);
        self.changes = plane.next_change(now);
        Some(Bytes::from(lines))
    }

    /// When to look again, unless the cluster changes before.
    pub(crate) fn next(&self) -> Option<Instant> {
        self.ends.into_iter().chain(self.changes).min()
    }

    /// What a client that starts from a list already has: the objects as old as the list.
    fn known(&self, present: &BTreeMap<String, Value>) -> BTreeMap<String, Shown> {
        let listed = self.query.resource_version.as_deref().and_then(|version| version.parse::<i64>().ok());
        let Some(listed) = listed.filter(|listed| *listed > 0) else { return BTreeMap::new() };
        let version = |object: &Value| {
            object["metadata"]["resourceVersion"].as_str().and_then(|version| version.parse::<i64>().ok())
        };
        let created = |object: &Value| {
            object["metadata"]["creationTimestamp"].as_str().and_then(Instant::parse).map(Instant::millis)
        };
        let older = present.iter().filter_map(|(uid, object)| {
            if version(object)? <= listed {
                Some((uid.clone(), Some(object.to_string())))
            } else {
                // Older than the list but changed since: known in another form.
                (created(object)? < listed / 1000 * 1000).then(|| (uid.clone(), None))
            }
        });
        older.collect()
    }

    fn line(&mut self, lines: &mut String, kind: &str, object: Value, now: Instant) {
        let object = self.format.event(self.place.resource, object, !self.columns_named, now);
        self.columns_named = true;
        lines.push_str(&json!({ "type": kind, "object": object }).to_string());
        lines.push('\n');
    }
}
