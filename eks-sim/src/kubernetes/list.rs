//! Lists, in pages or at once.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};

use super::resource::Place;
use super::selector::Selector;
use super::status::Failure;
use super::table::Format;
use super::{ControlPlane, resource::Resource};
use crate::instant::Instant;

/// What the query string asks.
#[derive(Clone, Debug, Default)]
pub(super) struct Query {
    pub(super) watch: bool,
    pub(super) selector: Selector,
    pub(super) resource_version: Option<String>,
    pub(super) timeout_seconds: Option<u64>,
    pub(super) include_object: Option<String>,
    limit: Option<usize>,
    continues: Option<String>,
}

impl Query {
    pub(super) fn read(request: &Request<Bytes>) -> Result<Self, Failure> {
        let mut query = Self::default();
        let (mut labels, mut fields) = (String::new(), String::new());
        for (name, value) in form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes()) {
            let number = || {
                value.parse::<u64>().map_err(|error| {
                    let message = format!("strconv.ParseInt: parsing \"{value}\": invalid syntax");
                    tracing::debug!(%error, "a number of a query string");
                    Failure::bad_request(message)
                })
            };
            match name.as_ref() {
                "watch" => query.watch = is_set(&value),
                "labelSelector" => labels = value.into_owned(),
                "fieldSelector" => fields = value.into_owned(),
                "resourceVersion" => query.resource_version = Some(value.into_owned()),
                "timeoutSeconds" => query.timeout_seconds = Some(number()?),
                "includeObject" => query.include_object = Some(value.into_owned()),
                "limit" => query.limit = Some(number()? as usize).filter(|limit| *limit > 0),
                "continue" => query.continues = Some(value.into_owned()).filter(|token| !token.is_empty()),
                _ => {}
            }
        }
        query.selector = Selector::read(&labels, &fields)?;
        Ok(query)
    }
}

/// A flag of a query string, as apimachinery reads it: everything that is not a no is a yes.
fn is_set(value: &str) -> bool {
    !value.starts_with('0') && !value.eq_ignore_ascii_case("false")
}

/// The objects at `place` that the selector fits.
pub(super) fn objects(plane: &ControlPlane, place: &Place, selector: &Selector, now: Instant) -> Vec<Value> {
    let wanted = |object: &Value| {
        place.namespace.as_ref().is_none_or(|namespace| object["metadata"]["namespace"] == *namespace)
            && place.name.as_ref().is_none_or(|name| object["metadata"]["name"] == *name)
            && selector.fits(object)
    };
    (place.resource.objects)(plane, now).into_iter().filter(wanted).collect()
}

pub(super) fn answer(
    plane: &ControlPlane,
    place: &Place,
    query: &Query,
    format: &Format,
    now: Instant,
) -> Result<Value, Failure> {
    let mut items = objects(plane, place, &query.selector, now);
    let mut version = now.millis().to_string();
    if let Some(token) = &query.continues {
        let (since, start) = read_token(token)?;
        items.retain(|item| key(item) > start);
        version = since;
    }
    let mut metadata = json!({ "resourceVersion": version });
    if let Some(limit) = query.limit.filter(|limit| *limit < items.len()) {
        metadata["remainingItemCount"] = json!(items.len() - limit);
        items.truncate(limit);
        let last = items.last().map(key).unwrap_or_default();
        metadata["continue"] = json!(token(&version, &last));
    }
    Ok(format.list(place.resource, items, metadata, now))
}

/// The list object of a resource.
pub(super) fn object(resource: &Resource, mut items: Vec<Value>, metadata: Value) -> Value {
    for item in items.iter_mut().filter_map(Value::as_object_mut) {
        item.remove("kind");
        item.remove("apiVersion");
    }
    json!({
        "kind": format!("{}List", resource.kind),
        "apiVersion": resource.api_version(),
        "metadata": metadata,
        "items": items,
    })
}

/// Where an object stands in the order of lists.
fn key(object: &Value) -> String {
    let metadata = &object["metadata"];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    format!("{}/{}", text(&metadata["namespace"]), text(&metadata["name"]))
}

fn token(version: &str, start: &str) -> String {
    let token = json!({ "v": "meta.k8s.io/v1", "rv": version, "start": start });
    URL_SAFE_NO_PAD.encode(token.to_string())
}

fn read_token(token: &str) -> Result<(String, String), Failure> {
    let read = || {
        let token: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token).ok()?).ok()?;
        Some((token["rv"].as_str()?.to_owned(), token["start"].as_str()?.to_owned()))
    };
    read().ok_or_else(|| Failure::bad_request("continue key is not valid"))
}
