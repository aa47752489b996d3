//! `smart-hosts test` against mail servers on loopback.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use routing::{Host, NextHop};
use serde_json::Value;
use store::{Store, TestOutcome};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

const PASSWORD: &str = "canary: Pa55 ä";

/// A server that takes one account's mail for one address, in its own thread.
struct Server {
    port: u16,
    folder: TempDir,
}

impl Server {
    /// With a certificate for `mail.example.net`, in TLS from the beginning.
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut ca = CertificateParams::new(Vec::new()).unwrap();
        ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let ca_key = KeyPair::generate().unwrap();
        let ca_pem = ca.self_signed(&ca_key).unwrap().pem();
        std::fs::write(folder.path().join("ca.pem"), ca_pem).unwrap();
        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::new(vec!["mail.example.net".to_owned()])
            .unwrap()
            .signed_by(&key, &Issuer::new(ca, ca_key))
            .unwrap();
        let secret = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], secret)
            .unwrap();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        std::thread::spawn(move || serve(listener, config));
        Self { port, folder }
    }

    fn ca(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }
}

fn serve(listener: std::net::TcpListener, config: ServerConfig) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        listener.set_nonblocking(true).unwrap();
        let listener = TcpListener::from_std(listener).unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        while let Ok((stream, _)) = listener.accept().await {
            if let Ok(stream) = acceptor.accept(stream).await {
                // A client that leaves early is one of the cases.
                let _ = converse(stream).await;
            }
        }
    });
}

async fn converse(stream: impl AsyncRead + AsyncWrite + Unpin) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 mail.example.net ready\r\n").await?;
    loop {
        stream.flush().await?;
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let answer = match line.trim_end() {
            // NUL, user, NUL, "canary: Pa55 ä".
            "AUTH PLAIN AHVzZXIAY2FuYXJ5OiBQYTU1IMOk" => "235 welcome\r\n".to_owned(),
            line if line.starts_with("AUTH") => format!("535 {PASSWORD} is wrong, {line}\r\n"),
            line if line.starts_with("EHLO") => "250-mail\r\n250 AUTH PLAIN\r\n".to_owned(),
            "RCPT TO:<gone@example.com>" => "550 5.1.1 no such user\r\n".to_owned(),
            "QUIT" => "221 bye\r\n".to_owned(),
            _ => "250 ok\r\n".to_owned(),
        };
        stream.write_all(answer.as_bytes()).await?;
    }
}

fn run(arguments: &[&str], password: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_smart-hosts"))
        .arg("test")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // A program that refuses its arguments does not read.
    let _ = writeln!(stdin, "{password}");
    drop(stdin);
    child.wait_with_output().unwrap()
}

/// What was printed, on both ways, of a run that must end like this.
#[track_caller]
fn ends_with(code: i32, arguments: &[&str], password: &str) -> (String, String) {
    let output = run(arguments, password);
    let stdout = String::from_utf8(output.stdout).unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(
        output.status.code(),
        Some(code),
        "{arguments:?}: {stdout}{stderr}"
    );
    assert!(
        !stdout.contains("Pa55") && !stderr.contains("Pa55"),
        "{stdout}{stderr}"
    );
    (stdout, stderr)
}

fn verified<'a>(port: &'a str, ca: &'a Path) -> Vec<&'a str> {
    let ca = ca.to_str().unwrap();
    let mut arguments = vec!["127.0.0.1", port, "--tls", "implicit-verified", "--ca", ca];
    arguments.extend(["--tls-name", "mail.example.net", "--helo", "gw.example.org"]);
    arguments
}

#[test]
fn every_step_is_printed_and_the_exit_code_is_the_verdict() {
    let server = Server::start();
    let (port, ca) = (server.port.to_string(), server.ca());
    let mut arguments = verified(&port, &ca);
    arguments.extend([
        "--user",
        "user",
        "--password-stdin",
        "--to",
        "b@example.com",
    ]);
    let (stdout, stderr) = ends_with(0, &arguments, PASSWORD);
    assert_eq!(stderr, "");
    for part in [
        "TLS policy implicit-verified:mail.example.net, as user user. No mail is sent.",
        "ok       Certificate",
        "names      mail.example.net",
        "> EHLO gw.example.org",
        "< 250 AUTH PLAIN",
        "> AUTH PLAIN ***",
        "Logged in as user.",
        "> MAIL FROM:<>",
        "> RCPT TO:<b@example.com>",
        "> QUIT",
    ] {
        assert!(stdout.contains(part), "{part} is not in {stdout}");
    }
    assert!(stdout.ends_with(
        "Mail would be delivered over TLS, with login; the server takes b@example.com.\n"
    ));
}

#[test]
fn a_failed_test_has_an_exit_code_of_its_own() {
    let server = Server::start();
    let (port, ca) = (server.port.to_string(), server.ca());
    let base = verified(&port, &ca);
    let with = |more: &[&'static str]| [&base[..], more].concat();
    let (_, stderr) = ends_with(6, &with(&["--to", "gone@example.com"]), "");
    assert!(stderr.contains("Recipient: The server refuses"), "{stderr}");
    // The server repeats a wrong password; nobody sees it.
    let wrong = with(&["--user", "other", "--password-stdin"]);
    let (stdout, stderr) = ends_with(6, &wrong, PASSWORD);
    assert!(
        stdout.contains("535 *** is wrong, AUTH PLAIN ***"),
        "{stdout}"
    );
    assert!(stderr.contains("does not accept user name and password"));
    // Without the file of authorities the certificate is a stranger's.
    let (_, stderr) = ends_with(
        6,
        &[
            "127.0.0.1",
            &port,
            "--tls",
            "implicit-verified",
            "--tls-name",
            "mail.example.net",
        ],
        "",
    );
    assert!(stderr.contains("Certificate: "), "{stderr}");
}

#[test]
fn the_whole_report_is_one_line_of_json() {
    let server = Server::start();
    let (port, ca) = (server.port.to_string(), server.ca());
    for (user, code, outcome) in [("user", 0, "ok"), ("other", 6, "failure")] {
        let mut arguments = verified(&port, &ca);
        arguments.extend(["--json", "--user", user, "--password-stdin"]);
        let (stdout, _) = ends_with(code, &arguments, PASSWORD);
        assert_eq!(stdout.lines().count(), 1);
        let report: Value = serde_json::from_str(&stdout).unwrap();
        assert_eq!(report["outcome"], outcome);
        assert_eq!(report["steps"][3]["kind"], "certificate");
        assert_eq!(report["steps"][3]["certificate"]["trusted"], true);
        assert_eq!(report["steps"][6]["said"][0]["text"], "AUTH PLAIN ***");
    }
}

#[test]
fn what_cannot_be_tested_is_refused_beforehand() {
    for (code, arguments) in [
        (2, &["mail.example.net", "25", "--user", "a"][..]),
        (2, &["mail.example.net", "25", "--from", "a@example.com"]),
        (2, &["mail.example.net", "--password", "x"]),
        (2, &["mail.example.net", "--timeout", "0"]),
        (3, &["mail.example.net", "99999"]),
        (3, &["mail.example.net", "465", "--tls", "required"]),
        (3, &["mail.example.net", "25", "--tls", "strict"]),
        (3, &["192.0.2.1", "25", "--tls", "verified"]),
        (
            3,
            &["mail.example.net", "25", "--to", "a@example.com> SIZE=1"],
        ),
        (3, &["mail.example.net", "25", "--ca", "/nowhere/ca.pem"]),
        (3, &["mail.example.net", "25", "--helo", "192.0.2.1"]),
        (
            3,
            &[
                "mail.example.net",
                "587",
                "--user",
                "a:b",
                "--password-stdin",
            ],
        ),
        (
            3,
            &["mail.example.net", "587", "--user", "a", "--password-stdin"],
        ),
    ] {
        let (stdout, stderr) = ends_with(code, arguments, "");
        assert_eq!(stdout, "", "{arguments:?}");
        assert_ne!(stderr, "", "{arguments:?}");
    }
}

/// A data folder in which the server is set up with its account.
fn set_up(server: &Server) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_smart-hosts"))
        .args(["smart-host", "set", "127.0.0.1", &server.port.to_string()])
        .args(["--tls", "implicit", "--user", "user", "--password-stdin"])
        .arg("--data-dir")
        .arg(folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    writeln!(child.stdin.take().unwrap(), "{PASSWORD}").unwrap();
    assert!(child.wait().unwrap().success());
    folder
}

/// What was noted of the last test: its outcome, and whether it was as the smart host is set.
fn noted(folder: &Path, port: u16) -> Option<(TestOutcome, bool)> {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let store = Store::open(&folder.join("smart-hosts.db")).await.unwrap();
        let of = NextHop {
            host: Host::parse("127.0.0.1").unwrap(),
            port: port.try_into().unwrap(),
        };
        let tests = store.tests(&[of]).await.unwrap();
        store.close().await.unwrap();
        let tested = tests.into_values().next();
        tested.map(|tested| (tested.outcome, tested.stored))
    })
}

#[test]
fn what_is_set_is_tested_and_the_result_is_noted() {
    let server = Server::start();
    let folder = set_up(&server);
    let (port, data) = (server.port.to_string(), folder.path().to_str().unwrap());
    let base = ["127.0.0.1", &port, "--data-dir", data];
    let (stdout, _) = ends_with(
        0,
        &[&base[..], &["--no-stored", "--tls", "implicit"]].concat(),
        "",
    );
    assert!(stdout.contains("without login"), "{stdout}");
    assert_eq!(noted(folder.path(), server.port), None);
    let (stdout, stderr) = ends_with(0, &base, "");
    assert!(
        stdout.contains("TLS policy implicit, as user user, as it is set. No mail is sent."),
        "{stdout}"
    );
    assert!(stdout.contains("Logged in as user."), "{stdout}");
    assert_eq!(stderr, "");
    let as_set = Some((TestOutcome::Ok, true));
    assert_eq!(noted(folder.path(), server.port), as_set);
    // What is typed wins.
    let other = [&base[..], &["--user", "other", "--password-stdin"]].concat();
    ends_with(6, &other, PASSWORD);
    let as_typed = Some((TestOutcome::Failure, false));
    assert_eq!(noted(folder.path(), server.port), as_typed);
}

#[test]
fn a_password_that_cannot_be_read_is_not_left_out() {
    let server = Server::start();
    let folder = set_up(&server);
    std::fs::remove_file(folder.path().join("smart-hosts.key")).unwrap();
    let (port, data) = (server.port.to_string(), folder.path().to_str().unwrap());
    let base = ["127.0.0.1", &port, "--data-dir", data];
    let (stdout, stderr) = ends_with(1, &base, "");
    assert_eq!(stdout, "");
    assert!(stderr.contains("cannot be read"), "{stderr}");
    assert!(stderr.contains("--no-stored"), "{stderr}");
    let typed = [&base[..], &["--user", "user", "--password-stdin"]].concat();
    ends_with(0, &typed, PASSWORD);
}

#[test]
fn a_data_folder_is_read_if_there_is_one() {
    let server = Server::start();
    let folder = tempfile::tempdir().unwrap();
    let (port, missing) = (server.port.to_string(), folder.path().join("missing"));
    let base = ["127.0.0.1", &port, "--tls", "implicit", "--data-dir"];
    let (_, stderr) = ends_with(0, &[&base[..], &[missing.to_str().unwrap()]].concat(), "");
    assert_eq!(stderr, "");
    assert!(!missing.exists());
    // One that cannot be used may hold the very settings that matter.
    std::fs::write(folder.path().join("smart-hosts.db"), "x".repeat(5000)).unwrap();
    let broken = folder.path().to_str().unwrap();
    let (_, stderr) = ends_with(1, &[&base[..], &[broken]].concat(), "");
    assert!(stderr.contains("is not a Smart Hosts database"), "{stderr}");
    assert!(stderr.contains("--no-stored"), "{stderr}");
}
