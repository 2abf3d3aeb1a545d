//! The forms in which a client can have objects: as they are, or as the rows of a table.

use std::time::Duration;

use bytes::Bytes;
use http::{Request, header};
use serde_json::{Value, json};

use super::list::Query;
use super::resource::Resource;
use super::status::Failure;
use super::{Instant, list};

/// The form that a client asked for.
#[derive(Clone, Debug)]
pub(super) enum Format {
    Objects,
    Table { include: Include },
}

/// What a row carries of its object.
#[derive(Clone, Copy, Debug)]
pub(super) enum Include {
    Nothing,
    Metadata,
    Object,
}

impl Format {
    /// The first form of the Accept header that there is.
    pub(super) fn read(request: &Request<Bytes>, query: &Query) -> Result<Self, Failure> {
        let accept = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok());
        let accept = accept.unwrap_or("*/*");
        for form in accept.split(',') {
            let mut parts = form.split(';').map(str::trim);
            let media = parts.next().unwrap_or_default();
            if !matches!(media, "application/json" | "*/*" | "application/*" | "") {
                continue;
            }
            let parameters: Vec<&str> = parts.collect();
            match parameters.iter().find_map(|parameter| parameter.strip_prefix("as=")) {
                Some("Table") if parameters.contains(&"v=v1") => {
                    let include = match query.include_object.as_deref() {
                        Some("None") => Include::Nothing,
                        Some("Object") => Include::Object,
                        _ => Include::Metadata,
                    };
                    return Ok(Self::Table { include });
                }
                Some(_) => {}
                None => return Ok(Self::Objects),
            }
        }
        Err(Failure::not_acceptable())
    }

    pub(super) fn list(
        &self,
        resource: &Resource,
        items: Vec<Value>,
        metadata: Value,
        now: Instant,
    ) -> Value {
        match self {
            Self::Objects => list::object(resource, items, metadata),
            Self::Table { include } => table(resource, items, metadata, *include, true, now),
        }
    }

    pub(super) fn one(&self, resource: &Resource, object: Value, now: Instant) -> Value {
        self.event(resource, object, true, now)
    }

    /// An object as it stands in an event; a stream names the columns of its tables once.
    pub(super) fn event(&self, resource: &Resource, object: Value, columns: bool, now: Instant) -> Value {
        match self {
            Self::Objects => object,
            Self::Table { include } => {
                let metadata = json!({ "resourceVersion": object["metadata"]["resourceVersion"] });
                table(resource, vec![object], metadata, *include, columns, now)
            }
        }
    }
}

fn table(
    resource: &Resource,
    items: Vec<Value>,
    metadata: Value,
    include: Include,
    columns: bool,
    now: Instant,
) -> Value {
    let definitions: Vec<Value> = resource
        .columns
        .iter()
        .map(|(name, kind, priority)| {
            let format = if *name == "Name" { "name" } else { "" };
            json!({ "name": name, "type": kind, "format": format, "description": "", "priority": priority })
        })
        .collect();
    let rows: Vec<Value> = items
        .into_iter()
        .map(|item| {
            let cells = (resource.cells)(&item, now);
            let object = match include {
                Include::Nothing => Value::Null,
                Include::Object => item,
                Include::Metadata => json!({
                    "kind": "PartialObjectMetadata",
                    "apiVersion": "meta.k8s.io/v1",
                    "metadata": item["metadata"],
                }),
            };
            json!({ "cells": cells, "object": object })
        })
        .collect();
    json!({
        "kind": "Table",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": metadata,
        "columnDefinitions": if columns { json!(definitions) } else { Value::Null },
        "rows": rows,
    })
}

/// The age of an object as kubectl prints it.
pub(super) fn age(object: &Value, now: Instant) -> Value {
    let created = object["metadata"]["creationTimestamp"].as_str().and_then(Instant::parse);
    created.map_or_else(|| json!("<unknown>"), |created| json!(human(now.since(created))))
}

/// A duration in at most two units (apimachinery's `duration.HumanDuration`).
fn human(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86400);
    let two = |large: u64, unit: char, small: u64, small_unit: char| match small {
        0 => format!("{large}{unit}"),
        small => format!("{large}{unit}{small}{small_unit}"),
    };
    match seconds {
        0..120 => format!("{seconds}s"),
        120..600 => two(minutes, 'm', seconds % 60, 's'),
        600..10_800 => format!("{minutes}m"),
        10_800..28_800 => two(hours, 'h', minutes % 60, 'm'),
        28_800..172_800 => format!("{hours}h"),
        172_800..691_200 => two(days, 'd', hours % 24, 'h'),
        691_200..63_072_000 => format!("{days}d"),
        63_072_000..252_288_000 => two(days / 365, 'y', days % 365, 'd'),
        _ => format!("{}y", days / 365),
    }
}
