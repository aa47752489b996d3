//! A machine from a recording: a stock Debian 12 (Postfix 3.7.11) with Smart Hosts set up, in which a
//! test breaks what it is about.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::filter;
use super::plan::Plan;
use super::service::{Entry, Service};
use super::settings::Settings;
use super::system::{FileFacts, FileKind, Ran, System};

/// Group `postfix` and user `postfix` of the recording.
pub(super) const POSTFIX: u32 = 115;
/// User `smart-hosts` of the recording.
pub(super) const OWNER: u32 = 990;
/// The look-up service's socket in the recording.
pub(super) const SOCKET: &str = "/var/spool/postfix/smart-hosts/lookup.sock";

/// A machine from a recording.
#[derive(Clone, Debug, Default)]
pub(super) struct Recorded {
    commands: BTreeMap<String, Ran>,
    files: BTreeMap<PathBuf, (FileFacts, String)>,
}

impl Recorded {
    /// Debian's Postfix, just installed.
    pub(super) fn debian() -> Self {
        let mut this = Self::default();
        for (option, text) in [
            ("-x", include_str!("testing/postconf-x.txt")),
            ("-n", include_str!("testing/postconf-n.txt")),
            ("-M", include_str!("testing/postconf-M.txt")),
            ("-Px", include_str!("testing/postconf-Px.txt")),
        ] {
            this.answer(&format!("postconf {option}"), 0, text, "");
        }
        this.answer("postconf -A", 0, "cyrus\n", "");
        this.answer("id -u", 0, "0\n", "");
        this.answer("id -u smart-hosts", 0, "990\n", "");
        this.answer("id -g postfix", 0, "115\n", "");
        this.answer("id -u postfix", 0, "115\n", "");
        this.answer(
            "postfix status",
            0,
            "",
            "postfix/postfix-script: the Postfix mail system is running: PID: 7\n",
        );
        this.file("/etc/resolv.conf", 0o644, "nameserver 192.0.2.53\n");
        this.file(
            "/var/spool/postfix/etc/resolv.conf",
            0o644,
            "nameserver 192.0.2.53\n",
        );
        this.file(
            "/etc/ssl/certs/ca-certificates.crt",
            0o644,
            "-----BEGIN CERTIFICATE-----\n",
        );
        this.file("/usr/lib/x86_64-linux-gnu/sasl2/libplain.so", 0o644, "");
        this.file("/usr/lib/x86_64-linux-gnu/sasl2/liblogin.so", 0o644, "");
        this
    }

    /// The same with what `smart-hosts postfix config` changes, and the look-up service running.
    pub(super) fn set_up() -> Self {
        let mut this = Self::debian();
        let settings = Settings::default();
        let live = super::Live::read(&this, &settings).unwrap();
        let plan = Plan::new(&live, &settings).unwrap();
        for (name, value) in plan.main_cf() {
            this.set(name, value);
        }
        for service in Service::ALL {
            let columns = format!("{0} unix - - y - - smtp", service.name());
            this.append("postconf -M", &columns);
            for option in service.options(&settings) {
                let value = option.value.replace("$config_directory", "/etc/postfix");
                this.option(&service.entry(), option.name, &value);
            }
            let private = format!("/var/spool/postfix/private/{}", service.name());
            this.special(&private, FileKind::Socket, 0o666, 0, POSTFIX);
        }
        this.file(
            &format!("/etc/postfix/{}", filter::FILE_NAME),
            0o644,
            filter::CONTENTS,
        );
        this.special(
            "/var/spool/postfix/smart-hosts",
            FileKind::Folder,
            0o2750,
            OWNER,
            POSTFIX,
        );
        this.special(SOCKET, FileKind::Socket, 0o660, OWNER, POSTFIX);
        let filter = format!("regexp:/etc/postfix/{}", filter::FILE_NAME);
        this.found(filter::SAMPLE.0, &filter, filter::SAMPLE.1);
        this
    }

    /// What a command answers from now on.
    pub(super) fn answer(&mut self, command: &str, code: i32, stdout: &str, stderr: &str) {
        let ran = Ran {
            code: Some(code),
            stdout: stdout.to_owned(),
            stderr: stderr.to_owned(),
            elapsed: Duration::from_millis(4),
            timed_out: false,
        };
        self.commands.insert(command.to_owned(), ran);
    }

    /// A command cannot be started from now on.
    pub(super) fn forget(&mut self, command: &str) {
        self.commands.remove(command);
    }

    /// A command takes this long from now on, or longer than it may.
    pub(super) fn takes(&mut self, command: &str, elapsed: Duration, timed_out: bool) {
        let ran = self.commands.entry(command.to_owned()).or_default();
        ran.elapsed = elapsed;
        ran.timed_out = timed_out;
        if timed_out {
            ran.code = None;
        }
    }

    /// A table has an entry from now on.
    pub(super) fn found(&mut self, key: &str, table: &str, value: &str) {
        self.answer(
            &format!("postmap -q {key} {table}"),
            0,
            &format!("{value}\n"),
            "",
        );
    }

    /// A table cannot be asked from now on, in postmap(1)'s words.
    pub(super) fn unanswered(&mut self, key: &str, table: &str, words: &str) {
        self.answer(
            &format!("postmap -q {key} {table}"),
            1,
            "",
            &format!("postmap: fatal: {words}\n"),
        );
    }

    /// Sets a parameter in main.cf.
    pub(super) fn set(&mut self, name: &str, value: &str) {
        for command in ["postconf -x", "postconf -n"] {
            self.drop_lines(command, &format!("{name} ="));
            self.append(command, &format!("{name} = {value}"));
        }
    }

    /// What a parameter comes to, in other words than it is written in.
    pub(super) fn expands_to(&mut self, name: &str, value: &str) {
        self.drop_lines("postconf -x", &format!("{name} ="));
        self.append("postconf -x", &format!("{name} = {value}"));
    }

    /// Sets an option of a service in master.cf.
    pub(super) fn option(&mut self, entry: &str, name: &str, value: &str) {
        self.drop_lines("postconf -Px", &format!("{entry}/{name} ="));
        self.append("postconf -Px", &format!("{entry}/{name} = {value}"));
    }

    /// Leaves out what a command says in lines that start like this.
    pub(super) fn drop_lines(&mut self, command: &str, start: &str) {
        let ran = self.commands.entry(command.to_owned()).or_default();
        let text = std::mem::take(&mut ran.stdout);
        ran.stdout = text
            .split_inclusive('\n')
            .filter(|line| !line.starts_with(start))
            .collect();
    }

    /// Adds a line to what a command says.
    pub(super) fn append(&mut self, command: &str, line: &str) {
        let ran = self.commands.entry(command.to_owned()).or_default();
        ran.stdout.push_str(line);
        ran.stdout.push('\n');
    }

    /// A regular file.
    pub(super) fn file(&mut self, path: &str, mode: u32, text: &str) {
        self.special(path, FileKind::File, mode, 0, 0);
        if let Some((facts, content)) = self.files.get_mut(Path::new(path)) {
            facts.size = text.len() as u64;
            text.clone_into(content);
        }
    }

    /// Any file.
    pub(super) fn special(&mut self, path: &str, kind: FileKind, mode: u32, uid: u32, gid: u32) {
        let facts = FileFacts {
            kind,
            mode,
            uid,
            gid,
            size: 0,
        };
        self.files
            .insert(PathBuf::from(path), (facts, String::new()));
    }

    /// A file is gone from now on.
    pub(super) fn remove(&mut self, path: &str) {
        self.files.remove(Path::new(path));
    }
}

fn missing() -> io::Error {
    io::Error::from(io::ErrorKind::NotFound)
}

impl System for Recorded {
    fn run(&self, words: &[&str], _folder: Option<&Path>, _limit: Duration) -> io::Result<Ran> {
        let command = words.join(" ");
        if let Some(ran) = self.commands.get(&command) {
            return Ok(ran.clone());
        }
        if command.starts_with("postmap -q ") {
            // As postmap(1) ends when there is no such key.
            return Ok(Ran {
                code: Some(1),
                ..Ran::default()
            });
        }
        Err(missing())
    }

    fn facts(&self, path: &Path) -> io::Result<FileFacts> {
        self.files
            .get(path)
            .map(|(facts, _)| *facts)
            .ok_or_else(missing)
    }

    fn read(&self, path: &Path) -> io::Result<String> {
        self.files
            .get(path)
            .map(|(_, text)| text.clone())
            .ok_or_else(missing)
    }

    fn names_in(&self, folder: &Path) -> io::Result<Vec<String>> {
        let mut names: Vec<String> = self
            .files
            .keys()
            .filter_map(|path| path.strip_prefix(folder).ok())
            .filter_map(|below| below.iter().next())
            .map(|name| name.to_string_lossy().into_owned())
            .collect();
        names.dedup();
        if names.is_empty() {
            Err(missing())
        } else {
            Ok(names)
        }
    }
}
