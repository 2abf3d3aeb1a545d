//! A clock that goes faster than the wall's: such accounts do at once what AWS takes minutes for.

use std::time::{Duration, SystemTime};

use aws_smithy_async::rt::sleep::{AsyncSleep, Sleep, TokioSleep};
use aws_smithy_async::time::{SystemTimeSource, TimeSource};

const SPEED: f64 = 600.0;

/// Time limits are pauses, too: a call over loopback needs some milliseconds, and more on a busy machine.
const SHORTEST: Duration = Duration::from_secs(1);

/// A time source and sleep that go [`SPEED`] times faster than the wall clock since it was made.
#[derive(Clone, Debug)]
pub(crate) struct Hurried(SystemTime);

impl Hurried {
    /// A clock that begins with the present moment.
    pub(crate) fn now() -> Self {
        Self(SystemTimeSource::new().now())
    }
}

impl TimeSource for Hurried {
    fn now(&self) -> SystemTime {
        let elapsed = SystemTimeSource::new().now().duration_since(self.0).unwrap_or_default();
        self.0 + elapsed.mul_f64(SPEED)
    }
}

impl AsyncSleep for Hurried {
    fn sleep(&self, duration: Duration) -> Sleep {
        TokioSleep::new().sleep(duration.div_f64(SPEED).max(SHORTEST.min(duration)))
    }
}
