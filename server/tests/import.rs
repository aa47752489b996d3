//! `smart-hosts import`, as a shell runs it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

const PROGRAM: &str = env!("CARGO_BIN_EXE_smart-hosts");

fn command(data_dir: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    command
        .args(arguments)
        .env("SMART_HOSTS_DATA_DIR", data_dir)
        .env("SMART_HOSTS_ALLOW_LOOPBACK_HOSTS", "1");
    command
}

#[track_caller]
fn ended(code: i32, output: Output) -> (String, String) {
    let stdout = String::from_utf8(output.stdout).unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(code), "{stdout}{stderr}");
    (stdout, stderr)
}

#[track_caller]
fn ends_with(code: i32, data_dir: &Path, arguments: &[&str]) -> (String, String) {
    ended(code, command(data_dir, arguments).output().unwrap())
}

fn routes(data_dir: &Path) -> String {
    let (text, _) = ends_with(0, data_dir, &["export"]);
    text.lines().skip(1).flat_map(|line| [line, "\n"]).collect()
}

#[test]
fn a_postfix_table_is_imported_and_undone() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let file = folder.path().join("transport");
    fs::write(
        &file,
        "# ours\nexample.com  smtp:[mail.example.net]:2525\n.example.org relay:[a.example]\n",
    )
    .unwrap();
    let file = file.to_str().unwrap();
    let (told, _) = ends_with(0, &data, &["import", file, "--dry-run"]);
    assert!(
        told.starts_with("Would import Postfix transport map: 2 added, 0 changed"),
        "{told}"
    );
    assert_eq!(routes(&data), "");
    let (told, _) = ends_with(0, &data, &["import", file, "--json"]);
    let told: Value = serde_json::from_str(&told).unwrap();
    assert_eq!(
        (&told["added"], &told["format"]),
        (&2.into(), &"postfix".into())
    );
    assert_eq!(
        routes(&data),
        "example.com,mail.example.net,2525\n.example.org,a.example,25\n"
    );
    let (list, _) = ends_with(0, &data, &["history", "list"]);
    assert!(
        list.contains("Imported routes from transport: 2 added"),
        "{list}"
    );
    let entry = told["entry"].to_string();
    let (shown, _) = ends_with(0, &data, &["history", "show", &entry]);
    assert!(shown.contains("Added route example.com"), "{shown}");
    ends_with(0, &data, &["history", "undo", &entry]);
    assert_eq!(routes(&data), "");
    ends_with(0, &data, &["history", "verify"]);
}

#[test]
fn lines_that_are_refused_are_told_and_the_others_imported() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let file = folder.path().join("routes.csv");
    fs::write(
        &file,
        "domain,host,port\r\na.example,one,25\r\nb.example,one,99999\r\na.example,two,25\r\n",
    )
    .unwrap();
    let path = file.to_str().unwrap();
    let (told, refused) = ends_with(3, &data, &["import", path]);
    assert!(
        told.starts_with("Imported CSV: 1 added, 0 changed, 0 as before, 0 removed, 2 refused"),
        "{told}"
    );
    assert!(refused.contains("Line 3, port: "), "{refused}");
    assert!(refused.contains("\n    b.example,one,99999\n"), "{refused}");
    assert!(
        refused.contains("Line 4, domain: Line 2 is for a.example already"),
        "{refused}"
    );
    assert_eq!(routes(&data), "a.example,one,25\n");

    // Replacing, what a refused line names would go.
    let out = folder.path().join("refused.txt");
    let out = out.to_str().unwrap();
    let replace = ["import", path, "--mode", "replace", "--refused", out];
    let (_, why) = ends_with(3, &data, &replace);
    assert!(why.contains("2 lines were refused"), "{why}");
    let written = fs::read_to_string(out).unwrap();
    assert!(written.starts_with("# Line 3, port: "), "{written}");
    assert_eq!(written.lines().nth(1), Some("b.example,one,99999"));
    ends_with(3, &data, &[&replace[..], &["--skip-refused"]].concat());
}

#[test]
fn standard_input_is_read_and_replaces_the_list() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    ends_with(0, &data, &["managed-domain", "add", "old.example"]);
    let arguments = [
        "import",
        "-",
        "--list",
        "managed-domains",
        "--mode",
        "replace",
    ];
    let mut child = command(&data, &arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(b"new.example\nother.example\n")
        .unwrap();
    let (told, _) = ended(0, child.wait_with_output().unwrap());
    assert!(
        told.contains("Proxmox Mail Gateway domains: 2 added"),
        "{told}"
    );
    assert!(told.contains("1 removed"), "{told}");
    let (list, _) = ends_with(0, &data, &["export", "--list", "managed-domains"]);
    assert!(
        list.ends_with("\nnew.example,,\nother.example,,\n"),
        "{list}"
    );
}

#[test]
fn a_file_that_was_cut_off_does_not_replace_the_list() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    for domain in ["a.example", "b.example", "c.example"] {
        ends_with(0, &data, &["route", "add", domain, "mail.example.net"]);
    }
    let file = folder.path().join("smart-hosts.txt");
    let (whole, _) = ends_with(0, &data, &["export"]);
    let cut: String = whole
        .lines()
        .take(2)
        .flat_map(|line| [line, "\n"])
        .collect();
    let name = file.to_str().unwrap();
    for (text, doubt) in [
        (
            cut.as_str(),
            "The file says that it has 3 routes, and 1 were read",
        ),
        ("", "The file names no routes."),
    ] {
        fs::write(&file, text).unwrap();
        let (_, why) = ends_with(3, &data, &["import", name, "--mode", "replace"]);
        assert!(
            why.contains(doubt) && why.contains("Nothing was imported"),
            "{why}"
        );
        let (_, note) = ends_with(
            0,
            &data,
            &["import", name, "--mode", "replace", "--dry-run"],
        );
        assert!(note.contains(doubt), "{note}");
        assert_eq!(routes(&data).lines().count(), 3);
    }
    fs::write(&file, &cut).unwrap();
    let (_, note) = ends_with(0, &data, &["import", name]);
    assert!(note.contains("may have been cut off"), "{note}");
    let (told, _) = ends_with(
        0,
        &data,
        &["import", name, "--mode", "replace", "--skip-refused"],
    );
    assert!(told.contains("2 removed"), "{told}");
    // The number under which it is listed.
    let (list, _) = ends_with(0, &data, &["history", "list"]);
    let entry = list.lines().nth(1).unwrap().split(' ').next().unwrap();
    assert!(
        told.contains(&format!("This is entry {entry},")),
        "{told} {list}"
    );
}

#[test]
fn what_cannot_be_read_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("missing");
    let (_, why) = ends_with(1, folder.path(), &["import", missing.to_str().unwrap()]);
    assert!(why.contains("Cannot read "), "{why}");
    let file = folder.path().join("strange");
    fs::write(&file, "%%%%").unwrap();
    let file = file.to_str().unwrap();
    let (_, why) = ends_with(3, folder.path(), &["import", file]);
    assert!(
        why.contains("is not recognised. Name it with --format."),
        "{why}"
    );
    ends_with(2, folder.path(), &["import", file, "--format", "exim"]);
}

#[test]
fn what_was_exported_is_imported_as_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    for (domain, more) in [("a.example", "both"), ("b.example", "subdomains")] {
        let arguments = [
            "route",
            "add",
            domain,
            "one:25",
            "two:25",
            "--scope",
            more,
            "--comment",
            "=1, \"x\"",
        ];
        ends_with(0, &data, &arguments);
    }
    let before = routes(&data);
    for format in ["text", "csv", "json"] {
        let file = folder.path().join(format);
        let file = file.to_str().unwrap();
        ends_with(0, &data, &["export", "--format", format, "--output", file]);
        let empty = folder.path().join(format!("{format}-data"));
        ends_with(0, &empty, &["import", file]);
        assert_eq!(routes(&empty), before, "{format}");
        let (told, _) = ends_with(0, &empty, &["import", file]);
        assert!(told.contains("0 added, 0 changed, 2 as before"), "{told}");
    }
}
