//! One figure, and whether it is as good as it is to be.

use anyhow::{Context, Result};
use serde_json::Value;

/// Something that was measured.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Figure {
    pub(super) name: String,
    pub(super) value: f64,
    pub(super) unit: String,
    /// What it is compared with, in the same unit.
    pub(super) reference: Option<(String, f64)>,
    pub(super) goal: Option<Goal>,
}

/// How good a figure is to be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Goal {
    AtMost(f64),
    AtLeast(f64),
    /// Of what it is compared with.
    RatioAtMost(f64),
    RatioAtLeast(f64),
}

/// Reads a figure as the examples print it.
pub(super) fn read(line: &str) -> Result<Figure> {
    let value: Value =
        serde_json::from_str(line).with_context(|| format!("this is no figure: {line}"))?;
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let reference = &value["reference"];
    let goal = |kind: &str| value["goal"][kind].as_f64();
    Ok(Figure {
        name: text(&value["figure"]).context("a figure has a name")?,
        value: value["value"].as_f64().context("a figure has a value")?,
        unit: text(&value["unit"]).context("a figure has a unit")?,
        reference: text(&reference["name"]).zip(reference["value"].as_f64()),
        goal: None
            .or_else(|| goal("at_most").map(Goal::AtMost))
            .or_else(|| goal("at_least").map(Goal::AtLeast))
            .or_else(|| goal("ratio_at_most").map(Goal::RatioAtMost))
            .or_else(|| goal("ratio_at_least").map(Goal::RatioAtLeast)),
    })
}

impl Figure {
    /// The value, as many times what it is compared with.
    pub(super) fn ratio(&self) -> Option<f64> {
        let (_, reference) = self.reference.as_ref()?;
        Some(self.value / reference)
    }

    /// Whether the goal is met; nothing without one.
    pub(super) fn met(&self) -> Option<bool> {
        Some(match self.goal? {
            Goal::AtMost(limit) => self.value <= limit,
            Goal::AtLeast(limit) => self.value >= limit,
            Goal::RatioAtMost(limit) => self.ratio()? <= limit,
            Goal::RatioAtLeast(limit) => self.ratio()? >= limit,
        })
    }

    /// The goal in words.
    pub(super) fn goal_in_words(&self) -> String {
        match self.goal {
            None => String::new(),
            Some(Goal::AtMost(limit)) => format!("at most {} {}", number(limit), self.unit),
            Some(Goal::AtLeast(limit)) => format!("at least {} {}", number(limit), self.unit),
            Some(Goal::RatioAtMost(limit)) => format!("at most {} times that", number(limit)),
            Some(Goal::RatioAtLeast(limit)) => format!("at least {} times that", number(limit)),
        }
    }

    /// As it is told on the way.
    pub(super) fn sentence(&self) -> String {
        let beside = self
            .reference
            .as_ref()
            .map_or_else(String::new, |(name, value)| {
                format!(" ({name}: {} {})", number(*value), self.unit)
            });
        let met = match self.met() {
            None => "",
            Some(true) => ", goal met",
            Some(false) => ", GOAL NOT MET",
        };
        format!(
            "{}: {} {}{beside}{met}",
            self.name,
            number(self.value),
            self.unit
        )
    }
}

/// A number with three digits that count, or all before the point.
pub(super) fn number(value: f64) -> String {
    match value.abs() {
        0.0 => "0".to_owned(),
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => trimmed(&format!("{value:.1}")),
        size if size >= 1.0 => trimmed(&format!("{value:.2}")),
        _ => trimmed(&format!("{value:.3}")),
    }
}

fn trimmed(number: &str) -> String {
    number
        .trim_end_matches('0')
        .trim_end_matches('.')
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(goal: &str) -> Figure {
        let reference = r#"{"name":"sqlite3","value":2}"#;
        let line = format!(
            r#"{{"figure":"import","value":3.5,"unit":"s","reference":{reference},"goal":{goal}}}"#
        );
        read(&line).unwrap()
    }

    #[test]
    fn a_figure_is_judged_by_its_goal() {
        for (goal, met, words) in [
            (r#"{"at_most":3.5}"#, true, "at most 3.5 s"),
            (r#"{"at_most":3.4}"#, false, "at most 3.4 s"),
            (r#"{"at_least":3.5}"#, true, "at least 3.5 s"),
            (r#"{"at_least":100.0}"#, false, "at least 100 s"),
            (r#"{"ratio_at_most":2.0}"#, true, "at most 2 times that"),
            (r#"{"ratio_at_most":1.7}"#, false, "at most 1.7 times that"),
            (r#"{"ratio_at_least":0.7}"#, true, "at least 0.7 times that"),
            (r#"{"ratio_at_least":2.0}"#, false, "at least 2 times that"),
        ] {
            let figure = figure(goal);
            assert_eq!(figure.met(), Some(met), "{goal}");
            assert_eq!(figure.goal_in_words(), words);
        }
        let figure = figure("null");
        assert_eq!((figure.met(), figure.goal_in_words().as_str()), (None, ""));
        assert_eq!(figure.sentence(), "import: 3.5 s (sqlite3: 2 s)");
    }

    #[test]
    fn what_is_no_figure_is_shown() {
        let error = read("Compiling").unwrap_err();
        assert_eq!(error.to_string(), "this is no figure: Compiling");
        assert!(read("{}").is_err());
    }

    #[test]
    fn numbers_are_short() {
        for (value, shown) in [
            (0.0, "0"),
            (0.0214, "0.021"),
            (1.5, "1.5"),
            (2.0, "2"),
            (12.34, "12.3"),
            (10.0, "10"),
            (1234.5, "1234"),
        ] {
            assert_eq!(number(value), shown);
        }
    }
}
