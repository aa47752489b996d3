//! Figures, each on a line of its own as JSON: `cargo xtask bench` reads them and makes a table of them.

use std::time::Duration;

use serde_json::{Value, json};

/// Something that was measured.
pub(crate) struct Figure(Value);

impl Figure {
    /// A figure under a name, in a unit.
    pub(crate) fn new(name: &str, value: f64, unit: &str) -> Self {
        Self(json!({ "figure": name, "value": value, "unit": unit }))
    }

    /// A time in milliseconds.
    pub(crate) fn millis(name: &str, time: Duration) -> Self {
        Self::new(name, time.as_secs_f64() * 1000.0, "ms")
    }

    /// A time in seconds.
    pub(crate) fn seconds(name: &str, time: Duration) -> Self {
        Self::new(name, time.as_secs_f64(), "s")
    }

    /// What it is compared with, measured in the same run.
    pub(crate) fn beside(mut self, name: &str, value: f64) -> Self {
        self.0["reference"] = json!({ "name": name, "value": value });
        self
    }

    /// The value is to be `at_most` so much, or `at_least`; or its ratio to what it is compared with is
    /// (`ratio_at_most`, `ratio_at_least`).
    pub(crate) fn goal(mut self, kind: &str, limit: f64) -> Self {
        self.0["goal"] = json!({ kind: limit });
        self
    }

    /// Prints it.
    pub(crate) fn print(self) {
        println!("{}", self.0);
    }
}

/// How long something took at most in so many of a hundred cases. The times are sorted by it.
pub(crate) fn percentile(times: &mut [Duration], hundredth: usize) -> Duration {
    times.sort_unstable();
    times[(times.len() * hundredth / 100).min(times.len() - 1)]
}

/// Resident memory of a process in MiB, as proc(5) has it: `VmRSS:` now, `VmHWM:` at most.
pub(crate) fn memory(process: &str, of: &str) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with(of)).unwrap();
    let kib: f64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kib / 1024.0
}
