//! What the last connection test of each smart host has found.

use std::collections::BTreeMap;

use routing::NextHop;
use rusqlite::{OptionalExtension, Transaction, params};
use serde::{Deserialize, Serialize};

use crate::{Error, Store, Timestamp, Version, smart_host};

/// How many smart hosts' tests are kept; the oldest go first.
const KEPT: i64 = 10_000;

/// How a connection test ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TestOutcome {
    /// Mail would be delivered.
    Ok,
    /// Mail would be delivered, but an administrator should know of something.
    Warning,
    /// Mail would not be delivered.
    Failure,
}

impl TestOutcome {
    const ALL: [Self; 3] = [Self::Ok, Self::Warning, Self::Failure];

    /// The word for it: ok, warning, failure.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Failure => "failure",
        }
    }
}

/// A connection test to be noted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestNote {
    /// The smart host.
    pub next_hop: NextHop,
    /// When it began.
    pub at: Timestamp,
    /// How it ended.
    pub outcome: TestOutcome,
    /// The result in one sentence, without secrets. Only its first
    /// [`Tested::MAX_CHARACTERS`] characters are kept, and no control characters.
    pub verdict: String,
    /// The version of the settings that it was made with, as [`StoredSmartHost`] tells it; `None` if
    /// TLS or account were others than those that are stored.
    ///
    /// [`StoredSmartHost`]: crate::StoredSmartHost
    pub settings: Option<Version>,
}

/// What the last connection test of a smart host has found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tested {
    /// When it began.
    pub at: Timestamp,
    /// How it ended.
    pub outcome: TestOutcome,
    /// The result in one sentence.
    pub verdict: String,
    /// Whether it was made with TLS and account as they are stored now. No longer so once they have
    /// been changed.
    pub stored: bool,
}

impl Tested {
    /// The most characters (Unicode scalar values) of a verdict.
    pub const MAX_CHARACTERS: usize = 500;
}

impl Store {
    /// Notes what a connection test has found, in place of what the one before it found. Of 10,000
    /// smart hosts the last tests are kept.
    ///
    /// This is no change: it is not in the log, and no version comes of it.
    pub async fn note_test(&self, note: TestNote) -> Result<(), Error> {
        self.write(move |tx| write(tx, &note)).await
    }

    /// The last tests of these smart hosts, such as those of a page. Those that were never tested
    /// are left out.
    pub async fn tests(&self, of: &[NextHop]) -> Result<BTreeMap<NextHop, Tested>, Error> {
        let of = of.to_owned();
        self.read(move |tx| all(tx, of)).await
    }
}

/// The last tests of these smart hosts, as far as there were any.
pub(crate) fn all(
    tx: &Transaction<'_>,
    of: Vec<NextHop>,
) -> Result<BTreeMap<NextHop, Tested>, Error> {
    let mut all = BTreeMap::new();
    for hop in of {
        if let Some(tested) = read(tx, &hop)? {
            all.insert(hop, tested);
        }
    }
    Ok(all)
}

fn write(tx: &Transaction<'_>, note: &TestNote) -> Result<(), Error> {
    let hop = &note.next_hop;
    // Whoever changed the settings while the test ran has changed what it says.
    let stored = match note.settings {
        Some(seen) => smart_host::version(tx, hop)? == seen,
        None => false,
    };
    let sql = "INSERT INTO tests (host, port, at, outcome, verdict, stored)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6)
               ON CONFLICT DO UPDATE SET at = ?3, outcome = ?4, verdict = ?5, stored = ?6
               WHERE ?3 >= at";
    tx.prepare_cached(sql)?.execute(params![
        hop.host.to_string(),
        hop.port.get(),
        note.at.0,
        note.outcome.as_str(),
        shortened(&note.verdict),
        stored,
    ])?;
    let sql = "DELETE FROM tests WHERE (host, port) IN
                   (SELECT host, port FROM tests ORDER BY at DESC LIMIT -1 OFFSET ?)";
    tx.prepare_cached(sql)?.execute([KEPT])?;
    Ok(())
}

/// TLS or account of a smart host are not those any more that it was tested with.
pub(crate) fn outdate(tx: &Transaction<'_>, of: &NextHop) -> Result<(), Error> {
    let sql = "UPDATE tests SET stored = 0 WHERE host = ? AND port = ?";
    let of = params![of.host.to_string(), of.port.get()];
    tx.prepare_cached(sql)?.execute(of)?;
    Ok(())
}

fn read(tx: &Transaction<'_>, of: &NextHop) -> Result<Option<Tested>, Error> {
    let sql = "SELECT at, outcome, verdict, stored FROM tests WHERE host = ? AND port = ?";
    let mut statement = tx.prepare_cached(sql)?;
    let key = params![of.host.to_string(), of.port.get()];
    let row = statement.query_row(key, |row| {
        let columns = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
        Ok(columns)
    });
    let corrupt = |detail: String| Error::Corrupt {
        table: "tests",
        id: None,
        detail: format!("{of}: {detail}"),
    };
    let row: Option<(i64, String, String, bool)> = match row.optional() {
        Err(error) if error.sqlite_error_code().is_none() => {
            return Err(corrupt(error.to_string()));
        }
        other => other?,
    };
    let Some((at, outcome, verdict, stored)) = row else {
        return Ok(None);
    };
    let known = TestOutcome::ALL.into_iter();
    let outcome = known
        .into_iter()
        .find(|known| known.as_str() == outcome)
        .ok_or_else(|| corrupt(format!("there is no outcome {outcome:?}")))?;
    Ok(Some(Tested {
        at: Timestamp(at),
        outcome,
        verdict,
        stored,
    }))
}

/// One line that is not too long; what is cut off is an ellipsis.
fn shortened(verdict: &str) -> String {
    let mut line: String = verdict
        .chars()
        .map(|character| {
            if character.is_control() {
                ' '
            } else {
                character
            }
        })
        .take(Tested::MAX_CHARACTERS + 1)
        .collect();
    if let Some((end, _)) = line.char_indices().nth(Tested::MAX_CHARACTERS) {
        line.truncate(end);
        line.pop();
        line.push('\u{2026}');
    }
    if line.trim().is_empty() {
        "The test said nothing.".clone_into(&mut line);
    }
    line
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_verdict_is_one_line_that_is_not_too_long() {
        let longest = "ü".repeat(Tested::MAX_CHARACTERS);
        for (verdict, kept) in [
            ("It works.", "It works."),
            ("a\r\nb\u{7f}c\u{85}", "a  b c "),
            (" \n", "The test said nothing."),
            (&longest, &longest),
        ] {
            assert_eq!(shortened(verdict), kept);
        }
        let cut = shortened(&format!("{longest}ü"));
        assert_eq!(cut.chars().count(), Tested::MAX_CHARACTERS);
        assert!(cut.ends_with("ü\u{2026}"));
    }

    proptest! {
        #[test]
        fn what_is_kept_of_any_text_keeps_the_rules(verdict in any::<String>()) {
            let kept = shortened(&verdict);
            prop_assert!((1..=Tested::MAX_CHARACTERS).contains(&kept.chars().count()));
            prop_assert!(!kept.contains(char::is_control));
        }
    }
}
