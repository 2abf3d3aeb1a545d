use std::time::{Duration, SystemTime};

use aws_smithy_async::rt::sleep::{SharedAsyncSleep, TokioSleep};
use aws_smithy_async::time::{SharedTimeSource, TimeSource};
use futures_util::future::join_all;
use tokio::time::Instant;

use super::*;

/// Tokio's paused clock, as a time source.
#[derive(Clone, Debug)]
struct PausedClock(Instant);

impl TimeSource for PausedClock {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000) + self.0.elapsed()
    }
}

fn limiter(seed: u64) -> Limiter {
    let clock = PausedClock(Instant::now());
    Limiter::new(SharedAsyncSleep::new(TokioSleep::new()), SharedTimeSource::new(clock), seed)
}

fn create_cluster() -> Call {
    Service::Eks.mutate("CreateCluster", "")
}

async fn seconds_of(calls: usize, limiter: &Limiter, call: &Call) -> f64 {
    let start = Instant::now();
    join_all((0..calls).map(|_| limiter.admit(call))).await;
    start.elapsed().as_secs_f64()
}

#[tokio::test(start_paused = true)]
async fn a_burst_passes_at_once_and_the_rest_at_the_rate() {
    let (limiter, call) = (limiter(1), create_cluster());
    assert_eq!(seconds_of(10, &limiter, &call).await, 0.0);
    let more = seconds_of(15, &limiter, &call).await;
    assert!((9.9..10.2).contains(&more), "15 more at 1.5 a second took {more} s");
}

#[tokio::test(start_paused = true)]
async fn reading_and_changing_and_the_services_are_counted_apart() {
    let limiter = limiter(1);
    seconds_of(10, &limiter, &create_cluster()).await;
    for call in [
        Service::Eks.read("DescribeCluster", ""),
        Service::CloudFormation.mutate("CreateStack", ""),
        Service::Sts.read("GetCallerIdentity", ""),
    ] {
        assert_eq!(seconds_of(1, &limiter, &call).await, 0.0, "{call}");
    }
}

#[tokio::test(start_paused = true)]
async fn throttling_pauses_the_bucket_and_each_pause_in_a_row_is_longer() {
    let (limiter, call) = (limiter(7), create_cluster());
    for longest in [1.0, 2.0, 4.0, 8.0, 16.0, 20.0, 20.0] {
        limiter.throttled(&call);
        // In flight together with the first: no longer pause for that.
        limiter.throttled(&call);
        let pause = seconds_of(1, &limiter, &call).await;
        assert!(pause >= longest / 2.0 - 0.01 && pause <= longest + 0.01, "{pause} of {longest}");
    }
    limiter.accepted(&call);
    limiter.throttled(&call);
    assert!(seconds_of(1, &limiter, &call).await <= 1.01);
}

#[tokio::test(start_paused = true)]
async fn those_who_wait_already_are_held_back_by_a_pause() {
    let (limiter, call) = (limiter(3), create_cluster());
    seconds_of(10, &limiter, &call).await;
    let start = Instant::now();
    let waiting = limiter.admit(&call);
    limiter.throttled(&call);
    for _ in 0..4 {
        limiter.throttled(&call);
    }
    waiting.await;
    let waited = start.elapsed().as_secs_f64();
    assert!(waited >= 0.5, "waited {waited} s");
}

#[tokio::test(start_paused = true)]
async fn after_a_pause_there_is_no_burst() {
    let (limiter, call) = (limiter(3), create_cluster());
    limiter.throttled(&call);
    let took = seconds_of(4, &limiter, &call).await;
    assert!((2.4..3.1).contains(&took), "4 calls took {took} s");
}

#[tokio::test(start_paused = true)]
async fn a_turn_that_was_not_used_can_be_given_back() {
    let (limiter, call) = (limiter(3), create_cluster());
    for _ in 0..100 {
        limiter.admit(&call).await;
        limiter.give_back(&call);
    }
    assert_eq!(seconds_of(10, &limiter, &call).await, 0.0);
}

#[test]
fn a_clock_that_is_set_back_makes_nobody_wait_longer() {
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
    let mut bucket = Bucket::full(Rate { burst: 1, per_second: 1.0 }, now);
    bucket.reserve(now);
    let earlier = now - Duration::from_secs(3600);
    bucket.follow(earlier);
    assert_eq!(bucket.reserve(earlier), Duration::from_secs(1));
}

#[test]
fn the_same_seed_makes_the_same_pauses() {
    let draw = |seed: u64| {
        let mut state = seed;
        (0..5).map(|_| fraction(&mut state)).collect::<Vec<_>>()
    };
    assert_eq!(draw(5), draw(5));
    assert_ne!(draw(5), draw(6));
    assert!(draw(5).iter().all(|number| (0.0..1.0).contains(number)));
}
