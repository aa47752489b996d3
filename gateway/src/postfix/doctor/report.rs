//! What the doctor found.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How a check came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// As it should be.
    Ok,
    /// Mail flows, but not as well or not as safely as it should.
    Warning,
    /// Mail does not flow as the console shows.
    Failure,
    /// It could not be found out.
    Unknown,
}

impl Outcome {
    /// The exit code of a monitoring plug-in: 0 fine, 1 warning, 2 critical, 3 unknown (Monitoring
    /// Plugins Development Guidelines, "Plugin Return Codes").
    #[must_use]
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Ok => 0,
            Self::Warning => 1,
            Self::Failure => 2,
            Self::Unknown => 3,
        }
    }

    /// Which of two outcomes says more about the whole: a failure most, then a warning.
    const fn weight(self) -> u8 {
        match self {
            Self::Ok => 0,
            Self::Unknown => 1,
            Self::Warning => 2,
            Self::Failure => 3,
        }
    }

    /// The worse of two.
    pub(super) fn or_worse(self, other: Self) -> Self {
        if other.weight() > self.weight() {
            other
        } else {
            self
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Failure => "failure",
            Self::Unknown => "unknown",
        })
    }
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// A fixed name, such as `transport-maps`; docs/postfix.md lists them.
    pub name: String,
    /// How it came out.
    pub outcome: Outcome,
    /// What was found, in sentences.
    pub found: String,
    /// The command that puts it right, to be copied; `None` where nothing is wrong or no single command
    /// helps.
    pub fix: Option<String>,
}

/// Everything that was looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The checks, in the order in which they are best put right.
    pub checks: Vec<Check>,
}

impl Report {
    /// The worst outcome of all.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        self.checks
            .iter()
            .fold(Outcome::Ok, |worst, check| worst.or_worse(check.outcome))
    }

    /// How many checks came out like this.
    #[must_use]
    pub fn count(&self, outcome: Outcome) -> usize {
        let such = |check: &&Check| check.outcome == outcome;
        self.checks.iter().filter(such).count()
    }

    /// One line for a monitoring system, such as `SMART HOSTS CRITICAL - 1 failure, 2 warnings: …`.
    #[must_use]
    pub fn summary(&self) -> String {
        let counted: Vec<String> = [
            (Outcome::Failure, "failure", "failures"),
            (Outcome::Warning, "warning", "warnings"),
            (Outcome::Unknown, "unknown", "unknown"),
        ]
        .into_iter()
        .filter_map(|(outcome, one, many)| match self.count(outcome) {
            0 => None,
            1 => Some(format!("1 {one}")),
            number => Some(format!("{number} {many}")),
        })
        .collect();
        let outcome = self.outcome();
        let worst = self.checks.iter().find(|check| check.outcome == outcome);
        let state = match outcome {
            Outcome::Ok => return format!("SMART HOSTS OK - {} checks", self.checks.len()),
            Outcome::Warning => "WARNING",
            Outcome::Failure => "CRITICAL",
            Outcome::Unknown => "UNKNOWN",
        };
        let found = worst.map_or("", |check| &check.found);
        format!("SMART HOSTS {state} - {}: {found}", counted.join(", "))
    }
}
