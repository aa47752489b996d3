//! The unit files say what the program understands, and agree with each other.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::path::{Path, PathBuf};
use std::process::Command;

use clap::{CommandFactory, Parser};
use server::cli::Cli;

const SERVICES: [&str; 2] = ["smart-hosts.service", "smart-hosts-lookup.service"];
const SOCKET: &str = "smart-hosts-lookup.socket";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/systemd")
}

fn read(file: &str) -> String {
    std::fs::read_to_string(folder().join(file)).unwrap()
}

/// The one value of a setting.
#[track_caller]
fn value(file: &str, setting: &str) -> String {
    let text = read(file);
    let mut values = text
        .lines()
        .filter_map(|line| line.strip_prefix(setting)?.strip_prefix('='));
    let value = values.next().unwrap();
    assert_eq!(values.next(), None, "{setting} in {file}");
    value.to_owned()
}

#[test]
fn the_program_understands_how_it_is_started() {
    for file in SERVICES {
        let command = value(file, "ExecStart");
        let words: Vec<_> = command.split_whitespace().collect();
        assert_eq!(words[0], "/usr/local/bin/smart-hosts", "{file}");
        // A program that was built without this part is not started by its unit.
        if Cli::command().find_subcommand(words[1]).is_some() {
            Cli::try_parse_from(words).unwrap();
        }
        assert!(command.ends_with(" --data-dir /var/lib/smart-hosts"));
        assert_eq!(value(file, "StateDirectory"), "smart-hosts");
        assert_eq!(value(file, "User"), "smart-hosts");
    }
}

#[test]
fn the_socket_is_where_everybody_looks_for_it() {
    let socket = value(SOCKET, "ListenStream");
    assert_eq!(socket, "/var/spool/postfix/smart-hosts/lookup.sock");
    assert!(value(SERVICES[1], "ExecStart").contains(&format!(" --socket {socket} ")));
    assert_eq!(value(SOCKET, "SocketMode"), "0660");
    assert_eq!(value(SOCKET, "SocketGroup"), "postfix");
    let folder = Path::new(&socket).parent().unwrap();
    let made = format!("\nd {} 2750 smart-hosts postfix -\n", folder.display());
    assert!(read("smart-hosts.tmpfiles").contains(&made), "{made}");
    assert!(read("smart-hosts.sysusers").contains("\nu smart-hosts - "));
    // Limits that close the socket: without them a crash loop would stall Postfix.
    for (file, setting) in [
        (SERVICES[1], "StartLimitIntervalSec"),
        (SERVICES[1], "StartLimitBurst"),
        (SOCKET, "TriggerLimitIntervalSec"),
        (SOCKET, "TriggerLimitBurst"),
    ] {
        let limit = value(file, setting);
        assert!(limit.starts_with(|first| matches!(first, '1'..='9')));
    }
    // With users of its own the service could not tell Postfix from others.
    assert!(!read(SERVICES[1]).contains("\nPrivateUsers="));
}

/// The commands of the set-up in the guide, in order.
fn set_up() -> Vec<String> {
    let guide = folder().join("../../docs/postfix.md");
    let text = std::fs::read_to_string(guide).unwrap();
    let chapter = text.split("## Set-up in five minutes").nth(1).unwrap();
    let block = chapter.split("```").nth(1).unwrap();
    let lines = block.lines().skip(1);
    let without_remark = |line: &str| line.split(" #").next().unwrap().trim().to_owned();
    lines.map(without_remark).collect()
}

#[test]
fn the_set_up_installs_all_and_starts_it_before_postfix_asks() {
    let commands = set_up();
    let place = |part: &str| {
        let found = commands.iter().position(|command| command.contains(part));
        found.unwrap_or_else(|| panic!("no {part:?} in {commands:#?}"))
    };
    let files = std::fs::read_dir(folder()).unwrap();
    let start = place("systemctl daemon-reload");
    for file in files {
        let file = file.unwrap().file_name().into_string().unwrap();
        assert!(place(&file) < start, "{file}");
    }
    for (earlier, later) in [
        ("apt-get install postfix", "systemd-tmpfiles"),
        ("systemd-sysusers", "systemd-tmpfiles"),
        ("/usr/local/bin/", "enable --now smart-hosts.service"),
        (
            "systemctl daemon-reload",
            "enable --now smart-hosts.service",
        ),
        (
            "enable --now smart-hosts.service",
            "enable --now smart-hosts-lookup.socket",
        ),
        (
            "enable --now smart-hosts-lookup.socket",
            "postfix config --apply",
        ),
        ("postfix config --apply", "postfix reload"),
        ("postfix reload", "postfix check"),
    ] {
        assert!(place(earlier) < place(later), "{earlier}, {later}");
    }
    let ours = commands
        .iter()
        .filter(|command| command.starts_with("smart-hosts "));
    for command in ours {
        let words: Vec<_> = command.split_whitespace().collect();
        assert!(Cli::try_parse_from(&words).is_ok(), "{command}");
    }
}

/// Where systemd is installed, it has no complaint.
#[test]
fn systemd_finds_no_fault() {
    let units = tempfile::tempdir().unwrap();
    let mut files = Vec::new();
    for file in SERVICES.into_iter().chain([SOCKET]) {
        // The program is not installed where tests run, so another one stands for it.
        let text = read(file).replace(
            "/usr/local/bin/smart-hosts",
            env!("CARGO_BIN_EXE_smart-hosts"),
        );
        let path = units.path().join(file);
        std::fs::write(&path, text).unwrap();
        files.push(path);
    }
    let verify = Command::new("systemd-analyze")
        .args(["verify", "--man=no"])
        .args(files)
        .output();
    let Ok(output) = verify else {
        return;
    };
    let said = String::from_utf8_lossy(&output.stderr);
    // It also reads what is installed, which is none of ours.
    let ours: Vec<_> = (said.lines())
        .filter(|line| line.contains("smart-hosts"))
        .collect();
    assert!(ours.is_empty(), "{ours:#?}");
}
