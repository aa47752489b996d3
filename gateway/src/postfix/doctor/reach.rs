//! The look-up service: its folder, its socket, and whether it answers.

use std::io::ErrorKind;
use std::time::Duration;

use super::super::plan::{folder_command, mail_group};
use super::super::shell;
use super::super::system::{FileFacts, FileKind, System};
use super::super::table::Map;
use super::NOBODYS_DOMAIN;
use super::exam::{Asked, Exam};

/// Slower than this is a sign of trouble: an answer takes microseconds, the command a few milliseconds.
const SLOW: Duration = Duration::from_millis(500);

const START: &str = "systemctl start smart-hosts-lookup.socket";
const RESTART: &str = "systemctl restart smart-hosts-lookup.service";

/// The map and key at which the look-up service tells its version.
const ABOUT: (&str, &str) = ("about", "version");

pub(super) fn examine(exam: &mut Exam<'_, impl System>) {
    folder(exam);
    socket(exam);
    service(exam);
    if exam.answering {
        version(exam);
    }
}

fn folder(exam: &mut Exam<'_, impl System>) {
    let name = "socket-folder";
    let path = exam.settings.socket.folder_in(&exam.live.queue_directory());
    let group = mail_group(exam.live).to_owned();
    let fix = shell::line(&folder_command(exam.settings, &path, &group));
    let path = path.display().to_string();
    let facts = match exam.system.facts(path.as_ref()) {
        Ok(facts) => facts,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return exam.failure(
                name,
                format!("There is no folder {path} for the socket."),
                fix,
            );
        }
        Err(error) => return exam.unknown(name, format!("{path} cannot be seen: {error}.")),
    };
    let Some(gid) = exam.number(&["id", "-g", &group]) else {
        return exam.unknown(name, format!("The group of the user {group} is not known."));
    };
    if facts.kind != FileKind::Folder {
        return exam.failure(
            name,
            format!("{path} is no folder."),
            format!("rm {} && {fix}", shell::quoted(&path)),
        );
    }
    let mode = facts.mode;
    let wrong = if facts.gid != gid {
        format!("belongs to another group than {group}, which Postfix runs in")
    } else if mode & 0o2000 == 0 {
        "has no set-group-id bit, so a socket made in it is out of Postfix's reach".to_owned()
    } else if mode & 0o010 == 0 {
        format!("may not be entered by the group {group}")
    } else if mode & 0o007 != 0 {
        let found = format!("{path} has mode {mode:04o}: others may enter it.");
        return exam.warning(name, found, fix);
    } else {
        return exam.ok(
            name,
            format!("{path} has mode {mode:04o} and group {group}."),
        );
    };
    exam.failure(name, format!("{path} (mode {mode:04o}) {wrong}."), fix);
}

fn socket(exam: &mut Exam<'_, impl System>) {
    let name = "socket";
    let path = exam.socket().display().to_string();
    let group = mail_group(exam.live).to_owned();
    let gid = exam.number(&["id", "-g", &group]);
    match exam.system.facts(path.as_ref()) {
        Err(error) if error.kind() == ErrorKind::NotFound => exam.failure(
            name,
            format!(
                "There is no socket {path}: the look-up service does not run, or listens elsewhere."
            ),
            START,
        ),
        Err(error) => exam.unknown(name, format!("{path} cannot be seen: {error}.")),
        Ok(facts) if facts.kind != FileKind::Socket => {
            exam.failure(
                name,
                format!("{path} is no socket."),
                format!("rm {} && {START}", shell::quoted(&path)),
            );
        }
        Ok(FileFacts {
            mode, gid: found, ..
        }) => {
            let rights = format!("chgrp {group} {0} && chmod 0660 {0}", shell::quoted(&path));
            if Some(found) != gid || mode & 0o020 == 0 {
                exam.failure(
                    name,
                    format!("The group {group} may not write to {path} (mode {mode:04o}), so Postfix cannot ask."),
                    rights,
                );
            } else if mode & 0o007 != 0 {
                exam.warning(
                    name,
                    format!("{path} has mode {mode:04o}: others may use it."),
                    rights,
                );
            } else {
                exam.ok(
                    name,
                    format!("{path} has mode {mode:04o} and group {group}."),
                );
            }
        }
    }
}

/// Asks for a domain that nobody has: what matters is that there is an answer.
pub(super) fn service(exam: &mut Exam<'_, impl System>) {
    let name = "lookup-service";
    let (asked, elapsed) = exam.ask_service(NOBODYS_DOMAIN, Map::Relay);
    let waits = "Postfix answers 451 to every recipient until it is put right.";
    match asked {
        Asked::NotFound => {
            exam.answering = true;
            let time = format!("The look-up service answers in {} ms.", elapsed.as_millis());
            if elapsed >= SLOW {
                exam.warning(
                    name,
                    format!("{time} That is slow, and mail is as slow."),
                    RESTART,
                );
            } else {
                exam.ok(name, time);
            }
        }
        Asked::Hangs => exam.failure(
            name,
            format!("The look-up service accepts questions and does not answer. {waits}"),
            RESTART,
        ),
        Asked::Found(_) => {
            exam.answering = true;
            exam.failure(
                name,
                format!(
                    "The look-up service says that {NOBODYS_DOMAIN}, which nobody has, is a managed \
                     domain: this is not our service, or it answers yes to all."
                ),
                RESTART,
            );
        }
        Asked::Error(words) if !exam.is_root => exam.unknown(
            name,
            format!("The look-up service answers Postfix and root only: {words}."),
        ),
        Asked::Error(words)
            if words.contains("temporary error") || words.contains("permanent error") =>
        {
            exam.failure(
                name,
                format!("The look-up service refuses: {words}. {waits}"),
                RESTART,
            );
        }
        Asked::Error(words) => exam.failure(
            name,
            format!("The look-up service does not run: {words}. {waits}"),
            START,
        ),
    }
}

fn version(exam: &mut Exam<'_, impl System>) {
    let name = "lookup-version";
    let (map, key) = ABOUT;
    let table = format!("socketmap:unix:{}:{map}", exam.socket().display());
    let own = exam.expected.version.clone();
    match exam.ask(key, &table).0 {
        Asked::Found(version) if version == own => exam.ok(name, format!("The look-up service is {own}.")),
        Asked::Found(version) => exam.warning(
            name,
            format!(
                "The look-up service is {}, this program {own}: it was not restarted after an upgrade.",
                super::exam::shown(&version)
            ),
            RESTART,
        ),
        asked => exam.warning(
            name,
            format!("The look-up service does not tell its version ({}): it is of another one.", asked.in_words()),
            RESTART,
        ),
    }
}
