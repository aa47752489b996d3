//! What an examination comes to, in a sentence.

use ::gateway::postfix::{Examination, Outcome, Standing};

use super::Examined;
use crate::shell::Problems;

/// What an examination comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Verdict {
    /// How it is marked.
    pub(super) outcome: Outcome,
    /// In one sentence.
    pub(super) title: String,
    /// What that means, and what to do.
    pub(super) text: String,
    /// Commands that do it.
    pub(super) commands: Vec<String>,
    /// Whether the single findings say more.
    pub(super) findings: bool,
}

/// `check` is the command with which root examines Postfix.
pub(super) fn verdict(last: Option<&Examined>, check: &str) -> Verdict {
    let Some(last) = last else {
        return calm(
            "Postfix has not been examined yet.",
            "The first examination begins a few seconds after the console has started.",
            &[],
        );
    };
    match &last.examination {
        None => calm(
            "It cannot be told whether Postfix obeys.",
            "The examination took too long and was broken off. As root, this command shows where it \
             waits:",
            &[check],
        ),
        Some(examination) => of(examination, check),
    }
}

fn of(examination: &Examination, check: &str) -> Verdict {
    let found = || match examination.report.checks.first() {
        Some(check) => check.found.clone(),
        None => String::new(),
    };
    match examination.standing {
        Standing::Absent => calm(
            "There is no Postfix on this machine.",
            "The console works all the same. Where Postfix is, this command examines it:",
            &[check],
        ),
        Standing::Unreadable => calm(
            "Postfix\u{2019}s configuration cannot be read.",
            &format!("{} The console takes its folder by this option:", found()),
            &["--postfix-config-dir"],
        ),
        Standing::NotSetUp => calm(
            "Postfix has not been set up to ask this console.",
            "Its configuration names nothing of ours, so routes have no effect on it yet. These \
             commands show what would change, change it with a backup, and make Postfix read it; \
             the look-up service must run before:",
            &[
                "sudo smart-hosts postfix config",
                "sudo smart-hosts postfix config --apply",
                "sudo postfix reload",
            ],
        ),
        Standing::Restricted | Standing::Open => examined(examination, check),
    }
}

fn examined(examination: &Examination, check: &str) -> Verdict {
    let report = &examination.report;
    let (outcome, title, text) = match report.outcome() {
        Outcome::Ok => (
            Outcome::Ok,
            "Postfix obeys.".to_owned(),
            "Mail goes where this console says.",
        ),
        Outcome::Warning => (
            Outcome::Warning,
            match report.count(Outcome::Warning) {
                1 => "Postfix obeys, with 1 warning.".to_owned(),
                count => format!("Postfix obeys, with {count} warnings."),
            },
            "Mail goes where this console says, but not as well or as safely as it should.",
        ),
        Outcome::Failure => (
            Outcome::Failure,
            Problems::new(report.count(Outcome::Failure), 0)
                .map_or_else(String::new, Problems::sentence),
            "Mail does not go as this console shows until they are put right.",
        ),
        Outcome::Unknown => (
            Outcome::Unknown,
            "Nothing wrong is known of Postfix.".to_owned(),
            "Not everything could be found out.",
        ),
    };
    let mut text = text.to_owned();
    let mut commands = Vec::new();
    if examination.standing == Standing::Restricted && report.count(Outcome::Unknown) > 0 {
        text.push_str(
            " The console does not run as root, and some questions are answered to root only. This \
             command asks them:",
        );
        commands.push(check.to_owned());
    }
    Verdict {
        outcome,
        title,
        text,
        commands,
        findings: true,
    }
}

fn calm(title: &str, text: &str, commands: &[&str]) -> Verdict {
    Verdict {
        outcome: Outcome::Unknown,
        title: title.to_owned(),
        text: text.to_owned(),
        commands: commands.iter().map(|&line| line.to_owned()).collect(),
        findings: false,
    }
}
