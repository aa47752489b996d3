//! `smart-hosts explain` as a shell runs it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

const PROGRAM: &str = env!("CARGO_BIN_EXE_smart-hosts");

/// Runs a command that must end with this exit code, and returns what it printed.
#[track_caller]
fn ends_with(code: i32, data_dir: &Path, arguments: &[&str]) -> (String, String) {
    let mut command = Command::new(PROGRAM);
    command.args(arguments);
    if arguments.len() > 1 && arguments[0] == "explain" {
        // No configuration of Postfix's is there, whatever this machine has.
        command.arg("--config-dir").arg(data_dir);
    }
    let output = command
        .env("SMART_HOSTS_DATA_DIR", data_dir)
        .env("SMART_HOSTS_ALLOW_LOOPBACK_HOSTS", "1")
        .output()
        .unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(
        output.status.code(),
        Some(code),
        "{arguments:?}: {stdout}{stderr}"
    );
    (stdout, stderr)
}

#[test]
fn the_exit_code_says_what_becomes_of_the_mail() {
    let data = tempfile::tempdir().unwrap();
    let data = data.path();
    let add = |words: &[&str]| ends_with(0, data, words);
    add(&["route", "add", "example.com", "127.0.0.1:587"]);
    add(&["route", "add", "gone.example", "127.0.0.1"]);
    add(&["route", "delete", "gone.example"]);
    add(&["managed-domain", "add", "unset.example"]);
    for (address, code, words) in [
        (
            "Ann+x@Example.COM.",
            0,
            "Mail for Ann+x@Example.COM. goes to 127.0.0.1, port 587, over TLS (required).\n",
        ),
        ("bob@gone.example", 6, "its route was removed.\n"),
        ("unset.example", 6, "no default domain routing.\n"),
        (
            "bob@elsewhere.example",
            5,
            "No rule is for bob@elsewhere.example",
        ),
        ("<>", 5, "the sender of bounces"),
    ] {
        let (said, _) = ends_with(code, data, &["explain", address]);
        let first = said.lines().next().unwrap().to_owned() + "\n";
        assert!(first.contains(words), "{address}: {said}");
    }
    let (_, why) = ends_with(3, data, &["explain", "a b@example.com"]);
    assert!(why.contains("it has a space in it"), "{why}");
    ends_with(2, data, &["explain"]);
}

#[test]
fn rules_and_next_hops_are_told_in_order() {
    let data = tempfile::tempdir().unwrap();
    let data = data.path();
    ends_with(
        0,
        data,
        &["route", "add", ".example.com", "mail.localhost:587"],
    );
    ends_with(0, data, &["route", "add", "a.b.example.com", "127.0.0.1"]);
    let arguments = ["explain", "ann@b.example.com", "--host-lookup", "native"];
    let (said, _) = ends_with(0, data, &arguments);
    let at = |text: &str| {
        said.find(text)
            .unwrap_or_else(|| panic!("no {text:?} in {said}"))
    };
    let order = [
        at("none         Managed domain b.example.com\n"),
        at("none         Route for b.example.com\n"),
        at(
            "wins         Route for subdomains of example.com. It wins: mail goes to mail.localhost, port 587.",
        ),
        at("none         Removed route for b.example.com\n"),
        at("[mail.localhost]:587  TLS required, does not sign in\n"),
    ];
    assert!(order.is_sorted(), "{said}");
    assert!(!said.contains("a.b.example.com"), "{said}");

    // Without leave, loopback is the gateway itself.
    let output = Command::new(PROGRAM)
        .args(arguments)
        .env("SMART_HOSTS_DATA_DIR", data)
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains("its mail may come back"), "{said}");
}

#[test]
fn the_json_is_as_the_operations_guide_has_it() {
    let data = tempfile::tempdir().unwrap();
    let data = data.path();
    ends_with(
        0,
        data,
        &["route", "add", "bücher.example", "127.0.0.1", "587"],
    );
    let (said, _) = ends_with(0, data, &["explain", "ann@BÜCHER.example", "--json"]);
    let said: Value = serde_json::from_str(&said).unwrap();
    let documented = include_str!("../../docs/operations.md");
    let documented = documented.split("```json explain").nth(1).unwrap();
    let documented = documented.split("```").next().unwrap();
    let mut documented: Value = serde_json::from_str(documented).unwrap();
    // Whether there is a Postfix is this machine's affair.
    documented["postfix"] = said["postfix"].clone();
    assert_eq!(said, documented);
    assert_eq!(
        said["next_hops"][0]["dns"]["addresses"],
        json!(["127.0.0.1"])
    );
}
