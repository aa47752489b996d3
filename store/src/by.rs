//! Who changes something, and when.

use std::{fmt, time::Duration};

use serde::{Deserialize, Serialize};

/// A moment: milliseconds since 1970-01-01T00:00:00Z.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// The time since then; nothing for a moment before it.
    #[must_use]
    pub fn since_epoch(self) -> Duration {
        Duration::from_millis(u64::try_from(self.0).unwrap_or_default())
    }
}

/// Who makes a change, and when. The store has no clock and knows no session: both come in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct By {
    /// The person or program, as the history shows it. Not empty.
    pub actor: String,
    /// When the change is made.
    pub at: Timestamp,
    /// From where: the address of the person's browser, or [`By::HERE`].
    pub origin: String,
}

impl By {
    /// The actor where nobody has signed in: whoever sits at the machine itself.
    pub const LOCAL: &'static str = "local";
    /// The origin of what is done on the command line.
    pub const HERE: &'static str = "this machine";

    /// Names an actor and a moment, on this machine.
    #[must_use]
    pub fn new(actor: impl Into<String>, at: Timestamp) -> Self {
        Self {
            actor: actor.into(),
            at,
            origin: Self::HERE.to_owned(),
        }
    }

    /// The same from somewhere else: the address of a browser.
    #[must_use]
    pub fn from(self, origin: impl Into<String>) -> Self {
        Self {
            origin: origin.into(),
            ..self
        }
    }
}

/// As in RFC 3339, in UTC, to the second: `2026-01-31T23:59:59Z`.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.div_euclid(1000);
        let (day, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
        let (year, month, day) = civil(day);
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        write!(
            f,
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z"
        )
    }
}

/// Year, month and day of a day counted from 1970-01-01.
///
/// Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`: years are
/// taken to begin in March, so that the leap day is the last of its year.
fn civil(day: i64) -> (i64, i64, i64) {
    let day = day + 719_468;
    let era = day.div_euclid(146_097);
    let of_era = day.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_utc() {
        for (ms, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (-1, "1969-12-31T23:59:59Z"),
            (951_782_400_000, "2000-02-29T00:00:00Z"),
            (1_772_323_199_999, "2026-02-28T23:59:59Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00Z"),
        ] {
            assert_eq!(Timestamp(ms).to_string(), text);
        }
    }

    #[test]
    fn tells_the_time_since_1970() {
        assert_eq!(Timestamp(1_500).since_epoch(), Duration::from_millis(1_500));
        assert_eq!(Timestamp(-1).since_epoch(), Duration::ZERO);
    }

    #[test]
    fn any_number_of_milliseconds_is_shown() {
        for ms in [i64::MIN, i64::MAX] {
            assert!(Timestamp(ms).to_string().ends_with('Z'));
        }
    }
}
