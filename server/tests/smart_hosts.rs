//! Smart hosts on the command line.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "support/fed.rs"]
mod fed;

use std::path::Path;
use std::process::Command;

use fed::fed;
use serde_json::Value;

const CANARY: &str = "canary: pass wörd";

/// Runs a command that must end with this exit code, with this on its standard input, and returns
/// what it printed.
#[track_caller]
fn ends_with(code: i32, data_dir: &Path, stdin: &str, arguments: &[&str]) -> (String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_smart-hosts"));
    command
        .args(arguments)
        .env("SMART_HOSTS_DATA_DIR", data_dir);
    let output = fed(&mut command, stdin);
    let stdout = String::from_utf8(output.stdout).unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(
        output.status.code(),
        Some(code),
        "{arguments:?}: {stdout}{stderr}"
    );
    assert!(
        !format!("{stdout}{stderr}").contains("canary"),
        "{stdout}{stderr}"
    );
    (stdout, stderr)
}

#[test]
fn a_smart_host_is_set_up_shown_and_deleted() {
    let data = tempfile::tempdir().unwrap();
    let data = data.path();
    let host = ["smart-host", "set", "mail.example.net", "587"];
    let set = |more: &[&'static str]| [&host[..], more].concat();
    let (said, _) = ends_with(
        0,
        data,
        &format!("{CANARY}\n"),
        &set(&[
            "--tls",
            "verified",
            "--tls-name",
            "mx.example.net",
            "--user",
            "anna",
            "--password-stdin",
        ]),
    );
    assert_eq!(
        said,
        "smart host    [mail.example.net]:587\n\
         tls           verified:mx.example.net\n\
         certificate   must be for mx.example.net\n\
         user          anna\n\
         password      set\n\
         used by       0 routes\n"
    );
    ends_with(
        0,
        data,
        "",
        &["route", "add", "example.com", "mail.example.net", "587"],
    );
    // What is not named stays.
    ends_with(0, data, "", &set(&["--comment", "ticket 4711"]));
    let (json, _) = ends_with(
        0,
        data,
        "",
        &["smart-host", "show", "mail.example.net:587", "--json"],
    );
    let shown: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(shown["tls"], "verified");
    assert_eq!(shown["tls_name"], "mx.example.net");
    assert_eq!(shown["user"], "anna");
    assert_eq!(shown["password"], "set");
    assert_eq!(shown["routes"], 1);
    assert_eq!(shown["comment"], "ticket 4711");
    ends_with(
        0,
        data,
        "",
        &["route", "add", "example.net", "other.example.net"],
    );
    let (table, _) = ends_with(0, data, "", &["smart-host", "list"]);
    assert_eq!(
        table,
        "HOST               PORT  TLS                      USER  PASSWORD  ROUTES  COMMENT\n\
         mail.example.net   587   verified:mx.example.net  anna  set       1       ticket 4711\n\
         other.example.net  25    opportunistic                            1\n"
    );
    let (lines, _) = ends_with(
        0,
        data,
        "",
        &["smart-host", "list", "--json", "--search", "TICKET"],
    );
    assert_eq!(lines.lines().count(), 1);
    // It is used.
    let delete = ["smart-host", "delete", "mail.example.net", "587"];
    let (_, why) = ends_with(4, data, "", &delete);
    assert!(why.contains("1 route uses it"), "{why}");
    ends_with(0, data, "", &["route", "delete", "example.com"]);
    let (said, _) = ends_with(0, data, "", &delete);
    assert_eq!(said, "Deleted the settings of [mail.example.net]:587\n");
    ends_with(5, data, "", &delete);
}

#[test]
fn what_breaks_a_rule_is_refused() {
    let data = tempfile::tempdir().unwrap();
    let data = data.path();
    let set =
        |more: &[&'static str]| [&["smart-host", "set", "mail.example.net"][..], more].concat();
    let login = ["--user", "anna", "--password-stdin"];
    // Port 25 is opportunistic unless something else is said.
    let (_, why) = ends_with(3, data, CANARY, &set(&login));
    assert!(why.contains("may be sent in the clear"), "{why}");
    let reason = ["--login-reason", "within the data centre"];
    let (said, _) = ends_with(0, data, CANARY, &[set(&login), reason.to_vec()].concat());
    assert!(
        said.contains("in the clear  within the data centre"),
        "{said}"
    );
    ends_with(3, data, "", &set(&["--tls", "tls"]));
    ends_with(3, data, "", &set(&["465", "--tls", "required"]));
    ends_with(
        3,
        data,
        "",
        &set(&["--tls", "none", "--tls-name", "mx.example.net"]),
    );
    ends_with(
        3,
        data,
        "canary\ncanary\n",
        &set(&["--user", "anna", "--password-stdin"]),
    );
    ends_with(3, data, "x", &set(&["--user", "an:na", "--password-stdin"]));
    ends_with(2, data, "x", &set(&["--password-stdin"]));
    ends_with(2, data, "x", &set(&["--password", "x"]));
    // The hosts of a list go together.
    let route = [
        "route",
        "add",
        "example.com",
        "a.example:587",
        "b.example:465",
    ];
    let (_, why) = ends_with(4, data, "", &route);
    assert!(
        why.contains("all hosts of a list must use the same"),
        "{why}"
    );
}

#[test]
fn without_the_key_the_password_must_be_entered_again() {
    let data = tempfile::tempdir().unwrap();
    let data = data.path();
    let set = [
        "smart-host",
        "set",
        "a.example",
        "587",
        "--user",
        "anna",
        "--password-stdin",
    ];
    ends_with(0, data, CANARY, &set);
    let key = data.join("smart-hosts.key");
    std::fs::remove_file(&key).unwrap();
    let show = ["smart-host", "show", "a.example", "587"];
    let (said, _) = ends_with(0, data, "", &show);
    assert!(
        said.contains("password      cannot be read: enter it again"),
        "{said}"
    );
    ends_with(0, data, CANARY, &set);
    let (said, _) = ends_with(0, data, "", &show);
    assert!(said.contains("password      set"), "{said}");
    // Others may read it: refused, with the remedy.
    let exposed = std::os::unix::fs::PermissionsExt::from_mode(0o644);
    std::fs::set_permissions(&key, exposed).unwrap();
    let (_, why) = ends_with(1, data, "", &show);
    assert!(why.contains("chmod 600"), "{why}");
}
