//! How long each stage took the last time, to say how long the next run may take.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::say;

/// The last time of each stage, in seconds. Kept beside what was built, because both age together.
pub(super) struct Durations {
    file: PathBuf,
    seconds: BTreeMap<String, f64>,
}

impl Durations {
    /// Reads the notes. Without them, or with ones that make no sense, nothing is known.
    pub(super) fn load(folder: &Path) -> Self {
        let file = folder.join("durations.json");
        let seconds = fs::read(&file)
            .ok()
            .and_then(|text| serde_json::from_slice(&text).ok())
            .unwrap_or_default();
        Self { file, seconds }
    }

    /// Notes how long a stage took.
    pub(super) fn note(&mut self, stage: &str, time: Duration) {
        self.seconds.insert(stage.to_owned(), time.as_secs_f64());
    }

    /// Writes the notes. They are a convenience: if they cannot be kept, nothing is lost.
    pub(super) fn save(&self) {
        if let Some(folder) = self.file.parent() {
            let _ = fs::create_dir_all(folder);
        }
        if let Ok(text) = serde_json::to_vec_pretty(&self.seconds) {
            let _ = fs::write(&self.file, text);
        }
    }

    /// A sentence about how long these stages will take.
    pub(super) fn what_is_left(&self, stages: &[&str]) -> String {
        let known: Vec<f64> = stages
            .iter()
            .filter_map(|name| self.seconds.get(*name))
            .copied()
            .collect();
        let unknown: Vec<&str> = stages
            .iter()
            .copied()
            .filter(|name| !self.seconds.contains_key(*name))
            .collect();
        let time = Duration::try_from_secs_f64(known.iter().sum()).unwrap_or_default();
        match (known.is_empty(), unknown.as_slice()) {
            (_, []) => format!("{} left.", capitalised(&say::estimate(time))),
            (true, _) => "How long it takes is not known yet.".to_owned(),
            (false, some) => format!(
                "{} left, and more for {}, whose time is not known yet.",
                capitalised(&say::estimate(time)),
                some.join(", ")
            ),
        }
    }
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters
        .next()
        .map(|first| first.to_uppercase().chain(characters).collect())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let mut durations = Durations::load(folder.path());
        assert_eq!(
            durations.what_is_left(&["fmt"]),
            "How long it takes is not known yet."
        );
        durations.note("fmt", Duration::from_secs(1));
        durations.note("unit", Duration::from_secs(65));
        assert_eq!(durations.what_is_left(&["fmt", "unit"]), "About 70 s left.");
        assert_eq!(
            durations.what_is_left(&["unit", "build", "size"]),
            "About 70 s left, and more for build, size, whose time is not known yet."
        );
        assert_eq!(durations.what_is_left(&["fmt"]), "A few seconds left.");
    }

    #[test]
    fn notes_are_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("deeper");
        let mut durations = Durations::load(&folder);
        durations.note("doc", Duration::from_mins(2));
        durations.save();
        assert_eq!(
            Durations::load(&folder).what_is_left(&["doc"]),
            "About 2 min left."
        );
        fs::write(folder.join("durations.json"), "not JSON").unwrap();
        assert!(Durations::load(&folder).seconds.is_empty());
    }

    #[test]
    fn a_time_that_makes_no_sense_does_no_harm() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("durations.json"), r#"{"fmt": -5.0}"#).unwrap();
        let durations = Durations::load(folder.path());
        assert_eq!(durations.what_is_left(&["fmt"]), "A few seconds left.");
    }
}
