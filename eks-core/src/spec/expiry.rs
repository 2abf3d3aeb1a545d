//! How long a cluster is wanted.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::check::{Check, Findings};

/// When a cluster may be deleted by [`Eks::reap`](crate::Eks::reap): a time after its create began, such as `1h`,
/// `90m`, `1h30m` or `2d`, or a moment of RFC 3339, such as `2026-11-26T15:00:00Z`.
///
/// AWS deletes nothing by itself: somebody has to call `reap`, from a schedule or at the end of a day.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Expiry(String);

const RULE: &str = "be a time such as `1h`, `90m` or `2d`, from a minute to a year, or a moment such as \
                    `2026-11-26T15:00:00Z`";

/// From a minute to a year of 366 days, in seconds: what is shorter is gone before it is there, what is longer is
/// a typo.
const TIMES: std::ops::RangeInclusive<u64> = 60..=366 * 86_400;

impl Expiry {
    /// The moment at which a cluster that was begun at `begun` expires; both in milliseconds since the Unix epoch.
    /// `None` for a text that breaks the rule.
    pub(crate) fn moment(&self, begun: i64) -> Option<i64> {
        if let Some(seconds) = seconds(&self.0) {
            return begun.checked_add(i64::try_from(seconds).ok()?.checked_mul(1000)?);
        }
        millis(&self.0)
    }
}

/// Reads a moment of RFC 3339, in milliseconds since the Unix epoch.
pub(crate) fn millis(moment: &str) -> Option<i64> {
    let moment = OffsetDateTime::parse(moment, &Rfc3339).ok()?;
    i64::try_from(moment.unix_timestamp_nanos() / 1_000_000).ok()
}

/// Writes a moment as RFC 3339 in UTC, to the second. `None` beyond the year 9999.
pub(crate) fn rfc3339(millis: i64) -> Option<String> {
    let seconds = millis.div_euclid(1000);
    OffsetDateTime::from_unix_timestamp(seconds).ok()?.format(&Rfc3339).ok()
}

/// The seconds of a text such as `1h30m`: numbers, each with its unit, the greatest first.
fn seconds(text: &str) -> Option<u64> {
    let (mut rest, mut total, mut last) = (text, 0_u64, u64::MAX);
    while !rest.is_empty() {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, after) = rest.split_at(digits);
        let unit = match after.chars().next()? {
            'd' => 86_400,
            'h' => 3_600,
            'm' => 60,
            's' => 1,
            _ => return None,
        };
        if unit >= last {
            return None;
        }
        total = number.parse::<u64>().ok()?.checked_mul(unit)?.checked_add(total)?;
        (last, rest) = (unit, &after[1..]);
    }
    (!text.is_empty() && TIMES.contains(&total)).then_some(total)
}

impl Check for Expiry {
    fn inspect(&self, findings: &mut Findings) {
        findings.require(self.moment(0).is_some(), "", &self.0, RULE);
    }
}

impl fmt::Display for Expiry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for Expiry {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<String> for Expiry {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<Duration> for Expiry {
    /// After so long, in whole seconds.
    fn from(time: Duration) -> Self {
        Self(format!("{}s", time.as_secs()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_moments_are_read() {
        for (text, millis) in [
            ("1h", Some(3_600_000)),
            ("90m", Some(5_400_000)),
            ("1h30m", Some(5_400_000)),
            ("2d", Some(172_800_000)),
            ("60s", Some(60_000)),
            ("366d", Some(31_622_400_000)),
            ("1970-01-01T00:00:01Z", Some(1000)),
            ("1970-01-01T01:00:01.5+01:00", Some(1500)),
            ("59s", None),
            ("0h", None),
            ("367d", None),
            ("1h1h", None),
            ("30m1h", None),
            ("1", None),
            ("h", None),
            ("-1h", None),
            ("1.5h", None),
            ("1 h", None),
            ("1w", None),
            ("", None),
            ("99999999999999999999h", None),
            ("9999999999999999999d", None),
            ("2026-11-26", None),
            ("2026-11-26T15:00:00", None),
            ("tomorrow", None),
        ] {
            assert_eq!(Expiry::from(text).moment(0), millis, "{text}");
        }
        assert_eq!(Expiry::from(Duration::from_secs(3600)).moment(1), Some(3_600_001));
    }

    #[test]
    fn what_is_written_is_read() {
        let text = rfc3339(1_795_705_200_999).expect("a moment");
        assert_eq!(text, "2026-11-26T15:00:00Z");
        assert_eq!(millis(&text), Some(1_795_705_200_000));
        assert_eq!(rfc3339(i64::MAX), None);
    }
}
