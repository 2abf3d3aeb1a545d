//! The wall clock, sped up. The one place of the simulator where real time is looked at.

use std::time::{Duration, Instant as Wall, SystemTime};

use crate::instant::Instant;

/// The shortest wait that is worth one.
pub(super) const TICK: Duration = Duration::from_millis(1);

/// The account's time: so far, and how fast it goes on.
#[derive(Debug)]
pub(super) struct WallClock {
    base: Instant,
    since: Wall,
    speed: f64,
}

impl WallClock {
    pub(super) fn starting_at(base: Instant, speed: f64) -> Self {
        Self { base, since: monotonic(), speed: sane(speed) }
    }

    pub(super) fn now(&self) -> Instant {
        let elapsed = monotonic().saturating_duration_since(self.since).as_secs_f64() * self.speed;
        self.base + Duration::try_from_secs_f64(elapsed).unwrap_or(Duration::MAX)
    }

    pub(super) fn speed(&self) -> f64 {
        self.speed
    }

    pub(super) fn set_speed(&mut self, speed: f64) {
        *self = Self::starting_at(self.now(), speed);
    }

    pub(super) fn advance(&mut self, duration: Duration) {
        self.base = self.base + duration;
    }

    /// How long `duration` of the account takes on the wall; `None`: for ever.
    pub(super) fn wall_time(&self, duration: Duration) -> Option<Duration> {
        if self.speed == 0.0 {
            return duration.is_zero().then_some(Duration::ZERO);
        }
        Duration::try_from_secs_f64(duration.as_secs_f64() / self.speed).ok()
    }
}

fn sane(speed: f64) -> f64 {
    if speed.is_finite() { speed.max(0.0) } else { 0.0 }
}

/// The real time, by which foreign clients sign.
#[expect(clippy::disallowed_methods, reason = "this door's clients live by the wall clock")]
pub(super) fn wall() -> Instant {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Instant::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// Waits in real time.
#[expect(clippy::disallowed_methods, reason = "this door's clients live by the wall clock")]
pub(super) async fn pass(duration: Duration) {
    if duration >= TICK {
        tokio::time::sleep(duration).await;
    }
}

#[expect(clippy::disallowed_methods, reason = "this door's clients live by the wall clock")]
fn monotonic() -> Wall {
    Wall::now()
}
