//! The look-up service as a process, asked as Postfix asks it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "support/look_up.rs"]
mod look_up;

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use look_up::look_up;
use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_smart-hosts");

fn command(data_dir: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    command
        .args(arguments)
        .env("SMART_HOSTS_DATA_DIR", data_dir)
        .env("SMART_HOSTS_LOG_FORMAT", "json")
        .env("SMART_HOSTS_ALLOW_LOOPBACK_HOSTS", "1");
    command
}

/// Changes something from another process.
fn change(data_dir: &Path, arguments: &[&str]) {
    let output = command(data_dir, arguments).output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {stderr}");
}

/// A process that answers.
struct Service {
    child: Child,
    _folder: TempDir,
    data_dir: PathBuf,
    socket: PathBuf,
}

impl Service {
    /// Starts it with these arguments and, after them, the path of its socket.
    fn start(arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data_dir = folder.path().join("data");
        let socket = folder.path().join("lookup.sock");
        std::fs::create_dir(&data_dir).unwrap();
        let uid = std::fs::metadata(&data_dir)
            .map(|made| std::os::unix::fs::MetadataExt::uid(&made))
            .unwrap()
            .to_string();
        let mut child = command(&data_dir, arguments)
            .arg(&socket)
            .args(["--allow-uid", &uid])
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let log = BufReader::new(child.stderr.take().unwrap());
        let mut lines = log.lines();
        let ready = lines.any(|line| {
            let line = line.unwrap();
            line.contains("answering look-ups") || line.contains("serving")
        });
        assert!(ready, "it says that it answers");
        // Read on, so that the process never waits for somebody to read its log.
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
        Self {
            child,
            _folder: folder,
            data_dir,
            socket,
        }
    }

    fn ask(&self, request: &str) -> String {
        look_up(&self.socket, request)
    }

    /// Asks until the answer is this one: the two processes meet in the data folder only.
    fn comes_to_say(&self, request: &str, reply: &str) {
        let expected = format!("{}:{reply},", reply.len());
        while self.ask(request) != expected {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
    }

    /// Tells it to stop, and says whether it ended well.
    fn stop(&mut self) -> bool {
        let pid = self.child.id().to_string();
        let killed = Command::new("kill").args(["-TERM", &pid]).status().unwrap();
        killed.success() && self.child.wait().unwrap().success()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_process_of_its_own_answers_what_another_one_has_saved() {
    let mut service = Service::start(&["lookup", "--socket"]);
    assert!(
        service.ask("relay example.com").contains("TEMP "),
        "there is no database"
    );
    let data_dir = service.data_dir.clone();
    change(
        &data_dir,
        &["route", "add", "example.com", "mail.example.net", "587"],
    );
    let request = "transport user@example.com";
    service.comes_to_say(request, "OK smarthost:[mail.example.net]:587");
    change(
        &data_dir,
        &[
            "managed-domain",
            "add",
            "example.org",
            "inner.example.net",
            "26",
        ],
    );
    service.comes_to_say("relay example.org", "OK 1");
    change(&data_dir, &["route", "delete", "example.com"]);
    service.comes_to_say(request, "OK retry:4.4.0 the smart host route was removed");
    change(&data_dir, &["route", "release", "example.com"]);
    service.comes_to_say(request, "NOTFOUND ");
    assert!(service.stop());
    assert!(!service.socket.exists());
}

#[test]
fn the_console_answers_too_if_it_is_told_to() {
    let mut service = Service::start(&["serve", "--listen", "127.0.0.1:0", "--lookup-socket"]);
    change(
        &service.data_dir.clone(),
        &["route", "add", "example.com", "mail.example.net", "465"],
    );
    service.comes_to_say(
        "transport a@example.com",
        "OK smarthosts:[mail.example.net]:465",
    );
    assert!(service.stop());
    assert!(!service.socket.exists());
}

#[test]
fn a_second_service_does_not_take_the_socket_away() {
    let service = Service::start(&["lookup", "--socket"]);
    let path = service.socket.to_str().unwrap();
    let output = command(&service.data_dir, &["lookup", "--socket", path])
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(
        stderr.contains("answers on") && stderr.contains("already"),
        "{stderr}"
    );
    assert_eq!(output.status.code(), Some(1));
    service.ask("relay example.com");
}

#[test]
fn without_a_socket_it_says_what_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    let output = command(folder.path(), &["lookup"]).output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stderr.contains("Give its path with --socket"), "{stderr}");
}

/// The real client of the protocol, where Postfix is installed: `postmap -q`.
#[test]
fn postmap_reads_the_answers() {
    // Its default, since Postfix may be installed without a configuration.
    let Ok(version) = Command::new("postconf")
        .args(["-d", "-h", "mail_version"])
        .output()
    else {
        // Without Postfix there is nobody to ask.
        return;
    };
    assert!(version.status.success());
    let service = Service::start(&["lookup", "--socket"]);
    change(
        &service.data_dir,
        &["route", "add", "example.com", "mail.example.net", "587"],
    );
    service.comes_to_say(
        "transport a@example.com",
        "OK smarthost:[mail.example.net]:587",
    );
    let config = tempfile::tempdir().unwrap();
    std::fs::write(config.path().join("main.cf"), "compatibility_level = 3.6\n").unwrap();
    let ask = |key: &str, map: &str| {
        let table = format!("socketmap:unix:{}:{map}", service.socket.display());
        Command::new("postmap")
            .arg("-c")
            .arg(config.path())
            .args(["-q", key, &table])
            .output()
            .unwrap()
    };
    let found = ask("User+ext@Example.COM", "transport");
    let value = String::from_utf8_lossy(&found.stdout);
    let stderr = String::from_utf8_lossy(&found.stderr);
    assert_eq!(value, "smarthost:[mail.example.net]:587\n", "{stderr}");
    let not_found = ask("a@example.net", "transport");
    assert_eq!(
        (not_found.status.code(), not_found.stdout.len()),
        (Some(1), 0)
    );
    let unsure = ask("[other.example]:25", "tls");
    let stderr = String::from_utf8_lossy(&unsure.stderr);
    assert!(stderr.contains("no route has this next hop"), "{stderr}");
}

/// Counts are written down every ten seconds, and once more at the end.
#[test]
fn what_postfix_asked_for_is_written_down_at_the_end() {
    let mut service = Service::start(&["lookup", "--socket"]);
    change(
        &service.data_dir,
        &["route", "add", "example.com", "mail.example.net"],
    );
    let request = "transport ann@example.com";
    service.comes_to_say(request, "OK smarthost:[mail.example.net]:25");
    assert!(service.stop());
    let database = service.data_dir.join("smart-hosts.db");
    let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_WRITE;
    let database = rusqlite::Connection::open_with_flags(database, flags).unwrap();
    let count = database.query_row("SELECT count FROM asked", [], |row| row.get::<_, i64>(0));
    assert_eq!(count, Ok(1));
}
