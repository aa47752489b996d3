//! Who changes something, and when.

use std::{fmt, str::FromStr, time::Duration};

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

/// Who makes a change, when and from where. The store has no clock and knows no session: all come in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct By {
    /// The person or program, as the history shows it. Not empty.
    pub actor: String,
    /// When the change is made.
    pub at: Timestamp,
    /// From where: the address of the browser, or [`By::HERE`]. Not empty.
    pub origin: String,
}

impl By {
    /// The actor where nobody has signed in: whoever sits at the machine itself.
    pub const LOCAL: &'static str = "local";

    /// The origin of what is done on the machine itself.
    pub const HERE: &'static str = "this machine";

    /// Names an actor and a moment. The origin is [`By::HERE`].
    #[must_use]
    pub fn new(actor: impl Into<String>, at: Timestamp) -> Self {
        Self {
            actor: actor.into(),
            at,
            origin: Self::HERE.to_owned(),
        }
    }

    /// The same, from elsewhere: an address as text.
    #[must_use]
    pub fn from(self, origin: impl Into<String>) -> Self {
        Self {
            origin: origin.into(),
            ..self
        }
    }
}

/// A text that is no moment. Displays as a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Write a moment in UTC, like 2026-01-31 23:59:59, 2026-01-31 23:59 or 2026-01-31.")]
pub struct TimestampError;

/// In UTC: a day, with an hour and a minute, with a second; `T` or a space before the hour, and a `Z`
/// at the end if it is there.
impl FromStr for Timestamp {
    type Err = TimestampError;

    fn from_str(text: &str) -> Result<Self, TimestampError> {
        let text = text.trim();
        let text = text.strip_suffix(['Z', 'z']).unwrap_or(text);
        let (day, time) = match text.split_once(['T', 't', ' ']) {
            Some((day, time)) => (day, Some(time)),
            None => (text, None),
        };
        let [year, month, date] = numbers(day, '-')?[..] else {
            return Err(TimestampError);
        };
        let (hour, minute, second) = match time.map(|time| numbers(time, ':')).transpose()? {
            None => (0, 0, 0),
            Some(time) => match time[..] {
                [hour, minute] => (hour, minute, 0),
                [hour, minute, second] => (hour, minute, second),
                _ => return Err(TimestampError),
            },
        };
        let day = day_of(year, month, date);
        // A day that the calendar does not have comes back as another one.
        if civil(day) != (year, month, date) || hour > 23 || minute > 59 || second > 59 {
            return Err(TimestampError);
        }
        Ok(Self(
            (((day * 24 + hour) * 60 + minute) * 60 + second) * 1000,
        ))
    }
}

/// Two to four digits each.
fn numbers(text: &str, between: char) -> Result<Vec<i64>, TimestampError> {
    let number = |digits: &str| match digits.len() {
        2..=4 if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            digits.parse().map_err(|_| TimestampError)
        }
        _ => Err(TimestampError),
    };
    text.split(between).map(number).collect()
}

/// The day, counted from 1970-01-01: the same author's `days_from_civil`.
fn day_of(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let from_march = (month + 9) % 12;
    let of_year = (153 * from_march + 2) / 5 + day - 1;
    let day = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
    era * 146_097 + day - 719_468
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
    fn reads_utc() {
        for (text, ms) in [
            ("1970-01-01", 0),
            ("1969-12-31T23:59:59Z", -1000),
            (" 2000-02-29 00:00 ", 951_782_400_000),
            ("2026-02-28t23:59:59z", 1_772_323_199_000),
            ("2100-03-01T00:00", 4_107_542_400_000),
        ] {
            assert_eq!(text.parse(), Ok(Timestamp(ms)), "{text}");
        }
        for text in [
            "",
            "now",
            "2026-02-29",
            "2026-13-01",
            "2026-00-01",
            "2026-01-00",
            "2026-01-01T24:00",
            "2026-01-01T00:60",
            "2026-01-01T00:00:60",
            "2026-01-01T00",
            "2026-01-01T00:00:00+01:00",
            "2026-1-01",
            "99999-01-01",
            "2026-01-01T",
        ] {
            assert_eq!(text.parse::<Timestamp>(), Err(TimestampError), "{text}");
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
