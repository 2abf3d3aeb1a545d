//! How long and how often what AWS refuses is sent again.

use crate::aws::Class;

/// What becomes of a refused call.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Advice {
    /// The call may have been accepted, or its purpose is fulfilled already: look before sending it again.
    Look,
    /// The same call again, after this many seconds.
    Again(f64),
    /// That was it.
    Stop,
}

/// First and longest pause, and the whole time allowed for refusals of a class, in seconds.
///
/// * Conflict: "ACTIVE is not permission": 15 minutes and more (design §6); Terraform takes 60
///   (facts/aws.md §1.2), AWS's own tester 10 (facts/failures.md, finding 1).
/// * NotYet: IAM takes 30 seconds, Terraform allows 2 minutes (facts/aws.md §2.3), failures.md C8 wants 5.
/// * Throttled, Transient: waits outlast 5 minutes of 5xx (facts/failures.md S11).
fn budget(class: Class) -> Option<(f64, f64, f64)> {
    match class {
        Class::Conflict => Some((3.0, 15.0, 1800.0)),
        Class::NotYet => Some((1.0, 5.0, 300.0)),
        Class::Throttled => Some((1.0, 20.0, 1200.0)),
        Class::Transient => Some((1.0, 20.0, 900.0)),
        _ => None,
    }
}

/// What to do about the `refusals`th refusal in a row, the first of which was `elapsed` seconds ago.
/// `jitter` is a draw from [0, 1).
pub(super) fn advise(class: Class, refusals: u32, elapsed: f64, jitter: f64) -> Advice {
    if class == Class::AlreadyThere {
        return Advice::Look;
    }
    match budget(class) {
        Some((first, longest, whole)) if elapsed < whole => {
            let pause = (first * f64::from(2u32.saturating_pow(refusals.min(16)))).min(longest);
            Advice::Again(pause * (0.75 + jitter / 2.0))
        }
        _ => Advice::Stop,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conflicts_are_retried_for_more_than_fifteen_minutes() {
        assert!(
            matches!(advise(Class::Conflict, 90, 16.0 * 60.0, 0.5), Advice::Again(pause) if pause <= 20.0)
        );
        assert_eq!(advise(Class::Conflict, 200, 31.0 * 60.0, 0.5), Advice::Stop);
    }

    #[test]
    fn what_is_forbidden_or_wrong_is_not_sent_twice() {
        for class in [Class::Denied, Class::Invalid, Class::Quota, Class::Unknown, Class::CredentialsExpired]
        {
            assert_eq!(advise(class, 0, 0.0, 0.0), Advice::Stop, "{class:?}");
        }
    }
}
