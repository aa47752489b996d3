use std::cell::RefCell;
use std::fs;
use std::io;
use std::path::Path;
use std::time::Duration;

use tempfile::TempDir;

use super::*;
use crate::postfix::system::{FileFacts, Ran};
use crate::postfix::testing::Recorded;
use crate::postfix::{UndoError, undo};

/// A machine whose `postconf` writes: to the recording, and a mark to files in a folder.
struct Machine {
    recorded: RefCell<Recorded>,
    folder: TempDir,
    /// The command that fails, by how it begins, and how often it succeeds before.
    failing: RefCell<Option<(&'static str, usize)>>,
}

impl Machine {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().display().to_string();
        fs::write(folder.path().join("main.cf"), "# main\n").unwrap();
        fs::write(folder.path().join("master.cf"), "# master\n").unwrap();
        let mut recorded = Recorded::debian();
        recorded.set("config_directory", &path);
        recorded.answer("postfix check", 0, "", "");
        recorded.answer(
            "install -d -o smart-hosts -g postfix -m 2750 /var/spool/postfix/smart-hosts",
            0,
            "",
            "",
        );
        let table = format!("regexp:{path}/{}", filter::FILE_NAME);
        recorded.found(filter::SAMPLE.0, &table, filter::SAMPLE.1);
        Self {
            recorded: RefCell::new(recorded),
            folder,
            failing: RefCell::new(None),
        }
    }

    fn failing(command: &'static str, after: usize) -> Self {
        let machine = Self::new();
        *machine.failing.borrow_mut() = Some((command, after));
        machine
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.folder.path().join(name)).unwrap_or_default()
    }

    fn mark(&self, name: &str, words: &[&str]) {
        let text = self.text(name) + &words.join(" ") + "\n";
        fs::write(self.folder.path().join(name), text).unwrap();
    }

    fn write(&self, words: &[&str]) {
        let mut recorded = self.recorded.borrow_mut();
        match words[1] {
            "-e" => {
                self.mark("main.cf", &words[2..]);
                let (name, value) = words[2].split_once('=').unwrap();
                recorded.set(name, value);
            }
            "-M" => {
                self.mark("master.cf", &words[2..]);
                recorded.append("postconf -M", words[2].split_once('=').unwrap().1);
            }
            _ => {
                self.mark("master.cf", &words[2..]);
                for word in &words[2..] {
                    let (entry, value) = word.split_once('=').unwrap();
                    let (entry, name) = entry.rsplit_once('/').unwrap();
                    let folder = self.folder.path().display().to_string();
                    recorded.option(entry, name, &value.replace("$config_directory", &folder));
                }
            }
        }
    }
}

impl System for Machine {
    fn run(&self, words: &[&str], folder: Option<&Path>, limit: Duration) -> io::Result<Ran> {
        if let Some((failing, left)) = self.failing.borrow_mut().as_mut()
            && words.join(" ").starts_with(*failing)
        {
            if *left == 0 {
                return Ok(Ran {
                    code: Some(1),
                    stderr: format!("{failing}: fatal: no way\n"),
                    ..Ran::default()
                });
            }
            *left -= 1;
        }
        if words[0] == "postconf" && words.len() > 2 {
            self.write(words);
            return Ok(Ran {
                code: Some(0),
                ..Ran::default()
            });
        }
        self.recorded.borrow().run(words, folder, limit)
    }

    fn facts(&self, path: &Path) -> io::Result<FileFacts> {
        self.recorded.borrow().facts(path)
    }

    fn read(&self, path: &Path) -> io::Result<String> {
        fs::read_to_string(path)
    }

    fn names_in(&self, folder: &Path) -> io::Result<Vec<String>> {
        self.recorded.borrow().names_in(folder)
    }
}

#[test]
fn changes_are_made_once_and_undone() {
    let (machine, settings) = (Machine::new(), Settings::default());
    let applied = apply(&machine, &settings, "1").unwrap();
    assert_eq!(applied.next, ["postfix reload"]);
    let backup = applied.backup.unwrap();
    assert_eq!(
        fs::read_to_string(backup.join("main.cf")).unwrap(),
        "# main\n"
    );
    assert!(machine.text("main.cf").contains("transport_maps="));
    assert!(machine.text("master.cf").contains("smarthosts unix - - y"));
    assert_eq!(machine.text(filter::FILE_NAME), filter::CONTENTS);

    let again = apply(&machine, &settings, "2").unwrap();
    assert_eq!(again.backup, None, "there was nothing to do");

    let undone = undo(&machine, &settings, None, false, "3").unwrap();
    assert_eq!(undone.from, backup);
    assert_eq!(machine.text("main.cf"), "# main\n");
    assert_eq!(machine.text("master.cf"), "# master\n");
    let kept = undone.backup.unwrap();
    assert!(
        fs::read_to_string(kept.join("main.cf"))
            .unwrap()
            .contains("transport_maps=")
    );
    assert_eq!(
        undo(&machine, &settings, None, false, "4").unwrap().backup,
        None,
        "it is undone"
    );
}

#[test]
fn a_fault_in_any_step_leaves_everything_as_it_was() {
    for (command, before) in [
        ("install", 0),
        ("postconf -M", 1),
        ("postconf -M smarthosts", 0),
        ("postconf -P s", 0),
        ("postconf -e", 1),
        ("postfix check", 1),
        ("postmap -q", 0),
    ] {
        let machine = Machine::failing(command, before);
        let error = apply(&machine, &Settings::default(), "1").unwrap_err();
        assert!(
            matches!(error, ApplyError::RolledBack { .. }),
            "{command}: {error}"
        );
        let said = error.to_string();
        assert!(
            said.contains("no way") && said.ends_with("Everything is as it was."),
            "{said}"
        );
        assert_eq!(machine.text("main.cf"), "# main\n", "{command}");
        assert_eq!(machine.text("master.cf"), "# master\n", "{command}");
        assert_eq!(machine.text(filter::FILE_NAME), "", "{command}");
    }
}

#[test]
fn a_faulty_configuration_is_not_touched() {
    let machine = Machine::failing("postfix check", 0);
    let error = apply(&machine, &Settings::default(), "1").unwrap_err();
    assert!(matches!(error, ApplyError::FaultyBefore { .. }), "{error}");
    assert_eq!(Backup::newest(machine.folder.path()).unwrap(), None);
    assert_eq!(machine.text("main.cf"), "# main\n");
}

#[test]
fn what_others_changed_since_is_not_lost() {
    let (machine, settings) = (Machine::new(), Settings::default());
    apply(&machine, &settings, "1").unwrap();
    machine.mark("main.cf", &["mine = 1"]);
    let error = undo(&machine, &settings, None, false, "2").unwrap_err();
    assert!(matches!(error, UndoError::Changed { .. }), "{error}");
    assert!(
        error.to_string().starts_with("main.cf changed since"),
        "{error}"
    );
    assert!(machine.text("main.cf").ends_with("mine = 1\n"));
    let undone = undo(&machine, &settings, None, true, "2").unwrap();
    assert_eq!(machine.text("main.cf"), "# main\n");
    let kept = fs::read_to_string(undone.backup.unwrap().join("main.cf")).unwrap();
    assert!(kept.ends_with("mine = 1\n"));
}

#[test]
fn a_backup_that_postfix_refuses_is_not_kept() {
    let (machine, settings) = (Machine::new(), Settings::default());
    apply(&machine, &settings, "1").unwrap();
    let changed = machine.text("main.cf");
    *machine.failing.borrow_mut() = Some(("postfix check", 0));
    let error = undo(&machine, &settings, None, false, "2").unwrap_err();
    assert!(matches!(error, UndoError::Faulty { .. }), "{error}");
    assert_eq!(machine.text("main.cf"), changed);
}

#[test]
fn without_a_backup_there_is_nothing_to_undo() {
    let machine = Machine::new();
    let error = undo(&machine, &Settings::default(), None, false, "1").unwrap_err();
    assert!(matches!(error, UndoError::None(_)), "{error}");
    let folder = machine.folder.path().to_owned();
    let error = undo(
        &machine,
        &Settings::default(),
        Some(&folder.join("x")),
        false,
        "1",
    )
    .unwrap_err();
    assert!(error.to_string().contains("is no backup"), "{error}");
}
