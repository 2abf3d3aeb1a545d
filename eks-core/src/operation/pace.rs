//! When to look again: not before the step can be done, then more and more often; seldom where there is time.

use crate::plan::Expected;

/// Durations differ from day to day and region to region; nothing is ready before this share of the least
/// time that anyone has seen.
const EARLIEST: f64 = 0.65;
/// What can fail early is looked at this often at least, in seconds.
const LONGEST: f64 = 60.0;

/// Seconds until the next look at a step that has been running for `elapsed` seconds, was looked at
/// `since_look` seconds ago, and could end `slack` seconds later without delaying the plan.
pub(super) fn until_next_look(expected: Expected, elapsed: f64, since_look: f64, slack: f64) -> f64 {
    let earliest = expected.min * EARLIEST;
    if elapsed < earliest {
        // The first look falls on the first moment at which there can be something to see.
        return (earliest - elapsed).min((LONGEST - since_look).max(0.0));
    }
    // One hundredth of the typical time is noise to whoever waits for it.
    let often = (expected.typical / 100.0).clamp(2.0, 6.0);
    // What has gone on for too long may go on for long, such as a deletion that something blocks.
    let late = (elapsed - expected.p95).max(0.0) / 50.0;
    (often.max(late).max(slack / 3.0).min(30.0) - since_look).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLUSTER: Expected = Expected { min: 420.0, typical: 580.0, p95: 960.0 };

    #[test]
    fn nobody_looks_at_what_cannot_be_ready() {
        assert!(until_next_look(CLUSTER, 10.0, 0.0, 0.0) >= 59.0);
        assert!(until_next_look(CLUSTER, 260.0, 0.0, 0.0) <= 14.0);
    }

    #[test]
    fn then_every_few_seconds_unless_there_is_time() {
        assert!(until_next_look(CLUSTER, 500.0, 0.0, 0.0) <= 6.0);
        assert_eq!(until_next_look(CLUSTER, 500.0, 0.0, 300.0), 30.0);
    }

    #[test]
    fn what_is_late_is_looked_at_less_and_less_often() {
        let stack = Expected { min: 45.0, typical: 85.0, p95: 200.0 };
        assert_eq!(until_next_look(stack, 300.0, 0.0, 0.0), 2.0);
        assert_eq!(until_next_look(stack, 1080.0, 0.0, 0.0), 17.6);
        assert_eq!(until_next_look(stack, 36_000.0, 0.0, 0.0), 30.0);
    }
}
