//! When to look again: not before the step can be done, then as often as a look is worth its call.

use crate::plan::Expected;

/// Durations differ from day to day and region to region; nothing is ready before this share of the least
/// time that anyone has seen.
const EARLIEST: f64 = 0.65;
/// What can fail early is looked at this often at least, in seconds.
pub(super) const LONGEST: f64 = 90.0;
/// What a look is worth, in seconds of waiting. With pauses of `p` and an end that lies within `s` seconds,
/// one waits for `p / 2` too long and looks `s / p` times; the sum of both, at this price, is least for
/// `p = √(2 · price · s)`.
const PRICE: f64 = 0.08;
/// A look at the API server: it is the cluster's own and takes nothing from the account's request rates.
const PRICE_INSIDE: f64 = PRICE / 16.0;
/// No two looks at one step are closer than this, in seconds.
const SHORTEST: f64 = 1.5;
const SHORTEST_INSIDE: f64 = 1.0;

/// Where one looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// At AWS, whose requests are rationed.
    Aws,
    /// At the cluster's API server.
    Inside,
}

/// Seconds until the next look at a step that has been running for `elapsed` seconds, was looked at
/// `since_look` seconds ago, and could end `slack` seconds later without delaying the plan. `thrift`: see [`thrift`].
pub(super) fn until_next_look(
    expected: Expected,
    place: Place,
    elapsed: f64,
    since_look: f64,
    slack: f64,
    thrift: f64,
) -> f64 {
    let earliest = expected.min * EARLIEST;
    // What nobody waits for is looked at when half of that time is over.
    let idle = (slack / 2.0).min(LONGEST);
    if elapsed < earliest {
        // The first look falls on the first moment at which there can be something to see.
        let longest = LONGEST.max(expected.typical / 4.0);
        return (earliest - elapsed).max(idle - since_look).min((longest - since_look).max(0.0));
    }
    (pause(expected, place, elapsed, thrift).max(idle) - since_look).max(0.0)
}

/// The pause between two looks: longer where the end is less likely, which is before the least time that anyone
/// has seen, and after the typical one.
fn pause(expected: Expected, place: Place, elapsed: f64, thrift: f64) -> f64 {
    let (price, shortest) = match place {
        Place::Aws => (PRICE, SHORTEST),
        Place::Inside => (PRICE_INSIDE, SHORTEST_INSIDE),
    };
    let spread = expected.typical - expected.min * EARLIEST;
    let pause = thrift * (2.0 * price * spread).sqrt().max(shortest);
    if elapsed < expected.min {
        return (2.5 * pause).min((expected.min - elapsed).max(pause));
    }
    let late = (elapsed - expected.typical) / (expected.p95 - expected.typical).max(1.0);
    // What has gone on for too long may go on for long, such as a deletion that something blocks.
    let too_late = (elapsed - expected.p95) / 12.0;
    (pause * (1.0 + 0.4 * late.clamp(0.0, 1.0))).max(too_late).min(30.0)
}

/// How much longer an operation pauses that has asked AWS so many questions: where all takes long it looks less
/// and less often, and one that is through soon waits for nothing. Numbers that `benches/` found to keep both
/// lag and calls within their goals (benches/README.md).
pub(super) fn thrift(questions: u32) -> f64 {
    (1.0 + (f64::from(questions) - 35.0).max(0.0) / 45.0).min(2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLUSTER: Expected = Expected { min: 420.0, typical: 580.0, p95: 960.0 };

    fn next(elapsed: f64, slack: f64) -> f64 {
        until_next_look(CLUSTER, Place::Aws, elapsed, 0.0, slack, 1.0)
    }

    #[test]
    fn nobody_looks_at_what_cannot_be_ready() {
        assert!(next(10.0, 0.0) > 60.0);
        assert_eq!(next(260.0, 0.0), 13.0);
    }

    #[test]
    fn looks_are_closest_where_the_end_is_likely() {
        let usual = next(500.0, 0.0);
        assert!((7.0..8.0).contains(&usual), "{usual}");
        assert_eq!(next(300.0, 0.0), 2.5 * usual);
        assert_eq!(next(415.0, 0.0), usual, "the last early look is no later than it would have been");
        assert_eq!(next(770.0, 0.0), 1.2 * usual);
        assert_eq!(next(960.0, 0.0), 1.4 * usual);
    }

    #[test]
    fn short_steps_and_the_api_server_are_looked_at_more_often() {
        let addon = Expected { min: 15.0, typical: 45.0, p95: 180.0 };
        assert!(until_next_look(addon, Place::Aws, 45.0, 0.0, 0.0, 1.0) < 3.0);
        assert_eq!(until_next_look(addon, Place::Inside, 45.0, 0.0, 0.0, 1.0), 1.0);
    }

    #[test]
    fn where_there_is_time_nobody_hurries() {
        assert_eq!(next(500.0, 100.0), 50.0);
        assert_eq!(next(500.0, 300.0), LONGEST);
        let addon = Expected { min: 5.0, typical: 30.0, p95: 120.0 };
        assert_eq!(until_next_look(addon, Place::Aws, 0.0, 0.0, 100.0, 1.0), 50.0);
    }

    #[test]
    fn what_is_late_is_looked_at_less_and_less_often() {
        let stack = Expected { min: 45.0, typical: 85.0, p95: 200.0 };
        let next = |elapsed| until_next_look(stack, Place::Aws, elapsed, 0.0, 0.0, 1.0);
        assert!(next(200.0) < 5.0);
        assert_eq!(next(320.0), 10.0);
        assert_eq!(next(36_000.0), 30.0);
    }

    #[test]
    fn who_has_asked_much_asks_less() {
        assert_eq!([0, 35, 80, 500].map(thrift), [1.0, 1.0, 2.0, 2.0]);
        let looked = |thrift| until_next_look(CLUSTER, Place::Aws, 500.0, 0.0, 0.0, thrift);
        assert_eq!(looked(1.5), 1.5 * looked(1.0));
    }
}
