//! Which tasks there are, and the end of those that wait for what never comes.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, oneshot};
use tokio::time::Instant as TokioInstant;

use super::{clock::Clock, lock};
use crate::instant::Instant;
use crate::world::World;

/// How long, in virtual time, tasks may go without a call before they count as stuck.
const HORIZON: Duration = Duration::from_secs(30 * 24 * 3600);

/// A task was ended because it could never have ended by itself.
#[derive(Clone, Debug)]
pub struct Stuck {
    /// Why it could not.
    pub reason: StuckReason,
    /// The virtual time of the end.
    pub at: Instant,
    /// What the account looked like: its last calls and what is left in it.
    pub ledger: String,
}

/// Why a task could never have ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StuckReason {
    /// No client has made a call for 30 virtual days.
    Horizon,
    /// A fault declared the client dead ([`Effect::DieBeforeAccept`](crate::Effect),
    /// [`Effect::DieAfterAccept`](crate::Effect)).
    ClientDied,
}

impl fmt::Display for Stuck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reason = match self.reason {
            StuckReason::Horizon => "no call was made for 30 days of virtual time",
            StuckReason::ClientDied => "a fault declared the client dead",
        };
        write!(f, "ended at {}: {reason}\n{}", self.at.iso(), self.ledger)
    }
}

impl std::error::Error for Stuck {}

/// The tasks that are alive.
#[derive(Debug)]
pub(super) struct Life {
    clock: Clock,
    tasks: Mutex<Tasks>,
    /// There are tasks where there were none, or none where there were some.
    changed: Notify,
}

#[derive(Debug)]
struct Tasks {
    stirred: TokioInstant,
    entered: u64,
    ends: BTreeMap<u64, oneshot::Sender<Stuck>>,
}

/// A task's place among the living; leaves it when dropped.
pub(super) struct Place {
    life: Arc<Life>,
    number: u64,
    pub(super) end: oneshot::Receiver<Stuck>,
}

impl Life {
    pub(super) fn new(clock: Clock) -> Self {
        let tasks = Tasks { stirred: TokioInstant::now(), entered: 0, ends: BTreeMap::new() };
        Self { clock, tasks: Mutex::new(tasks), changed: Notify::new() }
    }

    /// A client did something: the horizon moves.
    pub(super) fn stir(&self) {
        self.tasks().stirred = TokioInstant::now();
    }

    pub(super) fn enter(self: &Arc<Self>) -> Place {
        let (sender, end) = oneshot::channel();
        let mut tasks = self.tasks();
        tasks.stirred = TokioInstant::now();
        tasks.entered += 1;
        let number = tasks.entered;
        tasks.ends.insert(number, sender);
        if tasks.ends.len() == 1 {
            self.changed.notify_one();
        }
        drop(tasks);
        Place { life: Arc::clone(self), number, end }
    }

    /// Ends every task there is.
    pub(super) fn end_all(&self, reason: StuckReason, world: &World) {
        let stuck = Stuck { reason, at: self.clock.now(), ledger: summary(world) };
        for (_, end) in std::mem::take(&mut self.tasks().ends) {
            let _ = end.send(stuck.clone());
        }
        self.changed.notify_one();
    }

    fn horizon(&self) -> Option<TokioInstant> {
        let tasks = self.tasks();
        (!tasks.ends.is_empty()).then(|| tasks.stirred + HORIZON)
    }

    fn tasks(&self) -> MutexGuard<'_, Tasks> {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut tasks = self.life.tasks();
        if tasks.ends.remove(&self.number).is_some() && tasks.ends.is_empty() {
            self.life.changed.notify_one();
        }
    }
}

/// Ends tasks at the horizon. Without tasks it has no timer, so that an idle simulator's clock stands still.
pub(super) async fn watch(life: Arc<Life>, world: Arc<Mutex<World>>) {
    loop {
        let Some(horizon) = life.horizon() else {
            life.changed.notified().await;
            continue;
        };
        tokio::select! {
            () = tokio::time::sleep_until(horizon) => {
                if life.horizon().is_some_and(|horizon| horizon <= TokioInstant::now()) {
                    let mut world = lock(&world);
                    world.settle(life.clock.now());
                    life.end_all(StuckReason::Horizon, &world);
                }
            }
            () = life.changed.notified() => {}
        }
    }
}

/// The last calls and what is left, for a person to read.
fn summary(world: &World) -> String {
    let ledger = world.ledger();
    let calls: Vec<_> = ledger.client_calls().collect();
    let mut text = format!("{} calls, the last ones:", calls.len());
    for call in &calls[calls.len().saturating_sub(5)..] {
        text += &format!("\n  {} {} in {}: {:?}", call.at.iso(), call.action, call.region, call.outcome);
    }
    let left = ledger.left();
    text += &format!("\n{} resources left:", left.len());
    for resource in left.iter().take(20) {
        text += &format!("\n  {} {}", resource.kind, resource.id);
    }
    if left.len() > 20 {
        text += "\n  …";
    }
    text
}
