//! How long ago something was and how often, as people say it.

use store::Timestamp;

use crate::listing::grouped;

/// The time from `at` to `now` in words: "just now", "5 min ago", "3 h ago", "2 days ago"; "in 5 min"
/// for what is still to come. Rounded down to whole units;
/// what is to come, up to whole minutes first.
pub(crate) fn age(now: Timestamp, at: Timestamp) -> String {
    let seconds = now.0.abs_diff(at.0) / 1000;
    // What was put off by five days a moment ago is still five days away.
    let seconds = match seconds {
        60.. if at > now => seconds + 59,
        _ => seconds,
    };
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
    let long = match (days, hours, minutes) {
        (0, 0, 0) => return "just now".to_owned(),
        (0, 0, minutes) => format!("{minutes} min"),
        (0, hours, _) => format!("{hours} h"),
        (1, ..) => "1 day".to_owned(),
        (days, ..) => format!("{days} days"),
    };
    if at > now {
        format!("in {long}")
    } else {
        format!("{long} ago")
    }
}

/// How often something was: "once", "1,234 times".
pub(crate) fn times(count: u64) -> String {
    match count {
        1 => "once".to_owned(),
        count => format!("{} times", grouped(count)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_the_largest_whole_unit() {
        let at = |seconds: i64| age(Timestamp(1_000_000), Timestamp(1_000_000 + seconds * 1000));
        for (seconds, words) in [
            (0, "just now"),
            (-59, "just now"),
            (59, "just now"),
            (-60, "1 min ago"),
            (-3_599, "59 min ago"),
            (-3_600, "1 h ago"),
            (-86_399, "23 h ago"),
            (-86_400, "1 day ago"),
            (-172_800, "2 days ago"),
            (300, "in 5 min"),
            (172_800, "in 2 days"),
            (172_790, "in 2 days"),
        ] {
            assert_eq!(at(seconds), words, "{seconds}");
        }
    }

    #[test]
    fn takes_any_two_moments() {
        let (first, last) = (Timestamp(i64::MIN), Timestamp(i64::MAX));
        assert_eq!(age(last, first), "213503982334 days ago");
        assert_eq!(age(first, last), "in 213503982334 days");
    }
}
