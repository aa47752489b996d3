//! Neither the log, at its most talkative, nor what commands print gives a secret away.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "support/fed.rs"]
mod fed;
#[path = "support/look_up.rs"]
mod look_up;
#[path = "http/secrets.rs"]
mod secrets;

use std::fs::File;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::Duration;

use fed::fed;
use look_up::look_up;
use secrets::Secrets;
use tempfile::TempDir;

/// That of a smart host.
const STORED: &str = "canary-of-the-smart-host";
/// That of a person.
const PASSWORD: &str = "canary-that-signs-in";
/// What is typed and refused.
const TYPED: &str = "canary-that-is-typed";

/// A data folder with secrets in it, and what must not be found elsewhere.
struct Cage {
    folder: TempDir,
    secrets: Secrets,
}

impl Cage {
    fn new() -> Self {
        let cage = Self {
            folder: tempfile::tempdir().unwrap(),
            secrets: Secrets::default()
                .and("the password of a smart host", STORED.as_bytes())
                .and("the password of a person", PASSWORD.as_bytes())
                .and("what was typed", TYPED.as_bytes()),
        };
        let set = ["smart-host", "set", "a.example", "587", "--tls", "required"];
        let login = ["--user", "anna", "--password-stdin"];
        cage.run(&[&set[..], &login].concat(), STORED);
        cage.run(&["user", "add", "anna", "--password-stdin"], PASSWORD);
        cage.run(&["route", "add", "example.com", "a.example", "587"], "");
        cage.run(&["managed-domain", "add", "example.org"], "");
        let key = std::fs::read_to_string(cage.folder.path().join("smart-hosts.key")).unwrap();
        Self {
            secrets: cage.secrets.and("the key", key.trim().as_bytes()),
            ..cage
        }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_smart-hosts"));
        command
            .args(arguments)
            .env("SMART_HOSTS_DATA_DIR", self.folder.path())
            .env("SMART_HOSTS_LOG", "trace");
        command
    }

    /// Runs a command, with this on its standard input; it must give nothing away. Returns whether it
    /// did what it was told, and what it printed.
    #[track_caller]
    fn run(&self, arguments: &[&str], stdin: &str) -> (bool, String) {
        let output = fed(&mut self.command(arguments), stdin);
        let text = [output.stdout, output.stderr].concat();
        let text = String::from_utf8(text).unwrap();
        let place = arguments.join(" ");
        self.secrets.are_not_in(&place, &text);
        (output.status.success(), text)
    }

    /// What a command prints that must do what it is told.
    #[track_caller]
    fn says(&self, arguments: &[&str]) -> String {
        let (done, said) = self.run(arguments, "");
        assert!(done, "{arguments:?}: {said}");
        said
    }
}

#[test]
fn no_secret_is_in_what_commands_print() {
    let cage = Cage::new();
    for arguments in [
        &["smart-host", "list"][..],
        &["smart-host", "list", "--json"],
        &["smart-host", "show", "a.example", "587"],
        &["smart-host", "show", "a.example", "587", "--json"],
        &["route", "list", "--json"],
        &["route", "held", "--json"],
        &["managed-domain", "list", "--json"],
        &["default-routing", "show", "--json"],
        &["user", "list"],
        &["user", "list", "--json"],
        &["history", "list"],
        &["history", "list", "--json"],
        &["history", "show", "1"],
        &["history", "show", "1", "--json"],
        &["history", "show", "2", "--json"],
        &["history", "export"],
        &["history", "verify"],
        &["history", "as-it-was", "--after", "0"],
        &["key", "rotate"],
    ] {
        cage.says(arguments);
    }
    for list in ["routes", "managed-domains"] {
        for format in routing::Format::ALL {
            let format = format.to_string();
            cage.says(&["export", "--list", list, "--format", &format]);
        }
    }
    // There may be no Postfix here, but there may be one.
    for command in ["config", "check"] {
        cage.run(&["postfix", command], "");
    }
    let explained = cage.run(&["explain", "x@example.com", "--json"], "");
    assert!(explained.1.contains("a.example"), "{}", explained.1);
    // Refused, and not repeated.
    let set = ["smart-host", "set", "b.example", "25", "--user", "anna"];
    let set = [&set[..], &["--password-stdin"]].concat();
    for stdin in [
        format!("{TYPED}\n{TYPED}"),
        format!("{TYPED}\t\u{7}"),
        TYPED.to_owned(),
        TYPED.repeat(100),
    ] {
        assert!(!cage.run(&set, &stdin).0, "{stdin:?}");
    }
    let add = ["user", "add", "anna", "--password-stdin"];
    assert!(!cage.run(&add, TYPED).0);
    let password = ["user", "set-password", "nobody", "--password-stdin"];
    assert!(!cage.run(&password, TYPED).0);
}

/// The console and its look-up service, logging all that they can.
struct Server {
    child: Child,
    log: PathBuf,
    socket: PathBuf,
    address: String,
}

impl Server {
    fn start(cage: &Cage, beside: &Path) -> Self {
        let (log, socket) = (beside.join("log"), beside.join("lookup.sock"));
        let uid = std::fs::metadata(beside).unwrap().uid().to_string();
        let child = cage
            .command(&["serve", "--listen", "127.0.0.1:0", "--log-format", "json"])
            .arg("--lookup-socket")
            .arg(&socket)
            .args(["--allow-uid", &uid])
            // A pipe would be full at once.
            .stderr(File::create(&log).unwrap())
            .spawn()
            .unwrap();
        let mut server = Self {
            child,
            log,
            socket,
            address: String::new(),
        };
        while server.address.is_empty() || !server.socket.exists() {
            assert!(server.child.try_wait().unwrap().is_none(), "it has ended");
            std::thread::sleep(Duration::from_millis(20));
            let text = server.text();
            let serving = text.lines().find_map(|line| {
                let line: serde_json::Value = serde_json::from_str(line).ok()?;
                Some(line["address"].as_str()?.to_owned())
            });
            server.address = serving.unwrap_or_default();
        }
        server
    }

    fn text(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap()
    }

    /// Asks for something; a `form` is posted.
    fn ask(&self, cookie: &str, path: &str, form: Option<&str>) -> String {
        let address = &self.address;
        let (method, form) = form.map_or(("GET", ""), |form| ("POST", form));
        let mut stream = TcpStream::connect(address).unwrap();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: {address}\r\nCookie: {cookie}\r\n\
             Sec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n{form}",
            form.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The pairs of the cookies that an answer sets.
fn cookies(answer: &str) -> Vec<String> {
    let lines = answer.lines();
    let set = lines.filter_map(|line| line.strip_prefix("set-cookie: "));
    set.filter_map(|cookie| cookie.split(';').next())
        .map(str::to_owned)
        .collect()
}

#[test]
fn no_secret_is_in_the_log() {
    let cage = Cage::new();
    let beside = tempfile::tempdir().unwrap();
    let mut server = Server::start(&cage, beside.path());
    let refused = server.ask("", "/sign-in", Some(&format!("name=anna&password={TYPED}")));
    assert!(refused.starts_with("HTTP/1.1 401"), "{refused}");
    // Somebody typed it where the name belongs.
    server.ask("", "/sign-in", Some(&format!("name={TYPED}%21&password=x")));
    let form = format!("name=anna&password={PASSWORD}");
    let entered = server.ask("", "/sign-in", Some(&form));
    assert!(entered.starts_with("HTTP/1.1 303"), "{entered}");
    let cookies = cookies(&entered);
    let cookie = cookies.join("; ");
    let settings = "/smtp/smart-host-settings/edit";
    let secrets =
        format!("password={TYPED}&password_new={TYPED}&password_again={TYPED}&code={TYPED}");
    for path in [
        settings,
        "/smtp/test",
        "/people",
        "/account/password",
        "/account/second-factor",
        "/account/recovery-codes",
        "/api/session/sign-in",
        "/api/list/save",
        "/nowhere",
    ] {
        let form = format!("host=127.0.0.1&port=9&version=0&tls=none&user=an%3Ana&{secrets}");
        let answer = server.ask(&cookie, path, Some(&form));
        assert!(!answer.starts_with("HTTP/1.1 5"), "{path}: {answer}");
    }
    // What is right is kept no less to itself.
    let form = format!("host=c.example&port=587&version=0&tls=required&user=anna&password={TYPED}");
    let saved = server.ask(&cookie, settings, Some(&form));
    assert!(saved.starts_with("HTTP/1.1 303"), "{saved}");
    for path in [
        "/smtp/smart-host-settings",
        "/account/second-factor",
        "/activity",
    ] {
        let page = server.ask(&cookie, path, None);
        assert!(page.starts_with("HTTP/1.1 200"), "{path}: {page}");
    }
    // Only this tells it, and only to Postfix.
    let reply = look_up(&server.socket, "sasl [a.example]:587");
    assert!(reply.contains(&format!("anna:{STORED}")), "{reply}");

    let pid = server.child.id().to_string();
    let told = Command::new("kill").args(["-TERM", &pid]).status().unwrap();
    assert!(told.success() && server.child.wait().unwrap().success());
    let log = server.text();
    assert!(log.contains("\"TRACE\""), "it was to say all that it can");
    cage.secrets.are_not_in("the log", &log);
    for cookie in &cookies {
        let (name, value) = cookie.split_once('=').unwrap();
        assert!(!log.contains(value), "the log gives {name} away");
    }
}
