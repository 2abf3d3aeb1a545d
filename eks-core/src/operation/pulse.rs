//! The heartbeat of an operation, and the clock that it goes by.

use std::sync::Arc;
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
    /// How everything stood when the engine got busy.
    pub(super) standing: Arc<Standing>,
}

impl Pulse {
    /// Waits until one must not stay silent any longer, and says something.
    pub(crate) async fn next(&mut self) -> Event {
        loop {
            sleep_until(&self.wire, self.last_event + HEARTBEAT).await;
            if let Some(event) = self.beat(now(&self.wire)) {
                self.last_event = event.at;
                return event;
            }
        }
    }

    /// Waits until a moment, whatever the engine is busy with.
    pub(crate) fn until(&self, moment: i64) -> impl Future<Output = ()> + use<> {
        let wire = self.wire.clone();
        async move { sleep_until(&wire, moment).await }
    }

    pub(super) fn beat(&self, at: i64) -> Option<Event> {
        let kind = || EventKind::Waiting {
            running: self.standing.running(),
            expected_seconds: self.standing.expected_seconds(),
        };
        let silent = at - self.last_event;
        (silent >= HEARTBEAT).then(|| Event { at, elapsed: at - self.began, kind: kind() })
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
