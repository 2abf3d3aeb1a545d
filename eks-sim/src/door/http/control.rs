//! `/_sim/…`: looking at the account from outside and making trouble.
//!
//! | method and path | does |
//! |---|---|
//! | `GET /_sim/ledger` | every call, every resource, what is left, what it cost |
//! | `GET /_sim/faults` | the faults there are |
//! | `POST /_sim/faults` | adds a list of faults |
//! | `DELETE /_sim/faults` | removes all, and wakes clients that one declared dead |
//! | `GET /_sim/clock` | `{now, speed, start}` |
//! | `POST /_sim/clock` | `{advanceSeconds}`, `{speed}` |
//! | `GET /_sim/operations` | the operations that there are, by service |
//! | `GET /_sim/settings` | the settings, with trouble and faults as they are now |
//! | `POST /_sim/trouble` | changes the troubles that are named |
//! | `POST /_sim/actors` | adds a list of others who are at work |
//! | `DELETE /_sim/actors` | has them all leave |
//! | `POST /_sim/reset` | a new account with these settings |

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode, header};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::House;
use super::clock::WallClock;
use crate::actor::Actor;
use crate::fault::Fault;
use crate::services;
use crate::settings::{Settings, Trouble};
use crate::wire::Service;

/// What the clock is told.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ClockChange {
    advance_seconds: Option<f64>,
    speed: Option<f64>,
}

type Outcome = Result<Value, (StatusCode, String)>;

pub(super) fn answer(house: &House, what: &str, request: &Request<Bytes>) -> Response<Bytes> {
    let outcome = match (request.method().as_str(), what) {
        ("GET", "ledger") => ledger(house),
        ("GET", "faults") => value(&house.settled().settings().faults),
        ("POST", "faults") => add_faults(house, request.body()),
        ("DELETE", "faults") => {
            house.settled().clear_faults();
            value(&house.settled().settings().faults)
        }
        ("GET", "clock") => clock(house),
        ("POST", "clock") => change_clock(house, request.body()),
        ("GET", "operations") => Ok(operations()),
        ("GET", "settings") => value(house.settled().settings()),
        ("POST", "trouble") => change_trouble(house, request.body()),
        ("POST", "actors") => add_actors(house, request.body()),
        ("DELETE", "actors") => {
            house.settled().clear_actors();
            value(&house.settled().settings().actors)
        }
        ("POST", "reset") => reset(house, request.body()),
        (_, "ledger" | "faults" | "clock" | "operations" | "settings" | "trouble" | "actors" | "reset") => {
            Err((StatusCode::METHOD_NOT_ALLOWED, format!("/_sim/{what} does not take {}", request.method())))
        }
        _ => Err((StatusCode::NOT_FOUND, format!("there is no /_sim/{what}"))),
    };
    let (status, body) = match outcome {
        Ok(body) => (StatusCode::OK, body),
        Err((status, message)) => (status, json!({ "message": message })),
    };
    let mut response = Response::new(Bytes::from(body.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

fn ledger(house: &House) -> Outcome {
    let world = house.settled();
    let ledger = world.ledger();
    Ok(json!({
        "now": world.now().iso(),
        "calls": ledger.calls,
        "resources": ledger.resources,
        "left": ledger.left(),
        "costUsd": ledger.cost(world.now()),
    }))
}

fn add_faults(house: &House, body: &Bytes) -> Outcome {
    let faults: Vec<Fault> = read(body)?;
    let mut world = house.settled();
    for fault in faults {
        world.add_fault(fault);
    }
    value(&world.settings().faults)
}

fn add_actors(house: &House, body: &Bytes) -> Outcome {
    let actors: Vec<Actor> = read(body)?;
    let mut world = house.settled();
    for actor in actors {
        world.add_actor(actor);
    }
    value(&world.settings().actors)
}

fn clock(house: &House) -> Outcome {
    let start = house.settled().settings().start;
    let clock = house.clock();
    Ok(json!({ "now": clock.now().iso(), "speed": clock.speed(), "start": start.iso() }))
}

fn change_clock(house: &House, body: &Bytes) -> Outcome {
    let change: ClockChange = read(body)?;
    {
        let mut clock = house.clock();
        if let Some(seconds) = change.advance_seconds {
            let by = Duration::try_from_secs_f64(seconds)
                .map_err(|error| bad(format!("advanceSeconds: {error}")))?;
            clock.advance(by);
        }
        if let Some(speed) = change.speed {
            if !(speed.is_finite() && speed >= 0.0) {
                return Err(bad(format!("speed: {speed} is not a speed")));
            }
            clock.set_speed(speed);
        }
    }
    // Whoever waits for a moment waits by the clock that was.
    house.settled().change_all();
    clock(house)
}

fn operations() -> Value {
    Service::ALL
        .iter()
        .map(|service| (service.client().to_owned(), json!(services::operations(*service))))
        .collect()
}

fn change_trouble(house: &House, body: &Bytes) -> Outcome {
    let change: serde_json::Map<String, Value> = read(body)?;
    let mut world = house.settled();
    let mut trouble = value(&world.settings().trouble)?;
    for (name, wanted) in change {
        trouble[name] = wanted;
    }
    let trouble: Trouble = serde_json::from_value(trouble).map_err(|error| bad(error.to_string()))?;
    *world.trouble() = trouble;
    value(&world.settings().trouble)
}

fn reset(house: &House, body: &Bytes) -> Outcome {
    let settings: Settings = if body.is_empty() { Settings::default() } else { read(body)? };
    let mut world = house.settled();
    let mut clock = house.clock();
    *clock = WallClock::starting_at(settings.start, clock.speed());
    *world = house.clusters.world(settings);
    value(world.settings())
}

fn read<T: DeserializeOwned>(body: &Bytes) -> Result<T, (StatusCode, String)> {
    serde_json::from_slice(body).map_err(|error| bad(error.to_string()))
}

fn value(value: &impl Serialize) -> Outcome {
    serde_json::to_value(value).map_err(|error| (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))
}

fn bad(message: String) -> (StatusCode, String) {
    (StatusCode::BAD_REQUEST, message)
}
