//! The API server of each cluster: a request goes in, an answer comes out, and all it says follows from the
//! account's state. No I/O, as with AWS's services; the doors bring the bytes.
//!
//! | file | what |
//! |---|---|
//! | `control_plane`, `eks` | what EKS knows of the cluster |
//! | `token`, `signature`, `authorization` | who asks, and what they may |
//! | `resource`, `nodes`, `namespaces`, `pods`, `services`, `ingresses`, `objects` | the objects |
//! | `list`, `selector`, `table`, `watch` | the ways to ask for them |
//! | `change`, `cloud_controller` | what users change, and what EKS makes of it |
//! | `discovery`, `review`, `protobuf` | what a client asks before |
//! | `certificate` | the server's TLS identity |

mod authorization;
mod certificate;
mod change;
mod cloud_controller;
mod control_plane;
mod discovery;
mod eks;
mod ingresses;
mod list;
mod namespaces;
mod nodes;
mod objects;
mod pods;
mod protobuf;
mod resource;
mod review;
mod selector;
mod services;
mod signature;
mod status;
mod table;
#[cfg(test)]
mod tests;
mod token;
mod watch;

use bytes::Bytes;
use http::{HeaderValue, Request, Response, header};
use serde_json::Value;

use crate::instant::Instant;
use crate::world::World;

use authorization::{Ask, Identity};
use resource::Place;
use status::Failure;

pub(crate) use certificate::server_config;
pub(crate) use change::Change;
pub(crate) use control_plane::ControlPlane;
pub(crate) use objects::Objects;
#[cfg(test)]
pub(crate) use tests::test_token;
pub(crate) use watch::Watch;

/// What the API server answers.
pub(crate) enum Answer {
    /// All of it.
    Whole(Response<Bytes>),
    /// A stream of events, as long as the client listens.
    Watch(Watch),
    /// What its application answers.
    Change(Change),
}

/// What the API server is told about a request besides the request.
#[derive(Clone, Copy, Default)]
pub(crate) struct Context<'a> {
    /// The real time, if the client lives by it.
    pub(crate) wall: Option<Instant>,
    /// The authority (`127.0.0.1:4566`) under which the account's own STS is reached, besides AWS's names.
    pub(crate) sts: Option<&'a str>,
}

/// Answers one request to the API server of `plane`.
pub(crate) fn answer(
    world: &World,
    plane: &ControlPlane,
    request: &Request<Bytes>,
    context: Context<'_>,
) -> Answer {
    match route(world, plane, request, context) {
        Ok(answer) => answer,
        Err(failure) => Answer::Whole(failure.response()),
    }
}

/// Answers one request of an administrator, whoever that is.
pub(crate) fn answer_to_master(
    world: &mut World,
    plane: &ControlPlane,
    request: &Request<Bytes>,
) -> Response<Bytes> {
    match asked(world, plane, request, &Identity::master()) {
        Ok(Answer::Whole(response)) => response,
        Ok(Answer::Change(change)) => change.apply(world, plane),
        Ok(Answer::Watch(_)) => Failure::method_not_allowed().response(),
        Err(failure) => failure.response(),
    }
}

fn route(
    world: &World,
    plane: &ControlPlane,
    request: &Request<Bytes>,
    context: Context<'_>,
) -> Result<Answer, Failure> {
    let path = request.uri().path().trim_end_matches('/');
    let identity = token::authenticate(world, plane, request, context)?;
    let identity = match identity {
        Some(identity) => identity,
        // Since 1.32, EKS lets strangers ask for nothing but health; before, for the version too.
        None if discovery::is_health(path) || (path == "/version" && plane.minor() < 32) => {
            Identity::anonymous()
        }
        None if plane.minor() < 32 => {
            let ask = Ask::of_path(request.method().as_str(), path);
            return Err(Failure::forbidden(&Identity::anonymous(), &ask));
        }
        None => return Err(Failure::unauthorized()),
    };
    asked(world, plane, request, &identity)
}

/// Answers somebody who is known.
fn asked(
    world: &World,
    plane: &ControlPlane,
    request: &Request<Bytes>,
    identity: &Identity,
) -> Result<Answer, Failure> {
    let path = request.uri().path().trim_end_matches('/');
    if let Some(response) = discovery::answer(plane, path) {
        return response.map(Answer::Whole);
    }
    if let Some(response) = review::answer(identity, path, request) {
        return response.map(Answer::Whole);
    }
    let place = Place::read(path).ok_or_else(Failure::no_such_path)?;
    let query = list::Query::read(request)?;
    let ask = Ask::of_place(verb(request, &place, &query), &place);
    if !identity.may(&ask) {
        return Err(Failure::forbidden(identity, &ask));
    }
    if request.method() != http::Method::GET {
        return Change::read(request, place).map(Answer::Change);
    }
    let format = table::Format::read(request, &query)?;
    match (&place.name, query.watch) {
        (Some(name), false) => {
            let object = place.resource.find(plane, place.namespace.as_deref(), name, world.now());
            let object = object.ok_or_else(|| Failure::not_found(place.resource, name))?;
            Ok(Answer::Whole(json(200, &format.one(place.resource, object, world.now()))))
        }
        (_, true) => Ok(Answer::Watch(Watch::new(place, query, format))),
        (None, false) => list::answer(plane, &place, &query, &format, world.now())
            .map(|list| Answer::Whole(json(200, &list))),
    }
}

/// The Kubernetes verb of a request.
fn verb(request: &Request<Bytes>, place: &Place, query: &list::Query) -> &'static str {
    match request.method().as_str() {
        "GET" | "HEAD" if query.watch => "watch",
        "GET" | "HEAD" if place.name.is_some() => "get",
        "GET" | "HEAD" => "list",
        "POST" => "create",
        "PUT" => "update",
        "PATCH" => "patch",
        "DELETE" if place.name.is_some() => "delete",
        "DELETE" => "deletecollection",
        _ => "",
    }
}

/// A JSON response.
fn json(status: u16, body: &Value) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(body.to_string()));
    *response.status_mut() = http::StatusCode::from_u16(status).unwrap_or(http::StatusCode::OK);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// A response of plain text.
fn text(status: u16, body: &'static str) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from_static(body.as_bytes()));
    *response.status_mut() = http::StatusCode::from_u16(status).unwrap_or(http::StatusCode::OK);
    let plain = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, plain);
    response
}

/// `2026-11-22T09:30:00Z`: how Kubernetes writes timestamps.
fn timestamp(at: Instant) -> String {
    let iso = at.iso();
    format!("{}Z", iso.split('.').next().unwrap_or(&iso))
}
