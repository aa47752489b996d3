//! What must change so that Postfix asks us: the commands, in order.

use std::path::{Path, PathBuf};

use super::filter;
use super::list;
use super::live::{Live, command};
use super::service::{Entry, Purpose, Service};
use super::settings::{Place, Settings};
use super::shell;
use super::table::Map;

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Run a command.
    Run {
        /// Its words; [`Step::shell`] quotes them.
        words: Vec<String>,
        /// Why, as a comment for the administrator.
        why: String,
    },
    /// Write a file.
    Write {
        /// Where.
        path: PathBuf,
        /// What.
        text: &'static str,
        /// Why, as a comment for the administrator.
        why: String,
    },
}

impl Step {
    /// The step as a shell runs it, with its reason as a comment above.
    #[must_use]
    pub fn shell(&self) -> String {
        match self {
            Self::Run { words, why } => format!("# {why}\n{}\n", shell::line(words)),
            Self::Write { path, text, why } => format!(
                "# {why}\ncat > {} <<'END'\n{text}END\n",
                shell::quoted(&path.display().to_string())
            ),
        }
    }
}

/// Why no plan can be made. Displays as a sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// The name of a service of ours is taken.
    #[error(
        "master.cf has a service {name} of its own, which runs {command:?}. The look-up service \
         answers with this name, so it must deliver by \"smtp\": rename yours first."
    )]
    ServiceTaken {
        /// The service's name.
        name: &'static str,
        /// What it runs.
        command: String,
    },
}

/// What must change so that Postfix asks us, for one live configuration.
///
/// master.cf comes before main.cf: a daemon that starts in between knows the new services before it
/// is told to use them. What is right already is repeated, which does no harm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    steps: Vec<Step>,
    main_cf: Vec<(&'static str, String)>,
    in_place: bool,
    notes: Vec<String>,
}

impl Plan {
    /// The plan for a live configuration.
    ///
    /// # Errors
    /// If the administrator uses the name of a service of ours for something else.
    pub fn new(live: &Live, settings: &Settings) -> Result<Self, PlanError> {
        let mut plan = Self {
            steps: Vec::new(),
            main_cf: Vec::new(),
            in_place: true,
            notes: Vec::new(),
        };
        plan.folder(live, settings);
        plan.filter(live);
        for service in Service::ALL {
            plan.service(live, settings, service)?;
        }
        plan.relay_domains(live, settings);
        plan.transport_maps(live, settings);
        plan.apply_main_cf(live, settings);
        Ok(plan)
    }

    /// The steps, in order.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The parameters of main.cf and what they become.
    pub fn main_cf(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.main_cf.iter().map(|(name, value)| (*name, &**value))
    }

    /// Whether main.cf and master.cf say all of this already.
    #[must_use]
    pub const fn is_in_place(&self) -> bool {
        self.in_place
    }

    /// What the administrator should know about the order of tables, in sentences.
    #[must_use]
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// All steps as a shell script.
    #[must_use]
    pub fn script(&self) -> String {
        let mut script = "#!/bin/sh\nset -e\n".to_owned();
        for note in &self.notes {
            script.extend(["# ", note, "\n"]);
        }
        for step in &self.steps {
            script.extend(["\n", &step.shell()]);
        }
        script
    }

    fn run(&mut self, words: Vec<String>, why: impl Into<String>) {
        self.steps.push(Step::Run {
            words,
            why: why.into(),
        });
    }

    /// The set-group-id bit gives each socket the group of the folder, so that the service needs
    /// not be in Postfix's group.
    fn folder(&mut self, live: &Live, settings: &Settings) {
        let folder = settings.socket.folder_in(&live.queue_directory());
        let words = folder_command(settings, &folder, mail_group(live));
        self.run(
            words,
            "The folder of the look-up service's socket: Postfix may reach it, others may not.",
        );
    }

    fn filter(&mut self, live: &Live) {
        self.steps.push(Step::Write {
            path: live.config_directory().join(filter::FILE_NAME),
            text: filter::CONTENTS,
            why: "A fault of the configuration delays mail instead of bouncing it.".to_owned(),
        });
    }

    /// An entry that is there keeps its columns and the administrator's own options.
    fn service(
        &mut self,
        live: &Live,
        settings: &Settings,
        service: Service,
    ) -> Result<(), PlanError> {
        let entry = service.entry();
        let present = live.service(&entry);
        if let Some(other) = present.filter(|found| found.command != "smtp") {
            return Err(PlanError::ServiceTaken {
                name: service.name(),
                command: other.command.clone(),
            });
        }
        let tls = match service {
            Service::StartTls => "STARTTLS",
            Service::Clear => "a login in the clear",
            Service::Implicit => "implicit TLS",
        };
        if present.is_none() {
            self.in_place = false;
            // As the administrator's own deliveries: a chroot needs its files, which this one has.
            let chroot = live
                .service("smtp/unix")
                .is_none_or(|smtp| live.is_chrooted(smtp));
            let columns = format!(
                "{} unix - - {} - - smtp",
                service.name(),
                if chroot { "y" } else { "n" }
            );
            self.run(
                command("postconf", settings, &["-M", &format!("{entry}={columns}")]),
                format!("A delivery service of its own for smart hosts with {tls}."),
            );
        }
        let mut arguments = vec!["-P".to_owned()];
        for option in service.options(settings) {
            let wanted = expanded(&option.value, live);
            if live.option(&entry, option.name) != Some(&*wanted) {
                self.in_place = false;
                self.note_replaced(live, &entry, option.name, option.purpose);
            }
            arguments.push(format!("{entry}/{}={}", option.name, option.value));
        }
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        self.run(
            command("postconf", settings, &arguments),
            format!("Its accounts and TLS policies come from the look-up service ({tls})."),
        );
        Ok(())
    }

    fn note_replaced(&mut self, live: &Live, entry: &str, name: &str, purpose: Purpose) {
        if let Some(old) = live.option(entry, name).filter(|_| purpose != Purpose::Log) {
            self.notes.push(format!(
                "master.cf has {entry}/{name} = {old}, which is replaced."
            ));
        }
    }

    /// Behind the administrator's: their domains need no look-up, and are accepted while the look-up
    /// service is down.
    fn relay_domains(&mut self, live: &Live, settings: &Settings) {
        let name = "relay_domains";
        // The default is an expression that postconf has worked out; it is kept, too.
        let present = live.written(name).unwrap_or_else(|| live.value(name));
        let table = Map::Relay.table(&settings.socket);
        let value = list::with(present, &table, false, |word| Map::Relay.is_named_by(word));
        self.main_cf.push((name, value));
    }

    fn transport_maps(&mut self, live: &Live, settings: &Settings) {
        let name = "transport_maps";
        let present = live.written(name).unwrap_or_else(|| live.value(name));
        let table = Map::Transport.table(&settings.socket);
        let first = settings.place == Place::First;
        let others = list::words(present)
            .into_iter()
            .filter(|word| !Map::Transport.is_named_by(word))
            .count();
        if others > 0 {
            self.notes.push(
                if first {
                    "The tables in transport_maps are kept, behind ours: for a domain that the console routes, ours wins."
                } else {
                    "The tables in transport_maps are kept, before ours: their entries for whole addresses win."
                }
                .to_owned(),
            );
        }
        let value = list::with(present, &table, first, |word| {
            Map::Transport.is_named_by(word)
        });
        self.main_cf.push((name, value));
    }

    fn apply_main_cf(&mut self, live: &Live, settings: &Settings) {
        for (name, value) in self.main_cf.clone() {
            if live.written(name) != Some(&*value) {
                self.in_place = false;
            }
            let why = match name {
                "relay_domains" => {
                    "Accept mail for managed domains. Domains of smart host routes are not in it: the gateway is no open relay."
                }
                _ => "Ask the look-up service where mail goes.",
            };
            self.run(
                command("postconf", settings, &["-e", &format!("{name}={value}")]),
                why,
            );
        }
    }
}

/// The group of Postfix's daemons: by custom, and on Debian, of the same name as their user.
pub(super) fn mail_group(live: &Live) -> &str {
    match live.value("mail_owner") {
        "" => "postfix",
        owner => owner,
    }
}

/// The command that makes the socket's folder, or gives it its rights again.
pub(super) fn folder_command(settings: &Settings, folder: &Path, group: &str) -> Vec<String> {
    [
        "install",
        "-d",
        "-o",
        settings.owner.as_str(),
        "-g",
        group,
        "-m",
        "2750",
    ]
    .into_iter()
    .map(str::to_owned)
    .chain([folder.display().to_string()])
    .collect()
}

/// The value with the one name that our options use replaced, as `postconf -x` prints it.
pub(super) fn expanded(value: &str, live: &Live) -> String {
    value.replace("$config_directory", live.value("config_directory"))
}

#[cfg(test)]
mod tests;
