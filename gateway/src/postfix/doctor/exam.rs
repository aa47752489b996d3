//! What every check needs: the machine, the configuration, and where to write findings.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use super::super::live::{LIMIT, Live, command, last_words, run};
use super::super::settings::{Place, Settings};
use super::super::shell;
use super::super::system::{Ran, System};
use super::super::table::Map;
use super::{Check, Expected, Outcome, Report};

/// How long a table may take to answer. Postfix itself waits 100 s for a silent service.
const PATIENCE: Duration = Duration::from_secs(5);

/// What a table answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    Found(String),
    NotFound,
    /// Why there was no answer, in Postfix's words.
    Error(String),
    /// There was none in time.
    Hangs,
}

impl Asked {
    /// In words, without what was found, which may be a password.
    pub(super) fn in_short(&self) -> String {
        match self {
            Self::Found(_) => "an answer".to_owned(),
            Self::NotFound => "not found".to_owned(),
            Self::Error(words) => format!("an error: {words}"),
            Self::Hangs => format!("nothing within {} s", PATIENCE.as_secs()),
        }
    }

    /// In words.
    pub(super) fn in_words(&self) -> String {
        match self {
            Self::Found(value) => shown(value),
            other => other.in_short(),
        }
    }
}

/// What a table says, shortened, without control characters.
pub(super) fn shown(value: &str) -> String {
    let text: String = value
        .chars()
        .filter(|c| !c.is_control())
        .take(200)
        .collect();
    format!("{text:?}")
}

/// An examination under way.
pub(super) struct Exam<'a, S> {
    pub(super) system: &'a S,
    pub(super) settings: &'a Settings,
    pub(super) live: &'a Live,
    pub(super) expected: &'a Expected,
    /// Whether the look-up service can be asked more.
    pub(super) answering: bool,
    pub(super) is_root: bool,
    checks: Vec<Check>,
}

impl<'a, S: System> Exam<'a, S> {
    pub(super) fn new(
        system: &'a S,
        settings: &'a Settings,
        live: &'a Live,
        expected: &'a Expected,
    ) -> Self {
        let mut this = Self {
            system,
            settings,
            live,
            expected,
            answering: false,
            is_root: false,
            checks: Vec::new(),
        };
        this.is_root = this.number(&["id", "-u"]) == Some(0);
        this
    }

    pub(super) fn into_report(self) -> Report {
        Report {
            checks: self.checks,
        }
    }

    fn add(&mut self, name: &str, outcome: Outcome, found: String, fix: Option<String>) {
        self.checks.push(Check {
            name: name.to_owned(),
            outcome,
            found,
            fix,
        });
    }

    pub(super) fn ok(&mut self, name: &str, found: impl Into<String>) {
        self.add(name, Outcome::Ok, found.into(), None);
    }

    pub(super) fn warning(&mut self, name: &str, found: impl Into<String>, fix: impl Into<String>) {
        self.add(name, Outcome::Warning, found.into(), Some(fix.into()));
    }

    pub(super) fn failure(&mut self, name: &str, found: impl Into<String>, fix: impl Into<String>) {
        self.add(name, Outcome::Failure, found.into(), Some(fix.into()));
    }

    pub(super) fn unknown(&mut self, name: &str, found: impl Into<String>) {
        let fix = (!self.is_root).then(|| format!("sudo {}", self.own_command("check")));
        self.add(name, Outcome::Unknown, found.into(), fix);
    }

    /// A command's single number, such as a user's from id(1).
    pub(super) fn number(&self, words: &[&str]) -> Option<u32> {
        let ran = self.system.run(words, None, LIMIT).ok()?;
        if ran.succeeded() {
            ran.stdout.trim().parse().ok()
        } else {
            None
        }
    }

    /// A command of Postfix's.
    pub(super) fn ran(&self, program: &str, arguments: &[&str]) -> io::Result<Ran> {
        run(
            self.system,
            &command(program, self.settings, arguments),
            None,
            LIMIT,
        )
    }

    /// Asks a table as Postfix would, and how long that took. Tables with relative paths are found
    /// from the queue directory, as they are by Postfix.
    pub(super) fn ask(&self, key: &str, table: &str) -> (Asked, Duration) {
        let words = command("postmap", self.settings, &["-q", key, table]);
        let folder = self.live.queue_directory();
        let ran = match run(self.system, &words, Some(&folder), PATIENCE) {
            Ok(ran) => ran,
            Err(error) => return (Asked::Error(error.to_string()), Duration::ZERO),
        };
        let asked = if ran.timed_out {
            Asked::Hangs
        } else if ran.succeeded() {
            let value = ran.stdout.strip_suffix('\n').unwrap_or(&ran.stdout);
            Asked::Found(value.to_owned())
        } else if ran.stderr.trim().is_empty() {
            Asked::NotFound
        } else {
            Asked::Error(reason(&ran))
        };
        (asked, ran.elapsed)
    }

    /// Asks the look-up service.
    pub(super) fn ask_service(&self, key: &str, map: Map) -> (Asked, Duration) {
        self.ask(key, &map.table_at(&self.socket()))
    }

    /// The look-up service's socket.
    pub(super) fn socket(&self) -> PathBuf {
        self.settings.socket.socket_in(&self.live.queue_directory())
    }

    /// `postconf …` to be copied, with what makes it take effect.
    pub(super) fn postconf(&self, arguments: &[&str]) -> String {
        self.then_reload(&shell::line(&command("postconf", self.settings, arguments)))
    }

    pub(super) fn then_reload(&self, first: &str) -> String {
        format!("{first} && {}", self.reload())
    }

    pub(super) fn reload(&self) -> String {
        shell::line(&command("postfix", self.settings, &["reload"]))
    }

    /// The command that sets everything up.
    pub(super) fn set_up(&self) -> String {
        let apply = format!("{} --apply", self.own_command("config"));
        self.then_reload(&apply)
    }

    /// A command of ours with the same settings.
    fn own_command(&self, name: &str) -> String {
        let (settings, usual) = (self.settings, Settings::default());
        let mut words: Vec<String> = ["smart-hosts", "postfix", name].map(str::to_owned).into();
        let mut option = |name: &str, value: String| words.extend([name.to_owned(), value]);
        if let Some(folder) = &settings.config_dir {
            option("--config-dir", folder.display().to_string());
        }
        if settings.socket != usual.socket {
            option("--socket", settings.socket.to_string());
        }
        if settings.owner != usual.owner {
            option("--user", settings.owner.to_string());
        }
        if settings.ca_file != usual.ca_file {
            option("--ca-file", settings.ca_file.display().to_string());
        }
        if settings.place == Place::Last {
            words.push("--behind".to_owned());
        }
        shell::line(&words)
    }
}

/// The line that says why: `postmap` warns first, and then gives up in general words.
fn reason(ran: &Ran) -> String {
    let warning = ran
        .stderr
        .lines()
        .find_map(|line| line.strip_prefix("postmap: warning: "));
    match warning {
        Some(words) => words
            .chars()
            .filter(|c| !c.is_control())
            .take(300)
            .collect(),
        None => last_words(ran),
    }
}
