//! How fast AWS may be asked: one limiter for everything that a client does.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use aws_smithy_async::rt::sleep::{AsyncSleep, SharedAsyncSleep};
use aws_smithy_async::time::SharedTimeSource;

use super::call::{Access, Call, Service};

/// The first pause after AWS throttled, and the longest; each one in a row is twice as long.
const PAUSE: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(20));

/// A token bucket for each service and kind of access, all in one place. Clones share it.
#[derive(Clone)]
pub(crate) struct Limiter(Arc<Inner>);

struct Inner {
    sleep: SharedAsyncSleep,
    time: SharedTimeSource,
    state: Mutex<State>,
}

struct State {
    buckets: BTreeMap<(Service, Access), Bucket>,
    random: u64,
}

/// Calls that may be made at once, and calls each second after that.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Rate {
    burst: u32,
    per_second: f64,
}

/// Below what AWS allows one account in one region, so that others have room too (facts/aws.md §5.1; for
/// EKS, CloudFormation and STS AWS publishes no numbers: those are the estimates there).
fn rate(service: Service, access: Access) -> Rate {
    let (burst, per_second) = match (service, access) {
        (Service::Eks, Access::Read) => (50, 8.0),
        (Service::Eks, Access::Mutate) => (10, 1.5),
        (Service::CloudFormation, Access::Read) => (10, 6.0),
        (Service::CloudFormation, Access::Mutate) => (10, 2.0),
        // facts/aws.md §5.1
        (Service::Iam, Access::Read) => (20, 10.0),
        (Service::Iam, Access::Mutate) => (10, 2.0),
        (Service::Sts, _) => (50, 50.0),
        // AWS publishes none: our estimate.
        (Service::Logs | Service::Pricing | Service::Quotas | Service::CostExplorer, _) => (10, 5.0),
        #[cfg(feature = "ec2")]
        (Service::Ec2, Access::Read) => (50, 10.0),
        #[cfg(feature = "ec2")]
        (Service::Ec2, Access::Mutate) => (25, 2.5),
        // AWS publishes none: our estimates.
        #[cfg(feature = "ec2")]
        (Service::Elb | Service::ElbV2 | Service::AutoScaling, Access::Read) => (20, 5.0),
        #[cfg(feature = "ec2")]
        (Service::Elb | Service::ElbV2 | Service::AutoScaling, Access::Mutate) => (10, 1.5),
    };
    Rate { burst, per_second }
}

impl Limiter {
    /// A limiter with full buckets. `seed` spreads the pauses of processes that were throttled together.
    pub(crate) fn new(sleep: SharedAsyncSleep, time: SharedTimeSource, seed: u64) -> Self {
        let state = State { buckets: BTreeMap::new(), random: seed };
        Self(Arc::new(Inner { sleep, time, state: Mutex::new(state) }))
    }

    /// Waits until the call may be sent. A caller that gives up while it waits wastes its turn, no more.
    pub(crate) async fn admit(&self, call: &Call) {
        loop {
            let (wait, pauses) = self.with(call, |bucket, _, now| (bucket.reserve(now), bucket.pauses));
            if wait.is_zero() {
                return;
            }
            self.0.sleep.sleep(wait).await;
            // A pause that began in the meantime takes every turn back.
            if self.with(call, |bucket, _, _| bucket.pauses) == pauses {
                return;
            }
        }
    }

    /// Returns the turn of a call that was not sent after all.
    pub(crate) fn give_back(&self, call: &Call) {
        self.with(call, |bucket, _, _| bucket.full_at -= bucket.interval());
    }

    /// AWS throttled the call: the whole bucket pauses.
    pub(crate) fn throttled(&self, call: &Call) {
        self.with(call, |bucket, random, now| bucket.pause(random, now));
    }

    /// AWS took the call: the next pause is a short one again.
    pub(crate) fn accepted(&self, call: &Call) {
        self.with(call, |bucket, _, now| {
            if now >= bucket.paused_until {
                bucket.in_a_row = 0;
            }
        });
    }

    fn with<T>(&self, call: &Call, change: impl FnOnce(&mut Bucket, &mut u64, SystemTime) -> T) -> T {
        let now = self.0.time.now();
        // Every change of a bucket is complete in itself, so a panic elsewhere leaves it sound.
        let mut state = self.0.state.lock().unwrap_or_else(PoisonError::into_inner);
        let State { buckets, random } = &mut *state;
        let (service, access) = (call.service, call.access);
        let bucket =
            buckets.entry((service, access)).or_insert_with(|| Bucket::full(rate(service, access), now));
        bucket.follow(now);
        change(bucket, random, now)
    }
}

impl fmt::Debug for Limiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Limiter").finish_non_exhaustive()
    }
}

/// A token bucket, kept as the one moment at which it will be full again.
struct Bucket {
    rate: Rate,
    full_at: SystemTime,
    paused_until: SystemTime,
    /// Pauses without a success between them.
    in_a_row: u32,
    /// Pauses so far.
    pauses: u64,
    last_seen: SystemTime,
}

impl Bucket {
    fn full(rate: Rate, now: SystemTime) -> Self {
        Self { rate, full_at: now, paused_until: now, in_a_row: 0, pauses: 0, last_seen: now }
    }

    fn interval(&self) -> Duration {
        Duration::from_secs_f64(1.0 / self.rate.per_second)
    }

    fn tolerance(&self) -> Duration {
        self.interval() * (self.rate.burst - 1)
    }

    /// A wall clock can be set back; what was planned moves with it.
    fn follow(&mut self, now: SystemTime) {
        if let Ok(back) = self.last_seen.duration_since(now) {
            self.full_at -= back;
            self.paused_until -= back;
        }
        self.last_seen = now;
    }

    /// Takes a turn and says how far off it is.
    fn reserve(&mut self, now: SystemTime) -> Duration {
        let full_at = self.full_at.max(now);
        self.full_at = full_at + self.interval();
        full_at.duration_since(now + self.tolerance()).unwrap_or_default()
    }

    fn pause(&mut self, random: &mut u64, now: SystemTime) {
        // Calls that were in flight together are throttled together: that counts once.
        if now < self.paused_until {
            return;
        }
        let (first, longest) = PAUSE;
        let pause = longest.min(first * 2_u32.pow(self.in_a_row.min(8)));
        // Between half of it and all of it.
        let pause = pause.mul_f64(0.5 + 0.5 * fraction(random));
        self.in_a_row += 1;
        self.pauses += 1;
        self.paused_until = now + pause;
        // Empty when the pause ends: AWS's bucket is empty too.
        self.full_at = self.paused_until + self.tolerance();
    }
}

/// The next number of a splitmix64 sequence, in 0 to 1.
fn fraction(state: &mut u64) -> f64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut bits = *state;
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    ((bits ^ (bits >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}
