//! Everything that xtask prints. Telling a person what happens is its purpose, so the lints
//! against printing are off here, and only here.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "xtask talks to the person at the terminal"
)]

use std::time::Duration;

use anyhow::Error;

/// Prints one sentence about what is going on.
pub(crate) fn line(sentence: &str) {
    println!("{sentence}");
}

/// Prints the header of a stage.
pub(crate) fn header(title: &str) {
    println!("\n=== {title}");
}

/// Prints an error with everything that led to it.
pub(crate) fn error(error: &Error) {
    eprintln!("Error: {error}");
    for cause in error.chain().skip(1) {
        eprintln!("  because: {cause}");
    }
}

/// A measured time, for the summary: `0.4 s`, `12 s`, `3 min 5 s`.
pub(crate) fn time(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    if seconds < 9.95 {
        return format!("{seconds:.1} s");
    }
    let whole = Duration::from_millis(500)
        .saturating_add(duration)
        .as_secs();
    match (whole / 60, whole % 60) {
        (0, seconds) => format!("{seconds} s"),
        (minutes, seconds) => format!("{minutes} min {seconds} s"),
    }
}

/// An expected time, which is never exact: `a few seconds`, `about 40 s`, `about 3 min`.
pub(crate) fn estimate(duration: Duration) -> String {
    match duration.as_secs() {
        0..5 => "a few seconds".to_owned(),
        seconds @ 5..95 => format!("about {} s", seconds.div_ceil(10) * 10),
        seconds => format!("about {} min", (seconds + 30) / 60),
    }
}

/// A number of bytes as kilobytes of 1,024 bytes with one decimal: `173.4 KB`.
pub(crate) fn kilobytes(bytes: u64) -> String {
    let tenths = (bytes * 10 + 512) / 1024;
    format!("{}.{} KB", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measured_times_are_short_and_rounded() {
        let shown = |millis| time(Duration::from_millis(millis));
        assert_eq!(shown(0), "0.0 s");
        assert_eq!(shown(449), "0.4 s");
        assert_eq!(shown(9_949), "9.9 s");
        assert_eq!(shown(9_950), "10 s");
        assert_eq!(shown(59_400), "59 s");
        assert_eq!(shown(59_500), "1 min 0 s");
        assert_eq!(shown(185_000), "3 min 5 s");
    }

    #[test]
    fn estimates_are_vague_on_purpose() {
        let shown = |seconds| estimate(Duration::from_secs(seconds));
        assert_eq!(shown(0), "a few seconds");
        assert_eq!(shown(5), "about 10 s");
        assert_eq!(shown(31), "about 40 s");
        assert_eq!(shown(94), "about 100 s");
        assert_eq!(shown(95), "about 2 min");
        assert_eq!(shown(700), "about 12 min");
    }

    #[test]
    fn kilobytes_are_rounded_to_a_tenth() {
        assert_eq!(kilobytes(0), "0.0 KB");
        assert_eq!(kilobytes(1024), "1.0 KB");
        assert_eq!(kilobytes(260 * 1024 - 1), "260.0 KB");
        assert_eq!(kilobytes(1_587), "1.5 KB");
    }
}
