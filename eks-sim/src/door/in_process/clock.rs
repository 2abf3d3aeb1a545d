//! The virtual clock: tokio's paused one, counted from the account's start.

use std::time::{Duration, SystemTime};

use aws_smithy_async::rt::sleep::{AsyncSleep, Sleep};
use aws_smithy_async::time::TimeSource;

use super::Simulator;
use crate::instant::Instant;

/// Reads the virtual time; only on the simulator's thread.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock {
    start: Instant,
    origin: tokio::time::Instant,
}

impl Clock {
    pub(super) fn starting_at(start: Instant) -> Self {
        Self { start, origin: tokio::time::Instant::now() }
    }

    pub(super) fn now(self) -> Instant {
        self.at(tokio::time::Instant::now())
    }

    pub(super) fn at(self, moment: tokio::time::Instant) -> Instant {
        self.start + (moment - self.origin)
    }
}

/// Waits in virtual time; only on the simulator's thread.
#[expect(clippy::disallowed_methods, reason = "the paused clock of this thread is the injected one")]
pub(super) fn pass(duration: Duration) -> tokio::time::Sleep {
    tokio::time::sleep(duration)
}

#[derive(Debug)]
pub(super) struct VirtualTime(pub(super) Simulator);

impl TimeSource for VirtualTime {
    fn now(&self) -> SystemTime {
        self.0.now().system_time()
    }
}

#[derive(Debug)]
pub(super) struct VirtualSleep(pub(super) Simulator);

impl AsyncSleep for VirtualSleep {
    fn sleep(&self, duration: Duration) -> Sleep {
        if self.0.is_inside() {
            return Sleep::new(pass(duration));
        }
        let task = self.0.spawn(move || pass(duration));
        Sleep::new(async move {
            // A sleep that the horizon ended has slept long enough.
            let _ = task.await;
        })
    }
}
