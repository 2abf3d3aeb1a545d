//! The heartbeat of an operation, and the clock that it goes by.

use std::time::{Duration, UNIX_EPOCH};

use aws_smithy_async::rt::sleep::AsyncSleep;

use super::engine::Standing;
use super::event::{Event, EventKind};
use crate::aws::Wire;

/// Longest silence between two events, in milliseconds (design §5).
pub(super) const HEARTBEAT: i64 = 30_000;

/// The heartbeat of an operation while its engine is busy: a tick can take long when AWS throttles, or answers
/// nothing at all.
pub(crate) struct Pulse {
    pub(super) wire: Wire,
    pub(super) began: i64,
    pub(super) last_event: i64,
}

impl Pulse {
    /// Waits until one must not stay silent any longer.
    pub(crate) async fn next(&mut self) {
        sleep_until(&self.wire, self.last_event + HEARTBEAT).await;
        self.last_event = now(&self.wire);
    }

    /// Waits until a moment, whatever the engine is busy with.
    pub(crate) fn until(&self, moment: i64) -> impl Future<Output = ()> + use<> {
        let wire = self.wire.clone();
        async move { sleep_until(&wire, moment).await }
    }

    /// The sign of life that is due; nothing runs before it is known how anything stands.
    pub(crate) fn beat(&self, standing: Option<&Standing>) -> Event {
        let Self { began, last_event: at, .. } = self;
        let kind = EventKind::Waiting {
            running: standing.map(Standing::running).unwrap_or_default(),
            expected_seconds: standing.map(Standing::expected_seconds).unwrap_or_default(),
        };
        Event { at: *at, elapsed: at - began, kind }
    }
}

pub(crate) fn now(wire: &Wire) -> i64 {
    let since = wire.time().now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// Never, for the end of time.
pub(super) async fn sleep_until(wire: &Wire, moment: i64) {
    if moment == i64::MAX {
        return std::future::pending().await;
    }
    let millis = u64::try_from(moment - now(wire)).unwrap_or(0);
    if millis > 0 {
        wire.sleep().sleep(Duration::from_millis(millis)).await;
    }
}
