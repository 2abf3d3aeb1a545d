//! Others who are at work in the account (facts/failures.md, actors): they call AWS as anybody does, at their own pace,
//! and what they do follows from the seed.

mod autoscaler;
mod console;

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::wire::{Answer, AwsError, Input, Service};
use crate::world::World;

/// Somebody else who is at work in the account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Actor {
    /// Who it is.
    pub role: Role,
    /// How long it waits between two turns, in seconds; at least one.
    pub every_seconds: f64,
}

/// Who an actor is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum Role {
    /// The Kubernetes cluster autoscaler: at each turn it gives every Auto Scaling group that it finds by its tag some
    /// size between the group's bounds (SetDesiredCapacity).
    Autoscaler,
    /// A person at the console: at each turn one thing changes of some cluster or node group: a label, a tag, a size, a
    /// log type.
    Console,
}

impl Actor {
    /// An autoscaler that looks this often.
    pub fn autoscaler(every_seconds: f64) -> Self {
        Self { role: Role::Autoscaler, every_seconds }
    }

    /// A person at the console who changes something this often.
    pub fn console(every_seconds: f64) -> Self {
        Self { role: Role::Console, every_seconds }
    }

    fn pause(&self) -> Duration {
        Duration::try_from_secs_f64(self.every_seconds.max(1.0)).unwrap_or(Duration::from_secs(1))
    }
}

impl World {
    /// Somebody comes to the account; the first turn is one pause from now.
    pub fn add_actor(&mut self, actor: Actor) {
        self.settings.actors.push(actor.clone());
        begin(self, actor);
    }

    /// Everybody else leaves the account.
    pub fn clear_actors(&mut self) {
        self.settings.actors.clear();
    }
}

/// Puts the first turn on the agenda.
pub(crate) fn begin(world: &mut World, actor: Actor) {
    world.after(actor.pause(), move |world| turn(world, actor, 1));
}

/// One turn and, unless the actor has left, the next.
fn turn(world: &mut World, actor: Actor, number: u64) {
    if !world.settings.actors.contains(&actor) {
        return;
    }
    for region in world.region_names() {
        let turn = Turn { region, number };
        match actor.role {
            Role::Autoscaler => autoscaler::act(world, &turn),
            Role::Console => console::act(world, &turn),
        }
    }
    world.after(actor.pause(), move |world| turn(world, actor, number + 1));
}

/// Where an actor is at work, and at which turn.
struct Turn {
    region: String,
    number: u64,
}

impl Turn {
    fn call(
        &self,
        world: &mut World,
        who: &str,
        service: Service,
        operation: &str,
        input: impl Into<Input>,
    ) -> Result<Answer, AwsError> {
        let principal = format!("arn:aws:iam::{}:{who}", world.settings.account);
        world.call_internal(&principal, service, &self.region, operation, input)
    }

    /// One of so many, drawn for this turn.
    fn draw(&self, world: &World, what: &str, of: usize) -> usize {
        let share = world.chance(&format!("actor/{}/{}/{what}", self.region, self.number));
        ((share * of as f64) as usize).min(of.saturating_sub(1))
    }
}
