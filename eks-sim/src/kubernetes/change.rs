//! Creating and deleting objects: what a request asks for, and doing it.

use bytes::Bytes;
use http::{Method, Request, Response};
use serde_json::{Value, json};

use super::control_plane::uid;
use super::objects::Objects;
use super::resource::{Complete, Place};
use super::status::Failure;
use super::{ControlPlane, cloud_controller, timestamp};
use crate::instant::Instant;
use crate::services::eks::cluster_by_id_mut;
use crate::world::World;

/// A change that its asker may make.
pub(crate) struct Change {
    place: Place,
    /// The object that is to be there; `None`: it is to go.
    object: Option<(Value, Complete)>,
}

impl Change {
    /// Reads what is neither a question nor a review.
    pub(super) fn read(request: &Request<Bytes>, place: Place) -> Result<Self, Failure> {
        let complete = place.resource.complete.ok_or_else(Failure::method_not_allowed)?;
        match (request.method(), &place.name, &place.namespace) {
            (&Method::DELETE, Some(_), Some(_)) => Ok(Self { place, object: None }),
            (&Method::POST, None, Some(_)) => {
                let object: Value = serde_json::from_slice(request.body())
                    .map_err(|_| Failure::bad_request("the object provided is unrecognized"))?;
                Ok(Self { place, object: Some((object, complete)) })
            }
            _ => Err(Failure::method_not_allowed()),
        }
    }

    /// Does it, in the cluster with this id.
    pub(crate) fn apply(self, world: &mut World, plane: &ControlPlane) -> Response<Bytes> {
        let done = match self.object {
            Some((object, complete)) => create(world, plane, &self.place, object, complete),
            None => delete(world, plane, &self.place),
        };
        done.unwrap_or_else(|failure| failure.response())
    }
}

fn objects<'world>(world: &'world mut World, plane: &ControlPlane) -> Result<&'world mut Objects, Failure> {
    cluster_by_id_mut(world, &plane.id).map(|cluster| &mut cluster.objects).ok_or_else(Failure::no_such_path)
}

fn create(
    world: &mut World,
    plane: &ControlPlane,
    place: &Place,
    mut object: Value,
    complete: Complete,
) -> Result<Response<Bytes>, Failure> {
    let now = world.now();
    let resource = place.resource;
    let namespace = place.namespace.clone().unwrap_or_default();
    if object["kind"].as_str().is_some_and(|kind| kind != resource.kind) {
        let message = format!("the object provided is no {}", resource.kind);
        return Err(Failure::bad_request(message));
    }
    let name = object["metadata"]["name"].as_str().unwrap_or_default().to_owned();
    let legal =
        |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || ".-".contains(letter);
    if name.is_empty() || !name.chars().all(legal) {
        let breach = "metadata.name: Required value: name or generateName is required";
        return Err(Failure::invalid(resource, &name, breach));
    }
    if object["metadata"]["namespace"].as_str().is_some_and(|named| named != namespace) {
        let message = "the namespace of the provided object does not match the namespace sent on the request";
        return Err(Failure::bad_request(message));
    }
    if resource.find(plane, Some(&namespace), &name, now).is_some() {
        return Err(Failure::already_exists(resource, &name));
    }
    object["kind"] = json!(resource.kind);
    object["apiVersion"] = json!(resource.api_version());
    let metadata = &mut object["metadata"];
    metadata["namespace"] = json!(namespace);
    metadata["uid"] =
        json!(uid(&[&plane.host, resource.plural, &namespace, &name, &now.millis().to_string()]));
    metadata["resourceVersion"] = json!(now.millis().to_string());
    metadata["creationTimestamp"] = json!(timestamp(now));
    complete(plane, &mut object)?;
    objects(world, plane)?.insert(resource, &namespace, &name, object.clone());
    if resource.kind == "Service" {
        cloud_controller::created(world, &plane.id, &object);
    }
    Ok(super::json(201, &object))
}

/// An object with finalizers stays until they are gone.
fn delete(world: &mut World, plane: &ControlPlane, place: &Place) -> Result<Response<Bytes>, Failure> {
    let now = world.now();
    let (namespace, name) =
        (place.namespace.clone().unwrap_or_default(), place.name.clone().unwrap_or_default());
    let Some(object) = objects(world, plane)?.get_mut(place.resource, &namespace, &name) else {
        return Err(match place.resource.find(plane, Some(&namespace), &name, now) {
            // Kubernetes's own, which it would make again.
            Some(_) => Failure::method_not_allowed(),
            None => Failure::not_found(place.resource, &name),
        });
    };
    if object["metadata"]["finalizers"].as_array().is_some_and(|finalizers| !finalizers.is_empty()) {
        let deleted_before = !object["metadata"]["deletionTimestamp"].is_null();
        if !deleted_before {
            object["metadata"]["deletionTimestamp"] = json!(timestamp(now));
            object["metadata"]["deletionGracePeriodSeconds"] = json!(0);
            touch(object, now);
        }
        let shown = object.clone();
        if !deleted_before && place.resource.kind == "Service" {
            cloud_controller::deleted(world, &plane.id, &shown);
        }
        return Ok(super::json(200, &shown));
    }
    let gone = objects(world, plane)?.remove(place.resource, &namespace, &name).unwrap_or_default();
    let details = json!({ "name": name, "kind": place.resource.plural, "uid": gone["metadata"]["uid"] });
    let status = json!({
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Success",
        "details": details,
    });
    Ok(super::json(200, &status))
}

/// Marks an object as changed now.
pub(super) fn touch(object: &mut Value, now: Instant) {
    object["metadata"]["resourceVersion"] = json!(now.millis().to_string());
}
