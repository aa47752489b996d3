//! The live configuration, as postconf(1) tells it.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::settings::Settings;
use super::system::{Ran, System};

/// How long a command of Postfix's may take. postconf(1) reads two small files.
pub(super) const LIMIT: Duration = Duration::from_secs(20);

/// Why the live configuration cannot be read. Displays as a sentence.
#[derive(Debug, thiserror::Error)]
pub enum LiveError {
    /// There is no Postfix here.
    #[error(
        "{command} cannot be run: {source}. Install Postfix on this machine (Debian: apt-get install postfix), or run \
         this where it is."
    )]
    NotThere {
        /// The command.
        command: String,
        /// What the system says.
        source: io::Error,
    },
    /// Postfix's own program refuses.
    #[error("{command} failed: {said}. Name the folder of main.cf with --config-dir.")]
    Refused {
        /// The command.
        command: String,
        /// Its last words.
        said: String,
    },
}

/// A line of master.cf(5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MasterEntry {
    /// The service's name.
    pub name: String,
    /// `inet`, `unix`, `unix-dgram`, `fifo` or `pass`.
    pub kind: String,
    /// Whether it runs in a chroot: `y`, `n` or `-` for the default.
    pub chroot: String,
    /// The daemon program.
    pub command: String,
}

/// The live configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Live {
    /// Every parameter, with `$name` replaced.
    parameters: BTreeMap<String, String>,
    /// What main.cf itself says, as it is written.
    written: BTreeMap<String, String>,
    services: Vec<MasterEntry>,
    /// The options of services, by `name/type/parameter`, with `$name` replaced.
    options: BTreeMap<String, String>,
    /// What postconf(1) warns of.
    warnings: Vec<String>,
}

impl Live {
    /// Asks postconf(1).
    ///
    /// # Errors
    /// If there is none, or it cannot read the configuration.
    pub fn read(system: &impl System, settings: &Settings) -> Result<Self, LiveError> {
        let all = postconf(system, settings, "-x")?;
        let written = postconf(system, settings, "-n")?;
        let services = postconf(system, settings, "-M")?;
        let options = postconf(system, settings, "-Px")?;
        let mut warnings: Vec<String> = Vec::new();
        for ran in [&written, &services] {
            for line in ran.stderr.lines() {
                let line = line.trim().to_owned();
                if !line.is_empty() && !warnings.contains(&line) {
                    warnings.push(line);
                }
            }
        }
        Ok(Self {
            parameters: assignments(&all.stdout),
            written: assignments(&written.stdout),
            services: services.stdout.lines().filter_map(master_entry).collect(),
            options: assignments(&options.stdout),
            warnings,
        })
    }

    /// A parameter's value with `$name` replaced; empty if there is none.
    #[must_use]
    pub fn value(&self, name: &str) -> &str {
        self.parameters.get(name).map_or("", String::as_str)
    }

    /// What main.cf itself says of a parameter, if anything, as it is written there.
    #[must_use]
    pub fn written(&self, name: &str) -> Option<&str> {
        self.written.get(name).map(String::as_str)
    }

    /// The services of master.cf.
    #[must_use]
    pub fn services(&self) -> &[MasterEntry] {
        &self.services
    }

    /// A service such as `smtp/unix`.
    #[must_use]
    pub fn service(&self, entry: &str) -> Option<&MasterEntry> {
        self.services.iter().find(|service| {
            entry.strip_prefix(&*service.name) == Some(&*format!("/{}", service.kind))
        })
    }

    /// What a service such as `smtp/unix` has for a parameter itself, if anything.
    #[must_use]
    pub fn option(&self, entry: &str, name: &str) -> Option<&str> {
        self.options
            .get(&format!("{entry}/{name}"))
            .map(String::as_str)
    }

    /// What a service goes by: its own option, else main.cf.
    #[must_use]
    pub fn effective(&self, entry: &str, name: &str) -> &str {
        self.option(entry, name).unwrap_or_else(|| self.value(name))
    }

    /// What postconf(1) warns of, such as misspelt parameters.
    #[must_use]
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// The queue directory.
    #[must_use]
    pub fn queue_directory(&self) -> PathBuf {
        PathBuf::from(self.value("queue_directory"))
    }

    /// The folder of main.cf and master.cf.
    #[must_use]
    pub fn config_directory(&self) -> PathBuf {
        PathBuf::from(self.value("config_directory"))
    }

    /// Whether a service runs in a chroot.
    ///
    /// The default was yes until the compatibility level 1, `COMPATIBILITY_README`.
    #[must_use]
    pub fn is_chrooted(&self, service: &MasterEntry) -> bool {
        match service.chroot.as_str() {
            "y" => true,
            "n" => false,
            _ => self.value("compatibility_level").trim() == "0",
        }
    }
}

/// The words of a command of Postfix's, with `-c FOLDER` where the settings name one.
pub(super) fn command(program: &str, settings: &Settings, arguments: &[&str]) -> Vec<String> {
    let mut words = vec![program.to_owned()];
    if let Some(folder) = &settings.config_dir {
        words.extend(["-c".to_owned(), folder.display().to_string()]);
    }
    words.extend(arguments.iter().map(|&word| word.to_owned()));
    words
}

/// Runs such a command.
pub(super) fn run(
    system: &impl System,
    words: &[String],
    folder: Option<&Path>,
    limit: Duration,
) -> io::Result<Ran> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    system.run(&words, folder, limit)
}

fn postconf(system: &impl System, settings: &Settings, option: &str) -> Result<Ran, LiveError> {
    let words = command("postconf", settings, &[option]);
    let ran = run(system, &words, None, LIMIT).map_err(|source| LiveError::NotThere {
        command: words.join(" "),
        source,
    })?;
    if ran.succeeded() {
        return Ok(ran);
    }
    Err(LiveError::Refused {
        command: words.join(" "),
        said: last_words(&ran),
    })
}

/// The last line that a command wrote to standard error, in at most 300 characters.
pub(super) fn last_words(ran: &Ran) -> String {
    if ran.timed_out {
        return format!("no answer within {} s", ran.elapsed.as_secs());
    }
    let line = ran.stderr.lines().rfind(|line| !line.trim().is_empty());
    let clean = |line: &str| {
        line.trim()
            .chars()
            .filter(|c| !c.is_control())
            .take(300)
            .collect()
    };
    line.map_or_else(
        || {
            ran.code.map_or_else(
                || "a signal ended it".to_owned(),
                |code| format!("exit code {code}"),
            )
        },
        clean,
    )
}

/// `name = value`, a line each.
fn assignments(text: &str) -> BTreeMap<String, String> {
    text.lines()
        .filter_map(|line| line.split_once('='))
        .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
        .collect()
}

/// The eight columns of master.cf(5); the options behind the command are read by `postconf -P`.
fn master_entry(line: &str) -> Option<MasterEntry> {
    let mut columns = line.split_ascii_whitespace();
    let name = columns.next()?.to_owned();
    let kind = columns.next()?.to_owned();
    let chroot = columns.nth(2)?.to_owned();
    let command = columns.nth(2)?.to_owned();
    Some(MasterEntry {
        name,
        kind,
        chroot,
        command,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::postfix::testing::Recorded;

    #[test]
    fn a_recorded_configuration_is_understood() {
        let live = Live::read(&Recorded::debian(), &Settings::default()).unwrap();
        assert_eq!(live.queue_directory(), Path::new("/var/spool/postfix"));
        assert_eq!(live.config_directory(), Path::new("/etc/postfix"));
        assert_eq!(live.value("transport_maps"), "");
        assert_eq!(live.written("transport_maps"), None);
        assert_eq!(live.written("recipient_delimiter"), Some("+"));
        let smtp = live.service("smtp/unix").unwrap();
        assert_eq!((&*smtp.command, &*smtp.chroot), ("smtp", "y"));
        assert!(live.is_chrooted(smtp));
        assert_eq!(live.service("smtp/inet").unwrap().command, "smtpd");
        assert!(live.service("smtp").is_none() && live.service("smarthost/unix").is_none());
        assert_eq!(
            live.option("relay/unix", "syslog_name"),
            Some("postfix/relay")
        );
        assert_eq!(
            live.effective("smtp/unix", "smtp_tls_security_level"),
            "may"
        );
        assert!(live.warnings().is_empty());
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        let mut none = Recorded::debian();
        none.forget("postconf -x");
        let error = Live::read(&none, &Settings::default())
            .unwrap_err()
            .to_string();
        assert!(error.contains("apt-get install postfix"), "{error}");
        let mut refusing = Recorded::debian();
        refusing.answer(
            "postconf -n",
            1,
            "",
            "postconf: fatal: open /etc/postfix/main.cf: Permission denied\n",
        );
        let error = Live::read(&refusing, &Settings::default())
            .unwrap_err()
            .to_string();
        assert!(error.contains("main.cf: Permission denied"), "{error}");
    }

    #[test]
    fn odd_lines_are_left_out() {
        assert!(master_entry("").is_none() && master_entry("a b c d e f g").is_none());
        assert_eq!(
            assignments("a = b = c\n=\nnothing\n")
                .get("a")
                .map(String::as_str),
            Some("b = c")
        );
    }
}
